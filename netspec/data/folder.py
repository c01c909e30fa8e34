"""A folder of pictures: where it is, its classes and splits by its folders' names, before any file is opened."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from netspec.errors import DataError
from netspec.fields import Mismatch
from netspec.spec.data import CLASS_NAME, DataFacts

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


def locate(path: str, *, spec_file: Path, data_root: Path | None) -> Path:
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
        hint = "correct data.source, or name the folder above it with --data-root"
        raise DataError(f"there is no folder {folder}", hint=hint) from None
    root = data_root if data_root is not None else _root_of(spec_file)
    if not real.is_relative_to(root.resolve()):
        raise DataError(
            f"the folder {folder} lies outside of {root}",
            hint="name the folder that data.source may lie in with --data-root; the path is relative to it then",
        )
    if not real.is_dir():
        raise DataError(f"{folder} is a file, not a folder", hint="correct data.source")
    return folder


def _root_of(spec_file: Path) -> Path:
    """Where a spec's data may lie when the user does not say."""
    own = spec_file.resolve().parent
    for folder in (own, *own.parents):
        if (folder / ".git").exists():
            return folder
    here = Path.cwd()
    return here if own.is_relative_to(here) else own


def look(root: Path) -> Listing:
    """Lists a folder's pictures: class folders, or `train` and other splits with class folders each.

    Every file below a class folder counts, whatever its name, but for hidden ones.

    Raises:
        DataError: The folder cannot be read, or is not laid out like this.
    """
    try:
        return _look(root)
    except OSError as error:
        raise DataError(
            f"cannot read the folder {error.filename or root}: {error.strerror or error}"
        ) from None


def _look(root: Path) -> Listing:
    parts = _parts(root)
    held = _class_folders(parts)
    classes = tuple(sorted(held[TRAIN]))
    _check_names(parts[TRAIN], classes)
    splits = {}
    for name, folders in held.items():
        above = parts[name]
        _check_same_classes(above, folders, classes)
        prefix = "" if above == root else f"{name}/"
        files = [
            (f"{prefix}{folder}/{file}", number)
            for number, folder in enumerate(classes)
            if folder in folders
            for file in _files(root, above, folder)
        ]
        _check_filled(above, classes if name == TRAIN else (), files)
        splits[name] = tuple(sorted(files))
    return Listing(root, classes, splits)


def _parts(root: Path) -> dict[str, Path]:
    """The folders that hold class folders, by their splits' names, `train` first.

    Raises:
        DataError: A folder is meant to be `train` and is called otherwise.
    """
    folders, _ = _entries(root)
    if TRAIN in folders and (set(folders) - {TRAIN} <= _OTHER_SPLITS or _entries(root / TRAIN)[0]):
        return {name: root / name for name in (TRAIN, *sorted(set(folders) - {TRAIN}))}
    # Otherwise pictures of trains are a class among others.
    for name in folders:
        if name.lower() in {TRAIN, "training"} and _entries(root / name)[0]:
            raise DataError(
                f"the folder {root} has a folder {name}, and netspec looks for {TRAIN}",
                hint=f"rename {name} to {TRAIN}",
            )
    return {TRAIN: root}


def _class_folders(parts: dict[str, Path]) -> dict[str, list[str]]:
    """The class folders in each split; what lies beside `train` and looks like no split is left out."""
    held = {}
    for name, above in parts.items():
        folders, files = _entries(above)
        pictures = sorted(file for file in files if Path(file).suffix.lower() in _ENDINGS)
        if folders or name == TRAIN or (pictures and name in _OTHER_SPLITS):
            _check_layout(above, folders, files, pictures)
            held[name] = folders
    return held


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


def _entries(folder: Path) -> tuple[list[str], list[str]]:
    """The folders and the files in a folder, without hidden ones."""
    folders: list[str] = []
    files: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if not _is_hidden(entry.name):
                (folders if entry.is_dir() else files).append(entry.name)
    return folders, files


def _files(root: Path, above: Path, name: str) -> list[str]:
    """The files below a class folder, relative to it. A link is followed, but never to where it comes from."""
    found: list[str] = []
    waiting = [""]
    seen = {_identity(root), _identity(above)}
    while waiting:
        below = waiting.pop()
        here = above / name / below
        if _identity(here) not in seen:
            seen.add(_identity(here))
            folders, files = _entries(here)
            found += [f"{below}{file}" for file in files]
            waiting += [f"{below}{folder}/" for folder in folders]
    return found


def _identity(folder: Path) -> tuple[int, int]:
    status = folder.stat()
    return status.st_dev, status.st_ino


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name.lower() in _LITTER
