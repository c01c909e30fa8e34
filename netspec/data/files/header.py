"""What the first bytes of a picture file say, and who decodes it. Neither NumPy nor Pillow is needed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

# What TensorFlow's decoder reads; MPO is a camera's JPEG of several pictures, of which it reads the first.
_TENSORFLOWS = frozenset({"JPEG", "MPO", "PNG"})


@dataclass(frozen=True)
class Header:
    """What a file's first bytes say.

    Attributes:
        format: Pillow's name of the format.
        width, height: In pixels as stored, before a photo is turned upright.
        mode: Pillow's name of what a pixel is made of, such as `RGB`, `P` (palette), `CMYK` or `I;16`.
        transparent: Whether something of it may be transparent.
        orientation: How a photo is turned upright, 1 to 8 as Exif 2.32, 4.6.4, has it; 1 where nothing is said.
    """

    format: str
    width: int
    height: int
    mode: str
    transparent: bool = False
    orientation: int = 1

    def in_pillow(self, channels: int) -> bool:
        """Whether Pillow decodes it, because TensorFlow would do so wrongly.

        Args:
            channels: 3 or 1, those that are wanted.
        """
        return decoded_in_pillow(
            self.format, self.mode, self.transparent, self.orientation, channels
        )


@lru_cache(maxsize=1024)
def decoded_in_pillow(
    kind: str, mode: str, transparent: object, orientation: int, channels: int
) -> bool:
    """Whether Pillow decodes a file of such a header; see `Header`."""
    if kind not in _TENSORFLOWS or transparent or orientation != 1 or mode == "CMYK":
        return True
    # TensorFlow weighs the colours of a PNG otherwise than those of a JPEG when it makes them gray.
    return kind == "PNG" and mode in {"RGB", "P"} and channels == 1
