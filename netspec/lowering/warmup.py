"""A learning rate that rises from nothing over the first steps, on top of a number or a schedule."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import keras

if TYPE_CHECKING:
    from collections.abc import Iterator


class WarmUp:
    """What Keras's optimizer asks for its learning rate: the rate without warm-up, times min(1, (step + 1) / steps).

    It is no schedule of Keras's, so that a number beneath it stays the optimizer's own variable: it is kept with the
    optimizer's state, and ReduceLROnPlateau can lower it. Keras asks a callable without arguments.

    Source: `_get_current_learning_rate` in keras/src/optimizers/base_optimizer.py.

    Attributes:
        rate: The rate without warm-up: a variable, or a schedule.
        iterations: The optimizer's variable that counts batches, from 0.
        steps: In how many steps the whole rate is reached.
    """

    def __init__(self, rate: Any, iterations: Any, steps: int) -> None:
        self.rate = rate
        self.iterations = iterations
        self.steps = steps

    def __call__(self) -> Any:
        """The learning rate of the step that comes next."""
        schedule = keras.optimizers.schedules.LearningRateSchedule
        rate = self.rate(self.iterations) if isinstance(self.rate, schedule) else self.rate
        return keras.ops.multiply(rate, self._share())

    def assign(self, value: float) -> None:
        """Sets the learning rate, as what lowers it does; within the warm-up it goes on rising from there."""
        self.rate.assign(keras.ops.divide(value, self._share()))

    def _share(self) -> Any:
        """How much of the rate the next step takes, from above 0 to 1."""
        begun = keras.ops.cast(self.iterations, keras.backend.floatx()) + 1
        return keras.ops.minimum(begun / self.steps, 1.0)


def warm_up(optimizer: keras.optimizers.Optimizer, steps: int) -> None:
    """Lets an optimizer's learning rate rise over its first steps; a step is one batch."""
    rate, iterations = optimizer._learning_rate, optimizer._iterations  # noqa: SLF001
    optimizer._learning_rate = WarmUp(rate, iterations, steps)  # noqa: SLF001


@contextmanager
def saved_plainly(model: keras.Model) -> Iterator[None]:
    """While it is open, the model is saved with nothing but Keras's own classes: without its optimizer's warm-up.

    Whoever loads what is saved trains on with the learning rate that comes after the warm-up.
    """
    optimizer = getattr(model, "optimizer", None)
    # Under mixed precision Keras wraps it in one that scales the loss.
    optimizer = getattr(optimizer, "inner_optimizer", optimizer)
    rate = getattr(optimizer, "_learning_rate", None)
    if optimizer is None or not isinstance(rate, WarmUp):
        yield
        return
    optimizer._learning_rate = rate.rate  # noqa: SLF001
    try:
        yield
    finally:
        optimizer._learning_rate = rate  # noqa: SLF001
