"""Pictures that a CSV file lists, with their labels."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.data.files.listed import ListedFiles
from netspec.data.source import ImageSource, Reports
from netspec.data.sources.absent import absent
from netspec.data.sources.classes import TRAIN
from netspec.data.sources.complaints import Complaints
from netspec.data.sources.rows import read_table
from netspec.data.sources.values import Label, numbers
from netspec.errors import DataError
from netspec.fields import Mismatch
from netspec.report.escape import printable
from netspec.spec.data import SPLIT_NAME
from netspec.spec.facts import DataFacts
from netspec.wording import nearest, short

if TYPE_CHECKING:
    from collections.abc import Callable

    from netspec.data.images import Images
    from netspec.data.sources.place import Place
    from netspec.data.sources.rows import Table
    from netspec.things.sources import Csv


# Also as Windows has it: a drive, or a share.
_ABSOLUTE = re.compile(r"[/~\\]|[A-Za-z]:")


def open_csv(thing: Csv, find: Callable[[str], Place]) -> ImageSource:
    """The table that a spec names, read; no picture is opened."""
    return CsvSource(thing, find(thing.path))


class CsvSource(ImageSource):
    """Pictures that a table lists."""

    is_encoded = True

    def __init__(self, thing: Csv, place: Place) -> None:
        """Reads the table.

        Raises:
            DataError: Something is wrong with it; the first ten mistakes are told.
        """
        name = place.path
        labels = thing.all_labels()
        others = (column for column in (thing.split, thing.weight) if column is not None)
        columns = (each for label in labels.values() for each in label.names)
        complaints = Complaints(name)
        table = read_table(
            place.file, name=name, columns=(thing.image, *columns, *others), complaints=complaints
        )
        folder = place if thing.images is None else place.beside(thing.images, near=True)
        root = folder.at.parent if thing.images is None else folder.folder

        read = {
            label_name: Label(table, label_name, label, complaints)
            for label_name, label in labels.items()
        }
        files = _Pictures(root, place.root).files(table, thing.image, complaints)
        weights = _weights(table, thing.weight, complaints)
        self._splits = _splits(table, thing.split, complaints)
        complaints.settle()
        self._splits = _with_train(name, self._splits)
        self._labels = {each: label.values(self._splits) for each, label in read.items()}
        self._weights = weights
        self._listed = {
            split: ListedFiles.of(root, (files[row] for row in rows))
            for split, rows in self._splits.items()
        }
        _check_some_there(name, root, self._listed, hint=_images_hint(thing))
        if weights is not None and not any(weights[row] for row in self._splits[TRAIN]):
            raise DataError(
                f"every image of {name} that is trained on has the weight 0",
                hint="write 1 for one that counts in full, or leave `weight` out",
            )

        self.title = name
        self._lines = {
            split: [table.lines[row] for row in rows] for split, rows in self._splits.items()
        }
        self.facts = DataFacts(
            name=name,
            labels={each: values.facts for each, values in self._labels.items()},
            splits={split: len(rows) for split, rows in self._splits.items()},
        )
        self.record = {"source": "Csv", "root": str(place.root), "path": name}
        self.files = self._listed

    def load(self, reports: Reports, *, offline: bool) -> dict[str, Images]:
        """The files' names, labels and weights; no file is opened."""
        del reports, offline
        import numpy as np

        from netspec.data.images import FileImages

        weights = None if self._weights is None else np.array(self._weights, np.float32)
        labels = {
            name: np.array(
                each.values, dtype=np.int64 if each.facts.kind == "class" else np.float32
            )
            for name, each in self._labels.items()
        }
        return {
            split: FileImages.listed(
                self._listed[split],
                {name: each[rows] for name, each in labels.items()},
                None if weights is None else weights[rows],
                absent=absent(self._listed[split], self._lines[split], self.title),
            )
            for split, rows in self._splits.items()
        }


class _Pictures:
    """The pictures that a table names, each below the place that the user chose."""

    def __init__(self, folder: Path, within: Path) -> None:
        self._folder = folder
        self._within = within
        self._real: dict[str, tuple[str, bool]] = {}

    def files(self, table: Table, column: str, complaints: Complaints) -> list[str]:
        """Their names relative to the folder, row by row."""
        found = []
        lines: dict[str, int] = {}
        for line, text in zip(table.lines, table.columns[column], strict=True):
            name = "/".join(part for part in text.split("/") if part not in {"", "."})
            found.append(name)
            wrong = _wrong_path(text, column) or self._wrong_place(name)
            if wrong is not None:
                message, hint = wrong
                complaints.add(message, line=line, hint=hint, alike=hint or message)
                continue
            above, _, last = name.rpartition("/")
            first = lines.setdefault(f"{self._folder_of(above)[0]}/{last}", line)
            if first != line:
                hint = "keep one row a picture; several labels are several columns"
                complaints.add(f"{short(text)} stands in line {first} too", line=line, hint=hint)
        return found

    def _wrong_place(self, name: str) -> tuple[str, str] | None:
        """What is wrong with where a picture lies, and what to do."""
        above, _, last = name.rpartition("/")
        if last in {"", ".."}:
            return f"'{short(name)}' is a folder", "name a picture"
        path = f"{self._folder}/{name}"
        _, inside = self._folder_of(above)
        if os.path.islink(path):  # noqa: PTH114 - a Path for each of many files takes longer than asking
            _, inside = self._resolved(path)
        if inside:
            return None
        return (
            f"{short(name)} leads outside of {self._within}",
            "name a folder that holds both with --data-root; data.source is relative to it then",
        )

    def _folder_of(self, above: str) -> tuple[str, bool]:
        """Where a folder lies, links followed, and whether that is below the place."""
        if above not in self._real:
            self._real[above] = self._resolved(f"{self._folder}/{above}")
        return self._real[above]

    def _resolved(self, path: str) -> tuple[str, bool]:
        try:
            real = Path(path).resolve()
        except (OSError, RuntimeError):  # it leads to itself: looking at the file tells
            return path, True
        return str(real), real.is_relative_to(self._within)


def _wrong_path(text: str, column: str) -> tuple[str, str | None] | None:
    """What is wrong with a path as it is written, and what to do."""
    if not text:
        return f"'{column}' is empty, and should be a picture's path", None
    if "\0" in text:
        return f"'{short(text)}' is no path", None
    if "://" in text:
        return (
            f"{short(text)} is an address, and pictures are files",
            "fetch them, and name the files",
        )
    if _ABSOLUTE.match(text):
        hint = "write it relative to the table's folder, or to the one that data.source names as images"
        return f"{short(text)} is absolute", hint
    if "\\" in text:
        return f"{short(text)} has a backslash", "write / between folders"
    return None


def _weights(table: Table, column: str | None, complaints: Complaints) -> list[float] | None:
    if column is None:
        return None
    weights = [number for (number,) in numbers(table, (column,), complaints)]
    for line, weight in zip(table.lines, weights, strict=True):
        if weight < 0:
            complaints.add(
                f"the weight {weight:g} in '{column}' is below 0",
                line=line,
                hint="write 0 or more; 1 is one that counts in full",
                alike=f"weight {column}",
            )
    return weights


def _splits(table: Table, column: str | None, complaints: Complaints) -> dict[str, list[int]]:
    """The rows of each split, in the table's order."""
    if column is None:
        return {TRAIN: list(range(len(table.lines)))}
    splits: dict[str, list[int]] = {}
    for row, name in enumerate(table.columns[column]):
        splits.setdefault(name, []).append(row)
    for name, rows in splits.items():
        if not _is_split_name(name):
            what = "is empty" if not name else f"is '{short(name)}'"
            for row in rows:
                complaints.add(
                    f"'{column}' {what}, and should be the name of a split",
                    line=table.lines[row],
                    hint="such as train, validation or test",
                    alike=f"split {column}",
                )
    return splits


def _is_split_name(name: str) -> bool:
    try:
        SPLIT_NAME.read(name)
    except Mismatch:
        return False
    return True


def _with_train(name: str, splits: dict[str, list[int]]) -> dict[str, list[int]]:
    """The splits, `train` first.

    Raises:
        DataError: There is no such split.
    """
    if TRAIN not in splits:
        known = sorted(splits)
        raise DataError(
            f"{name} has no split {TRAIN}: it has {short(', '.join(known))}",
            hint=nearest(TRAIN, known) and f"write {TRAIN} for the images to learn from",
        )
    return {TRAIN: splits[TRAIN], **dict(sorted(splits.items()))}


def _check_some_there(name: str, root: Path, listed: dict[str, ListedFiles], *, hint: str) -> None:
    """Refuses a table of which no picture is where it says; what single files lack is told with all else of them."""
    if all(size < 0 for files in listed.values() for size in files.sizes):
        first = printable(short(listed[TRAIN].names[0]))
        raise DataError(
            f"none of the pictures of {name} is there: no file {first} in {root}", hint=hint
        )


def _images_hint(thing: Csv) -> str:
    if thing.images is not None:
        return "correct data.source: `images` is the folder that the paths are relative to"
    return "if the paths are relative to another folder, name it: `images: FOLDER`, relative to the table's own"
