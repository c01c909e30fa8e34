"""Where a spec's data lies: below a place that the user chose, links followed."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from netspec.errors import DataError
from netspec.wording import nearest


@dataclass(frozen=True)
class Place:
    """Where a spec's pictures are.

    Attributes:
        folder: The folder.
        root: What it lies below, links followed: the place that the user chose.
    """

    folder: Path
    root: Path

    @property
    def path(self) -> str:
        """The folder as `--data-root ROOT` finds it."""
        return self.folder.resolve().relative_to(self.root).as_posix()


def locate(path: str, *, spec_file: Path, data_root: Path | None) -> Place:
    """The folder that a spec names, which lies below a place that the user chose.

    With a data root the path is relative to that and stays below it. Without, it is relative to the spec and stays
    below the spec's repository; outside of one, below the current folder if the spec lies there, else below the spec's
    own. Symbolic links are followed first.

    Raises:
        DataError: There is no such folder, or it lies elsewhere.
    """
    base = data_root if data_root is not None else spec_file.parent
    folder = base / path
    try:
        real = folder.resolve(strict=True)
    except PermissionError:
        raise DataError(f"cannot read the folder {folder}: permission denied") from None
    except (OSError, RuntimeError):
        raise DataError(
            f"there is no folder {_shown(folder)}", hint=_where(path, spec_file, data_root)
        ) from None
    root = (data_root if data_root is not None else _root_of(spec_file)).resolve()
    if not real.is_relative_to(root):
        raise DataError(
            f"the folder {_shown(folder)} lies outside of {root}",
            hint="name the folder that data.source may lie in with --data-root; the path is relative to it then",
        )
    if not real.is_dir():
        raise DataError(f"{_shown(folder)} is a file, not a folder", hint="correct data.source")
    return Place(folder, root)


def locate_again(path: str, *, root: Path, run: Path) -> Place:
    """The folder that a run learned from, if it lies where one would look without being told.

    What a run directory says of places may be a stranger's word, so it is believed below the run's repository and the
    current one only.

    Raises:
        DataError: It is not there any more, or lies elsewhere.
    """
    folder = root / path
    around = (_root_of(run / "resolved.yaml"), _root_of(Path.cwd() / "spec.yaml"))
    real = folder.resolve()
    if not any(real.is_relative_to(place.resolve()) for place in around):
        raise DataError(
            f"the run learned from {folder}, which lies outside of {around[0]}",
            hint=f"if it may be read, say so: --data-root {root}",
        )
    if not real.is_dir():
        raise DataError(
            f"there is no folder {folder} any more, which the run learned from",
            hint=f"if it has moved, name the folder that {path} begins in with --data-root",
        )
    return Place(folder, root.resolve())


def _shown(folder: Path) -> str:
    """A folder, and where it is, if what the spec says does not show that."""
    return str(folder) if folder.is_absolute() else f"{folder} (in {Path.cwd()})"


def _where(path: str, spec_file: Path, data_root: Path | None) -> str:
    """What to do about a folder that is not there."""
    try:
        record = json.loads((spec_file.parent / "run.json").read_text(encoding="utf-8"))
        recorded = record["data"]["root"]
    except (OSError, ValueError, LookupError, TypeError):
        recorded = None
    if isinstance(recorded, str) and data_root is None:
        return f"the run found it with --data-root {recorded}"
    above = (data_root if data_root is not None else spec_file.parent) / Path(path).parent
    try:
        with os.scandir(above) as entries:
            others = [entry.name for entry in entries if entry.is_dir()]
    except OSError:
        others = []
    meant = nearest(Path(path).name, others)
    return meant or "correct data.source, or name the folder above it with --data-root"


def _root_of(spec_file: Path) -> Path:
    """Where a spec's data may lie when the user does not say."""
    own = spec_file.resolve().parent
    for folder in (own, *own.parents):
        if (folder / ".git").exists():
            return folder
    here = Path.cwd()
    return here if own.is_relative_to(here) else own
