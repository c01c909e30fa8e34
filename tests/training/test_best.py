"""The best epoch is that of the weights which a callback brings back or keeps."""

from __future__ import annotations

import csv
import json
import os
from typing import TYPE_CHECKING, Any

import pytest

import netspec

keras = pytest.importorskip("keras")

from netspec.training.best import Best  # noqa: E402 - after the check that Keras is there

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.keras

SPEC = """netspec: 1
seed: 4
data: {source: fashion_mnist_sample, validation: 0.2, limit: 150}
model:
  input: [28, 28, 1]
  layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
compile: {optimizer: {SGD: {learning_rate: 1.5}}, loss: sparse_categorical_crossentropy, metrics: [accuracy]}
training: {epochs: 12}
callbacks: CALLBACKS
"""


def train(place: Path, callbacks: str, **more: Any) -> tuple[Any, Path]:
    (place / "spec.yaml").write_text(SPEC.replace("CALLBACKS", callbacks))
    result = netspec.run(place / "spec.yaml", output=place / "run", **more)
    return result, place / "run"


@pytest.mark.parametrize(
    "stopping",
    [
        pytest.param(
            "{EarlyStopping: {monitor: val_loss, patience: 2, restore_best_weights: true}}",
            marks=pytest.mark.skipif(
                "NETSPEC_DRAWS" not in os.environ,
                reason="the last one looks at the same metric; NETSPEC_DRAWS asks for both",
            ),
        ),
        "{EarlyStopping: {monitor: val_accuracy, patience: 2, restore_best_weights: true}}",
        "{EarlyStopping: {monitor: loss, min_delta: 1000, patience: 2, restore_best_weights: true}}",
        "{EarlyStopping: {patience: 2, start_from_epoch: 3, restore_best_weights: true}}",
    ],
)
def test_what_early_stopping_brings_back_is_the_best_and_is_delivered(
    tmp_path: Path, stopping: str
) -> None:
    keeping = "{ModelCheckpoint: {monitor: val_accuracy, save_best_only: true}}"
    result, run = train(tmp_path, f"[{keeping}, {stopping}]")

    assert result.best_epoch == result.model_epoch
    assert result.best_by in stopping or result.best_by == "val_loss"
    document = netspec.evaluate(run, split="validation")
    epoch = result.best_epoch - 1
    assert document["metrics"]["loss"] == pytest.approx(result.history["val_loss"][epoch], rel=1e-5)
    record = json.loads((run / "run.json").read_text())
    assert (record["best_epoch"], record["best_by"]) == (result.best_epoch, result.best_by)
    best = netspec.evaluate(run, split="validation", checkpoint="state/best.keras")
    assert best["metrics"] == document["metrics"]


def test_without_one_it_is_what_a_checkpoint_keeps(tmp_path: Path) -> None:
    result, run = train(
        tmp_path, "[{ModelCheckpoint: {monitor: val_accuracy, save_best_only: true}}]"
    )

    accuracies = result.history["val_accuracy"]
    assert result.best_by == "val_accuracy"
    assert result.best_epoch == accuracies.index(max(accuracies)) + 1
    assert result.model_epoch == 12
    so_far = json.loads((run / "state" / "best.json").read_text())
    assert so_far == {"best_epoch": result.best_epoch, "best_by": "val_accuracy"}
    kept = netspec.evaluate(run, split="validation", checkpoint="checkpoints/best.keras")
    assert kept["metrics"]["accuracy"] == pytest.approx(max(accuracies))


def test_without_callbacks_it_is_the_lowest_loss(tmp_path: Path) -> None:
    result, run = train(tmp_path, "[]")

    losses = result.history["val_loss"]
    assert (result.best_epoch, result.best_by) == (losses.index(min(losses)) + 1, "val_loss")
    rows = list(csv.DictReader((run / "metrics.csv").read_text().splitlines()))
    assert [float(row["val_loss"]) for row in rows] == losses


def test_without_validation_it_is_the_training_loss(tmp_path: Path) -> None:
    result, _ = train(tmp_path, "[]", overrides=["data.validation=null"])

    losses = result.history["loss"]
    assert (result.best_epoch, result.best_by) == (losses.index(min(losses)) + 1, "loss")


def test_what_is_no_number_is_never_better_and_always_worse() -> None:
    best = Best([])
    nan = float("nan")

    told = [
        best.after(n, {"loss": 1, "val_loss": v}) for n, v in enumerate([nan, nan, 3, nan, 2], 1)
    ]

    assert told == [True, True, True, False, True]
    assert best.epoch == 5
