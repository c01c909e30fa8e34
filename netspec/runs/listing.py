"""The runs of a folder, by what each says of itself; a thousand of them take less than a second."""

from __future__ import annotations

import csv
import json
import math
import os
import stat
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from netspec.errors import UsageError
from netspec.runs.lock import LOCK, held, killed_for_memory
from netspec.runs.saved import RECORD, RUN_FORMAT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from netspec.report.runs import BestRecord, RunRecord, RunsDocument, Status

_METRICS = "metrics.csv"
_LARGEST = 10 * 2**20
_WRITTEN = ("running", "finished", "failed", "interrupted")


class _Epochs(NamedTuple):
    """What `metrics.csv` says: how many epochs there are, their seconds, and the best one."""

    done: int
    seconds: float
    best: BestRecord | None


def list_runs(folder: Path, *, now: datetime) -> RunsDocument:
    """What is known of each run of a folder, the newest last; of what is no run, that it is none.

    Args:
        folder: It holds runs, or is one itself.
        now: Until when runs have lasted that go on.

    Raises:
        UsageError: It is not there, or cannot be read.
    """
    if (folder / RECORD).exists():
        return {"folder": str(folder), "runs": [_run(folder, now)]}
    try:
        with os.scandir(folder) as entries:
            names = [each.name for each in entries if each.name[0] != "." and _is_folder(each)]
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        raise UsageError(
            f"the folder {folder} {'is not there' if missing else f'cannot be read: {error.strerror}'}",
            hint="name the folder that holds the runs; `netspec run` makes runs/ where it is called",
        ) from None
    runs = [_run(folder / name, now) for name in names]
    runs.sort(key=lambda run: (_time(run["started"]), run["name"]))
    return {"folder": str(folder), "runs": runs}


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a loop of links
        return False


def _run(path: Path, now: datetime) -> RunRecord:
    """What is known of one folder."""
    try:
        record = json.loads(_content(path / RECORD))
    except FileNotFoundError:
        return _unbegun(path)
    except (OSError, ValueError, RecursionError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        return _unread(path, "damaged", f"its {RECORD} cannot be read: {why}")
    number = record.get("format") if isinstance(record, dict) else None
    if type(number) is not int or number < 1:
        return _unread(path, "damaged", f"its {RECORD} is no record of a run")
    if number > RUN_FORMAT:
        return _unread(path, "foreign", f"a newer netspec wrote it (format {number})")
    if record.get("status") not in _WRITTEN:
        return _unread(path, "damaged", f"its {RECORD} has no status")
    return _known(path, record, now)


def _unbegun(path: Path) -> RunRecord:
    """A folder without a record: a run whose data is being looked at, unless it is none at all."""
    is_held = held(path)
    if is_held is None:
        return _unread(path, "foreign", f"it has no {RECORD}")
    if is_held:
        return _unread(path, "running", "it has not begun to train")
    return _unread(path, "killed", "before it began to train")


def _known(path: Path, record: dict[str, Any], now: datetime) -> RunRecord:
    status, reason = _status(path, record)
    started = _moment(record.get("started"))
    seconds = _number(record.get("seconds"))
    epochs = _epochs(path, record)
    if status == "running" and started is not None and not record.get("resumed"):
        seconds = max(0.0, (now - datetime.fromisoformat(started)).total_seconds())
    elif status in {"running", "killed", "unknown"}:
        seconds = epochs.seconds if epochs is not None else None
    metrics = record.get("metrics")
    return {
        **_unread(path, status, reason),
        "spec": _text(record.get("name")),
        "started": started,
        "ended": _moment(record.get("ended"))
        if status not in {"running", "killed", "unknown"}
        else None,
        "seconds": seconds,
        "epochs": _whole(record.get("epochs")),
        "epochs_done": epochs.done if epochs is not None else None,
        "best": epochs.best if epochs is not None else None,
        "metrics": {name: _number(value) for name, value in metrics.items()}
        if isinstance(metrics, dict)
        else {},
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
    }


def _status(path: Path, record: dict[str, Any]) -> tuple[Status, str | None]:
    """A run's status, and what more is to be said of it. Of a run that was killed, its record cannot tell."""
    written: Status = record["status"]
    if written != "running":
        return written, _text(record.get("reason"))
    is_held = held(path)
    if is_held:
        return "running", None
    if is_held is False:
        return "killed", "perhaps for want of memory" if killed_for_memory(path) else None
    if os.path.lexists(path / LOCK):
        return "unknown", "it goes on, or was killed, on another machine"
    return "unknown", f"it goes on, or was killed: it has no {LOCK} that would tell"


def _epochs(path: Path, record: dict[str, Any]) -> _Epochs | None:
    """What a run keeps of its epochs; None where that cannot be read."""
    try:
        rows = list(csv.DictReader(_content(path / _METRICS).splitlines(), strict=True))
        seconds = sum(_float(row.get("seconds")) for row in rows)
        done = int(_float(rows[-1].get("epoch"))) if rows else 0
        best = _best(rows, record)
    except FileNotFoundError:  # before the first epoch's end there is none
        return _Epochs(0, 0.0, None)
    except (OSError, ValueError, OverflowError, csv.Error):
        return None
    return _Epochs(done, seconds if math.isfinite(seconds) else 0.0, best)


def _best(rows: Sequence[dict[str, str]], record: dict[str, Any]) -> BestRecord | None:
    """The epoch that the record names; before it does, that of the lowest validation loss, or loss.

    Raises:
        ValueError: A cell that should be a number is none.
    """
    by, epoch = _text(record.get("best_by")), _whole(record.get("best_epoch"))
    if by is not None and epoch:
        found = (row for row in rows if _float(row.get("epoch")) == epoch)
        return {"epoch": epoch, "by": by, "value": _number(_float(next(found, {}).get(by)))}
    for name in ("val_loss", "loss"):
        values = [(_float(row.get(name)), row) for row in rows]
        told = [each for each in values if math.isfinite(each[0])]
        if told:
            value, row = min(told, key=lambda each: each[0])
            return {"epoch": int(_float(row.get("epoch"))), "by": name, "value": value}
    return None


def _content(file: Path) -> str:
    """A file's text; of a link or a pipe, as in a folder from elsewhere, there is none.

    Raises:
        OSError: It is not there, or is no file.
        ValueError: It is too large, or no text.
    """
    careful = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    number = os.open(file, os.O_RDONLY | careful)
    with open(number, encoding="utf-8", newline="") as stream:  # noqa: PTH123 - a descriptor
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise ValueError("it is no file")
        text = stream.read(_LARGEST + 1)
    if len(text) > _LARGEST:
        raise ValueError("it is too large")
    return text


def _float(value: str | None) -> float:
    return float(value) if value else math.nan


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> float | None:
    """A number that JSON has, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    with suppress(OverflowError):
        return float(value) if math.isfinite(value) else None
    return None


def _whole(value: object) -> int | None:
    return value if type(value) is int and 0 <= value < 2**53 else None


def _moment(value: object) -> str | None:
    """A moment that can be read, with its offset from UTC."""
    with suppress(ValueError, OverflowError):
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
            return moment.astimezone(UTC).isoformat()
    return None


def _time(started: str | None) -> float:
    return datetime.fromisoformat(started).timestamp() if started is not None else -math.inf
