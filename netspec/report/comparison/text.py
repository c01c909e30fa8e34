"""Runs side by side for people: tables as wide as the terminal, and their curves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from textwrap import wrap
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from netspec.report.comparison.rows import SPECS, Row, Section, notes_of, sections_of, shown_of
from netspec.report.escape import printable
from netspec.report.runs_table import COLOURS, cut_inside
from netspec.report.text_chart import Curve, chart, is_drawable, style_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.report.comparison.document import RunComparison

_GAP = "  "
_WIDEST_TITLE = 44
_WIDEST_CELL, _NARROWEST_CELL = 32, 16
_WIDEST_CHART = 100
_BEST = "*"


def comparison_text(
    document: RunComparison,
    *,
    metrics: Sequence[str],
    width: int | None,
    encoding: str = "utf-8",
) -> Text:
    """The whole comparison.

    Args:
        document: The runs.
        metrics: Whose curves are drawn.
        width: The columns that a line may take; None for any.
        encoding: That of the stream.
    """
    table = _Table(document, width, encoding)
    parts = [list(table.lines(places)) for places in table.blocks()]
    if any(row.best for section in table.sections for row in section.rows):
        parts[-1].append(Text(f"{_BEST} the best", style="dim"))
    parts.append(list(table.long_values()))
    parts.append([_note(note, width) for note in notes_of(document)])
    parts += [list(_curves(document, name, width or _WIDEST_CHART, encoding)) for name in metrics]
    texts = [Text("\n").join(part) for part in parts if part]
    return Text("\n\n").join(texts)


@dataclass(frozen=True)
class _Table:
    """The rows of a comparison, and how much room they have."""

    document: RunComparison
    width: int | None
    encoding: str

    @cached_property
    def sections(self) -> list[Section]:
        """All rows, with nothing in them that acts on a terminal."""
        return [
            Section(section.title, tuple(_printable(row) for row in section.rows))
            for section in sections_of(self.document)
        ]

    @cached_property
    def margin(self) -> int:
        """The columns that titles take."""
        widest = max(cell_len(row.title) for section in self.sections for row in section.rows)
        widest += len(_GAP)
        return widest if self.width is None else min(widest, _WIDEST_TITLE, self.width // 2)

    @cached_property
    def widths(self) -> dict[int, int]:
        """The columns that each run's cells take: as narrow as they can be for all runs to stand side by side."""
        natural = {place: self._widest(place) for place in shown_of(self.document)}
        if self.width is None:
            return natural
        room = (self.width - self.margin) // max(len(natural), 1) - len(_GAP)
        widest = min(max(room, _NARROWEST_CELL), _WIDEST_CELL)
        widest = max(widest, min(self._least(), self.width - self.margin - len(_GAP)))
        return {place: min(width, widest) for place, width in natural.items()}

    def blocks(self) -> Iterator[list[int]]:
        """The places of the runs, as many at once as there is room for."""
        block: list[int] = []
        taken = self.margin
        for place, width in self.widths.items():
            if block and self.width is not None and taken + len(_GAP) + width > self.width:
                yield block
                block, taken = [], self.margin
            block.append(place)
            taken += len(_GAP) + width
        yield block

    def lines(self, places: Sequence[int]) -> Iterator[Text]:
        """The rows of some of the runs, the runs' names first."""
        head = Text(" " * self.margin)
        for place in places:
            mark, colour = style_of(place, encoding=self.encoding)
            width = self.widths[place] - len(mark) - 1
            label = cut_inside(printable(self.document["runs"][place]["label"]), width)
            head.append(f"{_GAP}{mark} ", colour)
            head.append(label + " " * (width - cell_len(label)), f"bold {colour}")
        head.rstrip()
        yield head
        for section in self.sections:
            rows = [row for row in section.rows if not self._is_long(section, row)]
            if section.title and rows:
                yield Text(section.title, "bold")
            for row in rows:
                yield self._line(section, row, places)

    def long_values(self) -> Iterator[Text]:
        """Values of specs that no cell holds, each on a line of its own."""
        for section in self.sections:
            for row in section.rows:
                if not self._is_long(section, row):
                    continue
                yield Text(row.title, "bold")
                for place in self.widths:
                    mark, colour = style_of(place, encoding=self.encoding)
                    room = None if self.width is None else self.width - len(_GAP) - 2
                    told = _folded(row.cells[place], room, indent="    ")
                    yield Text.assemble(_GAP, (mark, colour), f" {told}")

    def _is_long(self, section: Section, row: Row) -> bool:
        return section.title == SPECS and any(
            cell_len(row.cells[place]) > width - len(_BEST) for place, width in self.widths.items()
        )

    def _widest(self, place: int) -> int:
        """What a run's cells would take, with what marks the best."""
        label = printable(self.document["runs"][place]["label"])
        cells = [row.cells[place] for section in self.sections for row in section.rows]
        return max(map(cell_len, (f"  {label}", *cells))) + len(_BEST)

    def _least(self) -> int:
        """What the cells take that are not to be cut."""
        rows = [row for section in self.sections for row in section.rows if row.is_whole]
        return max((cell_len(cell) + len(_BEST) for row in rows for cell in row.cells), default=0)

    def _line(self, section: Section, row: Row, places: Sequence[int]) -> Text:
        indent = _GAP if section.title else ""
        line = Text(f"{indent}{cut_inside(row.title, self.margin - len(indent))}")
        line.append(" " * (self.margin - line.cell_len))
        for place in places:
            width = self.widths[place]
            cell, style = cut_inside(row.cells[place], width - len(_BEST)), ""
            if place in row.best:
                cell, style = f"{cell}{_BEST}", "bold green"
            elif row.title == "status" and not section.title:
                style = COLOURS[self.document["runs"][place]["status"]]
            line.append(_GAP)
            line.append(cell, style)
            line.append(" " * (width - cell_len(cell)))
        line.rstrip()
        return line


def _note(note: str, width: int | None) -> Text:
    """A note as a paragraph; a command stays on its line, to be copied."""
    told = printable(note)
    return Text(told if told.startswith(" ") else _folded(told, width, indent=_GAP))


def _folded(text: str, width: int | None, *, indent: str) -> str:
    """A text in lines of so many characters, the further ones indented."""
    if width is None:
        return text
    lines = wrap(
        text, max(width, _NARROWEST_CELL), subsequent_indent=indent, break_on_hyphens=False
    )
    return "\n".join(lines)


def _printable(row: Row) -> Row:
    cells = tuple(map(printable, row.cells))
    return replace(row, title=printable(row.title), cells=cells)


def _curves(document: RunComparison, name: str, width: int, encoding: str) -> Iterator[Text]:
    """One metric's curves, below their legend."""
    width = min(width, _WIDEST_CHART)
    legend = Text(printable(name), "bold")
    curves = []
    for place, run in enumerate(document["runs"]):
        values = run["curves"]["values"].get(name, [])
        points = [
            (float(epoch), value)
            for epoch, value in zip(run["curves"]["epochs"], values, strict=False)
            if is_drawable(value)
        ]
        if points:
            mark, colour = style_of(place, encoding=encoding)
            curves.append(Curve(points, mark, colour))
            legend.append(f"{_GAP}{mark} {printable(run['label'])}", colour)
    if not curves:
        yield Text(f"{printable(name)}: there are no numbers to draw")
        return
    legend.truncate(width, overflow="ellipsis")
    yield legend
    yield chart(curves, width=width, encoding=encoding)
