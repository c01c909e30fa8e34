"""What the loop knows of callbacks and logs, as Keras's `fit` does."""

from __future__ import annotations

from typing import Any

import keras


class LastLogs(keras.callbacks.Callback):  # type: ignore[misc] # Keras has no types
    """Sees what callbacks have made of an epoch's logs: it is the last of them.

    Attributes:
        logs: Those of the last epoch that ended.
    """

    def __init__(self) -> None:
        super().__init__()
        self.logs: dict[str, float] = {}

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Takes what is logged by now."""
        del epoch
        self.logs = dict(logs or {})


def numbers_of(logs: Any) -> dict[str, float]:
    """What Keras gives of metrics, as Python's numbers."""
    return {name: float(value) for name, value in logs.items()}


def listens_to_steps(callback: keras.callbacks.Callback) -> bool:
    """Whether a callback takes what training steps give, for which the device has to be waited for."""
    return _overrides(callback, "on_train_batch_end") or _overrides(callback, "on_batch_end")


def listens_to_tests(callback: keras.callbacks.Callback) -> bool:
    """Whether a callback takes what steps of validation give."""
    return _overrides(callback, "on_test_batch_end")


def _overrides(callback: keras.callbacks.Callback, hook: str) -> bool:
    return getattr(type(callback), hook) is not getattr(keras.callbacks.Callback, hook)
