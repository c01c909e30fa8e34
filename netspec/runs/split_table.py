"""A run's `splits.csv`: which image was in which split."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.data.splits import Split
from netspec.errors import DataError, UsageError
from netspec.fields.patterns import found
from netspec.runs.saved import require_own
from netspec.wording import short

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from netspec.data.counts import Splitting
    from netspec.data.images import Images
    from netspec.runs.directory import RunDirectory

SPLIT_TABLE = "splits.csv"
_COLUMNS = ["image", "split"]
_GROUP = "group"
_SHOWN = 3


def write_split_table(
    directory: RunDirectory, splits: Mapping[str, Split], rule: Splitting
) -> None:
    """Writes which image is in which split; images in none are not in it.

    An image is written by its name, or by its place where it has none. What serves as validation and as test is in
    both.

    Args:
        directory: The run's.
        splits: The run's splits.
        rule: How they came of the source's; where it groups images, their groups are a third column.

    Raises:
        OSError: It cannot be written.
    """
    rows = []
    for name, part in splits.items():
        of_train = rule.given(name) == "train"
        for index in part.indices.tolist():
            image = part.images.name(index)
            group = None if rule.group is None else found(rule.group, image) if of_train else ""
            rows.append([image, name] if group is None else [image, name, group])
    columns = _COLUMNS if rule.group is None else [*_COLUMNS, _GROUP]
    directory.write_table(SPLIT_TABLE, columns, rows)


@dataclass(frozen=True)
class SplitTable:
    """Which images a run had in its splits.

    Attributes:
        path: The file.
        names: The images' names by split.
    """

    path: Path
    names: Mapping[str, tuple[str, ...]]

    @classmethod
    def read(cls, run: Path) -> SplitTable | None:
        """The table of a run; None where it has none.

        Raises:
            UsageError: It cannot be read, lies elsewhere, or is no such table.
        """
        path = run / SPLIT_TABLE
        require_own(run, SPLIT_TABLE, largest=None)
        try:
            with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
                rows = csv.reader(file, strict=True)
                header = next(rows, [])
                if header[:2] != _COLUMNS:
                    raise _damaged(path)
                names = defaultdict(list)
                for row in rows:
                    if len(row) < len(_COLUMNS):
                        raise _damaged(path)
                    names[row[1]].append(row[0])
        except FileNotFoundError:
            return None
        except csv.Error:
            raise _damaged(path) from None
        except OSError as error:
            raise UsageError(f"cannot read {path}: {error.strerror or error}") from None
        return cls(path, {name: tuple(each) for name, each in names.items()})

    def find(self, name: str, given: Mapping[str, Images], rule: Splitting) -> Split:
        """One of the run's splits among the images that there are now.

        Args:
            name: `train`, `validation` or `test`, one that the table has.
            given: The source's splits.
            rule: How the run's splits came of them.

        Raises:
            DataError: Some of its images are gone.
        """
        source = rule.given(name)
        images = given.get(source)
        if images is None:
            raise DataError(
                f"the data has no split '{short(source)}' any more, and the run's {name} images were in it",
                hint="restore it, or name the folder above the data with --data-root",
            )
        places = defaultdict(list)
        for index in reversed(range(len(images))):
            places[images.name(index)].append(index)
        indices, gone = [], []
        for image in self.names[name]:
            if places[image]:
                indices.append(places[image].pop())
            else:
                gone.append(image)
        if gone:
            shown = ", ".join(short(image) for image in gone[:_SHOWN])
            more = " …" if len(gone) > _SHOWN else ""
            are = "is" if len(gone) == 1 else "are"
            raise DataError(
                f"{len(gone):,} of the run's {len(self.names[name]):,} {name} images {are} gone: {shown}{more}",
                hint="restore them, or name the folder above the data with --data-root",
            )
        return Split.of(images, indices)


def _damaged(path: Path) -> UsageError:
    return UsageError(
        f"{path} is no table of a run's splits",
        hint="without it the splits are made anew from the spec: remove it",
    )
