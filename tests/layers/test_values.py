"""Activations, merges, normalization, noise and reorderings: weights and costs by hand."""

from __future__ import annotations

from typing import Any

import pytest

from netspec.layers.shapes import Shape, Weight
from tests.layers.examples import infer


def test_prelu_learns_one_alpha_a_position_unless_axes_are_shared() -> None:
    (alone,) = infer("PReLU", (32, 30, 16)).weights
    (shared,) = infer("PReLU", (32, 30, 16), shared_axes=[1, 2]).weights
    (one_axis,) = infer("PReLU", (32, 30, 16), shared_axes=3).weights
    assert (alone.size, shared.size) == (32 * 30 * 16, 16)
    assert shared == Weight("alpha", (1, 1, 16))
    assert one_axis.shape == (32, 30, 1)


def test_prelu_takes_maps_of_any_size_where_positions_share_their_alpha() -> None:
    inference = infer("PReLU", (None, None, 16), shared_axes=[1, 2])
    assert inference.output_shape == (None, None, 16)
    assert inference.weights[0].shape == (1, 1, 16)


def test_group_normalization_learns_for_each_channel_and_not_for_each_group() -> None:
    gamma, beta = infer("GroupNormalization", (8, 6, 64), groups=4).weights
    assert (gamma, beta) == (Weight("gamma", (64,)), Weight("beta", (64,)))
    assert infer("GroupNormalization", (3, 8, 6), groups=-1, axis=1).weights[0].shape == (3,)


def test_rms_normalization_learns_a_scale_over_all_its_axes() -> None:
    assert infer("RMSNormalization", (8, 6, 4)).weights == (Weight("scale", (4,)),)
    assert infer("RMSNormalization", (8, 6, 4), axis=[3, 2]).weights == (Weight("scale", (6, 4)),)


def test_subtract_repeats_sizes_as_every_merge_does() -> None:
    assert infer("Subtract", (8, 8, 3), (3,)).output_shape == (8, 8, 3)
    assert infer("Maximum", (1, 5), (4, 1), (5,)).output_shape == (4, 5)


@pytest.mark.parametrize(
    ("shapes", "axes", "given", "macs"),
    [
        ([(16,), (16,)], 1, (1,), 16),
        # 8 x 6 times 6 x 4
        ([(8, 6), (6, 4)], [2, 1], (8, 4), 8 * 6 * 4),
        ([(8, 6), (5, 6)], -1, (8, 5), 8 * 6 * 5),
        ([(6,), (3, 6, 5)], [1, 2], (3, 5), 6 * 3 * 5),
        ([(2, 3, 4), (4,)], [-1, -1], (2, 3), 2 * 3 * 4),
        ([(None, 6), (6, 4)], [2, 1], (None, 4), None),
    ],
)
def test_dot_adds_up_along_an_axis_of_each(
    shapes: list[Shape], axes: Any, given: Shape, macs: int | None
) -> None:
    inference = infer("Dot", *shapes, axes=axes)
    assert (inference.output_shape, inference.macs) == (given, macs)


def test_permute_counts_axes_from_1() -> None:
    assert infer("Permute", (8, 6, None), dims=[3, 1, 2]).output_shape == (None, 8, 6)


def test_repeat_vector_puts_the_repetitions_first() -> None:
    assert infer("RepeatVector", (32,), n=3).output_shape == (3, 32)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("GroupNormalization", {"groups": 2}),
        ("RMSNormalization", {}),
        ("UnitNormalization", {}),
        ("PReLU", {}),
        ("AlphaDropout", {"rate": 0.5}),
        ("GaussianNoise", {"stddev": 0.5}),
        ("Permute", {"dims": [2, 1, 3]}),
        ("ActivityRegularization", {"l1": 0.5}),
    ],
)
def test_what_only_works_value_by_value_costs_no_multiply_accumulates(
    kind: str, fields: dict[str, Any]
) -> None:
    assert infer(kind, (8, 6, 4), **fields).macs == 0
