"""Recurrent layers and those that hold layers: shapes, weights and cost by hand, without Keras."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from netspec.layers.base import ArgumentLayer, UnaryLayer
from netspec.layers.shapes import Weight
from tests.layers.examples import infer, layer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.layers.base import Layer
    from netspec.layers.shapes import Inference, Shape

LSTM3 = {"LSTM": {"units": 3}}
NETWORK = object()
CELLS = [{"LSTMCell": {"units": 3}}, {"GRUCell": {"units": 6}}]


def names(inference: Inference) -> list[str]:
    return [weight.name for weight in inference.weights]


def shapes(inference: Inference) -> list[Shape]:
    return [weight.shape for weight in inference.weights]


def trained(inference: Inference) -> list[bool]:
    return [weight.trainable for weight in inference.weights]


@pytest.mark.parametrize(
    ("kind", "fields", "parameters"),
    [
        # As Keras's count_params says for 10 features and 20 units.
        ("SimpleRNN", {}, 620),
        ("GRU", {}, 1920),
        ("GRU", {"reset_after": False}, 1860),
        ("LSTM", {}, 2480),
        ("LSTM", {"use_bias": False}, 2400),
    ],
)
def test_parameters(kind: str, fields: dict[str, Any], parameters: int) -> None:
    inference = infer(kind, (7, 10), units=20, **fields)
    assert sum(weight.size for weight in inference.weights) == parameters


def test_a_grus_bias_is_two_where_the_reset_comes_after() -> None:
    assert shapes(infer("GRU", (7, 4), units=5)) == [(4, 15), (5, 15), (2, 15)]
    assert shapes(infer("GRU", (7, 4), units=5, reset_after=False)) == [(4, 15), (5, 15), (15,)]


def test_states_are_further_outputs() -> None:
    def given(kind: str, **fields: Any) -> tuple[Shape, ...]:
        return infer(kind, (7, 4), units=5, **fields).output_shapes

    assert given("LSTM") == ((5,),)
    assert given("LSTM", return_sequences=True) == ((7, 5),)
    assert given("LSTM", return_state=True) == ((5,), (5,), (5,))
    assert given("GRU", return_state=True, return_sequences=True) == ((7, 5), (5,))


def test_states_of_stacked_cells_stand_one_after_another() -> None:
    inference = infer("RNN", (7, 4), cell=CELLS, return_state=True)
    assert inference.output_shapes == ((6,), (3,), (3,), (6,))
    assert shapes(inference) == [(4, 12), (3, 12), (12,), (3, 18), (6, 18), (2, 18)]


def test_a_list_of_cells_is_a_stack() -> None:
    stack = {"StackedRNNCells": {"cells": CELLS}}
    assert infer("RNN", (7, 4), cell=CELLS) == infer("RNN", (7, 4), cell=stack)


def test_initial_states_change_no_shape() -> None:
    alone = infer("LSTM", (7, 4), units=5)
    assert infer("LSTM", (7, 4), (5,), (5,), units=5) == alone
    assert infer("LSTM", (7, 4), (None,), (5,), units=5) == alone


def test_initial_states_are_given_by_name_or_in_order() -> None:
    by_name = {"sequences": "x", "initial_state": ["h", "c"]}
    assert infer("LSTM", (7, 4), (5,), (5,), units=5, inputs=by_name).output_shape == (5,)
    assert infer("LSTM", (7, 4), (5,), (5,), units=5, inputs=["x", "h", "c"]).output_shape == (5,)


def test_two_directions_are_joined_in_four_ways_or_not() -> None:
    def given(mode: str | None, **fields: Any) -> tuple[Shape, ...]:
        inner = {"LSTM": {"units": 3, **fields}}
        return infer("Bidirectional", (7, 4), layer=inner, merge_mode=mode).output_shapes

    assert given("concat", return_sequences=True) == ((7, 6),)
    assert [given(mode) for mode in ("sum", "mul", "ave")] == [((3,),)] * 3
    assert given(None, return_sequences=True) == ((7, 3), (7, 3))
    assert given(None, return_state=True) == ((3,),) * 6
    assert given("concat", return_state=True) == ((6,), (3,), (3,), (3,), (3,))


def test_a_layer_inside_is_frozen_by_itself_or_with_the_outer_one() -> None:
    frozen = {"LSTM": {"units": 3, "trainable": False}}
    backward = {"GRU": {"units": 3, "go_backwards": True}}
    one = infer("Bidirectional", (7, 4), layer=frozen, backward_layer=backward)
    assert trained(one) == [False, False, False, True, True, True]
    cell = {"LSTMCell": {"units": 3, "trainable": False}}
    assert not any(trained(infer("RNN", (7, 4), cell=cell)))
    assert trained(infer("RNN", (7, 4), cell=[cell, CELLS[1]])) == [False] * 3 + [True] * 3
    norm = infer("TimeDistributed", (7, 4), layer="BatchNormalization")
    assert trained(norm) == [True, True, False, False]


def test_a_layer_at_every_step_sees_no_steps() -> None:
    inference = infer(
        "TimeDistributed", (7, 9, 8, 4), layer={"Conv2D": {"filters": 5, "kernel_size": 3}}
    )
    assert inference.output_shape == (7, 7, 6, 5)
    assert inference.weights[0] == Weight("kernel", (3, 3, 4, 5))
    assert inference.macs == 7 * (7 * 6) * (3 * 3 * 4 * 5)


class Block(UnaryLayer):
    """What a block became."""

    def infer(self, shapes: Sequence[Shape]) -> Inference:
        return replace(super().infer(shapes), nested=NETWORK)


def test_a_network_inside_a_layer_is_handed_on() -> None:
    outer = layer("TimeDistributed", layer=Block())
    assert outer.infer([(7, 3, 2)]).nested is NETWORK
    twice = layer("TimeDistributed", layer=outer)
    assert twice.infer([(5, 7, 3, 2)]).nested is NETWORK


@pytest.mark.parametrize(
    ("kind", "shape", "fields", "macs"),
    [
        ("SimpleRNN", (7, 4), {"units": 5}, 7 * (4 * 5 + 5 * 5)),
        ("GRU", (7, 4), {"units": 5}, 7 * 3 * (4 * 5 + 5 * 5)),
        ("LSTM", (7, 4), {"units": 5}, 7 * 4 * (4 * 5 + 5 * 5)),
        ("LSTM", (None, 4), {"units": 5}, None),
        ("RNN", (7, 4), {"cell": CELLS}, 7 * (4 * 3 * (4 + 3) + 3 * 6 * (3 + 6))),
        ("Bidirectional", (7, 4), {"layer": LSTM3}, 2 * 7 * 4 * (4 * 3 + 3 * 3)),
        ("Bidirectional", (None, 4), {"layer": LSTM3}, None),
        # 3 x 3 windows on 4 channels and on 5 states, four gates, 6 x 4 positions, 7 steps
        (
            "ConvLSTM2D",
            (7, 8, 6, 4),
            {"filters": 5, "kernel_size": 3},
            7 * 24 * 9 * (4 + 5) * 4 * 5,
        ),
        ("TimeDistributed", (7, None, 4), {"layer": {"Dense": {"units": 5}}}, None),
        ("TimeDistributed", (7, 4), {"layer": "Flatten"}, 0),
    ],
)
def test_multiply_accumulates(
    kind: str, shape: Shape, fields: dict[str, Any], macs: int | None
) -> None:
    assert infer(kind, shape, **fields).macs == macs


def test_unknown_steps_pass_through() -> None:
    assert infer("LSTM", (None, 4), units=5, return_sequences=True).output_shape == (None, 5)
    assert infer("LSTM", (None, 4), units=5).output_shape == (5,)
    images = (None, 8, 6, 4)
    conv = infer("ConvLSTM2D", images, filters=5, kernel_size=3, return_sequences=True)
    assert (conv.output_shape, conv.macs) == ((None, 6, 4, 5), None)


def test_keras_is_given_states_by_cell_and_by_direction() -> None:
    def given(of: Layer, *states: str) -> Any:
        assert isinstance(of, ArgumentLayer)
        return of.given(of.arguments[1], states)

    assert given(layer("LSTM", units=3), "h", "c") == ["h", "c"]
    assert given(layer("RNN", cell=CELLS), "h", "c", "g") == [["h", "c"], ["g"]]
    both = layer("Bidirectional", layer={"RNN": {"cell": CELLS}})
    assert given(both, *"hcgHCG") == [["h", "c"], ["g"], ["H", "C"], ["G"]]
