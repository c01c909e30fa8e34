"""A summary as plain text, for a file or a pipe, and as Markdown, each with all columns."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from rich.box import ASCII, HEAVY_HEAD
from rich.cells import cell_len

from netspec.report.escape import markdown, printable
from netspec.report.streams import PIPED_WIDTH
from netspec.report.summary_columns import LEFT_OUT, broken, fitting, header
from netspec.report.summary_rows import NUMBERS, columns_and_rows, ends_block, totals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.box import Box

    from netspec.report.summary import Summary

    _Cells = Sequence[Sequence[str]]  # the lines of each cell of a row


def markdown_table(summary: Summary) -> str:
    """A table for a pull request."""
    columns, rows = columns_and_rows(summary)
    lines = [
        f"### {markdown(summary.name)}",
        "",
        f"| {' | '.join(header(name, summary).replace(chr(10), ' ') for name in columns)} |",
        f"| {' | '.join('---:' if name in NUMBERS else '---' for name in columns)} |",
    ]
    lines += [f"| {' | '.join(markdown(row.cells[name]) for name in columns)} |" for row in rows]
    lines += ["", *(f"- {name}: **{value}**" for name, value in totals(summary))]
    return "\n".join(lines)


def plain_table(summary: Summary, *, encoding: str) -> str:
    """The table and the totals as rich draws them where nothing is coloured, in a twentieth of its time.

    Args:
        summary: The summary.
        encoding: That of the stream; one that is not of Unicode has a table of ASCII.
    """
    columns, rows = columns_and_rows(summary)
    least = fitting(columns, rows, summary, PIPED_WIDTH)
    head = [header(name, summary).split("\n") for name in least]
    body = [
        [broken(name, row.cells[name], width).split("\n") for name, width in least.items()]
        for row in rows
    ]
    by_block = summary.sorted_by is None
    frame = _Frame(
        HEAVY_HEAD if encoding.lower().startswith("utf") else ASCII,
        # A text that cannot be broken any more widens its column.
        widths=[
            max(width, *(cell_len(line) for lines in column for line in lines))
            for width, column in zip(least.values(), zip(head, *body, strict=True), strict=True)
        ],
        right=[name in NUMBERS for name in least],
    )
    ends = [by_block and ends_block(*each) for each in zip_longest(rows, rows[1:])]
    table = [*frame.around(head, zip(body, ends, strict=True))]
    if len(least) < len(columns):
        table.append(LEFT_OUT)
    return "\n".join([printable(summary.name), *table, *_aligned(totals(summary))])


@dataclass(frozen=True)
class _Frame:
    """What is drawn around a table.

    Attributes:
        box: The characters.
        widths: How wide each column's texts are.
        right: Whether they are aligned to the right.
    """

    box: Box
    widths: Sequence[int]
    right: Sequence[bool]

    def around(self, head: _Cells, body: Iterable[tuple[_Cells, bool]]) -> Iterator[str]:
        """The table's lines.

        Args:
            head: What stands above the columns, right above them where it has fewer lines than another.
            body: The rows, each with whether a line follows it.
        """
        box, outer = self.box, [width + 2 for width in self.widths]
        yield box.get_top(outer)
        height = max(map(len, head))
        for line in self._padded([[*[""] * (height - len(cell)), *cell] for cell in head]):
            yield f"{box.head_left} {f' {box.head_vertical} '.join(line)} {box.head_right}"
        yield box.get_row(outer, "head")
        for row, ends in body:
            for line in self._padded(row):
                yield f"{box.mid_left} {f' {box.mid_vertical} '.join(line)} {box.mid_right}"
            if ends:
                yield box.get_row(outer, "row")
        yield box.get_bottom(outer)

    def _padded(self, cells: _Cells) -> Iterator[list[str]]:
        """A row's lines, each text as wide as its column."""
        for texts in zip_longest(*cells, fillvalue=""):
            blanks = [
                " " * (width - cell_len(text))
                for text, width in zip(texts, self.widths, strict=True)
            ]
            yield [
                blank + text if right else text + blank
                for blank, text, right in zip(blanks, texts, self.right, strict=True)
            ]


def _aligned(pairs: Sequence[tuple[str, str]]) -> list[str]:
    names, values = (max(map(len, texts)) for texts in zip(*pairs, strict=True))
    return [f"{name:<{names}}  {value:>{values}}" for name, value in pairs]
