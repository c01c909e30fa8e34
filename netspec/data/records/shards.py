"""The frames of TFRecord files: where each record lies, and whether it is whole.

Source: tensorflow/core/lib/io/record_writer.h. A record is its length (8 bytes), a checksum of that (4), its data, and
a checksum of these (4), all with the lowest byte first.
"""

from __future__ import annotations

import io
import os
import stat
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from netspec.data.files.listed import of_status
from netspec.errors import DataError, MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# What a record is whose data is not what was written.
DAMAGED = "the record is damaged: it does not have the checksum that it was written with"
_LENGTH = struct.Struct("<QI")
_CHECKSUM = struct.Struct("<I")
_MASK = 0xA282EAD8
_BITS = 0xFFFFFFFF
# What gzip and zlib begin with.
_COMPRESSED = (b"\x1f\x8b", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")


@dataclass(frozen=True)
class Shard:
    """One TFRecord file, as it was when it was found.

    Attributes:
        path: Where it lies.
        size: In bytes.
        mtime_ns: When it was last changed, nanoseconds since 1970.
    """

    path: Path
    size: int
    mtime_ns: int

    @classmethod
    def at(cls, path: Path) -> Shard:
        """The file at a path.

        Raises:
            DataError: There is none that can be read.
        """
        try:
            status = path.stat()
        except OSError as error:
            raise unreadable(path, error) from None
        if not stat.S_ISREG(status.st_mode):
            raise DataError(f"{path} is a pipe or a device, no TFRecord file")
        return cls(path, *of_status(status))

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    def record_name(self, number: int) -> str:
        """What a message calls one of its records, counted from 0."""
        return f"{self.name}:{number}"

    def open(self) -> int:
        """A descriptor of the file, to be closed.

        Raises:
            OSError: It is gone, or not what it was.
        """
        descriptor = os.open(self.path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        status = os.fstat(descriptor)
        if of_status(status) != (self.size, self.mtime_ns):
            os.close(descriptor)
            raise OSError("its file has changed since it was looked at")
        return descriptor

    def read(self, start: int, length: int) -> bytes:
        """Some of its bytes.

        Raises:
            OSError: It is gone, or not what it was.
        """
        descriptor = self.open()
        try:
            return pread(descriptor, length, start)
        finally:
            os.close(descriptor)

    def part(self, start: int, length: int) -> BinaryIO:
        """Some of its bytes as a file, to be closed.

        Raises:
            OSError: It is gone, or not what it was.
        """
        return io.BufferedReader(_Part(self.open(), start, length))


class _Part(io.RawIOBase):
    """A part of a file, as a file."""

    def __init__(self, descriptor: int, start: int, length: int) -> None:
        super().__init__()
        self._descriptor, self._start, self._length = descriptor, start, length
        self._at = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Goes to a place in the part."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._length}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        """Reads on."""
        length = max(0, min(len(buffer), self._length - self._at))
        data = pread(self._descriptor, length, self._start + self._at)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        """Closes the file, once."""
        if not self.closed:
            os.close(self._descriptor)
        super().close()


def frames(shard: Shard, descriptor: int) -> Iterator[tuple[int, int]]:
    """Where each record's data begins in a file, and where it ends; the data is not read.

    Args:
        shard: The file.
        descriptor: The same, open.

    Raises:
        DataError: The file is damaged so that the records behind some place cannot be found.
    """
    at, number = 0, 0
    while at < shard.size:
        header = pread(descriptor, _LENGTH.size, at)
        if len(header) < _LENGTH.size:
            raise _cut_off(shard, number, at)
        length, checksum = _LENGTH.unpack(header)
        if checksum != masked_checksum(header[:8]):
            raise _no_frame(shard, number, at, header)
        start = at + _LENGTH.size
        at = start + length + _CHECKSUM.size
        if at > shard.size:
            raise _cut_off(shard, number, start - _LENGTH.size)
        yield start, start + length
        number += 1


def is_whole(framed: bytes) -> bool:
    """Whether a record's data is what was written.

    Args:
        framed: The data and the checksum behind it.
    """
    end = len(framed) - _CHECKSUM.size
    return end >= 0 and _CHECKSUM.unpack_from(framed, end)[0] == masked_checksum(framed[:end])


def framed_length(length: int) -> int:
    """How long so much data is with the checksum behind it."""
    return length + _CHECKSUM.size


def masked_checksum(data: bytes) -> int:
    """CRC-32C, masked as the format has it.

    Raises:
        MissingExtraError: What computes it is not installed.
    """
    try:
        import google_crc32c
    except ImportError:
        raise MissingExtraError(
            "TFRecord files need google-crc32c, which is not installed",
            hint="pip install 'netspec-keras[tensorflow]'",
        ) from None
    crc: int = google_crc32c.value(data)
    return (((crc >> 15) | (crc << 17)) + _MASK) & _BITS


def pread(descriptor: int, length: int, at: int) -> bytes:
    """Bytes of an open file from a place on; fewer where the file ends."""
    if hasattr(os, "pread"):
        data = os.pread(descriptor, length, at)
    else:
        os.lseek(descriptor, at, os.SEEK_SET)
        data = os.read(descriptor, length)
    if not data or len(data) == length:
        return data
    return data + pread(descriptor, length - len(data), at + len(data))


def _no_frame(shard: Shard, number: int, at: int, header: bytes) -> DataError:
    if number:
        return DataError(
            f"{shard.path} is damaged at record {number:,}, byte {at:,}: what should be the record's length is not",
            hint="what follows cannot be found: write the file again, or take it away",
        )
    if header.startswith(_COMPRESSED):
        return DataError(
            f"{shard.path} is compressed as a whole, and single records cannot be read from such a file",
            hint="write it without compression: pictures are compressed already",
        )
    return DataError(f"{shard.path} is no TFRecord file", hint="correct the pattern in data.source")


def _cut_off(shard: Shard, number: int, at: int) -> DataError:
    return DataError(
        f"{shard.path} ends in the middle of record {number:,}, which begins at byte {at:,}",
        hint="it has been cut off: write it again, or take it away",
    )


def unreadable(path: Path, error: OSError) -> DataError:
    """What a file that cannot be read comes to."""
    return DataError(f"cannot read {path}: {error.strerror or error}")
