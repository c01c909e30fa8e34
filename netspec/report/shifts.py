"""A shift test as text for a terminal."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from netspec.report.escape import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from netspec.report.evaluation import ShiftsRecord


def shifts_text(record: ShiftsRecord) -> list[RenderableType]:
    """A table of accuracies, at most seven by seven and 60 columns wide, and what it comes to.

    Args:
        record: What the test found.
    """
    pixels, accuracy = record["pixels"], record["accuracy"]
    each = {
        (down, right): accuracy[row][column]
        for row, down in enumerate(pixels)
        for column, right in enumerate(pixels)
    }
    # Of equal ones that which is nearest to the middle.
    worst = min(each, key=lambda place: (each[place], abs(place[0]) + abs(place[1]), place))
    middle = each[0, 0]
    of = f" of {printable(record['output'])}" if "output" in record else ""
    images = f"{record['images']:,} image{'s' * (record['images'] != 1)}"
    said = f"not moved {middle:.4f}; worst {each[worst]:.4f}, {_spoken(*worst)}"
    said += f"; mean over all {fmean(each.values()):.4f}"
    head = Text.assemble((f"accuracy{of} on {images}, moved by so many pixels", "bold"))
    return [head, Text(), _table(each, pixels, worst), Text(), Text(said)]


def _table(each: dict[tuple[int, int], float], pixels: list[int], worst: tuple[int, int]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(Text("down \\ right"), justify="right", no_wrap=True)
    for right in pixels:
        table.add_column(_signed(right), justify="right", no_wrap=True)
    for down in pixels:
        cells = [
            Text(f"{each[down, right]:.3f}", style=_style((down, right), worst)) for right in pixels
        ]
        table.add_row(_signed(down), *cells)
    return table


def _style(place: tuple[int, int], worst: tuple[int, int]) -> str:
    if place == (0, 0):
        return "bold green"
    return "bold red" if place == worst else ""


def _signed(pixels: int) -> str:
    return f"{pixels:+}" if pixels else "0"


def _spoken(down: int, right: int) -> str:
    """Where images were moved to, in words."""
    ways = [
        f"{abs(pixels)} {way}"
        for pixels, way in (
            (down, "down" if down > 0 else "up"),
            (right, "to the right" if right > 0 else "to the left"),
        )
        if pixels
    ]
    return " and ".join(ways) or "not moved at all"
