"""The confusion matrix as an SVG, for two classes and for a thousand."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.report.drawing import (
    BLUES,
    EDGE,
    FAINT,
    ORANGES,
    PAPER,
    Colour,
    between,
    cut,
    hexadecimal,
    line,
    picture,
    readable_on,
    rectangle,
    told,
    width_of,
    words,
)
from netspec.report.html.markup import Markup, element

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# All in pixels.
_LARGEST_CELL, _SMALLEST_CELL, _SIDE, _LARGER_SIDE = 72, 1.5, 640, 760
_LARGEST_LETTERS, _SMALLEST_LETTERS = 14, 8
_LABEL, _WIDEST_LABEL, _LINE = 12, 150, 13
_MARGIN, _GAP, _KEY = 20, 8, 120
_HEAD = 58
_NARROWEST = 460
# With more classes cells have neither numbers nor lines between them.
_MOST_WITH_LINES = 30
# As many shades of a colour are told apart where cells are not drawn one by one.
_SHADES = 16
_EMPTY: Colour = (250, 250, 250)
_NOTHING: Colour = (226, 229, 233)


def confusion_picture(
    names: Sequence[str], confusion: Sequence[Sequence[int]], *, in_shares: bool = False
) -> Markup:
    """Draws how many images of each class were taken for which.

    What is right is blue and what is wrong orange, each the darker the more images there are; the scales are apart,
    because few mistakes would not be seen beside many right answers.

    Args:
        names: What the classes are called, in label order.
        confusion: A row for each true class, a column for each predicted one.
        in_shares: Whether each row is divided by its sum: of the images of a class, how many in a hundred.
    """
    return _Matrix(names, confusion, in_shares=in_shares).drawn()


@dataclass(frozen=True)
class _Cell:
    """A place of the matrix that has images; `value` is their number, or their share of the row."""

    row: int
    column: int
    images: int
    value: float


class _Matrix:
    """One matrix while it is drawn."""

    def __init__(
        self, names: Sequence[str], confusion: Sequence[Sequence[int]], *, in_shares: bool
    ) -> None:
        self._names, self._in_shares = names, in_shares
        self._sums = [sum(row) for row in confusion]
        self._cells = [
            _Cell(row, column, images, images / max(self._sums[row], 1) if in_shares else images)
            for row, counts in enumerate(confusion)
            for column, images in enumerate(counts)
            if images
        ]
        # A class of which all are right is as dark in each matrix of shares.
        right = [1.0] if in_shares else [cell.value for cell in self._cells if _is_right(cell)]
        self._most_right = max(right, default=0)
        self._most_wrong = max(
            (cell.value for cell in self._cells if not _is_right(cell)), default=0
        )
        classes = len(names)
        self._has_lines = classes <= _MOST_WITH_LINES
        side = _SIDE if self._has_lines else _LARGER_SIDE
        self._cell = min(_LARGEST_CELL, side / classes)
        self._side = self._cell * classes
        self._step = max(1, -int(-_LINE // self._cell))
        self._labels = [cut(name, _WIDEST_LABEL, _LABEL) for name in names]
        widest = max(width_of(label, _LABEL) for label in self._labels)
        self._are_level = widest <= self._cell - 4
        self._left = _MARGIN + _LINE + _GAP * 2 + widest
        self._top = _MARGIN + _HEAD + _GAP + (_LINE if self._are_level else widest)

    def drawn(self) -> Markup:
        """All of it."""
        title = "Confusion matrix" + (", in percent of each row" if self._in_shares else "")
        of = "each row sums to 100" if self._in_shares else "images"
        below = self._top + self._side + _GAP * 2
        width = max(self._left + self._side + _MARGIN, _NARROWEST)
        middle = self._left + self._side / 2
        return picture(
            width,
            below + _LINE * 3 + _MARGIN,
            f"{title} of {len(self._names):,} classes",
            words(_MARGIN, _MARGIN + 16, title, size=18, bold=True),
            words(_MARGIN, _MARGIN + 34, f"rows are true, columns predicted; {of}", colour=FAINT),
            words(middle, _MARGIN + _HEAD - 4, "predicted", anchor="middle", colour=FAINT),
            words(
                _MARGIN + 8,
                self._top + self._side / 2,
                "true",
                anchor="middle",
                colour=FAINT,
                turned=-90,
            ),
            self._row_labels(),
            self._column_labels(),
            self._ground(),
            self._each() if self._has_lines else self._shaded(),
            rectangle(self._left, self._top, self._side, self._side, fill=None, edge=EDGE),
            self._key(_MARGIN, below, "right", BLUES, self._most_right),
            self._key(_MARGIN + _KEY + 90, below, "wrong", ORANGES, self._most_wrong),
        )

    def _ground(self) -> Iterator[Markup]:
        """What lies below the cells: what is empty, and rows of classes without images."""
        yield rectangle(self._left, self._top, self._side, self._side, fill=_EMPTY)
        for row, total in enumerate(self._sums):
            if not total:
                y = self._top + row * self._cell
                name = told(f"{self._names[row]}: no image")
                yield rectangle(self._left, y, self._side, self._cell, name, fill=_NOTHING)

    def _each(self) -> Iterator[Markup]:
        """The cells one by one, with their numbers where these fit, and lines between them."""
        texts = {cell: self._text(cell) for cell in self._cells}
        longest = max((width_of(text, 1) for text in texts.values()), default=1)
        size = min(_LARGEST_LETTERS, (self._cell - 4) / longest)
        for cell, text in texts.items():
            colour = self._colour(cell, shades=None)
            x, y = self._place(cell)
            name = told(self._sentence(cell))
            yield rectangle(x, y, self._cell, self._cell, name, fill=colour)
            if size >= _SMALLEST_LETTERS:
                yield words(
                    x + self._cell / 2,
                    y + self._cell / 2 + size * 0.36,
                    text,
                    name,
                    size=size,
                    colour=readable_on(colour),
                    anchor="middle",
                )
        for at in range(1, len(self._names)):
            x, y = self._left + at * self._cell, self._top + at * self._cell
            yield line((x, self._top), (x, self._top + self._side), colour=PAPER)
            yield line((self._left, y), (self._left + self._side, y), colour=PAPER)

    def _shaded(self) -> Iterator[Markup]:
        """The cells of one shade as one path, so that a thousand classes make no large file."""
        places: dict[Colour, list[str]] = defaultdict(list)
        side = max(self._cell, _SMALLEST_CELL)
        square = f"h{side:.2f}v{side:.2f}h-{side:.2f}z"
        for cell in self._cells:
            x, y = self._place(cell)
            places[self._colour(cell, shades=_SHADES)].append(f"M{x:.2f} {y:.2f}{square}")
        for colour, paths in places.items():
            yield element("path", d="".join(paths), fill=hexadecimal(colour))

    def _colour(self, cell: _Cell, *, shades: int | None) -> Colour:
        """A cell's colour; of so many shades of each where they are counted."""
        ends, most = (BLUES, self._most_right) if _is_right(cell) else (ORANGES, self._most_wrong)
        share = cell.value / most
        return between(ends, share if shades is None else round(share * shades) / shades)

    def _place(self, cell: _Cell) -> tuple[float, float]:
        return self._left + cell.column * self._cell, self._top + cell.row * self._cell

    def _text(self, cell: _Cell) -> str:
        """What stands in a cell."""
        return _percent(cell.value) if self._in_shares else f"{cell.images:,}"

    def _sentence(self, cell: _Cell) -> str:
        true, predicted = self._names[cell.row], self._names[cell.column]
        total = self._sums[cell.row]
        share = f"{cell.images:,} of {total:,} images, {cell.images / total:.1%}"
        return (
            f"{true}: {share} right"
            if _is_right(cell)
            else f"{true} taken for {predicted}: {share}"
        )

    def _row_labels(self) -> Iterator[Markup]:
        for row in range(0, len(self._labels), self._step):
            y = self._top + (row + 0.5) * self._cell + _LABEL * 0.36
            name = self._labels[row]
            yield words(
                self._left - _GAP, y, name, told(self._names[row]), size=_LABEL, anchor="end"
            )

    def _column_labels(self) -> Iterator[Markup]:
        for column in range(0, len(self._labels), self._step):
            middle = self._left + (column + 0.5) * self._cell
            name, y = self._labels[column], self._top - _GAP
            whole = told(self._names[column])
            if self._are_level:
                yield words(middle, y, name, whole, size=_LABEL, anchor="middle")
            else:
                yield words(middle + _LABEL * 0.36, y, name, whole, size=_LABEL, turned=-90)

    def _key(
        self, x: float, y: float, name: str, ends: tuple[Colour, Colour], most: float
    ) -> list[Markup]:
        """What the shades of a colour stand for."""
        steps = 24
        width = _KEY / steps
        shades = [
            rectangle(
                x + 46 + at * width, y, width + 0.5, _LINE, fill=between(ends, at / (steps - 1))
            )
            for at in range(steps)
        ]
        largest = _percent(most) if self._in_shares else f"{most:,.0f}"
        below = y + _LINE * 2
        return [
            words(x, y + _LINE - 2, name),
            *shades,
            words(x + 46, below + 2, "0", size=11, colour=FAINT),
            words(x + 46 + _KEY, below + 2, largest, size=11, colour=FAINT, anchor="end"),
        ]


def _is_right(cell: _Cell) -> bool:
    return cell.row == cell.column


def _percent(share: float) -> str:
    """A share in percent, without the sign; what is none is never 0, and what is not all never 100."""
    rounded = round(share * 100)
    if share > 0 and not rounded:
        return "<1"
    return ">99" if share < 1 and rounded == 100 else str(rounded)  # noqa: PLR2004 - percent
