"""A data set's official files, fetched from the place its makers give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.data.named.fetch import Progress, RemoteFile, download
from netspec.data.named.unpack import read_official
from netspec.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.data.named.arrays import ImageArrays
    from netspec.data.named.originals import Originals
    from netspec.things.datasets import NamedDataset


@dataclass(frozen=True, kw_only=True)
class WebSource:
    """Files to download from one host.

    Attributes:
        files: One `.gz` for each original file, or one `.tar.gz` that holds all of them.
    """

    files: tuple[RemoteFile, ...]

    @property
    def place(self) -> str:
        """The host, as messages name it."""
        return self.files[0].host

    def fetch(
        self, dataset: NamedDataset, originals: Originals, folder: Path, *, progress: Progress
    ) -> ImageArrays:
        """Downloads the files into `folder` and makes the arrays of them.

        Raises:
            DataError: A file could not be had, or is not the published one.
            OSError: `folder` cannot be written to.
        """
        for file in self.files:
            download(file, folder / file.name, progress=progress)
        arrays = read_official(dataset, originals, folder)
        if arrays is None:
            raise DataError(f"{self.place} does not offer all files of {dataset.title}")
        return arrays
