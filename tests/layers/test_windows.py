"""Layers that move a window or change a map's size, in one, two and three dimensions: known numbers, by hand."""

from __future__ import annotations

from typing import Any

import pytest

from netspec.layers.shapes import Shape, ShapeError, Weight
from tests.layers.examples import infer, layer


def shape_of(kind: str, shape: Shape, **fields: Any) -> Shape:
    return infer(kind, shape, **fields).output_shape


@pytest.mark.parametrize(
    ("fields", "size"),
    [
        ({"padding": "same"}, 14),
        ({"padding": "same", "output_padding": 0}, 13),
        ({"padding": "same", "output_padding": 1}, 14),
        ({"padding": "valid"}, 15),
        ({"padding": "valid", "output_padding": 1}, 16),
    ],
)
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_transposed_convolution_of_7_with_kernel_3_and_strides_2(
    rank: int, fields: dict[str, Any], size: int
) -> None:
    given = {"filters": 5, "kernel_size": 3, "strides": 2, **fields}
    found = shape_of(f"Conv{rank}DTranspose", (*[7] * rank, 4), **given)
    assert found == (*[size] * rank, 5)


def test_dilation_enlarges_what_a_transposed_kernel_reaches() -> None:
    given = {"filters": 5, "kernel_size": 3, "dilation_rate": 2}
    assert shape_of("Conv1DTranspose", (7, 4), **given) == (11, 5)
    assert shape_of("Conv1DTranspose", (7, 4), **given, padding="same") == (7, 5)


def test_strides_larger_than_the_kernel_leave_no_gap_at_the_end() -> None:
    assert shape_of("Conv1DTranspose", (7, 4), filters=5, kernel_size=2, strides=3) == (21, 5)


def test_a_transposed_convolution_makes_what_a_convolution_would_shrink_back() -> None:
    window = {"filters": 4, "kernel_size": 4, "strides": 3, "padding": "same"}
    for size in (19, 20, 21):
        small = shape_of("Conv2D", (size, size, 4), **window)
        assert small == (7, 7, 4)
    sizes = {
        shape_of("Conv2DTranspose", (7, 7, 4), **window, output_padding=more)[0] for more in (1, 2)
    }
    assert sizes == {19, 20}
    assert shape_of("Conv2DTranspose", (7, 7, 4), **window) == (21, 21, 4)


def test_a_transposed_kernel_has_filters_before_channels() -> None:
    weights = infer("Conv3DTranspose", (4, 4, 4, 2), filters=5, kernel_size=[1, 2, 3]).weights
    assert weights == (Weight("kernel", (1, 2, 3, 5, 2)), Weight("bias", (5,)))


def test_causal_padding_keeps_the_length_however_far_the_kernel_reaches() -> None:
    causal = {"filters": 3, "kernel_size": 3, "padding": "causal"}
    assert shape_of("Conv1D", (10, 4), **causal) == (10, 3)
    assert shape_of("Conv1D", (10, 4), **causal, dilation_rate=16) == (10, 3)
    assert shape_of("Conv1D", (10, 4), **causal, strides=3) == (4, 3)


def test_a_list_of_one_number_is_that_number_for_sequences() -> None:
    assert vars(layer("Conv1D", filters=3, kernel_size=[5], strides=2)) == vars(
        layer("Conv1D", filters=3, kernel_size=5, strides=[2])
    )


def test_adaptive_pooling_gives_the_size_it_is_asked_for_and_can_enlarge() -> None:
    assert shape_of("AdaptiveMaxPooling1D", (8, 4), output_size=3) == (3, 4)
    assert shape_of("AdaptiveAveragePooling2D", (3, 8, 4), output_size=[5, 2]) == (5, 2, 4)
    assert shape_of("AdaptiveMaxPooling3D", (3, 8, 5, 4), output_size=2) == (2, 2, 2, 4)


def test_cropping_takes_back_what_padding_added() -> None:
    for rank, margins in ((1, [2, 0]), (2, [[2, 0], [1, 3]]), (3, [[2, 0], [1, 3], [0, 0]])):
        shape: Shape = (*(5, 6, 7)[:rank], 4)
        padded = shape_of(f"ZeroPadding{rank}D", shape, padding=margins)
        assert padded != shape
        assert shape_of(f"Cropping{rank}D", padded, cropping=margins) == shape


def test_two_margins_are_the_ends_of_a_sequence_and_the_axes_of_an_image() -> None:
    assert shape_of("ZeroPadding1D", (5, 4), padding=[1, 2]) == (8, 4)
    assert shape_of("ZeroPadding2D", (5, 5, 4), padding=[1, 2]) == (7, 9, 4)
    assert shape_of("Cropping3D", (5, 6, 7, 4), cropping=[0, 1, 2]) == (5, 4, 3, 4)


def test_a_list_of_three_is_depth_height_and_width() -> None:
    assert shape_of("UpSampling3D", (2, 3, 4, 1), size=[1, 2, 3]) == (2, 6, 12, 1)
    assert shape_of("MaxPooling3D", (2, 4, 9, 1), pool_size=[1, 2, 3]) == (2, 2, 3, 1)


def test_channels_first_moves_the_channels_of_sequences_and_volumes() -> None:
    first = {"filters": 8, "kernel_size": 3, "data_format": "channels_first"}
    assert shape_of("Conv1D", (4, 32), **first) == (8, 30)
    assert shape_of("Conv3DTranspose", (4, 5, 6, 7), **first) == (8, 7, 8, 9)
    assert shape_of("MaxPooling1D", (4, 32), data_format="channels_first") == (4, 16)
    assert shape_of("ZeroPadding1D", (4, 32), data_format="channels_first") == (4, 34)
    pooled = shape_of(
        "GlobalMaxPooling3D", (4, 5, 6, 7), data_format="channels_first", keepdims=True
    )
    assert pooled == (4, 1, 1, 1)


@pytest.mark.parametrize(
    ("kind", "fields", "channels"),
    [
        ("Conv1D", {"filters": 5, "kernel_size": 3}, 5),
        ("Conv1DTranspose", {"filters": 5, "kernel_size": 3, "strides": 2}, 5),
        ("DepthwiseConv1D", {"kernel_size": 3}, 4),
        ("SeparableConv1D", {"filters": 5, "kernel_size": 3}, 5),
        ("MaxPooling1D", {}, 4),
        ("Cropping1D", {}, 4),
        ("ZeroPadding1D", {}, 4),
        ("UpSampling1D", {}, 4),
    ],
)
def test_an_unknown_length_stays_unknown(kind: str, fields: dict[str, Any], channels: int) -> None:
    inference = infer(kind, (None, 4), **fields)
    assert inference.output_shape == (None, channels)
    assert inference.macs == (None if "kernel_size" in fields else 0)


def test_global_pooling_needs_no_size() -> None:
    assert shape_of("GlobalAveragePooling1D", (None, 4)) == (4,)
    assert shape_of("GlobalMaxPooling3D", (None, None, None, 4)) == (4,)


@pytest.mark.parametrize(
    ("kind", "shape", "fields", "macs"),
    [
        # a window of 3 on 4 channels, 8 filters, 30 positions
        ("Conv1D", (32, 4), {"filters": 8, "kernel_size": 3}, 3 * 4 * 8 * 30),
        ("Conv1D", (32, 4), {"filters": 8, "kernel_size": 3, "groups": 4}, 3 * 1 * 8 * 30),
        ("Conv3D", (4, 5, 6, 2), {"filters": 3, "kernel_size": [1, 2, 3]}, 6 * 2 * 3 * 4 * 4 * 4),
        ("DepthwiseConv1D", (32, 4), {"kernel_size": 3, "depth_multiplier": 2}, 3 * 8 * 30),
        ("SeparableConv1D", (32, 4), {"filters": 5, "kernel_size": 3}, (3 * 4 + 4 * 5) * 30),
        # every input position adds its kernel once, whatever is cut off the output
        (
            "Conv2DTranspose",
            (7, 7, 4),
            {"filters": 5, "kernel_size": 3, "strides": 2},
            9 * 4 * 5 * 49,
        ),
        (
            "Conv2DTranspose",
            (7, 7, 4),
            {"filters": 5, "kernel_size": 3, "strides": 2, "padding": "same"},
            9 * 4 * 5 * 49,
        ),
        ("UpSampling3D", (4, 5, 6, 2), {}, 0),
        ("AdaptiveAveragePooling1D", (32, 4), {"output_size": 3}, 0),
    ],
)
def test_multiply_accumulates(kind: str, shape: Shape, fields: dict[str, Any], macs: int) -> None:
    assert infer(kind, shape, **fields).macs == macs


def test_depth_multiplies_the_channels_of_a_depthwise_bias() -> None:
    weights = infer("DepthwiseConv1D", (8, 4), kernel_size=3, depth_multiplier=2).weights
    assert [(weight.name, weight.shape) for weight in weights] == [
        ("kernel", (3, 4, 2)),
        ("bias", (8,)),
    ]


def test_a_pointwise_kernel_is_one_long_on_each_axis() -> None:
    _, pointwise, _ = infer("SeparableConv1D", (8, 4), filters=5, kernel_size=3).weights
    assert (pointwise.name, pointwise.shape) == ("pointwise_kernel", (1, 4, 5))


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("kind", ["MaxPooling", "GlobalMaxPooling", "Cropping", "UpSampling"])
def test_a_layer_takes_as_many_axes_as_its_name_says(kind: str, rank: int) -> None:
    for axes in {1, 2, 3} - {rank}:
        with pytest.raises(ShapeError, match=r"takes (sequences|images|volumes), "):
            infer(f"{kind}{rank}D", (*[8] * axes, 4))
