"""Whether bytes are a PNG that a browser can be given: whole, and of a size that it takes.

Source: Portable Network Graphics (PNG) Specification, third edition, sections 5 and 11.2.
"""

from __future__ import annotations

import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEAD = 8  # a chunk's length and kind
_CHECK = 4
# More pixels than any contact sheet has, and few enough for a telephone.
_MOST_PIXELS = 32_000_000


def why_no_picture(content: bytes) -> str | None:
    """Why bytes cannot be shown as a PNG, None where they can."""
    if not content.startswith(_SIGNATURE):
        return "it is no PNG"
    at, kinds = len(_SIGNATURE), []
    while at + _HEAD <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + _HEAD + length
        if end + _CHECK > len(content):
            return "it is cut"
        (check,) = struct.unpack_from(">I", content, end)
        if zlib.crc32(content[at + 4 : end]) != check:
            return "it is damaged"
        kinds.append(kind)
        if kind == b"IEND":
            break
        at = end + _CHECK
    if kinds[:1] != [b"IHDR"] or b"IDAT" not in kinds or kinds[-1] != b"IEND":
        return "it is cut"
    width, height = size_of(content)
    return "it is too large" if not 0 < width * height <= _MOST_PIXELS else None


def size_of(content: bytes) -> tuple[int, int]:
    """The width and the height of a PNG, in pixels.

    Args:
        content: A PNG of which `why_no_picture` says nothing.
    """
    width, height = struct.unpack_from(">II", content, len(_SIGNATURE) + _HEAD)
    return int(width), int(height)
