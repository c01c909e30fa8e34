"""What a user is told of activations, merges, normalization, noise and reorderings."""

from __future__ import annotations

from typing import Any

import pytest

from netspec.diagnostics import Code
from tests.layers.messages import Case, hold_refused, hold_told, name_of

AXIS_0 = "the batch counts as axis 0: here it is 1 to 2, or -1 for the last"


@pytest.mark.parametrize(
    "case",
    [
        Case(
            "PReLU",
            [(None, None, 16)],
            {},
            Code.UNKNOWN_SIZE,
            "shared_axes",
            "needs to know the sizes it learns an alpha for, and gets (?, ?, 16)",
            "write `shared_axes: [1, 2]`, or give model.input a number there",
        ),
        Case(
            "PReLU",
            [(8, 16)],
            {"shared_axes": [1, 3]},
            Code.FIELD_AGAINST_INPUT,
            "shared_axes",
            "has axis 3, and gets (8, 16), which has no such axis",
            "here it is 1 to 2, or -1 for the last",
        ),
        Case(
            "GroupNormalization",
            [(8, 8, 16)],
            {},
            Code.FIELD_AGAINST_INPUT,
            "groups",
            "cannot split 16 channels into 32 groups",
            "groups must divide the input's channels; it is 32 unless you write it",
        ),
        Case(
            "GroupNormalization",
            [(8, 8, None)],
            {"groups": 2},
            Code.UNKNOWN_SIZE,
            None,
            "needs to know its input's channels, and gets (8, 8, ?)",
            "give model.input a number there",
        ),
        Case(
            "GroupNormalization",
            [(8, 16)],
            {"axis": 0},
            Code.FIELD_AGAINST_INPUT,
            "axis",
            "would split the images of a batch with axis 0, which is the batch",
            AXIS_0,
        ),
        Case(
            "RMSNormalization",
            [(8, 8, 16)],
            {"axis": 1},
            Code.FIELD_AGAINST_INPUT,
            "axis",
            "learns a scale along the last axes of (8, 8, 16), and has axis 1",
            "write -1, or place a Permute above",
        ),
        Case(
            "RMSNormalization",
            [(8, 8, 16)],
            {"axis": [1, 2]},
            Code.FIELD_AGAINST_INPUT,
            "axis",
            "learns a scale along the last axes of (8, 8, 16), and has axis [1, 2]",
            "write [2, 3], or place a Permute above",
        ),
        Case(
            "UnitNormalization",
            [(8, 16)],
            {"axis": [0, 1]},
            Code.FIELD_AGAINST_INPUT,
            "axis",
            "would mix the images of a batch with axis 0, which is the batch",
            AXIS_0,
        ),
        Case(
            "Subtract",
            [(4,), (4,), (4,)],
            {},
            Code.INPUT_COUNT,
            "inputs",
            "subtracts one input from another, and gets 3",
            "name two: `inputs: [a, b]`",
        ),
        Case(
            "Maximum",
            [(8, 8, 16), (8, 8, 32)],
            {},
            Code.MERGE_SHAPES,
            "inputs",
            "cannot compare (8, 8, 16) and (8, 8, 32): 16 and 32 differ",
            "a 1 x 1 Conv2D on one of them gives it the other's channels",
        ),
        Case(
            "Dot",
            [(4,), (4,), (4,)],
            {"axes": 1},
            Code.INPUT_COUNT,
            "inputs",
            "multiplies two inputs, and gets 3",
            "name two: `inputs: [a, b]`",
        ),
        Case(
            "Dot",
            [(8, 6), (5, 4)],
            {"axes": [1, 2]},
            Code.MERGE_SHAPES,
            "axes",
            "cannot multiply (8, 6) and (5, 4) along axes 1 and 2: 8 and 4 differ",
            "both axes must have the same size",
        ),
        Case(
            "Dot",
            [(8, None), (5, 4)],
            {"axes": -1},
            Code.UNKNOWN_SIZE,
            "axes",
            "cannot multiply (8, ?) and (5, 4) along axes -1 and -1: the size of one is unknown",
            "both axes must have the same size",
        ),
        Case(
            "Dot",
            [(8, 6), (6, 4)],
            {"axes": 0},
            Code.FIELD_AGAINST_INPUT,
            "axes",
            "would multiply the images of a batch with axis 0, which is the batch",
            AXIS_0,
        ),
        Case(
            "Permute",
            [(8, 6, 4)],
            {"dims": [2, 1]},
            Code.RANK,
            "dims",
            "orders 2 axes, and gets (8, 6, 4)",
            "name every axis but the batch's, those that stay too",
        ),
        Case(
            "Masking",
            [()],
            {},
            Code.RANK,
            None,
            "takes at least one axis, and gets ()",
            None,
        ),
        Case(
            "RepeatVector",
            [(8, 6, 4)],
            {"n": 3},
            Code.RANK,
            None,
            "takes vectors, (features), and gets (8, 6, 4)",
            "place it below a Flatten or pooling layer",
        ),
        Case(
            "AlphaDropout",
            [(8, 6)],
            {"rate": 0.5, "noise_shape": [None, 3, 6]},
            Code.FIELD_AGAINST_INPUT,
            "noise_shape",
            "has a noise_shape that does not fit its input, (8, 6)",
            "3 entries, the batch first; each is null, 1, or the axis's size",
        ),
        Case(
            "SpectralNormalization",
            [(2, 2, 8)],
            {"layer": {"Conv2D": {"filters": 4, "kernel_size": 5}}},
            Code.MAP_TOO_SMALL,
            "layer",
            "holds a Conv2D that gets a 2 x 2 map, smaller than its 5 x 5 kernel",
            "use padding: same, a smaller kernel, or remove a pooling layer above",
        ),
        Case(
            "SpectralNormalization",
            [(8,), (8,)],
            {"layer": {"Dense": {"units": 4}}},
            Code.INPUT_COUNT,
            "inputs",
            "takes one input, not 2",
            "join them first, with Concatenate or Add",
        ),
    ],
    ids=name_of,
)
def test_a_shape_that_does_not_fit_is_explained(case: Case) -> None:
    hold_told(case)


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("GroupNormalization", {"groups": 0}, "channels cannot be split into 0 groups"),
        ("Permute", {"dims": [1, 1]}, r"\[1, 1\] is no order of 2 axes"),
        ("Permute", {"dims": [1, 3]}, r"\[1, 3\] is no order of 2 axes"),
        ("PReLU", {"shared_axes": -1}, "takes a whole number of at least 1, or a list"),
        ("Dot", {"axes": [1, 2, 3]}, "takes a whole number, or a pair of them"),
        ("GaussianNoise", {"stddev": 2}, "takes a number of at least 0 and of at most 1, not 2"),
        ("GaussianDropout", {"rate": 1}, "takes a number of at least 0 and below 1, not 1"),
        (
            "SpectralNormalization",
            {"layer": {"Dense": {"units": 4, "inputs": "stem"}}},
            "a layer inside another takes what that gives it",
        ),
    ],
)
def test_fields_that_contradict_each_other_are_refused(
    kind: str, fields: dict[str, Any], words: str
) -> None:
    hold_refused(kind, fields, words)
