"""One run's folder, by what it says of itself; what is no run, or damaged, is told and no failure."""

from __future__ import annotations

import json
import os
import re
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from netspec.runs.comparing.intervals import judged_on_test
from netspec.runs.listed.epochs import Epochs, read_epochs
from netspec.runs.listed.untrusted import (
    content,
    mapping,
    moment,
    number,
    numbers,
    text,
    whole,
    why_unread,
)
from netspec.runs.lock import LOCK, held, killed_for_memory
from netspec.runs.saved import RECORD, RUN_FORMAT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netspec.report.runs import DataRecord, ParametersRecord, RunRecord, Status

_WRITTEN = ("running", "finished", "failed", "interrupted")
# Of a run whose record says that it goes on.
_WITHOUT_END = frozenset({"running", "killed", "unknown"})
_SUMMARY = "summary.txt"
# The totals stand below the table, at the beginning of a line, as nothing of the user's does.
_TOTALS = re.compile(r"^(parameters|trainable|MACs per sample) +([0-9,]+) *$", re.MULTILINE)
_NO_EPOCHS = Epochs({}, ())


class Known(NamedTuple):
    """A folder as its record tells of it, that record as it was read, and the epochs; empty where it has none."""

    run: RunRecord
    record: Mapping[str, Any]
    epochs: Epochs


def look_at(path: Path, *, now: datetime) -> Known:
    """What is known of one folder.

    Args:
        path: The folder, which need not be there.
        now: Until when a run has lasted that goes on.
    """
    try:
        record = json.loads(content(path / RECORD))
    except (FileNotFoundError, NotADirectoryError):
        return _bare(_unbegun(path))
    except (OSError, ValueError, RecursionError) as error:
        return _damaged(path, f"its {RECORD} cannot be read: {why_unread(error)}")
    found = record.get("format") if isinstance(record, dict) else None
    if type(found) is not int or found < 1:
        return _damaged(path, f"its {RECORD} is no record of a run")
    if found > RUN_FORMAT:
        return _bare(_unread(path, "foreign", f"a newer netspec wrote it (format {found})"))
    if record.get("status") not in _WRITTEN:
        return _damaged(path, f"its {RECORD} has no status")
    epochs = read_epochs(path)
    return Known(_known(path, record, epochs, now), record, epochs or _NO_EPOCHS)


def _bare(run: RunRecord) -> Known:
    return Known(run, {}, _NO_EPOCHS)


def _damaged(path: Path, why: str) -> Known:
    """A run whose record says nothing; its epochs and its evaluation still may."""
    run, epochs = _unread(path, "damaged", why), read_epochs(path) or _NO_EPOCHS
    run["metrics"] = _test_metrics(path, {})
    if epochs.rows:
        run = {**run, "epochs_done": epochs.done, "best": epochs.best({})}
    return Known(run, {}, epochs)


def _unbegun(path: Path) -> RunRecord:
    """A folder without a record: a run whose data is being looked at, unless it is none at all."""
    is_held = held(path)
    if is_held is None:
        if not path.exists():
            return _unread(path, "foreign", "it is not there")
        return _unread(path, "foreign", f"it has no {RECORD}" if path.is_dir() else "it is a file")
    if is_held:
        return _unread(path, "running", "it has not begun to train")
    return _unread(path, "killed", "before it began to train")


def _known(path: Path, record: dict[str, Any], epochs: Epochs | None, now: datetime) -> RunRecord:
    status, reason = _status(path, record)
    started = moment(record.get("started"))
    seconds = number(record.get("seconds"))
    if status == "running" and started is not None and not record.get("resumed"):
        seconds = max(0.0, (now - datetime.fromisoformat(started)).total_seconds())
    elif status in _WITHOUT_END:  # what the record says is of the time before it was resumed
        seconds = epochs.seconds if epochs is not None else None
    if status == "finished" and epochs is not None and not epochs.rows:
        epochs = None  # it had some, and they are gone
    parameters, macs = _size(path, record)
    return {
        **_unread(path, status, reason),
        "spec": text(record.get("name")),
        "started": started,
        "ended": moment(record.get("ended")) if status not in _WITHOUT_END else None,
        "seconds": seconds,
        "epochs": whole(record.get("epochs")),
        "epochs_done": epochs.done if epochs is not None else None,
        "best": epochs.best(record) if epochs is not None else None,
        "metrics": _test_metrics(path, record),
        "parameters": parameters,
        "macs": macs,
        "data": _data(mapping(record.get("data"))),
    }


def _unread(path: Path, status: Status, reason: str | None) -> RunRecord:
    """A folder of which no more is known than its status."""
    return {
        "name": path.resolve().name if path.name in {"", ".", ".."} else path.name,
        "path": str(path),
        "status": status,
        "reason": reason,
        "spec": None,
        "started": None,
        "ended": None,
        "seconds": None,
        "epochs": None,
        "epochs_done": None,
        "best": None,
        "metrics": {},
        "parameters": None,
        "macs": None,
        "data": None,
    }


def _status(path: Path, record: dict[str, Any]) -> tuple[Status, str | None]:
    """A run's status, and what more is to be said of it. Of a run that was killed, its record cannot tell."""
    written: Status = record["status"]
    if written != "running":
        return written, text(record.get("reason"))
    is_held = held(path)
    if is_held:
        return "running", None
    if is_held is False:
        return "killed", "perhaps for want of memory" if killed_for_memory(path) else None
    if os.path.lexists(path / LOCK):
        return "unknown", "it goes on, or was killed, on another machine"
    return "unknown", f"it goes on, or was killed: it has no {LOCK} that would tell"


def _size(path: Path, record: Mapping[str, Any]) -> tuple[ParametersRecord | None, int | None]:
    """A network's parameters and multiply-accumulates; of a run by an older netspec, from below its table of layers."""
    if "parameters" not in record:
        return _size_told(path)
    written = mapping(record["parameters"])
    total, macs = whole(written.get("total")), whole(record.get("macs"))
    if total is None:
        return None, macs
    return {"total": total, "trainable": whole(written.get("trainable"))}, macs


def _size_told(path: Path) -> tuple[ParametersRecord | None, int | None]:
    try:
        told = content(path / _SUMMARY)
    except (OSError, ValueError):
        return None, None
    found = {
        name: whole(int(digits.replace(",", "")))
        for name, digits in _TOTALS.findall(told)
        if len(digits) < len("9,007,199,254,740,992")
    }
    total, macs = found.get("parameters"), found.get("MACs per sample")
    if total is None:
        return None, macs
    return {"total": total, "trainable": found.get("trainable")}, macs


def _test_metrics(path: Path, record: Mapping[str, Any]) -> dict[str, float | None]:
    """The test split's, as the run judged it in its end; of one that came to none, as it was judged since."""
    if record.get("metrics"):
        return numbers(record["metrics"])
    return numbers(judged_on_test(path, record).get("metrics"))


def _data(record: Mapping[str, Any]) -> DataRecord | None:
    source = text(record.get("source"))
    if source is None:
        return None
    return {
        "source": source,
        "name": _place(record) or source,
        "train": whole(record.get("train")),
        "validation": whole(record.get("validation")),
        "test": whole(record.get("test")),
        "fingerprint": text(record.get("fingerprint")),
    }


def _place(record: Mapping[str, Any]) -> str:
    """What the folder or file is called that a source reads; nothing where it has a name of its own."""
    path = text(record.get("path")) or text(record.get("folder"))  # as older records have it
    if path is None:
        return ""
    parts = PurePosixPath(text(record.get("root")) or "", path).parts
    names = (part for part in reversed(parts) if part not in {"/", ".."} and "*" not in part)
    return next(names, "")
