"""Arrays in `.npy` files and `.npz` archives: looked at by their headers, mapped into memory, never unpickled."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from math import prod
from tokenize import TokenError
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from netspec.data.room import free_memory
from netspec.errors import DataError
from netspec.wording import spoken_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

ENDING = ".npy"
# What zipfile and numpy raise over a file that is damaged or made to be.
_UNREADABLE = (
    EOFError,
    RuntimeError,  # a member in a secret code
    NotImplementedError,  # a member packed in a way that Python does not know
    SyntaxError,
    TokenError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
_LARGEST_HEADER = 10_000
# A member's own header in a zip archive: its fixed part, and where in that the lengths of the rest stand.
# Source: APPNOTE.TXT of PKWARE, 4.3.7.
_LOCAL_HEADER, _LENGTHS = 30, slice(26, 30)


@dataclass(frozen=True)
class ArrayFile:
    """An array that has been looked at and not been read.

    Attributes:
        name: Its name, without `.npy`.
        path: The file that it is in.
        shape: Its shape.
        dtype: Its type; no Python objects.
        is_fortran: Whether its first axis is the one whose values lie side by side.
        offset: Where in the file its values begin; None where they are compressed.
    """

    name: str
    path: Path
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    is_fortran: bool
    offset: int | None

    @property
    def size(self) -> int:
        """How many bytes its values take."""
        return prod(self.shape) * self.dtype.itemsize

    def values(self) -> NDArray[Any]:
        """The values: mapped, so that only what is used is read, or read whole where they are compressed.

        Raises:
            DataError: They cannot be read, or take more memory than there is.
        """
        with _told(self.path, self.name):
            if self.offset is None:
                return self._unpacked()
            if not self.size:
                return np.zeros(self.shape, self.dtype)
            mapped: NDArray[Any] = np.memmap(
                self.path,
                self.dtype,
                mode="r",
                offset=self.offset,
                shape=self.shape,
                order="F" if self.is_fortran else "C",
            )
            return mapped

    def _unpacked(self) -> NDArray[Any]:
        free = free_memory()
        if self.size > free:
            raise DataError(
                f"{self.name} in {self.path} is compressed and takes {spoken_bytes(self.size)} of memory, of which "
                f"{spoken_bytes(free)} are free",
                hint="save it with numpy.savez, uncompressed, and it is read from the disk as it is needed",
            )
        with zipfile.ZipFile(self.path) as archive, archive.open(f"{self.name}{ENDING}") as member:
            array: NDArray[Any] = np.lib.format.read_array(member, allow_pickle=False)
            # The member's checksum is compared only once its end has been read.
            if member.read(1):
                raise ValueError("it is longer than its shape")
        return array


def arrays_in(path: Path) -> tuple[str, ...]:
    """The names of the arrays in an `.npz` file, or of a folder's `.npy` files; none is looked at.

    Raises:
        DataError: It is no archive, or cannot be read.
    """
    with _told(path):
        if path.is_dir():
            with os.scandir(path) as entries:
                names = [each.name for each in entries if each.is_file()]
        else:
            with zipfile.ZipFile(path) as archive:
                names = archive.namelist()
    return tuple(name.removesuffix(ENDING) for name in sorted(names) if name.endswith(ENDING))


def look(path: Path, name: str) -> ArrayFile:
    """One of them, by its header.

    Raises:
        DataError: It is damaged, or holds Python objects.
    """
    with _told(path, name):
        if path.is_dir():
            file = path / f"{name}{ENDING}"
            with file.open("rb") as stream:
                return _looked(stream, name, file, 0, file.stat().st_size)
        with zipfile.ZipFile(path) as archive:
            info = archive.getinfo(f"{name}{ENDING}")
            with archive.open(info) as member:
                start = None if info.compress_type != zipfile.ZIP_STORED else 0
                if start is not None:
                    with path.open("rb") as stream:
                        start = _values_of(stream, info)
                return _looked(member, name, path, start, info.file_size)


def _values_of(archive: IO[bytes], info: zipfile.ZipInfo) -> int:
    """Where in an archive a member that is not compressed begins."""
    archive.seek(info.header_offset)
    header = archive.read(_LOCAL_HEADER)
    name, extra = struct.unpack("<HH", header[_LENGTHS])
    start: int = info.header_offset + _LOCAL_HEADER + name + extra
    if start + info.file_size > os.fstat(archive.fileno()).st_size:
        raise ValueError("it ends too early")
    return start


def _looked(stream: IO[bytes], name: str, path: Path, start: int | None, length: int) -> ArrayFile:
    """An array by the header that a stream of so many bytes begins with."""
    begin = stream.read(12)
    version = np.lib.format.read_magic(BytesIO(begin))
    # numpy reads a header whole before it looks at the header's length.
    wide = version != (1, 0)
    size = struct.unpack("<I", begin[8:12])[0] if wide else struct.unpack("<H", begin[8:10])[0]
    if size > _LARGEST_HEADER:
        raise ValueError(f"its header has {size:,} bytes")
    rest = BytesIO(begin[8:] + stream.read(size))
    read = np.lib.format.read_array_header_2_0 if wide else np.lib.format.read_array_header_1_0
    shape, is_fortran, dtype = read(rest)
    if dtype.hasobject:
        raise DataError(
            f"{name} in {path} holds Python objects, such as texts, which are not read",
            hint="save whole numbers: numpy.unique(y, return_inverse=True)[1] numbers the texts of labels from 0",
        )
    if dtype.names is not None or dtype.subdtype is not None:
        raise ValueError("it holds records, and netspec takes numbers")
    header = (12 if wide else 10) + size
    if min(shape, default=0) < 0 or prod(shape) * dtype.itemsize != length - header:
        raise ValueError(f"its shape {shape} is not that of its {length - header:,} bytes")
    return ArrayFile(
        name, path, shape, dtype, is_fortran, None if start is None else start + header
    )


@contextmanager
def _told(path: Path, name: str | None = None) -> Iterator[None]:
    """Tells what cannot be read."""
    where = path if name is None else f"{name} in {path}"
    try:
        yield
    except OSError as error:
        raise DataError(f"cannot read {where}: {error.strerror or error}") from None
    except MemoryError:
        raise DataError(f"cannot read {where}: it takes more memory than there is") from None
    except _UNREADABLE as error:
        raise DataError(
            f"{where} is damaged or not what it is called: {error}",
            hint="make it anew with numpy.savez or numpy.save, of numbers only",
        ) from None
