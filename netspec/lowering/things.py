"""Things as Keras objects: optimizers, losses, metrics, initializers and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras

from netspec.errors import UsageError
from netspec.fields import Thing
from netspec.lowering.classes import class_of
from netspec.lowering.warmup import warm_up
from netspec.things.base import Loss, Metric, Optimizer
from netspec.things.registries import INITIALIZERS
from netspec.things.schedules import Schedule
from netspec.wording import snake_case

if TYPE_CHECKING:
    from netspec.spec.training import Stage

_NAMESPACES = {
    "constraints": keras.constraints,
    "initializers": keras.initializers,
    "optimizers": keras.optimizers,
    "regularizers": keras.regularizers,
    "schedules": keras.optimizers.schedules,
}


def to_keras(thing: Thing, *, seed: int | None = None) -> Any:
    """The Keras object of a thing, with everything in it.

    Names that Keras would number by what the process has built before are given, so that two runs
    agree.

    Args:
        thing: The thing.
        seed: What an initializer without a seed of its own is seeded with.
    """
    kind = type(thing)
    arguments = {name: _value(getattr(thing, name)) for name in kind.model_fields}
    if isinstance(thing, Metric):
        arguments["name"] = thing.logged_as
    elif isinstance(thing, Optimizer):
        arguments["name"] = snake_case(thing.kind())
    if "seed" in arguments and arguments["seed"] is None:
        arguments["seed"] = seed
    if isinstance(thing, Loss):
        return class_of(kind, keras.losses, keras.losses.Loss)(**arguments)
    if isinstance(thing, Metric):
        return class_of(kind, keras.metrics, keras.metrics.Metric)(**arguments)
    family = kind.__module__.removeprefix("netspec.things.").partition(".")[0]
    return getattr(_NAMESPACES[family], thing.kind())(**arguments)


def optimizer(
    thing: Thing, *, stage: Stage | None = None, steps_per_epoch: int | None = None
) -> keras.optimizers.Optimizer:
    """The optimizer, with its schedule and warm-up.

    Args:
        thing: The optimizer.
        stage: The part of training that it is for: its learning rate and warm-up count, if it has any.
        steps_per_epoch: The batches of an epoch, for what counts epochs.

    Raises:
        UsageError: Something counts epochs, and the steps of one are not known.
    """
    if stage is not None and stage.learning_rate is not None:
        thing = thing.model_copy(update={"learning_rate": stage.learning_rate})
    rate = getattr(thing, "learning_rate", None)
    if isinstance(rate, Schedule) and rate.counts_epochs:
        counted = rate.in_steps(_known(steps_per_epoch, rate.kind()))
        thing = thing.model_copy(update={"learning_rate": counted})
    built = to_keras(thing)
    if stage is not None and stage.warmup is not None:
        steps = stage.warmup.in_steps(
            _known(steps_per_epoch, "warmup") if stage.warmup.unit == "epochs" else 1
        )
        warm_up(built, steps)
    return built


def _known(steps_per_epoch: int | None, what: str) -> int:
    if steps_per_epoch is None:
        raise UsageError(
            f"{what} counts epochs, and how many steps an epoch has follows from the images",
            hint="write steps, such as `1000 steps`, where the images are not known",
        )
    return steps_per_epoch


def loss(thing: Thing) -> keras.losses.Loss:
    """The loss."""
    return to_keras(thing)


def metric(value: Thing | str) -> keras.metrics.Metric | str:
    """The metric; ``accuracy`` and ``acc`` stay, for Keras resolves them by shapes."""
    return value if isinstance(value, str) else to_keras(value)


def initializer(value: Thing | str, *, seed: int) -> keras.initializers.Initializer:
    """The initializer, seeded; its own seed wins.

    Args:
        value: The thing, or the string name that a field has as its default.
        seed: The seed of this weight's draw.
    """
    thing = INITIALIZERS.find(value)() if isinstance(value, str) else value
    return to_keras(thing, seed=seed)


def regularizer(thing: Thing | None) -> keras.regularizers.Regularizer | None:
    """The regularizer, if there is one."""
    return None if thing is None else to_keras(thing)


def constraint(thing: Thing | None) -> keras.constraints.Constraint | None:
    """The constraint, if there is one."""
    return None if thing is None else to_keras(thing)


def _value(value: object) -> Any:
    if isinstance(value, Thing):
        return to_keras(value)
    return [_value(item) for item in value] if isinstance(value, tuple) else value
