"""Callbacks do in `fit` what a spec says, and write in the run directory only."""

from __future__ import annotations

import csv
import errno
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netspec.analysis import analyse
from netspec.checks.losses.outputs import compiled_outputs
from netspec.fields import ThingOf
from netspec.runs.directory import RunDirectory
from netspec.spec.labels import label_form
from netspec.spec.logs import logged
from netspec.things.registries import CALLBACKS

keras = pytest.importorskip("keras")

from netspec.lowering import callbacks as lowering  # noqa: E402 - after the check that Keras is there
from netspec.lowering import model as models  # noqa: E402

pytestmark = pytest.mark.keras

NAMES: dict[str, Any] = {"loss": "min", "accuracy": "max"}
IMAGES = np.random.default_rng(0).random((12, 4), dtype="float32")
LABELS = np.arange(12) % 3


def network() -> Any:
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
    # Step by step, because a graph for each of the many small trainings would take longer than they do.
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"], run_eagerly=True)
    return model


def lowered(path: Path, *written: object, names: dict[str, Any] = NAMES) -> list[Any]:
    things = [ThingOf(CALLBACKS).read(callback) for callback in written]
    return lowering.to_keras(things, directory=RunDirectory(path, ours=False), names=names)


def fit(model: Any, callbacks: list[Any], *, epochs: int = 3, batch_size: int = 4) -> Any:
    return model.fit(
        IMAGES,
        LABELS,
        validation_data=(IMAGES, LABELS),
        epochs=epochs,
        batch_size=batch_size,
        callbacks=callbacks,
        verbose=0,
    )


def files(path: Path) -> list[str]:
    return sorted(str(file.relative_to(path)) for file in path.rglob("*") if file.is_file())


class Scripted(keras.callbacks.Callback):  # type: ignore[misc,name-defined] # Keras has no types
    """Puts values of the test's choice into the logs of each epoch, and the epoch into the weights."""

    def __init__(self, **values: list[float]) -> None:
        super().__init__()
        self.values = values

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        logs.update({name: values[epoch] for name, values in self.values.items()})
        self.model.layers[-1].bias.assign([epoch] * 3)


def epoch_of(model: Any) -> float:
    return float(model.layers[-1].bias.numpy()[0])


def test_every_callback_is_built_with_the_values_of_its_fields(tmp_path: Path) -> None:
    for name in set(CALLBACKS.names()) - {"TensorBoard", "MLflow"}:
        (built,) = lowered(tmp_path, name)
        assert isinstance(built, getattr(keras.callbacks, name))
    stopping, reducing, logger = lowered(
        tmp_path,
        {"EarlyStopping": {"monitor": "val_accuracy", "min_delta": 0.1, "patience": 4, "baseline": 0.3}},
        {"ReduceLROnPlateau": {"factor": 0.5, "cooldown": 2, "min_lr": 0.01, "verbose": 1}},
        {"CSVLogger": {"separator": ";", "append": True}},
    )  # fmt: skip
    assert (stopping.min_delta, stopping.patience, stopping.baseline) == (0.1, 4, 0.3)
    assert (reducing.factor, reducing.cooldown, reducing.min_lr, reducing.verbose) == (0.5, 2, 0.01, 1)  # fmt: skip
    assert (logger.sep, logger.append) == (";", True)


@pytest.mark.parametrize(
    ("monitor", "mode", "expected"),
    [
        ("val_loss", "auto", "min"),
        ("val_accuracy", "auto", "max"),
        ("accuracy", "min", "min"),
        ("digit_loss", "auto", "min"),
        ("val_digit_accuracy", "auto", "max"),
        ("val_parity_false_positives", "auto", "min"),
    ],
)
def test_a_direction_is_said_to_keras_outright(
    monitor: str, mode: str, expected: str, tmp_path: Path
) -> None:
    names = {**NAMES, "digit_loss": "min", "digit_accuracy": "max", "parity_false_positives": "min"}
    for kind in ("EarlyStopping", "ReduceLROnPlateau", "ModelCheckpoint"):
        written = {kind: {"monitor": monitor, "mode": mode}}
        (built,) = lowered(tmp_path, written, names=names)
        assert built.mode == expected


def test_a_model_is_kept_every_epoch_under_a_name_with_its_values(tmp_path: Path) -> None:
    course = "xception_{epoch:02d}_{val_accuracy:.3f}.keras"
    run = tmp_path / "run {x}"
    run.mkdir()
    model = network()
    scripted = Scripted(val_accuracy=[0.25, float("nan"), 0.5])

    fit(
        model,
        [scripted, *lowered(run, {"ModelCheckpoint": {"filepath": course}}, "ModelCheckpoint")],
    )

    assert files(run) == [
        *(f"checkpoints/epoch-0{epoch}.keras" for epoch in (1, 2, 3)),
        *("xception_01_0.250.keras", "xception_02_nan.keras", "xception_03_0.500.keras"),
    ]
    assert files(tmp_path) == [f"run {{x}}/{name}" for name in files(run)]
    last = keras.models.load_model(run / "xception_03_0.500.keras", safe_mode=True)
    assert np.array_equal(last.predict(IMAGES, verbose=0), model.predict(IMAGES, verbose=0))


def test_the_best_alone_is_kept_by_the_direction_of_its_metric(tmp_path: Path) -> None:
    written = [
        {"ModelCheckpoint": {"monitor": "val_accuracy", "save_best_only": True}},
        {"ModelCheckpoint": {"filepath": "least.keras", "save_best_only": True}},
        {
            "ModelCheckpoint": {
                "filepath": "above.weights.h5",
                "save_best_only": True,
                "save_weights_only": True,
                "monitor": "accuracy",
                "initial_value_threshold": 0.95,
            }
        },
    ]
    scripted = Scripted(
        val_accuracy=[0.2, 0.9, 0.5], val_loss=[0.3, 0.2, 0.1], accuracy=[0.9, 0.8, 0.7]
    )

    fit(network(), [scripted, *lowered(tmp_path, *written)])

    assert files(tmp_path) == ["checkpoints/best.keras", "least.keras"]
    assert epoch_of(keras.models.load_model(tmp_path / "checkpoints" / "best.keras")) == 1
    assert epoch_of(keras.models.load_model(tmp_path / "least.keras")) == 2


def test_weights_alone_are_kept_in_the_middle_of_an_epoch_when_they_are_better(
    tmp_path: Path,
) -> None:
    written = {
        "filepath": "{epoch}-{batch:02d}.weights.h5",
        "save_weights_only": True,
        "save_best_only": True,
        "save_freq": 1,
        "monitor": "loss",
        "mode": "max",
    }

    fit(network(), lowered(tmp_path, {"ModelCheckpoint": written}), epochs=1, batch_size=1)

    assert "1-01.weights.h5" in files(tmp_path)
    network().load_weights(tmp_path / "1-01.weights.h5")


@pytest.mark.parametrize("weights", [False, True])
@pytest.mark.parametrize("before", [None, b"the old one"])
def test_a_file_that_cannot_be_written_whole_leaves_the_old_one_or_none(
    weights: bool, before: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "best.weights.h5" if weights else "best.keras"
    written = {"filepath": f"kept/{name}", "save_weights_only": weights}
    model = network()
    if before is not None:
        (tmp_path / "kept").mkdir()
        (tmp_path / "kept" / name).write_bytes(before)

    def half(path: Any, **_: object) -> None:
        Path(path).write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(model, "save", half)
    with pytest.raises(OSError, match="No space") as caught:
        fit(model, lowered(tmp_path, {"ModelCheckpoint": written}))

    assert caught.value.strerror == "No space left on device"
    assert files(tmp_path) == ([] if before is None else [f"kept/{name}"])
    assert before is None or (tmp_path / "kept" / name).read_bytes() == before


def test_early_stopping_ends_training_and_puts_the_best_weights_back(tmp_path: Path) -> None:
    model = network()
    written = {"monitor": "val_accuracy", "patience": 2, "restore_best_weights": True}

    history = fit(
        model,
        [
            Scripted(val_accuracy=[0.1, 0.8, 0.7, 0.6, 0.9]),
            *lowered(tmp_path, {"EarlyStopping": written}),
        ],
        epochs=5,
    )

    assert len(history.history["loss"]) == 4
    assert epoch_of(model) == 1


def test_a_plateau_lowers_the_learning_rate_and_logs_it(tmp_path: Path) -> None:
    model = network()
    written = {"monitor": "loss", "factor": 0.5, "patience": 1, "min_lr": 0.004}

    history = fit(
        model,
        [
            Scripted(loss=[1.0, 1.0, 1.0, 1.0]),
            *lowered(
                tmp_path,
                {"ReduceLROnPlateau": written},
                {"ModelCheckpoint": {"filepath": "{learning_rate:.4f}.keras"}},
            ),
        ],
        epochs=4,
    )

    assert history.history["learning_rate"] == pytest.approx([0.01, 0.01, 0.005, 0.004])
    assert float(model.optimizer.learning_rate) == pytest.approx(0.004)
    assert files(tmp_path) == ["0.0040.keras", "0.0050.keras", "0.0100.keras"]


def test_a_table_of_one_s_own_may_lie_in_a_folder(tmp_path: Path) -> None:
    written = {"filename": "logs/table.csv", "separator": "\t"}

    history = fit(network(), lowered(tmp_path, {"CSVLogger": written}, "CSVLogger"), epochs=2)

    assert files(tmp_path) == ["logs/table.csv", "training.csv"]
    text = (tmp_path / "logs" / "table.csv").read_text()
    rows = list(csv.DictReader(text.splitlines(), delimiter="\t"))
    assert [float(row["val_loss"]) for row in rows] == history.history["val_loss"]
    assert (tmp_path / "training.csv").read_text().startswith("epoch,accuracy,loss,val_")


@pytest.mark.parametrize("raise_error", [False, True])
def test_training_ends_with_a_loss_that_is_no_number(raise_error: bool, tmp_path: Path) -> None:
    model = network()
    model.compile(
        keras.optimizers.SGD(1e38), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    callbacks = lowered(tmp_path, {"TerminateOnNaN": {"raise_error": raise_error}})
    images = IMAGES * np.float32(1e30)

    def train() -> Any:
        return model.fit(images, LABELS, epochs=50, batch_size=4, callbacks=callbacks, verbose=0)

    if raise_error:
        with pytest.raises(RuntimeError, match="NaN or Inf loss"):
            train()
    else:
        assert len(train().history["loss"]) < 50


def test_tensorboard_writes_its_events(tmp_path: Path) -> None:
    everything = {
        "log_dir": "logs/all",
        "histogram_freq": 1,
        "write_images": True,
        "write_steps_per_second": True,
        "update_freq": 1,
        "profile_batch": [2, 3],
    }

    fit(network(), lowered(tmp_path, "TensorBoard", {"TensorBoard": everything}))

    for folder in ("tensorboard", "logs/all"):
        for part in ("train", "validation"):
            assert list((tmp_path / folder / part).glob("events.out.tfevents.*"))
    assert list((tmp_path / "logs" / "all").rglob("*.xplane.pb"))


SEVERAL = """netspec: 1
model:
  input: [8]
  output: [digit, parity]
  layers:
    - Dense: {name: stem, units: 4}
    - Dense: {name: digit, inputs: stem, units: 3, activation: softmax}
    - Dense: {name: parity, inputs: stem, units: 1, activation: sigmoid}
compile:
  optimizer: sgd
  loss: {digit: categorical_crossentropy, parity: binary_crossentropy}
  metrics: {digit: [accuracy, mse], parity: [{AUC: {name: area}}]}
"""
ONE = """netspec: 1
model:
  input: [8]
  layers: [{Dense: {name: digit, units: 3, activation: softmax}}]
compile: {optimizer: sgd, loss: categorical_crossentropy, metrics: [accuracy, acc, mse, FalsePositives]}
"""
COMPILED = [
    (ONE, []),
    (ONE, [("categorical_c", "sparse_categorical_c"), ("mse, FalsePositives", "SparseTopKCategoricalAccuracy")]),
    (ONE, [("units: 3, activation: softmax", "units: 1, activation: sigmoid"), ("categorical_c", "binary_c")]),
    (ONE, [("metrics: [accuracy, acc, mse, FalsePositives]", "metrics: []")]),
    (ONE, [("input: [8]", "input: [8]\n  output: [digit]")]),
    (ONE, [("input: [8]", "input: [8]\n  output: {d: digit}")]),
    (ONE, [("input: [8]", "input: [8]\n  output: {d: digit}"), ("loss: c", "loss: {d: c"), ("py,", "py},")]),
    (SEVERAL, []),
    (SEVERAL, [("[digit, parity]", "[parity, digit]")]),
    (SEVERAL, [("[digit, parity]", "{z: digit, a: parity}"), ("{digit: c", "{z: c"), ("y, parity:", "y, a:"),
               ("{digit: [", "{z: ["), ("parity: [", "a: [")]),
    (SEVERAL, [(", parity: [{AUC: {name: area}}]", "")]),
    (SEVERAL, [("{digit: categorical_crossentropy, parity: binary_crossentropy}", "mse"),
               ("  metrics: {digit: [accuracy, mse], parity: [{AUC: {name: area}}]}\n", "")]),
    (SEVERAL, [("sgd", "sgd\n  loss_weights: {digit: 1, parity: 0.5}")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "changes"), COMPILED)
def test_what_is_said_to_be_logged_is_what_keras_logs(
    text: str, changes: list[tuple[str, str]], tmp_path: Path
) -> None:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "spec.yaml"
    path.write_text(text)
    document, graph = analyse(path).require()
    assert document.compile is not None
    model = models.to_keras(graph, seed=0)
    models.compile_model(model, document.compile)
    model.run_eagerly = True  # making a graph of it would take longest
    labels: dict[str, Any] = {}
    for output in compiled_outputs(document, graph):
        assert output.shape is not None
        units = output.shape[-1] or 0
        form = label_form(output.loss, units)
        indices = np.arange(6) % max(units, 2)
        labels[output.key] = np.eye(units)[indices] if form == "one_hot" else indices.reshape(6, 1)
    images = np.ones((6, 8), "float32")
    given = labels if not graph.single_output else next(iter(labels.values()))
    # Another test may have made operations deterministic, which then want a seed.
    keras.utils.set_random_seed(0)

    history = model.fit(
        images, given, validation_data=(images, given), verbose=0, callbacks=[]
    ).history

    names = logged(document.compile, tuple(graph.outputs))
    assert set(history) == {*names, *(f"val_{name}" for name in names)}
