"""Where a spec's data lies: below a place that the user chose, links followed."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.errors import DataError
from netspec.wording import nearest

if TYPE_CHECKING:
    from collections.abc import Callable

# How the names of files that are data end.
_FILES = frozenset(
    {".csv", ".h5", ".keras", ".npy", ".npz", ".tfrecord", ".tfrecords", ".tsv", ".txt"}
)
# Names of files are alike from this share of their letters on, endings left out.
_ALIKE = 0.7


@dataclass(frozen=True)
class Place:
    """Where what a spec names is: a folder or a file.

    Attributes:
        at: The folder or file.
        root: What it lies below, links followed: the place that the user chose.
    """

    at: Path
    root: Path

    @property
    def path(self) -> str:
        """The path as `--data-root ROOT` finds it."""
        return self.at.resolve().relative_to(self.root).as_posix()

    @property
    def folder(self) -> Path:
        """The folder.

        Raises:
            DataError: It is a file.
        """
        if not self.at.is_dir():
            hint = "correct data.source"
            raise DataError(f"{_shown(self.at)} is a file, not a folder", hint=hint)
        return self.at

    @property
    def file(self) -> Path:
        """The file.

        Raises:
            DataError: It is a folder, or a pipe or device, which one might wait for.
        """
        if not self.at.is_file():
            what = "folder" if self.at.is_dir() else "pipe or a device"
            hint = "correct data.source"
            raise DataError(f"{_shown(self.at)} is a {what}, not a file", hint=hint)
        return self.at

    def beside(self, path: str, *, near: bool = False) -> Place:
        """What a path leads to that is relative to the folder, or to the file's own, and lies below the root.

        Args:
            path: The path.
            near: Whether a folder of a similar name is looked for where there is none.

        Raises:
            DataError: It is not there, or lies elsewhere.
        """
        base = self.at if self.at.is_dir() else self.at.parent
        real = _real(
            base / path,
            hint=lambda: (near and _near(base / path, files=False)) or "correct data.source",
        )
        if not real.is_relative_to(self.root):
            raise _outside(
                base / path,
                self.root,
                hint="put a copy in its place, or name a folder above both with --data-root; paths begin there then",
            )
        return Place(base / path, self.root)


def locate(path: str, *, spec_file: Path, data_root: Path | None) -> Place:
    """The folder or file that a spec names, which lies below a place that the user chose.

    With a data root the path is relative to that and stays below it. Without, it is relative to the spec and stays
    below the spec's repository; outside of one, below the current folder if the spec lies there, else below the spec's
    own. Symbolic links are followed first.

    Raises:
        DataError: There is none, or it lies elsewhere.
    """
    at = (data_root if data_root is not None else spec_file.parent) / path
    real = _real(at, hint=lambda: _where(path, spec_file, data_root))
    root = (data_root if data_root is not None else _root_of(spec_file)).resolve()
    if not real.is_relative_to(root):
        raise _outside(at, root, hint=_root_for(path, real))
    return Place(at, root)


def locate_named(path: str, *, data_root: Path | None) -> Place:
    """The folder or file that the user names outside of a spec, as on a command line.

    With a data root the path is relative to that and stays below it. Without, it is relative to the current folder and
    may lead anywhere, as it is the user's own word; links in it stay below the current repository or folder, where the
    path lies below that, else below the named folder, or the file's own.

    Raises:
        DataError: There is none, or it lies elsewhere.
    """
    here = Path.cwd() / "spec.yaml"
    if data_root is not None:
        return locate(path, spec_file=here, data_root=data_root)
    real = _real(Path(path), hint=lambda: _where(path, here, None))
    root = _root_of(here).resolve()
    if not real.is_relative_to(root):
        root = real if real.is_dir() else real.parent
    return Place(Path(path), root)


def locate_again(path: str, *, root: Path, run: Path) -> Place:
    """The folder or file that a run learned from, if it lies where one would look without being told.

    What a run directory says of places may be a stranger's word, so it is believed below the run's repository and the
    current one only.

    Raises:
        DataError: It is not there any more, or lies elsewhere.
    """
    at = root / path
    around = (_root_of(run / "resolved.yaml"), _root_of(Path.cwd() / "spec.yaml"))
    try:
        root, real = root.resolve(), at.resolve()
    except (OSError, RuntimeError, ValueError):  # RuntimeError is a loop of links
        raise DataError(
            f"the run learned from {_shown(at)}, which is no path that can be followed",
            hint="name the folder that the data lies in with --data-root",
        ) from None
    if not real.is_relative_to(root):
        raise _outside(at, root, hint="put a copy in its place")
    if not any(real.is_relative_to(place.resolve()) for place in around):
        raise DataError(
            f"the run learned from {at}, which lies outside of {around[0]}",
            hint=f"if it may be read, say so: --data-root {root}",
        )
    if not real.exists():
        raise DataError(
            f"there is no {_sort(at)} {at} any more, which the run learned from",
            hint=f"if it has moved, name the folder that {path} begins in with --data-root",
        )
    return Place(at, root)


def _real(at: Path, *, hint: Callable[[], str]) -> Path:
    """What a path leads to, links followed."""
    try:
        return at.resolve(strict=True)
    except PermissionError:
        raise DataError(f"cannot read the {_sort(at)} {at}: permission denied") from None
    except (OSError, RuntimeError, ValueError):
        raise DataError(f"there is no {_sort(at)} {_shown(at)}", hint=hint()) from None


def _outside(at: Path, root: Path, *, hint: str) -> DataError:
    """The complaint about what lies elsewhere.

    Args:
        at: The path that leads there.
        root: What it was to lie below.
        hint: What to do where a link leads out of the root.
    """
    message = f"the {_sort(at)} {_shown(at)} lies outside of {root}"
    link = _link_out(at, root)
    if link is not None:
        return DataError(
            f"{message}: {link.name} is a link that leads to {link.resolve()}", hint=hint
        )
    return DataError(
        message,
        hint="name the folder that data.source may lie in with --data-root; the path is relative to it then",
    )


def _link_out(at: Path, root: Path) -> Path | None:
    """The last link on a path that lies below a root and leads out of it."""
    whole = Path.cwd() / at
    links = (each for each in (whole, *whole.parents) if each.is_symlink())
    return next(
        (
            each
            for each in links
            if each.parent.resolve().is_relative_to(root)
            and not each.resolve().is_relative_to(root)
        ),
        None,
    )


def _root_for(path: str, real: Path) -> str:
    """What to do about a path that a spec names and that leads by a link to a place outside of what it may read."""
    parts = Path(path).parts
    if not Path(path).is_absolute() and ".." not in parts and real.parts[-len(parts) :] == parts:
        return f"if it may be read, say so: --data-root {real.parents[len(parts) - 1]}"
    return f"write {real.name} as the path and name its folder: --data-root {real.parent}; or put a copy in its place"


def _sort(at: Path) -> str:
    """What a path is meant to be, by its name where it is not there."""
    is_file = at.is_file() or (not at.exists() and at.suffix.lower() in _FILES)
    return "file" if is_file else "folder"


def _shown(at: Path) -> str:
    """A path, and where it is, if what the spec says does not show that."""
    return str(at) if at.is_absolute() else f"{at} (in {Path.cwd()})"


def _where(path: str, spec_file: Path, data_root: Path | None) -> str:
    """What to do about a folder or file that is not there."""
    try:
        record = json.loads((spec_file.parent / "run.json").read_text(encoding="utf-8"))
        recorded = record["data"]["root"]
    except (OSError, ValueError, LookupError, TypeError):
        recorded = None
    if isinstance(recorded, str) and data_root is None:
        return f"the run found it with --data-root {recorded}"
    at = (data_root if data_root is not None else spec_file.parent) / path
    meant = _near(at, files=at.suffix.lower() in _FILES)
    return meant or "correct data.source, or name the folder above it with --data-root"


def _near(at: Path, *, files: bool) -> str | None:
    """A folder beside one that is not there, or a file of the same ending, that is called much like it."""
    try:
        with os.scandir(at.parent) as entries:
            others = [entry.name for entry in entries if files or entry.is_dir()]
    except OSError:
        return None
    if files:
        same = [name for name in others if Path(name).suffix.lower() == at.suffix.lower()]
        meant = nearest(at.name, same or others)
        is_alike = SequenceMatcher(None, at.stem, Path(meant.instead).stem).ratio() if meant else 0
        return meant if is_alike >= _ALIKE else None
    return nearest(at.name, others)


def _root_of(spec_file: Path) -> Path:
    """Where a spec's data may lie when the user does not say."""
    own = spec_file.resolve().parent
    for folder in (own, *own.parents):
        if (folder / ".git").exists():
            return folder
    here = Path.cwd()
    return here if own.is_relative_to(here) else own
