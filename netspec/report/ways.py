"""How the shapes came about that a layer cannot take, each way in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from netspec.layers.shapes import spell
from netspec.report.escape import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.diagnostics import Step

_HEAD = "   shapes: "
_ARROW = " → "
_LEFT_OUT = "… → "
# Of a layer with several inputs the last steps of each are shown, and of not more than so many inputs.
_LAST = 4
_MOST_WAYS = 4


def shapes_text(ways: Sequence[Sequence[Step]], width: int) -> Text:
    """The ways, one below the other; nothing where the one way has no layer on it.

    Args:
        ways: The ways, from an input on.
        width: How many columns one may take.
    """
    text = Text()
    if not any(step.place is not None for way in ways for step in way):
        return text
    for number, way in enumerate(ways[:_MOST_WAYS]):
        text.append(" " * len(_HEAD) if number else _HEAD, style="bold")
        text.append(f"{_way(way, width, len(ways) > 1)}\n")
    return text


def _way(way: Sequence[Step], width: int, is_one_of_many: bool) -> str:  # noqa: FBT001 - one call
    """The steps that change the shape, and the last one; those in the middle are left out where they do not fit."""
    steps = [
        step
        for index, step in enumerate(way)
        if index in {0, len(way) - 1} or step.shape != way[index - 1].shape
    ]
    first, *others = [f"{printable(step.name)} {spell(step.shape)}" for step in steps]
    most = _LAST - 1 if is_one_of_many else len(others)
    room = width - cell_len(first) - cell_len(_LEFT_OUT)
    shown: list[str] = []
    for other in reversed(others):
        room -= cell_len(other) + len(_ARROW)
        if len(shown) == most or (shown and room < 0):
            break
        shown.insert(0, other)
    gap = _LEFT_OUT if len(shown) < len(others) else ""
    return _ARROW.join([first, gap + shown[0], *shown[1:]]) if shown else first
