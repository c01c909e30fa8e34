"""A run judged by images of one of its classes only, which nothing could be trained on."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import jsonschema
import numpy as np
import pytest

import netspec
from netspec.report.schemas import schema_text
from tests.data.made_records import picture as record
from tests.data.made_records import write_shard
from tests.evaluation.conftest import make_pictures, picture, spec_text
from tests.report.test_evaluation_report import lines

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.keras
COUNT = 6


@pytest.fixture(scope="module")
def run(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run on pictures of two colours, beside which other data is put."""
    place = tmp_path_factory.mktemp("one")
    shutil.copytree(trained.parent, place / "colours")
    return place / "colours" / "run"


@pytest.fixture
def place(run: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the data lies: red pictures in a class folder, and in every other kind of source."""
    place = run.parent
    monkeypatch.chdir(place)
    for number in range(COUNT):
        picture(place / "reds" / "red" / f"red-{number}", "red", 80 + number)
    files = sorted((place / "reds" / "red").iterdir())
    rows = [f"reds/red/{file.name},Red" for file in files]
    (place / "reds.csv").write_text("\n".join(["image,label", *rows]) + "\n")
    named = [record(file.read_bytes(), 1) for file in files]
    write_shard(place / "records" / "train-0", *named)
    pixels = np.zeros((COUNT, 12, 16, 3), np.uint8)
    pixels[..., 0] = 200
    np.savez(place / "reds.npz", x=pixels, y=np.ones(COUNT, np.int64))
    return place


@pytest.mark.parametrize(
    "data",
    [
        "reds",
        "ImageFiles: {path: reds, label: '(red)-'}",
        "reds.csv",
        "TFRecord: {path: records, train: 'train*', label: {feature: image/class/label}}",
        "reds.npz",
    ],
)
def test_one_class_of_the_network_is_enough(run: Path, place: Path, data: str) -> None:
    document: Any = netspec.evaluate(run, data=data, keep=False)

    assert (document["images"], document["accuracy"]) == (COUNT, 1.0)
    blue, red = document["classes"]
    assert (red["images"], red["precision"], red["recall"], red["f1"]) == (COUNT, 1.0, 1.0, 1.0)
    # Of what is not there, nothing is said.
    assert blue == {"label": "Blue", "images": 0, "predicted": 0} | dict.fromkeys(
        ["precision", "recall", "f1"]
    )
    assert document["confusion"] == [[0, 0], [0, COUNT]]
    assert document["interval"]["high"] == 1.0
    assert sum(each["images"] for each in document["calibration"]["bins"]) == COUNT
    jsonschema.validate(document, json.loads(schema_text("evaluation")))
    assert place == run.parent


def test_what_was_taken_for_a_class_that_is_not_there_gives_it_no_share_but_precision(
    run: Path, place: Path
) -> None:
    for number in range(COUNT):
        colour = "blue" if number else "red"
        picture(place / "mixed" / "Red" / str(number), colour, 90 + number)

    document = netspec.evaluate(run, data="mixed", shifts=1)
    (_, blue_line, *_) = (
        line for line in lines(document, None) if line.startswith(("class", "Blue"))
    )

    blue, red = document["classes"]
    assert (blue["predicted"], blue["precision"]) == (COUNT - 1, 0.0)
    assert (blue["recall"], blue["f1"]) == (None, None)
    assert red["recall"] == pytest.approx(1 / COUNT)
    assert blue_line.split() == ["Blue", "0", str(COUNT - 1), "0.0000", "-", "-"]
    assert (run / "confusion-normalized-mixed.csv").read_text().splitlines()[1] == "Blue,,"
    assert (run / "evaluation-mixed.json").is_file()


def test_one_class_that_the_network_has_not_learned_is_refused(run: Path, place: Path) -> None:
    picture(place / "greens" / "green" / "0", "blue", 1)

    with pytest.raises(netspec.DataError, match="has not learned: green"):
        netspec.evaluate(run, data="greens")


def test_arrays_may_skip_numbers_but_not_go_beyond_the_network_s(run: Path, place: Path) -> None:
    np.savez(place / "far.npz", x=np.zeros((1, 12, 16, 3), np.uint8), y=np.array([2]))
    np.savez(place / "farther.npz", x=np.zeros((1, 12, 16, 3), np.uint8), y=np.array([2**31 - 1]))

    with pytest.raises(netspec.DataError, match="has not learned: 2"):
        netspec.evaluate(run, data="far.npz")
    with pytest.raises(netspec.DataError, match="has classes up to 2147483647, and no image of"):
        netspec.evaluate(run, data="farther.npz")


def test_training_still_needs_two(tmp_path: Path) -> None:
    make_pictures(tmp_path / "pictures", count=2)
    shutil.rmtree(tmp_path / "pictures" / "red")
    (tmp_path / "spec.yaml").write_text(spec_text())

    with pytest.raises(netspec.DataError, match="there is nothing to tell it from"):
        netspec.run(tmp_path / "spec.yaml", output=tmp_path / "run")
