"""One unit tells two classes apart: labels are 0 and 1, and the plan says which class is 1."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

import netspec
from netspec.analysis import analyse
from netspec.cli.display import Display
from netspec.data.named import loading as named
from netspec.data.named.arrays import ImageArrays
from netspec.runs.plan import make_plan
from netspec.spec.labels import label_encoding
from netspec.things.datasets import DATASETS, NamedDataset
from netspec.things.losses.crossentropy import BinaryCrossentropy
from netspec.things.losses.margin import Hinge
from netspec.training.events import Planned

if TYPE_CHECKING:
    from pathlib import Path

SPEC = """\
netspec: 1
seed: 3
data: {source: shirts_and_trousers}
model:
  input: [28, 28, 1]
  layers:
    - Rescaling: {scale: 1/255}
    - Flatten
    - Dense: {units: 1, activation: %s}
compile:
  optimizer: adam
  loss: {BinaryCrossentropy: {from_logits: %s}}
  metrics: [%s]
training: {epochs: 3}
"""


@pytest.fixture(autouse=True)
def two_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample's T-shirts (0) and trousers (1) as a data set of their own."""
    whole = named.load("fashion_mnist_sample")
    train, test = whole.y_train < 2, whole.y_test < 2
    arrays = ImageArrays.of(
        x_train=whole.x_train[train],
        y_train=whole.y_train[train],
        x_test=whole.x_test[test],
        y_test=whole.y_test[test],
    )
    dataset = NamedDataset(
        name="shirts_and_trousers",
        title="Shirts and trousers",
        image_shape=(28, 28, 1),
        classes=("shirt", "trousers"),
        train=len(arrays.y_train),
        test=len(arrays.y_test),
        licence="MIT",
        homepage="",
    )
    monkeypatch.setitem(DATASETS, dataset.name, dataset)
    monkeypatch.setattr(named, "load", lambda *_, **__: arrays)


def write(path: Path, *, activation: str, from_logits: str, metric: str) -> Path:
    path.write_text(SPEC % (activation, from_logits, metric))
    return path


def test_the_plan_says_which_class_is_one(tmp_path: Path) -> None:
    path = write(tmp_path / "a.yaml", activation="sigmoid", from_logits="false", metric="accuracy")
    printed = io.StringIO()

    Display(printed)(Planned(make_plan(analyse(path))))

    assert "0 or 1; 1 is trousers" in printed.getvalue()


@pytest.mark.keras
@pytest.mark.parametrize(
    ("activation", "from_logits", "metric"),
    [("sigmoid", "false", "accuracy"), ("null", "true", "{BinaryAccuracy: {threshold: 0}}")],
    ids=["probability", "logit"],
)
def test_it_trains_and_the_confusion_matrix_agrees_with_the_accuracy(
    tmp_path: Path, activation: str, from_logits: str, metric: str
) -> None:
    path = write(tmp_path / "a.yaml", activation=activation, from_logits=from_logits, metric=metric)

    result = netspec.run(path, output=tmp_path / "run")

    (accuracy,) = (value for name, value in result.metrics.items() if name != "loss")
    assert accuracy > 0.9
    rows = list(csv.reader((tmp_path / "run" / "confusion.csv").read_text().splitlines()))
    counts = np.array([[int(cell) for cell in row[1:]] for row in rows[1:]])
    images = json.loads((tmp_path / "run" / "evaluation.json").read_text())["images"]
    assert counts.sum() == images == 200
    assert counts.trace() / images == pytest.approx(accuracy, abs=1e-6)


@pytest.mark.parametrize(
    ("loss", "middle"),
    [
        (BinaryCrossentropy(), 0.5),
        (BinaryCrossentropy(from_logits=True), 0.0),
        (Hinge(), 0.0),
    ],
    ids=["probability", "logit", "hinge"],
)
def test_the_two_classes_part_where_the_loss_says(
    loss: BinaryCrossentropy | Hinge, middle: float
) -> None:
    encoding = label_encoding(loss, units=1, classes=2)

    assert (encoding.form, encoding.middle) == ("binary", middle)
