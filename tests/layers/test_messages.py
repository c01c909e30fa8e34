"""What a user is told when a layer's fields or inputs do not fit."""

from __future__ import annotations

from typing import Any

import pytest

from netspec.diagnostics import Code
from tests.layers.messages import Case, hold_refused, hold_told, name_of


@pytest.mark.parametrize(
    "case",
    [
        Case(
            "Conv2D",
            [(2, 2, 8)],
            {"filters": 4, "kernel_size": 5},
            Code.MAP_TOO_SMALL,
            "kernel_size",
            "gets a 2 x 2 map, smaller than its 5 x 5 kernel",
            "use padding: same, a smaller kernel, or remove a pooling layer above",
        ),
        Case(
            "Conv2D",
            [(4, 4, 8)],
            {"filters": 4, "kernel_size": 3, "dilation_rate": 2},
            Code.MAP_TOO_SMALL,
            "kernel_size",
            "gets a 4 x 4 map, smaller than its 5 x 5 kernel (dilated)",
            "use padding: same, a smaller kernel, or remove a pooling layer above",
        ),
        Case(
            "MaxPooling2D",
            [(1, 7, 8)],
            {},
            Code.MAP_TOO_SMALL,
            "pool_size",
            "gets a 1 x 7 map, smaller than its 2 x 2 pooling window",
            "use padding: same, a smaller pooling window, or remove a pooling layer above",
        ),
        Case(
            "Conv2D",
            [(512,)],
            {"filters": 4, "kernel_size": 5},
            Code.RANK,
            None,
            "takes images, (height, width, channels), and gets (512)",
            "place it above the Flatten or global pooling that took height and width away",
        ),
        Case(
            "Conv2D",
            [(28, 28)],
            {"filters": 4, "kernel_size": 5},
            Code.RANK,
            None,
            "takes images, (height, width, channels), and gets (28, 28)",
            "a Reshape above it can add the missing axis: [height, width, 1]",
        ),
        Case(
            "Conv2D",
            [(8, 8, 6)],
            {"filters": 4, "kernel_size": 1, "groups": 4},
            Code.FIELD_AGAINST_INPUT,
            "groups",
            "cannot split 6 channels into 4 groups",
            "groups must divide the input's channels and the filters",
        ),
        Case(
            "Dense",
            [(None,)],
            {"units": 10},
            Code.UNKNOWN_SIZE,
            None,
            "needs to know its input's channels, and gets (?)",
            "give model.input a number there",
        ),
        Case(
            "Add",
            [(8, 8, 16), (8, 8, 32)],
            {},
            Code.MERGE_SHAPES,
            "inputs",
            "cannot add (8, 8, 16) and (8, 8, 32): 16 and 32 differ",
            "a 1 x 1 Conv2D on one of them gives it the other's channels",
        ),
        Case(
            "Multiply",
            [(4, 5), (4,)],
            {},
            Code.MERGE_SHAPES,
            "inputs",
            "cannot multiply (4, 5) and (4): 5 and 4 differ",
            "sizes must be the same, or 1, counted from the right",
        ),
        Case(
            "Average",
            [(3, 1), (None, 1), (2, 1)],
            {},
            Code.MERGE_SHAPES,
            "inputs",
            "cannot average (3, 1), (?, 1) and (2, 1): 3 and 2 differ",
            "sizes must be the same, or 1, counted from the right",
        ),
        Case(
            "Add",
            [(8, 8, 16)],
            {},
            Code.INPUT_COUNT,
            "inputs",
            "joins several inputs, and gets one",
            "name them: `inputs: [a, b]`",
        ),
        Case(
            "Concatenate",
            [(8, 8, 3), (1, 1, 3)],
            {},
            Code.MERGE_SHAPES,
            "inputs",
            "cannot concatenate (8, 8, 3) and (1, 1, 3) along axis -1: 8 and 1 differ",
            "all sizes but the one along the axis must be the same; nothing is repeated",
        ),
        Case(
            "Concatenate",
            [(8, 8, 3), (3,)],
            {},
            Code.MERGE_SHAPES,
            "inputs",
            "cannot concatenate (8, 8, 3) and (3) along axis -1: they have different numbers of axes",
            "all sizes but the one along the axis must be the same; nothing is repeated",
        ),
        Case(
            "Concatenate",
            [(8, 8, 3), (8, 8, 3)],
            {"axis": 0},
            Code.FIELD_AGAINST_INPUT,
            "axis",
            "would join the images of a batch with axis 0, which is the batch",
            "the batch counts as axis 0: here it is 1 to 3, or -1 for the last",
        ),
        Case(
            "BatchNormalization",
            [(8, 8, 3)],
            {"axis": 4},
            Code.FIELD_AGAINST_INPUT,
            "axis",
            "has axis 4, and gets (8, 8, 3), which has no such axis",
            "here it is 1 to 3, or -1 for the last",
        ),
        Case(
            "LayerNormalization",
            [(None, 8, 3)],
            {"axis": [1, 2]},
            Code.UNKNOWN_SIZE,
            "axis",
            "needs to know the size it learns a scale for, and gets (?, 8, 3)",
            "give model.input a number there, or choose another axis",
        ),
        Case(
            "Softmax",
            [(8, 3)],
            {"axis": [2, -1]},
            Code.FIELD_AGAINST_INPUT,
            "axis",
            "names an axis of (8, 3) twice",
            "an axis counted from the front and from the back is the same one",
        ),
        Case(
            "Reshape",
            [(7, 7, 4)],
            {"target_shape": [10, -1]},
            Code.FIELD_AGAINST_INPUT,
            "target_shape",
            "cannot make [10, -1] of (7, 7, 4), which holds 196 values",
            "[10, -1] takes a multiple of 10",
        ),
        Case(
            "Reshape",
            [(None, 3)],
            {"target_shape": [5, 2]},
            Code.FIELD_AGAINST_INPUT,
            "target_shape",
            "cannot make [5, 2] of (?, 3), which holds a multiple of 3 values",
            "[5, 2] takes 10",
        ),
        Case(
            "Rescaling",
            [(32, 32, 3)],
            {"scale": [1, 2]},
            Code.FIELD_AGAINST_INPUT,
            "scale",
            "has a scale for 2 channels, and gets (32, 32, 3)",
            "give one number, or 3",
        ),
        Case(
            "Dropout",
            [(32, 32, 3)],
            {"rate": 0.5, "noise_shape": [1, 1, 3]},
            Code.FIELD_AGAINST_INPUT,
            "noise_shape",
            "has a noise_shape of 3 axes, and gets (32, 32, 3)",
            "4 entries, the batch first; each is null, 1, or the axis's size",
        ),
        Case(
            "Dense",
            [(8,)],
            {"units": 3, "bias_initializer": "orthogonal"},
            Code.FIELD_AGAINST_INPUT,
            "bias_initializer",
            "cannot use this bias_initializer on its bias, (3): Orthogonal takes a matrix, or more",
            None,
        ),
        Case(
            "Dense",
            [(8,)],
            {"units": 3, "bias_constraint": {"MaxNorm": {"axis": [0, 1]}}},
            Code.FIELD_AGAINST_INPUT,
            "bias_constraint",
            "cannot use this bias_constraint on its bias, (3): MaxNorm has axis 1, which it has not",
            None,
        ),
    ],
    ids=name_of,
)
def test_a_shape_that_does_not_fit_is_explained(case: Case) -> None:
    hold_told(case)


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("Conv2D", {"filters": 6, "kernel_size": 3, "groups": 4}, "6 filters do not divide into 4"),
        ("Reshape", {"target_shape": [-1, -1]}, "only one size can be -1, not 2"),
        ("Reshape", {"target_shape": [0, 3]}, "a size of 0 leaves nothing in the map"),
        (
            "Resizing",
            {"height": 4, "width": 4, "crop_to_aspect_ratio": True, "pad_to_aspect_ratio": True},
            "cannot both be true",
        ),
        (
            "BatchNormalization",
            {"renorm": True, "renorm_clipping": {"rmin": 2, "rmax": 1}},
            "rmin 2 is above rmax 1",
        ),
        ("BatchNormalization", {"renorm_clipping": {"rmid": 2}}, "'rmid' cannot be a name here"),
        ("ZeroPadding2D", {"padding": [1, 2, 3]}, r"or \[\[top, bottom\], \[left, right\]\], not"),
        ("Rescaling", {"scale": [1, 2], "offset": [1, 2, 3]}, "for 2 channels, and offset for 3"),
        ("Dropout", {"rate": 1}, "takes a number of at least 0 and below 1, not 1"),
    ],
)
def test_fields_that_contradict_each_other_are_refused(
    kind: str, fields: dict[str, Any], words: str
) -> None:
    hold_refused(kind, fields, words)
