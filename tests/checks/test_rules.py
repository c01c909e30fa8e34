"""Rules find what they should, and nothing else; the examples of their pages are tried in test_pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netspec.analysis import analyse
from netspec.diagnostics import Code

if TYPE_CHECKING:
    from pathlib import Path

MNIST = """netspec: 1
data: {source: mnist}
model:
  input: [28, 28, 1]
  layers: [Flatten, {Rescaling: {scale: 1/255}}, {Dense: {units: 10, activation: softmax}}]
compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}
training: {epochs: 1}
"""
TWO = """netspec: 1
model:
  input: [4]
  output: [digit, parity]
  layers:
    - Dense: {name: stem, units: 4}
    - Dense: {name: digit, units: 10}
    - Dense: {name: parity, units: 1, inputs: stem}
compile: {optimizer: adam, loss: {digit: mse, parity: mse}}
"""
NAMES_OF_ALL = """netspec: 1
vars: {width: 4}
model:
  input: [4]
  blocks:
    b: {params: {n: "${width}"}, layers: [{Dense: {units: "${n}"}}, {ReLU: {name: act}}]}
  layers: [b]
"""
CIFAR = ("mnist", "cifar10"), ("[28, 28, 1]", "[32, 32, 3]")
TWO_INPUTS = ("[28, 28, 1]", "{a: [28, 28, 1], b: [28, 28, 1]}")
AUGMENTED = ("model:", "augmentation:\n  - X\nmodel:")
MIXED = ("model:", "augmentation: [MixUp]\nmodel:")
FOLDER = ("mnist}", "{ImageFolder: {path: pets}}}")
TWO_CLASSES = (
    FOLDER,
    ("units: 10, activation: softmax", "units: 1, activation: sigmoid"),
    ("categorical_crossentropy", "binary_crossentropy"),
)
SCALED = ("layers:", "layers:\n    - Rescaling: {scale: 1/255}")
LARGER = ("source: mnist", "source: mnist, image_size: [32, 32]")
CROP_TO_28 = "- RandomCrop: {height: 28, width: 28}"
JITTER = "brightness_factor: 0.2, saturation_factor: 0.5, hue_factor: 0.1"
NAMES = "zero, one, two, three, four, five, six, seven, eight, nine"
VALIDATED = ("mnist}", "mnist, validation: 0.1}")
FILES = Code.CALLBACK_FILES
BEST = "ModelCheckpoint: {save_best_only: true, monitor: loss}"
SCHEDULED = (
    "optimizer: adam",
    "optimizer: {SGD: {learning_rate: {CosineDecay: {initial_learning_rate: 1, decay_steps: 1875}}}}",
)


def watching(*callbacks: str) -> list[tuple[str, str]]:
    """The change that puts callbacks into a spec."""
    return [
        ("netspec: 1", "\n".join(["netspec: 1", "callbacks:", *(f"  - {c}" for c in callbacks)]))
    ]


# Each rule's examples: what is replaced in MNIST or TWO, and the codes that are found.
EXAMPLES: dict[str, list[tuple[str, list[tuple[str, str]], list[Code]]]] = {
    "image_shape": [
        (MNIST, [("mnist", "cifar10")], [Code.IMAGE_SHAPE]),
        (MNIST, [("[28, 28, 1]", "[28, 28, 3]")], [Code.IMAGE_SHAPE]),
        (MNIST, [("[28, 28, 1]", "[784]")], [Code.IMAGE_SHAPE]),
        (MNIST, [*CIFAR], []),
        (MNIST, [("[28, 28, 1]", "[null, 28, null]"), ("Flatten", "GlobalMaxPooling2D")], [Code.UNKNOWN_SIZE]),
        (MNIST, [("[28, 28, 1]", "[null, 28, 1]"), ("Flatten", "GlobalMaxPooling2D")], []),
        (MNIST, [("mnist}", "cifar10, image_size: [28, 28], color: grayscale}")], []),
        (MNIST, [("mnist}", "cifar10, image_size: [28, 28]}")], [Code.IMAGE_SHAPE]),
        (MNIST, [("mnist}", "cifar10, color: grayscale}")], [Code.IMAGE_SHAPE]),
        (MNIST, [("mnist}", "mnist, image_size: [30, 29], color: rgb}")], [Code.IMAGE_SHAPE] * 2),
        (MNIST, [LARGER], [Code.IMAGE_SHAPE]),
        (MNIST, [FOLDER], []),
        (MNIST, [FOLDER, ("28, 1]", "28, 3]")], []),
        (MNIST, [FOLDER, ("28, 1]", "28, 4]")], [Code.IMAGE_SHAPE]),
        (MNIST, [FOLDER, ("[28, 28, 1]", "[784]")], [Code.IMAGE_SHAPE]),
        (MNIST, [FOLDER, ("[28, 28", "[null, 28"), ("Flatten", "GlobalMaxPooling2D")], [Code.IMAGE_SHAPE]),
        (MNIST, [("mnist}", "{ImageFolder: {path: pets}}, image_size: [28, 28], color: grayscale}")], []),
        (MNIST, [("mnist}", "{ImageFolder: {path: pets}}, image_size: [28, 30]}")], [Code.IMAGE_SHAPE]),
        (MNIST, [("mnist}", "{ImageFolder: {path: pets}}, color: rgb}")], [Code.IMAGE_SHAPE]),
    ],
    "augmentation_size": [
        (MNIST, [AUGMENTED, ("- X", "- RandomCrop: {height: 24, width: 24}")], [Code.AUGMENTATION]),
        (MNIST, [AUGMENTED, ("- X", "- RandomCrop: {height: 28, width: 28}")], []),
        (MNIST, [AUGMENTED, ("- X", "- RandomCrop: {height: 28, width: 28}"), LARGER], []),
        (MNIST, [AUGMENTED, ("- X", "- RandomCrop: {height: 28, width: 30}"), LARGER], [Code.AUGMENTATION]),
        (MNIST, [AUGMENTED, ("- X", "- RandomCrop: {height: 32, width: 28}"), LARGER], [Code.AUGMENTATION]),
        (MNIST, [AUGMENTED, ("- X", "- RandomCrop: {height: 40, width: 40}"), LARGER], [Code.AUGMENTATION]),
        (MNIST, [AUGMENTED, ("- X", f"- RandomCrop: {{height: 30, width: 30}}\n  {CROP_TO_28}"), LARGER], []),
        (MNIST, [AUGMENTED, ("- X", f"{CROP_TO_28}\n  {CROP_TO_28}"), LARGER], []),
        (MNIST, [AUGMENTED, ("- X", CROP_TO_28), ("data: {source: mnist}\n", "")], []),
        (MNIST, [AUGMENTED, ("- X", CROP_TO_28), ("mnist", "cifar10"), ("[28, 28, 1]", "[28, 28, 3]")], []),
        (MNIST, [AUGMENTED, ("- X", "- RandomHue: {factor: 0.1}")], [Code.AUGMENTATION]),
        (MNIST, [AUGMENTED, ("- X", "- RandomGrayscale")], [Code.AUGMENTATION]),
        (MNIST, [AUGMENTED, ("- X", "- RandomErasing: {fill_value: [1, 2, 3]}")], [Code.AUGMENTATION]),
        (MNIST, [AUGMENTED, ("- X", "- RandomErasing: {fill_value: 1}\n  - RandomGaussianBlur")], []),
        (MNIST, [AUGMENTED, ("- X", f"- RandomColorJitter: {{{JITTER}}}")], [Code.AUGMENTATION] * 2),
        (MNIST, [AUGMENTED, ("- X", "- RandomColorJitter: {contrast_factor: 0.2}")], []),
        (MNIST, [AUGMENTED, ("- X", f"- RandomColorJitter: {{{JITTER}}}"), *CIFAR], []),
    ],
    "columns": [
        (TWO, [("netspec: 1", "netspec: 1\ndata: {source: mnist}"), ("[4]", "[28, 28, 1]"), SCALED],
         [Code.DATA_COLUMNS]),
        (MNIST, [TWO_INPUTS, ("[Flatten", "[{Add: {inputs: [a, b]}}, Flatten")], [Code.DATA_COLUMNS]),
        (MNIST, [("  layers", "  output: dense\n  layers")], []),
    ],
    "held_out": [
        (MNIST, [("mnist}", "mnist, validation: 60000}")], [Code.SPLIT]),
        (MNIST, [("mnist}", "mnist, validation: 1/2, test: 0.5}")], [Code.SPLIT]),
        (MNIST, [("mnist}", "mnist, validation: 0.1}")], []),
        (MNIST, [("mnist}", "mnist, validation: 59999}"), ("epochs: 1", "epochs: 1, batch_size: 1")], []),
        (MNIST, [("mnist}", "mnist, validation: test}")], []),
        (MNIST, [("mnist}", "mnist, validation: null, test: null}")], []),
        (MNIST, [("mnist}", "mnist, validation: train}")], [Code.SPLIT]),
        (MNIST, [("mnist}", "mnist, validation: validation, test: val}")], [Code.SPLIT] * 2),
        (MNIST, [("mnist}", "{ImageFolder: {path: pets}}, validation: 60000, test: val}")], []),
        (MNIST, [("mnist}", "{ImageFolder: {path: pets}}, test: train}")], [Code.SPLIT]),
        (MNIST, [("mnist}", "{ImageFolder: {path: pets}}, validation: 0.7, test: 0.3}")], [Code.SPLIT]),
        (MNIST, [("mnist}", "{ImageFolder: {path: pets}}, validation: 0.7, test: 0.2}")], []),
        (MNIST, [("mnist}", "{ImageFolder: {path: pets}}, validation: 0.7, test: 300}")], []),
    ],
    "class_names": [
        (MNIST, [("mnist}", "mnist, classes: [zero, one]}")], [Code.CLASS_NAMES]),
        (MNIST, [("mnist}", f"mnist, classes: [{NAMES}, ten]}}")], [Code.CLASS_NAMES]),
        (MNIST, [("mnist}", f"mnist, classes: [{NAMES}]}}")], []),
        (MNIST, [("mnist}", f"{{ImageFolder: {{path: pets}}}}, classes: [{NAMES}]}}")], []),
    ],
    "output_keys": [
        (TWO, [("{digit: mse,", "{digits: mse,")], [Code.OUTPUT_KEYS]),
        (TWO, [("{digit: mse,", "{x: mse,")], [Code.OUTPUT_KEYS] * 2),
        (TWO, [("{digit: mse, parity: mse}", "{parity: mse}")], [Code.OUTPUT_KEYS]),
        (TWO, [("parity: mse}", "parity: mse}, loss_weights: {dgit: 1}")], [Code.OUTPUT_KEYS]),
        (TWO, [("parity: mse}", "parity: mse}, metrics: {x: [mae]}")], [Code.OUTPUT_KEYS]),
        (TWO, [("parity: mse}", "parity: mse}, loss_weights: {digit: 1, parity: 2}, metrics: {parity: [mae]}")], []),
        (TWO, [("{digit: mse, parity: mse}", "mse")], []),
    ],
    "class_count": [
        (MNIST, [("units: 10", "units: 9")], [Code.CLASS_COUNT]),
        (MNIST, [("units: 10", "units: 11")], [Code.CLASS_COUNT]),
        (MNIST, [("units: 10", "units: 1")], [Code.CLASS_COUNT]),
        (MNIST, [("Flatten, ", "")], [Code.CLASS_COUNT]),
        (MNIST, [("data: {source: mnist}\n", ""), ("units: 10", "units: 9")], []),
        (MNIST, [("mnist", "cifar100"), ("[28, 28, 1]", "[32, 32, 3]"), ("units: 10", "units: 100")], []),
        (MNIST, [FOLDER, ("units: 10", "units: 7")], []),
        (MNIST, [("mnist}", "{ImageFolder: {path: pets}}, classes: [a, b, c]}")], [Code.CLASS_COUNT]),
        (MNIST, [("mnist}", "{ImageFolder: {path: pets}}, classes: [a, b, c]}"), ("units: 10", "units: 3")], []),
        (MNIST, [FOLDER, ("Flatten, ", "")], [Code.CLASS_COUNT]),
    ],
    "loss_labels": [
        (MNIST, [("data: {source: mnist}\n", ""), ("units: 10", "units: 1")], [Code.LOSS_LABELS]),
        (TWO, [("parity: mse", "parity: sparse_categorical_crossentropy")], [Code.LOSS_LABELS]),
        (TWO, [("parity: mse", "parity: {BinaryCrossentropy: {from_logits: true}}")], []),
        (MNIST, [MIXED], []),
        (MNIST, [MIXED, ("loss: ", "loss: sparse_")], []),
        (MNIST, [MIXED, ("loss: categorical_crossentropy", "loss: {CategoricalGeneralizedCrossEntropy: {q: 0.7}}")],
         [Code.LOSS_LABELS]),
        (MNIST, [MIXED, ("MixUp", "CutMix"), ("categorical_crossentropy", "hinge")], [Code.LOSS_LABELS]),
        (MNIST, [MIXED, ("categorical_crossentropy", "categorical_hinge")], []),
        (MNIST, [MIXED, ("MixUp", "AugMix"), ("loss: ", "loss: sparse_")], []),
        (MNIST, [MIXED, *TWO_CLASSES, ("[accuracy]", "[]")], []),
        (MNIST, [MIXED, *TWO_CLASSES, ("[accuracy]", "[]"), ("binary_crossentropy", "hinge"), ("sigmoid", "tanh")],
         [Code.LOSS_LABELS]),
    ],
    "metric_labels": [
        (MNIST, [("[accuracy]", "[SparseCategoricalAccuracy]")], [Code.METRIC_LABELS]),
        (MNIST, [("loss: ", "loss: sparse_"), ("accuracy", "CategoricalAccuracy")], [Code.METRIC_LABELS]),
        (TWO, [("parity: mse}", "parity: mse}, metrics: {digit: [SparseCategoricalAccuracy]}")], [Code.METRIC_LABELS]),
        (MNIST, [("loss: ", "loss: sparse_")], []),
        (MNIST, [("[accuracy]", "[CategoricalAccuracy, mse, AUC]")], []),
    ],
    "mixed_metrics": [
        (MNIST, [MIXED, ("[accuracy]", "[accuracy, AUC, mse]")], [Code.METRIC_OF_SHARES]),
        (MNIST, [MIXED, *TWO_CLASSES, ("[accuracy]", "[acc, bce, mse, Recall]")], [Code.METRIC_OF_SHARES] * 2),
        (MNIST, [MIXED, ("[accuracy]", "[accuracy, TopKCategoricalAccuracy, KLDivergence]")], []),
    ],
    "metric_names": [
        (MNIST, [("[accuracy]", "[accuracy, accuracy]")], [Code.METRIC_NAMES]),
        (MNIST, [("[accuracy]", "[accuracy, {AUC: {name: auc_2}}, AUC]")], []),
    ],
    "metric_numbers": [
        (MNIST, [("[accuracy]", "[F1Score]")], [Code.METRIC_NUMBERS]),
        (MNIST, [("[accuracy]", "[{F1Score: {average: macro}}]")], []),
    ],
    "monitors": [
        (MNIST, [VALIDATED, *watching("EarlyStopping: {monitor: val_acuracy}")], [Code.MONITOR]),
        (MNIST, [VALIDATED, *watching("EarlyStopping: {monitor: zzz}")], [Code.MONITOR]),
        (MNIST, [*watching("EarlyStopping")], [Code.MONITOR]),
        (MNIST, [*watching("EarlyStopping", "ReduceLROnPlateau: {monitor: val_accuracy}")], [Code.MONITOR]),
        (MNIST, [("mnist}", "mnist, validation: null}"), *watching("EarlyStopping")], [Code.MONITOR]),
        (MNIST, [VALIDATED, *watching('ModelCheckpoint: {filepath: "{acc}-{val_los}.keras"}')], [Code.MONITOR] * 2),
        (MNIST, [*watching("EarlyStopping: {monitor: val_lr}", "EarlyStopping: {monitor: lr}")], [Code.MONITOR] * 2),
        (MNIST, [*watching("EarlyStopping: {monitor: learning_rate, mode: min}")], [Code.MONITOR]),
        (MNIST, [VALIDATED, *watching("ReduceLROnPlateau: {monitor: learning_rate}")], [Code.MONITOR]),
        (TWO, [*watching("EarlyStopping: {monitor: accuracy}")], [Code.MONITOR]),
        (TWO, [*watching("EarlyStopping: {monitor: stem_loss}")], [Code.MONITOR]),
        (TWO, [*watching("EarlyStopping: {monitor: val_digit_loss}", "ModelCheckpoint: {monitor: loss}")], []),
        (MNIST, [VALIDATED, *watching("EarlyStopping", "ReduceLROnPlateau: {monitor: val_accuracy}")], []),
        (MNIST, [*watching("EarlyStopping: {monitor: accuracy}", "ModelCheckpoint", "TerminateOnNaN")], []),
        (MNIST, [*watching("ReduceLROnPlateau: {monitor: loss}", "EarlyStopping: {monitor: learning_rate, mode: max}")],
         []),
        (MNIST, [("[accuracy]", "[{AUC: {name: area}}, mse, acc]"),
                 *watching('ModelCheckpoint: {filepath: "{area:.2f}-{mse:.2e}-{acc}.keras"}')], []),
        (MNIST, [("[accuracy]", "[{AUC: {name: learning_rate}}]"),
                 *watching("EarlyStopping: {monitor: learning_rate}")], []),
    ],
    "callback_files": [
        (MNIST, [*watching(BEST, "ModelCheckpoint: {save_best_only: true, monitor: accuracy}")], [FILES]),
        (MNIST, [*watching("CSVLogger", "CSVLogger")], [FILES]),
        (MNIST, [*watching("CSVLogger", "CSVLogger", "CSVLogger: {filename: training.csv}")], [FILES] * 2),
        (MNIST, [*watching("ModelCheckpoint: {filepath: x.keras}", "CSVLogger: {filename: X.Keras}")], [FILES]),
        (MNIST, [*watching("CSVLogger: {filename: checkpoints}", "ModelCheckpoint")], [FILES]),
        (MNIST, [*watching("ModelCheckpoint", "CSVLogger: {filename: checkpoints}")], [FILES]),
        (MNIST, [*watching("CSVLogger", "TensorBoard: {log_dir: training.csv}")], [FILES]),
        (MNIST, [*watching("CSVLogger", "TensorBoard: {log_dir: training.csv/logs}")], [FILES]),
        (MNIST, [*watching("TensorBoard", "TensorBoard")], [FILES]),
        (MNIST, [*watching("ModelCheckpoint", "ModelCheckpoint: {filepath: checkpoints/epoch-07.keras}")], [FILES]),
        (MNIST, [*watching('ModelCheckpoint: {filepath: "a/{loss:.2f}.keras"}', "CSVLogger: {filename: a/0.25.keras}")],
         [FILES]),
        (MNIST, [*watching('ModelCheckpoint: {filepath: "{epoch}/a.keras"}', 'CSVLogger: {filename: "7"}')], [FILES]),
        (MNIST, [*watching('ModelCheckpoint: {filepath: "{epoch:d}.keras"}',
                           'ModelCheckpoint: {filepath: "{epoch}.keras"}')], [FILES]),
        (MNIST, [*watching("ModelCheckpoint", BEST, "CSVLogger", "TensorBoard", "TerminateOnNaN")], []),
        (MNIST, [*watching("ModelCheckpoint", "ModelCheckpoint: {filepath: checkpoints/epoch-x.keras}")], []),
        (MNIST, [*watching("ModelCheckpoint", "ModelCheckpoint: {save_weights_only: true}")], []),
        (MNIST, [*watching("TensorBoard: {log_dir: checkpoints}", "ModelCheckpoint")], []),
        (MNIST, [*watching("CSVLogger: {filename: check}", "ModelCheckpoint")], []),
    ],
    "unused_names": [
        (NAMES_OF_ALL, [("[b]", "[ReLU]")], [Code.UNUSED_NAME]),
        (NAMES_OF_ALL, [('"${n}"', "3")], [Code.UNUSED_NAME]),
        (NAMES_OF_ALL, [('"${width}"', "3")], [Code.UNUSED_NAME]),
        (NAMES_OF_ALL, [("vars: {", "vars: {depth: 3, ")], [Code.UNUSED_NAME]),
        (NAMES_OF_ALL, [("vars: {", "vars: {width_2: '${width}', ")], [Code.UNUSED_NAME]),
        (NAMES_OF_ALL, [("{n: ", "{m: 3, n: ")], [Code.UNUSED_NAME]),
        # A param shadows the variable everywhere, and its default is a number.
        (NAMES_OF_ALL, [("{n: ", "{width: 5, n: ")], []),
        (NAMES_OF_ALL, [("vars: {", "vars: {deep: true, "), ("[b]", "[b, {ReLU: {when: deep}}]")], []),
        (NAMES_OF_ALL, [("vars: {", "vars: {deep: true, "), ("{ReLU: ", "{Dropout: {when: deep, rate: 0.1}}, {ReLU: ")],
         []),
        (NAMES_OF_ALL, [("vars: {", "vars: {times: 2, "), ("[b]", "[{b: {repeat: '${times}'}}]")], []),
        (NAMES_OF_ALL, [("vars: {", "vars: {w: '${width}', "), ('n: "${width}"', 'n: "${w}"')], []),
        (NAMES_OF_ALL, [("vars: {", "vars: {e: 3, "), ("model:", "training: {epochs: '${e}'}\nmodel:")], []),
        (NAMES_OF_ALL, [("vars: {", "vars: {depth: 3, "), ("netspec: 1", "netspec: 1\nabstract: true")], []),
        # One mistake is told once: what nothing uses is what was misspelt.
        (NAMES_OF_ALL, [('"${n}"', '"${m}"')], [Code.UNKNOWN_VARIABLE]),
        (NAMES_OF_ALL, [('"${width}"', '"${width +}"')], [Code.EXPRESSION]),
        (NAMES_OF_ALL, [("[b]", "[bb]")], [Code.UNKNOWN_KIND]),
        (NAMES_OF_ALL, [], []),
    ],
    "learning_rate": [
        (MNIST, [SCHEDULED, *watching("ReduceLROnPlateau: {monitor: loss}")], [Code.LEARNING_RATE]),
        (MNIST, [SCHEDULED, *watching("EarlyStopping: {monitor: loss}")], []),
        (MNIST, [("optimizer: adam", "optimizer: {Adam: {learning_rate: 0.1}}"),
                 *watching("ReduceLROnPlateau: {monitor: loss}")], []),
    ],
}  # fmt: skip


def codes(path: Path, text: str, changes: list[tuple[str, str]]) -> list[str]:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text)
    return [finding.code for finding in analyse(path).findings if finding.severity != "note"]


@pytest.mark.parametrize("rule", EXAMPLES)
def test_a_rule_finds_what_it_should_and_nothing_else(rule: str, tmp_path: Path) -> None:
    examples = EXAMPLES[rule]
    assert {bool(expected) for _, _, expected in examples} == {True, False}
    for text, changes, expected in examples:
        assert codes(tmp_path / "spec.yaml", text, changes) == expected, changes


def test_the_texts_that_the_examples_change_have_no_findings(tmp_path: Path) -> None:
    assert codes(tmp_path / "spec.yaml", MNIST, []) == []
    assert codes(tmp_path / "spec.yaml", TWO, []) == []


@pytest.mark.parametrize(
    "changes",
    [
        [("units: 10", "unts: 10")],
        [("loss: categorical_crossentropy", "loss: categorical")],
        [("source: mnist", "source: mnst")],
        [("[28, 28, 1]", "[28, 28, 0]")],
        [("Flatten", "Flaten")],
        [("optimizer: adam", "optimiser: adam")],
        [("  layers", "  output: [dnse]\n  layers")],
    ],
)
def test_rules_are_silent_about_what_has_a_mistake_already(
    changes: list[tuple[str, str]], tmp_path: Path
) -> None:
    assert len(codes(tmp_path / "spec.yaml", MNIST, changes)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        [("{digit: mse, parity: mse}", "{digts: mse, parity: mse}")],
        [("parity: mse}", "parity: mse}, metrics: [mae]")],
        [("parity: mse}", "parity: mse}, metrics: {dgit: [mae]}")],
        [("[digit, parity]", "[digit, prty]")],
        [("[digit, parity]", "{digit: 3}")],
        [("loss: {", "los: {")],
    ],
)
def test_what_is_logged_is_left_alone_where_outputs_or_losses_have_a_mistake(
    changes: list[tuple[str, str]], tmp_path: Path
) -> None:
    changes = [*changes, *watching("EarlyStopping: {monitor: digit_mae}")]
    assert Code.MONITOR not in codes(tmp_path / "spec.yaml", TWO, changes)


def test_without_a_near_name_all_that_is_logged_is_told(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(MNIST + "callbacks: [{EarlyStopping: {monitor: zzz}}]\n")
    (finding,) = analyse(path).findings
    assert finding.hint == "it logs loss, accuracy"


@pytest.mark.parametrize(
    ("first", "second", "message", "hint"),
    [
        (
            "ModelCheckpoint",
            "ModelCheckpoint: {monitor: accuracy}",
            "ModelCheckpoint writes to 'checkpoints/epoch-{epoch:02d}.keras', and so does the ModelCheckpoint above",
            'filepath: "checkpoints/other-epoch-{epoch:02d}.keras"',
        ),
        (
            'ModelCheckpoint: {filepath: "a/{epoch:02d}.keras"}',
            "ModelCheckpoint: {filepath: a/03.keras}",
            "ModelCheckpoint writes to 'a/03.keras', and so does the ModelCheckpoint above, as 'a/{epoch:02d}.keras'",
            "filepath: a/other-03.keras",
        ),
        (
            "CSVLogger: {filename: logs}",
            "TensorBoard: {log_dir: logs/fit}",
            "TensorBoard writes to 'logs/fit', and 'logs' is the file of a CSVLogger",
            "log_dir: other-logs-fit",
        ),
    ],
)
def test_of_two_callbacks_with_one_file_the_second_is_told_another(
    tmp_path: Path, first: str, second: str, message: str, hint: str
) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(f"{MNIST}callbacks:\n  - {first}\n  - {second}\n")
    (finding,) = analyse(path).findings
    assert (finding.message, finding.line) == (message, 10)
    assert finding.hint == f"give one of them another name, such as {hint}"
    kind, *_ = second.split(":")
    path.write_text(f"{MNIST}callbacks:\n  - {first}\n  - {kind}: {{{hint}}}\n")
    assert analyse(path).findings == ()


def test_an_input_of_another_rank_is_one_mistake_and_one_of_another_size_hides_nothing(
    tmp_path: Path,
) -> None:
    flat = [
        ("[28, 28, 1]", "[784]"),
        ("[Flatten", "[{Conv2D: {filters: 2, kernel_size: 3}}, Flatten"),
    ]
    assert codes(tmp_path / "spec.yaml", MNIST, flat) == [Code.IMAGE_SHAPE]
    small = [
        ("[28, 28, 1]", "[2, 2, 1]"),
        ("[Flatten", "[{Conv2D: {filters: 2, kernel_size: 3}}, Flatten"),
    ]
    found = codes(tmp_path / "spec.yaml", MNIST, small)
    assert found == [Code.IMAGE_SHAPE, Code.MAP_TOO_SMALL]
