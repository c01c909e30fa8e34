"""What a user is told of windows and sizes that do not fit, in one, two and three dimensions."""

from __future__ import annotations

from typing import Any

import pytest

from netspec.diagnostics import Code
from tests.layers.messages import Case, hold_refused, hold_told, name_of


@pytest.mark.parametrize(
    "case",
    [
        Case(
            "Conv1D",
            [(4, 8)],
            {"filters": 4, "kernel_size": 5},
            Code.MAP_TOO_SMALL,
            "kernel_size",
            "gets 4 steps, fewer than the 5 of its kernel",
            "use padding: same, a smaller kernel, or remove a pooling layer above",
        ),
        Case(
            "Conv1D",
            [(4, 8)],
            {"filters": 4, "kernel_size": 3, "dilation_rate": 2},
            Code.MAP_TOO_SMALL,
            "kernel_size",
            "gets 4 steps, fewer than the 5 of its kernel (dilated)",
            "use padding: same, a smaller kernel, or remove a pooling layer above",
        ),
        Case(
            "MaxPooling3D",
            [(1, 7, 7, 8)],
            {},
            Code.MAP_TOO_SMALL,
            "pool_size",
            "gets a 1 x 7 x 7 map, smaller than its 2 x 2 x 2 pooling window",
            "use padding: same, a smaller pooling window, or remove a pooling layer above",
        ),
        Case(
            "Conv1D",
            [(512,)],
            {"filters": 4, "kernel_size": 5},
            Code.RANK,
            None,
            "takes sequences, (steps, channels), and gets (512)",
            "a Reshape above it can add the missing axis: [steps, 1]",
        ),
        Case(
            "Conv1D",
            [(32, 32, 3)],
            {"filters": 4, "kernel_size": 5, "data_format": "channels_first"},
            Code.RANK,
            None,
            "takes sequences, (channels, steps), and gets (32, 32, 3)",
            "a Reshape above it can join two axes",
        ),
        Case(
            "Conv3D",
            [(32, 32, 3)],
            {"filters": 4, "kernel_size": 5},
            Code.RANK,
            None,
            "takes volumes, (depth, height, width, channels), and gets (32, 32, 3)",
            "a Reshape above it can add the missing axis: [depth, height, width, 1]",
        ),
        Case(
            "GlobalMaxPooling3D",
            [(512,)],
            {},
            Code.RANK,
            None,
            "takes volumes, (depth, height, width, channels), and gets (512)",
            "place it above the Flatten or global pooling that took depth, height and width away",
        ),
        Case(
            "Cropping1D",
            [(5, 3)],
            {"cropping": [2, 3]},
            Code.MAP_TOO_SMALL,
            "cropping",
            "gets 5 steps, and cutting off 5 leaves nothing",
            "crop less, or remove a pooling layer above",
        ),
        Case(
            "Cropping2D",
            [(5, None, 3)],
            {"cropping": [3, 1]},
            Code.MAP_TOO_SMALL,
            "cropping",
            "gets a 5 x ? map, and cutting off 6 x 2 leaves nothing",
            "crop less, or remove a pooling layer above",
        ),
        Case(
            "AdaptiveAveragePooling2D",
            [(8, 8, 3)],
            {"output_size": 1},
            Code.FIELD_AGAINST_INPUT,
            "output_size",
            "cannot make 1 x 1 of 8 x 8: Keras cannot pool an axis to 1, or an axis of 1",
            "for one value of each channel use GlobalAveragePooling2D",
        ),
        Case(
            "AdaptiveMaxPooling1D",
            [(None, 3)],
            {"output_size": 2},
            Code.UNKNOWN_SIZE,
            None,
            "needs to know the size of the sequences it pools, and gets (?, 3)",
            "give model.input numbers there; GlobalMaxPooling1D takes any size",
        ),
        Case(
            "Conv2DTranspose",
            [(8, 8, None)],
            {"filters": 3, "kernel_size": 2},
            Code.UNKNOWN_SIZE,
            None,
            "needs to know its input's channels, and gets (8, 8, ?)",
            "give model.input a number there",
        ),
    ],
    ids=name_of,
)
def test_a_shape_that_does_not_fit_is_explained(case: Case) -> None:
    hold_told(case)


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        (
            "Conv1D",
            {"filters": 4, "kernel_size": [3, 3]},
            r"kernel_size takes a whole number of at least 1, not \[3, 3\]",
        ),
        (
            "Conv3D",
            {"filters": 4, "kernel_size": [3, 3]},
            "kernel_size takes a whole number of at least 1, or a list of 3 of them, not",
        ),
        ("Conv1D", {"filters": 4, "kernel_size": 3, "padding": "casual"}, "valid, same or causal"),
        ("Conv2D", {"filters": 4, "kernel_size": 3, "padding": "causal"}, "takes valid or same"),
        (
            "Conv1DTranspose",
            {"filters": 4, "kernel_size": 3, "strides": 2, "output_padding": 2},
            "output_padding 2 is not below strides 2",
        ),
        (
            "Conv3DTranspose",
            {"filters": 4, "kernel_size": 3, "strides": 2, "dilation_rate": [1, 1, 2]},
            "strides and dilation_rate cannot both be above 1",
        ),
        (
            "Conv2DTranspose",
            {"filters": 4, "kernel_size": 2, "padding": "same", "output_padding": 0},
            "output_padding 0 with padding: same and an even kernel",
        ),
        (
            "ZeroPadding3D",
            {"padding": [1, 2]},
            r"a list of 3 for depth, height and width, or \[\[front, back\], \[top, bottom\], ",
        ),
        ("AdaptiveMaxPooling2D", {"output_size": [3, None]}, "or a pair of them, not"),
        ("UpSampling1D", {"size": [2]}, "takes a whole number of at least 1, not"),
    ],
)
def test_fields_that_do_not_fit_are_explained(
    kind: str, fields: dict[str, Any], words: str
) -> None:
    hold_refused(kind, fields, words)
