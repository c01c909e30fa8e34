"""A layer of a spec to the Keras layer it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras

from netspec.fields import Nullable, ThingOf
from netspec.fields.base import field_types
from netspec.lowering import things
from netspec.lowering.seeds import derive_seed
from netspec.things.registries import INITIALIZERS, REGULARIZERS

if TYPE_CHECKING:
    from netspec.fields import FieldType, Registry
    from netspec.layers.base import Layer

# What a Keras layer is told beside its constructor's fields.
_OF_EVERY_LAYER = frozenset({"name", "trainable"})


def to_keras(layer: Layer, *, name: str, seed: int) -> keras.layers.Layer:
    """The Keras layer, not yet called.

    Its initial weights and its random stream are a function of the layer, its name and the seed.

    Args:
        layer: The layer as the spec says it.
        name: Its name in the expanded graph, joined by dots.
        seed: The spec's seed.
    """
    fields = {
        field: _lowered(getattr(layer, field), field_type, seed=derive_seed(seed, name, field))
        for field, field_type in field_types(type(layer)).items()
        if field not in layer.wiring | _OF_EVERY_LAYER
    }
    if fields.get("seed", 0) is None:
        fields["seed"] = derive_seed(seed, name, "seed")
    # The kind is the name of a class of netspec's own, from its closed registry.
    # The dtype is said, because Keras would otherwise take it from a file in the user's home.
    built = getattr(keras.layers, layer.kind())(**fields, name=keras_name(name), dtype="float32")
    # SpatialDropout2D has no such argument.
    built.trainable = layer.trainable
    return built


def keras_name(name: str) -> str:
    """A name of the expanded graph as Keras layers bear it: dots break Keras on PyTorch."""
    return name.replace(".", "-")


def _lowered(value: Any, field_type: FieldType, *, seed: int) -> Any:
    registry = _registry(field_type)
    if registry is None or value is None:
        return value
    if registry is INITIALIZERS:
        return things.initializer(value, seed=seed)
    lower = things.regularizer if registry is REGULARIZERS else things.constraint
    return lower(value)


def _registry(field_type: FieldType) -> Registry | None:
    """The registry whose things a field takes, or None."""
    inner = field_type.item if isinstance(field_type, Nullable) else field_type
    return inner.registry if isinstance(inner, ThingOf) else None
