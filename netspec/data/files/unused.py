"""What the cache keeps of data that nobody has used for long."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_SECONDS_KEPT = 90 * 24 * 3600


def mark_used(path: Path) -> None:
    """Says of a file that it was used just now."""
    with suppress(OSError):
        os.utime(path)


def remove_unused(folder: Path) -> None:
    """Removes the files of a folder that have neither been written nor used for 90 days."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                age = time.time() - entry.stat(follow_symlinks=False).st_mtime
                if age > _SECONDS_KEPT and entry.is_file(follow_symlinks=False):
                    os.unlink(entry.path)  # noqa: PTH108 - a Path for each of many files takes longer
