"""A run on pictures, trained once for all tests of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import netspec
from tests.evaluation.conftest import make_pictures, spec_text

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.training.job import RunResult


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """A finished run on 6 blue and 6 red pictures, which lie beside it."""
    place = tmp_path_factory.mktemp("colours")
    make_pictures(place / "pictures", 6)
    spec = spec_text().replace("epochs: 6", "epochs: 1")
    (place / "spec.yaml").write_text(spec)
    return netspec.run(place / "spec.yaml", output=place / "run")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A blue picture."""
    from PIL import Image

    path = tmp_path / "blue.png"
    Image.new("RGB", (16, 12), (20, 30, 240)).save(path)
    return path
