"""Both of PyYAML's parsers: libyaml's, and the pure Python one of an installation without it."""

from __future__ import annotations

import pytest
import yaml

from netspec.source import parse

LOADERS = {"c": yaml.CLoader, "python": yaml.Loader}


@pytest.fixture(params=LOADERS)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Runs a test with each parser."""
    name: str = request.param
    monkeypatch.setattr(parse, "_LOADER", LOADERS[name])
    return name
