"""PyYAML's parsers, and a folder that specs may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from netspec.source import parse
from tests.source.bases import SECRET

if TYPE_CHECKING:
    from pathlib import Path

# libyaml's, and the pure Python one of an installation without it.
LOADERS = {"c": yaml.CLoader, "python": yaml.Loader}


@pytest.fixture(params=LOADERS)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Runs a test with each parser."""
    name: str = request.param
    monkeypatch.setattr(parse, "_LOADER", LOADERS[name])
    return name


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that specs may read, with something outside of it."""
    root = tmp_path / "repository"
    (root / ".git").mkdir(parents=True)
    (tmp_path / "outside.yaml").write_text(f"netspec: 1\nname: {SECRET}\nx: [\n")
    return root
