"""A small run on pictures in folders, trained once for all tests of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

import netspec

if TYPE_CHECKING:
    from pathlib import Path

SPEC = """netspec: 1
name: colours
seed: 3
data:
  source: {ImageFolder: {path: pictures}}
  classes: [Blue, Red]
  validation: 0.25
  test: 0.25
model:
  input: [12, 16, 3]
  layers:
    - Rescaling: {scale: 1/255}
    - Conv2D: {filters: 4, kernel_size: 3, activation: relu}
    - GlobalAveragePooling2D
    - Dense: {units: UNITS, activation: ACTIVATION}
compile:
  optimizer: {Adam: {learning_rate: 0.03}}
  loss: LOSS
  metrics: [METRIC]
training: {epochs: 6, batch_size: 8}
"""


def spec_text(
    units: int = 2,
    activation: str = "softmax",
    loss: str = "sparse_categorical_crossentropy",
    metric: str = "accuracy",
) -> str:
    text = SPEC.replace("UNITS", str(units)).replace("ACTIVATION", activation)
    return text.replace("LOSS", loss).replace("METRIC", metric)


def picture(path: Path, colour: str, number: int) -> None:
    """A noisy picture of one colour, of a size of its own; every third in a format that Pillow decodes."""
    random = np.random.default_rng([number, colour == "red"])
    pixels = random.integers(0, 120, (20 + number % 5, 24 + number % 7, 3), dtype=np.uint8)
    pixels[..., 0 if colour == "red" else 2] += 120
    path.parent.mkdir(parents=True, exist_ok=True)
    ending = ".webp" if number % 3 == 0 else ".jpg"
    Image.fromarray(pixels).save(path.with_suffix(ending), quality=95)


def make_pictures(folder: Path, count: int = 24) -> Path:
    for colour in ("blue", "red"):
        for number in range(count):
            picture(folder / colour / f"{number:02}", colour, number)
    return folder


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run on 24 blue and 24 red pictures, which lie beside it."""
    place = tmp_path_factory.mktemp("colours")
    make_pictures(place / "pictures")
    (place / "spec.yaml").write_text(spec_text())
    return netspec.run(place / "spec.yaml", output=place / "run").directory
