"""A folder of pictures: its classes and splits by its folders' names, before any file is opened."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.data.source import ImageSource, Reports
from netspec.errors import DataError
from netspec.fields import Mismatch
from netspec.spec.data import CLASS_NAME, DataFacts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netspec.data.files.checking import Checked
    from netspec.data.images import Images
    from netspec.data.sources.place import Place
    from netspec.data.splits import Split

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


class FolderSource(ImageSource):
    """Pictures in folders."""

    def __init__(self, place: Place) -> None:
        self._listing = look(place.folder, within=place.root)
        self.title = f"{place.path}/"
        self.facts = self._listing.facts
        self.record = {"source": "ImageFolder", "root": str(place.root), "path": place.path}

    def load(self, reports: Reports, *, offline: bool) -> dict[str, Images]:
        """The files' names and labels; no file is opened."""
        del reports, offline
        import numpy as np

        from netspec.data.images import FileImages

        return {
            name: FileImages(
                self._listing.root,
                tuple(file for file, _ in files),
                np.array([number for _, number in files], np.int64),
            )
            for name, files in self._listing.splits.items()
        }

    def check(self, splits: Mapping[str, Split], reports: Reports, *, channels: int) -> Checked:
        """Looks at every file."""
        from netspec.data.files.checking import check_files

        return check_files(splits, channels=channels, progress=reports.checking)


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
