"""A small training that is killed after an epoch and goes on in new objects, as a resumed run does."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from netspec.training.callback_state import get_state, set_state

if TYPE_CHECKING:
    from collections.abc import Sequence

IMAGES = np.random.default_rng(0).random((12, 4), dtype="float32")
LABELS = np.arange(12) % 3


class KilledError(Exception):
    """The process has ended."""


def network(*, use_ema: bool = False, rate: float = 0.5) -> Any:
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
    compile_anew(model, use_ema=use_ema, rate=rate)
    return model


def compile_anew(model: Any, *, use_ema: bool = False, rate: float = 0.5) -> None:
    # Step by step, because a graph for each of the many small trainings would take longer than they do.
    optimizer = keras.optimizers.SGD(rate, momentum=0.9, use_ema=use_ema, ema_momentum=0.8)
    model.compile(
        optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"], run_eagerly=True
    )


def variables(model: Any) -> list[Any]:
    """Every number of a model and its optimizer."""
    return [np.array(each) for each in (*model.variables, *model.optimizer.variables)]


@dataclass
class Kept:
    """What a run has kept after an epoch, and the epoch before."""

    epochs: int
    numbers: list[Any]
    callbacks: list[dict[str, Any]]
    earlier: Kept | None = None


class Keeper(keras.callbacks.Callback):  # type: ignore[misc] # Keras has no types
    """Comes last: puts a state back when training begins, keeps one after an epoch, and may kill the run there."""

    def __init__(
        self, callbacks: Sequence[Any], back: Kept | None, killed_after: int | None
    ) -> None:
        super().__init__()
        self.callbacks, self.back, self.killed_after = callbacks, back, killed_after
        self.kept: Kept | None = None

    def on_train_begin(self, *_: Any) -> None:
        if self.back is None:
            return
        own = (*self.model.variables, *self.model.optimizer.variables)
        for variable, number in zip(own, self.back.numbers, strict=True):
            variable.assign(number)
        for callback, state in zip(self.callbacks, self.back.callbacks, strict=True):
            set_state(callback, state)

    def on_epoch_end(self, epoch: int, *_: Any) -> None:
        states = [get_state(callback) for callback in self.callbacks]
        self.kept = Kept(epoch + 1, variables(self.model), states, self.kept)
        if epoch + 1 == self.killed_after:
            raise KilledError


def fit(  # noqa: PLR0913 - each has a name
    model: Any,
    callbacks: Sequence[Any],
    *,
    epochs: int,
    begun: int = 0,
    back: Kept | None = None,
    killed_after: int | None = None,
) -> Kept:
    """Trains, and gives what was kept last; a killed run ends here too."""
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    keeper = Keeper(callbacks, back, killed_after)
    with suppress(KilledError):
        model.fit(
            IMAGES,
            LABELS,
            validation_data=(IMAGES[:6], LABELS[:6]),
            initial_epoch=begun if back is None else back.epochs,
            epochs=epochs,
            batch_size=4,
            shuffle=False,
            callbacks=[*callbacks, keeper],
            verbose=0,
        )
    assert keeper.kept is not None
    return keeper.kept


def end_process(callbacks: Sequence[Any]) -> None:
    """Closes what the end of a process closes, and writes nothing more."""
    for callback in callbacks:
        if getattr(callback, "csv_file", None) is not None:
            callback.csv_file.close()
