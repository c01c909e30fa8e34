"""Labels of every kind, and several of them, against what learns them: each mistake is told once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from netspec.analysis import analyse
from netspec.checks import check_rules
from netspec.diagnostics import Code
from netspec.things.labels import LabelFacts

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.diagnostics import Finding

# A class, a number, three answers at once and two numbers, each learned by an output of its name.
SPEC = """netspec: 1
data:
  source:
    Csv:
      path: photos.csv
      labels:
        breed: breed
        age: {column: months, kind: number}
        seen: {columns: [beach, sunset, people], kind: multi_label}
        size: {columns: [wide, high], kind: number}
model:
  input: [32, 32, 3]
  layers:
    - Rescaling: {scale: 1/255}
    - Flatten
    - Dense: {name: stem, units: 32, activation: relu}
    - Dense: {name: breed, inputs: stem, units: 12, activation: softmax}
    - Dense: {name: age, inputs: stem, units: 1}
    - Dense: {name: seen, inputs: stem, units: 3, activation: sigmoid}
    - Dense: {name: size, inputs: stem, units: 2}
  output: [breed, age, seen, size]
compile:
  optimizer: adam
  loss:
    breed: sparse_categorical_crossentropy
    age: mse
    seen: binary_crossentropy
    size: huber
  metrics:
    breed: [accuracy]
    age: [mae]
    seen: [BinaryAccuracy, {AUC: {multi_label: true}}]
    size: [RootMeanSquaredError]
training: {epochs: 5}
"""
SOFTMAX = ("units: 3, activation: sigmoid", "units: 3, activation: softmax")
NO_METRICS = ("[BinaryAccuracy, {AUC: {multi_label: true}}]", "[]")
NAMED = ("  source:\n", "  labels: {%s}\n  source:\n")
MIXED = ("data:\n", "augmentation: [MixUp]\ndata:\n")
HINGE = ("seen: binary_crossentropy", "seen: hinge")
AGE = "name: age, inputs: stem, units: 1"
AGE_OF_SIGMOID = (AGE, f"{AGE}, activation: sigmoid")
SIZE = "name: size, inputs: stem, units: 2"
SIZE_OF_SOFTMAX = (SIZE, f"{SIZE}, activation: softmax")
LINEAR = ("units: 3, activation: sigmoid", "units: 3")

Changes = list[tuple[str, str]]


def labels(written: str) -> tuple[str, str]:
    return NAMED[0], NAMED[1] % written


def found(path: Path, changes: Changes, text: str = SPEC) -> list[Finding]:
    for old, new in changes:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    path.write_text(text)
    return list(analyse(path).findings)


WRONG: list[tuple[Code, str, Changes]] = [
    # Which label an output learns.
    (Code.DATA_COLUMNS, "has no label 'bred'", [labels("breed: bred")]),
    (Code.DATA_COLUMNS, "the output 'weight' has no label",
     [("name: age", "name: weight"), ("[breed, age,", "[breed, weight,"), ("    age: mse", "    weight: mse"),
      ("    age: [mae]", "    weight: [mae]")]),
    (Code.OUTPUT_KEYS, "no output 'bred'", [labels("bred: breed")]),
    (Code.UNLEARNED_LABEL, "no output learns the label 'kind'",
     [("        breed: breed\n", "        breed: breed\n        kind: kind\n")]),
    # How many values.
    (Code.CLASS_COUNT, "has 3 classes", [("units: 3,", "units: 4,")]),
    (Code.CLASS_COUNT, "has 1 number", [("name: age, inputs: stem, units: 1", "name: age, inputs: stem, units: 2")]),
    (Code.CLASS_COUNT, "has 2 numbers", [("name: size, inputs: stem, units: 2", "name: size, inputs: stem, units: 1")]),
    # Numbers.
    (Code.LOSS_LABELS, "the label 'age' is a number",
     [("age: mse", "age: sparse_categorical_crossentropy"), ("age: [mae]", "age: []")]),
    (Code.LOSS_LABELS, "the label 'age' is a number", [("age: mse", "age: categorical_crossentropy")]),
    (Code.LOSS_LABELS, "the label 'size' is a number", [("size: huber", "size: sparse_categorical_crossentropy")]),
    (Code.NUMBERS_AS_CLASSES, "the label 'age' is a number", [("age: mse", "age: binary_crossentropy")]),
    (Code.NUMBERS_AS_CLASSES, "the label 'size' is a number", [("size: huber", "size: categorical_crossentropy")]),
    (Code.NUMBERS_AS_CLASSES, "the label 'size' is a number",
     [("size: huber", "size: binary_crossentropy"), ("[RootMeanSquaredError]", "[accuracy]")]),
    (Code.BOUNDED_NUMBERS, "between 0 and 1", [AGE_OF_SIGMOID]),
    (Code.BOUNDED_NUMBERS, "shares of 1", [SIZE_OF_SOFTMAX]),
    (Code.ACCURACY_OF_NUMBERS, "accuracy counts answers", [("age: [mae]", "age: [mae, accuracy]")]),
    (Code.ACCURACY_OF_NUMBERS, "Recall counts answers", [("age: [mae]", "age: [Recall]")]),
    (Code.ACCURACY_OF_NUMBERS, "CategoricalAccuracy counts", [("[RootMeanSquaredError]", "[CategoricalAccuracy]")]),
    (Code.METRIC_LABELS, "the label 'age' is numbers", [("age: [mae]", "age: [SparseCategoricalAccuracy]")]),
    (Code.ACCURACY_OF_NUMBERS, "TopKCategoricalAccuracy counts",
     [("[RootMeanSquaredError]", "[{TopKCategoricalAccuracy: {k: 2}}]")]),
    (Code.LOSS_LABELS, "the label 'age' is a number",
     [(AGE, f"{AGE}00, activation: softmax"), ("age: mse", "age: sparse_categorical_crossentropy"), ("[mae]", "[]")]),
    # Several answers at once.
    (Code.LOSS_LABELS, "of each whether it is there", [("seen: binary", "seen: sparse_categorical"), NO_METRICS]),
    (Code.ONE_OF_SEVERAL, "takes one class of 3", [("seen: binary", "seen: categorical")]),
    (Code.ONE_OF_SEVERAL, "takes one class of 3", [("seen: binary", "seen: categorical"), SOFTMAX]),
    (Code.ONE_OF_SEVERAL, "takes one class of 3", [("seen: binary_crossentropy", "seen: categorical_hinge")]),
    (Code.ONE_OF_SEVERAL, "shares 1 among 3 classes", [SOFTMAX]),
    (Code.LOSS_ACTIVATION, "takes probabilities", [("seen: binary", "seen: categorical"), LINEAR, NO_METRICS]),
    (Code.ACCURACY_OF_SEVERAL, "accuracy asks which", [("[BinaryAccuracy,", "[accuracy,")]),
    (Code.ACCURACY_OF_SEVERAL, "TopKCategoricalAccuracy asks",
     [("[BinaryAccuracy,", "[{TopKCategoricalAccuracy: {k: 2}},")]),
    (Code.METRIC_LABELS, "0 or 1 for each class", [("[BinaryAccuracy,", "[SparseCategoricalAccuracy,")]),
    (Code.CLASSES_AS_NUMBERS, "learns classes slowly", [("seen: binary_crossentropy", "seen: mse")]),
    # One class of several, in a network with other outputs.
    (Code.EXCLUSIVE_CLASSES, "every image of photos.csv has one class of 12",
     [("breed: sparse_categorical", "breed: binary"), ("12, activation: softmax", "12, activation: sigmoid")]),
    (Code.ACTIVATION_RANGE, "one class of 12", [("12, activation: softmax", "12, activation: sigmoid")]),
    (Code.CLASSES_AS_NUMBERS, "write loss", [("breed: sparse_categorical_crossentropy", "breed: mse")]),
    # What is not for several labels.
    (Code.CLASS_NAMES, "these are the classes of one label", [("  source:\n", "  classes: [a, b]\n  source:\n")]),
    (Code.CLASS_WEIGHTS, "this one has 4", [("epochs: 5", "epochs: 5, class_weight: {0: 2}")]),
    # Shares of labels.
    (Code.LOSS_LABELS, "makes shares of two", [MIXED, HINGE, LINEAR, NO_METRICS]),
    (Code.METRIC_OF_SHARES, "BinaryAccuracy compares 0 or 1", [MIXED, (", {AUC: {multi_label: true}}", "")]),
    (Code.ACCURACY_OF_NUMBERS, "accuracy counts answers", [MIXED, NO_METRICS, ("age: [mae]", "age: [accuracy]")]),
    (Code.ACCURACY_OF_SEVERAL, "accuracy asks which",
     [MIXED, ("[BinaryAccuracy, {AUC: {multi_label: true}}]", "[accuracy]")]),
    (Code.LOSS_LABELS, "ignore_class of SparseCategoricalCrossentropy",
     [MIXED, NO_METRICS,
     ("breed: sparse_categorical_crossentropy", "breed: {SparseCategoricalCrossentropy: {ignore_class: 3}}")]),
    (Code.METRIC_LABELS, "from_sorted_ids of SparseTopKCategoricalAccuracy",
     [MIXED, NO_METRICS, ("breed: [accuracy]", "breed: [{SparseTopKCategoricalAccuracy: {from_sorted_ids: true}}]")]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "message", "changes"), WRONG)
def test_a_mistake_of_labels_is_told_once(
    code: Code, message: str, changes: Changes, tmp_path: Path
) -> None:
    (finding,) = found(tmp_path / "spec.yaml", changes)
    assert finding.code == code, finding
    assert message in f"{finding.message}; {finding.hint}"
    assert len(finding.message) < 200


RIGHT: list[Changes] = [
    [],
    [labels("breed: breed, age: age")],
    [("name: size,", "name: extent,"), ("seen, size]", "seen, extent]"), ("size: huber", "extent: huber"),
     ("    size: [Root", "    extent: [Root"), labels("extent: size")],
    [("breed: sparse_categorical", "breed: categorical")],
    [("units: 12, activation: softmax", "units: 1, activation: sigmoid"),
     ("breed: sparse_categorical", "breed: binary")],
    [("age: mse", "age: log_cosh"), ("age: [mae]", "age: [R2Score]")],
    [("size: huber", "size: cosine_similarity"), ("[RootMeanSquaredError]", "[CosineSimilarity]")],
    [LINEAR, ("seen: binary_crossentropy", "seen: {BinaryCrossentropy: {from_logits: true}}"), NO_METRICS],
    [("[BinaryAccuracy,", "[{F1Score: {average: macro, threshold: 0.5}}, {Precision: {class_id: 2}},")],
    [("seen: binary_crossentropy", "seen: dice"), NO_METRICS],
    # Where images are mixed, what takes class indices has its twin.
    [MIXED, NO_METRICS],
    [MIXED, NO_METRICS, ("breed: [accuracy]", "breed: [SparseCategoricalAccuracy, SparseCategoricalCrossentropy]")],
    [MIXED, NO_METRICS, ("breed: [accuracy]", "breed: [{MeanIoU: {num_classes: 12, sparse_y_pred: false}}]")],
]  # fmt: skip


@pytest.mark.parametrize("changes", RIGHT)
def test_what_fits_its_label_is_not_told(changes: Changes, tmp_path: Path) -> None:
    assert [str(finding) for finding in found(tmp_path / "spec.yaml", changes)] == []


ONE = """netspec: 1
data: {source: {Csv: {path: photos.csv, label: {column: age, kind: number}}}}
model:
  input: [32, 32, 3]
  layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 1}}]
compile: {optimizer: adam, loss: mse}
training: {epochs: 5}
"""


def test_one_output_learns_the_only_label_whatever_it_is_called(tmp_path: Path) -> None:
    assert found(tmp_path / "spec.yaml", [], ONE) == []


def test_class_names_are_not_for_numbers(tmp_path: Path) -> None:
    changes = [
        ("data: {source", "data: {classes: [young, old], source"),
        # Nobody knows what its numbers are called, or how many there are.
        (
            "{Csv: {path: photos.csv, label: {column: age,",
            "{Arrays: {path: a.npz, label: {array: age,",
        ),
    ]
    (finding,) = found(tmp_path / "spec.yaml", changes, ONE)
    assert finding.code == Code.CLASS_NAMES
    assert finding.message == "classes are named, and the label is a number"


def test_class_weights_are_not_for_numbers(tmp_path: Path) -> None:
    changes = [("epochs: 5", "epochs: 5, class_weight: {0: 2}")]
    (finding,) = found(tmp_path / "spec.yaml", changes, ONE)
    assert finding.code == Code.CLASS_WEIGHTS
    assert "the labels are numbers here" in finding.message


def test_one_output_beside_several_labels_says_which_it_learns(tmp_path: Path) -> None:
    several = [
        (
            "label: {column: age, kind: number}",
            "labels: {breed: breed, age: {column: a, kind: number}}",
        )
    ]
    (finding,) = found(tmp_path / "spec.yaml", several, ONE)
    assert finding.code == Code.DATA_COLUMNS
    assert finding.place.line == 5
    assert finding.hint == "say which it learns: `data: {labels: {dense: …}}`"
    several.append(("data: {source", "data: {labels: {dense: age}, source"))
    (finding,) = found(tmp_path / "spec.yaml", several, ONE)
    assert (finding.code, finding.severity) == (Code.UNLEARNED_LABEL, "note")


@pytest.mark.parametrize(
    ("label", "facts", "message"),
    [
        ("breed", LabelFacts("class", size=11), "the label 'breed' has 11 classes"),
        ("breed", LabelFacts("class", names=("a", "b", "c")), "the label 'breed' has 3 classes"),
        ("seen", LabelFacts("multi_label", size=5), "the label 'seen' has 5 classes"),
        ("age", LabelFacts("number", size=3), "the label 'age' has 3 numbers"),
    ],
)
def test_what_a_look_at_the_data_says_is_held_against_each_output(
    label: str, facts: LabelFacts, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "spec.yaml"
    assert found(path, []) == []
    document, graph = analyse(path).require()
    assert document.facts is not None
    seen = replace(document.facts, labels={**document.facts.labels, label: facts})
    (finding,) = check_rules(replace(document, facts=seen), graph)
    assert finding.code == Code.CLASS_COUNT
    assert message in finding.message
    assert f"the output '{label}'" in finding.message
