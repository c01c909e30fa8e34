"""How sure a run's test accuracy is, as its evaluation says."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from netspec.runs.listed.untrusted import content, mapping, number, whole
from netspec.runs.outdated import is_outdated

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from netspec.report.evaluation import IntervalRecord

EVALUATION = "evaluation.json"
ACCURACY = "accuracy"
# Keras keeps a metric in 32 bits.
_ROUNDING = 1e-4


def judged_on_test(path: Path, record: Mapping[str, Any]) -> dict[str, object]:
    """What `evaluation.json` says of the run's test split; empty where it says nothing that holds.

    Args:
        path: The run directory.
        record: What its `run.json` holds; it may hold anything.
    """
    if is_outdated(path / EVALUATION, record):
        return {}
    with suppress(OSError, ValueError, RecursionError):
        judged = mapping(json.loads(content(path / EVALUATION)))
        if judged.get("split") == "test" and "data" not in judged:
            return judged
    return {}


def interval_of(
    path: Path, record: Mapping[str, Any], name: str, value: float | None
) -> IntervalRecord | None:
    """The interval of a metric of the test split; None where none is known.

    Args:
        path: The run directory.
        record: What its `run.json` holds.
        name: The metric's name.
        value: What the metric is. An evaluation that came to another accuracy judged something else.
    """
    if value is None or not name.endswith(ACCURACY):
        return None
    judged = judged_on_test(path, record)
    accuracy = number(judged.get(ACCURACY))
    if accuracy is None or not math.isclose(accuracy, value, rel_tol=0, abs_tol=_ROUNDING):
        return None
    written = mapping(judged.get("interval"))
    level, samples = number(written.get("level")), whole(written.get("samples"))
    low, high = number(written.get("low")), number(written.get("high"))
    if level is None or samples is None or low is None or high is None:
        return None
    if not low - _ROUNDING <= value <= high + _ROUNDING:
        return None
    return {"level": level, "low": low, "high": high, "samples": samples}
