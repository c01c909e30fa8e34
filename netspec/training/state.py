"""Everything that a run's next step follows from: numbers to take from Keras's objects, and to put back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from netspec.errors import UsageError
from netspec.training.callback_state import get_state, set_state

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[Any]

# Layers whose own running numbers stand still as long as they are frozen; others' may run on.
_STILL_WHEN_FROZEN = (keras.layers.BatchNormalization,)
# Layers that change their weights in every step, frozen or not.
_NEVER_STILL = (keras.layers.SpectralNormalization,)
GROUPS = ("model", "optimizer", "metrics")


@dataclass(frozen=True)
class Position:
    """How far training is.

    Attributes:
        stage: The number of the stage in progress, from 0.
        begun: How many epochs there were before that stage.
        epoch: How many epochs have ended, in all stages.
        step: How many steps of the next one are done.
        ended: Whether a callback has ended the stage.
    """

    stage: int = 0
    begun: int = 0
    epoch: int = 0
    step: int = 0
    ended: bool = False

    def require_within(self, *, steps: int, stages: int) -> None:
        """Makes sure that training gets there.

        Args:
            steps: How many steps an epoch has.
            stages: How many stages there are.

        Raises:
            UsageError: It does not.
        """
        if self.stage >= stages or self.step > steps:
            raise UsageError(
                f"the kept state belongs to other training: it is in {self} of stage {self.stage + 1}",
                hint="train the changed spec in a directory of its own",
            )

    def __str__(self) -> str:
        """As people count."""
        if self.step:
            return f"epoch {self.epoch + 1}, step {self.step:,}"
        return f"epoch {self.epoch}'s end" if self.epoch else "the run's beginning"


@dataclass(frozen=True)
class State:
    """A run at one moment, between two steps.

    Attributes:
        position: How far it is.
        variables: By group (`model`, `optimizer`, `metrics`) the variables in Keras's order. Those of frozen layers
            are there too.
        names: For each variable of each group what it is: path, shape and type.
        weights: The places in `model` of what Keras calls the model's weights, in the order of `get_weights`.
        frozen: The places in `model` of what no step of the stage changes.
        callbacks: What each callback knows, in the order of the spec.
        progress: What the run has told so far, as JSON has it: history, times, the best epoch.
    """

    position: Position
    variables: Mapping[str, Sequence[Array]]
    names: Mapping[str, Sequence[str]]
    weights: Sequence[int]
    frozen: frozenset[int]
    callbacks: Sequence[Mapping[str, Any]]
    progress: Mapping[str, Any]


def take(
    model: keras.Model,
    callbacks: Iterable[keras.callbacks.Callback],
    *,
    position: Position,
    frozen: frozenset[int],
    progress: Mapping[str, Any],
) -> State:
    """The state of what is trained.

    Args:
        model: The network, compiled and built with its metrics.
        callbacks: The spec's callbacks.
        position: How far training is.
        frozen: What `frozen_variables` gave for the stage.
        progress: What is kept with it.
    """
    found = _variables(model)
    places = {id(variable): place for place, variable in enumerate(found["model"])}
    return State(
        position=position,
        weights=[places[id(each)] for each in model.weights],
        variables={name: [np.array(each) for each in group] for name, group in found.items()},
        names={name: [_called(each) for each in group] for name, group in found.items()},
        frozen=frozen,
        callbacks=[get_state(each) for each in callbacks],
        progress=progress,
    )


def put_variables(
    state: State,
    model: keras.Model,
    *,
    metrics: bool,
    is_changed: bool = False,
    keeps_rate: bool = False,
) -> None:
    """Gives a model the state's variables.

    Args:
        state: The state, of a run of the same spec.
        model: The network, compiled for the state's stage and built with its metrics.
        metrics: Whether the running metrics are put back too.
        is_changed: Whether the spec is another one, so that names are compared too.
        keeps_rate: Whether the model's own learning rate stays.

    Raises:
        UsageError: It belongs to another network, or to other training.
    """
    found = _variables(model)
    for group in GROUPS:
        if group == "metrics" and not metrics:
            continue
        _require_fit(state, group, found[group], names=is_changed)
    for group in GROUPS:
        if group == "metrics" and not metrics:
            continue
        for variable, value in zip(found[group], state.variables[group], strict=True):
            if not (keeps_rate and group == "optimizer" and _is_rate(variable)):
                variable.assign(value)


def put_callbacks(state: State, callbacks: Sequence[keras.callbacks.Callback]) -> None:
    """Gives callbacks what they knew. Some forget it as training begins, so it is for after that."""
    if len(callbacks) != len(state.callbacks):
        raise UsageError(
            f"the kept state has {len(state.callbacks)} callbacks, and the spec has {len(callbacks)}"
        )
    for callback, known in zip(callbacks, state.callbacks, strict=True):
        set_state(callback, dict(known))


def frozen_variables(model: keras.Model) -> frozenset[int]:
    """The places in `model.variables` of what no step changes, as layers are frozen now."""
    still, moved = set(), set()
    for layer in model._flatten_layers(include_self=False):  # noqa: SLF001 - of layers in layers, too
        if isinstance(layer, _NEVER_STILL):
            moved |= {id(each) for each in layer.variables}
        if layer.trainable:
            continue
        own = list(layer._trainable_variables)  # noqa: SLF001 - those that training could change
        if type(layer) in _STILL_WHEN_FROZEN:
            own += list(layer._non_trainable_variables)  # noqa: SLF001
        still |= {id(each) for each in own}
    return frozenset(
        place for place, variable in enumerate(model.variables) if id(variable) in still - moved
    )


def is_finite(state: State) -> bool:
    """Whether every weight is a number."""
    values = (state.variables["model"][place] for place in state.weights)
    return all(
        bool(np.isfinite(value).all())
        for value in values
        if np.issubdtype(value.dtype, np.floating)
    )


def _variables(model: keras.Model) -> dict[str, list[Any]]:
    return {
        "model": list(model.variables),
        "optimizer": list(model.optimizer.variables),
        "metrics": list(model.metrics_variables),
    }


def _is_rate(variable: Any) -> bool:
    return str(variable.path).endswith("/learning_rate")


def is_called(called: str, array: Array) -> bool:
    """Whether an array has the shape and type that the name of its variable says."""
    return _form(called) == _form_of(array.shape, array.dtype.name)


def _called(variable: Any) -> str:
    # Seed generators are numbered by what the process has built before.
    path = re.sub(r"seed_generator(_\d+)?", "seed_generator", variable.path)
    return path + _form_of(variable.shape, keras.backend.standardize_dtype(variable.dtype))


def _form_of(shape: Sequence[int], dtype: str) -> str:
    return f" ({', '.join(map(str, shape))}) {dtype}"


def _form(called: str) -> str:
    """What a name says besides the path."""
    return called[called.rindex(" (") :]


def _require_fit(state: State, group: str, variables: Sequence[Any], *, names: bool) -> None:
    then, now = list(state.names[group]), [_called(each) for each in variables]
    if not names:
        then, now = [_form(each) for each in then], [_form(each) for each in now]
    if then == now:
        return
    first = next(
        (f"{old} then, {new} now" for old, new in zip(then, now, strict=False) if old != new),
        f"{len(then)} variables then, {len(now)} now",
    )
    what = {"model": "network", "optimizer": "optimizer", "metrics": "metrics"}[group]
    raise UsageError(
        f"the kept state belongs to another {what}: {first.strip()}",
        hint="train the changed spec in a directory of its own",
    )
