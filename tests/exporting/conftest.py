"""Runs that nobody trained: networks with the weights that they begin with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

import netspec
from netspec.runs.learned import learned
from netspec.spec.labels import target
from netspec.things.labels import LabelFacts

if TYPE_CHECKING:
    from pathlib import Path

ONE = """netspec: 1
name: colours
seed: 3
data:
  source: {ImageFolder: {path: pictures}}
  classes: [Blue, Red, Green]
  image_size: [12, 16]
  resize: crop
model:
  input: [null, null, 3]
  layers:
    - Rescaling: {scale: 1/255}
    - Conv2D: {filters: 4, kernel_size: 3, padding: same, activation: gelu}
    - BatchNormalization
    - Dropout: {rate: 0.5}
    - GlobalAveragePooling2D
    - Dense: {units: 3}
compile:
  optimizer: adam
  loss: {SparseCategoricalCrossentropy: {from_logits: true}}
training: {epochs: 1, batch_size: 8}
"""
SEVERAL = """netspec: 1
name: squares
seed: 3
data:
  source:
    Csv:
      path: squares.csv
      labels:
        tags: {column: tags, kind: multi_label}
        colour: {column: colour}
        size: {columns: [width, light], kind: number}
model:
  input: [8, 8, 1]
  output: [tags, colour, size]
  layers:
    - Rescaling: {scale: 1/255}
    - Flatten
    - Dense: {name: stem, units: 8, activation: relu}
    - Dense: {name: tags, inputs: stem, units: 2, activation: sigmoid}
    - Dense: {name: colour, inputs: stem, units: 1, activation: sigmoid}
    - Dense: {name: size, inputs: stem, units: 2}
compile:
  optimizer: adam
  loss: {tags: binary_crossentropy, colour: binary_crossentropy, size: mse}
training: {epochs: 1, batch_size: 8}
"""


def begun(path: Path, text: str, **record: object) -> Path:
    """A run of a spec whose weights are those that the network begins with."""
    path.mkdir(parents=True)
    (path / "resolved.yaml").write_text(text)
    netspec.build(path / "resolved.yaml").save(path / "model.keras")
    (path / "run.json").write_text(json.dumps({"format": 1, "status": "finished", **record}))
    return path


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of one output that names a class, of pictures of any size, from logits."""
    run = begun(tmp_path_factory.mktemp("one") / "run", ONE)
    (run / "classes.txt").write_text("Blue\nRed\nGreen\n")
    return run


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of several outputs, of gray pictures."""
    kinds = {
        "tags": (LabelFacts("multi_label", ("cold", "warm")), 2),
        "colour": (LabelFacts("class", ("red", "blue")), 1),
        "size": (LabelFacts("number", ("width", "light")), 2),
    }
    path = tmp_path_factory.mktemp("several") / "run"
    (path.parent / "spec.yaml").write_text(SEVERAL)
    document, _ = netspec.load(path.parent / "spec.yaml").analysis.require()
    assert document.compile is not None
    assert isinstance(document.compile.loss, dict)
    targets = [
        target(key, key, facts, loss=document.compile.loss[key], units=units)
        for key, (facts, units) in kinds.items()
    ]
    return begun(path, SEVERAL, outputs=learned(targets))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A PNG with colours of its own, and a photo that is to be turned upright."""
    folder = tmp_path_factory.mktemp("pictures")
    random = np.random.default_rng(5)
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.fromarray(random.integers(0, 256, (21, 34, 4), dtype=np.uint8)).save(folder / "a.png")
    Image.fromarray(random.integers(0, 256, (40, 30, 3), dtype=np.uint8)).save(
        folder / "b.jpg", exif=turned
    )
    return [str(folder / "a.png"), str(folder / "b.jpg")]
