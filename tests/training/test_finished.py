"""What a finished run says of itself, which may be from anywhere."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from netspec.errors import UsageError
from netspec.training.finished import finished_result

if TYPE_CHECKING:
    from pathlib import Path

RECORD = {
    "best_epoch": 2,
    "best_by": "val_loss",
    "model_epoch": 2,
    "training_seconds": 1.5,
    "metrics": {"loss": 0.5, "accuracy": None},
    "images_per_second": 10.0,
    "data_wait": None,
}


def finished(path: Path, record: dict[str, Any], history: str = '{"loss": [1.0, 0.5]}') -> Any:
    (path / "history.json").write_text(history)
    run: Any = SimpleNamespace(path=path, record=record)
    return finished_result(run)


def test_a_finished_run_gives_what_it_gave(tmp_path: Path) -> None:
    result = finished(tmp_path, RECORD)
    assert (result.best_epoch, result.best_by, result.seconds) == (2, "val_loss", 1.5)
    assert result.history == {"loss": [1.0, 0.5]}
    assert result.metrics["loss"] == 0.5
    assert result.metrics["accuracy"] != result.metrics["accuracy"]  # as JSON has no NaN


@pytest.mark.parametrize(
    "wrong",
    [
        {"best_epoch": float("inf")},
        {"best_epoch": None},
        {"training_seconds": float("nan")},
        {"training_seconds": int("9" * 400)},
        {"metrics": {"loss": "x"}},
        {"metrics": [1]},
        {"data_wait": {}},
    ],
    ids=str,
)
def test_a_record_that_says_anything_is_no_defect(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        finished(tmp_path, {**RECORD, **wrong})


@pytest.mark.parametrize(
    "history", ["[" * 100_000, "[1]", '{"loss": 1}', '{"loss": ["x"]}', "", json.dumps(None)]
)
def test_a_history_that_says_anything_is_no_defect(tmp_path: Path, history: str) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        finished(tmp_path, RECORD, history)
