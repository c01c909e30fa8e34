"""A folder without the record of a run: one that a run has begun to make, or none of a run's at all."""

from __future__ import annotations

import shlex
from contextlib import suppress
from typing import TYPE_CHECKING

from netspec.errors import UsageError
from netspec.report.escape import printable
from netspec.runs.lock import LOCK, held

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

WRITING = "writing-"
# What a run has written by the time that its record is, and the page that `netspec report` makes of it even then.
BEFORE_RECORD = frozenset(
    {
        *("classes.txt", LOCK, "log.txt", "resolved.yaml", "skipped.csv", "spec.yaml"),
        *("backbones", "report.html", "splits.csv", "state", "summary.txt"),
    }
)


def is_half(path: Path) -> bool:
    """Whether a file was being written when the process ended."""
    return path.name.startswith(WRITING)


def is_unbegun(path: Path, left: Sequence[Path]) -> bool:
    """Whether files can be what a killed run has left, and not somebody's spec that is called as a run's.

    Args:
        path: The folder.
        left: All that is in it.
    """
    names = {each.name for each in left if not is_half(each)}
    state = path / "state"
    # A run makes an empty folder, then the lock, then all else; where it ends well, the lock goes last.
    return (
        names <= BEFORE_RECORD
        and (names == {"state"} or LOCK in names)
        and state.is_dir()
        and not state.is_symlink()
        and not any(state.iterdir())
    )


def without_record(path: Path, record: str) -> UsageError:
    """What is told of a folder that has no record where a run is asked for.

    Args:
        path: The folder.
        record: What a run's record is called.
    """
    with suppress(OSError):
        if is_unbegun(path, list(path.iterdir())):
            return _of_unbegun(path, record)
    newest = _newest_run(path, record)
    return UsageError(
        f"{path} is no run directory: it has no {record}",
        hint="`netspec run` prints it last"
        if newest is None
        else f"it holds runs, of which the newest is {newest}",
    )


def _of_unbegun(path: Path, record: str) -> UsageError:
    if held(path):
        return UsageError(
            f"the run {path} has not begun to train: it has no {record} yet",
            hint="wait until it has",
        )
    again = f"netspec run SPEC --output {printable(shlex.quote(str(path)))} --resume"
    return UsageError(
        f"the run {path} was killed before it had written what it is: it has no {record}",
        hint=f"`{again}` begins it anew, with the spec that it was to train",
    )


def _newest_run(path: Path, record: str) -> Path | None:
    """The run that was last changed of those that a folder holds."""
    runs: list[tuple[float, Path]] = []
    with suppress(OSError):
        for entry in path.iterdir():
            with suppress(OSError):
                runs.append(((entry / record).stat().st_mtime, entry))
    return max(runs)[1] if runs else None
