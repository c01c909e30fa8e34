"""Networks of several outputs, or of one that names no class: trained, judged, read again and asked."""

from __future__ import annotations

import csv
import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import jsonschema
import numpy as np
import pytest
from PIL import Image

import netspec
from netspec.report.schemas import schema_text
from tests.cli.commands import apart

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.keras

COUNT = 40
SPEC = """netspec: 1
name: squares
seed: 3
data:
  source:
    Csv:
      path: squares.csv
      labels:
        colour: {column: colour}
        side: {column: side}
        tags: {column: tags, kind: multi_label}
        size: {columns: [width, light], kind: number}
      split: split
model:
  input: [8, 8, 3]
  output: OUTPUT
  layers:
    - Rescaling: {scale: 1/255}
    - Flatten
    - Dense: {name: stem, units: 8, activation: relu}
HEADS
compile:
  optimizer: {Adam: {learning_rate: 0.01}}
  loss: {LOSSES}
  metrics: {METRICS}
training: {epochs: 2, batch_size: 8}
"""
HEADS = {
    "colour": "{units: 3, activation: softmax}",
    "side": "{units: 1}",
    "tags": "{units: 2, activation: sigmoid}",
    "size": "{units: 2}",
}
LOSSES = {
    "colour": "sparse_categorical_crossentropy",
    "side": "{BinaryCrossentropy: {from_logits: true}}",
    "tags": "binary_crossentropy",
    "size": "mse",
}
METRICS = {
    "colour": "[accuracy]",
    "side": "[{BinaryAccuracy: {threshold: 0}}]",
    "tags": "[{BinaryAccuracy: {}}]",
    "size": "[{MeanAbsoluteError: {}}]",
}


def spec_of(*outputs: str) -> str:
    """The spec of a network that has some of the outputs."""

    def listed(by_output: dict[str, str]) -> str:
        return ", ".join(f"{key}: {by_output[key]}" for key in outputs)

    heads = "\n".join(
        "    - Dense: " + HEADS[key].replace("{", f"{{name: {key}, inputs: stem, ")
        for key in outputs
    )
    text = SPEC.replace("OUTPUT", f"[{', '.join(outputs)}]").replace("HEADS", heads)
    return text.replace("LOSSES", listed(LOSSES)).replace("METRICS", listed(METRICS))


def make_squares(folder: Path) -> None:
    """Pictures of one colour whose table says more of them."""
    random = np.random.default_rng(7)
    (folder / "img").mkdir(parents=True)
    rows = [["image", "colour", "side", "tags", "width", "light", "split"]]
    for number in range(COUNT):
        which = number % 3
        pixels = random.integers(0, 100, (8, 8, 3), dtype=np.uint8)
        pixels[..., which] += 150
        Image.fromarray(pixels).save(folder / "img" / f"{number:02}.png")
        tags = [tag for tag, has in (("warm", which == 0), ("cold", which == 2)) if has]
        split = ("train", "train", "validation", "test")[number % 4]
        rows.append(
            [
                f"img/{number:02}.png",
                ("red", "green", "blue")[which],
                "even" if number % 2 == 0 else "odd",
                "|".join(tags),
                str(number / COUNT),
                str(pixels.mean() / 255),
                split,
            ]
        )
    with (folder / "squares.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)


def trained(place: Path, *outputs: str) -> Path:
    make_squares(place)
    (place / "spec.yaml").write_text(spec_of(*outputs))
    return netspec.run(place / "spec.yaml", output=place / "run").directory


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run with one output of every kind."""
    return trained(tmp_path_factory.mktemp("squares"), *HEADS)


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_there_is_a_loss_and_a_metric_for_each_after_every_epoch(run: Path) -> None:
    history = read(run / "history.json")
    metrics = ("accuracy", "binary_accuracy", "binary_accuracy", "mean_absolute_error")
    each = [f"{key}_{name}" for key, name in zip(HEADS, metrics, strict=True)]
    names = {"loss", *(f"{key}_loss" for key in HEADS), *each}
    assert set(history) == names | {f"val_{name}" for name in names}
    assert all(len(values) == 2 for values in history.values())
    assert set(read(run / "evaluation.json")["metrics"]) == names


def test_judged_again_it_is_what_the_run_found_to_the_last_bit(run: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy" / "run"
    shutil.copytree(run.parent, copy.parent)
    before = {path.name: path.read_bytes() for path in copy.glob("*.csv")}

    document = netspec.evaluate(copy, data_root=copy.parent)

    assert document == read(run / "evaluation.json")
    assert {path.name: path.read_bytes() for path in copy.glob("*.csv")} == before
    jsonschema.validate(document, json.loads(schema_text("evaluation")))
    assert {"confusion-colour.csv", "confusion-side.csv", "confusion-tags.csv"} < set(before)
    assert "errors-size.csv" in before


def test_each_output_that_names_a_class_has_pictures_of_its_own(run: Path) -> None:
    assert {path.name for path in run.glob("*.svg")} == {
        f"{stem}-{key}.svg"
        for stem in ("confusion", "confusion-normalized", "calibration")
        for key in ("colour", "side")
    }
    outputs = read(run / "evaluation.json")["outputs"]
    for key in ("colour", "side"):
        mistakes = outputs[key]["mistakes"]
        assert len(mistakes) == round((1 - outputs[key]["accuracy"]) * COUNT / 4)
        for number, mistake in enumerate(mistakes, start=1):
            assert mistake["picture"] == f"evaluation/mistakes-{key}/{number:04}.png"
            shown = np.asarray(Image.open(run / mistake["picture"]))
            seen = np.asarray(Image.open(run.parent / mistake["image"]))
            assert (shown[::12, ::12] == seen).all()
            assert shown.shape == (96, 96, 3)


def test_an_output_called_normalized_has_tables_that_are_no_other_s(tmp_path: Path) -> None:
    make_squares(tmp_path)
    spec = re.sub(r"\bcolour\b(?!})", "normalized", spec_of("colour", "side"))
    (tmp_path / "spec.yaml").write_text(spec)
    run = netspec.run(tmp_path / "spec.yaml", output=tmp_path / "run").directory
    side = (run / "confusion-normalized-side.csv").read_bytes()

    # Its matrix on data called `side` would be called as the shares of the output `side`.
    shutil.copy(tmp_path / "squares.csv", tmp_path / "side.csv")
    netspec.evaluate(run, data=tmp_path / "side.csv", data_root=tmp_path)

    assert (run / "confusion-normalized-side.csv").read_bytes() == side
    assert {path.name for path in run.glob("confusion-*.csv")} == {
        f"confusion{stem}{ending}.csv"
        for stem in ("--normalized", "-normalized-normalized", "-side", "-normalized-side")
        for ending in ("", "-side")
    }


def test_what_the_record_counts_is_in_the_table_of_predictions(run: Path) -> None:
    outputs = read(run / "evaluation.json")["outputs"]
    rows = table(run / "predictions.csv")
    assert len(rows) == COUNT // 4
    for key in ("colour", "side"):
        matrix = np.array(outputs[key]["confusion"])
        right = sum(row[f"{key}.true"] == row[f"{key}.predicted"] for row in rows)
        assert (matrix.sum(), matrix.trace()) == (len(rows), right)
    for record in outputs["tags"]["labels"]:
        for column, counted in (("true", "images"), ("predicted", "predicted")):
            told = [row[f"tags.{record['label']}.{column}"] for row in rows]
            assert told.count("1") == record[counted]
    for record in outputs["size"]["values"]:
        name = f"size.{record['name']}"
        off = np.array(
            [float(row[f"{name}.predicted"]) - float(row[f"{name}.true"]) for row in rows]
        )
        assert record["mean_absolute_error"] == pytest.approx(np.abs(off).mean())
        assert record["root_mean_squared_error"] == pytest.approx(np.sqrt((off**2).mean()))
        assert record["bias"] == pytest.approx(off.mean())


def test_metrics_of_keras_are_those_of_the_tables(run: Path) -> None:
    document = read(run / "evaluation.json")
    metrics, outputs = document["metrics"], document["outputs"]
    for key, name in (("colour", "accuracy"), ("side", "binary_accuracy")):
        matrix = np.array(outputs[key]["confusion"])
        assert metrics[f"{key}_{name}"] == pytest.approx(matrix.trace() / matrix.sum())
    errors = [each["mean_absolute_error"] for each in outputs["size"]["values"]]
    assert metrics["size_mean_absolute_error"] == pytest.approx(np.mean(errors), rel=1e-5)


def test_what_is_predicted_of_the_test_images_is_what_the_run_predicted(run: Path) -> None:
    rows = table(run / "predictions.csv")

    records = netspec.predict(run, [run.parent / row["image"] for row in rows], top=1)

    jsonschema.validate(records, json.loads(schema_text("predictions")))
    for row, record in zip(rows, records, strict=True):
        said = record["outputs"]
        assert list(said) == list(HEADS)
        for key in ("colour", "side"):
            answer = said[key]
            assert answer["kind"] == "class"
            (best,) = answer["predictions"]
            assert best["label"] == row[f"{key}.predicted"]
            assert best["probability"] == float(row[f"{key}.{best['label']}"])
        tags, size = said["tags"], said["size"]
        assert tags["kind"] == "multi_label"
        for tag in tags["labels"]:
            assert int(tag["told"]) == int(row[f"tags.{tag['label']}.predicted"])
            assert tag["probability"] == float(row[f"tags.{tag['label']}.probability"])
        assert size["kind"] == "number"
        for value in size["values"]:
            assert value["value"] == float(row[f"size.{value['name']}.predicted"])


def test_the_run_says_what_each_output_learned_and_keeps_no_list_of_classes(run: Path) -> None:
    assert [each["kind"] for each in read(run / "run.json")["outputs"]] == [
        *("class", "class", "multi_label", "number")
    ]
    assert not (run / "classes.txt").exists()


def test_data_that_calls_a_class_otherwise_is_no_data_of_the_run(run: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy" / "run"
    shutil.copytree(run.parent, copy.parent)
    path = copy.parent / "squares.csv"
    path.write_text(path.read_text().replace("blue", "azure"))

    with pytest.raises(netspec.DataError, match="other classes of the output colour than the run"):
        netspec.evaluate(copy, data_root=copy.parent)


def test_the_command_says_what_every_output_says(run: Path) -> None:
    asked = apart("predict", str(run), str(run.parent / "img" / "00.png"), "--top", "1")

    assert (asked.status, asked.err) == (0, "")
    lines = [line.split() for line in asked.out.splitlines()]
    assert [line[0] for line in lines[1:]] == [*("colour", "side", "tags", "warm", "size", "light")]


@pytest.mark.parametrize("output", ["tags", "size"])
def test_one_output_that_names_no_class_says_what_it_says(tmp_path: Path, output: str) -> None:
    run = trained(tmp_path, output)
    kept = read(run / "evaluation.json")
    assert list(kept["outputs"]) == [output]
    assert "classes" not in kept
    assert netspec.evaluate(run, data_root=tmp_path) == kept
    (record,) = netspec.predict(run, tmp_path / "img" / "00.png")
    assert record["outputs"][output]["kind"] == {"tags": "multi_label", "size": "number"}[output]


def test_other_data_is_read_as_the_run_s_own_for_every_output(run: Path, tmp_path: Path) -> None:
    shutil.copytree(run.parent / "img", tmp_path / "img")
    rows = table(run.parent / "squares.csv")[:9]
    names = [name for name in rows[0] if name != "split"][::-1]
    with (tmp_path / "other.csv").open("w", newline="") as file:
        # Colours in another order and without green; nothing is warm; no column of splits.
        told = [{**row, "tags": row["tags"].replace("warm", "")} for row in rows]
        lines = [[row[name] for name in names] for row in told if row["colour"] != "green"]
        csv.writer(file).writerows([names, *lines[::-1]])
    shutil.copytree(run, tmp_path / "run")

    document = netspec.evaluate(tmp_path / "run", data=tmp_path / "other.csv", shifts=1)

    outputs: Any = document["outputs"]
    assert (document["images"], document["split"]) == (6, "all")
    assert [sum(row) for row in outputs["colour"]["confusion"]] == [3, 0, 3]
    assert {each["label"]: each["images"] for each in outputs["tags"]["labels"]} == {
        "warm": 0,
        "cold": 3,
    }
    errors = table(tmp_path / "run" / "predictions-other.csv")
    assert {row["image"]: row["size.width.true"] for row in errors} == {
        row["image"]: str(float(np.float32(row["width"])))
        for row in rows
        if row["colour"] != "green"
    }
    assert (document["shifts"]["output"], document["shifts"]["images"]) == ("colour", 6)


def test_other_data_that_says_nothing_of_an_output_is_refused(run: Path, tmp_path: Path) -> None:
    shutil.copytree(run.parent / "img", tmp_path / "img")
    shutil.copy(run.parent / "squares.csv", tmp_path / "squares.csv")
    fields = "path: squares.csv, labels: {colour: colour, side: side}"

    with pytest.raises(netspec.DataError, match="does not say what the output tags has learned"):
        netspec.evaluate(run, data=f"Csv: {{{fields}}}", data_root=tmp_path)
    with pytest.raises(netspec.DataError, match="one class an image, and the output tags has"):
        netspec.evaluate(run, data=f"Csv: {{{fields[:-1]}, tags: side}}}}", data_root=tmp_path)
