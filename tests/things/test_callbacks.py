"""A callback's fields are Keras's, and its paths are names inside the run directory."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

from netspec.diagnostics import Code
from netspec.fields import Mismatch, Problem, ThingOf
from netspec.things.callbacks import CSVLogger, EarlyStopping, ModelCheckpoint, TensorBoard
from netspec.things.registries import CALLBACKS
from netspec.things.run_paths import OWN

CALLBACK = ThingOf(CALLBACKS)
# Others are netspec's own.
OF_KERAS = CALLBACKS.families["netspec.things.callbacks"]
# Fields that Keras has and netspec has not, and defaults that netspec chooses because Keras has none or another's.
LEFT_OUT = {"TensorBoard": {"embeddings_freq", "embeddings_metadata"}}
OWN_DEFAULTS = {
    ("ModelCheckpoint", "filepath"): None,
    ("CSVLogger", "filename"): "training.csv",
    ("TensorBoard", "log_dir"): "tensorboard",
}


def read(kind: str, **fields: object) -> Any:
    return CALLBACK.read({kind: fields})


def problem(kind: str, **fields: object) -> Problem:
    with pytest.raises(Mismatch) as caught:
        read(kind, **fields)
    (only,) = caught.value.problems
    return only


@pytest.mark.keras
@pytest.mark.parametrize("name", OF_KERAS)
def test_a_callback_has_the_fields_and_defaults_of_its_keras_class(name: str) -> None:
    import keras

    named = {
        parameter.name: parameter
        for parameter in inspect.signature(getattr(keras.callbacks, name)).parameters.values()
        if parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    }
    fields = CALLBACKS.get(name).model_fields
    assert set(fields) == set(named) - LEFT_OUT.get(name, set())
    for field, info in fields.items():
        expected = OWN_DEFAULTS.get((name, field), named[field].default)
        assert info.default == expected, field


@pytest.mark.keras
def test_every_public_callback_of_keras_is_known_or_refused() -> None:
    import keras

    public = {name for name, kind in vars(keras.callbacks).items() if inspect.isclass(kind)}
    assert public == {*OF_KERAS, *CALLBACKS.refused}


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("BackupAndRestore", "netspec resume RUN"),
        ("LambdaCallback", "metrics.csv"),
        ("LearningRateScheduler", "write a schedule as the optimizer's learning_rate"),
        ("OrbaxCheckpoint", "ModelCheckpoint"),
        ("RemoteMonitor", "--json-lines"),
    ],
)
def test_a_callback_that_is_refused_has_another_way(name: str, instead: str) -> None:
    with pytest.raises(Mismatch) as caught:
        CALLBACK.read(name)

    (refused,) = caught.value.problems
    assert refused.code is Code.REFUSED
    assert instead in (refused.hint or "")


def test_every_callback_stands_without_fields() -> None:
    for name in CALLBACKS.names():
        assert CALLBACK.read(name) == CALLBACKS.get(name)()


@pytest.mark.parametrize(
    ("fields", "pattern"),
    [
        ({}, "checkpoints/epoch-{epoch:02d}.keras"),
        ({"save_best_only": True}, "checkpoints/best.keras"),
        ({"save_weights_only": True}, "checkpoints/epoch-{epoch:02d}.weights.h5"),
        (
            {"save_best_only": True, "save_weights_only": True, "filepath": None},
            "checkpoints/best.weights.h5",
        ),
        ({"filepath": "a/b.keras"}, "a/b.keras"),
    ],
)
def test_without_a_name_a_model_is_kept_among_the_checkpoints(
    fields: dict[str, Any], pattern: str
) -> None:
    assert read("ModelCheckpoint", **fields).pattern == pattern


@pytest.mark.parametrize(
    "filepath",
    [
        "best.keras",
        "xception_{epoch:02d}_{val_accuracy:.3f}.keras",
        "{epoch}.keras",
        "{epoch:d}/{epoch:3}.keras",
        "a/b/c/{loss}-{loss:.2e}-{loss:07.1f}-{loss:g}.keras",
        "epoch={epoch:02d},top@5+.keras",
        "statement.keras",
        "my-model.keras",
        "x" * 94 + ".keras",
    ],
)
def test_a_name_may_take_values_and_lie_in_folders(filepath: str) -> None:
    assert read("ModelCheckpoint", filepath=filepath).pattern == filepath


def test_the_names_of_the_values_in_a_file_s_name_are_known() -> None:
    pattern = "{epoch:02d}-{val_accuracy:.3f}-{epoch}-{top_5}.keras"
    assert read("ModelCheckpoint", filepath=pattern).values == ("epoch", "val_accuracy", "top_5")


FROM_THE_RUN_ON = "name it from the run directory on"
AS_A_VALUE = "write a value as {name}"


@pytest.mark.parametrize(
    ("filepath", "hint"),
    [
        ("/home/best.keras", FROM_THE_RUN_ON),
        ("../best.keras", FROM_THE_RUN_ON),
        ("a/../../best.keras", FROM_THE_RUN_ON),
        ("./best.keras", FROM_THE_RUN_ON),
        ("~/best.keras", FROM_THE_RUN_ON),
        ("C:/best.keras", FROM_THE_RUN_ON),
        ("C:best.keras", FROM_THE_RUN_ON),
        ("a\\best.keras", FROM_THE_RUN_ON),
        ("gs://bucket/best.keras", "take letters"),
        ("a//best.keras", "take letters"),
        ("/", FROM_THE_RUN_ON),
        (".hidden.keras", "take letters"),
        ("mit Umlaut ä.keras", "take letters"),
        ("best.keras\n", "such as checkpoints/"),
        ("a\nb.keras", "take letters"),
        ("a\x1bb.keras", "take letters"),
        ("model.keras", "`model.keras` is the run's own"),
        ("Model.Keras", "`Model.Keras` is the run's own"),
        ("model.weights.h5", "is the run's own"),
        ("state/best.keras", "`state` is the run's own"),
        ("STATE./best.keras", "is the run's own"),
        ("log.txt/best.keras", "is the run's own"),
        ("x" * 95 + ".keras", "100 characters are the limit"),
        ("", "such as checkpoints/"),
        ("best", "such as checkpoints/"),
        ("best.h5", "write best.keras"),
        ("best.keras.tmp", "such as checkpoints/"),
        ("{epoch.keras", AS_A_VALUE),
        ("epoch}.keras", AS_A_VALUE),
        ("{}.keras", AS_A_VALUE),
        ("{0}.keras", AS_A_VALUE),
        ("{{epoch}}.keras", AS_A_VALUE),
        ("{epoch.__class__}.keras", AS_A_VALUE),
        ("{epoch[0]}.keras", AS_A_VALUE),
        ("{epoch!r}.keras", AS_A_VALUE),
        ("{epoch:999999999d}.keras", AS_A_VALUE),
        ("{epoch:{epoch}d}.keras", AS_A_VALUE),
        ("{epoch:.2f}.keras", AS_A_VALUE),
        ("{epoch:>3}.keras", AS_A_VALUE),
        ("{loss:d}.keras", AS_A_VALUE),
        ("{loss:.99f}.keras", AS_A_VALUE),
        ("{loss:c}.keras", AS_A_VALUE),
        ("{Loss}.keras", AS_A_VALUE),
    ],
)
def test_a_name_that_leads_elsewhere_or_is_no_pattern_is_told_what_to_do(
    filepath: str, hint: str
) -> None:
    found = problem("ModelCheckpoint", filepath=filepath)
    assert (found.code, found.path) == (Code.VALUE, ("ModelCheckpoint", "filepath"))
    assert found.message.startswith("ModelCheckpoint: filepath takes a file's name inside the run")
    assert found.hint is not None
    assert hint in found.hint


@pytest.mark.parametrize(
    "pattern",
    ["{epoch}", "{epoch:02d}", "{batch:3}", "{loss}", "{loss:.3f}", "{loss:09.9e}", "{loss:0}", "{loss:5}"],
)  # fmt: skip
@pytest.mark.parametrize("number", [0.0, 0.123456789, -1e-30, 3.4e38, float("nan"), float("inf")])
def test_what_a_pattern_gives_is_a_short_name(pattern: str, number: float) -> None:
    assert read("ModelCheckpoint", filepath=f"a{pattern}.keras", save_freq=1)
    name = pattern.format(epoch=2**31, batch=2**31, loss=number)
    assert re.fullmatch(r"[ 0-9a-z.e+-]{1,50}", name)


@pytest.mark.parametrize(
    ("kind", "field", "values"),
    [
        ("CSVLogger", "filename", ["training.log", "logs/a.csv", "a"]),
        ("TensorBoard", "log_dir", ["logs", "logs/fit", "tb.1"]),
    ],
)
def test_logs_go_where_they_are_named(kind: str, field: str, values: list[str]) -> None:
    for value in values:
        assert getattr(read(kind, **{field: value}), field) == value
    for value in ("/logs", "../logs", "logs/", "a{epoch}", "history.json", "State", "", "a b"):
        assert problem(kind, **{field: value}).path == (kind, field)
    assert problem(kind, **{field: "{epoch}"}).hint == "this name takes no values"
    assert problem(kind, **{field: None}).code is Code.VALUE


def test_the_own_files_of_a_run_are_those_that_a_run_writes() -> None:
    assert set(OWN) >= {
        *("classes.txt", "confusion.csv", "evaluation.json", "history.json", "log.txt"),
        *("metrics.csv", "model.json", "model.keras", "model.weights.h5", "resolved.yaml"),
        *("run.json", "spec.yaml", "state", "summary.txt"),
    }


@pytest.mark.parametrize(
    ("kind", "fields", "field", "message"),
    [
        (
            "ModelCheckpoint",
            {"filepath": "a.keras", "save_weights_only": True},
            "filepath",
            "save_weights_only: true keeps the weights, in files that end with .weights.h5",
        ),
        (
            "ModelCheckpoint",
            {"filepath": "a.weights.h5"},
            "filepath",
            "save_weights_only: false keeps whole models, in files that end with .keras",
        ),
        (
            "ModelCheckpoint",
            {"initial_value_threshold": 0.5},
            "initial_value_threshold",
            "initial_value_threshold does nothing without save_best_only",
        ),
        (
            "ModelCheckpoint",
            {"filepath": "{epoch}-{batch}.keras"},
            "filepath",
            "{batch} is known only where save_freq is a number of batches",
        ),
        (
            "ModelCheckpoint",
            {"filepath": "{val_loss:.2f}.keras", "save_freq": 100},
            "save_freq",
            "'val_loss' is known at an epoch's end, and save_freq: 100 keeps the model in its middle",
        ),
        (
            "ModelCheckpoint",
            {"save_best_only": True, "save_freq": 5},
            "save_freq",
            "'val_loss' is known at an epoch's end, and save_freq: 5 keeps the model in its middle",
        ),
        (
            "ModelCheckpoint",
            {"filepath": "{learning_rate}.keras", "save_freq": 5},
            "save_freq",
            "'learning_rate' is known at an epoch's end, and save_freq: 5 keeps the model in its middle",
        ),
        (
            "TensorBoard",
            {"write_images": True},
            "write_images",
            "write_images does nothing without histogram_freq",
        ),
        (
            "TensorBoard",
            {"profile_batch": [9, 3]},
            "profile_batch",
            "profile_batch: the first batch, 9, comes after the last, 3",
        ),
    ],
)
def test_fields_that_contradict_each_other_are_told(
    kind: str, fields: dict[str, Any], field: str, message: str
) -> None:
    found = problem(kind, **fields)
    assert (found.code, found.path, found.message) == (Code.CONTRADICTION, (kind, field), message)


def test_in_the_middle_of_an_epoch_a_model_may_be_kept_by_what_training_measures() -> None:
    thing = read(
        "ModelCheckpoint",
        filepath="{epoch}-{batch:04d}-{loss:.2f}.keras",
        save_freq=10,
        monitor="loss",
        save_best_only=True,
    )
    assert thing.counts
    assert read("ModelCheckpoint", save_freq=10).save_freq == 10


@pytest.mark.parametrize(
    ("kind", "fields", "takes"),
    [
        ("EarlyStopping", {"patience": -1}, "takes a whole number of at least 0"),
        ("EarlyStopping", {"mode": "maximum"}, "takes auto, min or max"),
        ("EarlyStopping", {"monitor": ""}, "takes the name of a value that training logs"),
        ("EarlyStopping", {"min_delta": -0.1}, "takes a number of at least 0"),
        ("ReduceLROnPlateau", {"factor": 1}, "takes a number above 0 and below 1"),
        ("ReduceLROnPlateau", {"factor": 0}, "takes a number above 0 and below 1"),
        ("ReduceLROnPlateau", {"verbose": 2}, "takes a whole number from 0 to 1"),
        ("ModelCheckpoint", {"save_freq": 0}, "batches, a whole number of at least 1, not 0"),
        ("ModelCheckpoint", {"save_freq": "batch"}, "takes `epoch`, or a number of batches"),
        ("CSVLogger", {"separator": ", "}, "takes one character between two values"),
        ("CSVLogger", {"separator": '"'}, "takes one character between two values"),
        (
            "TensorBoard",
            {"update_freq": "epochs"},
            "takes `epoch`, `batch`, or a number of batches",
        ),
        ("TensorBoard", {"profile_batch": [1]}, "takes a list of 2"),
        ("TensorBoard", {"profile_batch": "1,3"}, "takes the number of a batch, 0, or"),
        ("TerminateOnNaN", {"raise_error": "yes"}, "takes true or false"),
    ],
)
def test_a_value_out_of_bounds_is_told_the_bounds(
    kind: str, fields: dict[str, Any], takes: str
) -> None:
    found = problem(kind, **fields)
    assert found.code is Code.VALUE
    assert takes in found.message


def test_a_word_is_told_with_the_nearest() -> None:
    assert problem("TensorBoard", update_freq="epochs").hint == "did you mean epoch?"
    assert problem("ModelCheckpoint", save_freq=0).hint is None


def test_embeddings_are_not_there_yet() -> None:
    assert problem("TensorBoard", embeddings_freq=1).code is Code.NOT_YET


def test_values_are_read_as_they_are_written() -> None:
    assert read("CSVLogger", separator="\t") == CSVLogger(separator="\t")
    assert read("EarlyStopping", baseline="1/2").baseline == 0.5
    assert read("TensorBoard", profile_batch=[2, 4]).profile_batch == (2, 4)
    assert read("TensorBoard", update_freq="batch") == TensorBoard(update_freq="batch")
    assert EarlyStopping().counts
    assert not ModelCheckpoint().counts
