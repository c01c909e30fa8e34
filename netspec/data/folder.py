"""A folder of pictures: where it is, its classes and splits by its folders' names, before any file is opened."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from netspec.errors import DataError
from netspec.fields import Mismatch
from netspec.spec.data import CLASS_NAME, DataFacts
from netspec.wording import nearest

TRAIN = "train"
_OTHER_SPLITS = frozenset({"validation", "valid", "val", "test"})
# What file managers and archives leave behind is no picture of anybody's.
_LITTER = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db", "__macosx", "@eadir"})
_ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp"})
_SHOWN = 5


@dataclass(frozen=True)
class Listing:
    """What a folder holds.

    Attributes:
        root: The folder.
        classes: The class folders' names, sorted: a class's number is its place here.
        splits: For each split its files, as `(name relative to the root, class number)`, sorted by name.
    """

    root: Path
    classes: tuple[str, ...]
    splits: dict[str, tuple[tuple[str, int], ...]]

    @property
    def facts(self) -> DataFacts:
        """What rules can hold a spec against."""
        return DataFacts(
            name=f"the folder {self.root.resolve().name}",
            folders=self.classes,
            classes=len(self.classes),
            image_shape=None,
            splits={name: len(files) for name, files in self.splits.items()},
        )


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


def look(root: Path, *, within: Path | None = None) -> Listing:
    """Lists a folder's pictures: class folders, or `train` and other splits with class folders each.

    Every file below a class folder counts, whatever its name, but for hidden ones.

    Args:
        root: The folder.
        within: Where its links may lead; anywhere without.

    Raises:
        DataError: The folder cannot be read, is not laid out like this, or has a link that leads elsewhere.
    """
    try:
        return _Look(root, within).listing()
    except OSError as error:
        raise DataError(
            f"cannot read the folder {error.filename or root}: {error.strerror or error}"
        ) from None


class _Look:
    """One look at a folder."""

    def __init__(self, root: Path, within: Path | None) -> None:
        self._root = root
        self._within = within.resolve() if within is not None else None

    def listing(self) -> Listing:
        """All of it."""
        parts = self._parts()
        held = self._class_folders(parts)
        classes = tuple(sorted(held[TRAIN]))
        _check_names(parts[TRAIN], classes)
        splits = {}
        for name, folders in held.items():
            above = parts[name]
            _check_same_classes(above, folders, classes)
            prefix = "" if above == self._root else f"{name}/"
            files = [
                (f"{prefix}{folder}/{file}", number)
                for number, folder in enumerate(classes)
                if folder in folders
                for file in self._files(above, folder)
            ]
            _check_filled(above, classes if name == TRAIN else (), files)
            splits[name] = tuple(sorted(files))
        return Listing(self._root, classes, splits)

    def _parts(self) -> dict[str, Path]:
        """The folders that hold class folders, by their splits' names, `train` first."""
        root = self._root
        folders, _ = self._entries(root)
        others = sorted(set(folders) - {TRAIN})
        if TRAIN in folders and (set(others) <= _OTHER_SPLITS or self._entries(root / TRAIN)[0]):
            return {name: root / name for name in (TRAIN, *others)}
        # Otherwise pictures of trains are a class among others.
        for name in folders:
            if name.lower() in {TRAIN, "training"} and self._entries(root / name)[0]:
                raise DataError(
                    f"the folder {root} has a folder {name}, and netspec looks for {TRAIN}",
                    hint=f"rename {name} to {TRAIN}",
                )
        return {TRAIN: root}

    def _class_folders(self, parts: dict[str, Path]) -> dict[str, list[str]]:
        """The class folders in each split; what lies beside `train` and looks like no split is left out."""
        held = {}
        for name, above in parts.items():
            folders, files = self._entries(above)
            pictures = sorted(file for file in files if Path(file).suffix.lower() in _ENDINGS)
            if folders or name == TRAIN or (pictures and name in _OTHER_SPLITS):
                _check_layout(above, folders, files, pictures)
                held[name] = folders
        return held

    def _files(self, above: Path, name: str) -> list[str]:
        """The files below a class folder, relative to it. A link is followed, but never to where it comes from."""
        found: list[str] = []
        waiting = [""]
        seen = {_identity(self._root), _identity(above)}
        while waiting:
            below = waiting.pop()
            here = above / name / below
            if _identity(here) not in seen:
                seen.add(_identity(here))
                folders, files = self._entries(here)
                found += [f"{below}{file}" for file in files]
                waiting += [f"{below}{folder}/" for folder in folders]
        return found

    def _entries(self, folder: Path) -> tuple[list[str], list[str]]:
        """The folders and the files in a folder, without hidden ones."""
        folders: list[str] = []
        files: list[str] = []
        with os.scandir(folder) as entries:
            for entry in entries:
                if not _is_hidden(entry.name):
                    if entry.is_symlink():
                        self._check_link(Path(entry.path))
                    (folders if entry.is_dir() else files).append(entry.name)
        return folders, files

    def _check_link(self, link: Path) -> None:
        if self._within is not None and not link.resolve().is_relative_to(self._within):
            raise DataError(
                f"{link} is a link that leads outside of {self._within}",
                hint="name a folder that holds both with --data-root; data.source is relative to it then",
            )


def _check_layout(above: Path, classes: list[str], files: list[str], pictures: list[str]) -> None:
    layout = "put the pictures of each class in a folder of their own, named after the class"
    if not classes:
        what = "has no class folders" if files else "is empty"
        raise DataError(f"the folder {above} {what}", hint=layout)
    if pictures:
        raise DataError(
            f"the folder {above} has pictures beside its class folders: {_some(pictures)}",
            hint="move them into the folder of their class",
        )


def _check_names(above: Path, classes: tuple[str, ...]) -> None:
    if len(classes) == 1:
        raise DataError(
            f"the folder {above} has one class, {classes[0]}, and there is nothing to tell it from",
            hint="add a folder for each other class",
        )
    for name in classes:
        try:
            CLASS_NAME.read(name)
        except Mismatch:
            raise DataError(
                f"the folder {above} has a class folder whose name cannot be shown in a line: {name!r}",
                hint="rename it, to at most 100 characters of UTF-8 without control characters",
            ) from None


def _check_same_classes(above: Path, held: list[str], classes: tuple[str, ...]) -> None:
    unknown = sorted(set(held) - set(classes))
    if unknown:
        raise DataError(
            f"the folder {above} has classes that {TRAIN} does not have: {_some(unknown)}",
            hint=f"{TRAIN} has {_some(list(classes))}; a folder that is no split belongs elsewhere",
        )


def _check_filled(above: Path, needed: tuple[str, ...], files: list[tuple[str, int]]) -> None:
    if not files:
        raise DataError(f"the class folders of {above} are empty", hint="add pictures")
    filled = {number for _, number in files}
    empty = [name for number, name in enumerate(needed) if number not in filled]
    if empty:
        raise DataError(
            f"the folder {above} has no pictures of {_some(empty)}",
            hint="add some, or remove the class's folder",
        )


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN} more"


def _identity(folder: Path) -> tuple[int, int]:
    status = folder.stat()
    return status.st_dev, status.st_ino


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name.lower() in _LITTER
