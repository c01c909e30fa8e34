"""Curves as text: lines of braille dots on a grid of characters, with numbers at both axes."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, TypeGuard

from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# What tells curves apart where there are no colours.
MARKS = "●■▲◆○□△◇"
_PLAIN_MARKS = "ox+*#@%&"
COLOURS = ("cyan", "magenta", "yellow", "green", "blue", "red")
# A character of braille has two dots side by side and four below each other; its bits by column and row.
_BITS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
_ACROSS, _DOWN = 2, 4
_BLANK = 0x2800
_STEPS = (1, 2, 2.5, 5, 10)
# From here on a linear axis would show the largest values only.
_LARGE_RATIO = 100
_SMALLEST, _LARGEST = 1e-300, 1e300
_ALIKE = 1e-9
_MARKS_APART = 12


@dataclass(frozen=True)
class Curve:
    """Points from left to right, and the colour and the mark that they are drawn with."""

    points: Sequence[tuple[float, float]]
    mark: str
    colour: str


@dataclass(frozen=True)
class _Scale:
    """Numbers to dots, with the numbers that are written at the axis."""

    low: float
    high: float
    ticks: tuple[float, ...]
    logarithmic: bool = False

    def part(self, value: float) -> float:
        """How far along the axis a number stands, from 0 to 1."""
        low, high, at = (self._laid(each) for each in (self.low, self.high, value))
        return (at - low) / (high - low)

    def _laid(self, value: float) -> float:
        return math.log10(value) if self.logarithmic else value


@dataclass
class _Canvas:
    """Characters, each with its dots, the curve that was drawn there last, and perhaps a mark."""

    width: int
    height: int
    dots: dict[tuple[int, int], int] = field(default_factory=dict)
    curves: dict[tuple[int, int], Curve] = field(default_factory=dict)
    marks: dict[tuple[int, int], Curve] = field(default_factory=dict)

    def place(self, across: float, up: float) -> tuple[int, int]:
        """The dot at parts of both axes, rows counted from above."""
        right, bottom = self.width * _ACROSS - 1, self.height * _DOWN - 1
        return round(across * right), bottom - round(up * bottom)

    def line(self, curve: Curve, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Dots from one to another, both included."""
        steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1)
        for step in range(steps + 1):
            x, y = (round(a + (b - a) * step / steps) for a, b in zip(start, end, strict=True))
            cell = (x // _ACROSS, y // _DOWN)
            self.dots[cell] = self.dots.get(cell, 0) | _BITS[x % _ACROSS][y % _DOWN]
            self.curves[cell] = curve

    def row(self, y: int, *, has_dots: bool) -> Text:
        """A row of characters; where there are no dots, marks stand for them."""
        text = Text()
        for x in range(self.width):
            cell = (x, y)
            marked, drawn = self.marks.get(cell), self.curves.get(cell)
            if marked is not None:
                text.append(marked.mark, marked.colour)
            elif drawn is not None:
                character = chr(_BLANK + self.dots[cell]) if has_dots else drawn.mark
                text.append(character, drawn.colour)
            else:
                text.append(" ")
        return text


def style_of(place: int, *, encoding: str) -> tuple[str, str]:
    """The mark and the colour of the curve with this number, counted from 0."""
    marks = MARKS if has_dots(encoding) else _PLAIN_MARKS
    # Beyond the marks there are letters; colours come round again.
    mark = marks[place] if place < len(marks) else chr(ord("A") + (place - len(marks)) % 26)
    return mark, COLOURS[place % len(COLOURS)]


def has_dots(encoding: str) -> bool:
    """Whether a stream can show braille, and the marks."""
    try:
        f"{chr(_BLANK)}{MARKS}".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def is_drawable(value: float | None) -> TypeGuard[float]:
    """Whether a value is a number that fits an axis."""
    return value is not None and abs(value) < _LARGEST


def chart(
    curves: Sequence[Curve], *, width: int, height: int = 12, encoding: str = "utf-8"
) -> Text:
    """Curves over whole numbers, such as epochs.

    Args:
        curves: At least one of them has a point that `is_drawable`.
        width: The columns that a line may take.
        height: The lines that the curves take, without the axis.
        encoding: That of the stream.
    """
    curves = [
        replace(curve, points=[point for point in curve.points if is_drawable(point[1])])
        for curve in curves
    ]
    ys = [y for curve in curves for _, y in curve.points]
    xs = [x for curve in curves for x, _ in curve.points]
    vertical = _vertical(min(ys), max(ys))
    dotted = has_dots(encoding)
    names = {tick: _number(tick) for tick in vertical.ticks}
    margin = max(map(len, names.values()))
    canvas = _Canvas(max(width - margin - 2, _MARKS_APART), height)
    horizontal = _horizontal(min(xs), max(xs), canvas.width)
    for number, curve in enumerate(curves):
        _draw(canvas, curve, horizontal, vertical, offset=number * _MARKS_APART // len(curves))
    titles = {canvas.place(0, vertical.part(tick))[1] // _DOWN: names[tick] for tick in names}
    corner, tick_line, line, flat = "└┤│─" if dotted else "+||-"
    lines = []
    for y in range(height):
        head = Text(f"{titles.get(y, ''):>{margin}} {tick_line if y in titles else line}", "dim")
        lines.append(head.append_text(canvas.row(y, has_dots=dotted)))
    lines.append(Text(f"{'':>{margin}} {corner}{flat * canvas.width}", "dim"))
    lines.append(Text(f"{'':>{margin}}  {_below(horizontal, canvas)}".rstrip(), "dim"))
    for each in lines:
        each.rstrip()
    return Text("\n").join(lines)


def _draw(
    canvas: _Canvas, curve: Curve, horizontal: _Scale, vertical: _Scale, *, offset: int
) -> None:
    """Draws a curve, and its mark at its end and now and then before, each curve's elsewhere."""
    places = [canvas.place(horizontal.part(x), vertical.part(y)) for x, y in curve.points]
    if not places:
        return
    for start, end in pairwise(places) if len(places) > 1 else [(places[0], places[0])]:
        canvas.line(curve, start, end)
    cells = [(x // _ACROSS, y // _DOWN) for x, y in _walk(places)]
    for cell in reversed(cells):  # the last character that is free
        if cell not in canvas.marks:
            canvas.marks[cell] = curve
            break
    for cell in cells:
        if cell[0] % _MARKS_APART == offset and cell not in canvas.marks:
            canvas.marks[cell] = curve


def _walk(places: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The dots at which a curve enters each column of dots."""
    yield places[0]
    for start, end in pairwise(places):
        for x in range(start[0] + 1, end[0] + 1):
            part = (x - start[0]) / (end[0] - start[0])
            yield x, round(start[1] + (end[1] - start[1]) * part)


def _vertical(low: float, high: float) -> _Scale:
    if low > _SMALLEST and high / low >= _LARGE_RATIO:
        bottom, top = math.floor(math.log10(low)), math.ceil(math.log10(high))
        apart = max(1, math.ceil((top - bottom) / 5))
        ticks = tuple(10.0**power for power in range(bottom, top + 1, apart))
        return _Scale(10.0**bottom, 10.0**top, ticks, logarithmic=True)
    if high - low <= max(abs(high) * _ALIKE, _SMALLEST):  # a line in the middle
        room = abs(low) / 2 if abs(low) > _SMALLEST else 1.0
        low, high = low - room, high + room
    step = _step((high - low) / 4)
    first, last = math.floor(low / step), math.ceil(high / step)
    ticks = tuple(number * step for number in range(first, last + 1))
    return _Scale(ticks[0], ticks[-1], ticks)


def _horizontal(low: float, high: float, width: int) -> _Scale:
    """An axis of whole numbers, from the first to the last."""
    if low == high:
        low, high = low - 1, high + 1
        return _Scale(low, high, (low + 1,))
    step = max(1, math.ceil(_step((high - low) * 10 / width)))
    first = math.ceil(low / step) * step
    ticks = (low, *range(int(first), int(high) + 1, step), high)
    return _Scale(low, high, tuple(sorted(set(ticks))))


def _step(wanted: float) -> float:
    """A round number of at least this size."""
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(each * power for each in _STEPS if each * power >= wanted * (1 - 1e-9))


def _below(scale: _Scale, canvas: _Canvas) -> str:
    """The numbers below the horizontal axis, those that have room; the first and the last have it first."""
    line = [" "] * canvas.width
    ticks = scale.ticks
    for tick in dict.fromkeys((ticks[0], ticks[-1], *ticks)):
        name = f"{tick:g}"
        at = canvas.place(scale.part(tick), 0)[0] // _ACROSS - len(name) // 2
        at = min(max(at, 0), canvas.width - len(name))
        if all(each == " " for each in line[max(at - 1, 0) : at + len(name) + 1]):
            line[at : at + len(name)] = name
    return "".join(line)


def _number(value: float) -> str:
    """A tick's number, without what rounding has left."""
    return f"{round(value, 12):.4g}"
