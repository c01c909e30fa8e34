from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.data.conftest import npm, own_places, script, server  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def keras_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test sees the machine's own files of Keras's."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return tmp_path / "keras"
