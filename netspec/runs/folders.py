"""Folders inside a run, which lead nowhere else."""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def make_folder(run: Path, name: str) -> Path:
    """Makes a folder inside a run, if it is not there.

    A link in its way, as in a run from elsewhere, goes: what is written into the folder stays in the run.

    Args:
        run: The run's directory.
        name: The folder, relative to it.

    Raises:
        OSError: It cannot be made, or a file is in its way.
    """
    for path in _steps(run, name):
        if path.is_symlink():
            path.unlink()
        path.mkdir(exist_ok=True)
    return run / name


def remove_folder(run: Path, name: str) -> None:
    """Removes a folder inside a run with all that is in it, if it is there; of a link the link alone.

    Args:
        run: The run's directory.
        name: The folder, relative to it.

    Raises:
        OSError: It cannot be removed, or is a file.
    """
    for path in _steps(run, name):
        if path.is_symlink():
            path.unlink()
    if (run / name).exists():
        shutil.rmtree(run / name)


def _steps(run: Path, name: str) -> Iterator[Path]:
    """The folder's parents inside the run, the outermost first, and the folder itself."""
    for part in PurePosixPath(name).parts:
        run /= part
        yield run
