"""The header of a plain JPEG or PNG, from its first bytes alone.

Pillow takes several times as long, which counts where files are many. What is not quite plain is left to it: what may
say how a photo is turned, whatever is rare, and all that is damaged.

Source: ITU-T T.81, B.1 and B.2; W3C PNG, 5 and 11.
"""

from __future__ import annotations

import struct
import zlib

from netspec.data.files.header import Header

# How many bytes are enough for most.
ENOUGH = 4096
_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_COMMENT, _TABLES, _QUANTIZATION, _RESTART, _SCAN = 0xFE, 0xC4, 0xDB, 0xDD, 0xDA
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
_PASSED_OVER = frozenset({_COMMENT, _TABLES, _RESTART})
# Segments of other programs, by what they begin with.
_NAMED = {0xE0: b"JFIF", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_COMPONENTS = {1: "L", 3: "RGB"}
_FRAME = struct.Struct(">BHHB")
_CHUNK = struct.Struct(">I4s")
_IMAGE = struct.Struct(">IIBBBBB")
_COLOURS = {0: "L", 2: "RGB", 3: "P", 4: "LA", 6: "RGBA"}
_SIZES = {b"gAMA": 4, b"pHYs": 9, b"sRGB": 1, b"cHRM": 32}
_UNSEEN = frozenset({b"PLTE", b"bKGD", b"tIME", b"sBIT"})


def plain_header(data: bytes, *, limit: int | None) -> Header | None:
    """What a plain file's first bytes say; None where Pillow is to be asked.

    Args:
        data: The first bytes, `ENOUGH` or all.
        limit: The most pixels that are decoded, None for any number.
    """
    header = None
    if data.startswith(_JPEG):
        header = _of_jpeg(data)
    elif data.startswith(_PNG):
        header = _of_png(data)
    if header is None or not 0 < header.width * header.height <= (limit or 2**63):
        return None
    return header


def _of_jpeg(data: bytes) -> Header | None:
    at, header = 2, None
    while at + 4 <= len(data) and data[at] == 0xFF:  # noqa: PLR2004 - what every marker begins with
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == _SCAN:
            return header
        part = data[at + 4 : at + 2 + length]
        if length < 2 or len(part) != length - 2:  # noqa: PLR2004 - the length counts itself
            return None
        if marker in _FRAMES and header is None:
            header = _of_frame(part)
            if header is None:
                return None
        elif marker == _QUANTIZATION:
            if not _is_whole(part):
                return None
        elif marker not in _PASSED_OVER and not (
            marker in _NAMED and part.startswith(_NAMED[marker])
        ):
            return None
        at += 2 + length
    return None


def _of_frame(part: bytes) -> Header | None:
    if len(part) < _FRAME.size:
        return None
    depth, height, width, components = _FRAME.unpack_from(part)
    mode = _COMPONENTS.get(components)
    if depth != 8 or mode is None or len(part) != _FRAME.size + 3 * components:  # noqa: PLR2004 - bits
        return None
    return Header("JPEG", width, height, mode)


def _is_whole(tables: bytes) -> bool:
    at = 0
    while at < len(tables):
        at += 1 + (64 if tables[at] < 16 else 128)  # noqa: PLR2004 - 64 numbers of one byte or two
    return at == len(tables)


def _of_png(data: bytes) -> Header | None:
    at, header = len(_PNG), None
    while at + _CHUNK.size <= len(data):
        length, kind = _CHUNK.unpack_from(data, at)
        if kind == b"IDAT":
            return header
        end = at + 8 + length
        part, checksum = data[at + 8 : end], data[end : end + 4]
        if len(checksum) != 4 or zlib.crc32(data[at + 4 : end]) != int.from_bytes(checksum, "big"):  # noqa: PLR2004 - bytes
            return None
        if kind == b"IHDR" and header is None:
            header = _of_image(part)
            if header is None:
                return None
        elif kind not in _UNSEEN and _SIZES.get(kind) != length:
            return None
        at = end + 4
    return None


def _of_image(part: bytes) -> Header | None:
    if len(part) != _IMAGE.size:
        return None
    width, height, depth, colour, compression, filtering, interlace = _IMAGE.unpack(part)
    if (depth, compression, filtering) != (8, 0, 0) or interlace > 1 or colour not in _COLOURS:
        return None
    mode = _COLOURS[colour]
    return Header("PNG", width, height, mode, transparent=mode.endswith("A"))
