"""What a run needs is asked for before it makes anything."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import pytest

import netspec
from netspec.runs.environment import require_packages
from netspec.things.callbacks import CSVLogger, TensorBoard

if TYPE_CHECKING:
    from pathlib import Path


def test_without_its_package_tensorboard_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "tensorboard" else find(name)
    )
    require_packages([CSVLogger()])
    with pytest.raises(netspec.MissingExtraError, match="TensorBoard needs tensorboard") as caught:
        require_packages([CSVLogger(), TensorBoard()])
    assert caught.value.hint == "pip install 'netspec-keras[tensorboard]'"
