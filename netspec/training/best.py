"""Which epoch is the best, and by what."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import keras

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Best:
    """The best epoch so far.

    An EarlyStopping that brings the best weights back decides it, by all that it takes into account; else the first
    ModelCheckpoint that keeps the best only; else the validation loss, or the training loss without validation.

    Attributes:
        epoch: The epoch, from 1; 0 before the first has ended.
        by: The name of what is compared.
    """

    def __init__(self, callbacks: Sequence[keras.callbacks.Callback]) -> None:
        """Chooses what decides.

        Args:
            callbacks: Keras's callbacks, each with its `mode` said.
        """
        self.epoch = 0
        self.by = "val_loss"
        self._sign = 1
        self._value = math.nan
        self._stopping = next(
            (
                each
                for each in callbacks
                if isinstance(each, keras.callbacks.EarlyStopping) and each.restore_best_weights
            ),
            None,
        )
        for each in callbacks:
            keeps = isinstance(each, keras.callbacks.ModelCheckpoint) and each.save_best_only
            if each is self._stopping or (keeps and self._stopping is None):
                self.by, self._sign = each.monitor, -1 if each.mode == "max" else 1
                break

    @property
    def restored(self) -> int | None:
        """The epoch whose weights EarlyStopping brings back at the end, or None."""
        if self._stopping is None or self._stopping.best_weights is None:
            return None
        return int(self._stopping.best_epoch) + 1

    def after(self, epoch: int, logs: Mapping[str, float]) -> bool:
        """Whether an epoch is the best so far. Callbacks have seen it already.

        Args:
            epoch: The epoch, from 1.
            logs: What it gave.
        """
        if self.by not in logs:
            self.by, self._sign = "loss", 1
        value = logs[self.by] * self._sign
        if self.restored is not None:
            better = self.restored == epoch
        else:
            # Nothing is better than what is no number, and anything is better than that.
            better = not self.epoch or value < self._value or math.isnan(self._value)
        if better:
            self.epoch, self._value = epoch, value
        return better

    def get_state(self) -> dict[str, Any]:
        """What `set_state` needs, as JSON has it."""
        value = float(self._value).hex()
        return {"epoch": self.epoch, "by": self.by, "sign": self._sign, "value": value}

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Goes on from what `get_state` gave."""
        self.epoch, self.by, self._sign = state["epoch"], state["by"], state["sign"]
        self._value = float.fromhex(state["value"])
