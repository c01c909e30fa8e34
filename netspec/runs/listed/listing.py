"""The runs of a folder, by what each says of itself; a thousand of them take less than a second."""

from __future__ import annotations

import math
import os
from datetime import datetime
from typing import TYPE_CHECKING

from netspec.errors import UsageError
from netspec.runs.listed.known import look_at
from netspec.runs.saved import RECORD

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.report.runs import RunsDocument


def list_runs(folder: Path, *, now: datetime) -> RunsDocument:
    """What is known of each run of a folder, the newest last; of what is no run, that it is none.

    Args:
        folder: It holds runs, or is one itself.
        now: Until when runs have lasted that go on.

    Raises:
        UsageError: It is not there, or cannot be read.
    """
    if (folder / RECORD).exists():
        return {"folder": str(folder), "runs": [look_at(folder, now=now).run]}
    try:
        with os.scandir(folder) as entries:
            names = [each.name for each in entries if each.name[0] != "." and _is_folder(each)]
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        raise UsageError(
            f"the folder {folder} {'is not there' if missing else f'cannot be read: {error.strerror}'}",
            hint="name the folder that holds the runs; `netspec run` makes runs/ where it is called",
        ) from None
    runs = [look_at(folder / name, now=now).run for name in names]
    runs.sort(key=lambda run: (_time(run["started"]), run["name"]))
    return {"folder": str(folder), "runs": runs}


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a loop of links
        return False


def _time(started: str | None) -> float:
    return datetime.fromisoformat(started).timestamp() if started is not None else -math.inf
