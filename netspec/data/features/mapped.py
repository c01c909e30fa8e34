"""A segment as it is read: mapped into memory, its rows held to their checksums."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netspec.data.features import segments

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


class MappedSegment:
    """A segment that is mapped into memory.

    Attributes:
        path: The file.
        index: What its end tells.
        rows: uint8 `(images, bytes)`.
        proved: bool `(images,)`, which rows have been held to their checksums.
    """

    def __init__(self, path: Path, index: segments.Index, row_bytes: int) -> None:
        """Maps a file.

        Args:
            path: The file.
            index: What its end tells.
            row_bytes: How long a row is.

        Raises:
            OSError: It cannot be read.
        """
        self.path = path
        self.index = index
        shape = (len(index.digests), row_bytes)
        self.rows: NDArray[np.uint8] = np.asarray(np.memmap(path, np.uint8, mode="r", shape=shape))
        self.proved = np.zeros(len(index.digests), np.bool_)

    def is_whole(self, places: NDArray[np.int64]) -> bool:
        """Whether rows are as they were written, and of the images that the index says."""
        for place in places.tolist():
            told = self.index.checksum(place)
            if segments.checksum(self.index.digests[place], self.rows[place]) != told:
                return False
        self.proved[places] = True
        return True
