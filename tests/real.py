"""Real files that do not come with netspec: in the folder that `NETSPEC_TEST_DATA` names, or in `../shared/data`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def real(name: str) -> Path:
    """A file or folder, such as `weights/mobilenet_1_0_224_tf.h5`; skips the test where there is none."""
    folders = [ROOT.parent / "shared" / "data"]
    if named := os.environ.get("NETSPEC_TEST_DATA"):
        folders.insert(0, Path(named))
    for folder in folders:
        if (folder / name).exists():
            return folder / name
    pytest.skip(f"NETSPEC_TEST_DATA names no folder with {name}")
