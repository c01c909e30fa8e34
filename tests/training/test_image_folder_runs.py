"""Runs on pictures in folders, and the data they cannot start with: one clear error, nothing left behind."""

from __future__ import annotations

import csv
import gc
import json
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

import netspec
from netspec.analysis import analyse
from netspec.errors import DataError
from netspec.training.events import EpochDone, Event, Notice, Prepared, Started
from netspec.training.run import run_analysis
from tests.cli.commands import apart, here
from tests.data.made_pictures import bomb

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.training.job import RunResult

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


def make(folder: Path) -> Path:
    """A spec beside `train`, `validation` and `test` folders of upright and lying stripes."""
    for split, count in (("train", 16), ("validation", 6), ("test", 6)):
        for upright in (True, False):
            for number in range(count):
                name = f"pictures/{split}/{'upright' if upright else 'lying'}/{number}.png"
                draw(folder / name, upright=upright, number=number)
    (folder / "spec.yaml").write_text(SPEC)
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return make(tmp_path)


def run_two_epochs(place: Path, name: str) -> RunResult:
    return netspec.run(place / "spec.yaml", output=place / name, overrides=["training.epochs=2"])


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """A run of two epochs in a place of its own, which others are compared to."""
    return run_two_epochs(make(tmp_path_factory.mktemp("first")), "run")


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


def test_two_runs_give_the_same_bits(first: RunResult) -> None:
    place = first.directory.parent

    again = run_two_epochs(place, "again")

    assert again.history == first.history
    assert (again.directory / "predictions.csv").read_bytes() == (
        first.directory / "predictions.csv"
    ).read_bytes()


def test_a_repeated_run_in_another_process_with_another_batch_of_threads_is_the_same(
    first: RunResult,
) -> None:
    place = first.directory.parent

    done = apart(
        "run",
        str(first.directory / "resolved.yaml"),
        *("--data-root", str(place), "--output", str(place / "there"), "--quiet"),
        TF_NUM_INTEROP_THREADS="1",
    )

    assert (done.status, done.err) == (0, "")
    assert done.out == f"{place / 'there'}\n"
    assert json.loads((place / "there" / "history.json").read_text()) == first.history


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
        (spoil_no_pictures, ["2 images cannot be trained on", "notes.txt", "cut.jpg"]),
        (spoil_other_classes, ["slanting"]),
    ],
)
def test_a_folder_it_cannot_start_with_is_one_error_and_leaves_nothing(
    place: Path, spoil: object, said: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert callable(spoil)
    spoil(place)

    done = here(capsys, "run", str(place / "spec.yaml"), "--output", str(place / "run"))

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
    place: Path, override: str, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for extra in ((), ("--dry-run",)):
        done = here(
            *(capsys, "run", str(place / "spec.yaml"), "--output", str(place / "run")),
            *("--set", override, *extra),
        )
        assert done.status == 1
        assert f"error[{code}]" in done.err
        assert not (place / "run").exists()


def test_units_for_other_classes_are_a_finding_once_the_folder_is_seen(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for split in ("train", "validation", "test"):
        shutil.copytree(
            place / "pictures" / split / "lying", place / "pictures" / split / "slanting"
        )

    assert here(capsys, "validate", str(place / "spec.yaml")).status == 0
    done = here(capsys, "run", str(place / "spec.yaml"), "--dry-run")

    assert done.status == 1
    assert "error[NS503] the network gives 2 values, and the folder pictures has 3" in done.err


def test_names_for_other_classes_are_a_finding_once_the_folder_is_seen(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    override = ("--set", "data.classes=[a, b, c]", "--set", "model.layers.Dense.units=3")

    assert here(capsys, "validate", str(place / "spec.yaml"), *override).status == 0
    done = here(capsys, "run", str(place / "spec.yaml"), "--dry-run", *override)

    assert done.status == 1
    assert "error[NS513] 3 names are given, and the folder pictures has 2 classes" in done.err
    assert "in this order: lying, upright" in done.err


def test_without_validation_images_a_callback_that_waits_for_them_is_found(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(place / "pictures" / "validation")

    assert here(capsys, "validate", str(place / "spec.yaml")).status == 0
    done = here(capsys, "run", str(place / "spec.yaml"), "--dry-run")

    assert done.status == 1
    assert "error[NS511]" in done.err
    assert "there is no validation data" in done.err


def test_two_runs_cannot_share_a_directory(
    first: RunResult, capsys: pytest.CaptureFixture[str]
) -> None:
    run, place = first.directory, first.directory.parent
    before = sorted(path.stat().st_mtime_ns for path in run.rglob("*"))

    done = here(capsys, "run", str(place / "spec.yaml"), "--output", str(run))

    assert done.status == 2
    assert "exists and is not empty" in done.err
    assert sorted(path.stat().st_mtime_ns for path in run.rglob("*")) == before


@pytest.mark.parametrize(
    ("harm", "lines"),
    [
        (
            "gone",
            [
                "a file is not what it was when the data was looked at",
                "train/lying/3.png: it is gone",
            ],
        ),
        (
            "changed",
            [
                "a file is not what it was when the data was looked at",
                "train/lying/3.png: it has changed",
            ],
        ),
        (
            "all",
            [
                "12 files are not what they were when the data was looked at",
                *(f"test/lying/{number}.png: it is gone" for number in range(6)),
                *(f"test/upright/{number}.png: it is gone" for number in range(4)),
                "and 2 more",
            ],
        ),
    ],
)
def test_a_file_that_vanishes_in_the_middle_of_training_is_named(
    harm: str, lines: list[str], place: Path
) -> None:
    pictures = place / "pictures"

    def harmed(event: Event) -> None:
        if isinstance(event, Started) and harm == "gone":
            (pictures / "train" / "lying" / "3.png").unlink()
        if isinstance(event, Started) and harm == "changed":
            (pictures / "train" / "lying" / "3.png").write_bytes(b"no picture any more")
        if isinstance(event, EpochDone) and harm == "all" and event.epoch == 2:
            shutil.rmtree(pictures / "test")

    with pytest.raises(DataError) as raised:
        run_analysis(
            analyse(
                place / "spec.yaml",
                overrides=("data.cache=off", "training.epochs=2", "callbacks=[]"),
            ),
            output=place / "run",
            listener=harmed,
        )

    told = raised.value.message.replace(f"{pictures}/", "").splitlines()
    assert told == lines
    record = json.loads((place / "run" / "run.json").read_text())
    assert record["status"] == "failed"
    assert record["reason"] == raised.value.message
    assert (place / "run" / "metrics.csv").exists() == (harm == "all")


def test_bad_files_are_left_out_where_that_is_wished_and_the_run_lists_them(place: Path) -> None:
    (place / "pictures" / "train" / "lying" / "page.png").write_text("<!DOCTYPE html>")
    (place / "pictures" / "test" / "upright" / "0.png").write_bytes(b"")
    told: list[Event] = []

    run_analysis(
        analyse(
            place / "spec.yaml",
            overrides=("data.on_error=skip", "training.epochs=1", "callbacks=[]"),
        ),
        output=place / "run",
        listener=told.append,
    )

    record = json.loads((place / "run" / "run.json").read_text())["data"]
    assert record | {"train": 32, "validation": 12, "test": 11, "skipped": 2} == record
    assert record["verify"] == "decode"
    assert (place / "run" / "skipped.csv").read_text().splitlines() == [
        "image,reason",
        'train/lying/page.png,"it is no JPEG, PNG, BMP, GIF or WebP picture"',
        "test/upright/0.png,it is empty",
    ]
    assert any(
        isinstance(each, Notice) and "2 images cannot be used" in each.message for each in told
    )
    (after,) = (each.plan for each in told if isinstance(each, Prepared))
    assert after.counts.test == 11
    # What was left out does not come back when the run is judged again.
    judged = netspec.evaluate(place / "run", data_root=place)
    assert judged["images"] == 11


def test_a_picture_over_the_limit_that_takes_a_file_s_place_is_not_decoded(place: Path) -> None:
    def exchanged(event: Event) -> None:
        if isinstance(event, Started):
            (place / "pictures" / "train" / "lying" / "3.png").write_bytes(bomb(60_000, 60_000))

    for verify in ("off", "header", "decode"):
        draw(place / "pictures" / "train" / "lying" / "3.png", upright=False, number=3)
        with pytest.raises(DataError, match=r"lying/3\.png"):
            run_analysis(
                analyse(place / "spec.yaml", overrides=(f"data.verify={verify}", "callbacks=[]")),
                output=place / verify,
                listener=exchanged,
            )
        gc.collect()  # see the fixture `collected`


def test_a_dry_run_says_what_will_be_looked_at_and_loads_nothing_heavy(place: Path) -> None:
    code = (
        "import sys\nfrom netspec.cli import main\n"
        "status = main(['run', 'spec.yaml', '--dry-run'])\n"
        "assert not {'tensorflow', 'keras', 'numpy', 'PIL'} & set(sys.modules)\nsys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=place, check=False
    )

    assert done.returncode == 0, done.stderr
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("verify"))
    assert re.fullmatch(r"verify +decode 56 images \([0-9.]+ KiB\), less than a second", line)
