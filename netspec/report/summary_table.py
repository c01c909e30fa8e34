"""A summary as a table that rich draws: on a terminal as many columns as fit, in colour."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from netspec.graph.folding import names_of
from netspec.report.bars import bar
from netspec.report.console import aligned
from netspec.report.escape import printable
from netspec.report.summary_columns import BREAKABLE, LEFT_OUT, broken, fitting, header
from netspec.report.summary_rows import NUMBERS, columns_and_rows, ends_block, totals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from netspec.report.summary import Summary
    from netspec.report.summary_rows import Row

_BAR = 8
# More rows than these are many.
_MANY = 60


def print_table(summary: Summary, console: Console) -> None:
    """Prints the table and the totals.

    On a terminal, columns that do not fit are left out, shares have bars, and what a name repeats of the one above it
    is dim.
    """
    console.print(Text(printable(summary.name), style="bold"))
    columns, rows = columns_and_rows(summary)
    if console.is_terminal:
        rows = _with_bars(rows, console.encoding)
    widths = fitting(columns, rows, summary, console.width)
    console.print(_table(widths, rows, summary))
    if len(widths) < len(columns):
        console.print(Text(LEFT_OUT, style="dim"))
    if console.is_terminal and (hint := _depth_hint(summary)):
        console.print(Text(hint, style="dim"))
    console.print(aligned(totals(summary), right=True))


def _with_bars(rows: Sequence[Row], encoding: str) -> list[Row]:
    """The shares with bars, as long as the largest share is to them."""
    largest = max((row.part for row in rows if row.part), default=1.0)
    return [
        replace(row, cells={**row.cells, "share": _with_bar(row, largest, encoding)})
        if row.part
        else row
        for row in rows
    ]


def _with_bar(row: Row, largest: float, encoding: str) -> str:
    drawn = bar((row.part or 0) / largest, width=_BAR, encoding=encoding)
    return f"{drawn} {row.cells['share']:>5}"


def _table(columns: dict[str, int], rows: Sequence[Row], summary: Summary) -> Table:
    table = Table()
    by_block = summary.sorted_by is None
    for name, width in columns.items():
        table.add_column(
            header(name, summary),
            justify="right" if name in NUMBERS else "left",
            no_wrap=name in NUMBERS,
            overflow="fold",
            min_width=width if name in BREAKABLE else None,
            max_width=width if name in BREAKABLE else None,
        )
    above = ""
    for row, following in zip_longest(rows, rows[1:]):
        texts = []
        for name, width in columns.items():
            text = broken(name, row.cells[name], width)
            texts.append(Text(text, style="dim" if row.inside else ""))
        _dim_repeated(texts[0], above, row.cells["name"])
        above = row.cells["name"]
        table.add_row(*texts, end_section=by_block and ends_block(row, following))
    return table


def _dim_repeated(text: Text, above: str, name: str) -> None:
    """What a name begins with as the one above it does is of less interest."""
    same = 0
    for ours, theirs in zip(names_of(name)[:-1], names_of(above), strict=False):
        if ours != theirs:
            break
        same += len(ours) + 1
    end = 0
    for character in text.plain:
        if same <= 0:
            break
        end += 1
        same -= not character.isspace()  # lines were broken and indented
    text.stylize("dim", 0, end)


def _depth_hint(summary: Summary) -> str:
    """The deepest folding that makes a long table short."""
    rows = len(summary.layers)
    short = [
        (depth, count)
        for depth, count in enumerate(summary.rows_by_depth, 1)
        if count <= _MANY or depth == 1
    ]
    if rows <= _MANY or not short or short[-1][1] >= rows:
        return ""
    depth, count = short[-1]
    return f"{rows} rows: --depth {depth} folds blocks into {count}"
