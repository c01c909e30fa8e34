"""`netspec evaluate`: a run judged again gives what the run itself found."""

from __future__ import annotations

import csv
import json
import shutil
from typing import TYPE_CHECKING

import jsonschema
import numpy as np
import pytest

import netspec
from netspec.report.schemas import schema_text
from tests.cli.commands import apart
from tests.evaluation.conftest import make_pictures, picture, spec_text

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.keras


@pytest.fixture
def copy(trained: Path, tmp_path: Path) -> Path:
    """The run and its pictures, to be changed."""
    shutil.copytree(trained.parent, tmp_path / "copy")
    return tmp_path / "copy" / "run"


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_it_finds_what_the_run_found_to_the_last_bit(copy: Path) -> None:
    before = {path.name: path.read_bytes() for path in copy.glob("*.csv")}
    kept = json.loads((copy / "evaluation.json").read_text())

    document = netspec.evaluate(copy, data_root=copy.parent)

    assert document == kept == json.loads((copy / "evaluation.json").read_text())
    assert {path.name: path.read_bytes() for path in copy.glob("*.csv")} == before


def test_precision_recall_counts_and_matrix_agree(trained: Path) -> None:
    document = json.loads((trained / "evaluation.json").read_text())
    matrix = np.array(document["confusion"])
    rows = table(trained / "predictions.csv")

    assert document["images"] == matrix.sum() == len(rows) == 12
    assert document["metrics"]["accuracy"] == pytest.approx(matrix.trace() / 12)
    for number, record in enumerate(document["classes"]):
        assert record["images"] == matrix[number].sum() == 6
        assert record["predicted"] == matrix[:, number].sum()
        assert record["recall"] == matrix[number, number] / 6
        mine = [row for row in rows if row["predicted"] == record["label"]]
        assert len(mine) == record["predicted"]
        if mine:
            right = sum(row["true"] == record["label"] for row in mine)
            assert record["precision"] == right / len(mine)
    for row in rows:
        shares = {name: float(row[name]) for name in ("Blue", "Red")}
        assert sum(shares.values()) == pytest.approx(1)
        assert max(shares, key=shares.__getitem__) == row["predicted"]
        assert row["image"].startswith(row["true"].lower())


@pytest.mark.parametrize(("split", "images"), [("validation", 12), ("train", 24)])
def test_another_split_is_kept_beside_the_test_s(copy: Path, split: str, images: int) -> None:
    document = netspec.evaluate(copy, split=split, data_root=copy.parent)

    assert (document["split"], document["images"]) == (split, images)
    assert json.loads((copy / f"evaluation-{split}.json").read_text()) == document
    assert len(table(copy / f"predictions-{split}.csv")) == images
    if split == "validation":
        history = json.loads((copy / "history.json").read_text())
        assert document["metrics"]["loss"] == pytest.approx(history["val_loss"][-1], rel=1e-5)


def test_the_best_state_can_be_judged(copy: Path) -> None:
    document = netspec.evaluate(copy, checkpoint="state/best.keras", data_root=copy.parent)

    assert document["checkpoint"] == "state/best.keras"


def test_the_command_prints_a_table_or_json_and_nothing_else(trained: Path) -> None:
    printed = apart("evaluate", str(trained))
    document = apart("evaluate", str(trained), "--format", "json")

    assert (printed.status, printed.err) == (0, "")
    assert "test  12 images  loss " in printed.out
    assert "true \\ predicted  Blue  Red" in printed.out
    assert (document.status, document.err) == (0, "")
    jsonschema.validate(json.loads(document.out), json.loads(schema_text("evaluation")))
    assert json.loads(document.out) == json.loads((trained / "evaluation.json").read_text())


def test_data_that_changed_since_is_no_data_of_the_run(copy: Path) -> None:
    rows = table(copy / "predictions.csv")
    changed = copy.parent / "pictures" / rows[0]["image"]
    changed.write_bytes((copy.parent / "pictures" / rows[-1]["image"]).read_bytes())

    with pytest.raises(netspec.DataError, match="not those of the run"):
        netspec.evaluate(copy, data_root=copy.parent)

    picture(copy.parent / "pictures" / "blue" / "new", "blue", 99)
    with pytest.raises(netspec.DataError, match="not those of the run"):
        netspec.evaluate(copy, data_root=copy.parent)


def test_other_classes_are_no_data_of_the_run(copy: Path) -> None:
    shutil.copytree(copy.parent / "pictures" / "red", copy.parent / "pictures" / "scarlet")

    with pytest.raises((netspec.DataError, netspec.SpecError), match="classes"):
        netspec.evaluate(copy, data_root=copy.parent)


def test_data_that_is_gone_is_named(copy: Path) -> None:
    shutil.rmtree(copy.parent / "pictures")

    with pytest.raises(netspec.DataError, match="pictures"):
        netspec.evaluate(copy, data_root=copy.parent)


def test_data_that_has_moved_is_found_with_data_root(copy: Path, tmp_path: Path) -> None:
    shutil.move(copy.parent / "pictures", tmp_path / "elsewhere" / "pictures")
    record = json.loads((copy / "run.json").read_text())
    record["data"]["folder"] = str(copy.parent / "pictures")
    (copy / "run.json").write_text(json.dumps(record))

    with pytest.raises(netspec.DataError, match="there is no folder"):
        netspec.evaluate(copy)
    assert netspec.evaluate(copy, data_root=tmp_path / "elsewhere")["images"] == 12


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("run.json", None, "no run.json"),
        ("run.json", "{", "damaged"),
        ("run.json", "[]", "damaged"),
        ("run.json", '{"format": 99}', "newer netspec"),
        ("resolved.yaml", "netspec: 1\n", "damaged"),
        ("classes.txt", None, "damaged"),
        ("model.keras", None, "no model.keras"),
        ("model.keras", "no archive", "cannot be read"),
    ],
)
def test_a_run_that_is_none_is_one_clear_error(
    copy: Path, file: str, text: str | None, message: str
) -> None:
    if text is None:
        (copy / file).unlink()
    else:
        (copy / file).write_text(text)

    for act in (lambda: netspec.evaluate(copy), lambda: netspec.predict(copy, "x.png")):
        with pytest.raises(netspec.UsageError, match=message) as caught:
            act()
        assert "\n" not in caught.value.message


def test_weights_of_another_network_are_refused(copy: Path) -> None:
    import keras

    other = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    other.save(copy / "model.keras")

    with pytest.raises(netspec.UsageError, match="cannot be read"):
        netspec.evaluate(copy, data_root=copy.parent)


def test_a_split_that_the_run_has_not_is_named(tmp_path: Path) -> None:
    make_pictures(tmp_path / "pictures", count=4)
    spec = tmp_path / "spec.yaml"
    spec.write_text(spec_text().replace("test: 0.25", "test: null"))
    result = netspec.run(spec, output=tmp_path / "run", overrides=["training.epochs=1"])

    assert result.metrics == {}
    with pytest.raises(netspec.UsageError, match="no test images"):
        netspec.evaluate(result)


def test_no_such_directory_is_a_usage_error(tmp_path: Path) -> None:
    for name, run in (("evaluate", str(tmp_path / "none")), ("evaluate", __file__)):
        done = apart(name, run)
        assert done.status == 2
        assert done.err.startswith("error: ")
        assert done.out == ""
