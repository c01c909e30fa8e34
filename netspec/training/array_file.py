"""An `.npz` file written array by array and part by part, as an array may be larger than memory."""

from __future__ import annotations

import os
import zipfile
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray


class ArrayFileWriter:
    """Writes arrays one after another, not compressed, so that they can be mapped into memory.

    Attributes:
        shapes: The shapes of those that were written, by their names.
    """

    def __init__(self, path: Path, *, mark: bytes = b"") -> None:
        """Begins the file, which is written over where it is there.

        Args:
            path: The file.
            mark: The archive's comment, which says what kind of file it is.
        """
        self.shapes: dict[str, tuple[int, ...]] = {}
        self._path = path
        self._archive = zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, allowZip64=True)
        self._archive.comment = mark

    def __enter__(self) -> Self:
        """The file."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ends the file, and sees to it that it is on the disk."""
        del error, trace
        self._archive.close()
        if kind is None:
            with self._path.open("rb+") as written:
                os.fsync(written.fileno())

    def add(self, name: str, shape: tuple[int, ...], parts: Iterable[NDArray[Any]]) -> None:
        """Writes an array.

        Args:
            name: What it is called.
            shape: Its shape.
            parts: What it is made of along its first axis, all of one type.
        """
        with self._archive.open(f"{name}.npy", "w", force_zip64=True) as member:
            rows = 0
            for part in parts:
                values = np.ascontiguousarray(part)
                if not rows:
                    header = np.lib.format.header_data_from_array_1_0(values)
                    np.lib.format.write_array_header_1_0(member, {**header, "shape": shape})
                member.write(values.tobytes())
                rows += len(values)
            assert rows == shape[0]  # noqa: S101 - its caller counts
        self.shapes[name] = shape
