"""The layers of a Keras model, written as rows are."""

from __future__ import annotations

import contextlib
import importlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import keras
from keras.src.applications import imagenet_utils
from keras.src.utils import file_utils

from netspec.layers.registry import LAYERS
from netspec.spec.model import read_layer
from netspec.things.registries import INITIALIZERS
from tests.applications.expansion import IMAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Keys of a configuration that are no field, or that a spec leaves to netspec.
LEFT_OUT = {"name", "trainable", "dtype", "seed", "build_config", "input_axes", "ragged"}
PAIRS = {"kernel_size", "strides", "pool_size", "dilation_rate"}
# The functions behind those of a family, where these do not take all its arguments.
SHARED = ("EfficientNetV2", "EfficientNet")


@dataclass(frozen=True)
class KerasRow:
    """A layer of a Keras model.

    Attributes:
        name: Its name.
        kind: netspec's kind.
        fields: The fields that differ from netspec's defaults.
        inputs: The names of the layers it takes, or `IMAGES`.
        shape: What it gives, without the batch.
        layer: Keras's.
    """

    name: str
    kind: str
    fields: Mapping[str, Any]
    inputs: tuple[str, ...]
    shape: tuple[int | None, ...] = field(compare=False)
    layer: Any = field(compare=False)


@dataclass
class Build:
    """What was seen while Keras built a network.

    Attributes:
        model: The network; its weights have shapes and no values.
        rows: Its layers in Keras's order.
        sizes: What Keras's function said of the images' size.
        download: What it would have fetched: the file's name, its origin and its hash.
    """

    model: Any = None
    rows: list[KerasRow] = field(default_factory=list)
    sizes: dict[str, Any] = field(default_factory=dict)
    download: tuple[str, str, str | None] | None = None


def build(
    function: str,
    *,
    family: Mapping[str, Any] | None = None,
    tokens: bool = False,
    **options: Any,
) -> Build:
    """Builds a network of `keras.applications` in a fresh session, without making its numbers.

    Args:
        function: Keras's function.
        family: Arguments of the function behind it, which all of its family share.
        tokens: Whether a token stands for the padding that follows from a layer's size.
        options: The function's own arguments.
    """
    keras.backend.clear_session()
    seen = Build()
    pads: dict[int, Any] = {}
    # Without a state, weights have shapes and no values, which would take most of the time.
    empty = keras.StatelessScope(initialize_variables=False)
    with _patched(seen, pads), _told(function, family or {}), empty:
        seen.model = getattr(keras.applications, function)(**{"weights": None, **options})
    names = {id(tensor): IMAGES for tensor in seen.model.inputs}
    seen.rows = list(_rows(seen.model, names, pads if tokens else {}))
    return seen


@contextlib.contextmanager
def _patched(seen: Build, pads: dict[int, Any]) -> Iterator[None]:
    """Notes what Keras asks for while it builds; nothing is fetched."""
    obtain, correct = imagenet_utils.obtain_input_shape, imagenet_utils.correct_pad
    fetch, load = file_utils.get_file, keras.Model.load_weights

    def obtained(input_shape: Any, **arguments: Any) -> Any:
        seen.sizes = arguments
        return obtain(input_shape, **arguments)

    def padded(inputs: Any, kernel_size: Any) -> Any:
        pads.setdefault(id(inputs), []).append((inputs, kernel_size))
        return correct(inputs, kernel_size)

    def fetched(name: str, origin: str, **arguments: Any) -> str:
        seen.download = (name, origin, arguments.get("file_hash"))
        return name

    imagenet_utils.obtain_input_shape, imagenet_utils.correct_pad = obtained, padded
    file_utils.get_file = fetched
    keras.Model.load_weights = lambda *_, **__: None
    try:
        yield
    finally:
        imagenet_utils.obtain_input_shape, imagenet_utils.correct_pad = obtain, correct
        file_utils.get_file, keras.Model.load_weights = fetch, load


@contextlib.contextmanager
def _told(function: str, arguments: Mapping[str, Any]) -> Iterator[None]:
    """Gives the function that a family shares arguments which its members do not take."""
    if not arguments:
        yield
        return
    module = module_of(function)
    shared = next(name for name in SHARED if name in vars(module))
    original = vars(module)[shared]
    setattr(module, shared, lambda *given, **named: original(*given[:3], **{**named, **arguments}))
    try:
        yield
    finally:
        setattr(module, shared, original)


def module_of(function: str) -> Any:
    """The module of Keras that defines a network."""
    return importlib.import_module(getattr(keras.applications, function).__module__)


def _rows(model: Any, names: dict[int, str], pads: Mapping[int, Any]) -> Iterator[KerasRow]:
    nodes = {id(node.operation): node for each in model._nodes_by_depth.values() for node in each}
    for operation in model.operations:
        if isinstance(operation, keras.layers.InputLayer):
            continue
        node = nodes[id(operation)]
        inputs = tuple(names[id(tensor)] for tensor in node.input_tensors)
        if isinstance(operation, keras.Sequential):
            inner = operation._functional
            names.update({id(tensor): inputs[0] for tensor in inner.inputs})
            yield from _rows(inner, names, pads)
            names[id(node.outputs[0])] = names[id(inner.outputs[0])]
            continue
        names[id(node.outputs[0])] = operation.name
        shape = tuple(node.outputs[0].shape[1:])
        yield from _written(operation, node, inputs, shape, pads)


def _written(
    operation: Any, node: Any, inputs: tuple[str, ...], shape: Any, pads: Mapping[int, Any]
) -> Iterator[KerasRow]:
    name, kind = operation.name, type(operation).__name__
    if kind == "CustomScaleLayer":  # adds its inputs, the second of them scaled
        scaled, scale = f"{name}_scale", {"scale": operation.scale}
        yield KerasRow(scaled, "Rescaling", scale, inputs[1:], shape, None)
        inputs, fields, kind = (inputs[0], scaled), {}, "Add"
    elif kind == "LayerScale":
        channels = operation.projection_dim
        start = {"Constant": {"value": operation.init_values}}
        fields = {
            "equation": "...c,c->...c",
            "output_shape": channels,
            "kernel_initializer": start,
        }
        kind = "EinsumDense"
    elif not isinstance(operation, keras.Layer):  # `x + 3.0`, `x * (1 / 6)`, or a sum of layers
        number = next((each for each in node.arguments.args if isinstance(each, float)), None)
        fields = {}
        if number is not None:
            fields = {"Add": {"scale": 1.0, "offset": number}, "Multiply": {"scale": number}}[kind]
            kind = "Rescaling"
    else:
        fields = dict(_fields(kind, operation.get_config()))
        for tensor, kernel in pads.get(id(node.input_tensors[0]), ()):
            if kind == "ZeroPadding2D" and tensor is node.input_tensors[0]:
                size = kernel if isinstance(kernel, int) else kernel[0]
                fields["padding"] = {"$correct_pad": size}
    yield KerasRow(name, kind, fields, inputs, shape, operation)


def _fields(kind: str, config: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The fields of a configuration that differ from netspec's defaults."""
    known = LAYERS.get(kind)
    fields = {}
    for key, value in config.items():
        if key not in known.model_fields:
            if key not in LEFT_OUT and value not in (None, False, 1):
                raise AssertionError(f"{kind} has no field {key}, and Keras says {value}")
        elif key not in LEFT_OUT:
            fields[key] = _value(kind, key, value)
    layer = read_layer({kind: fields})
    for key, value in fields.items():
        default = known.model_fields[key].default
        if default not in (value, getattr(layer, key)):
            yield key, value


def _value(kind: str, key: str, value: Any) -> Any:
    if isinstance(value, dict) and "class_name" in value:
        config = value["config"].items()
        arguments = {name: each for name, each in config if name != "seed" and each is not None}
        if arguments:
            known = INITIALIZERS.get(value["class_name"]).model_fields
            arguments = {k: v for k, v in arguments.items() if known[k].default != v}
            return {value["class_name"]: arguments}
        text: str = keras.src.utils.naming.to_snake_case(value["class_name"])
        return text
    if key == "activation" and value == "linear" and kind != "Activation":
        return None
    if key == "axis" and value in (3, [3], [-1]):
        return -1  # the last of four
    if key in PAIRS and len(set(value)) == 1:
        return value[0]
    written: Any = json.loads(json.dumps(value))  # with lists for tuples
    return written
