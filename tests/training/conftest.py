"""What tests of training share."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Removes a test's networks and pipelines while nothing is at work.

    Python begins that anywhere, and TensorFlow 2.21 has crashed where it was in the middle of making a variable.
    What is still there, as is all of TensorFlow, is set aside, so that the next time takes little.
    """
    yield
    gc.collect()
    if "tensorflow" in sys.modules:
        gc.freeze()


@pytest.fixture
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A cache in which nothing is yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
