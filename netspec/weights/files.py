"""Files of trained weights, opened whatever their form: `.h5`, `.weights.h5` and `.keras`.

Only arrays and names are read, so that a file from anywhere brings no code with it.
"""

from __future__ import annotations

import contextlib
import io
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from netspec.data.named.fetch import one_line
from netspec.errors import DataError, UsageError
from netspec.weights import legacy, modern
from netspec.weights.hdf5 import UNREADABLE
from netspec.weights.stored import damaged, foreign

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from netspec.weights.stored import StoredWeights

_ARCHIVED, _CONFIG = "model.weights.h5", "config.json"
_ARCHIVE = b"PK\x03\x04"
# How much smaller than its contents an archive may be, and how long a network's description: Keras packs nothing.
_MOST_PACKED = 20
_LONGEST_CONFIG = 1 << 26


@contextlib.contextmanager
def opened(path: Path) -> Iterator[StoredWeights]:
    """A file of weights, open for as long as its arrays are to be read.

    Raises:
        UsageError: There is no such file.
        DataError: It is damaged, or holds no weights of Keras's.
    """
    contents, config = _contents(path)
    import h5py

    try:
        file = h5py.File(contents, "r")
    except UNREADABLE as error:
        raise damaged(path, one_line(error)) from error
    with file:
        try:
            stored = _read(file, path, config)
        except UNREADABLE as error:
            raise damaged(path, one_line(error)) from error
        yield stored


def _read(file: Any, path: Path, config: bytes | None) -> StoredWeights:
    if legacy.is_legacy(file):
        stored = legacy.read(file, path)
    elif modern.is_modern(file):
        stored = modern.read(file, path, config)
    else:
        raise foreign(path, "it is an HDF5 file of another program")
    if not stored.layers:
        raise foreign(path, "none of its layers has weights")
    return stored


def _contents(path: Path) -> tuple[Any, bytes | None]:
    """What HDF5 is to open, and the network's description where the file has one.

    Raises:
        UsageError: There is no such file.
        DataError: It cannot be read, or is something else.
    """
    try:
        with path.open("rb") as file:
            beginning = file.read(8)
    except FileNotFoundError as error:
        raise UsageError(
            f"there is no file {path}", hint="give the path of a file of weights"
        ) from error
    except IsADirectoryError as error:
        raise UsageError(
            f"{path} is a folder, not a file of weights",
            hint="name the .h5, .weights.h5 or .keras file in it",
        ) from error
    except OSError as error:
        raise DataError(
            f"{path} cannot be read: {error.strerror or error}",
            hint="let netspec read the file, or give another",
        ) from error
    if not beginning:
        raise damaged(path, "the file is empty")
    if beginning.startswith(_ARCHIVE):
        return _archived(path)
    if not beginning.startswith(b"\x89HDF\r\n\x1a\n"):
        raise foreign(path, "it is neither HDF5 nor a .keras archive")
    return path, None


def _archived(path: Path) -> tuple[Any, bytes | None]:
    try:
        with zipfile.ZipFile(path) as archive:
            held = {each.filename: each.file_size for each in archive.infolist()}
            if _ARCHIVED not in held:
                raise foreign(path, f"the archive holds no {_ARCHIVED}")
            if held[_ARCHIVED] > _MOST_PACKED * path.stat().st_size:
                raise foreign(path, f"it unpacks to {held[_ARCHIVED]:,} bytes")
            known = 0 < held.get(_CONFIG, 0) <= _LONGEST_CONFIG
            config = archive.read(_CONFIG) if known else None
            return io.BytesIO(archive.read(_ARCHIVED)), config
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError) as error:
        raise damaged(path, one_line(error)) from error
    except RuntimeError as error:  # a member with a password
        raise foreign(path, one_line(error)) from error
