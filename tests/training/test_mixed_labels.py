"""Runs whose training images and labels are mixed: what is logged, and what is not mixed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import netspec
from netspec.analysis import analyse
from netspec.diagnostics import Code

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.training.job import RunResult

pytestmark = pytest.mark.keras

SPEC = """\
netspec: 1
seed: 3
data: {source: fashion_mnist_sample, validation: 0.1, limit: 400}
augmentation: [MixUp, CutMix, {RandomElasticTransform: {scale: 0.5}}]
model:
  input: [28, 28, 1]
  layers:
    - Rescaling: {scale: 1/255}
    - Flatten
    - Dense: {units: 10, activation: softmax}
compile: {optimizer: {Adam: {learning_rate: 0.005}}, loss: categorical_crossentropy, metrics: [accuracy]}
training: {epochs: 6, batch_size: 33}
"""


def run(folder: Path, *overrides: str) -> RunResult:
    spec = folder / "spec.yaml"
    spec.write_text(SPEC)
    return netspec.run(spec, output=folder / "run", overrides=overrides)


def test_it_learns_classes_from_shares_of_them_and_twice_the_same(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    result, again = run(tmp_path / "a"), run(tmp_path / "b")

    assert result.history == again.history
    assert result.metrics["accuracy"] > 0.5
    history = result.history
    # Shares are harder to come near than whole classes, and the larger share says which class is right.
    assert history["loss"][-1] > history["val_loss"][-1]
    assert history["accuracy"][-1] > 0.3
    assert netspec.evaluate(tmp_path / "a" / "run")["metrics"] == result.metrics


def test_a_metric_that_asks_for_0_or_1_is_warned_of_and_still_measured(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(SPEC.replace("[accuracy]", "[accuracy, AUC]"))

    (finding,) = analyse(path).findings
    assert (finding.code, finding.severity) == (Code.METRIC_OF_SHARES, "warning")
    assert finding.message == (
        "AUC compares 0 or 1, and MixUp makes shares: it means nothing in training"
    )

    result = run(tmp_path, "training.epochs=2", "compile.metrics=[AUC]", "training.shuffle=false")
    assert result.history["val_auc"][-1] > result.history["auc"][-1]


def test_a_loss_over_class_indices_trains_as_its_twin_over_shares_does(tmp_path: Path) -> None:
    measured = "compile.metrics=[accuracy, {%s: {name: best_of_three, k: 3}}]"
    results = []
    for name, loss, metric in (
        ("sparse", "sparse_categorical_crossentropy", "SparseTopKCategoricalAccuracy"),
        ("shares", "categorical_crossentropy", "TopKCategoricalAccuracy"),
    ):
        (tmp_path / name).mkdir()
        changes = ("training.epochs=2", f"compile.loss={loss}", measured % metric)
        results.append(run(tmp_path / name, *changes))
    sparse, shares = results

    assert sparse.history == shares.history
    assert sparse.metrics == shares.metrics
    assert 0.1 < sparse.metrics["accuracy"] < sparse.metrics["best_of_three"]
    directory = tmp_path / "sparse" / "run"
    assert netspec.evaluate(directory)["metrics"] == sparse.metrics
    # Only what a network is trained with is another, and what the spec says stays.
    assert "loss: sparse_categorical_crossentropy" in (directory / "resolved.yaml").read_text()
