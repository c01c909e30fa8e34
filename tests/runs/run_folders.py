"""Run directories as `netspec run` leaves them, as far as lists and comparisons read them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

METRICS = """\
epoch,loss,accuracy,val_loss,seconds
1,2.0,0.5,3.0,10.5
2,1.0,0.75,1.5,9.5
3,0.5,0.9,2.0,10.0
"""
FINISHED: dict[str, Any] = {
    "status": "finished",
    "ended": "2026-01-02T03:05:05+00:00",
    "seconds": 60.5,
    "best_epoch": 1,
    "best_by": "accuracy",
    "metrics": {"loss": 1.5, "accuracy": None},
}
SPEC = """\
netspec: 1
name: clothes
seed: 1
data: {source: mnist, validation: 0.1}
model:
  input: [28, 28, 1]
  layers:
    - Flatten
    - Dropout: {rate: 0.3}
    - Dense: {units: 10, activation: softmax}
compile: {optimizer: {Adam: {learning_rate: 1e-3}}, loss: sparse_categorical_crossentropy, metrics: [accuracy, mae]}
training: {epochs: 12}
"""


def a_run(folder: Path, name: str = "a", /, *, table: str = METRICS, **more: Any) -> Path:
    """A run directory, with its record and what it keeps of its epochs."""
    path = folder / name
    path.mkdir(parents=True)
    record = {
        "format": 1,
        "name": "clothes",
        "status": "running",
        "started": "2026-01-02T03:00:00+00:00",
        "epochs": 12,
        **more,
    }
    (path / "run.json").write_text(json.dumps(record))
    (path / "metrics.csv").write_text(table)
    return path


def with_spec(run: Path, *replaced: tuple[str, str]) -> Path:
    """The run, with its resolved spec, in which some texts are replaced."""
    text = SPEC
    for before, after in replaced:
        assert before in text
        text = text.replace(before, after)
    (run / "resolved.yaml").write_text(text)
    return run
