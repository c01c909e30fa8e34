"""Runs on pictures in TFRecord files are those on the same pictures in folders."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import netspec
from netspec.data.form import ImageForm
from netspec.data.images import FileImages
from netspec.data.splits import Split
from netspec.things.labels import LABEL
from tests.data.made_pictures import encoded, turned, write
from tests.data.made_records import loaded, picture, write_shard
from tests.data.targets import sole_target

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.data.images import Images

pytestmark = pytest.mark.keras

SPEC = """netspec: 1
name: shards
data:
  source:
    TFRecord:
      path: shards
      train: "train-*"
      test: test
      label: {feature: image/class/label, type: int64, names: [dark, bright]}
      name: file
  validation: 0.25
  on_error: skip
model:
  input: [6, 6, 3]
  layers: [GlobalAveragePooling2D, {Rescaling: {scale: 1/255}}, {Dense: {units: 2, activation: softmax}}]
compile: {optimizer: {Adam: {learning_rate: 0.5}}, loss: sparse_categorical_crossentropy, metrics: [accuracy]}
training: {epochs: 3, batch_size: 4}
"""


def pictures(count: int, *, seed: int) -> list[tuple[bytes, int]]:
    """Pictures of noise, dark and bright ones, of several formats."""
    random = np.random.default_rng(seed)
    made = []
    for number in range(count):
        pixels = random.integers(0, 128, (9, 7, 3), np.uint8) + 127 * np.uint8(number % 2)
        kinds = [
            lambda pixels: encoded(pixels, "PNG"),
            lambda pixels: encoded(pixels, "JPEG"),
            lambda pixels: encoded(pixels, "BMP"),
            lambda pixels: turned(pixels, "JPEG", 6),
        ]
        made.append((kinds[number // 2 % 4](pixels), number % 2))
    return made


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A spec beside shards; a picture of the first is damaged, and a record of the second."""
    records = [
        picture(data, label, file=f"{number}.img")
        for number, (data, label) in enumerate(pictures(22, seed=1))
    ]
    records[2] = picture(b"<html>", 0, file="2.img")
    write_shard(tmp_path / "shards" / "train-0", *records[:10])
    second = write_shard(tmp_path / "shards" / "train-1", *records[10:])
    contents = bytearray(second.read_bytes())
    contents[-40] ^= 1
    second.write_bytes(contents)
    tests = [
        picture(data, label, file=f"test {number}")
        for number, (data, label) in enumerate(pictures(6, seed=2))
    ]
    write_shard(tmp_path / "shards" / "test", *tests)
    (tmp_path / "spec.yaml").write_text(SPEC)
    return tmp_path


def test_a_run_goes_without_what_is_damaged_and_is_evaluated_again(place: Path) -> None:
    result = netspec.run(place / "spec.yaml", output=place / "run")

    record = json.loads((place / "run" / "run.json").read_text())
    assert (record["data"]["source"], record["data"]["path"]) == ("TFRecord", "shards")
    assert record["data"] | {"train": 15, "validation": 5, "test": 6} == record["data"]
    rows = list(csv.DictReader((place / "run" / "skipped.csv").read_text().splitlines()))
    assert [next(iter(row.values())) for row in rows] == ["2.img", "21.img"]
    assert result.metrics["accuracy"] == 1
    again = netspec.evaluate(place / "run", data_root=place)
    assert again["metrics"] == pytest.approx(result.metrics)


def test_a_run_stops_over_what_is_damaged_and_says_where(place: Path) -> None:
    with pytest.raises(netspec.DataError) as raised:
        netspec.run(place / "spec.yaml", output=place / "run", overrides=["data.on_error=stop"])

    assert f"{place}/shards/train-0:2: it is no JPEG, PNG" in raised.value.message
    assert f"{place}/shards/train-1:11: the record is damaged" in raised.value.message
    assert not (place / "run").exists()


def test_batches_are_those_of_the_same_files(tmp_path: Path) -> None:
    made = pictures(10, seed=3)
    names = tuple(f"{number}.img" for number in range(len(made)))
    write(tmp_path, {name: data for name, (data, _) in zip(names, made, strict=True)})
    labels = {LABEL: np.array([label for _, label in made], np.int64)}
    write_shard(tmp_path / "shards" / "train-0", *(picture(*each) for each in made[:3]))
    write_shard(tmp_path / "shards" / "train-1", *(picture(*each) for each in made[3:]))

    of_files = batches(FileImages(tmp_path, names, labels))
    of_records = batches(loaded(tmp_path / "shards"))

    assert len(of_files) == len(of_records) == 6
    for one, other in zip(of_files, of_records, strict=True):
        assert all(np.array_equal(first, second) for first, second in zip(one, other, strict=True))


def batches(images: Images) -> list[tuple[Any, Any]]:
    from netspec.data.pipeline import Pipeline

    form = ImageForm(size=(6, 5), channels=3, resize="stretch", training_size=(6, 5))
    pipeline = Pipeline(batch_size=4, targets=[sole_target(classes=2)], by_key=False, form=form)
    whole = Split(images, np.arange(len(images), dtype=np.int64))
    made = pipeline.training(whole, epochs=2, seed=7, shuffle=True)
    return [(pixels.numpy(), labels.numpy()) for pixels, labels in made]
