"""Parts of a Markdown text: tables, code, and blocks of it, whatever stands in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netspec.report.escape import printable
from netspec.report.prose import verbatim

if TYPE_CHECKING:
    from collections.abc import Sequence

_FENCE = 3


def table(
    titles: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()
) -> list[str]:
    """A table's lines.

    Args:
        titles: The columns' heads.
        rows: The cells, as Markdown.
        right: The columns that hold numbers.
    """
    sides = ["---:" if column in right else "---" for column in range(len(titles))]
    return [f"| {' | '.join(row)} |" for row in (titles, sides, *rows)]


def code(text: str) -> str:
    """A text as code within a line, or within a table's cell."""
    told = printable(text).replace("|", "\\|")
    mark = "`" * (_longest(told) + 1)
    blank = " " if not told or told[:1] in {"`", " "} or told[-1:] in {"`", " "} else ""
    return f"{mark}{blank}{told}{blank}{mark}"


def block(text: str, language: str = "") -> list[str]:
    """The lines of a text as a block of code, which nothing in it can end."""
    mark = "`" * max(_FENCE, _longest(text) + 1)
    return [f"{mark}{language}", *verbatim(text).split("\n"), mark]


def _longest(text: str) -> int:
    """How many backticks stand next to each other at most."""
    return max(map(len, re.findall("`+", text)), default=0)
