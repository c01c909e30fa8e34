"""The Keras class of a thing: Keras's own of that name, or the one that a plugin's thing names."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import keras

from netspec.errors import UsageError
from netspec.extension import imported

if TYPE_CHECKING:
    from netspec.fields import Thing


def class_of(thing: type[Thing], namespace: Any, base: type) -> Any:
    """The class that a thing is built with.

    A name is that of a class from a closed registry or of an enabled plugin, never a spec's text alone.

    Args:
        thing: The thing's class.
        namespace: Where Keras has its own, such as `keras.layers`.
        base: What it derives from, such as `keras.layers.Layer`.

    Raises:
        UsageError: A plugin names a class that is not there, is none, or could not be opened again once it is saved.
    """
    if thing.keras_class is None:
        return getattr(namespace, thing.kind())
    found = imported(thing.keras_class, of=thing.kind())
    if not inspect.isclass(found) or not issubclass(found, base):
        message = f"{thing.kind()} needs {thing.keras_class}, which is no {base.__name__} of Keras"
        raise UsageError(message)
    if ">" not in keras.saving.get_registered_name(found):
        raise UsageError(
            f"{thing.kind()} needs {thing.keras_class}, which Keras could save and not open again",
            hint='write @keras.saving.register_keras_serializable("…") above the class',
        )
    return found
