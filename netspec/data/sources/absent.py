"""Pictures that a table lists and that are not there."""

from __future__ import annotations

import os
import re
from functools import cache
from typing import TYPE_CHECKING

from netspec.wording import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.data.files.listed import ListedFiles

# For more of them no name is looked for that may have been meant.
_MOST = 100
_NUMBERS = re.compile(r"[0-9]+")


def absent(files: ListedFiles, lines: Sequence[int], table: str) -> dict[int, str]:
    """What to tell of each picture that is not there, by its place: its line, and the name that was probably meant.

    Args:
        files: The pictures.
        lines: For each its line in the table.
        table: What people call the table.
    """

    @cache
    def names_in(folder: str) -> tuple[str, ...]:
        try:
            return tuple(sorted(os.listdir(folder)))  # noqa: PTH208 - names are all that is asked for
        except OSError:
            return ()

    gone = [
        place
        for place, size in enumerate(files.sizes)
        if size < 0 and not os.path.lexists(files.root / files.names[place])
    ]
    told = {}
    for place in gone:
        above, _, name = files.names[place].rpartition("/")
        told[place] = f"there is no such file, which {table}:{lines[place]} lists"
        if len(gone) <= _MOST:
            numbers = _NUMBERS.findall(name)
            others = names_in(os.fspath(files.root / above))
            # Numbers tell names apart: cat.11.jpg is not cat.12.jpg misspelt.
            meant = nearest(name, [each for each in others if _NUMBERS.findall(each) == numbers])
            told[place] += f"; {meant}" if meant else ""
    return told
