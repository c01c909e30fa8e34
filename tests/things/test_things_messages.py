"""What a person is told about a wrong thing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from netspec.diagnostics import Code
from netspec.fields import FieldType, Mismatch, Nullable, Problem, ThingOf
from netspec.things.activations import ACTIVATION
from netspec.things.metric_field import METRIC
from netspec.things.metrics.detection import AUC
from netspec.things.metrics.regression import MeanSquaredError
from netspec.things.optimizers.descent import SGD
from netspec.things.optimizers.moments import Adam
from netspec.things.registries import (
    AUGMENTATIONS,
    CALLBACKS,
    CONSTRAINTS,
    INITIALIZERS,
    LOSSES,
    METRICS,
    OPTIMIZERS,
    REGULARIZERS,
    SCHEDULES,
)
from netspec.things.schedules import CosineDecay

if TYPE_CHECKING:
    from netspec.fields.base import Path

AUGMENTATION = ThingOf(AUGMENTATIONS)
OPTIMIZER = ThingOf(OPTIMIZERS)
LOSS = ThingOf(LOSSES)
INITIALIZER = ThingOf(INITIALIZERS)
CONSTRAINT = ThingOf(CONSTRAINTS)
SCHEDULE = ThingOf(SCHEDULES)
CALLBACK = ThingOf(CALLBACKS)
DECAY = {"initial_learning_rate": 0.1, "decay_steps": 100}


def problems(field_type: FieldType, value: object) -> tuple[Problem, ...]:
    with pytest.raises(Mismatch) as caught:
        field_type.read(value)
    return caught.value.problems


def problem(field_type: FieldType, value: object) -> Problem:
    (only,) = problems(field_type, value)
    return only


@pytest.mark.parametrize(
    ("field_type", "written", "hint"),
    [
        (OPTIMIZER, "adan", "did you mean adam?"),
        (AUGMENTATION, "RandomFlips", "did you mean RandomFlip?"),
        (OPTIMIZER, {"Lambb": None}, "did you mean Lamb?"),
        (LOSS, "categorical_crosentropy", "did you mean categorical_crossentropy?"),
        (METRIC, "acuracy", "did you mean accuracy?"),
        (METRIC, "Precission", "did you mean precision?"),
        (INITIALIZER, "he_norml", "did you mean he_normal?"),
        (ThingOf(REGULARIZERS), "l1_l2", "did you mean l1l2?"),
        (CONSTRAINT, "nonneg", "did you mean non_neg?"),
        (SCHEDULE, {"CosineDecey": DECAY}, "did you mean CosineDecay?"),
        (CALLBACK, {"EarlyStoping": None}, "did you mean EarlyStopping?"),
        (ACTIVATION, "ReLU", "did you mean relu?"),
        (Nullable(ACTIVATION), "sofmax", "did you mean softmax?"),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest_known_one(
    field_type: FieldType, written: object, hint: str
) -> None:
    found = problem(field_type, written)
    assert found.code is Code.UNKNOWN_KIND
    assert found.message.startswith("there is no ")
    assert found.hint == hint


@pytest.mark.parametrize(
    ("field_type", "written", "reason"),
    [
        (OPTIMIZER, "LossScaleOptimizer", "the field loss_scale_factor"),
        (AUGMENTATION, "Resizing", "it belongs in model.layers"),
        (AUGMENTATION, {"MaxNumBoundingBoxes": {}}, "netspec's images have classes"),
        (LOSS, "CTC", "it compares sequences"),
        (LOSS, "circle", "it trains embeddings"),
        (LOSS, "crossentropy", "which loss it is depends on the labels"),
        (METRIC, "MeanMetricWrapper", "a spec carries no code"),
        (METRIC, "Accuracy", "write accuracy"),
        (METRIC, "ce", "Keras knows it as a loss only"),
        (INITIALIZER, {"STFT": {}}, "audio"),
        (CALLBACK, "LearningRateScheduler", "it carries code"),
        (CALLBACK, {"RemoteMonitor": {}}, "to another machine"),
        (Nullable(ACTIVATION), "glu", "it halves the channels"),
        (ACTIVATION, "threshold", "it needs a threshold"),
    ],
)
def test_a_refused_name_is_told_with_the_reason(
    field_type: FieldType, written: object, reason: str
) -> None:
    found = problem(field_type, written)
    assert found.code is Code.REFUSED
    assert " is refused: " in found.message
    assert reason in found.message


def test_an_unknown_field_is_told_with_the_nearest_known_one() -> None:
    found = problem(OPTIMIZER, {"Adam": {"learning_rat": 0.1}})
    assert found == Problem(
        "Adam has no field 'learning_rat'",
        "did you mean learning_rate?",
        Code.UNKNOWN_KEY,
        ("Adam", "learning_rat"),
        at_key=True,
    )


@pytest.mark.parametrize(
    ("kind", "field", "written", "hint"),
    [
        ("RandomRotation", "factor", 30, "1 is a full turn: write 30/360 for 30 degrees"),
        (
            "RandomRotation",
            "factor",
            [-7.5, 1],
            "1 is a full turn: write -7.5/360 for -7.5 degrees",
        ),
        (
            "RandomZoom",
            "height_factor",
            1.2,
            "0 leaves the size as it is: write 0.2 for a fifth more",
        ),
        ("RandomBrightness", "factor", 20, "1 is from black to white: write 20/255 for 20 of 255"),
        (
            "RandomContrast",
            "factor",
            [0.8, 1.2],
            "0 leaves it as it is: write [0.2, 0.2] for 0.8 to 1.2 times",
        ),
        ("RandomRotation", "factor", "20%", "write 0.2"),
        ("RandomRotation", "factor", math.inf, None),
    ],
)
def test_a_number_that_is_no_share_is_told_as_one(
    kind: str, field: str, written: object, hint: str | None
) -> None:
    found = problem(AUGMENTATION, {kind: {field: written}})
    assert found.path[:2] == (kind, field)
    assert found.hint == hint


def test_all_mistakes_are_told_at_once() -> None:
    schedule = {"CosineDecay": {"initial_learning_rate": -1, "decay_steps": 0, "warmup": 1}}
    found = problems(OPTIMIZER, {"SGD": {"learning_rate": schedule, "momentum": 2, "rho": 0.9}})
    inside: Path = ("SGD", "learning_rate", "CosineDecay")
    assert {problem.path for problem in found} == {
        (*inside, "initial_learning_rate"),
        (*inside, "decay_steps"),
        (*inside, "warmup"),
        ("SGD", "momentum"),
        ("SGD", "rho"),
    }


@pytest.mark.parametrize("written", ["1e-3", "0.001"])
def test_a_number_in_quotes_is_told_to_lose_them(written: str) -> None:
    found = problem(OPTIMIZER, {"Adam": {"learning_rate": written}})
    assert found.message == (
        "Adam: learning_rate takes a number of at least 0, or a learning-rate schedule, "
        f"by name or as `Name: {{fields}}`, not the text '{written}'"
    )
    assert found.hint == "remove the quotes"


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_no_number_is_nan_or_infinite(number: float) -> None:
    for registry in (
        AUGMENTATIONS,
        OPTIMIZERS,
        LOSSES,
        METRICS,
        INITIALIZERS,
        REGULARIZERS,
        CONSTRAINTS,
        CALLBACKS,
    ):
        for kind in (registry.get(name) for name in registry.names()):
            for info in kind.model_fields.values():
                (field_type,) = info.metadata
                for written in (number, [number]):
                    with pytest.raises(Mismatch):
                        field_type.read(written)


def test_a_learning_rate_is_a_number_a_fraction_or_a_schedule() -> None:
    assert OPTIMIZER.read({"Adam": {"learning_rate": 1}}).learning_rate == 1.0
    assert OPTIMIZER.read({"Adam": {"learning_rate": "1/1000"}}).learning_rate == 0.001
    adam = OPTIMIZER.read({"Adam": {"learning_rate": {"CosineDecay": DECAY}}})
    assert adam.learning_rate == CosineDecay(initial_learning_rate=0.1, decay_steps=100)


def test_a_schedule_by_name_alone_is_told_its_fields() -> None:
    found = problems(OPTIMIZER, {"Adam": {"learning_rate": "CosineDecay"}})
    assert [problem.code for problem in found] == [Code.MISSING_FIELD] * 2
    assert found[0].message == "CosineDecay needs 'initial_learning_rate'"


@pytest.mark.parametrize(
    ("field_type", "written", "field", "message"),
    [
        (
            OPTIMIZER,
            {"Adam": {"clipnorm": 1, "global_clipnorm": 2}},
            "global_clipnorm",
            "clipnorm and global_clipnorm exclude each other",
        ),
        (
            INITIALIZER,
            {"RandomUniform": {"minval": 1}},
            "minval",
            "minval 1 is not below maxval 0.05",
        ),
        (
            INITIALIZER,
            {"HeNormal": {"output_axes": [1]}},
            "output_axes",
            "output_axes counts only together with input_axes",
        ),
        (
            CONSTRAINT,
            {"MinMaxNorm": {"min_value": 3, "max_value": 2}},
            "max_value",
            "min_value 3 is above max_value 2",
        ),
        (
            SCHEDULE,
            {"CosineDecay": {**DECAY, "warmup_steps": 5}},
            "warmup_steps",
            "warmup_steps does nothing without warmup_target",
        ),
        (
            SCHEDULE,
            {"CosineDecay": {**DECAY, "warmup_target": 0.2}},
            "warmup_target",
            "warmup_target without warmup_steps skips the warm-up",
        ),
        (
            SCHEDULE,
            {"PiecewiseConstantDecay": {"boundaries": [5], "values": [1, 0.1, 0.01]}},
            "values",
            "1 boundaries part 2 values, not 3",
        ),
        (
            SCHEDULE,
            {"PiecewiseConstantDecay": {"boundaries": [5, 5], "values": [1, 0.1, 0.01]}},
            "boundaries",
            "boundaries must rise",
        ),
        (METRIC, {"AUC": {"num_labels": 3}}, "num_labels", "num_labels needs multi_label: true"),
        (
            METRIC,
            {"AUC": {"multi_label": True, "num_labels": 3, "label_weights": [1, 1]}},
            "label_weights",
            "label_weights has 2 numbers for 3 labels",
        ),
        (
            AUGMENTATION,
            {"RandomHue": {"factor": 0.1, "value_range": [255, 0]}},
            "value_range",
            "value_range ends at 0, which is not above 255",
        ),
        (
            METRIC,
            {"IoU": {"num_classes": 2, "target_class_ids": [2]}},
            "target_class_ids",
            "there is no class 2 among 2",
        ),
        (METRIC, {"AUC": {"name": "val_auc"}}, "name", "a metric cannot be called 'val_auc'"),
        (METRIC, {"AUC": {"name": "loss"}}, "name", "a metric cannot be called 'loss'"),
    ],
)
def test_fields_that_contradict_each_other_are_told(
    field_type: FieldType, written: dict[str, object], field: str, message: str
) -> None:
    found = problem(field_type, written)
    (kind,) = written
    assert (found.code, found.path, found.message) == (Code.CONTRADICTION, (kind, field), message)


def test_the_special_metrics_stay_strings() -> None:
    assert METRIC.read("accuracy") == "accuracy"
    assert METRIC.read("acc") == "acc"
    found = problem(METRIC, {"accuracy": {"name": "a"}})
    assert (found.code, found.at_key) == (Code.ITEM_FORM, True)


def test_a_metric_is_logged_under_the_string_it_was_named_by() -> None:
    assert METRIC.read("mse") == MeanSquaredError(name="mse")
    assert METRIC.read("MSE").logged_as == "mse"
    assert METRIC.read("MeanSquaredError").logged_as == "mean_squared_error"
    assert METRIC.read({"AUC": {"name": "area"}}).logged_as == "area"
    assert METRIC.read("AUC") == AUC()


def test_a_metric_s_name_is_lower_case() -> None:
    assert problem(METRIC, {"AUC": {"name": "Area"}}).code is Code.VALUE


def test_string_names_give_the_default_thing() -> None:
    assert OPTIMIZER.read("adam") == Adam()
    assert OPTIMIZER.read({"SGD": None}) == SGD()
