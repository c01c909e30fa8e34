"""What was written before a run was continued, and may tell of weights that the run does not have any more."""

from __future__ import annotations

import os
from datetime import datetime
from typing import TYPE_CHECKING

from netspec.runs.listed.untrusted import mapping, moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# What a page says of it.
BEFORE = "this is from before the run was continued, and its weights may be others now"


def is_outdated(file: Path, record: Mapping[str, object]) -> bool:
    """Whether a file was written before its run was continued for the last time.

    Only the file's own time tells: that of a copy is mostly the copy's, and then nothing is known against it.

    Args:
        file: The file.
        record: What the run's `run.json` holds; it may hold anything.
    """
    resumed = record.get("resumed")
    times = (
        [moment(mapping(each).get("at")) for each in resumed] if isinstance(resumed, list) else []
    )
    known = [datetime.fromisoformat(each) for each in times if each is not None]
    try:
        return bool(known) and os.lstat(file).st_mtime < max(known).timestamp()
    except (OSError, ValueError, OverflowError):
        return False
