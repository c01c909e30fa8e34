"""A segment: a file of some images' rows and, at its end, what they are and how they are known to be whole.

Rows, one behind another; then each image's digest, each row's checksum, and a foot: a mark, the entry, how many rows
there are, how long each is, and a checksum of all that from the digests on. It is written beside and renamed.
"""

from __future__ import annotations

import os
import secrets
import struct
import sys
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from netspec.data.locks import is_same, lock, open_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

DIGEST_BYTES = 32
SUFFIX = ".segment"
PART = ".part"
_CHECKSUM = struct.Struct("<I")
_FOOT = struct.Struct("<8s32sQQI")
_MARK = b"netspecF"
# An index of more is no index that was written here.
_MOST_ROWS = 2**31
_LARGEST_WRITE = 2**26


class Index(NamedTuple):
    """What the end of a segment tells.

    Attributes:
        digests: Of the images, 32 bytes each, in the order of the rows.
        checksums: Of the rows, 4 bytes each, see `checksum`.
    """

    digests: list[bytes]
    checksums: bytes

    def checksum(self, row: int) -> int:
        """The checksum of a row."""
        found: int = _CHECKSUM.unpack_from(self.checksums, row * _CHECKSUM.size)[0]
        return found


def checksum(digest: bytes, row: object) -> int:
    """The checksum of a row and of the image that it is of."""
    return zlib.crc32(row, zlib.crc32(digest))  # type: ignore[arg-type]  # any buffer


def size_of(rows: int, row_bytes: int) -> int:
    """Bytes of a segment of so many rows."""
    return rows * (row_bytes + DIGEST_BYTES + _CHECKSUM.size) + _FOOT.size


def write(
    folder: Path, entry: bytes, digests: Sequence[bytes], rows: Sequence[memoryview], row_bytes: int
) -> Path:
    """Writes a segment: it is there whole, or not at all.

    Args:
        folder: The entry's folder.
        entry: The digest of the entry's key.
        digests: Of the images, 32 bytes each.
        rows: Their rows, some in each buffer of bytes.
        row_bytes: How long a row is.

    Returns:
        The file.

    Raises:
        OSError: It cannot be written.
    """
    each = (some[at : at + row_bytes] for some in rows for at in range(0, len(some), row_bytes))
    sums = [
        _CHECKSUM.pack(checksum(digest, row)) for digest, row in zip(digests, each, strict=True)
    ]
    end = b"".join([*digests, *sums])
    head = _FOOT.pack(_MARK, entry, len(digests), row_bytes, 0)[: -_CHECKSUM.size]
    foot = head + _CHECKSUM.pack(zlib.crc32(head, zlib.crc32(end)))
    path = folder / f"{secrets.token_hex(8)}{SUFFIX}"
    write_beside(path, [*rows, memoryview(end), memoryview(foot)])
    return path


def write_beside(path: Path, parts: Iterable[memoryview]) -> None:
    """Writes a file under another name and renames it: it is there whole, or not at all.

    Args:
        path: The file.
        parts: Its bytes, one part behind another.

    Raises:
        OSError: It cannot be written.
    """
    part = path.with_name(f"{secrets.token_hex(8)}{PART}")
    file = open_plain(part, os.O_RDWR | os.O_CREAT | os.O_EXCL)
    try:
        try:
            # Held while it is written, so that nobody takes it for what a killed process left.
            with suppress(OSError):
                lock(file, shared=False)
            _write_all(file, parts)
            if sys.platform != "win32":  # where an open file keeps its name
                part.replace(path)
        finally:
            os.close(file)
        if sys.platform == "win32":
            part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def read_index(path: Path, entry: bytes, row_bytes: int | None = None) -> Index | None:
    """What the end of a segment tells; None where it is damaged or of another entry.

    Args:
        path: The file.
        entry: The digest of the entry's key.
        row_bytes: How long a row is; None takes any.

    Raises:
        OSError: It cannot be read.
    """
    file = open_plain(path, os.O_RDONLY)
    with os.fdopen(file, "rb") as reading:
        size = os.fstat(file).st_size
        if size < _FOOT.size:
            return None
        reading.seek(size - _FOOT.size)
        foot = reading.read(_FOOT.size)
        mark, whose, rows, each, told = _FOOT.unpack(foot)
        if (mark, whose) != (_MARK, entry) or (row_bytes or each) != each:
            return None
        if not 0 < rows < _MOST_ROWS or size != size_of(rows, each):
            return None
        reading.seek(rows * each)
        end = reading.read(size - _FOOT.size - rows * each)
    if zlib.crc32(foot[: -_CHECKSUM.size], zlib.crc32(end)) != told:
        return None
    digests = rows * DIGEST_BYTES
    return Index(
        [end[at : at + DIGEST_BYTES] for at in range(0, digests, DIGEST_BYTES)], end[digests:]
    )


def remove_left_parts(folder: Path, names: Iterable[str]) -> None:
    """Removes what processes were writing when they were killed; what a living one writes stays."""
    for name in names:
        path = folder / name
        with suppress(OSError):  # without locks nobody can tell, and it stays until the entry goes
            file = open_plain(path, os.O_RDWR)
            try:
                is_left = lock(file, shared=False) and is_same(file, path)
                if is_left and sys.platform != "win32":
                    path.unlink()
            finally:
                os.close(file)
            if is_left and sys.platform == "win32":
                path.unlink()


def _write_all(file: int, parts: Iterable[memoryview]) -> None:
    for part in parts:
        rest = part
        while rest:
            rest = rest[os.write(file, rest[:_LARGEST_WRITE]) :]
