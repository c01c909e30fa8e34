"""What callbacks remember of the training so far, taken out and put back to the same bits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import keras
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

# None, a flag, a number, a text, lists and mappings of these; an array; a list of arrays.
State: TypeAlias = dict[str, Any]

# The attributes of Keras's callbacks that one epoch hands on to the next.
# Source: keras/src/callbacks/ of Keras 3.15.1.
ATTRIBUTES: dict[type[keras.callbacks.Callback], tuple[str, ...]] = {
    keras.callbacks.EarlyStopping: ("wait", "stopped_epoch", "best", "best_epoch", "best_weights"),
    keras.callbacks.ModelCheckpoint: (
        "best",
        "_batches_seen_since_last_saving",
        "_last_batch_seen",
        "_current_epoch",
    ),
    keras.callbacks.ReduceLROnPlateau: ("wait", "cooldown_counter", "best"),
    keras.callbacks.TerminateOnNaN: (),
}
_FLOAT = "float"


def get_state(callback: keras.callbacks.Callback) -> State:
    """What a callback remembers.

    Args:
        callback: One of Keras's own that netspec lowers, or any object with `get_state` and `set_state`.

    Returns:
        Values that JSON has, NumPy arrays, and lists of NumPy arrays, by name. A Python float is its digits in
        base 16, because JSON has no form for NaN. Empty for a callback that remembers nothing, and for one that is
        neither in the table nor has `get_state`.
    """
    if hasattr(callback, "get_state"):
        return dict(callback.get_state())
    # ModelCheckpoint knows no epoch before the first has begun.
    return {
        name: _packed(getattr(callback, name))
        for name in _attributes(callback)
        if hasattr(callback, name)
    }


def set_state(callback: keras.callbacks.Callback, state: Mapping[str, Any]) -> None:
    """Puts back what `get_state` gave; what a state does not name stays as it is.

    EarlyStopping and ReduceLROnPlateau forget everything when training begins, so that this comes after their
    `on_train_begin`.

    Args:
        callback: A callback made of the same spec.
        state: What `get_state` gave, perhaps in another process.
    """
    if hasattr(callback, "set_state"):
        callback.set_state(dict(state))
        return
    for name in _attributes(callback):
        if name in state:
            setattr(callback, name, _unpacked(state[name]))


def _attributes(callback: keras.callbacks.Callback) -> tuple[str, ...]:
    """The names of a callback's class, or of the nearest that it derives from."""
    return next((ATTRIBUTES[kind] for kind in type(callback).__mro__ if kind in ATTRIBUTES), ())


def _packed(value: Any) -> Any:
    # numpy.float64 is a Python float too, and shall stay what it is.
    if isinstance(value, np.generic):
        return np.asarray(value)
    if isinstance(value, float):
        return {_FLOAT: value.hex()}
    if isinstance(value, list):
        return [_packed(each) for each in value]
    if value is None or isinstance(value, bool | int | str | np.ndarray):
        return value
    return np.asarray(keras.ops.convert_to_numpy(value))


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        return float.fromhex(value[_FLOAT])
    if isinstance(value, list):
        return [_unpacked(each) for each in value]
    if isinstance(value, np.ndarray) and not value.ndim:
        return value[()]
    return value
