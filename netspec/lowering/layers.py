"""A layer of a spec to the Keras layer it names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import keras

from netspec.fields import Nullable, ThingOf
from netspec.fields.base import field_types
from netspec.graph.nested import BlockLayer
from netspec.layers.base import ArgumentLayer, Layer
from netspec.layers.flip import Flip
from netspec.lowering import things
from netspec.lowering.classes import class_of
from netspec.lowering.freezing import remember
from netspec.lowering.names import keras_name
from netspec.lowering.precision import FULL
from netspec.lowering.seeds import derive_seed
from netspec.lowering.starts import start_apart
from netspec.things.registries import INITIALIZERS, REGULARIZERS
from netspec.wording import snake_case

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.fields import FieldType, Registry
    from netspec.graph.graph import Graph

# What a Keras layer is told beside its constructor's fields.
_OF_EVERY_LAYER = frozenset({"name", "trainable"})


def call(built: Any, layer: Layer, tensors: Sequence[Any], **further: object) -> tuple[Any, ...]:
    """Calls a Keras layer as its kind is called.

    Args:
        built: The Keras layer.
        layer: The layer as the spec says it, with the arguments of this call.
        tensors: What it takes, in the order in which `inputs` names them.
        further: Arguments for Keras alone, such as ``training``.

    Returns:
        Everything it gives.
    """
    constants = getattr(layer, "call", None)
    arguments = {**({} if constants is None else vars(constants)), **further}
    if isinstance(layer, ArgumentLayer):
        found = layer.by_argument(tensors)
        given = {
            argument.name: layer.given(argument, found[argument.name])
            for argument in layer.arguments
            if argument.name in found
        }
        if layer.takes == "arguments":
            first = given.pop(layer.arguments[0].name)
            outputs = built(first, **given, **arguments)
        else:
            outputs = built(list(given.values()), **arguments)
    else:
        outputs = built(list(tensors) if layer.takes == "list" else tensors[0], **arguments)
    # Stacked cells give their states in lists.
    # A layer that is called again casts under another name, for Keras asks that each be the only one.
    calls = len(getattr(built, "_inbound_nodes", ()))
    name = f"{built.name}-cast" if calls <= 1 else f"{built.name}-cast-{calls - 1}"
    return tuple(_with_a_point(each, name) for each in keras.tree.flatten(outputs))


def heed_inference(built: keras.layers.Layer) -> None:
    """Has a layer that is called with `training=False` stay so while the network trains.

    A functional model tells every layer its own `training`, over what the layer's call said.

    Source: keras/src/models/functional.py, `operation_fn`; keras/src/layers/layer.py, `_call_context_args`.
    """
    told: set[str] = built._call_context_args  # noqa: SLF001
    built._call_context_args = told - {"training"}  # noqa: SLF001


def to_keras(
    layer: Layer, *, name: str, seed: int, nested: object = None, precision: str = FULL
) -> keras.layers.Layer:
    """The Keras layer, not yet called.

    Its initial weights and its random stream are a function of the layer, its name and the seed.

    Args:
        layer: The layer as the spec says it.
        name: Its name in the expanded graph, joined by dots.
        seed: The spec's seed.
        nested: The network that a block inside the layer became.
        precision: What it and the layers inside it compute in, as Keras's dtype policies are called.
    """
    layer = layer.spelled_out()
    if not is_layer(layer):
        return cast("keras.layers.Layer", _Flipped(keras_name(name)))
    if isinstance(layer, BlockLayer):
        from netspec.lowering.model import to_keras as network  # which lowers layers in its turn

        return network(cast("Graph", nested), seed=seed, precision=precision, nested=True)
    fields = {
        field: _lowered(
            getattr(layer, field), field_type, _Use(seed, name, field, nested, precision)
        )
        for field, field_type in field_types(type(layer)).items()
        if field not in layer.wiring | _OF_EVERY_LAYER
    }
    if fields.get("seed", 0) is None:
        fields["seed"] = derive_seed(seed, name, "seed")
    # The dtype is said, because Keras would otherwise take it from a file in the user's home.
    told = {"name": keras_name(name), "dtype": precision, **layer.for_keras()}
    built = class_of(type(layer), keras.layers, keras.layers.Layer)(**{**fields, **told})
    start_apart(built, layer, name=name, seed=seed)
    remember(built)
    # SpatialDropout2D has no such argument. Only what is frozen is set; the layers inside have their own word.
    if not layer.trainable:
        built.trainable = False
    return built


def is_layer(layer: Layer) -> bool:
    """Whether it is a layer in Keras too, and not an operation."""
    return not isinstance(layer, Flip)


@dataclass(frozen=True)
class _Flipped:
    """Keras's operation for Flip, which has no layer."""

    name: str

    def __call__(self, tensor: Any) -> Any:
        flipped = keras.ops.flip(tensor, axis=-1)
        if isinstance(flipped, keras.KerasTensor):
            # Keras would number it by what the process built before.
            flipped._keras_history.operation.name = self.name  # noqa: SLF001
        return flipped


def _with_a_point(tensor: Any, name: str) -> Any:
    """Whole numbers, such as those of bins, as the type that every layer takes."""
    if not keras.backend.is_int_dtype(tensor.dtype):
        return tensor
    cast = keras.ops.cast(tensor, "float32")
    if isinstance(cast, keras.KerasTensor):
        # Keras would number it by what the process built before.
        cast._keras_history.operation.name = name  # noqa: SLF001
    return cast


@dataclass(frozen=True)
class _Use:
    """Which field of which layer a value stands in."""

    seed: int
    name: str
    field: str
    nested: object
    precision: str

    @property
    def field_seed(self) -> int:
        return derive_seed(self.seed, self.name, self.field)


def _lowered(value: Any, field_type: FieldType, use: _Use) -> Any:
    if isinstance(value, Layer):
        name = f"{use.name}.{value.name or snake_case(value.kind())}"
        return to_keras(value, name=name, seed=use.seed, nested=use.nested, precision=use.precision)
    if isinstance(value, tuple) and value and isinstance(value[0], Layer):
        return [
            _lowered(item, field_type, replace(use, name=f"{use.name}.{index}"))
            for index, item in enumerate(value)
        ]
    registry = _registry(field_type)
    if registry is None or value is None:
        return value
    if registry is INITIALIZERS:
        return things.initializer(value, seed=use.field_seed)
    lower = things.regularizer if registry is REGULARIZERS else things.constraint
    return lower(value)


def _registry(field_type: FieldType) -> Registry | None:
    """The registry whose things a field takes, or None."""
    inner = field_type.item if isinstance(field_type, Nullable) else field_type
    return inner.registry if isinstance(inner, ThingOf) else None
