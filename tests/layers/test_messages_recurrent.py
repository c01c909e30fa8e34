"""What a user is told when recurrent layers, or layers that hold layers, do not fit."""

from __future__ import annotations

from typing import Any

import pytest

from netspec.diagnostics import Code
from netspec.fields import Mismatch
from netspec.layers.registry import LAYERS
from tests.layers.examples import layer
from tests.layers.messages import Case, hold_refused, hold_told, name_of

LSTM3 = {"LSTM": {"units": 3}}
STATES_HINT = "a layer with the same units gives such states with return_state: true"


@pytest.mark.parametrize(
    "case",
    [
        Case(
            "LSTM",
            [(16,)],
            {"units": 3},
            Code.RANK,
            None,
            "takes sequences, (steps, features), and gets (16)",
            "a recurrent layer above it gives every step with return_sequences: true",
        ),
        Case(
            "GRU",
            [(8, 8, 4)],
            {"units": 3},
            Code.RANK,
            None,
            "takes sequences, (steps, features), and gets (8, 8, 4)",
            "a Reshape above it can join the axes after the steps",
        ),
        Case(
            "ConvLSTM2D",
            [(8, 8, 4)],
            {"filters": 3, "kernel_size": 3},
            Code.RANK,
            None,
            "takes sequences of maps, (steps, height, width, channels), and gets (8, 8, 4)",
            "a Reshape above it can split or join axes",
        ),
        Case(
            "ConvLSTM2D",
            [(5, None, 8, 4)],
            {"filters": 3, "kernel_size": 3},
            Code.UNKNOWN_SIZE,
            None,
            "needs to know its maps' sizes, and gets (?, 8, 4) at a step",
            "give model.input numbers there",
        ),
        Case(
            "LSTM",
            [(None, 4)],
            {"units": 3, "unroll": True},
            Code.UNKNOWN_SIZE,
            "unroll",
            "is unrolled, and gets (?, 4), of unknown length",
            "give model.input a number of steps, or remove unroll",
        ),
        Case(
            "LSTM",
            [(7, 4), (3,)],
            {"units": 3},
            Code.INPUT_COUNT,
            "inputs",
            "takes initial states of (3) and (3), and gets (3)",
            STATES_HINT,
        ),
        Case(
            "GRU",
            [(7, 4), (5,)],
            {"units": 3},
            Code.MERGE_SHAPES,
            "inputs",
            "takes initial states of (3), and gets (5)",
            STATES_HINT,
        ),
        Case(
            "RNN",
            [(7, None)],
            {"cell": {"LSTMCell": {"units": 3}}},
            Code.UNKNOWN_SIZE,
            "cell",
            "holds an LSTMCell that needs to know its input's channels, and gets (?)",
            "give model.input a number there",
        ),
        Case(
            "Bidirectional",
            [(7,)],
            {"layer": LSTM3},
            Code.RANK,
            "layer",
            "holds an LSTM that takes sequences, (steps, features), and gets (7)",
            "a recurrent layer above it gives every step with return_sequences: true",
        ),
        Case(
            "Bidirectional",
            [(7, 4)],
            {"layer": LSTM3, "backward_layer": {"LSTM": {"units": 5, "go_backwards": True}}},
            Code.MERGE_SHAPES,
            "backward_layer",
            "gets (3) from its layer, and (5) from its backward_layer",
            "give both the same units and states",
        ),
        Case(
            "TimeDistributed",
            [(7, 2, 2, 4)],
            {"layer": {"Conv2D": {"filters": 3, "kernel_size": 5}}},
            Code.MAP_TOO_SMALL,
            "layer",
            "holds a Conv2D that gets a 2 x 2 map, smaller than its 5 x 5 kernel",
            "use padding: same, a smaller kernel, or remove a pooling layer above",
        ),
        Case(
            "TimeDistributed",
            [(7,)],
            {"layer": "Flatten"},
            Code.RANK,
            None,
            "takes sequences, (steps, …), and gets (7)",
            "a Reshape above it can add the missing axis",
        ),
        Case(
            "TimeDistributed",
            [(None, 4)],
            {"layer": "Flatten"},
            Code.UNKNOWN_SIZE,
            None,
            "needs to know how many steps there are, and gets (?, 4)",
            "give model.input a number of steps",
        ),
        Case(
            "TimeDistributed",
            [(5, 7, 4)],
            {"layer": {"LSTM": {"units": 3, "return_state": True}}},
            Code.FIELD_AGAINST_INPUT,
            "layer",
            "holds an LSTM that gives 3 outputs at a step",
            "the layer inside gives one",
        ),
    ],
    ids=name_of,
)
def test_a_shape_that_does_not_fit_is_explained(case: Case) -> None:
    hold_told(case)


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("LSTM", {"units": 3, "use_cudnn": True}, "fails on a machine without such a GPU"),
        ("LSTM", {"units": 3, "stateful": True}, "LSTM has no field 'stateful'"),
        ("SimpleRNN", {"units": 3, "activity_regularizer": "l2"}, "Keras drops a SimpleRNN's"),
        ("RNN", {"cell": LSTM3}, "there is no cell 'LSTM'"),
        (
            "RNN",
            {"cell": [{"LSTMCell": {"units": 3}}]},
            "a list of two cells or more, not a list of 1",
        ),
        (
            "RNN",
            {"cell": [{"StackedRNNCells": {"cells": []}}, {"GRUCell": {"units": 3}}]},
            "a list of two cells or more, not an empty list",
        ),
        ("Bidirectional", {"layer": {"Dense": {"units": 3}}}, "a Dense cannot stand here"),
        (
            "Bidirectional",
            {"layer": {"LSTM": {"units": 3, "go_backwards": True}}},
            "the second layer goes backwards already",
        ),
        ("Bidirectional", {"layer": LSTM3, "backward_layer": LSTM3}, "go the same way"),
        (
            "Bidirectional",
            {
                "layer": LSTM3,
                "backward_layer": {
                    "LSTM": {"units": 3, "go_backwards": True, "return_state": True}
                },
            },
            "have different return_state",
        ),
        (
            "Bidirectional",
            {"layer": {"ConvLSTM1D": {"filters": 3, "kernel_size": 1, "trainable": False}}},
            "Keras forgets that a ConvLSTM1D inside Bidirectional is frozen",
        ),
        (
            "Bidirectional",
            {
                "layer": {
                    "ConvLSTM1D": {
                        "filters": 3,
                        "kernel_size": 1,
                        "data_format": "channels_first",
                    }
                }
            },
            "with channels_first is no channels",
        ),
        (
            "TimeDistributed",
            {"layer": {"Dense": {"units": 3, "activity_regularizer": "l2"}}},
            "Keras drops the activity penalty of a Dense inside TimeDistributed",
        ),
        (
            "TimeDistributed",
            {"layer": {"Dense": {"units": 3, "inputs": "x"}}},
            "a layer inside another takes what that gives it",
        ),
        ("ConvLSTM2D", {"filters": 3, "kernel_size": 3, "strides": 2, "dilation_rate": 2}, "both"),
    ],
)
def test_fields_that_contradict_each_other_are_refused(
    kind: str, fields: dict[str, Any], words: str
) -> None:
    hold_refused(kind, fields, words)


def test_a_stack_in_a_stack_is_refused_by_what_stands_there() -> None:
    cell = {"GRUCell": {"units": 3}}
    stack = {"StackedRNNCells": {"cells": [cell, cell]}}
    with pytest.raises(Mismatch, match="a StackedRNNCells cannot stand here") as caught:
        layer("RNN", cell=[stack, cell])
    (problem,) = caught.value.problems
    assert problem.hint == "it takes GRUCell, LSTMCell or SimpleRNNCell"
    assert problem.path == ("cell", 0, "StackedRNNCells")


def test_a_cell_as_an_item_is_told_where_it_stands() -> None:
    with pytest.raises(Mismatch, match="stands inside RNN") as caught:
        LAYERS.find("GRUCell")
    assert caught.value.problems[0].code is Code.REFUSED
