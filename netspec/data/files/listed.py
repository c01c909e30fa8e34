"""Files of a folder as they were listed: names, sizes and times, before any of them is opened."""

from __future__ import annotations

import os
import stat
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

# A file that cannot be asked, or that is none, such as a pipe.
NO_FILE = (-1, 0)
# A photo has some megabytes.
LARGEST_FILE = 2**30
TOO_LARGE = "it is larger than 1 GiB"
# A disk may know times that are later, and nobody else does.
_LATEST = 2**63 - 1


@dataclass(frozen=True, eq=False)
class ListedFiles:
    """Files of one folder.

    Attributes:
        root: The folder that the names are relative to.
        names: The files, with `/` between folders.
        sizes: In bytes; -1 where it is no file that can be read.
        mtimes: When each was last changed, nanoseconds since 1970.
    """

    root: Path
    names: tuple[str, ...]
    sizes: array[int]
    mtimes: array[int]

    def __len__(self) -> int:
        return len(self.names)

    @classmethod
    def of(cls, root: Path, names: Iterable[str]) -> ListedFiles:
        """Files whose names are known already, each asked for its size and time."""
        names = tuple(names)
        above = os.fspath(root)
        found = [size_and_time(f"{above}/{name}") for name in names]
        return cls(
            root,
            names,
            array("q", [size for size, _ in found]),
            array("q", [mtime for _, mtime in found]),
        )

    def only(self, places: Sequence[int]) -> ListedFiles:
        """Some of the files, by their places."""
        if len(places) == len(self):
            return self
        return ListedFiles(
            self.root,
            tuple(self.names[at] for at in places),
            array("q", [self.sizes[at] for at in places]),
            array("q", [self.mtimes[at] for at in places]),
        )


def size_and_time(path: str) -> tuple[int, int]:
    """A file's size in bytes and when it was last changed, nanoseconds since 1970; `NO_FILE` where it is none."""
    try:
        return of_status(os.stat(path))  # noqa: PTH116 - a Path for each of many files takes longer than asking
    except (OSError, ValueError):
        return NO_FILE


def of_status(status: os.stat_result) -> tuple[int, int]:
    """The same of what the system says of a file."""
    if not stat.S_ISREG(status.st_mode):
        return NO_FILE
    return status.st_size, max(-_LATEST, min(status.st_mtime_ns, _LATEST))
