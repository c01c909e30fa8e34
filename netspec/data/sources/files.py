"""Picture files whose names say what they show."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from netspec.data.source import ImageSource, Reports
from netspec.data.sources.classes import TRAIN, check_classes, is_class_name, some
from netspec.data.sources.folder import ENDINGS, every_file
from netspec.errors import DataError
from netspec.report.escape import printable
from netspec.spec.facts import DataFacts
from netspec.things.labels import LABEL, LabelFacts
from netspec.wording import short

if TYPE_CHECKING:
    from collections.abc import Callable

    from netspec.data.files.listed import ListedFiles
    from netspec.data.images import Images
    from netspec.data.sources.place import Place
    from netspec.things.sources import ImageFiles


_SEARCHED = (
    "it is searched in the path below the folder, here {}, and a class has at most 100 characters"
)


def open_files(thing: ImageFiles, find: Callable[[str], Place]) -> ImageSource:
    """The folder that a spec names, listed; no picture is opened."""
    return FilesSource(thing, find(thing.path))


class FilesSource(ImageSource):
    """Picture files whose names say what they show; all of them are for training."""

    is_encoded = True

    def __init__(self, thing: ImageFiles, place: Place) -> None:
        """Lists the folder.

        Raises:
            DataError: It cannot be read, has pictures whose names do not say their class, or has not two classes.
        """
        self.title = f"{place.path}/"
        name = f"the folder {place.folder.resolve().name}"
        self._files, found = _matching(place, re.compile(thing.label))
        self._labels = {}
        facts = {}
        for label, classes in found.items():
            names = check_classes(name, label, {TRAIN: classes})
            numbers = {each: number for number, each in enumerate(names)}
            self._labels[label] = [numbers[each] for each in classes]
            facts[label] = LabelFacts("class", names)
        self.facts = DataFacts(name=name, labels=facts, splits={TRAIN: len(self._files)})
        self.record = {"source": "ImageFiles", "root": str(place.root), "path": place.path}
        self.files = {TRAIN: self._files}

    def load(self, reports: Reports, *, offline: bool) -> dict[str, Images]:
        """The files' names and labels; no file is opened."""
        del reports, offline
        import numpy as np

        from netspec.data.images import FileImages

        labels = {name: np.array(each, np.int64) for name, each in self._labels.items()}
        return {TRAIN: FileImages.listed(self._files, labels)}


def _matching(place: Place, pattern: re.Pattern[str]) -> tuple[ListedFiles, dict[str, list[str]]]:
    """The files in whose names the pattern finds classes, and these for every label.

    What is no picture by its ending is passed over.

    Raises:
        DataError: A picture has no class, or there are no pictures.
    """
    listed = every_file(place.folder, within=place.root)
    places, others = [], []
    found: dict[str, list[str]] = {label: [] for label in pattern.groupindex or [LABEL]}
    for at, name in enumerate(listed.names):
        if PurePosixPath(name).suffix.lower() not in ENDINGS:
            continue
        match = pattern.search(name)
        groups = ("",) if match is None else match.groups("")
        if all(map(is_class_name, groups)):
            places.append(at)
            for classes, each in zip(found.values(), groups, strict=True):
                classes.append(each)
        else:
            others.append(name)
    where = printable(str(place.folder))
    if others:
        count = "a picture" if len(others) == 1 else f"{len(others):,} pictures"
        raise DataError(
            f"the pattern {printable(short(pattern.pattern))} finds no class in the name of {count} of {where}: "
            f"{some(others)}",
            hint=_no_class_hint(others, place.path)
            if not places
            else _SEARCHED.format(printable(others[0])),
        )
    if not places:
        raise DataError(
            f"the folder {where} has no pictures",
            hint=f"a picture's name ends with one of {', '.join(sorted(ENDINGS))}",
        )
    return listed.only(places), found


def _no_class_hint(names: list[str], path: str) -> str:
    """What to do where no picture has a class in its name."""
    hint = _SEARCHED.format(printable(names[0]))
    if all("/" in name for name in names):
        return (
            f"{hint}; if its folder is its class, write `ImageFolder: {{path: {printable(path)}}}`"
        )
    return hint
