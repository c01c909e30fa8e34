"""The example scripts run as they stand."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def run(script: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, f"examples/{script}", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_check_and_summarize() -> None:
    printed = run("check_and_summarize.py")

    assert "1,250,858" in printed
    assert "dense on line 28 holds 1,180,160 of the parameters" in printed


@pytest.mark.keras
def test_build_a_model() -> None:
    assert "93,322" in run("build_a_model.py", "specs/mnist.yaml")


@pytest.mark.keras
def test_train_and_open_in_keras(tmp_path: Path) -> None:
    printed = run("train_and_open_in_keras.py", str(tmp_path / "run"))

    assert "test accuracy after one epoch" in printed
    assert "a black picture is most likely a " in printed
