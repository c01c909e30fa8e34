"""What a user is told of attention, embeddings, equations, and what prepares numbers and signals."""

from __future__ import annotations

from typing import Any

import pytest

from netspec.diagnostics import Code
from netspec.fields import Mismatch
from netspec.layers.registry import LAYERS
from tests.layers.messages import Case, hold_refused, hold_told, name_of

HEADS = {"num_heads": 2, "key_dim": 3}
GROUPS = {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2}
POSITIONS = "a Reshape above it can make positions of a map: [-1, channels]"


@pytest.mark.parametrize(
    "case",
    [
        Case(
            "Attention",
            [(6, 4)],
            {},
            Code.INPUT_COUNT,
            "inputs",
            "is called without its value",
            "its call takes query, value, key: write `inputs: [query, value]`, each the name of a layer",
        ),
        Case(
            "Attention",
            [(4,), (4,)],
            {},
            Code.RANK,
            None,
            "takes a query of positions and features, (positions, features), and gets (4)",
            POSITIONS,
        ),
        Case(
            "Attention",
            [(6, 4), (5, 3)],
            {},
            Code.MERGE_SHAPES,
            "inputs",
            "compares a query (6, 4) with keys (5, 3): 4 and 3 features differ",
            "a Dense on one of them gives it the other's features",
        ),
        Case(
            "AdditiveAttention",
            [(6, 4), (5, 4), (7, 4)],
            {},
            Code.MERGE_SHAPES,
            "inputs",
            "has a key for each value, and gets 7 keys, (7, 4), for 5 values, (5, 4)",
            "keys and values are two views of the same positions",
        ),
        Case(
            "MultiHeadAttention",
            [(8, 8, 3), (64, 3)],
            HEADS,
            Code.RANK,
            None,
            "gets a query (8, 8, 3) and a value (64, 3)",
            "both have as many axes",
        ),
        Case(
            "MultiHeadAttention",
            [(8, 6, 3), (8, 5, 3)],
            {**HEADS, "attention_axes": 1},
            Code.MERGE_SHAPES,
            "inputs",
            "gets a query (8, 6, 3) and a value (8, 5, 3): 6 and 5 differ, along an axis that "
            "attention does not run over",
            "sizes must be the same, or axis 2 one of attention_axes",
        ),
        Case(
            "MultiHeadAttention",
            [(8, 6, 3), (8, 6, 3)],
            {**HEADS, "attention_axes": -1},
            Code.FIELD_AGAINST_INPUT,
            "attention_axes",
            "would compare the features of (8, 6, 3) with each other",
            "it takes axes 1 to 2; the last axis holds the features",
        ),
        Case(
            "MultiHeadAttention",
            [(6, 4), (5, 4)],
            {**HEADS, "call": {"return_attention_scores": True}},
            Code.FIELD_AGAINST_INPUT,
            "call",
            "cannot give its scores for a query (6, 4): Keras names a wrong shape where queries and "
            "values are not as many",
            "remove return_attention_scores; GroupQueryAttention and Attention name the right one",
        ),
        Case(
            "MultiHeadAttention",
            [(8, 6, 3), (8, 6, 3)],
            {**HEADS, "call": {"use_causal_mask": True}},
            Code.FIELD_AGAINST_INPUT,
            "call",
            "masks the first axis of (8, 6, 3), and attends along others too",
            "write attention_axes: 1, or make one axis of the positions by a Reshape",
        ),
        Case(
            "MultiHeadAttention",
            [(6, 4), (5, 4), (5, 4), (5, 6)],
            HEADS,
            Code.MERGE_SHAPES,
            "inputs",
            "gets an attention_mask (5, 6) for scores (6, 5)",
            "a mask has a value for each pair of a query and a value, or a size of 1",
        ),
        Case(
            "GroupQueryAttention",
            [(6, 4), (5, 3)],
            GROUPS,
            Code.MERGE_SHAPES,
            "inputs",
            "gets a query (6, 4) and a value (5, 3), and takes as many features of both",
            "a Dense on one of them gives it the other's; MultiHeadAttention takes both",
        ),
        Case(
            "ReversibleEmbedding",
            [(6, 4)],
            {"input_dim": 9, "output_dim": 5, "call": {"reverse": True}},
            Code.FIELD_AGAINST_INPUT,
            "output_dim",
            "goes back from vectors of 5, and gets (6, 4)",
            "a Dense of 5 units above it gives vectors of that size",
        ),
        Case(
            "EinsumDense",
            [(6, 7, 4)],
            {"equation": "abc,cd->abd", "output_shape": [6, 5]},
            Code.RANK,
            "equation",
            "has an equation for 3 axes with the batch, and gets (6, 7, 4), which has 4",
            "the batch counts as an axis; `...` stands for any number of them",
        ),
        Case(
            "EinsumDense",
            [(6, 4)],
            {"equation": "abc,cd->abd", "output_shape": 5},
            Code.FIELD_AGAINST_INPUT,
            "output_shape",
            "has an output_shape of 1 sizes, and an output of 2 letters on (6, 4): b, d",
            "a size for each letter but the batch's; `...` needs none",
        ),
        Case(
            "EinsumDense",
            [(6, 4)],
            {"equation": "abc,cd->abd", "output_shape": [7, 5]},
            Code.FIELD_AGAINST_INPUT,
            "output_shape",
            "says 7 for 'b', which is 6 in (6, 4)",
            "an axis of input and output keeps its size; null leaves it open",
        ),
        Case(
            "EinsumDense",
            [(8, 6, 4)],
            {"equation": "...x,xy->...y", "output_shape": 5},
            Code.FIELD_AGAINST_INPUT,
            "equation",
            "leaves (8, 6) of (8, 6, 4) to `...`, and Keras says that they come out in reverse",
            "name these axes by letters",
        ),
        Case(
            "EinsumDense",
            [(6, None)],
            {"equation": "abc,cd->abd", "output_shape": [None, 5]},
            Code.UNKNOWN_SIZE,
            "equation",
            "needs to know the size of 'c', and gets (6, ?)",
            "give model.input a number there",
        ),
        Case(
            "CategoryEncoding",
            [(8, 6)],
            {"num_tokens": 5},
            Code.RANK,
            None,
            "takes one axis of numbers to count, and gets (8, 6)",
            "output_mode: one_hot takes any shape; a Flatten above makes one axis",
        ),
        Case(
            "ContrastLimitedAdaptiveHistogramEqualization",
            [(3, 8, 1)],
            {},
            Code.MAP_TOO_SMALL,
            "tile_grid_size",
            "gets (3, 8, 1), too small for a grid of 8 x 8 tiles",
            "write a smaller tile_grid_size",
        ),
        Case(
            "Normalization",
            [(8, 8, 1)],
            {"mean": [0.5, 0.5, 0.5], "variance": [1, 1, 1]},
            Code.FIELD_AGAINST_INPUT,
            "mean",
            "has 3 means, and gets (8, 8, 1)",
            "give one number, or 1",
        ),
        Case(
            "STFTSpectrogram",
            [(100, 1)],
            {},
            Code.MAP_TOO_SMALL,
            "frame_length",
            "gets a signal of 100, shorter than its frames of 256",
            "use padding: same, or a smaller frame_length",
        ),
        Case(
            "MelSpectrogram",
            [(23,)],
            {"fft_length": 8, "sequence_stride": 4},
            Code.FIELD_AGAINST_INPUT,
            "sequence_stride",
            "makes 6 frames of a signal of 23, and Keras says that there are 7",
            "they agree for another sequence_stride, such as one that divides the signal",
        ),
    ],
    ids=name_of,
)
def test_what_does_not_fit_is_told_with_shapes_and_a_way_out(case: Case) -> None:
    hold_told(case)


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        (
            "GroupQueryAttention",
            {**GROUPS, "num_key_value_heads": 3},
            "4 heads of queries cannot share 3 heads of keys and values evenly",
        ),
        ("MultiHeadAttention", {**HEADS, "call": {"causal": True}}, "call has no field 'causal'"),
        (
            "EinsumDense",
            {"equation": "ab, bc->ac", "output_shape": 5},
            "takes an equation of input, kernel and output, such as ab,bc->ac",
        ),
        (
            "EinsumDense",
            {"equation": "abb,bc->ac", "output_shape": 5},
            "the equation names 'b' twice in its input",
        ),
        (
            "EinsumDense",
            {"equation": "ab,bc->ad", "output_shape": 5},
            "has 'd' in its output, and neither in its input nor in its kernel",
        ),
        (
            "EinsumDense",
            {"equation": "ab,bc->ca", "output_shape": 5},
            "does not begin its output with 'a', which is the batch",
        ),
        (
            "EinsumDense",
            {"equation": "ab,bc->ac", "output_shape": 5, "bias_axes": "b"},
            "bias_axes names 'b', which the output ac has not",
        ),
        ("CategoryEncoding", {}, "CategoryEncoding needs 'num_tokens'"),
        ("Discretization", {}, "Discretization needs 'bin_boundaries'"),
        ("Discretization", {"num_bins": 4}, "Discretization has no field 'num_bins'"),
        ("Discretization", {"bin_boundaries": [1, 0]}, "do not rise: 0 comes after 1"),
        ("Normalization", {"mean": 1}, "Normalization needs 'variance'"),
        ("IntegerLookup", {}, "IntegerLookup needs 'vocabulary'"),
        ("IntegerLookup", {"vocabulary": [1, 2, 1]}, "vocabulary names 1 twice"),
        (
            "IntegerLookup",
            {"vocabulary": [1, 2, 3], "max_tokens": 3},
            "makes 4 places, and max_tokens is 3",
        ),
        ("AutoContrast", {"value_range": [1, 0]}, "value_range ends at 0, which is not above 1"),
        ("STFTSpectrogram", {"frame_length": 2}, "the window is 0 everywhere"),
        ("STFTSpectrogram", {"frame_length": 8, "frame_step": 9}, "frame_step is 9, and frames"),
        ("STFTSpectrogram", {"window": [1, 2, 1]}, "window has 3 values, and frame_length is 256"),
        ("MelSpectrogram", {"fft_length": 4, "sequence_length": 5}, "5 is above fft_length 4"),
    ],
)
def test_fields_that_contradict_each_other_are_refused(
    kind: str, fields: dict[str, Any], words: str
) -> None:
    hold_refused(kind, fields, words)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Equalization", "equalizes a batch as one image"),
        ("HashedCrossing", "whole numbers or texts only"),
        ("MaxNumBoundingBoxes", "changes lists of bounding boxes and no image"),
        ("StringLookup", "it takes texts, and a network takes numbers"),
        ("TextVectorization", "it takes texts, and a network takes numbers"),
    ],
)
def test_what_cannot_be_part_of_a_saved_image_network_is_refused_by_name(
    name: str, words: str
) -> None:
    with pytest.raises(Mismatch, match=words) as caught:
        LAYERS.find(name)
    assert caught.value.problems[0].code is Code.REFUSED
