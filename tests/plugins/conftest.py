"""An installed plugin that adds one thing of each sort."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.plugins.installing import ACME, install

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where acme-netspec is installed."""
    folder = tmp_path_factory.mktemp("site")
    install(ACME, folder)
    return folder
