"""Where a file of features may be written: no other file is overwritten, and none that the spec reads."""

from __future__ import annotations

import os
import struct
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.errors import UsageError
from netspec.report.escape import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.runs.plan import Plan

ENDING = ".npz"
# The comment of every archive of features; NumPy takes no notice of it.
MARK = b"features written by netspec"
_ANOTHER = "name another with --output"
# What zipfile raises over a file that says anything at all.
_SIGNS_OF_DAMAGE = (LookupError, RuntimeError, ValueError, struct.error, zipfile.BadZipFile)


def require_writable(output: Path) -> None:
    """Makes sure that a file of features can be at a place, whatever is there.

    Raises:
        UsageError: It cannot.
    """
    shown = printable(str(output))
    if output.suffix != ENDING:
        raise UsageError(
            f"{shown} does not end in {ENDING}", hint=f"such as --output features{ENDING}"
        )
    if os.path.lexists(output) and (output.is_symlink() or not output.is_file()):
        raise UsageError(f"{shown} is no file of its own", hint=_ANOTHER)
    if not output.absolute().parent.is_dir():
        raise UsageError(
            f"there is no folder {printable(str(output.parent))}", hint="make it first"
        )


def require_replaceable(output: Path, plan: Plan) -> bool:
    """Makes sure that what is at a place may be replaced: an earlier file of features that the spec does not read.

    Returns:
        Whether there is one.

    Raises:
        UsageError: It may not be replaced, or cannot be read.
    """
    if not output.exists():
        return False
    shown = printable(str(output))
    if any(_is_same(output, each) for each in _read_by(plan)):
        raise UsageError(f"{shown} is read by the spec itself", hint=_ANOTHER)
    try:
        with zipfile.ZipFile(output) as archive:
            is_ours = archive.comment == MARK
    except OSError as error:
        raise UsageError(f"cannot read {shown}: {error.strerror or error}", hint=_ANOTHER) from None
    except _SIGNS_OF_DAMAGE:
        is_ours = False
    if not is_ours:
        raise UsageError(
            f"{shown} is there already, and is no file of features that netspec wrote",
            hint=f"{_ANOTHER}, or remove it",
        )
    return True


def _read_by(plan: Plan) -> Iterator[Path]:
    """The files that a run reads which may be called as features are: its data, and weights."""
    root, path = plan.data.record.get("root"), plan.data.record.get("path")
    if isinstance(root, str) and isinstance(path, str):
        yield Path(root, path)
    yield from (start.path for start in plan.starts if start.path is not None)


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False
