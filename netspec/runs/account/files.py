"""The files of a run that a stranger may have made: no link is followed, and nothing too large is read."""

from __future__ import annotations

import csv
import json
import os
import stat
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from netspec.report.html.document import Absent
from netspec.runs.account.png import why_no_picture
from netspec.runs.listed.untrusted import LARGEST, why_unread

if TYPE_CHECKING:
    from collections.abc import Iterator

_LARGEST_PICTURE = 4 * 2**20
_MOST_PICTURE_BYTES = 64 * 2**20
_MOST_NAMES = 500


class RunFiles:
    """The files of one run."""

    def __init__(self, run: Path, *, with_pictures: bool = True) -> None:
        """Reads nothing yet.

        Args:
            run: The directory.
            with_pictures: Whether pictures are read; all are absent otherwise.
        """
        self.run = Path(os.path.realpath(run))
        self._left = _MOST_PICTURE_BYTES if with_pictures else 0

    def has(self, name: str) -> bool:
        """Whether a file is there, in the run itself."""
        try:
            return stat.S_ISREG(os.lstat(self._place(name)).st_mode)
        except (OSError, ValueError):
            return False

    def read(self, name: str, *, largest: int = LARGEST, is_cut: bool = False) -> bytes:
        """A file's bytes.

        Args:
            name: Its path from the run, with `/`.
            largest: The most bytes that it may have.
            is_cut: Whether of a larger one the beginning is taken.

        Raises:
            OSError: It is not there, is a link, or cannot be read.
            ValueError: It lies elsewhere, is no file, or is too large.
        """
        careful = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        number = os.open(self._place(name), os.O_RDONLY | careful | getattr(os, "O_BINARY", 0))
        with open(number, "rb") as stream:  # noqa: PTH123 - a descriptor
            if not stat.S_ISREG(os.fstat(number).st_mode):
                raise ValueError("it is no file")
            content = stream.read(largest + 1)
        if len(content) > largest and not is_cut:
            raise ValueError("it is too large")
        return content[:largest]

    def text(self, name: str, *, largest: int = LARGEST) -> str | Absent:
        """A file's text, with what is no UTF-8 marked."""
        try:
            return self.read(name, largest=largest).decode("utf-8", "replace")
        except FileNotFoundError:
            return Absent(f"the run has no {name}")
        except (OSError, ValueError) as error:
            return Absent(f"{name} cannot be read ({why_unread(error)})")

    def mapping(self, name: str, *, largest: int = LARGEST) -> dict[str, Any] | Absent:
        """What a file of JSON holds, by names."""
        try:
            value = json.loads(self.read(name, largest=largest))
        except FileNotFoundError:
            return Absent(f"the run has no {name}")
        except (OSError, ValueError, RecursionError) as error:
            return Absent(f"{name} cannot be read ({why_unread(error)})")
        return value if isinstance(value, dict) else Absent(f"{name} holds something else")

    def table(self, name: str) -> list[list[str]] | Absent:
        """The rows of a file of CSV, those that are empty left out."""
        text = self.text(name)
        if isinstance(text, Absent):
            return text
        try:
            return [row for row in csv.reader(text.splitlines(), strict=True) if row]
        except csv.Error as error:
            return Absent(f"{name} cannot be read ({error})")

    def picture(self, name: object) -> bytes | Absent:
        """A PNG of a size that a page can show.

        Args:
            name: Its path from the run, as a file says it that may say anything; None where there is none.
        """
        if not isinstance(name, str):
            return Absent("there is no picture")
        try:
            content = self.read(name, largest=min(self._left, _LARGEST_PICTURE))
        except FileNotFoundError:
            return Absent("the picture is not there any more")
        except (OSError, ValueError) as error:
            return Absent(f"the picture cannot be read ({why_unread(error)})")
        why = why_no_picture(content)
        if why is not None:
            return Absent(f"the picture cannot be shown ({why})")
        self._left -= len(content)
        return content

    def names(self, folder: str = ".") -> list[str]:
        """What lies in a folder of the run, in order, but for links; nothing where it cannot be read."""
        try:
            with os.scandir(self._place(folder)) as entries:
                found = [each.name for each in entries if not each.is_symlink()]
        except (OSError, ValueError):
            return []
        return sorted(found)[:_MOST_NAMES]

    def lines(self, name: str, *, largest: int = LARGEST) -> Iterator[str]:
        """A file's lines, from as much of its beginning as may be read; none where it cannot be read."""
        try:
            content = self.read(name, largest=largest, is_cut=True)
        except (OSError, ValueError):
            return
        yield from content.decode("utf-8", "replace").splitlines()

    def _place(self, name: str) -> Path:
        """Where a file is.

        Raises:
            ValueError: It lies elsewhere, or a folder on the way is a link.
        """
        parts = PurePosixPath(name).parts
        if PurePosixPath(name).is_absolute() or ".." in parts or "\\" in name or "\0" in name:
            raise ValueError("it lies outside of the run")
        place = self.run.joinpath(*parts)
        if os.path.realpath(place.parent) != str(place.parent):
            raise ValueError("a folder on the way is a link")
        return place
