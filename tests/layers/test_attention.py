"""Attention, equations, and what prepares numbers: shapes and costs by hand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from netspec.layers.audio import window
from netspec.layers.shapes import Weight
from tests.layers.examples import infer

if TYPE_CHECKING:
    from netspec.layers.shapes import Shape

HEADS = {"num_heads": 2, "key_dim": 3}


def test_inputs_are_sorted_by_the_arguments_that_they_are_named_for() -> None:
    inputs = {"key": "c", "value": "b", "query": "a"}
    by_name = infer("MultiHeadAttention", (5, 8), (5, 7), (6, 4), **HEADS, inputs=inputs)
    in_order = infer("MultiHeadAttention", (6, 4), (5, 7), (5, 8), **HEADS)
    assert by_name == in_order
    assert [weight.shape for weight in in_order.weights[::2]] == [
        (4, 2, 3),
        (8, 2, 3),
        (7, 2, 3),
        (2, 3, 4),
    ]


def test_heads_project_count_and_gate_as_by_hand() -> None:
    # 6 queries of 4, 5 values of 7, 5 keys of 8; 2 heads, keys of 3, values of 5
    shapes: list[Shape] = [(6, 4), (5, 7), (5, 8)]
    fields: dict[str, Any] = {**HEADS, "value_dim": 5, "output_shape": [3, 2], "use_gate": True}
    inference = infer("MultiHeadAttention", *shapes, **fields)
    assert inference.output_shape == (6, 3, 2)
    projections = 6 * 4 * 6 + 5 * 8 * 6 + 6 * 4 * 10 + 5 * 7 * 10 + 6 * 10 * 6
    assert inference.macs == projections + 6 * 5 * 2 * (3 + 5)
    assert [weight.shape for weight in inference.weights] == [
        *((4, 2, 3), (2, 3)),
        *((8, 2, 3), (2, 3)),
        *((4, 2, 5), (2, 5)),
        *((7, 2, 5), (2, 5)),
        *((2, 5, 3, 2), (3, 2)),
    ]


def test_attention_over_one_axis_of_an_image_compares_along_it_alone() -> None:
    image = (8, 6, 4)
    all_axes = infer("MultiHeadAttention", image, image, **HEADS)
    rows = infer("MultiHeadAttention", image, image, **HEADS, attention_axes=1)
    projections = 4 * 8 * 6 * 4 * 6
    assert all_axes.macs == projections + 48 * 48 * 2 * 6
    assert rows.macs == projections + 6 * 8 * 8 * 2 * 6


def test_keys_and_values_are_shared_by_groups_of_queries() -> None:
    fields = {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2, "use_bias": False}
    inference = infer("GroupQueryAttention", (6, 7), (5, 7), **fields)
    assert [weight.shape for weight in inference.weights] == [
        (7, 4, 3),
        (7, 2, 3),
        (7, 2, 3),
        (4, 3, 7),
    ]
    assert inference.macs == 2 * 6 * 7 * 12 + 2 * 5 * 7 * 6 + 6 * 5 * 4 * (3 + 3)


def test_scores_are_a_second_output() -> None:
    scores = {"call": {"return_attention_scores": True}}
    assert infer("Attention", (6, 4), (5, 4), **scores).output_shapes == ((6, 4), (6, 5))
    groups = {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2}
    inference = infer("GroupQueryAttention", (6, 4), (5, 4), **groups, **scores)
    assert inference.output_shapes == ((6, 4), (4, 6, 5))
    inference = infer("MultiHeadAttention", (6, 4), (6, 4), **HEADS, **scores)
    assert inference.output_shapes == ((6, 4), (2, 6, 6))


@pytest.mark.parametrize(
    ("kind", "shapes", "fields", "macs"),
    [
        # the query-key and the score-value products
        ("Attention", [(6, 4), (5, 3), (5, 4)], {}, 6 * 5 * 4 + 6 * 5 * 3),
        ("Attention", [(6, 4), (5, 4)], {"score_mode": "concat"}, 6 * 5 * 4),
        ("AdditiveAttention", [(6, 4), (5, 4)], {}, 2 * 6 * 5 * 4),
        ("AdditiveAttention", [(6, 4), (5, 4)], {"use_scale": False}, 6 * 5 * 4),
        ("Attention", [(None, 4), (5, 4)], {}, None),
        ("Embedding", [(6,)], {"input_dim": 9, "output_dim": 5}, 0),
        (
            "ReversibleEmbedding",
            [(6, 5)],
            {"input_dim": 9, "output_dim": 5, "call": {"reverse": True}},
            6 * 5 * 9,
        ),
        ("EinsumDense", [(6, 4)], {"equation": "...x,xy->...y", "output_shape": 5}, 6 * 4 * 5),
        (
            "EinsumDense",
            [(6, 4)],
            {"equation": "abc,bcd->abd", "output_shape": [6, 5]},
            6 * 4 * 5,
        ),
        # 2 kernels of 4 x 3, 11 frames, 2 channels
        ("STFTSpectrogram", [(24, 2)], {"frame_length": 4}, 2 * 4 * 3 * 11 * 2),
    ],
)
def test_multiply_accumulates(
    kind: str, shapes: list[Shape], fields: dict[str, Any], macs: int | None
) -> None:
    assert infer(kind, *shapes, **fields).macs == macs


def test_an_embedding_that_goes_back_learns_a_second_table_only_if_untied() -> None:
    fields = {"input_dim": 9, "output_dim": 5}
    assert infer("ReversibleEmbedding", (6,), **fields).output_shape == (6, 5)
    untied = infer(
        "ReversibleEmbedding", (6, 5), **fields, tie_weights=False, call={"reverse": True}
    )
    assert untied.output_shape == (6, 9)
    assert untied.weights == (Weight("embeddings", (9, 5)), Weight("reverse_embeddings", (5, 9)))


def test_an_ellipsis_keeps_what_is_not_named() -> None:
    def einsum(equation: str, shape: Shape, output_shape: object) -> Shape:
        fields = {"equation": equation, "output_shape": output_shape}
        return infer("EinsumDense", shape, **fields).output_shape

    assert einsum("...x,xy->...y", (8, 4), 5) == (8, 5)
    assert einsum("...x,xy->...y", (8, 8, 4), 5) == (8, 8, 5)
    assert einsum("...x,xy->...y", (4,), 5) == (5,)
    assert einsum("ab...,bc->ac...", (4, 8, 6), 5) == (5, 8, 6)
    # A size that is left open stays so, as in Keras.
    assert einsum("abc,cd->abd", (6, 4), [None, 5]) == (None, 5)


def test_a_bias_reaches_from_its_first_letter_to_the_last_axis() -> None:
    fields = {"equation": "abc,cde->abde", "output_shape": [6, 5, 3]}
    (_, bias) = infer("EinsumDense", (6, 4), **fields, bias_axes="d").weights
    assert bias == Weight("bias", (5, 1))
    (_, bias) = infer("EinsumDense", (6, 4), **fields, bias_axes="eb").weights
    assert bias == Weight("bias", (6, 1, 3))


def test_windows_are_scipys() -> None:
    assert list(window("hann", 5, periodic=False)) == pytest.approx([0, 0.5, 1, 0.5, 0])
    assert list(window("hann", 4, periodic=True)) == pytest.approx([0, 0.5, 1, 0.5])
    assert list(window("hamming", 3, periodic=False)) == pytest.approx([0.08, 1, 0.08])
    assert list(window("hann", 1, periodic=False)) == [1]
    assert math.isclose(sum(window("hann", 256, periodic=True)), 128)


def test_a_vocabulary_may_begin_with_the_places_of_other_numbers() -> None:
    def places(vocabulary: list[int]) -> Shape:
        fields = {"vocabulary": vocabulary, "output_mode": "multi_hot"}
        return infer("IntegerLookup", (6,), **fields).output_shape

    assert places([12, 36, 42]) == (4,)
    assert places([-1, 12, 36, 42]) == (4,)
