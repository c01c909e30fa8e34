"""What a finished run gave, read from its directory."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from netspec.errors import UsageError
from netspec.runs.saved import require_own
from netspec.training.job import RunResult

if TYPE_CHECKING:
    from netspec.runs.saved import SavedRun


# What Python raises over a record that says anything at all; a run may be from anywhere.
_SIGNS_OF_DAMAGE = (
    *(ArithmeticError, AttributeError, LookupError, OSError, RecursionError),
    *(TypeError, ValueError),
)


def finished_result(run: SavedRun) -> RunResult:
    """The result of a run that is finished.

    Raises:
        UsageError: Its history cannot be read.
    """
    record = run.record
    require_own(run.path, "history.json")
    try:
        history = json.loads((run.path / "history.json").read_text(encoding="utf-8"))
        return RunResult(
            directory=run.path,
            history={str(name): _numbers(values) for name, values in history.items()},
            metrics={
                str(name): _number(value) for name, value in (record.get("metrics") or {}).items()
            },
            best_epoch=int(record["best_epoch"]),
            best_by=str(record["best_by"]),
            model_epoch=int(record["model_epoch"]),
            seconds=_finite(record["training_seconds"]),
            images_per_second=_maybe(record.get("images_per_second")),
            data_wait=_maybe(record.get("data_wait")),
        )
    except _SIGNS_OF_DAMAGE as error:
        raise UsageError(
            f"the run {run.path} is finished, and what it gave cannot be read ({error})"
        ) from None


def _numbers(values: Any) -> list[float]:
    return [_number(value) for value in values]


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("a time is none")
    return number


def _maybe(value: Any) -> float | None:
    return None if value is None else _finite(value)
