"""What a run is begun again with whose states cannot be read: weights that it kept, where they are whole."""

from __future__ import annotations

import shlex
import zipfile
import zlib
from typing import TYPE_CHECKING

from netspec.report.escape import printable
from netspec.runs.saved import MODEL, RESOLVED

if TYPE_CHECKING:
    from pathlib import Path

_BEST = ("state/best.keras", "checkpoints/best.keras", MODEL)
# What zipfile raises over a file that says anything at all.
_SIGNS_OF_DAMAGE = (
    *(EOFError, LookupError, OSError, RuntimeError, ValueError),
    *(zipfile.BadZipFile, zlib.error),
)


def begin_again(run: Path) -> str:
    """What to do with a run that cannot go on, for people: begin it again, with weights that it kept if there are any.

    Args:
        run: The run directory.
    """
    weights = next((name for name in _BEST if _is_whole(run / name)), None)
    if weights is None:
        return f"`netspec run` with its {RESOLVED} starts it again, in another directory"
    spec = printable(shlex.quote(str(run / RESOLVED)))
    return (
        f"{weights} is whole: `netspec run {spec} --set model.weights={weights}` begins with its weights, in another "
        "directory"
    )


def _is_whole(path: Path) -> bool:
    """Whether a saved model is there with every byte that was written; nothing takes more room than on the disk."""
    if not path.is_file() or path.is_symlink():
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            is_bare = all(each.compress_type == zipfile.ZIP_STORED for each in members)
            size = sum(each.file_size for each in members)
            return (
                bool(members) and is_bare and size <= path.stat().st_size and not archive.testzip()
            )
    except _SIGNS_OF_DAMAGE:
        return False
