"""`netspec evaluate`: a run judged again gives what the run itself found."""

from __future__ import annotations

import csv
import json
import shutil
from typing import TYPE_CHECKING, Any

import jsonschema
import numpy as np
import pytest

import netspec
from netspec.errors import DataError
from netspec.report.schemas import schema_text
from tests.cli.commands import apart, in_turn, shell
from tests.evaluation.conftest import make_pictures, picture, spec_text

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.keras

MISTAKES = "evaluation/mistakes"


@pytest.fixture
def copy(trained: Path, tmp_path: Path) -> Path:
    """The run and its pictures, to be changed."""
    shutil.copytree(trained.parent, tmp_path / "copy")
    return tmp_path / "copy" / "run"


def seen(document: Any, *, without: tuple[str, ...]) -> Any:
    """A document whose mistakes lack some pictures."""
    gone = dict.fromkeys(without)
    return {**document, "mistakes": [{**each, **gone} for each in document["mistakes"]]}


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_it_finds_what_the_run_found_to_the_last_bit(copy: Path) -> None:
    before = {path.name: path.read_bytes() for path in copy.glob("*.*") if path.suffix != ".json"}
    pictures = {path.name: path.read_bytes() for path in (copy / MISTAKES).glob("*.png")}
    kept = json.loads((copy / "evaluation.json").read_text())

    document = netspec.evaluate(copy, data_root=copy.parent)

    assert document == json.loads((copy / "evaluation.json").read_text())
    assert seen(document, without=("look",)) == kept
    after = {path.name: path.read_bytes() for path in copy.glob("*.*") if path.suffix != ".json"}
    assert after == before
    assert {name: (copy / MISTAKES / name).read_bytes() for name in pictures} == pictures


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


@pytest.mark.parametrize(
    ("checkpoint", "split", "ending"),
    [
        ("state/best.keras", "test", "-test-state-best"),
        ("state/best.keras", "validation", "-validation-state-best"),
        ("model.weights.h5", "test", "-test-model-weights"),
        ("./model.keras", "validation", "-validation"),
    ],
)
def test_another_checkpoint_s_judgement_is_kept_beside_the_model_s(
    copy: Path, checkpoint: str, split: str, ending: str
) -> None:
    before = {path.name: path.read_bytes() for path in copy.glob("*.*")}

    document = netspec.evaluate(copy, checkpoint=checkpoint, split=split, data_root=copy.parent)

    assert document["checkpoint"] == checkpoint.removeprefix("./")
    new = {
        *(f"{stem}{ending}.csv" for stem in ("confusion", "confusion-normalized", "predictions")),
        *(f"{stem}{ending}.svg" for stem in ("confusion", "confusion-normalized", "calibration")),
        f"evaluation{ending}.json",
    }
    assert {path.name for path in copy.glob("*.*")} == {*before, *new}
    assert json.loads((copy / f"evaluation{ending}.json").read_text()) == document
    assert all((copy / name).read_bytes() == content for name, content in before.items())


def test_a_run_that_cannot_be_written_to_is_judged_all_the_same(copy: Path) -> None:
    kept = json.loads((copy / "evaluation.json").read_text())
    (copy / "evaluation.json").unlink()
    (copy / "evaluation.json" / "in the way").mkdir(parents=True)

    done = apart("evaluate", str(copy), "--data-root", str(copy.parent), "--format", "json")

    bare = seen(kept, without=("picture", "look"))
    assert done.status == 2
    assert json.loads(done.out) == bare
    assert done.err.startswith(f"error: cannot write to the run {copy}: ")
    assert done.err.count("\n") == 1
    with pytest.raises(netspec.UsageError, match="cannot write to the run") as caught:
        netspec.evaluate(copy, data_root=copy.parent)
    assert caught.value.hint == "keep=False gives the result without keeping it"
    assert netspec.evaluate(copy, data_root=copy.parent, keep=False) == bare
    assert not list(copy.glob("writing-*"))


def test_a_reader_that_stops_early_does_not_keep_the_run_from_keeping(copy: Path) -> None:
    (copy / "evaluation.json").unlink()

    shell(f"netspec evaluate {copy} --data-root {copy.parent} | true")

    assert (copy / "evaluation.json").is_file()


@pytest.mark.parametrize(("split", "hint"), [
    ("val", "did you mean validation?"),
    ("tset", "did you mean test?"),
    ("all", "choose one of test, validation, train"),
    ("", "choose one of test, validation, train"),
])  # fmt: skip
def test_an_unknown_split_is_named_and_which_was_meant(
    trained: Path, split: str, hint: str
) -> None:
    with pytest.raises(netspec.UsageError, match=f"no split '{split}'") as caught:
        netspec.evaluate(trained, split=split)
    assert caught.value.hint == hint


def test_the_command_says_in_its_own_words_that_there_is_no_such_split(trained: Path) -> None:
    done = apart("evaluate", str(trained), "--split", "val")
    assert (done.status, done.out) == (2, "")
    assert done.err == "error: there is no split 'val'\n hint: did you mean validation?\n"


def test_the_command_prints_a_table_or_json_and_nothing_else(trained: Path) -> None:
    command = ("evaluate", str(trained), "--data-root", str(trained.parent))
    other = (*command, "--data", "pictures", "--shifts", "1")
    printed, document, judged = in_turn(command, (*command, "--format", "json"), other)

    assert (printed.status, printed.err) == (0, "")
    assert "test  12 images  loss " in printed.out
    assert "true \\ predicted  Blue  Red" in printed.out
    assert (document.status, document.err) == (0, "")
    jsonschema.validate(json.loads(document.out), json.loads(schema_text("evaluation")))
    assert json.loads(document.out) == json.loads((trained / "evaluation.json").read_text())
    assert (judged.status, judged.err) == (0, "")
    assert judged.out.startswith("pictures  all  48 images  loss ")
    assert "accuracy on 48 images, moved by so many pixels" in judged.out


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

    with pytest.raises(netspec.DataError):
        netspec.evaluate(copy, data_root=copy.parent)
    assert netspec.evaluate(copy, data_root=tmp_path / "elsewhere")["images"] == 12


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("run.json", None, "no run.json"),
        ("run.json", "{", "damaged"),
        ("run.json", "[]", "damaged"),
        ("run.json", '{"format": 99}', "newer netspec"),
        ("run.json", '{"format": 0}', "damaged: run.json cannot be read .there is no format 0"),
        ("run.json", '{"format": -3}', "damaged"),
        ("resolved.yaml", None, "damaged: its resolved.yaml cannot be read"),
        ("resolved.yaml", "netspec: 1\n", "damaged: its resolved.yaml is no valid spec"),
        ("classes.txt", None, "damaged: classes.txt cannot be read"),
        ("classes.txt", "Blue\n", "damaged: classes.txt has 1 names"),
        ("classes.txt", "Blue\nRed\nGreen\n", "damaged: classes.txt has 3 names"),
        ("classes.txt", "", "damaged"),
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

    for act in (
        lambda: netspec.evaluate(copy, data_root=copy.parent),
        lambda: netspec.predict(copy, "x.png"),
    ):
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
        netspec.evaluate(result, data_root=tmp_path)


def test_no_such_directory_is_a_usage_error(tmp_path: Path) -> None:
    for name, run in (("evaluate", str(tmp_path / "none")), ("evaluate", __file__)):
        done = apart(name, run)
        assert done.status == 2
        assert done.err.startswith("error: ")
        assert done.out == ""


def test_a_file_that_vanishes_while_it_is_judged_is_named(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from netspec.evaluation import network

    real = network.trained_network

    def late(run: Any, **how: Any) -> Any:
        trained = real(run, **how)
        with (run.path / "splits.csv").open() as file:
            image = next(row["image"] for row in csv.DictReader(file) if row["split"] == "test")
        (copy.parent / "pictures" / image).unlink()
        return trained

    monkeypatch.setattr(network, "trained_network", late)

    with pytest.raises(DataError, match="it is gone"):
        netspec.evaluate(copy, data_root=copy.parent)
