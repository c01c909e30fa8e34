"""A folder of pictures: its classes and splits by its folders' names, before any file is opened."""

from __future__ import annotations

import os
import re
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from netspec.data.files.listed import NO_FILE, ListedFiles, of_status
from netspec.data.source import ImageSource, Reports
from netspec.data.sources.classes import TRAIN, is_class_name, may_lack_classes, some
from netspec.errors import DataError
from netspec.report.escape import printable
from netspec.spec.facts import DataFacts
from netspec.things.labels import LABEL, LabelFacts

if TYPE_CHECKING:
    from collections.abc import Callable

    from netspec.data.images import Images
    from netspec.data.sources.place import Place
    from netspec.things.sources import ImageFolder

_WORD = re.compile("[A-Za-z]{2,}")
_OTHER_SPLITS = frozenset({"validation", "valid", "val", "test"})
# What file managers and archives leave behind is no picture of anybody's.
_LITTER = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db", "__macosx", "@eadir"})
ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp"})

Fault = Literal["name", "case", "unknown", "empty", "link", "beside"]

# A file by its name, with its size in bytes and its time in nanoseconds.
_Found = tuple[str, int, int]


class LayoutError(DataError):
    """Something in a folder is not as it should be, and all else could be looked at without it.

    Attributes:
        fault: What it is.
    """

    def __init__(self, fault: Fault, message: str, *, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.fault = fault


@dataclass(frozen=True, eq=False)
class Listing:
    """What a folder holds.

    Attributes:
        root: The folder.
        classes: The class folders' names, sorted: a class's number is its place here.
        splits: For each split its files, sorted by name.
        labels: For each split the number of each file's class.
        passed_over: What is hidden, or litter, and was not looked into; names relative to the root.
    """

    root: Path
    classes: tuple[str, ...]
    splits: dict[str, ListedFiles]
    labels: dict[str, array[int]]
    passed_over: tuple[str, ...] = ()

    @property
    def facts(self) -> DataFacts:
        """What rules can hold a spec against."""
        return DataFacts(
            name=f"the folder {self.root.resolve().name}",
            labels={LABEL: LabelFacts("class", self.classes)},
            splits={name: len(files) for name, files in self.splits.items()},
        )


class FolderSource(ImageSource):
    """Pictures in folders.

    Attributes:
        passed_over: What is hidden, or litter; names relative to the folder.
    """

    is_encoded = True

    def __init__(self, place: Place, *, faults: list[LayoutError] | None = None) -> None:
        self._listing = look(place.folder, within=place.root, faults=faults)
        self.passed_over = self._listing.passed_over
        self.title = f"{place.path}/"
        self.facts = self._listing.facts
        self.record = {"source": "ImageFolder", "root": str(place.root), "path": place.path}
        self.files = self._listing.splits

    def load(self, reports: Reports, *, offline: bool) -> dict[str, Images]:
        """The files' names and labels; no file is opened."""
        del reports, offline
        import numpy as np

        from netspec.data.images import FileImages

        return {
            name: FileImages.listed(
                files, {LABEL: np.array(self._listing.labels[name], dtype=np.int64)}
            )
            for name, files in self._listing.splits.items()
        }


def open_folder(thing: ImageFolder, find: Callable[[str], Place]) -> ImageSource:
    """The folder that a spec names, listed."""
    return FolderSource(find(thing.path))


def look(
    root: Path, *, within: Path | None = None, faults: list[LayoutError] | None = None
) -> Listing:
    """Lists a folder's pictures: class folders, or `train` and other splits with class folders each.

    Every file below a class folder counts, whatever its name, but for hidden ones.

    Args:
        root: The folder.
        within: Where its links may lead; anywhere without.
        faults: Where it is put what is amiss with some classes or files, which are then left out; without, it is
            raised.

    Raises:
        DataError: The folder cannot be read, is not laid out like this, or has a link that leads elsewhere.
    """
    try:
        return _Look(root, within, faults).listing()
    except OSError as error:
        raise _unreadable(root, error) from None


def every_file(root: Path, *, within: Path) -> ListedFiles:
    """All files below a folder, sorted by name, but for hidden ones and what file managers leave behind.

    Args:
        root: The folder.
        within: Where its links may lead.

    Raises:
        DataError: The folder cannot be read, or has a link that leads elsewhere.
    """
    try:
        found = sorted(_Look(root, within).files(root))
    except OSError as error:
        raise _unreadable(root, error) from None
    names, sizes, mtimes = zip(*found, strict=True) if found else ((), (), ())
    return ListedFiles(root, names, array("q", sizes), array("q", mtimes))


def _unreadable(root: Path, error: OSError) -> DataError:
    return DataError(f"cannot read the folder {error.filename or root}: {error.strerror or error}")


class _Look:
    """One look at a folder."""

    def __init__(
        self, root: Path, within: Path | None, faults: list[LayoutError] | None = None
    ) -> None:
        self._root = root
        self._faults = faults
        self._passed_over: list[str] = []
        self._within = within.resolve() if within is not None else None
        self._listed: dict[Path, tuple[list[str], list[_Found]]] = {}

    def listing(self) -> Listing:
        """All of it."""
        parts = self._parts()
        held = self._class_folders(parts)
        classes = self._classes(parts[TRAIN], tuple(sorted(held[TRAIN])))
        splits, labels = {}, {}
        for name, folders in held.items():
            above = parts[name]
            unknown = _unknown_classes(above, folders, held[TRAIN])
            if unknown is not None:
                self._tell(unknown)
            prefix = "" if above == self._root else f"{name}/"
            found = sorted(
                (f"{prefix}{folder}/{file}", size, mtime, number)
                for number, folder in enumerate(classes)
                if folder in folders
                for file, size, mtime in self.files(above, folder)
            )
            numbers = array("q", [number for *_, number in found])
            empty = _empty_classes(above, classes if name == TRAIN else (), set(numbers))
            if empty is not None:
                self._tell(empty)
            splits[name] = ListedFiles(
                self._root,
                tuple(each[0] for each in found),
                array("q", [each[1] for each in found]),
                array("q", [each[2] for each in found]),
            )
            labels[name] = numbers
        return Listing(self._root, classes, splits, labels, tuple(sorted(self._passed_over)))

    def _tell(self, fault: LayoutError) -> None:
        """Something is amiss: the end of it, or one of several things to put right."""
        if self._faults is None:
            raise fault
        self._faults.append(fault)

    def _classes(self, above: Path, names: tuple[str, ...]) -> tuple[str, ...]:
        """The classes whose names can be names."""
        if len(names) == 1 and not may_lack_classes():
            raise DataError(
                f"the folder {above} has one class, {names[0]}, and there is nothing to tell it from",
                hint="add a folder for each other class",
            )
        unshown = [name for name in names if not is_class_name(name)]
        for name in unshown:
            self._tell(
                LayoutError(
                    "name",
                    f"the folder {above} has a class folder whose name cannot be shown in a line: {name!r}",
                    hint="rename it, to at most 100 characters of UTF-8 without control characters",
                )
            )
        alike: dict[str, str] = {}
        for name in names:
            other = alike.setdefault(name.casefold(), name)
            if other != name and len(name) > 1:  # a and A are letters to tell apart
                self._tell(
                    LayoutError(
                        "case",
                        f"the folder {above} has two classes that differ by case only: {other}, {name}",
                        hint=f"move the pictures of {name} into {other}, or rename one of the two",
                    )
                )
        return tuple(name for name in names if name not in unshown)

    def _parts(self) -> dict[str, Path]:
        """The folders that hold class folders, by their splits' names, `train` first."""
        root = self._root
        folders, _ = self._names(root)
        others = sorted(set(folders) - {TRAIN})
        if TRAIN in folders and (set(others) <= _OTHER_SPLITS or self._names(root / TRAIN)[0]):
            return {name: root / name for name in (TRAIN, *others)}
        # Otherwise pictures of trains are a class among others.
        for name in folders:
            if name.lower() in {TRAIN, "training"} and self._names(root / name)[0]:
                raise DataError(
                    f"the folder {root} has a folder {name}, and netspec looks for {TRAIN}",
                    hint=f"rename {name} to {TRAIN}",
                )
        return {TRAIN: root}

    def _class_folders(self, parts: dict[str, Path]) -> dict[str, list[str]]:
        """The class folders in each split; what lies beside `train` and looks like no split is left out."""
        held = {}
        for name, above in parts.items():
            folders, files = self._names(above)
            pictures = sorted(file for file in files if Path(file).suffix.lower() in ENDINGS)
            if folders or name == TRAIN or (pictures and name in _OTHER_SPLITS):
                beside = _check_layout(above, folders, files, pictures)
                if beside is not None:
                    self._tell(beside)
                held[name] = folders
        return held

    def files(self, above: Path, name: str = "") -> list[_Found]:
        """The files below a class folder, or all, relative to it; a link is followed, but not back to where it is."""
        found: list[_Found] = []
        waiting = [""]
        seen = {_identity(self._root), _identity(above)} if name else set()
        while waiting:
            below = waiting.pop()
            here = above / name / below
            if _identity(here) not in seen:
                seen.add(_identity(here))
                folders, files = self._entries(here)
                found += (
                    [(f"{below}{file}", size, mtime) for file, size, mtime in files]
                    if below
                    else files
                )
                waiting += [f"{below}{folder}/" for folder in folders]
        return found

    def _names(self, folder: Path) -> tuple[list[str], list[str]]:
        """The names of the folders and the files in a folder, which is listed once."""
        if folder not in self._listed:
            self._listed[folder] = self._entries(folder)
        folders, files = self._listed[folder]
        return folders, [name for name, *_ in files]

    def _entries(self, folder: Path) -> tuple[list[str], list[_Found]]:
        """The folders and the files in a folder, without hidden ones."""
        if folder in self._listed:
            return self._listed[folder]
        folders: list[str] = []
        files: list[_Found] = []
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                if name[0] == "." or name.lower() in _LITTER:
                    self._passed_over.append(os.path.relpath(entry.path, self._root))
                    continue
                if entry.is_symlink() and not self._may_follow(Path(entry.path)):
                    continue
                try:
                    if entry.is_dir():
                        folders.append(name)
                    else:
                        files.append((name, *of_status(entry.stat())))
                except OSError:  # a link that leads nowhere, or to itself
                    files.append((name, *NO_FILE))
        return folders, files

    def _may_follow(self, link: Path) -> bool:
        if self._within is None:
            return True
        try:
            target = link.resolve()
        except (OSError, RuntimeError):  # it leads to itself
            return True
        if target.is_relative_to(self._within):
            return True
        self._tell(
            LayoutError(
                "link",
                f"{link} is a link that leads outside of {self._within}",
                hint="name a folder that holds both with --data-root; data.source is relative to it then",
            )
        )
        return False


def _check_layout(
    above: Path, classes: list[str], files: list[str], pictures: list[str]
) -> LayoutError | None:
    """Pictures that no class has; raises where there are no classes."""
    layout = "put the pictures of each class in a folder of their own, named after the class"
    if not classes:
        what = "has no class folders" if files else "is empty"
        words = [_WORD.match(name) for name in pictures]
        if len({word and word[0] for word in words} - {None}) > 1 and all(words):
            layout += (
                f"; or if names such as {printable(pictures[0])} begin with the class, write "
                "`ImageFiles: {path: …, label: '^([A-Za-z]+)'}`"
            )
        raise DataError(f"the folder {above} {what}", hint=layout)
    if not pictures:
        return None
    return LayoutError(
        "beside",
        f"the folder {above} has pictures beside its class folders: {some(pictures)}",
        hint="move them into the folder of their class",
    )


def _unknown_classes(above: Path, held: list[str], classes: list[str]) -> LayoutError | None:
    unknown = sorted(set(held) - set(classes))
    if not unknown:
        return None
    return LayoutError(
        "unknown",
        f"the folder {above} has classes that {TRAIN} does not have: {some(unknown)}",
        hint=f"{TRAIN} has {some(sorted(classes))}; a folder that is no split belongs elsewhere",
    )


def _empty_classes(above: Path, needed: tuple[str, ...], filled: set[int]) -> LayoutError | None:
    """Classes without pictures; raises where none has any."""
    if not filled:
        raise DataError(f"the class folders of {above} are empty", hint="add pictures")
    empty = [name for number, name in enumerate(needed) if number not in filled]
    if not empty:
        return None
    return LayoutError(
        "empty",
        f"the folder {above} has no pictures of {some(empty)}",
        hint="add some, or remove the class's folder",
    )


def _identity(folder: Path) -> tuple[int, int]:
    status = folder.stat()
    return status.st_dev, status.st_ino
