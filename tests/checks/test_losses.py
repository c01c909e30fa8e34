"""Losses against the last activation, classes against losses, metrics against both: what is told, and what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netspec.analysis import analyse
from netspec.diagnostics import Code

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.diagnostics import Finding

MINE = {
    Code.LOSS_ACTIVATION,
    Code.SOFTMAX_OF_ONE,
    Code.FIELDS_OF_CLASSES,
    Code.LOSS_OF_NOTHING,
    Code.LOGITS_TWICE,
    Code.ACTIVATION_RANGE,
    Code.EXCLUSIVE_CLASSES,
    Code.ACCURACY_OF_NUMBERS,
    Code.METRIC_OF_LOGITS,
    Code.METRIC_ALWAYS_RIGHT,
    Code.LOGIT_THRESHOLD,
    Code.CLASSES_AS_NUMBERS,
}
DIGITS = "data: {source: mnist}\n"
PETS = "data: {source: {ImageFolder: {path: pets}}}\n"
CATEGORICAL = "categorical_crossentropy"
SPARSE = "sparse_categorical_crossentropy"
BINARY = "binary_crossentropy"
LOGITS = "{CategoricalCrossentropy: {from_logits: true}}"
SPARSE_LOGITS = "{SparseCategoricalCrossentropy: {from_logits: true}}"
BINARY_LOGITS = "{BinaryCrossentropy: {from_logits: true}}"
MAP = "{Conv2D: {filters: 3, kernel_size: 3, activation: %s}}"
BRANCHES = "{Flatten: {name: f}}, {Dense: {name: a, units: 10%s}}, {Dense: {name: b, inputs: f, units: 10%s}}"


def dense(units: int, activation: str | None = None) -> str:
    """The last layers of a network."""
    ends = "" if activation is None else f", activation: {activation}"
    return f"Flatten, {{Dense: {{units: {units}{ends}}}}}"


def spec(layers: str, loss: str, metrics: str = "", data: str = "") -> str:
    """A spec with these layers and this loss."""
    measured = f"\n  metrics: {metrics}" if metrics else ""
    return (
        f"netspec: 1\n{data}model:\n  input: [28, 28, 1]\n  layers: [{layers}]\n"
        f"compile:\n  optimizer: adam\n  loss: {loss}{measured}\n"
    )


def found(path: Path, text: str) -> list[Finding]:
    """What the rules of this topic find."""
    path.write_text(text)
    return [finding for finding in analyse(path).findings if finding.code in MINE]


WRONG = [
    # A loss that takes probabilities, over something else.
    (Code.LOSS_ACTIVATION, dense(10), CATEGORICAL, "", DIGITS),
    (Code.LOSS_ACTIVATION, dense(10), SPARSE, "[accuracy]", DIGITS),
    (Code.LOSS_ACTIVATION, dense(10, "linear"), CATEGORICAL, "", ""),
    (Code.LOSS_ACTIVATION, dense(10, "null"), "{CategoricalFocalCrossentropy: {gamma: 1}}", "", ""),
    (Code.LOSS_ACTIVATION, dense(10, "relu"), CATEGORICAL, "", DIGITS),
    (Code.LOSS_ACTIVATION, dense(10, "log_softmax"), SPARSE, "", DIGITS),
    (Code.ACTIVATION_RANGE, dense(10, "sigmoid"), "kl_divergence", "", ""),
    (Code.ACTIVATION_RANGE, dense(10, "sigmoid"), "CategoricalGeneralizedCrossEntropy", "", ""),
    (Code.LOSS_ACTIVATION, dense(10), "kld", "", ""),
    (Code.LOSS_ACTIVATION, dense(10), "tversky", "", ""),
    (Code.LOSS_ACTIVATION, dense(3), "poisson", "", ""),
    (Code.LOSS_ACTIVATION, dense(1), BINARY, "[accuracy]", PETS),
    (Code.LOSS_ACTIVATION, dense(1, "tanh"), BINARY, "", ""),
    (Code.LOSS_ACTIVATION, dense(7), BINARY, "[AUC]", ""),
    (Code.LOSS_ACTIVATION, dense(10), "{CategoricalCrossentropy: {from_logits: false}}", "", ""),
    (Code.LOSS_ACTIVATION, f"{dense(10)}, BatchNormalization", CATEGORICAL, "", DIGITS),
    (Code.LOSS_ACTIVATION, f"{dense(10)}, ReLU", CATEGORICAL, "", DIGITS),
    (Code.LOSS_ACTIVATION, f"{dense(10)}, {{Activation: {{activation: linear}}}}", CATEGORICAL, "", ""),
    (Code.LOSS_ACTIVATION, f"{dense(10)}, {{Reshape: {{target_shape: [10]}}}}", CATEGORICAL, "", ""),
    (Code.LOSS_ACTIVATION, "{Conv2D: {filters: 10, kernel_size: 3}}, GlobalAveragePooling2D", SPARSE, "", DIGITS),
    (Code.LOSS_ACTIVATION, "{Conv2D: {filters: 3, kernel_size: 1}}", SPARSE, "", ""),
    (Code.LOSS_ACTIVATION, "{Conv2D: {filters: 1, kernel_size: 1}}", "dice", "", ""),
    (Code.LOSS_ACTIVATION, "{Reshape: {target_shape: [28, 28]}}, {LSTM: {units: 10}}", CATEGORICAL, "", DIGITS),
    (Code.LOSS_ACTIVATION, "{TimeDistributed: {layer: {Dense: {units: 4}}}}", SPARSE, "", ""),
    (Code.LOSS_ACTIVATION, BRANCHES % ("", "") + ", {Add: {inputs: [a, b]}}", CATEGORICAL, "", DIGITS),
    # A softmax over one value.
    (Code.SOFTMAX_OF_ONE, dense(1, "softmax"), BINARY, "[accuracy]", PETS),
    (Code.SOFTMAX_OF_ONE, dense(1, "softmax"), BINARY_LOGITS, "", PETS),
    (Code.SOFTMAX_OF_ONE, dense(1, "softmax"), "mse", "", PETS),
    (Code.SOFTMAX_OF_ONE, dense(1, "softmax"), "hinge", "", ""),
    (Code.SOFTMAX_OF_ONE, f"{dense(1)}, Softmax", BINARY, "", ""),
    (Code.SOFTMAX_OF_ONE, "{Dense: {units: 1, activation: softmax}}, Flatten, {Dense: {units: 2}}", "mse", "", ""),
    (Code.SOFTMAX_OF_ONE, "{Softmax: {axis: 3}}, Flatten, {Dense: {units: 2}}", "mse", "", ""),
    # Fields that speak of classes.
    (Code.FIELDS_OF_CLASSES, dense(10, "softmax"), "{CategoricalFocalCrossentropy: {alpha: [0.1, 0.2]}}", "", DIGITS),
    (Code.FIELDS_OF_CLASSES, dense(10, "softmax"), CATEGORICAL, "[{Precision: {class_id: 10}}]", DIGITS),
    (Code.FIELDS_OF_CLASSES, dense(10, "softmax"), CATEGORICAL, "[{Recall: {top_k: 11}}]", DIGITS),
    (Code.FIELDS_OF_CLASSES, dense(7, "sigmoid"), BINARY, "[{AUC: {multi_label: true, num_labels: 5}}]", ""),
    (Code.FIELDS_OF_CLASSES, dense(3, "sigmoid"), BINARY, "[{AUC: {multi_label: true, label_weights: [1, 2]}}]", ""),
    (Code.FIELDS_OF_CLASSES, dense(10, "softmax"), SPARSE, "[{MeanIoU: {num_classes: 10}}]", DIGITS),
    (Code.FIELDS_OF_CLASSES, dense(10, "softmax"), SPARSE, "[{MeanIoU: {num_classes: 9, sparse_y_pred: false}}]", ""),
    (Code.FIELDS_OF_CLASSES, dense(10, "softmax"), CATEGORICAL, "[{MeanIoU: {num_classes: 10, sparse_y_pred: false}}]",
     DIGITS),
    (Code.FIELDS_OF_CLASSES, "{Conv2D: {filters: 1, kernel_size: 1, activation: sigmoid}}", BINARY,
     "[{MeanIoU: {num_classes: 2}}]", ""),
    # A loss that is the same for every network.
    (Code.LOSS_OF_NOTHING, dense(10, "softmax"), "{CategoricalCrossentropy: {label_smoothing: 1}}", "", DIGITS),
    (Code.LOSS_OF_NOTHING, dense(10, "softmax"), "{CategoricalFocalCrossentropy: {alpha: 0}}", "", DIGITS),
    (Code.LOSS_OF_NOTHING, dense(1, "sigmoid"),
     "{BinaryFocalCrossentropy: {apply_class_balancing: true, alpha: 1}}", "", PETS),
    (Code.LOSS_OF_NOTHING, dense(3, "softmax"), "{Tversky: {alpha: 0, beta: 0}}", "", ""),
    (Code.LOSS_OF_NOTHING, dense(3, "softmax"), "mse\n  loss_weights: {dense: 0}", "", ""),
    # Logits that are none.
    (Code.LOGITS_TWICE, dense(10, "softmax"), SPARSE_LOGITS, "[accuracy]", DIGITS),
    (Code.LOGITS_TWICE, dense(10, "sigmoid"), LOGITS, "", DIGITS),
    (Code.LOGITS_TWICE, f"{dense(10)}, Softmax", LOGITS, "[{AUC: {from_logits: true}}]", DIGITS),
    (Code.LOGITS_TWICE, dense(1, "sigmoid"), BINARY_LOGITS, "[accuracy]", PETS),
    (Code.LOGITS_TWICE, dense(1, "sigmoid"), BINARY, "[{AUC: {from_logits: true}}]", PETS),
    (Code.LOGITS_TWICE, f"{dense(10, 'softmax')}, {{Activation: {{activation: linear}}}}", LOGITS, "", DIGITS),
    # An activation that cannot give what the loss asks for.
    (Code.ACTIVATION_RANGE, dense(10, "sigmoid"), CATEGORICAL, "[accuracy]", DIGITS),
    (Code.ACTIVATION_RANGE, dense(10, "hard_sigmoid"), SPARSE, "", ""),
    (Code.ACTIVATION_RANGE, dense(1, "relu"), BINARY_LOGITS, "[accuracy, AUC]", PETS),
    (Code.ACTIVATION_RANGE, dense(5, "tanh"), BINARY_LOGITS, "", ""),
    (Code.ACTIVATION_RANGE, dense(1, "sigmoid"), "hinge", "", PETS),
    (Code.ACTIVATION_RANGE, dense(10, "softmax"), "hinge", "[accuracy]", DIGITS),
    (Code.ACTIVATION_RANGE, dense(10, "sigmoid"), "squared_hinge", "", DIGITS),
    (Code.ACTIVATION_RANGE, dense(4, "relu"), "hinge", "", ""),
    # A binary loss over classes that exclude each other.
    (Code.EXCLUSIVE_CLASSES, dense(10, "softmax"), BINARY, "[accuracy]", DIGITS),
    (Code.EXCLUSIVE_CLASSES, dense(10, "softmax"), BINARY, "", ""),
    (Code.EXCLUSIVE_CLASSES, dense(10, "sigmoid"), BINARY, "[accuracy]", DIGITS),
    (Code.EXCLUSIVE_CLASSES, dense(5, "sigmoid"), "BinaryFocalCrossentropy", "", PETS),
    (Code.EXCLUSIVE_CLASSES, dense(10), BINARY_LOGITS, "", DIGITS),
    (Code.EXCLUSIVE_CLASSES, dense(10, "relu"), BINARY_LOGITS, "", DIGITS),
    # Accuracy of numbers.
    (Code.ACCURACY_OF_NUMBERS, dense(1), "mse", "[accuracy]", ""),
    (Code.ACCURACY_OF_NUMBERS, dense(4, "relu"), "huber", "[mae, acc]", ""),
    (Code.ACCURACY_OF_NUMBERS, MAP % "tanh", "mae", "[accuracy]", ""),
    (Code.ACCURACY_OF_NUMBERS, f"{MAP % 'sigmoid'}, {{Rescaling: {{scale: 255}}}}", "mse", "[accuracy]", ""),
    # Metrics of logits.
    (Code.METRIC_OF_LOGITS, dense(10), LOGITS, "[accuracy, AUC]", DIGITS),
    (Code.METRIC_OF_LOGITS, dense(10), SPARSE_LOGITS, "[SparseCategoricalCrossentropy]", DIGITS),
    (Code.METRIC_OF_LOGITS, dense(1), BINARY_LOGITS, "[{PrecisionAtRecall: {recall: 0.9}}]", PETS),
    (Code.METRIC_OF_LOGITS, dense(1, "tanh"), "hinge", "[AUC]", PETS),
    # Metrics that are high in any case.
    (Code.METRIC_ALWAYS_RIGHT, dense(10, "softmax"), CATEGORICAL, "[BinaryAccuracy]", DIGITS),
    (Code.METRIC_ALWAYS_RIGHT, dense(10, "softmax"), CATEGORICAL, "[{TopKCategoricalAccuracy: {k: 10}}]", DIGITS),
    (Code.METRIC_ALWAYS_RIGHT, dense(3, "softmax"), SPARSE, "[SparseTopKCategoricalAccuracy]", PETS),
    (Code.METRIC_ALWAYS_RIGHT, dense(3, "softmax"), CATEGORICAL, "[{Recall: {top_k: 3}}]", PETS),
    # Notes.
    (Code.LOGIT_THRESHOLD, dense(1), BINARY_LOGITS, "[accuracy]", PETS),
    (Code.LOGIT_THRESHOLD, dense(1), BINARY_LOGITS, "[BinaryAccuracy, Precision]", ""),
    (Code.LOGIT_THRESHOLD, dense(1), "hinge", "[accuracy]", PETS),
    (Code.LOGIT_THRESHOLD, dense(5), BINARY_LOGITS, "[Recall]", ""),
    (Code.CLASSES_AS_NUMBERS, dense(10, "softmax"), "mse", "[accuracy]", DIGITS),
    (Code.CLASSES_AS_NUMBERS, dense(10, "softmax"), "mape", "", DIGITS),
    (Code.CLASSES_AS_NUMBERS, dense(1, "sigmoid"), "mae", "", PETS),
]  # fmt: skip


@pytest.mark.parametrize(("code", "written"), [(code, written) for code, *written in WRONG])
def test_a_mistake_of_loss_and_output_is_told_once(
    code: Code, written: list[str], tmp_path: Path
) -> None:
    findings = found(tmp_path / "spec.yaml", spec(*written))
    assert [finding.code for finding in findings] == [code]
    assert all(len(finding.message) < 200 for finding in findings)


RIGHT = [
    *((dense(10, "softmax"), loss, "[accuracy]", data) for loss in (CATEGORICAL, SPARSE) for data in (DIGITS, "")),
    *((dense(10), loss, "[accuracy]", DIGITS) for loss in (LOGITS, SPARSE_LOGITS)),
    (dense(1, "sigmoid"), BINARY, "[accuracy, AUC, Precision]", PETS),
    (dense(1), BINARY_LOGITS, "[{BinaryAccuracy: {threshold: 0}}, {AUC: {from_logits: true}}]", PETS),
    (dense(1), BINARY_LOGITS, "[{Precision: {thresholds: 0}}, {BinaryIoU: {threshold: 0}}]", ""),
    # Two classes, a unit each.
    (dense(2, "softmax"), CATEGORICAL, "[accuracy, BinaryAccuracy]", PETS),
    (dense(2, "softmax"), BINARY, "[accuracy]", PETS),
    (dense(2, "sigmoid"), BINARY, "[accuracy]", PETS),
    # Several answers at once.
    (dense(7, "sigmoid"), BINARY, "[BinaryAccuracy, AUC, Precision, Recall, {F1Score: {average: macro}}]", ""),
    (dense(7), BINARY_LOGITS, "[{AUC: {multi_label: true, num_labels: 7, from_logits: true}}]", ""),
    (dense(7, "hard_sigmoid"), BINARY, "", ""),
    # A binary loss where images are mixed.
    (dense(10, "sigmoid"), BINARY, "", f"{DIGITS}augmentation: [MixUp]\n"),
    # What is not known, or makes probabilities in its own way.
    (f"{dense(10)}, Softmax", CATEGORICAL, "", DIGITS),
    (f"{dense(10)}, {{Activation: {{activation: softmax}}}}", CATEGORICAL, "", DIGITS),
    (f"{dense(10)}, BatchNormalization, Softmax", CATEGORICAL, "", DIGITS),
    (dense(10, "sparsemax"), CATEGORICAL, "", DIGITS),
    (dense(10, "exponential"), CATEGORICAL, "", DIGITS),
    (dense(10, "softplus"), CATEGORICAL, "", DIGITS),
    (f"{dense(1, 'tanh')}, {{Rescaling: {{scale: 0.5, offset: 0.5}}}}", BINARY, "", PETS),
    (f"{dense(1)}, {{ReLU: {{max_value: 1}}}}", BINARY, "", PETS),
    (BRANCHES % ((", activation: softmax",) * 2) + ", {Average: {inputs: [a, b]}}", CATEGORICAL, "", DIGITS),
    (BRANCHES % (", activation: sigmoid", "") + ", {Multiply: {inputs: [a, b]}}", BINARY, "", ""),
    (BRANCHES % (", activation: sigmoid", "") + ", {Add: {inputs: [a, b]}}", CATEGORICAL, "", DIGITS),
    ("{Conv2D: {filters: 10, kernel_size: 3, activation: relu}}, GlobalAveragePooling2D, Softmax", SPARSE, "", DIGITS),
    ("{Conv2D: {filters: 10, kernel_size: 3, activation: softmax}}, GlobalAveragePooling2D", SPARSE, "", DIGITS),
    ("{Conv2D: {filters: 1, kernel_size: 1, activation: sigmoid}}", BINARY, "[{BinaryIoU: {threshold: 0.4}}]", ""),
    ("{TimeDistributed: {layer: {Dense: {units: 4, activation: softmax}}}}", SPARSE, "", ""),
    ("Identity", "mse", "", ""),
    ("Identity", BINARY, "", ""),
    # A softmax over positions, of one value each.
    ("{Reshape: {target_shape: [784, 1]}}, {Softmax: {axis: 1}}, Flatten, {Dense: {units: 2}}", "mse", "", ""),
    # Margins, counts and numbers.
    (dense(1), "hinge", "", PETS),
    (dense(1, "tanh"), "squared_hinge", "", PETS),
    (dense(10, "softmax"), "categorical_hinge", "[accuracy]", DIGITS),
    (dense(10), "categorical_hinge", "[accuracy]", DIGITS),
    (dense(10), "hinge", "", DIGITS),
    (dense(10, "tanh"), "squared_hinge", "", DIGITS),
    (dense(3, "softplus"), "poisson", "", ""),
    (dense(3, "exponential"), "poisson", "", ""),
    (dense(1), "mse", "[mae, RootMeanSquaredError]", ""),
    (dense(1), "mape", "", ""),
    (dense(1, "sigmoid"), "mse", "[accuracy]", ""),
    (dense(10, "softmax"), "mse", "[accuracy]", ""),
    (dense(10), "mse", "[accuracy]", DIGITS),
    (dense(4, "tanh"), "mse", "[accuracy]", ""),
    (MAP % "sigmoid", "mse", "[accuracy]", ""),
    (dense(4), "mse", "[CategoricalAccuracy]", ""),
    # Fields at the edge of what is right.
    (dense(10, "softmax"), "{CategoricalCrossentropy: {label_smoothing: 0.9}}", "", DIGITS),
    (dense(3, "softmax"), "{CategoricalFocalCrossentropy: {alpha: [0, 0.2, 0.3]}}", "", ""),
    (dense(1, "sigmoid"), "{BinaryFocalCrossentropy: {alpha: 0}}", "", PETS),
    (dense(10, "softmax"), CATEGORICAL, "[{TopKCategoricalAccuracy: {k: 9}}, {Recall: {top_k: 3}}]", DIGITS),
    (dense(10, "softmax"), CATEGORICAL, "[{Precision: {class_id: 9}}, AUC, Recall]", DIGITS),
    (dense(10, "softmax"), SPARSE, "[{MeanIoU: {num_classes: 10, sparse_y_pred: false}}]", DIGITS),
    (dense(10, "softmax"), CATEGORICAL, "[{OneHotMeanIoU: {num_classes: 10}}]", DIGITS),
    (dense(3, "softmax"), "mse\n  loss_weights: {dense: 0.5}", "", ""),
    # What other rules tell.
    (dense(1), CATEGORICAL, "", ""),
    (dense(1, "softmax"), CATEGORICAL, "", PETS),
    (dense(1, "softmax"), CATEGORICAL, "", DIGITS),
    (dense(9, "sigmoid"), BINARY, "", DIGITS),
    (dense(10, "softmax"), SPARSE, "[TopKCategoricalAccuracy]", DIGITS),
]  # fmt: skip


@pytest.mark.parametrize(("layers", "loss", "metrics", "data"), RIGHT)
def test_what_can_be_meant_is_not_told(
    layers: str, loss: str, metrics: str, data: str, tmp_path: Path
) -> None:
    findings = found(tmp_path / "spec.yaml", spec(layers, loss, metrics, data))
    assert [str(finding) for finding in findings] == []


REPAIRED = [
    (dense(10), CATEGORICAL, "[accuracy]", LOGITS),
    (dense(10), "SparseCategoricalCrossentropy", "", SPARSE_LOGITS),
    (dense(10), "{CategoricalCrossentropy: {label_smoothing: 0.1}}", "",
     "{CategoricalCrossentropy: {from_logits: true, label_smoothing: 0.1}}"),
    (dense(10), "\n    CategoricalCrossentropy:\n      label_smoothing: 0.1", "",
     "\n    CategoricalCrossentropy:\n      from_logits: true\n      label_smoothing: 0.1"),
    (dense(10, "softmax"), SPARSE_LOGITS, "", "{SparseCategoricalCrossentropy: {from_logits: false}}"),
    (dense(10, "softmax"), BINARY, "", CATEGORICAL),
]  # fmt: skip


@pytest.mark.parametrize(("layers", "loss", "metrics", "repaired"), REPAIRED)
def test_a_loss_is_repaired_where_only_one_can_be_meant(
    layers: str, loss: str, metrics: str, repaired: str, tmp_path: Path
) -> None:
    text = spec(layers, loss, metrics, DIGITS)
    (finding,) = found(tmp_path / "spec.yaml", text)
    assert finding.repair is not None
    (edit,) = finding.repair.edits
    mended = _edited(text, edit.place.line, edit.place.column, edit.place.end_column, edit.text)
    assert mended == spec(layers, repaired, metrics, DIGITS)
    assert found(tmp_path / "spec.yaml", mended) == []


@pytest.mark.parametrize(
    ("layers", "loss", "metrics"),
    [
        (dense(10, "relu"), CATEGORICAL, ""),
        (dense(10), CATEGORICAL, "[AUC]"),
        (dense(10), "{CategoricalCrossentropy: {from_logits: false}}", ""),
        (dense(10), '"categorical_crossentropy"', ""),
        (dense(10), "kl_divergence", ""),
        (dense(1), BINARY, "[accuracy]"),
        (dense(10, "sigmoid"), LOGITS, ""),
        (dense(10, "sigmoid"), BINARY, ""),
    ],
)
def test_nothing_is_repaired_where_more_can_be_meant(
    layers: str, loss: str, metrics: str, tmp_path: Path
) -> None:
    data = PETS if "units: 1}" in layers else DIGITS
    (finding,) = found(tmp_path / "spec.yaml", spec(layers, loss, metrics, data))
    assert finding.repair is None


TWO = """netspec: 1
model:
  input: [4]
  output: [digit, parity]
  layers:
    - Dense: {name: stem, units: 4}
    - Dense: {name: digit, units: 10}
    - Dense: {name: parity, units: 1, inputs: stem, activation: softmax}
compile:
  optimizer: adam
  loss:
    digit: categorical_crossentropy
    parity: binary_crossentropy
  metrics: {digit: [accuracy], parity: [accuracy]}
"""


def test_each_output_is_held_against_its_own_loss(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    parity, digit = found(path, TWO)
    assert (parity.code, parity.line) == (Code.SOFTMAX_OF_ONE, 8)
    assert (digit.code, digit.line) == (Code.LOSS_ACTIVATION, 12)
    text = TWO
    for finding in (digit, parity):
        assert finding.repair is not None
        (edit,) = finding.repair.edits
        place = edit.place
        text = _edited(text, place.line, place.column, place.end_column, edit.text)
    assert "    digit: {CategoricalCrossentropy: {from_logits: true}}\n" in text
    assert "activation: sigmoid" in text
    assert found(path, text) == []


def test_a_loss_that_several_outputs_share_is_not_repaired_for_one(tmp_path: Path) -> None:
    text = TWO.replace("units: 1,", "units: 2,").split("  loss:")[0]
    (finding,) = found(tmp_path / "spec.yaml", f"{text}  loss: categorical_crossentropy\n")
    assert "'digit'" in finding.message
    assert finding.repair is None


def test_the_layer_that_is_called_again_is_told_where_it_stands(tmp_path: Path) -> None:
    text = """netspec: 1
model:
  input: {a: [4], b: [4]}
  output: [one, two]
  layers:
    - Dense: {name: one, inputs: a, units: 3, activation: relu}
    - Reuse: {name: two, layer: one, inputs: b}
compile: {optimizer: adam, loss: categorical_crossentropy}
"""
    (finding,) = found(tmp_path / "spec.yaml", text)
    assert finding.line == 6


def _edited(text: str, line: int, column: int, end: int, new: str) -> str:
    lines = text.split("\n")
    old = lines[line - 1]
    lines[line - 1] = old[: column - 1] + new + old[end - 1 :]
    return "\n".join(lines)
