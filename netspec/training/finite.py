"""Whether losses and weights are still numbers, and which step it was where they are not."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING, Any

import tensorflow as tf

from netspec.training.state import is_finite

if TYPE_CHECKING:
    import keras

    from netspec.training.state import State

# Steps that a loss may be looked at later on a device of its own, which need not be waited for then.
_LATE = 16


def is_number(value: Any) -> bool:
    """Whether everything in a tensor or a variable is a finite number, or it holds no such numbers."""
    tensor = tf.convert_to_tensor(value)
    return not tensor.dtype.is_floating or bool(tf.reduce_all(tf.math.is_finite(tensor)))


class NotANumberError(ArithmeticError):
    """The loss, or a weight, is no longer a number.

    Attributes:
        epoch: The epoch, counted from 0.
        step: The step of it, counted from 0.
        what: What is none, `the loss` or `a weight`.
    """

    def __init__(self, epoch: int, step: int, what: str) -> None:
        super().__init__(
            f"{what} is no longer a finite number in epoch {epoch + 1}, step {step + 1:,}"
        )
        self.epoch = epoch
        self.step = step
        self.what = what


class LossWatch:
    """Looks at the loss of every step. Keras's is the mean of an epoch so far: once lost, it stays lost."""

    def __init__(self) -> None:
        self._late = _LATE if tf.config.list_physical_devices("GPU") else 0
        self._waiting: deque[tuple[int, int, Any]] = deque()
        self._last = (0, 0)

    def saw(self, epoch: int, step: int, logs: Any) -> None:
        """A step gave these metrics.

        Raises:
            NotANumberError: A step's loss is no number.
        """
        self._last = epoch, step
        self._waiting.append((epoch, step, logs["loss"]))
        while len(self._waiting) > self._late:
            self._look()

    def require_all(self) -> None:
        """Looks at what has not been looked at.

        Raises:
            NotANumberError: A step's loss is no number.
        """
        while self._waiting:
            self._look()

    def require_weights(self, model: keras.Model) -> None:
        """Makes sure that what was trained is of use.

        Raises:
            NotANumberError: A weight, or a loss before it, is no number.
        """
        self.require_all()
        if not all(is_number(each) for each in model.weights):
            raise NotANumberError(*self._last, "a weight")

    def require_finite(self, state: State) -> None:
        """Makes sure that a state may be kept.

        Raises:
            NotANumberError: A weight of it, or a loss before it, is no number.
        """
        self.require_all()
        if not is_finite(state):
            raise NotANumberError(*self._last, "a weight")

    def _look(self) -> None:
        epoch, step, loss = self._waiting.popleft()
        if not math.isfinite(float(loss)):
            raise NotANumberError(epoch, step, "the loss")
