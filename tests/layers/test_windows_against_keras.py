"""Windows as Keras moves them, and what it does with those that netspec refuses; see /docs/parity.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netspec.fields import Mismatch
from netspec.fields.base import field_types
from netspec.layers.base import Layer
from netspec.layers.registry import LAYERS
from netspec.layers.shapes import ShapeError
from netspec.testing.keras_side import KerasRefuses, build
from netspec.testing.strategies import strategy_for
from tests.layers.examples import infer, layer
from tests.layers.test_layer_parity import hold_equal

if TYPE_CHECKING:
    from netspec.layers.shapes import Shape

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.keras

# Sizes that windows have in practice: large enough to meet a map's end, small enough to fit it.
WINDOW = st.sampled_from([1, 2, 2, 3, 3, 4])
STEP = st.sampled_from([1, 1, 2, 3])
WINDOWS = [
    kind
    for kind in LAYERS.names()
    if {"kernel_size", "pool_size"} & LAYERS.get(kind).model_fields.keys() and "LSTM" not in kind
]


@st.composite
def geometry(draw: st.DrawFn, kind: str) -> tuple[dict[str, Any], tuple[Shape]]:
    """Fields that say where a layer's window stands, no others, and a shape that it mostly takes."""
    found = LAYERS.get(kind)
    assert issubclass(found, Layer)
    ((*sizes, channels),) = found.example.shapes
    types = field_types(found)

    def each(numbers: st.SearchStrategy[int]) -> Any:
        return draw(st.lists(numbers, min_size=len(sizes), max_size=len(sizes)))

    window = "kernel_size" if "kernel_size" in types else "pool_size"
    fields = {**found.example.fields, window: each(WINDOW)}
    fields["strides"] = each(STEP)
    fields["padding"] = draw(strategy_for(types["padding"]))
    if "dilation_rate" in types and draw(st.booleans()):
        fields["dilation_rate"] = each(STEP)
        fields["strides"] = draw(st.sampled_from([1, 1, 2]))
    if "output_padding" in types and draw(st.booleans()):
        fields["output_padding"] = each(st.sampled_from([0, 0, 1, 2]))
    if draw(st.integers(0, 5)) == 0:
        fields["data_format"] = "channels_first"
        return fields, ((channels, *each(st.integers(1, 9))),)
    return fields, ((*each(st.integers(1, 9)), channels),)


@pytest.mark.parametrize("kind", WINDOWS)
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_window_stands_where_keras_puts_it(kind: str, data: st.DataObject) -> None:
    fields, shapes = data.draw(geometry(kind))
    found = LAYERS.get(kind)
    assert issubclass(found, Layer)
    hold_equal(found.model_validate(fields), shapes)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_transposed_map_too_small_for_its_input_is_promised_and_cannot_run(rank: int) -> None:
    fields = {"filters": 3, "kernel_size": 2, "padding": "same", "output_padding": 0, "strides": 2}
    built = getattr(keras.layers, f"Conv{rank}DTranspose")(**fields)
    shape = (*[5] * rank, 4)
    assert built(keras.Input(shape)).shape == (None, *[8] * rank, 3)
    with pytest.raises(Exception, match="Exception encountered"):
        built(keras.ops.ones((2, *shape)))
    with pytest.raises(Mismatch, match="too small to come from this input"):
        layer(f"Conv{rank}DTranspose", **fields)


@pytest.mark.parametrize("kind", ["AdaptiveAveragePooling", "AdaptiveMaxPooling"])
@pytest.mark.parametrize(("size", "wanted"), [(5, 1), (1, 2), (1, 1)])
def test_adaptive_pooling_to_one_or_of_one_cannot_be_trained(
    kind: str, size: int, wanted: int
) -> None:
    built = getattr(keras.layers, f"{kind}1D")(wanted)
    assert built(keras.Input((size, 4))).shape == (None, wanted, 4)
    model = keras.Sequential([keras.Input((size, 4)), built])
    model.compile(loss="mse")
    with pytest.raises(ValueError, match="Negative dimension size"):
        model.predict(keras.ops.ones((2, size, 4)), verbose=0)
    with pytest.raises(ShapeError, match="Keras cannot pool an axis to 1, or an axis of 1"):
        infer(f"{kind}1D", (size, 4), output_size=wanted)


def test_adaptive_pooling_of_an_unknown_size_is_promised_and_cannot_be_traced() -> None:
    pooling = layer("AdaptiveMaxPooling2D", output_size=2)
    assert keras.layers.AdaptiveMaxPooling2D(2)(keras.Input((None, 8, 3))).shape == (None, 2, 2, 3)
    with pytest.raises(KerasRefuses, match="must be statically known"):
        build(pooling, [(None, 8, 3)])
    with pytest.raises(ShapeError, match="needs to know the size"):
        pooling.infer([(None, 8, 3)])


def test_no_output_of_a_causal_convolution_depends_on_a_later_step() -> None:
    fields = {"filters": 3, "kernel_size": 3, "padding": "causal", "dilation_rate": 2}
    built = keras.layers.Conv1D(**fields)
    early = keras.ops.ones((1, 10, 4))
    late = keras.ops.concatenate([early[:, :6], early[:, 6:] * 7], axis=1)
    before, after = built(early), built(late)
    assert tuple(before.shape[1:]) == infer("Conv1D", (10, 4), **fields).output_shape
    assert bool(keras.ops.all(before[:, :6] == after[:, :6]))
    assert not bool(keras.ops.all(before[:, 6:] == after[:, 6:]))
