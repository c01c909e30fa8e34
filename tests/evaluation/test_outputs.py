"""What the values of one output say, whatever it learned: counts, errors, answers and tables agree."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netspec.evaluation.class_output import ClassOutput
from netspec.evaluation.flags_output import FlagsOutput
from netspec.evaluation.numbers_output import NumbersOutput
from netspec.evaluation.outputs import values_by_output
from netspec.spec.labels import target
from netspec.things.labels import LabelFacts
from netspec.things.registries import LOSSES

if TYPE_CHECKING:
    from netspec.evaluation.output import Output
    from netspec.report.evaluation import ClassesRecord
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
    record = flags().verdict(VALUES, LABELS).record

    assert record["kind"] == "multi_label"
    assert [tuple(each.values()) for each in record["labels"]] == [
        ("red", 3, 2, 1.0, 2 / 3, 0.8),
        ("green", 2, 2, 1.0, 1.0, 1.0),
        ("blue", 0, 1, 0.0, None, None),
    ]


def test_several_labels_table_counts_every_image_once() -> None:
    (table,) = flags().verdict(VALUES, LABELS).tables

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

    record = numbers("width", "height").verdict(values, labels).record

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
    values, labels = np.array([[math.nan]], np.float32), np.array([[1.0]], np.float32)

    record = numbers("width").verdict(values, labels).record

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
    tables = output.verdict(VALUES, labels).tables

    assert len(rows) == len(answers) == 3
    assert {len(row) for row in rows} == {len(output.columns)}
    assert all(len(row) == len(table.columns) for table in tables for row in table.rows)
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


def two_classes(**fields: Any) -> ClassOutput:
    """One unit that is the probability of the second class, or its logit."""
    thing = LOSSES.find("BinaryCrossentropy")(**fields)
    facts = LabelFacts("class", ("cat", "dog"))
    return ClassOutput(target("head", "label", facts, loss=thing, units=1), thing, "sigmoid")


def judged(output: ClassOutput, values: list[list[float]], labels: list[int]) -> ClassesRecord:
    record = output.verdict(np.array(values, np.float32), np.array(labels)).record
    assert record["kind"] == "class"
    return record


def test_of_one_unit_the_surer_class_is_confident_and_the_wrong_one_a_mistake() -> None:
    values = [[0.9], [0.2], [0.75], [0.25]]
    verdict = two_classes().verdict(np.array(values, np.float32), np.array([1, 0, 0, 1]))
    record = judged(two_classes(), values, [1, 0, 0, 1])

    assert record["confusion"] == [[1, 1], [1, 1]]
    assert record["accuracy"] == 0.5
    assert record["confused"] == [
        {"true": "cat", "predicted": "dog", "images": 1},
        {"true": "dog", "predicted": "cat", "images": 1},
    ]
    places = [(each.place, each.true, each.predicted) for each in verdict.mistakes]
    assert places == [(2, 0, 1), (3, 1, 0)]
    assert [each.probability for each in verdict.mistakes] == [0.75, 0.75]
    assert [each.true_probability for each in verdict.mistakes] == [0.25, 0.25]


def test_a_class_that_no_image_has_and_none_is_taken_for_has_nothing_to_share() -> None:
    record = judged(one_class(), [[0.9, 0.1, 0], [0.2, 0.8, 0]], [0, 0])

    red, green, blue = record["classes"]
    assert [red["precision"], red["recall"], red["f1"]] == [1.0, 0.5, 2 / 3]
    assert [green["precision"], green["recall"], green["f1"]] == [0.0, None, None]
    assert [blue["precision"], blue["recall"], blue["f1"]] == [None, None, None]
    _, normalized = (
        one_class()
        .verdict(np.array([[0.9, 0.1, 0], [0.2, 0.8, 0]], np.float32), np.array([0, 0]))
        .tables
    )
    assert normalized.stem == "confusion-normalized"
    assert [*normalized.rows] == [
        ["red", 0.5, 0.5, 0.0],
        ["green", None, None, None],
        ["blue", None, None, None],
    ]


@pytest.mark.parametrize(("labels", "accuracy"), [([0], 1.0), ([2], 0.0)])
def test_one_image_is_right_or_wrong(labels: list[int], accuracy: float) -> None:
    record = judged(one_class(), [[0.75, 0.25, 0]], labels)

    assert record["accuracy"] == accuracy
    assert (record["interval"]["low"], record["interval"]["high"]) == (accuracy, accuracy)
    assert record["calibration"]["error"] == abs(accuracy - 0.75)
    assert len(record["confused"]) == 1 - accuracy


def test_an_image_without_numbers_counts_as_wrong_and_is_told_of() -> None:
    # As Keras counts, what is no number stands for the first class.
    values, labels = [[math.nan] * 3, [math.nan] * 3, [0.0, 1.0, 0.0]], [0, 2, 1]

    record = judged(one_class(), values, labels)

    assert record["no_numbers"] == 2
    assert record["accuracy"] == 1 / 3
    assert sum(each["images"] for each in record["calibration"]["bins"]) == 1
    verdict = one_class().verdict(np.array(values, np.float32), np.array(labels))
    assert verdict.mistakes == []


def test_a_network_that_gives_no_numbers_has_no_calibration() -> None:
    for output, width in ((one_class(), 3), (two_classes(), 1), (two_classes(from_logits=True), 1)):
        verdict = output.verdict(np.full((2, width), np.nan, np.float32), np.array([0, 1]))
        assert verdict.record["kind"] == "class"
        assert verdict.record["no_numbers"] == 2
        assert verdict.record["accuracy"] == 0
        assert "calibration" not in verdict.record
        assert [drawing.stem for drawing in verdict.drawings] == [
            "confusion",
            "confusion-normalized",
        ]


def test_an_infinite_logit_is_a_certainty_and_no_failure() -> None:
    record = judged(two_classes(from_logits=True), [[math.inf], [-math.inf]], [1, 1])

    assert "no_numbers" not in record
    assert record["calibration"]["error"] == 0.5
