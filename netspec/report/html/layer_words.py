"""A layer in few words: the family that it belongs to, and its main fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.fields.difference import plain, spelled
from netspec.graph.placed import WIRING
from netspec.layers.base import Layer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netspec.graph.graph import LayerNode
    from netspec.graph.item import Item

# The modules of `netspec.layers` whose classes do alike; all others are `other`.
_FAMILIES = {
    "convolution": ("convolution", "separable", "transposed"),
    "normalization": ("normalization",),
    "activation": ("activation",),
    "pooling": ("pooling", "global_pooling", "adaptive"),
    "dense": ("core", "einsum"),
    "merge": ("merging",),
    "attention": ("attention", "heads"),
    "recurrent": ("recurrent", "convolutional_recurrent"),
}
_OF_MODULE = {module: family for family, modules in _FAMILIES.items() for module in modules}
_OTHERS_OF_CORE = frozenset({"Identity", "Masking"})
OTHER = "other"
FAMILIES = (*_FAMILIES, OTHER)

# What is told of a layer in its box, in this order; fields that are not here only where there is none of these.
_TOLD = {
    "units": "units {}",
    "num_heads": "heads {}",
    "num_query_heads": "heads {}",
    "key_dim": "key {}",
    "head_dim": "head {}",
    "equation": "{}",
    "output_dim": "to {}",
    "kernel_size": "kernel {}",
    "filters": "filters {}",
    "pool_size": "pool {}",
    "output_size": "to {}",
    "target_shape": "to {}",
    "size": "size {}",
    "cropping": "crop {}",
    "strides": "stride {}",
    "dilation_rate": "dilation {}",
    "depth_multiplier": "multiplier {}",
    "groups": "groups {}",
    "activation": "{}",
    "padding": "{}",
    "return_sequences": "sequences",
    "rate": "rate {}",
    "stddev": "deviation {}",
    "axis": "axis {}",
}
# Values that go without saying.
_USUAL = {
    "strides": (None, 1),
    "dilation_rate": (1,),
    "depth_multiplier": (1,),
    "groups": (1,),
    "padding": ("valid",),
    "return_sequences": (False,),
    "axis": (-1,),
}
_MOST_FIELDS = 5
_UNTOLD = WIRING | {"trainable", "seed"}


def family(layer: Layer | None) -> str:
    """What a layer does, in one word of `FAMILIES`.

    A plugin's does what netspec's layer does that it is made from, one that holds a layer what that does.
    """
    held = getattr(layer, "layer", None)
    if isinstance(held, Layer):
        return family(held)
    for each in type(layer).__mro__:
        package, _, module = each.__module__.rpartition(".")
        if package == "netspec.layers" and module in _OF_MODULE:
            return OTHER if each.__name__ in _OTHERS_OF_CORE else _OF_MODULE[module]
    return OTHER


def in_short(layer: Layer | None) -> str:
    """The fields that tell a layer from others of its kind: ``kernel 3, filters 64, stride 2, relu, same``."""
    if layer is None:
        return ""
    told = list(_told(layer)) or list(_others(layer))
    return ", ".join(told[:_MOST_FIELDS])


def fields(node: LayerNode, *, as_written: bool) -> list[tuple[str, str]]:
    """A layer's fields with their values, as YAML writes them.

    Args:
        node: The layer.
        as_written: Whether the text says them; else those that are not as by default.
    """
    return written(node.item) if as_written else _spelled(_given(node.layer))


def written(item: Item) -> list[tuple[str, str]]:
    """The fields that the text gives an item, their expressions computed."""
    values = {} if item.fields is None else item.fields.value()
    assert isinstance(values, dict)  # noqa: S101 - as fields are
    return _spelled(values)


def _spelled(values: Mapping[str, object]) -> list[tuple[str, str]]:
    return [(name, spelled(value)) for name, value in values.items() if name not in WIRING]


def _told(layer: Layer) -> Iterator[str]:
    for name, phrase in _TOLD.items():
        value = getattr(layer, name, None)
        if value is None:
            continue
        value = _small(plain(value))
        usual = _USUAL.get(name, ())
        if value in usual or (name == "strides" and value == _small(_of(layer, "pool_size"))):
            continue
        if name == "activation" and value == type(layer).model_fields[name].default:
            continue
        if name == "padding" and not isinstance(value, str):
            phrase = "padding {}"  # noqa: PLW2901 - of a layer that is nothing else
        yield phrase.format(_spoken(value))


def _of(layer: Layer, field: str) -> object:
    return plain(getattr(layer, field, None))


def _others(layer: Layer) -> Iterator[str]:
    for name, value in _given(layer).items():
        if name not in _UNTOLD and not isinstance(getattr(layer, name), Layer):
            yield f"{name} {_spoken(value)}"


def _given(layer: Layer | None) -> dict[str, object]:
    """The fields that are not as by default."""
    value = plain(layer)
    inner = next(iter(value.values())) if isinstance(value, dict) and value else {}
    return inner if isinstance(inner, dict) else {}


def _small(value: object) -> object:
    """One number for sizes that are the same along each axis."""
    if isinstance(value, list) and value and all(each == value[0] for each in value):
        return _small(value[0])
    return value


def _spoken(value: object) -> str:
    if isinstance(value, list) and value and not any(isinstance(each, list) for each in value):
        return " x ".join(map(spelled, value))
    if isinstance(value, dict) and len(value) == 1:
        return str(next(iter(value)))
    return f"{value:.3g}" if isinstance(value, float) else spelled(value)
