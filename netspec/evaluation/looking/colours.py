"""Numbers as colours, and pictures in the size that one looks at."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

# Sixteen colours of each map at even distances; between them is interpolated. The first two grow evenly brighter to the
# eye. Source: matplotlib, lib/matplotlib/_cm_listed.py, CC0, by Smith and van der Walt.
VIRIDIS = (
    "440154 481a6c 472f7d 414487 39568c 31688e 2a788e 23888e "
    "1f988b 22a884 35b779 54c568 7ad151 a5db36 d2e21b fde725"
)
INFERNO = (
    "000004 0c0826 240c4f 420a68 5d126e 781c6d 932667 ae305c "
    "c73e4c dd513a ed6925 f8850f fca50a fac62d f2e661 fcffa4"
)
# Blue below 0, red above. Source: ColorBrewer's RdBu, Brewer and Harrower, Apache-2.0.
BLUE_RED = "053061 2166ac 4393c3 92c5de d1e5f0 f7f7f7 fddbc7 f4a582 d6604d b2182b 67001f"
_SHADES = 256
# How much of the colour lies over a picture where it is hottest; nothing lies over it where it is cold.
_MOST = 0.75
# The grays below it: heat shows on neither black nor white.
_DARKEST, _BRIGHTEST = 25, 190
_LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601


@lru_cache(maxsize=8)
def _table(anchors: str) -> Picture:
    """A map's 256 colours, `(256, 3)`."""
    colours = np.array([list(bytes.fromhex(each)) for each in anchors.split()], np.float64)
    places = np.linspace(0, _SHADES - 1, len(colours))
    shades = np.arange(_SHADES)
    parts = [np.interp(shades, places, channel) for channel in colours.T]
    return np.stack(parts, axis=-1).round().astype(np.uint8)


def coloured(shares: NDArray[Any], anchors: str) -> Picture:
    """Numbers from 0 to 1 in the colours of a map: `(height, width)` to uint8 `(height, width, 3)`."""
    places = (np.clip(shares, 0, 1) * (_SHADES - 1)).round().astype(np.uint8)
    colours: Picture = _table(anchors)[places]
    return colours


def in_colour(picture: Picture) -> Picture:
    """A picture of 1 or 3 channels as one of 3."""
    return np.repeat(picture, 3, axis=-1) if picture.shape[-1] == 1 else picture


def shown(picture: Picture, size: tuple[int, int]) -> Picture:
    """A picture in a size that one can look at.

    Args:
        picture: `(height, width, channels)`.
        size: The width and height; where they are larger, each pixel becomes a square, so that one sees what the
            network gets.

    Returns:
        uint8 `(height', width', 3)`.
    """
    how = Image.Resampling.NEAREST if size[0] >= picture.shape[1] else Image.Resampling.LANCZOS
    return np.asarray(Image.fromarray(in_colour(picture)).resize(size, how))


def overlaid(picture: Picture, heat: NDArray[np.float32], size: tuple[int, int]) -> Picture:
    """A picture in gray with heat over it.

    Args:
        picture: `(height, width, channels)`.
        heat: `(height', width')`, from 0 to 1, brought to the size by bilinear interpolation.
        size: The width and height.

    Returns:
        uint8 `(height, width, 3)`.
    """
    below = shown(picture, size).astype(np.float64)
    enlarged = Image.fromarray(heat.astype(np.float32)).resize(size, Image.Resampling.BILINEAR)
    shares = np.clip(np.asarray(enlarged, np.float64), 0, 1)
    shades = _DARKEST + (_BRIGHTEST - _DARKEST) / 255 * (below @ np.array(_LUMA))
    gray = np.repeat(shades[..., np.newaxis], 3, axis=-1)
    weight = (_MOST * shares)[..., np.newaxis]
    mixed = (1 - weight) * gray + weight * coloured(shares, INFERNO)
    whole: Picture = mixed.round().astype(np.uint8)
    return whole
