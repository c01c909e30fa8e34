"""netspec's layers bear Keras's names, fields and defaults, and draw the same bounds.

A new release of Keras fails here, by the name of what is new.
"""

from __future__ import annotations

import inspect
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from netspec.fields import Choice, ListOf, Mismatch, Nullable, OneOf, Pair, Real, ThingOf, Whole
from netspec.fields.base import field_types
from netspec.layers.fields import InnerLayer
from netspec.layers.registry import CELLS, LAYERS
from netspec.testing.keras_side import KerasRefuses, build, call
from tests.layers.differences import TAKEN_BY_KERAS
from tests.layers.examples import class_of, example_of, layer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.fields import FieldType
    from netspec.layers.shapes import Shape

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.keras

PARITY = Path(__file__).parents[2] / "docs" / "parity.md"

# Keras's constructor fields that no spec has, each with the reason.
LEFT_OUT = {
    "dtype": "runtime.precision sets it for the whole model",
    "lora_alpha": "goes with lora_rank",
    "lora_rank": "adapters are for large language models' fine-tuning",
    "name": "netspec's own: one field of every layer",
    "quantization_config": "quantization is a step after training",
    "Discretization.epsilon": "goes with num_bins",
    "Discretization.num_bins": "bins are learned from data by it, before training",
    "flash_attention": "TensorFlow has none: true fails, and false is what is there",
    "gptq_unpacked_column_size": "quantization is a step after training",
    "reverse_dtype": "runtime.precision sets it for the whole model",
    "sparse": "tensors of a network are dense",
    "stateful": "states kept from batch to batch need batches in order and of one size",
    "weights": "a spec holds no numbers of weights",
}


KINDS = (*LAYERS.names(), *CELLS.names())


# What a constructor takes among its keywords, for the class that it is made from.
BY_KEYWORD = {
    "AdditiveAttention": {
        "seed": inspect.Parameter("seed", inspect.Parameter.KEYWORD_ONLY, default=None)
    },
}


def test_every_bound_that_differs_is_documented() -> None:
    text = PARITY.read_text(encoding="utf-8")
    assert [title for title in TAKEN_BY_KERAS.values() if title not in text] == []


def public_layers() -> dict[str, type]:
    names = (name for name in dir(keras.layers) if not name.startswith("_"))
    return {name: found for name in names if inspect.isclass(found := getattr(keras.layers, name))}


def test_every_public_layer_of_keras_is_known_by_name() -> None:
    known = {*LAYERS.modules, *LAYERS.strings, *LAYERS.refused, *LAYERS.not_yet}
    assert sorted(public_layers().keys() - known) == []


def test_every_name_in_the_tables_is_a_layer_of_keras() -> None:
    known = {*LAYERS.modules, *LAYERS.strings, *LAYERS.refused, *LAYERS.not_yet}
    assert [name for name in sorted(known) if not callable(getattr(keras.layers, name, None))] == []


def test_an_alias_stands_for_the_class_it_stands_for_in_keras() -> None:
    for alias, name in LAYERS.strings.items():
        assert getattr(keras.layers, alias) is getattr(keras.layers, name)


def parameters(kind: str) -> dict[str, inspect.Parameter]:
    signature = inspect.signature(getattr(keras.layers, kind))
    named = {
        name: parameter
        for name, parameter in signature.parameters.items()
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD
        and not {name, f"{kind}.{name}"} & LEFT_OUT.keys()
    }
    return {**named, **BY_KEYWORD.get(kind, {})}


@pytest.mark.parametrize("kind", KINDS)
def test_fields_are_the_constructors(kind: str) -> None:
    found = class_of(kind)
    own = {"name", "trainable", *found.wiring}
    assert sorted(found.model_fields.keys() - own) == sorted(parameters(kind))


def as_written(default: Any) -> Any:
    return [as_written(item) for item in default] if isinstance(default, tuple) else default


@pytest.mark.parametrize("kind", KINDS)
def test_defaults_are_the_constructors(kind: str) -> None:
    thing = class_of(kind)
    types = field_types(type(layer(kind, **example_of(kind)[0])))
    for name, parameter in parameters(kind).items():
        info = thing.model_fields[name]
        if parameter.default is inspect.Parameter.empty:
            assert info.is_required(), name
        elif name == "data_format":
            assert (parameter.default, info.default) == (None, "channels_last")
        elif isinstance(types[name], ThingOf):
            assert info.default == parameter.default, name
        else:
            assert info.default == types[name].read(as_written(parameter.default)), name


def past_a_number(field_type: Real) -> Iterator[float]:
    if field_type.minimum is not None:
        yield field_type.minimum - 0.5
    if field_type.maximum is not None:
        yield field_type.maximum + 0.5
    yield from (bound for bound in (field_type.above, field_type.below) if bound is not None)


def past_a_pair(field_type: Pair) -> Iterator[Any]:
    for value in outside(field_type.item):
        yield [value] * field_type.length if isinstance(value, list) else value
    yield [1] * (field_type.length + 1)


def outside(field_type: FieldType) -> Iterator[Any]:
    """Values just past what a field takes."""
    match field_type:
        case Whole(minimum=int(minimum)):
            yield minimum - 1
        case Real():
            yield from past_a_number(field_type)
        case Choice():
            yield "nonsense"
        case Pair():
            yield from past_a_pair(field_type)
        case ListOf():
            if field_type.minimum:
                yield []
            yield from ([value] for value in outside(field_type.item))
        case Nullable():
            yield from outside(field_type.item)
        case OneOf():
            for item in field_type.types:
                yield from outside(item)


def cases() -> Iterator[tuple[str, str, Any]]:
    for kind in KINDS:
        for name, field_type in field_types(type(layer(kind, **example_of(kind)[0]))).items():
            if name in parameters(kind):
                yield from ((kind, name, value) for value in outside(field_type))


@pytest.mark.parametrize(("kind", "field", "value"), list(cases()))
def test_keras_refuses_what_lies_outside_a_fields_bounds(kind: str, field: str, value: Any) -> None:
    fields, shapes = example_of(kind)
    with pytest.raises(Mismatch):
        layer(kind, **{**fields, field: value})
    given = {name: 1 / 255 if part == "1/255" else part for name, part in fields.items()}
    if f"{kind}.{field}: {value}" in TAKEN_BY_KERAS:
        keras_takes(kind, {**given, field: value}, shapes)
    else:
        with pytest.raises(Exception):  # noqa: B017, PT011 - whatever Keras raises is a refusal
            keras_takes(kind, {**given, field: value}, shapes)


def keras_takes(kind: str, fields: dict[str, Any], shapes: tuple[Shape, ...]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        built = getattr(keras.layers, kind)(**with_inner_layers(kind, fields))
        example = layer(kind, **example_of(kind)[0])
        if kind in CELLS.modules:
            example = layer("RNN", cell={kind: example_of(kind)[0]})
            built, shapes = keras.layers.RNN(built), tuple((5, *shape) for shape in shapes)
        call(built, example, shapes)


def with_inner_layers(kind: str, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields, with Keras's layers for the layers inside."""
    from netspec.lowering.layers import to_keras

    types = field_types(class_of(kind))
    return {
        name: to_keras(types[name].read(value), name=name, seed=1)
        if isinstance(types[name], InnerLayer)
        else value
        for name, value in fields.items()
    }


# Each was measured; see /docs/parity.md.


def test_keras_lower_cases_same_and_netspec_does_not() -> None:
    assert keras.layers.Conv2D(1, 1, padding="SAME").padding == "same"
    with pytest.raises(Mismatch, match="takes valid or same, not the text 'SAME'"):
        layer("Conv2D", filters=1, kernel_size=1, padding="SAME")


def test_keras_builds_a_rescaling_for_two_channels_on_three_and_cannot_run_it() -> None:
    built = keras.layers.Rescaling([1.0, 2.0])
    assert built(keras.Input((4, 4, 3))).shape == (None, 4, 4, 3)
    with pytest.raises(KerasRefuses, match="run: "):
        call(keras.layers.Rescaling([1.0, 2.0]), layer("Rescaling", scale=1), [(4, 4, 3)])


def test_keras_joins_the_images_of_a_batch_by_concatenate_on_axis_0() -> None:
    image = keras.Input((4, 4, 3))
    assert keras.layers.Concatenate(axis=0)([image, image]).shape == (None, 4, 4, 3)
    ones = keras.ops.ones((2, 4, 4, 3))
    assert keras.layers.Concatenate(axis=0)([ones, ones]).shape == (4, 4, 4, 3)


def test_strides_and_dilation_together_are_refused_by_conv2d_alone() -> None:
    both = {"kernel_size": 3, "strides": 2, "dilation_rate": 2, "padding": "same"}
    with pytest.raises(ValueError, match="not supported in conjunction"):
        keras.layers.Conv2D(4, **both)
    with pytest.raises(Mismatch, match="cannot both be above 1"):
        layer("Conv2D", filters=4, **both)
    for separable in (
        layer("SeparableConv2D", filters=4, **both),
        layer("DepthwiseConv2D", **both),
    ):
        assert build(separable, [(8, 6, 4)]).output_shapes == ((4, 3, 4),)


def test_an_unknown_size_between_two_others_does_not_hide_that_they_differ() -> None:
    shapes = [(3, 1), (None, 1), (2, 1)]
    built = keras.layers.Add()
    assert built([keras.Input(shape) for shape in shapes]).shape == (None, None, 1)
    with pytest.raises(KerasRefuses, match="run: "):
        call(built, layer("Add"), shapes)


def test_dropout_has_a_seed_among_its_variables_and_none_among_its_weights() -> None:
    some, none = keras.layers.Dropout(0.5), keras.layers.Dropout(0.0)
    assert (len(some.variables), some.weights) == (1, [])
    assert none.variables == []
