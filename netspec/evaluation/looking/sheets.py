"""Feature maps and filters drawn as tiles in a grid."""

from __future__ import annotations

from math import ceil, sqrt
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from netspec.evaluation.looking.colours import VIRIDIS, coloured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netspec.evaluation.looking.colours import Picture

# All in pixels. A grid is about so wide, and its tiles neither smaller nor larger than one can look at.
_WIDTH, _SMALLEST, _LARGEST = 800, 48, 192
_GAP, _MARGIN, _LETTERS = 6, 10, 11
_PAPER, _INK = "#17181c", "#9a9ca5"
_NOTHING = (58, 60, 68)  # of a channel that has one value everywhere
_FONT = ImageFont.load_default(_LETTERS)
MOST_CHANNELS = 64


class Channel(NamedTuple):
    """One channel of a feature map: its number, and its least and largest value."""

    number: int
    low: float
    high: float


def varied_channels(values: NDArray[np.float32], *, most: int = MOST_CHANNELS) -> list[Channel]:
    """The channels that differ most from place to place, in the order of their numbers.

    Args:
        values: `(height, width, channels)`.
        most: How many, at most.
    """
    spread = values.astype(np.float64).std(axis=(0, 1))
    order = np.argsort(-np.nan_to_num(spread, nan=-1.0), kind="stable")[:most]
    return [
        Channel(number, float(values[..., number].min()), float(values[..., number].max()))
        for number in sorted(map(int, order))
    ]


def map_sheet(values: NDArray[np.float32], channels: Sequence[Channel]) -> Image.Image:
    """A feature map's channels, each from its own least value (dark) to its own largest (bright).

    One that has the same value everywhere is gray.

    Args:
        values: `(height, width, channels)`.
        channels: Those that are drawn.
    """
    tiles = [_channel_tile(values[..., each.number], each) for each in channels]
    return grid(tiles, [str(each.number) for each in channels])


def grid(tiles: Sequence[Picture], captions: Sequence[str]) -> Image.Image:
    """Tiles of one size in rows, each with its caption below.

    Small ones are enlarged by a whole factor, each of their pixels a square; large ones are made smaller.

    Args:
        tiles: uint8 `(height, width, 3)`, at least one.
        captions: A text for each.
    """
    columns = _columns(len(tiles))
    height, width = tiles[0].shape[:2]
    longest = max(height, width)
    room = min(_LARGEST, max(_SMALLEST, _WIDTH // columns - _GAP))
    factor: float = room // longest if longest <= room else room / longest
    tall, wide = (max(1, round(side * factor)) for side in (height, width))
    how = Image.Resampling.NEAREST if factor >= 1 else Image.Resampling.BOX
    across = max(wide, *(int(_FONT.getlength(text)) + 1 for text in captions))
    step = across + _GAP, tall + _LETTERS + 3 + _GAP
    rows = ceil(len(tiles) / columns)
    size = (2 * _MARGIN + columns * step[0] - _GAP, 2 * _MARGIN + rows * step[1] - _GAP)
    sheet = Image.new("RGB", size, _PAPER)
    pen = ImageDraw.Draw(sheet)
    for number, (tile, caption) in enumerate(zip(tiles, captions, strict=True)):
        row, column = divmod(number, columns)
        left, top = _MARGIN + column * step[0], _MARGIN + row * step[1]
        sheet.paste(Image.fromarray(tile).resize((wide, tall), how), (left, top))
        pen.text((left, top + tall + 1), caption, fill=_INK, font=_FONT)
    return sheet


def _columns(tiles: int) -> int:
    """As many as rows or some more, so that the last row is as full as can be."""
    least = ceil(sqrt(tiles))
    return min(range(least, least * 3 // 2 + 1), key=lambda columns: -tiles % columns)


def _channel_tile(values: NDArray[Any], channel: Channel) -> Picture:
    spread = channel.high - channel.low
    if not np.isfinite(spread) or spread <= 0:
        return np.full((*values.shape, 3), _NOTHING, np.uint8)
    return coloured((values - channel.low) / spread, VIRIDIS)
