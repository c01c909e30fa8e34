"""Runs on pictures in folders, and the data they cannot start with: one clear error, nothing left behind."""

from __future__ import annotations

import csv
import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

import netspec
from tests.cli.commands import apart

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.keras

SPEC = """netspec: 1
name: stripes
seed: 5
data:
  source: {ImageFolder: {path: pictures}}
  image_size: [14, 14]
  resize: crop
augmentation:
  - RandomFlip: {mode: vertical}
  - RandomCrop: {height: 12, width: 12}
model:
  input: [12, 12, 1]
  layers:
    - Rescaling: {scale: 1/255}
    - Conv2D: {filters: 4, kernel_size: 3, activation: relu}
    - GlobalAveragePooling2D
    - Dense: {units: 2, activation: softmax}
compile:
  optimizer: {Adam: {learning_rate: 0.05}}
  loss: categorical_crossentropy
  metrics: [accuracy]
training: {epochs: 8, batch_size: 8}
callbacks:
  - ModelCheckpoint: {filepath: "stripes_{epoch:02d}_{val_accuracy:.3f}.keras", monitor: val_accuracy, mode: max}
  - CSVLogger
"""


def draw(path: Path, *, upright: bool, number: int) -> None:
    stripes = ((np.arange(30) // 4 + number) % 2 * 255).astype(np.uint8)
    pixels = np.tile(stripes, (24, 1)) if upright else np.tile(stripes[:24, None], (1, 30))
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A spec beside `train`, `validation` and `test` folders of upright and lying stripes."""
    for split, count in (("train", 16), ("validation", 6), ("test", 6)):
        for upright in (True, False):
            for number in range(count):
                name = f"pictures/{split}/{'upright' if upright else 'lying'}/{number}.png"
                draw(tmp_path / name, upright=upright, number=number)
    (tmp_path / "spec.yaml").write_text(SPEC)
    return tmp_path


def test_given_splits_cropped_in_training_and_kept_by_callbacks(place: Path) -> None:
    result = netspec.run(place / "spec.yaml", output=place / "run")

    record = json.loads((place / "run" / "run.json").read_text())
    assert record["data"] | {"train": 32, "validation": 12, "test": 12} == record["data"]
    assert record["data"]["validation_from"] == "validation"
    assert (record["data"]["root"], record["data"]["path"]) == (str(place), "pictures")
    assert result.metrics["accuracy"] == 1
    kept = sorted(path.name for path in (place / "run").glob("stripes_*.keras"))
    assert len(kept) == 8
    assert kept[0].startswith("stripes_01_")
    rows = list(csv.DictReader((place / "run" / "training.csv").read_text().splitlines()))
    assert [float(row["val_loss"]) for row in rows] == result.history["val_loss"]


def test_two_runs_give_the_same_bits(place: Path) -> None:
    both = [
        netspec.run(place / "spec.yaml", output=place / name, overrides=["training.epochs=2"])
        for name in ("one", "two")
    ]

    assert both[0].history == both[1].history
    assert (place / "one" / "predictions.csv").read_bytes() == (
        place / "two" / "predictions.csv"
    ).read_bytes()


def test_a_repeated_run_in_another_process_with_another_batch_of_threads_is_the_same(
    place: Path,
) -> None:
    result = netspec.run(
        place / "spec.yaml", output=place / "here", overrides=["training.epochs=2"]
    )
    done = apart(
        "run",
        str(place / "here" / "resolved.yaml"),
        *("--data-root", str(place), "--output", str(place / "there"), "--quiet"),
        TF_NUM_INTEROP_THREADS="1",
    )

    assert (done.status, done.err) == (0, "")
    assert done.out == f"{place / 'there'}\n"
    assert json.loads((place / "there" / "history.json").read_text()) == result.history


def spoil_missing(place: Path) -> None:
    shutil.rmtree(place / "pictures")


def spoil_empty(place: Path) -> None:
    shutil.rmtree(place / "pictures")
    (place / "pictures").mkdir()


def spoil_one_class(place: Path) -> None:
    for split in ("train", "validation", "test"):
        shutil.rmtree(place / "pictures" / split / "lying")


def spoil_no_pictures(place: Path) -> None:
    (place / "pictures/train/lying/notes.txt").write_text("no picture")
    (place / "pictures/test/lying/cut.jpg").write_bytes(b"\xff\xd8\xff\xe0 cut")


def spoil_other_classes(place: Path) -> None:
    shutil.copytree(place / "pictures/test/lying", place / "pictures/test/slanting")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (spoil_missing, ["there is no folder"]),
        (spoil_empty, ["is empty"]),
        (spoil_one_class, ["has one class, upright"]),
        (spoil_no_pictures, ["2 files are no picture", "notes.txt", "cut.jpg"]),
        (spoil_other_classes, ["slanting"]),
    ],
)
def test_a_folder_it_cannot_start_with_is_one_error_and_leaves_nothing(
    place: Path, spoil: object, said: list[str]
) -> None:
    assert callable(spoil)
    spoil(place)

    done = apart("run", str(place / "spec.yaml"), "--output", str(place / "run"))

    assert done.status == 3
    assert done.err.count("error:") == 1
    assert "Traceback" not in done.err
    assert "hint:" in done.err
    assert all(text in done.err for text in said)
    assert not (place / "run").exists()


@pytest.mark.parametrize(
    ("override", "code"),
    [
        ("data.classes=[a, b, c]", "NS503"),
        ("data.validation=val", "NS508"),
        ("data.validation=32", "NS508"),
        ("callbacks=[{EarlyStopping: {monitor: val_acuracy}}]", "NS511"),
    ],
)
def test_a_spec_that_does_not_fit_the_folder_is_a_finding_at_its_place(
    place: Path, override: str, code: str
) -> None:
    for extra in ((), ("--dry-run",)):
        done = apart(
            *("run", str(place / "spec.yaml"), "--output", str(place / "run")),
            *("--set", override, *extra),
        )
        assert done.status == 1
        assert f"error[{code}]" in done.err
        assert not (place / "run").exists()


def test_units_for_other_classes_are_a_finding_once_the_folder_is_seen(place: Path) -> None:
    for split in ("train", "validation", "test"):
        shutil.copytree(
            place / "pictures" / split / "lying", place / "pictures" / split / "slanting"
        )

    assert apart("validate", str(place / "spec.yaml")).status == 0
    done = apart("run", str(place / "spec.yaml"), "--dry-run")

    assert done.status == 1
    assert "error[NS503] the network gives 2 values, and the folder pictures has 3" in done.err


def test_names_for_other_classes_are_a_finding_once_the_folder_is_seen(place: Path) -> None:
    override = ("--set", "data.classes=[a, b, c]", "--set", "model.layers.Dense.units=3")

    assert apart("validate", str(place / "spec.yaml"), *override).status == 0
    done = apart("run", str(place / "spec.yaml"), "--dry-run", *override)

    assert done.status == 1
    assert "error[NS513] 3 names are given, and the folder pictures has 2 classes" in done.err
    assert "in this order: lying, upright" in done.err


def test_without_validation_images_a_callback_that_waits_for_them_is_found(place: Path) -> None:
    shutil.rmtree(place / "pictures" / "validation")

    assert apart("validate", str(place / "spec.yaml")).status == 0
    done = apart("run", str(place / "spec.yaml"), "--dry-run")

    assert done.status == 1
    assert "error[NS511]" in done.err
    assert "there is no validation data" in done.err


def test_two_runs_cannot_share_a_directory(place: Path) -> None:
    quick = ("--set", "training.epochs=1", "--output", str(place / "run"))
    assert apart("run", str(place / "spec.yaml"), *quick).status == 0
    before = sorted(path.stat().st_mtime_ns for path in (place / "run").rglob("*"))

    done = apart("run", str(place / "spec.yaml"), *quick)

    assert done.status == 2
    assert "exists and is not empty" in done.err
    assert sorted(path.stat().st_mtime_ns for path in (place / "run").rglob("*")) == before
