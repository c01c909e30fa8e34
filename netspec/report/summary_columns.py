"""How a summary's columns are laid out: what stands above them, how wide they are, and where their texts are broken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.cells import cell_len

from netspec.report.escape import printable
from netspec.report.summary_rows import FIELD, SORTED_BY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.report.summary import Summary
    from netspec.report.summary_rows import Row

# Texts that may be broken, each with the width below which a column is left out instead.
BREAKABLE = {"name": 24, "type": 24, "takes": 20}
# What a narrow terminal can do without, in this order.
_LEFT_OUT_FIRST = ("takes", "stride", FIELD, "memory", "share", "MACs")
# Where texts may be broken: after these, and within a name only where there is no other way.
_PIECES = re.compile(r"(?<=, )|(?<=\.)(?=[a-z])|(?<= )(?=\()")
_PARTS_OF_A_NAME = re.compile(r"(?<=_)|(?<=[a-z])(?=[A-Z])")
_NARROWEST = 12
LEFT_OUT = "a wider terminal, or a pipe, shows more columns"


def header(column: str, summary: Summary) -> str:
    """What stands above a column, in two lines where that is longer than what stands below."""
    if column == "share" and summary.sorted_by in SORTED_BY:
        return f"share of\n{SORTED_BY[summary.sorted_by]}"
    return column.replace(" ", "\n") if column == FIELD else column


def fitting(
    columns: Sequence[str], rows: Sequence[Row], summary: Summary, width: int
) -> dict[str, int]:
    """The columns that fit into a width, each with its own; texts are broken before a column is left out."""
    widths = {name: max(_width(name, row.cells[name]) for row in rows) for name in columns}
    for name in columns:
        widths[name] = max(widths[name], *map(cell_len, header(name, summary).split("\n")))
    return _chosen(widths, width, wanted=SORTED_BY.get(summary.sorted_by))


def broken(column: str, text: str, width: int) -> str:
    """A text as it stands in a column of a width, in lines where it has to be broken."""
    text = printable(text)
    return _folded(text, width) if column in BREAKABLE else text


def _width(column: str, text: str) -> int:
    return cell_len(printable(text)) if column in BREAKABLE else cell_len(text)


def _chosen(widths: dict[str, int], width: int, *, wanted: str | None) -> dict[str, int]:
    chosen = dict(widths)
    others = tuple(name for name in _LEFT_OUT_FIRST if name != wanted)
    # What a table is sorted by is of more interest than the shapes.
    for column in (None, *others, *(() if wanted is None else ("output shape",))):
        chosen.pop(column or "", None)
        least = {name: min(size, BREAKABLE.get(name, size)) for name, size in chosen.items()}
        free = width - sum(least.values()) - 3 * len(least) - 1
        if free >= 0:
            break
    for name in BREAKABLE:
        if name in least:
            more = min(free, chosen[name] - least[name])
            least[name] = max(least[name] + more, _NARROWEST)
            free = max(free - more, 0)
    return least


def _folded(text: str, width: int) -> str:
    """The text in lines of a width, broken where a reader would break it; all but the first are indented."""
    if cell_len(text) <= width:
        return text
    pieces = [
        part
        for piece in _PIECES.split(text)
        for part in ([piece] if cell_len(piece) <= width - 2 else _PARTS_OF_A_NAME.split(piece))
    ]
    lines = [""]
    for piece in pieces:
        if lines[-1].strip() and cell_len(lines[-1]) + cell_len(piece.rstrip()) > width:
            lines.append("  ")
        lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)
