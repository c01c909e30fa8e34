"""Rules about callbacks, schedules and training find what they should, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from netspec.analysis import analyse
from netspec.checks.training.run_length import run_length
from netspec.diagnostics import Code
from netspec.spec.facts import DataFacts
from netspec.things.labels import LabelFacts

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.diagnostics import Finding
    from netspec.things.labels import LabelKind

# 54,000 images in batches of 32: 1,688 steps an epoch, 50,640 in all.
MNIST = """netspec: 1
data: {source: mnist, validation: 0.1}
model:
  input: [28, 28, 1]
  layers:
    - Rescaling: {scale: 1/255}
    - Flatten
    - Dense: {units: 32, use_bias: false}
    - BatchNormalization
    - ReLU
    - Dense: {units: 10, activation: softmax}
compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}
training: {epochs: 30}
"""
LINEAR = """netspec: 1
data: {source: mnist, validation: 0.1}
model:
  input: [28, 28, 1]
  layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}
training: {epochs: 30}
"""
MAPS = """netspec: 1
data: {source: mnist, validation: 0.1}
model:
  input: [28, 28, 1]
  layers:
    - Rescaling: {scale: 1/255}
    - Conv2D: {filters: 8, kernel_size: 3, use_bias: false}
    - BatchNormalization
    - ReLU
    - GlobalAveragePooling2D
    - Dense: {units: 10, activation: softmax}
compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}
training: {epochs: 30}
"""
TWO = """netspec: 1
model:
  input: [4]
  output: [digit, parity]
  layers:
    - Dense: {name: stem, units: 4}
    - Dense: {name: digit, units: 10, activation: softmax}
    - Dense: {name: parity, units: 1, activation: sigmoid, inputs: stem}
compile:
  optimizer: adam
  loss: {digit: categorical_crossentropy, parity: binary_crossentropy}
  metrics: {digit: [accuracy], parity: [accuracy]}
training: {epochs: 30}
"""
UNSEEN = (
    "{source: mnist, validation: 0.1}",
    "{source: {ImageFolder: {path: pets}}, validation: 0.1}",
)
UNNORMED = ("    - BatchNormalization\n", "")
LIMITED = ("validation: 0.1}", "validation: 0.1, limit: 100}")
NO_VALIDATION = (", validation: 0.1}", "}")

Change = tuple[str, str]


def weighing(weights: str) -> Change:
    return "epochs: 30}", f"epochs: 30, class_weight: {weights}}}"


def training(fields: str) -> Change:
    return "{epochs: 30}", f"{{{fields}}}"


def optimizing(optimizer: str) -> Change:
    return "optimizer: adam", f"optimizer: {optimizer}"


def scheduled(schedule: str) -> Change:
    return optimizing(f"{{SGD: {{learning_rate: {{{schedule}}}}}}}")


def calling(*callbacks: str) -> Change:
    return "netspec: 1", "\n".join(["netspec: 1", "callbacks:", *(f"  - {c}" for c in callbacks)])


def cosine(steps: int, more: str = "") -> Change:
    return scheduled(f"CosineDecay: {{initial_learning_rate: 0.1, decay_steps: {steps}{more}}}")


def epochs_cosine(epochs: int, more: str = "") -> Change:
    fields = f"initial_learning_rate: 0.1, decay_steps: {epochs} epochs"
    return scheduled(f"CosineDecay: {{{', '.join([fields, *([more] if more else [])])}}}")


def stages(*each: str) -> Change:
    return training(f"stages: [{', '.join(each)}]")


TWO_STAGES = stages("{epochs: 8}", "{epochs: 9}")
SHORT = "CosineDecay: {initial_learning_rate: 0.01, decay_steps: 9 epochs}"


def falling(kind: str, fields: str) -> Change:
    return scheduled(f"{kind}: {{initial_learning_rate: 0.1, {fields}}}")


def stepwise(boundaries: str, values: str) -> Change:
    return scheduled(f"PiecewiseConstantDecay: {{boundaries: {boundaries}, values: {values}}}")


def normalizing(fields: str) -> Change:
    return "- BatchNormalization", f"- BatchNormalization: {{{fields}}}"


UNSHUFFLED = training("epochs: 30, shuffle: false")
ONE_IMAGE = training("epochs: 30, batch_size: 1")
NAMED = (
    "validation: 0.1}",
    "validation: 0.1, classes: [zero, one, 2a, 3a, 4a, 5a, 6a, 7a, 8a, 9a]}",
)
SHIFTED = (
    "validation: 0.1}",
    "validation: 0.1, classes: ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0']}",
)
ZEROS = "{0: 0, 1: 0, 2: 0, 3: 0, 4: 0, 5: 0, 6: 0, 7: 0, 8: 0, 9: 0}"
ALL = ZEROS.replace(": 0", ": 2")
RAISED = ", warmup_target: 0.2, warmup_steps: 1000"

# Each rule's examples: what is replaced in a spec, and how often the rule's code is found.
EXAMPLES: dict[Code, list[tuple[str, list[Change], int]]] = {
    Code.CLASS_WEIGHTS: [
        (LINEAR, [weighing("{10: 2}")], 1),
        (LINEAR, [weighing("{-1: 2}")], 1),
        (LINEAR, [weighing("{one: 2, two: 2}")], 2),
        (LINEAR, [NAMED, weighing("{One: 2}")], 1),
        (LINEAR, [NAMED, weighing("{0: 2, zero: 1}")], 1),
        (LINEAR, [SHIFTED, weighing("{1: 2}")], 1),
        (LINEAR, [weighing(ZEROS)], 1),
        (TWO, [weighing("{0: 2}")], 1),
        (LINEAR, [NAMED, weighing("{0: 2, one: 1, 3a: 0}")], 0),
        (LINEAR, [weighing(ALL)], 0),
        (LINEAR, [weighing("{0: 0, 1: 0}")], 0),
        (LINEAR, [weighing("null")], 0),
        # What a folder's classes are called is known when it has been looked at.
        (LINEAR, [UNSEEN, weighing("{cat: 2, 17: 3}")], 0),
        (LINEAR, [("data: {source: mnist, validation: 0.1}\n", ""), weighing("{cat: 2}")], 0),
    ],
    Code.CLASSES_WITHOUT_WEIGHT: [
        (LINEAR, [weighing("{1: 2}")], 1),
        (LINEAR, [NAMED, weighing(ALL.replace("9: 2", "8a: 2").replace("8: 2, ", ""))], 1),
        (LINEAR, [weighing(ALL)], 0),
        (LINEAR, [weighing("{1: 2, one: 3}")], 0),
        (LINEAR, [UNSEEN, weighing("{cat: 2}")], 0),
    ],
    Code.ZERO_RATE: [
        (LINEAR, [optimizing("{Adam: {learning_rate: 0}}")], 1),
        (LINEAR, [scheduled("CosineDecay: {initial_learning_rate: 0, decay_steps: 50640}")], 1),
        (LINEAR, [scheduled("ExponentialDecay: {initial_learning_rate: 0, decay_steps: 9, decay_rate: 2}")], 1),
        (LINEAR, [stepwise("[10]", "[0, 0]")], 1),
        (LINEAR, [scheduled("PolynomialDecay: {initial_learning_rate: 0, decay_steps: 50640}")], 0),
        (LINEAR, [stepwise("[40000]", "[0, 1e-9]")], 0),
        (LINEAR, [optimizing("{Adam: {learning_rate: 1e-12}}")], 0),
        # Its moving statistics change.
        (MNIST, [optimizing("{Adam: {learning_rate: 0}}")], 0),
    ],
    Code.MONITOR_MODE: [
        (MNIST, [calling("EarlyStopping: {monitor: val_accuracy, mode: min}")], 1),
        (MNIST, [calling("ReduceLROnPlateau: {mode: max}")], 1),
        (MNIST, [calling("ModelCheckpoint: {monitor: val_loss, mode: max, save_best_only: true}")], 1),
        (TWO, [calling("EarlyStopping: {monitor: digit_accuracy, mode: min}")], 1),
        (TWO, [calling("EarlyStopping: {monitor: parity_loss, mode: min}")], 0),
        (MNIST, [("[accuracy]", "[mae]"), calling("EarlyStopping: {monitor: val_mae, mode: max}")], 1),
        (MNIST, [("[accuracy]", "[mae]"), calling("EarlyStopping: {monitor: val_mae, mode: min}")], 0),
        (MNIST, [calling("EarlyStopping: {monitor: val_accuracy, mode: max}")], 0),
        (MNIST, [calling("EarlyStopping: {monitor: val_accuracy, mode: auto}")], 0),
        # It keeps every epoch, whatever is better.
        (MNIST, [calling("ModelCheckpoint: {monitor: loss, mode: max}")], 0),
        (MNIST, [calling("ReduceLROnPlateau", "EarlyStopping: {monitor: learning_rate, mode: max, patience: 2}")], 0),
        # One mistake is told once.
        (MNIST, [NO_VALIDATION, calling("EarlyStopping: {monitor: val_accuracy, mode: min}")], 0),
    ],
    Code.TRAINING_MONITOR: [
        (MNIST, [calling("EarlyStopping: {monitor: loss}")], 1),
        (MNIST, [calling("ModelCheckpoint: {monitor: accuracy, save_best_only: true}")], 1),
        (MNIST, [calling("EarlyStopping: {monitor: val_loss}")], 0),
        (MNIST, [NO_VALIDATION, calling("EarlyStopping: {monitor: loss}")], 0),
        (MNIST, [calling("ReduceLROnPlateau: {monitor: loss}")], 0),
        (MNIST, [calling("ModelCheckpoint: {monitor: loss}")], 0),
        (MNIST, [calling("ModelCheckpoint: {monitor: loss, save_best_only: true, save_freq: 100}")], 0),
    ],
    Code.IDLE_CALLBACK: [
        (MNIST, [calling("EarlyStopping: {patience: 10}"), TWO_STAGES], 1),
        (MNIST, [calling("EarlyStopping: {patience: 10}"), stages("{epochs: 8}", "{epochs: 19}")], 0),
        (MNIST, [calling("EarlyStopping: {patience: 2, start_from_epoch: 9}"), TWO_STAGES], 0),
        (MNIST, [calling("EarlyStopping: {patience: 2, start_from_epoch: 17}"), TWO_STAGES], 1),
        (MNIST, [calling("ReduceLROnPlateau"), TWO_STAGES], 1),
        (MNIST, [calling("EarlyStopping: {patience: 29}")], 1),
        (MNIST, [calling("EarlyStopping: {patience: 28}")], 0),
        (MNIST, [calling("EarlyStopping: {patience: 29, baseline: 0.1}")], 0),
        (MNIST, [calling("EarlyStopping: {patience: 30, baseline: 0.1}")], 1),
        (MNIST, [calling("EarlyStopping: {patience: 5, start_from_epoch: 24}")], 1),
        (MNIST, [calling("EarlyStopping: {patience: 5, start_from_epoch: 23}")], 0),
        (MNIST, [calling("EarlyStopping: {start_from_epoch: 30, restore_best_weights: true}")], 1),
        (MNIST, [calling("EarlyStopping: {patience: 50, restore_best_weights: true}")], 0),
        (MNIST, [calling("ReduceLROnPlateau: {patience: 29}")], 1),
        (MNIST, [calling("ReduceLROnPlateau: {patience: 28}")], 0),
        (MNIST, [calling("ReduceLROnPlateau: {min_lr: 0.001}")], 1),
        (MNIST, [calling("ReduceLROnPlateau: {min_lr: 0.0001}")], 0),
        (MNIST, [training("epochs: 10"), calling("ReduceLROnPlateau")], 1),
        (MNIST, [training("epochs: 12"), calling("ReduceLROnPlateau")], 0),
        (MNIST, [training("epochs: 3"), calling("EarlyStopping")], 0),
        # It is there to log the learning rate.
        (MNIST, [training("epochs: 10"), calling("ReduceLROnPlateau", "EarlyStopping: {monitor: learning_rate,"
                 " mode: min}")], 0),
        # Tries, and what has another mistake.
        (MNIST, [training("epochs: 2"), calling("ReduceLROnPlateau", "EarlyStopping")], 0),
        (MNIST, [LIMITED, calling("EarlyStopping: {patience: 40}")], 0),
        (MNIST, [NO_VALIDATION, calling("EarlyStopping: {patience: 40}")], 0),
        (MNIST, [cosine(50640), calling("ReduceLROnPlateau: {patience: 40}")], 0),
        (MNIST, [training("epochs: 0"), calling("EarlyStopping: {patience: 40}")], 0),
    ],
    Code.LATE_PLATEAU: [
        (MNIST, [calling("ReduceLROnPlateau: {patience: 5}", "EarlyStopping: {patience: 5}")], 1),
        (MNIST, [calling("EarlyStopping", "ReduceLROnPlateau: {patience: 1}")], 1),
        (MNIST, [calling("ReduceLROnPlateau: {patience: 4}", "EarlyStopping: {patience: 5}")], 0),
        (MNIST, [calling("ReduceLROnPlateau: {patience: 5, monitor: loss}", "EarlyStopping: {patience: 5}")], 0),
        (MNIST, [calling("ReduceLROnPlateau: {patience: 5, min_delta: 0.01}", "EarlyStopping: {patience: 5}")], 0),
        (MNIST, [calling("ReduceLROnPlateau", "EarlyStopping: {patience: 5, start_from_epoch: 20}")], 0),
        (MNIST, [calling("ReduceLROnPlateau: {patience: 40}", "EarlyStopping: {patience: 5}")], 0),
        (MNIST, [calling("ReduceLROnPlateau")], 0),
    ],
    Code.SCHEDULE_STEPS: [
        (MNIST, [epochs_cosine(20)], 1),
        (MNIST, [epochs_cosine(30)], 0),
        (MNIST, [epochs_cosine(20), LIMITED], 0),
        (MNIST, [epochs_cosine(20), UNSEEN], 0),
        (MNIST, [epochs_cosine(10), stages("{epochs: 10}", "{epochs: 20}")], 1),
        (MNIST, [epochs_cosine(10), stages("{epochs: 10}", "{epochs: 20, learning_rate: 1e-4}")], 0),
        (MNIST, [stages("{epochs: 30}", f"{{epochs: 20, learning_rate: {{{SHORT}}}}}")], 1),
        (MNIST, [cosine(30)], 1),
        (MNIST, [cosine(31, ", alpha: 0.1")], 0),
        (MNIST, [cosine(30, ", alpha: 0.1")], 1),
        (MNIST, [cosine(5000)], 1),
        (MNIST, [cosine(5000, ", alpha: 0.01")], 0),
        (MNIST, [cosine(49000)], 0),
        (MNIST, [cosine(50640)], 0),
        (MNIST, [cosine(49640, RAISED)], 0),
        (MNIST, [cosine(40000, RAISED)], 1),
        (MNIST, [falling("PolynomialDecay", "decay_steps: 5000")], 0),
        (MNIST, [falling("PolynomialDecay", "decay_steps: 5000, end_learning_rate: 0")], 1),
        (MNIST, [falling("PolynomialDecay", "decay_steps: 5000, end_learning_rate: 0, cycle: true")], 0),
        (MNIST, [falling("CosineDecayRestarts", "first_decay_steps: 10")], 1),
        (MNIST, [falling("CosineDecayRestarts", "first_decay_steps: 1688")], 0),
        (MNIST, [falling("ExponentialDecay", "decay_steps: 1, decay_rate: 0.95")], 1),
        (MNIST, [falling("ExponentialDecay", "decay_steps: 1, decay_rate: 0.9999")], 0),
        (MNIST, [falling("ExponentialDecay", "decay_steps: 1688, decay_rate: 0.8")], 0),
        (MNIST, [falling("ExponentialDecay", "decay_steps: 1000, decay_rate: 2")], 0),
        (MNIST, [falling("InverseTimeDecay", "decay_steps: 1, decay_rate: 0.5")], 0),
        (MNIST, [stepwise("[10, 20]", "[0.1, 0.01, 0.001]")], 1),
        (MNIST, [stepwise("[20000, 40000]", "[0.1, 0.01, 0.001]")], 0),
        (MNIST, [stepwise("[20000, 40000]", "[0.1, 0.01, 0]")], 1),
        # An epoch of a few steps is about as long as a step.
        (MNIST, [training("epochs: 30, batch_size: 54000"), cosine(30)], 0),
        # A run that is cut short, or of a length that is not known.
        (MNIST, [LIMITED, cosine(5)], 0),
        (MNIST, [UNSEEN, cosine(30)], 0),
        (MNIST, [("data: {source: mnist, validation: 0.1}\n", ""), cosine(30)], 0),
        (MNIST, [("training: {epochs: 30}\n", ""), cosine(30)], 0),
    ],
    Code.LONG_SCHEDULE: [
        (MNIST, [epochs_cosine(70)], 1),
        (MNIST, [epochs_cosine(31)], 0),
        (MNIST, [epochs_cosine(30), stages("{epochs: 30}", "{epochs: 3}")], 1),
        (MNIST, [cosine(200_000)], 1),
        (MNIST, [cosine(100_000)], 0),
        (MNIST, [falling("PolynomialDecay", "decay_steps: 200000")], 1),
        (MNIST, [falling("PolynomialDecay", "decay_steps: 200000, cycle: true")], 0),
        (MNIST, [falling("CosineDecayRestarts", "first_decay_steps: 200000")], 1),
        (MNIST, [falling("ExponentialDecay", "decay_steps: 100000, decay_rate: 0.9, staircase: true")], 1),
        (MNIST, [falling("ExponentialDecay", "decay_steps: 100000, decay_rate: 0.9")], 0),
        (MNIST, [falling("InverseTimeDecay", "decay_steps: 100000, decay_rate: 0.9, staircase: true")], 1),
        (MNIST, [stepwise("[20000, 60000]", "[0.1, 0.01, 0.001]")], 1),
        (MNIST, [stepwise("[20000, 40000]", "[0.1, 0.01, 0.001]")], 0),
        (MNIST, [LIMITED, cosine(200_000)], 0),
        (MNIST, [UNSEEN, cosine(200_000)], 0),
    ],
    Code.BATCH_SIZE: [
        (MNIST, [training("epochs: 30, batch_size: 54001")], 1),
        (MNIST, [training("epochs: 30, batch_size: 54000")], 0),
        (MNIST, [LIMITED, training("epochs: 30, batch_size: 128")], 0),
        (MNIST, [UNSEEN, training("epochs: 30, batch_size: 54001")], 0),
    ],
    Code.BATCH_OF_ONE: [
        (MNIST, [ONE_IMAGE], 1),
        (MNIST, [training("epochs: 30, batch_size: 2")], 0),
        (MNIST, [ONE_IMAGE, UNNORMED], 0),
        (MNIST, [ONE_IMAGE, normalizing("trainable: false")], 0),
        (MNIST, [ONE_IMAGE, normalizing("renorm: true")], 0),
        (MAPS, [ONE_IMAGE], 0),
    ],
    Code.SMALL_BATCHES: [
        (MAPS, [ONE_IMAGE], 1),
        (MNIST, [training("epochs: 30, batch_size: 4")], 1),
        (MNIST, [training("epochs: 30, batch_size: 5")], 0),
        (MNIST, [ONE_IMAGE], 0),
        (MNIST, [training("epochs: 30, batch_size: 4"), UNNORMED], 0),
        (MNIST, [("validation: 0.1", "validation: 6015")], 1),
        (MNIST, [("validation: 0.1", "validation: 6015"), UNNORMED], 0),
        (MNIST, [LIMITED, ("limit: 100", "limit: 97")], 0),
        (MNIST, [UNSEEN, training("epochs: 30, batch_size: 2")], 1),
    ],
    Code.UNWEIGHED_LOSS: [
        (TWO, [("optimizer: adam", "optimizer: adam\n  loss_weights: {digit: 1, parity: 0}")], 1),
        (TWO, [("optimizer: adam", "optimizer: adam\n  loss_weights: {digit: 1, parity: 0.1}")], 0),
        (TWO, [("optimizer: adam", "optimizer: adam\n  loss_weights: {digit: 0, parity: 0}")], 0),
    ],
    Code.LARGE_RATE: [
        (MNIST, [stages("{epochs: 8}", "{epochs: 9, learning_rate: 0.3}")], 1),
        (MNIST, [optimizing("{Adam: {learning_rate: 0.1}}")], 1),
        (MNIST, [optimizing("{AdamW: {learning_rate: {CosineDecay: {initial_learning_rate: 0, decay_steps: 49640, "
                            "warmup_target: 0.5, warmup_steps: 1000}}}}")], 1),
        (MNIST, [optimizing("{Adam: {learning_rate: 0.05}}")], 0),
        (MNIST, [optimizing("{RMSprop: {learning_rate: 0.1}}")], 1),
        (MNIST, [optimizing("{SGD: {learning_rate: 10, momentum: 0.9}}")], 1),
        (MNIST, [optimizing("{RMSprop: {learning_rate: 0.05}}")], 0),
        (MNIST, [optimizing("{SGD: {learning_rate: 0.1}}")], 0),
        (MNIST, [optimizing("{SGD: {learning_rate: 1}}")], 0),
        (MNIST, [optimizing("{SGD: {learning_rate: 10, clipnorm: 0.001}}")], 0),
        (LINEAR, [optimizing("{SGD: {learning_rate: 30}}")], 0),
        (MNIST, [optimizing("{Adadelta: {learning_rate: 1}}")], 0),
        (LINEAR, [optimizing("{Adam: {learning_rate: 0.1}}")], 0),
    ],
    Code.CLASS_ORDER: [
        (MNIST, [UNSEEN, UNSHUFFLED], 1),
        (MNIST, [UNSEEN], 0),
        (MNIST, [UNSEEN, UNSHUFFLED, LIMITED], 0),
        (MNIST, [UNSHUFFLED], 0),
    ],
    Code.SAME_ORDER: [
        (MNIST, [UNSHUFFLED], 1),
        (MNIST, [training("epochs: 30, shuffle: true")], 0),
        (MNIST, [training("epochs: 1, shuffle: false")], 0),
        (MNIST, [UNSHUFFLED, LIMITED], 0),
        (MNIST, [UNSEEN], 0),
    ],
    Code.HELD_OUT_PER_CENT: [
        (MNIST, [("validation: 0.1", "validation: 20")], 1),
        (MNIST, [("validation: 0.1", "validation: 20, test: 10")], 2),
        (MNIST, [("validation: 0.1", "validation: 100")], 0),
        (MNIST, [("validation: 0.1", "validation: 5000")], 0),
        (MNIST, [("validation: 0.1", "validation: 20, limit: 100")], 0),
        (MNIST, [UNSEEN, ("validation: 0.1", "validation: 20")], 0),
    ],
    Code.WARM_UP: [
        (LINEAR, [epochs_cosine(9, "warmup_target: 0.2, warmup_steps: 1 epoch"), training("epochs: 10, warmup: 9")], 1),
        (LINEAR, [optimizing("{ScheduleFreeAdamW: {warmup_steps: 9}}"), training("epochs: 30, warmup: 9")], 1),
        (LINEAR, [optimizing("ScheduleFreeAdamW"), training("epochs: 30, warmup: 9")], 0),
        (LINEAR, [epochs_cosine(30), training("epochs: 30, warmup: 1 epoch")], 0),
        (LINEAR, [epochs_cosine(9, "warmup_target: 0.2, warmup_steps: 1 epoch"), training("epochs: 10")], 0),
        (LINEAR, [epochs_cosine(9, "warmup_target: 0.2, warmup_steps: 1 epoch"),
                  stages("{epochs: 10, warmup: 9}", "{epochs: 5, warmup: 9, learning_rate: 0.1}")], 1),
    ],
    Code.LONG_WARM_UP: [
        (LINEAR, [training("epochs: 3, warmup: 3 epochs")], 1),
        (LINEAR, [training("epochs: 3, warmup: 5064")], 1),
        (LINEAR, [training("epochs: 3, warmup: 5063")], 0),
        (LINEAR, [training("epochs: 3, warmup: 5 epochs"), LIMITED], 0),
        (LINEAR, [training("epochs: 3, warmup: 5 epochs"), UNSEEN], 0),
        (LINEAR, [stages("{epochs: 3}", "{epochs: 3, warmup: 4 epochs}")], 1),
    ],
    Code.STAGE_LAYERS: [
        (LINEAR, [stages("{epochs: 3, trainable: [dense, dnse, 'x*']}")], 2),
        (LINEAR, [stages("{epochs: 3, trainable: [dense, 'd*', '?ense']}")], 0),
    ],
    Code.AVERAGED_WEIGHTS: [
        (LINEAR, [calling("SwapEMAWeights")], 1),
        (LINEAR, [calling("SwapEMAWeights"), optimizing("{Adam: {use_ema: false}}")], 1),
        (LINEAR, [calling("SwapEMAWeights"), optimizing("{Adam: {use_ema: true}}")], 0),
    ],
    Code.IDLE_OPTIMIZER_FIELD: [
        (MNIST, [optimizing("{SGD: {nesterov: true}}")], 1),
        (MNIST, [optimizing("{Adam: {ema_momentum: 0.9, ema_overwrite_frequency: 10}}")], 1),
        (MNIST, [optimizing("{SGD: {nesterov: true, momentum: 0.9}}")], 0),
        (MNIST, [optimizing("{SGD: {nesterov: false}}")], 0),
        (MNIST, [optimizing("{Adam: {use_ema: true, ema_momentum: 0.9}}")], 0),
        (MNIST, [optimizing("{Adam: {ema_momentum: 0.99}}")], 0),
    ],
}  # fmt: skip
CASES = [
    pytest.param(code, *case, id=f"{code}-{number}")
    for code, cases in EXAMPLES.items()
    for number, case in enumerate(cases)
]


def found(path: Path, text: str, changes: list[Change]) -> list[Finding]:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text)
    return list(analyse(path).findings)


@pytest.mark.parametrize(("code", "text", "changes", "count"), CASES)
def test_a_rule_finds_what_it_should_and_nothing_else(
    code: Code, text: str, changes: list[Change], count: int, tmp_path: Path
) -> None:
    findings = found(tmp_path / "spec.yaml", text, changes)

    assert sum(each.code == code for each in findings) == count, [*map(str, findings)]
    of_others = [each for each in findings if each.code in EXAMPLES and each.code != code]
    assert not (count and of_others), [*map(str, of_others)]


@pytest.mark.parametrize("text", [MNIST, LINEAR, MAPS, TWO])
def test_the_texts_that_the_examples_change_have_none_of_these(text: str, tmp_path: Path) -> None:
    findings = found(tmp_path / "spec.yaml", text, [])

    assert [str(each) for each in findings if each.code in EXAMPLES] == []


def test_epochs_from_the_command_line_are_a_try(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    found(path, MNIST, [cosine(50640), calling("EarlyStopping: {patience: 10}")])

    analysis = analyse(path, overrides=("training.epochs=3",))

    assert [each for each in analysis.findings if each.code in EXAMPLES] == []


def test_the_repair_of_a_mode_is_the_other_one(tmp_path: Path) -> None:
    findings = found(tmp_path / "spec.yaml", MNIST, [calling("ReduceLROnPlateau: {mode: max}")])

    (finding,) = (each for each in findings if each.code is Code.MONITOR_MODE)
    assert finding.repair is not None
    assert [edit.text for edit in finding.repair.edits] == ["min"]


@pytest.mark.parametrize(
    ("text", "changes", "monitor", "hint"),
    [
        (MNIST, [], "val_acc", "did you mean val_accuracy?"),
        (MNIST, [("[accuracy]", "[acc]")], "accuracy", "did you mean acc?"),
        (TWO, [], "digit_acc", "did you mean digit_accuracy?"),
        (TWO, [], "accuracy", "each output has its own: digit_accuracy, parity_accuracy"),
        (MNIST, [], "lr", "learning_rate is logged only where ReduceLROnPlateau stands above"),
        (MNIST, [], "val_los", "did you mean val_loss?"),
    ],
)
def test_a_name_that_training_does_not_log_has_a_hint(
    text: str, changes: list[Change], monitor: str, hint: str, tmp_path: Path
) -> None:
    changes = [*changes, calling(f"EarlyStopping: {{monitor: {monitor}}}")]
    findings = found(tmp_path / "spec.yaml", text, changes)

    (finding,) = (each for each in findings if each.code is Code.MONITOR)
    assert finding.hint == hint


def test_lr_is_the_learning_rate_where_it_is_logged(tmp_path: Path) -> None:
    changes = [calling("ReduceLROnPlateau", "EarlyStopping: {monitor: lr}")]
    findings = found(tmp_path / "spec.yaml", MNIST, changes)

    (finding,) = (each for each in findings if each.code is Code.MONITOR)
    assert finding.hint == "did you mean learning_rate?"


@pytest.mark.parametrize(("kinds", "images"), [(("class", "number"), 15), (("number",), None)])
def test_images_of_each_class_are_counted_beside_other_labels(
    kinds: tuple[LabelKind, ...], images: int | None, tmp_path: Path
) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(
        MNIST.replace("source: mnist, validation: 0.1", "source: mnist, train: {per_class: 5}")
    )
    document, graph = analyse(path).require()
    labels = {
        f"label{number}": LabelFacts(kind, ("a", "b", "c")) for number, kind in enumerate(kinds)
    }
    assert document.data is not None
    data = document.data.model_copy(update={"labels": {"out": "label0"}})
    facts = DataFacts("made", labels, splits={"train": 100})
    document = replace(document, data=data, facts=facts)

    run = run_length(document, replace(graph, outputs={"out": next(iter(graph.outputs.values()))}))

    assert (run and run.images) == images
