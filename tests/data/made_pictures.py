"""Picture files made byte by byte or by Pillow, and folders of them."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

HEIGHT, WIDTH = 37, 53
_ROWS, _COLUMNS = np.mgrid[0:HEIGHT, 0:WIDTH]
# A picture that no turn and no mirror leaves as it is, smooth enough for JPEG to keep it.
SMOOTH: Pixels = np.stack([_ROWS * 6, _COLUMNS * 4, 255 - (_ROWS + _COLUMNS) * 2], axis=-1).astype(
    np.uint8
)
NOISE: Pixels = np.random.default_rng(7).integers(0, 256, SMOOTH.shape, np.uint8)
ALPHA: Pixels = np.where((_ROWS + _COLUMNS) % 5 == 0, 0, 255 - _COLUMNS).astype(np.uint8)


def encoded(pixels: Pixels | Image.Image, kind: str, **options: Any) -> bytes:
    """Pixels as a file of Pillow's making."""
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def turned(pixels: Pixels, kind: str, orientation: int) -> bytes:
    """Pixels as a file that says how a camera was held."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(pixels, kind, exif=exif, quality=95, lossless=True)


def chunk(kind: bytes, contents: bytes) -> bytes:
    """A part of a PNG file."""
    checked = zlib.crc32(kind + contents)
    return struct.pack(">I", len(contents)) + kind + contents + struct.pack(">I", checked)


def png(rows: list[bytes], *, width: int, depth: int, color: int, extra: bytes = b"") -> bytes:
    """A PNG file of given rows, in forms that Pillow does not write."""
    header = struct.pack(">IIBBBBB", width, len(rows), depth, color, 0, 0, 0)
    contents = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            extra,
            chunk(b"IDAT", contents),
            chunk(b"IEND", b""),
        ]
    )


def bomb(width: int, height: int) -> bytes:
    """A small PNG file that says it is large."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 9))


def write(root: Path, files: dict[str, bytes]) -> Path:
    """Writes files below a folder."""
    for name, contents in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents)
    return root


def numbered(number: int, *, kind: str = "PNG", size: tuple[int, int] = (4, 6)) -> bytes:
    """A picture whose every pixel is its number."""
    options = {"lossless": True} if kind == "WEBP" else {}
    return encoded(np.full((*size, 3), number, np.uint8), kind, **options)


def class_folders(root: Path, classes: dict[str, int], *, first: int = 0) -> Path:
    """Folders of so many pictures each; their pixels count through all of them."""
    number = first
    for name, count in classes.items():
        for index in range(count):
            write(root, {f"{name}/{index:02}.png": numbered(number)})
            number += 1
    return root
