"""Keras's SwapEMAWeights, so that training may end, or go on, after any epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras

if TYPE_CHECKING:
    from collections.abc import Mapping


class SwappedAverages(keras.callbacks.SwapEMAWeights):  # type: ignore[misc] # Keras has no types
    """Keras's SwapEMAWeights, except for what an epoch's end leaves in the optimizer.

    When `fit` ends, the optimizer gives the model its averages. With `swap_on_epoch` Keras has the model's own weights
    there by then, and puts the averages back after the last planned epoch only: whatever ends training before it loses
    them, and more epochs than planned lose the model's own. Here the averages are in both places after every epoch,
    and the model's own weights wait in the callback.
    """

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._own: list[Any] | None = None

    def on_train_begin(self, logs: Any = None) -> None:
        """Forgets the stage before: the next has an optimizer of its own, and begins with the averages."""
        del logs
        self._ema_weights_in_model, self._own = False, None

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Gives the model its own weights back."""
        if self._own is not None:
            for average, value in zip(self._averages(), self._own, strict=True):
                average.assign(value)
            self._own = None
        super().on_epoch_begin(epoch, logs)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Gives the model the averages, and keeps its own weights."""
        del epoch, logs
        if not self.swap_on_epoch or self._ema_weights_in_model:
            return
        self._swap_variables()
        self._ema_weights_in_model = True
        self._own = [keras.ops.convert_to_numpy(average) for average in self._averages()]
        self._finalize_ema_values()

    def get_state(self) -> dict[str, Any]:
        """Whether the averages are in the model, and then the model's own weights."""
        return {"averages_in_model": self._ema_weights_in_model, "own": self._own}

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Puts back what `get_state` gave; the model's and the optimizer's variables are not its own."""
        self._ema_weights_in_model, self._own = state["averages_in_model"], state["own"]

    def _averages(self) -> list[Any]:
        optimizer = self.model.optimizer
        optimizer = getattr(optimizer, "inner_optimizer", optimizer)  # loss scaling wraps one
        return list(optimizer._model_variables_moving_average)  # noqa: SLF001 - Keras's own does so
