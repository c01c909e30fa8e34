"""What the values of one output say, whatever it learned: counts, errors, answers and tables agree."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netspec.evaluation.outputs import ClassOutput, FlagsOutput, NumbersOutput, values_by_output
from netspec.spec.labels import target
from netspec.things.labels import LabelFacts
from netspec.things.registries import LOSSES

if TYPE_CHECKING:
    from netspec.evaluation.outputs import Output
    from netspec.spec.labels import Target
    from netspec.things.labels import LabelKind

COLOURS = ("red", "green", "blue")


def learned(
    kind: LabelKind, names: tuple[str, ...], loss: str, **fields: Any
) -> tuple[Target, Any]:
    thing = LOSSES.find(loss)(**fields)
    facts = LabelFacts(kind, names)
    return target("head", "label", facts, loss=thing, units=len(names)), thing


def flags(loss: str = "BinaryCrossentropy", **fields: Any) -> FlagsOutput:
    return FlagsOutput(*learned("multi_label", COLOURS, loss, **fields), "sigmoid")


def numbers(*names: str) -> NumbersOutput:
    return NumbersOutput(*learned("number", names, "MeanSquaredError"), "linear")


VALUES = np.array([[0.9, 0.2, 0.6], [0.4, 0.7, 0.1], [0.8, 0.9, 0.5]], np.float32)
LABELS = np.array([[1, 0, 0], [1, 1, 0], [1, 1, 0]], np.float32)


def test_several_labels_have_their_own_precision_and_recall() -> None:
    record = flags().record(VALUES, LABELS)

    assert record == {
        "kind": "multi_label",
        "labels": [
            {"label": "red", "images": 3, "predicted": 2, "precision": 1.0, "recall": 2 / 3},
            {"label": "green", "images": 2, "predicted": 2, "precision": 1.0, "recall": 1.0},
            {"label": "blue", "images": 0, "predicted": 1, "precision": 0.0, "recall": None},
        ],
    }


def test_several_labels_table_counts_every_image_once() -> None:
    table = flags().table(VALUES, LABELS)

    assert table.stem == "confusion"
    assert [*table.rows] == [("red", 2, 1, 0, 0), ("green", 2, 0, 0, 1), ("blue", 0, 0, 1, 2)]


def test_a_label_is_told_above_the_middle_alone() -> None:
    (_, _, last) = flags().answers(VALUES, top=1)

    assert last["kind"] == "multi_label"
    assert [(each["label"], each["told"]) for each in last["labels"]] == [
        *(("red", True), ("green", True), ("blue", False)),
    ]
    assert last["labels"][0]["probability"] == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("loss", "fields"),
    [
        ("BinaryCrossentropy", {"from_logits": True}),
        ("BinaryFocalCrossentropy", {"from_logits": True}),
        ("Hinge", {}),
        ("SquaredHinge", {}),
    ],
)
def test_of_logits_and_hinges_what_is_told_has_the_larger_probability(
    loss: str, fields: dict[str, bool]
) -> None:
    values = np.array([[-0.8, 0.0, 0.3]], np.float32)

    (answer,) = flags(loss, **fields).answers(values, top=5)

    assert answer["kind"] == "multi_label"
    assert [each["told"] for each in answer["labels"]] == [False, False, True]
    assert [each["probability"] > 0.5 for each in answer["labels"]] == [False, False, True]
    assert answer["labels"][1]["probability"] == 0.5
    assert all(0 <= each["probability"] <= 1 for each in answer["labels"])


def test_errors_of_numbers_are_in_their_unit_and_signed_where_they_lean() -> None:
    values = np.array([[3.0, 10.0], [1.0, 20.0]], np.float32)
    labels = np.array([[1.0, 13.0], [2.0, 24.0]], np.float32)

    record = numbers("width", "height").record(values, labels)

    assert record["kind"] == "number"
    width, height = record["values"]
    assert width == {
        "name": "width",
        "mean_absolute_error": 1.5,
        "root_mean_squared_error": pytest.approx(math.sqrt(2.5)),
        "bias": 0.5,
    }
    assert height["bias"] == -3.5


def test_a_prediction_that_is_no_number_has_no_error() -> None:
    record = numbers("width").record(
        np.array([[math.nan]], np.float32), np.array([[1.0]], np.float32)
    )

    assert record["kind"] == "number"
    assert set(record["values"][0].values()) == {"width", None}


def one_class() -> ClassOutput:
    target_, loss = learned("class", COLOURS, "CategoricalCrossentropy")
    return ClassOutput(target_, loss, "softmax")


@pytest.mark.parametrize(
    ("output", "labels"),
    [
        (one_class(), np.array([0, 1, 2])),
        (flags(), LABELS),
        (numbers(*COLOURS), LABELS),
    ],
    ids=["class", "multi_label", "number"],
)
def test_rows_and_answers_have_one_for_each_image_and_column(
    output: Output, labels: np.ndarray
) -> None:
    rows = list(output.rows(VALUES, labels))
    answers = list(output.answers(VALUES, top=2))
    table = output.table(VALUES, labels)

    assert len(rows) == len(answers) == 3
    assert {len(row) for row in rows} == {len(output.columns)}
    assert {len(row) for row in table.rows} == {len(table.columns)}
    assert {answer["kind"] for answer in answers} == {output.target.kind}


def test_top_cuts_classes_alone() -> None:
    (first, *_) = one_class().answers(VALUES, top=2)
    assert first["kind"] == "class"
    assert [each["label"] for each in first["predictions"]] == ["red", "blue"]
    (told, *_) = flags().answers(VALUES, top=1)
    assert told["kind"] == "multi_label"
    assert len(told["labels"]) == 3


def test_values_are_two_dimensional_whatever_the_network_gives() -> None:
    one = {"head": numbers("width")}
    assert values_by_output(np.zeros(4), one)["head"].shape == (4, 1)
    assert values_by_output({"head": np.zeros((4, 1, 1))}, one)["head"].shape == (4, 1)
