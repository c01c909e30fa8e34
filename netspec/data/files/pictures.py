"""Picture files: what a file holds, by its header, and how Pillow decodes it.

TensorFlow decodes plain JPEG and PNG fastest, but passes over a photo's orientation, drops transparency, and does not
know WebP. Which of the two decodes a file is a function of its header and of the channels wanted alone.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from netspec.data.files.first_bytes import ENOUGH, plain_header
from netspec.data.files.header import Header

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

# Those that a camera, a browser or a drawing program writes. Pillow's others (EPS runs a program) stay shut.
FORMATS = tuple(
    plugin.format
    for plugin in (
        JpegImagePlugin.JpegImageFile,
        PngImagePlugin.PngImageFile,
        BmpImagePlugin.BmpImageFile,
        GifImagePlugin.GifImageFile,
        WebPImagePlugin.WebPImageFile,
    )
)
FORMAT_NAMES = "JPEG, PNG, BMP, GIF or WebP"
_ORIENTATION = 0x0112
# What turns a photo upright, by the orientation that Exif 2.32, 4.6.4, gives it.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What Pillow raises over a file that is damaged or made to be.
_DAMAGED = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    MemoryError,
    struct.error,
    zlib.error,
)
# What Pillow warns of does not concern pixels, and many threads decode: a filter that each sets and takes back would
# leave another's behind.
warnings.filterwarnings("ignore", module=r"PIL\.")


class UnreadableImageError(Exception):
    """A file is no picture that netspec reads; the message says why, to stand after the file's name."""


def read_header(data: bytes | BinaryIO) -> Header:
    """Looks at a file's bytes, or at an open file, without decoding it.

    Raises:
        UnreadableImageError: It is no picture, or holds more pixels than Pillow's limit.
    """
    start = data[:ENOUGH] if isinstance(data, bytes) else data.read(ENOUGH)
    plain = plain_header(start, limit=Image.MAX_IMAGE_PIXELS)
    if plain is not None:
        return plain
    if not isinstance(data, bytes):
        data.seek(0)
    with _opened(data) as image:
        return Header(
            image.format or "",
            image.width,
            image.height,
            image.mode,
            transparent=image.has_transparency_data,
            orientation=_orientation(image),
        )


def decode_in_pillow(data: bytes, *, channels: int) -> NDArray[np.uint8]:
    """A picture as a person sees it: upright, its first frame, transparency over white.

    Returns:
        uint8 `(height, width, channels)`.

    Raises:
        UnreadableImageError: It is no picture, or damaged.
    """
    with _opened(data) as image:
        turn = _TURNS.get(_orientation(image))
        seen = _eight_bits(image)
        if seen.has_transparency_data:
            seen = seen.convert("RGBA")
            seen = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)
        seen = seen.convert("RGB" if channels > 1 else "L")
        pixels = np.asarray(seen if turn is None else seen.transpose(turn), dtype=np.uint8)
    return pixels if pixels.ndim > 2 else pixels[..., np.newaxis]  # noqa: PLR2004


@contextmanager
def _opened(data: bytes | BinaryIO) -> Iterator[Image.Image]:
    if data == b"":
        raise UnreadableImageError("it is empty")
    file = io.BytesIO(data) if isinstance(data, bytes) else data
    try:
        with Image.open(file, formats=FORMATS) as image:
            _check_size(image)
            yield image
    except UnidentifiedImageError:
        raise UnreadableImageError(f"it is no {FORMAT_NAMES} picture") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        limit = f"{Image.MAX_IMAGE_PIXELS or 0:,}"
        raise UnreadableImageError(f"it has more than {limit} pixels, the limit") from None
    except _DAMAGED as error:
        raise UnreadableImageError(f"it is damaged ({error})") from error


def _check_size(image: Image.Image) -> None:
    limit = Image.MAX_IMAGE_PIXELS
    if limit is not None and image.width * image.height > limit:
        raise Image.DecompressionBombError  # Pillow itself only warns up to twice as many


def _orientation(image: Image.Image) -> int:
    """How a photo is turned upright, by its EXIF data."""
    if not {"exif", "Raw profile type exif"} & image.info.keys():
        return 1
    try:
        orientation = image.getexif().get(_ORIENTATION)
    except _DAMAGED:
        # Every viewer shows a picture whose EXIF data alone is damaged.
        return 1
    return orientation if orientation in _TURNS else 1


def _eight_bits(image: Image.Image) -> Image.Image:
    """The image in a mode of 8 bits: Pillow's own conversion cuts 16 bits off at 255."""
    if not image.mode.startswith("I"):
        return image
    gray = np.asarray(image, dtype=np.int64)
    alpha = np.where(gray == image.info.get("transparency"), 0, 255)
    return Image.fromarray(np.stack([gray >> 8, alpha], axis=-1).astype(np.uint8), "LA")
