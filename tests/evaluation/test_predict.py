"""`netspec predict`: pictures of any kind become labels with probabilities, as evaluation sees them."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from PIL import Image

import netspec
from netspec.report.schemas import schema_text
from tests.cli.commands import Done, apart, in_turn
from tests.evaluation.conftest import make_pictures, spec_text

pytestmark = pytest.mark.keras

RED = (250, 20, 30)
UNREADABLE = ["text.png", "red.png", "empty.jpg", "cut.png", "none.png", "."]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A red picture, and files that are none."""
    folder = tmp_path_factory.mktemp("pictures")
    Image.new("RGB", (9, 9), RED).save(folder / "red.png")
    (folder / "text.png").write_text("no picture")
    (folder / "empty.jpg").touch()
    (folder / "cut.png").write_bytes((folder / "red.png").read_bytes()[:60])
    hostile(folder).write_text("no picture")
    return folder


def hostile(folder: Path) -> Path:
    return folder / "x\nerror: all is lost\x1b[2J.png"


@pytest.fixture(scope="module")
def printed(trained: Path, place: Path) -> dict[str, Done]:
    """What commands print that run one after the other in a process of their own."""
    red = str(place / "red.png")
    commands = {
        "both": (red,),
        "best": (red, "--top", "1"),
        "unreadable": (*(str(place / name) for name in UNREADABLE), "--format", "json"),
        "hostile": (str(hostile(place)),),
    }
    words = [("predict", str(trained), *each) for each in commands.values()]
    return dict(zip(commands, in_turn(*words), strict=True))


def test_over_the_test_split_it_equals_evaluation(trained: Path) -> None:
    rows = list(csv.DictReader((trained / "predictions.csv").read_text().splitlines()))
    pictures = trained.parent / "pictures"

    records = netspec.predict(trained, [pictures / row["image"] for row in rows])

    assert [Path(record["image"]) for record in records] == [
        pictures / row["image"] for row in rows
    ]
    for record, row in zip(records, rows, strict=True):
        for part in record["predictions"]:
            assert part["probability"] == float(row[part["label"]])
        assert record["predictions"][0]["label"] == row["predicted"]


@pytest.mark.parametrize("ending", ["png", "jpg", "bmp", "gif", "webp"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L"])
def test_any_format_mode_and_size(trained: Path, tmp_path: Path, ending: str, mode: str) -> None:
    if ending == "jpg" and mode in {"RGBA", "P"}:
        mode = "CMYK"
    path = tmp_path / f"picture.{ending}"
    Image.new("RGB", (301, 7), RED).convert(mode).save(path)

    (record,) = netspec.predict(trained, path)

    assert record["image"] == str(path)
    assert sum(part["probability"] for part in record["predictions"]) == pytest.approx(1)
    if mode != "L":
        assert record["predictions"][0]["label"] == "Red"


def test_a_picture_that_cannot_be_read_is_reported_and_the_rest_is_done(
    trained: Path, place: Path, printed: dict[str, Done]
) -> None:
    done = printed["unreadable"]

    assert done.status == 3
    jsonschema.validate(json.loads(done.out), json.loads(schema_text("predictions")))
    assert [Path(record["image"]).name for record in json.loads(done.out)] == ["red.png"]
    errors = [line for line in done.err.splitlines() if line.startswith("error: cannot read ")]
    assert len(errors) == 5
    with pytest.raises(netspec.DataError, match=r"text\.png: it is no JPEG, PNG"):
        netspec.predict(trained, place / "text.png")


def test_a_run_s_own_files_used_as_another_program_s_say_the_same(
    trained: Path,
) -> None:
    pictures = sorted(map(str, (trained.parent / "pictures").rglob("*.*")))[:3]
    files = ["model.json", "model.weights.h5", "classes.txt"]
    options = ["--structure", "--weights", "--classes"]
    words = [
        word
        for option, file in zip(options, files, strict=True)
        for word in (option, str(trained / file))
    ]
    done = apart("predict", *words, *pictures, "--format", "json")
    assert done.status == 0, done.err
    found = json.loads(done.out)
    expected = netspec.predict(trained, pictures)
    for one, other in zip(found, expected, strict=True):
        assert one["image"] == other["image"]
        for mine, its in zip(one["predictions"], other["predictions"], strict=True):
            assert mine["label"] == its["label"]
            assert mine["probability"] == pytest.approx(its["probability"], abs=1e-6)


def test_a_file_s_name_cannot_look_like_another_error(
    trained: Path, place: Path, printed: dict[str, Done]
) -> None:
    done = printed["hostile"]

    assert done.status == 3
    (line,) = done.err.splitlines()
    assert line.startswith(f"error: cannot read {place}/x\\u000aerror: all is lost\\u001b[2J.png: ")
    with pytest.raises(netspec.DataError) as caught:
        netspec.predict(trained, hostile(place))
    assert "\n" not in caught.value.message


def test_a_folder_of_runs_names_the_newest(tmp_path: Path) -> None:
    for number, name in enumerate(("b", "c", "a")):
        (tmp_path / "runs" / name).mkdir(parents=True)
        (tmp_path / "runs" / name / "run.json").write_text("{}")
        os.utime(tmp_path / "runs" / name / "run.json", (1000 * number, 1000 * number))
    (tmp_path / "runs" / "file").touch()
    (tmp_path / "runs" / "other").mkdir()

    with pytest.raises(netspec.UsageError, match=r"runs is no run directory") as caught:
        netspec.predict(tmp_path / "runs", "x.png")

    assert caught.value.hint == f"it holds runs, of which the newest is {tmp_path / 'runs' / 'a'}"


def test_the_table_has_a_line_for_each_of_the_best(place: Path, printed: dict[str, Done]) -> None:
    both, best = printed["both"], printed["best"]

    assert (both.status, both.err) == (best.status, best.err) == (0, "")
    name, first, second = both.out.splitlines()
    assert name == str(place / "red.png")
    assert first.split()[0] == "Red"
    assert second.split()[0] == "Blue"
    assert best.out.split() == [name, *first.split()]


def test_top_is_at_least_one(trained: Path) -> None:
    assert apart("predict", str(trained), "x.png", "--top", "0").status == 2


WIDE = pytest.mark.skipif(
    "NETSPEC_DRAWS" not in os.environ,
    reason="test_probabilities looks at every loss; NETSPEC_DRAWS asks for a run with each",
)


@pytest.mark.parametrize(
    ("units", "activation", "loss", "metric"),
    [
        pytest.param(1, "sigmoid", "binary_crossentropy", "accuracy", marks=WIDE),
        (
            1,
            "null",
            "{BinaryCrossentropy: {from_logits: true}}",
            "{BinaryAccuracy: {threshold: 0}}",
        ),
        (2, "null", "{SparseCategoricalCrossentropy: {from_logits: true}}", "accuracy"),
        pytest.param(
            *(2, "null", "{CategoricalCrossentropy: {from_logits: true}}", "accuracy"), marks=WIDE
        ),
        pytest.param(1, "tanh", "hinge", "{BinaryAccuracy: {threshold: 0}}", marks=WIDE),
        (2, "sigmoid", "binary_crossentropy", "accuracy"),
    ],
)
def test_what_is_printed_is_a_probability_whatever_the_last_layer_gives(
    tmp_path: Path, units: int, activation: str, loss: str, metric: str
) -> None:
    make_pictures(tmp_path / "pictures", count=8)
    spec = tmp_path / "spec.yaml"
    spec.write_text(spec_text(units, activation, loss, metric))
    result = netspec.run(spec, output=tmp_path / "run", overrides=["training.epochs=2"])
    Image.new("RGB", (30, 30), RED).save(tmp_path / "red.png")

    (record,) = netspec.predict(result, tmp_path / "red.png")

    shares = {part["label"]: part["probability"] for part in record["predictions"]}
    assert set(shares) == {"Blue", "Red"}
    assert all(0 <= share <= 1 for share in shares.values())
    if units == 1 or loss != "binary_crossentropy":
        assert sum(shares.values()) == pytest.approx(1)
    rows = list(csv.DictReader((tmp_path / "run" / "predictions.csv").read_text().splitlines()))
    images = [tmp_path / "pictures" / row["image"] for row in rows]
    for row, record in zip(rows, netspec.predict(result, images), strict=True):
        first, second = record["predictions"]
        assert first["label"] == row["predicted"]
        assert first["probability"] >= second["probability"]


def test_a_named_data_set_s_pictures_are_predicted_in_gray(tmp_path: Path) -> None:
    result = netspec.run(
        "specs/quickstart.yaml",
        output=tmp_path / "run",
        overrides=["data.limit=20", "training.epochs=1", "data.test=null"],
    )
    pixels = np.zeros((56, 56, 3), np.uint8)
    pixels[10:40, 20:40] = 255
    Image.fromarray(pixels).save(tmp_path / "shirt.png")

    (record,) = netspec.predict(result, tmp_path / "shirt.png", top=3)

    assert len(record["predictions"]) == 3
    assert all(
        part["label"] in (tmp_path / "run/classes.txt").read_text()
        for part in record["predictions"]
    )
