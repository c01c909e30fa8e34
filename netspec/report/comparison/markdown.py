"""Runs side by side as Markdown, with their curves in Mermaid's language, as GitHub draws them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netspec.report.comparison.rows import notes_of, sections_of, shown_of
from netspec.report.escape import markdown, printable
from netspec.report.markdown import block, table
from netspec.report.text_chart import is_drawable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netspec.report.comparison.document import RunComparison

# Each run's colour, which shows on white and on black, and the square that says whose it is.
_COLOURS = {
    "🟦": "#2f81f7",
    "🟧": "#e8750a",
    "🟩": "#2da44e",
    "🟥": "#e5534b",
    "🟪": "#a371f7",
    "🟨": "#d4a72c",
    "🟫": "#9a6700",
}
_MOST_EPOCHS = 24  # that the axis has room to name
_LONGEST_NAME = 32
_NO_NAME = re.compile(r"[^A-Za-z0-9 ._+()-]")


def comparison_markdown(document: RunComparison, *, metrics: Sequence[str]) -> str:
    """The whole comparison.

    Args:
        document: The runs.
        metrics: Whose curves are drawn.
    """
    parts = [*_tables(document), *_notes(document)]
    parts += [chart for name in metrics if (chart := _chart(document, name))]
    return "\n".join(parts)


def _tables(document: RunComparison) -> Iterator[str]:
    places = shown_of(document)
    labels = [markdown(document["runs"][place]["label"]) for place in places]
    for section in sections_of(document):
        rows = [
            [
                markdown(row.title),
                *(
                    f"**{markdown(row.cells[place])}**"
                    if place in row.best
                    else markdown(row.cells[place])
                    for place in places
                ),
            ]
            for row in section.rows
        ]
        yield "\n".join([*table([section.title or "run", *labels], rows), ""])


def _notes(document: RunComparison) -> Iterator[str]:
    """What is to be known besides, a paragraph each; commands as code."""
    commands = []
    for note in notes_of(document):
        if note.startswith(" "):
            commands.append(f"$ {printable(note.strip())}")
        else:
            yield f"{markdown(note)}\n"
    if commands:
        yield "\n".join([*block("\n".join(commands), "console"), ""])


def _chart(document: RunComparison, name: str) -> str:
    """One metric's curves below the squares that say whose they are; nothing where fewer than two epochs have any."""
    curves = {
        place: curve
        for place, run in enumerate(document["runs"])
        if (curve := _curve(run["curves"]["epochs"], run["curves"]["values"].get(name, [])))
    }
    epochs = _kept(curves)
    if len(epochs) < 2:  # noqa: PLR2004 - a line has two points
        return ""
    squares = list(_COLOURS)
    colour = {place: squares[number % len(squares)] for number, place in enumerate(curves)}
    legend = " ".join(
        f"{colour[place]} {markdown(document['runs'][place]['label'])}" for place in curves
    )
    values = [value for curve in curves.values() for value in curve.values()]
    low, high = min(values), max(values)
    room = (high - low) * 0.05 or abs(low) / 2 or 1.0
    palette = ", ".join(_COLOURS[square] for square in colour.values())
    title = _NO_NAME.sub("_", name)
    lines = [
        f"{markdown(name)}: {legend}",
        "",
        "```mermaid",
        f'%%{{init: {{"themeVariables": {{"xyChart": {{"plotColorPalette": "{palette}"}}}}}}}}%%',
        "xychart-beta",
        f'    x-axis "epoch" [{", ".join(map(str, epochs))}]',
        f'    y-axis "{title}" {_number(low - room)} --> {_number(high + room)}',
        *(f"    {_line(document, place, curves[place], epochs)}" for place in curves),
        "```",
        "",
    ]
    return "\n".join(lines)


def _curve(epochs: Sequence[int], values: Sequence[float | None]) -> dict[int, float]:
    """Values by epoch up to the first that is no number, for Mermaid has no gaps."""
    curve = {}
    for epoch, value in zip(epochs, values, strict=False):
        if not is_drawable(value):
            break
        curve[epoch] = value
    return curve


def _kept(curves: Mapping[int, Mapping[int, float]]) -> list[int]:
    """The epochs that are drawn: as many as the axis can name, with each run's last."""
    epochs = sorted({epoch for curve in curves.values() for epoch in curve})
    if len(epochs) <= _MOST_EPOCHS:
        return epochs
    kept = set(epochs[:: -(-len(epochs) // _MOST_EPOCHS)])
    return sorted(kept | {max(curve) for curve in curves.values()})


def _line(
    document: RunComparison, place: int, curve: Mapping[int, float], epochs: Sequence[int]
) -> str:
    name = _NO_NAME.sub("_", document["runs"][place]["label"])[-_LONGEST_NAME:]
    told = []
    for epoch in epochs:
        if epoch not in curve:
            break
        told.append(_number(curve[epoch]))
    return f'line "{name}" [{", ".join(told)}]'


def _number(value: float) -> str:
    """A number in digits alone, as Mermaid reads them."""
    text = f"{value:.6f}" if abs(value) >= 1e-3 or not value else f"{value:.12f}"  # noqa: PLR2004
    return text.rstrip("0").rstrip(".")
