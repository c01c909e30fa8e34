"""`netspec evaluate RUN --data`: a run judged by other data than its own."""

from __future__ import annotations

import csv
import json
import shutil
from typing import TYPE_CHECKING, Any

import jsonschema
import numpy as np
import pytest
from PIL import Image

import netspec
from netspec.data.source import Reports
from netspec.evaluation.evaluate import evaluate_run
from netspec.report.schemas import schema_text
from tests.cli.commands import here
from tests.evaluation.conftest import make_pictures, picture

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.keras


@pytest.fixture(scope="module")
def copied(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run on pictures of two colours, beside which other data is put."""
    place = tmp_path_factory.mktemp("other")
    shutil.copytree(trained.parent, place / "colours")
    return place / "colours" / "run"


@pytest.fixture
def run(copied: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The same, whose folder one works in, and in which no evaluation stays."""
    monkeypatch.chdir(copied.parent)
    before = {path.name for path in copied.iterdir()}
    yield copied
    for path in copied.iterdir():
        if path.name not in before:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def predicted(path: Path) -> list[tuple[str, str]]:
    """Of each judged image its class and what it was taken for."""
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return [(row["true"], row["predicted"]) for row in rows]


def write_arrays(path: Path, **more: Any) -> None:
    """Three red pictures and one blue, red being class 0."""
    pixels = np.zeros((4, 12, 16, 3), np.uint8)
    pixels[:3, ..., 0] = pixels[3, ..., 2] = 200
    np.savez(path, x=pixels, y=np.array([0, 0, 0, 1]), **more)


def test_a_folder_with_the_classes_in_another_order_is_judged_by_their_names(
    run: Path, tmp_path: Path
) -> None:
    for number in range(5):
        picture(tmp_path / "z" / "A_RED" / str(number), "red", 50 + number)
    for number in range(3):
        picture(tmp_path / "z" / "blue" / str(number), "blue", 60 + number)
    (tmp_path / "z" / "A_RED").rename(tmp_path / "z" / "Red")
    own = (run / "evaluation.json").read_bytes()

    document = netspec.evaluate(run, data=tmp_path / "z", shifts=1)

    assert (document["split"], document["images"]) == ("all", 8)
    assert document["data"]["source"] == str(tmp_path / "z")
    assert [each["images"] for each in document["classes"]] == [3, 5]
    # The network knows the colours, which it would not seem to if they were counted otherwise.
    assert document["metrics"]["accuracy"] == 1.0
    assert read(run / "evaluation-z.json") == document
    assert set(predicted(run / "predictions-z.csv")) == {("Blue", "Blue"), ("Red", "Red")}
    assert (run / "evaluation.json").read_bytes() == own
    jsonschema.validate(document, json.loads(schema_text("evaluation")))
    # Not moved, they are what was judged.
    assert (document["shifts"]["pixels"], document["shifts"]["images"]) == ([-1, 0, 1], 8)
    assert document["shifts"]["accuracy"][1][1] == document["accuracy"]


def test_the_run_s_own_test_images_elsewhere_give_what_the_run_found(
    run: Path, tmp_path: Path
) -> None:
    for image in csv.DictReader((run / "splits.csv").read_text().splitlines()):
        if image["split"] == "test":
            target = tmp_path / "test" / image["image"]
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(run.parent / "pictures" / image["image"], target)

    document = netspec.evaluate(run, data=tmp_path / "test", keep=False)

    kept = read(run / "evaluation.json")
    assert document["metrics"] == pytest.approx(kept["metrics"])
    assert document["confusion"] == kept["confusion"]


def test_arrays_are_judged_by_numbers_and_their_splits_by_name(run: Path, tmp_path: Path) -> None:
    write_arrays(tmp_path / "a.npz", x_test=np.zeros((2, 12, 16, 3), np.uint8), y_test=[1, 0])
    notices: list[str] = []
    reports = Reports(notices.append, lambda *_: None, lambda *_: None)

    whole = evaluate_run(run, data=str(tmp_path / "a.npz"), reports=reports).document
    train = netspec.evaluate(run, data=tmp_path / "a.npz", split="train")

    assert (whole["split"], whole["images"]) == ("test", 2)
    assert (train["split"], train["images"]) == ("train", 4)
    # As the network counts, red is 1, and the arrays' own count is taken.
    assert [each["images"] for each in train["classes"]] == [3, 1]
    assert any("0 is Blue, 1 is Red" in notice for notice in notices)
    assert (run / "evaluation-a-train.json").is_file()
    assert not (run / "evaluation-a.json").exists()
    with pytest.raises(netspec.UsageError, match="has no validation images") as caught:
        netspec.evaluate(run, data=tmp_path / "a.npz", split="validation")
    assert caught.value.hint == "it has train, test: say --split"


def test_classes_that_were_not_learned_are_named(run: Path, tmp_path: Path) -> None:
    make_pictures(tmp_path / "pictures", count=1)
    picture(tmp_path / "pictures" / "green" / "0", "blue", 1)

    with pytest.raises(netspec.DataError, match="has not learned: green") as caught:
        netspec.evaluate(run, data=tmp_path / "pictures")
    assert caught.value.hint == "it has learned Blue, Red"


def test_a_picture_that_cannot_be_read_stops_or_is_left_out_as_the_run_s_spec_says(
    run: Path, tmp_path: Path
) -> None:
    make_pictures(tmp_path / "bad", count=2)
    (tmp_path / "bad" / "red" / "x.png").write_text("no picture")
    with pytest.raises(
        netspec.DataError, match=r"cannot be judged\n.*bad/red/x.png: it is no JPEG"
    ):
        netspec.evaluate(run, data=tmp_path / "bad")

    lenient = tmp_path / "run"
    shutil.copytree(run, lenient)
    spec = lenient / "resolved.yaml"
    spec.write_text(spec.read_text().replace("  validation:", "  on_error: skip\n  validation:", 1))
    notices: list[str] = []
    reports = Reports(notices.append, lambda *_: None, lambda *_: None)
    judgement = evaluate_run(lenient, data=str(tmp_path / "bad"), reports=reports)

    assert judgement.document["images"] == 4
    assert any("1 image cannot be used and is left out: red/x.png" in each for each in notices)


def test_features_and_pictures_are_not_taken_for_each_other(run: Path, tmp_path: Path) -> None:
    np.savez(tmp_path / "f.npz", x=np.zeros((4, 7), np.float32), y=np.array([0, 0, 0, 1]))

    with pytest.raises(netspec.DataError, match="has features, and the network takes pictures"):
        netspec.evaluate(
            run,
            data=f"Arrays: {{path: {tmp_path.name}/f.npz, holds: features}}",
            data_root=tmp_path.parent,
        )


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"data": "one.png"}, "one.png is one picture"),
        ({"data": "a.npz", "shifts": 12}, "--shifts takes a number of pixels from 1 to 11"),
        ({"data": "a.npz", "split": "test"}, "a.npz has no test images"),
    ],
)
def test_what_makes_no_sense_is_told(run: Path, asked: dict[str, Any], message: str) -> None:
    write_arrays(run.parent / "a.npz")
    Image.new("RGB", (4, 4)).save(run.parent / "one.png")

    with pytest.raises(netspec.UsageError, match=message):
        netspec.evaluate(run, **asked)


def test_a_spec_is_told_where_other_data_is_said(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = here(capsys, "evaluate", str(run.parent / "spec.yaml"), "--data", "mnist")

    assert (done.status, done.out) == (2, "")
    assert "--data is other data for a run" in done.err
    assert "--set data.source=" in done.err
