"""netspec's own copies of named data sets: one uncompressed `.npz` each, in Keras's layout.

A copy is written beside its place and renamed, so that it is there whole or not at all, and two
processes that fetch at once only replace one good copy by another.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from typing import TYPE_CHECKING

import numpy as np
import platformdirs

from netspec.data.named.arrays import ImageArrays, read_npz
from netspec.data.named.fetch import placed
from netspec.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from netspec.things.datasets import NamedDataset

_LEFT_BEHIND_SECONDS = 24 * 3600


def folder() -> Path:
    """Where the copies are: `datasets` in the platform's cache folder for netspec."""
    return platformdirs.user_cache_path("netspec") / "datasets"


def path_of(dataset: NamedDataset) -> Path:
    """Where the copy of one data set is, or would be."""
    return folder() / f"{dataset.name}.npz"


def read(dataset: NamedDataset) -> ImageArrays | None:
    """The copy, proved; None where there is none.

    Raises:
        DataError: The copy is damaged.
    """
    path = path_of(dataset)
    # Not path.exists(), which raises where a folder on the way may not be read.
    return read_npz(path, dataset) if os.path.lexists(path) else None


def store(dataset: NamedDataset, arrays: ImageArrays) -> Path:
    """Keeps a copy and returns its path.

    Raises:
        OSError: It cannot be written; `workspace` says so in words.
    """
    # Uncompressed, it is read five times as fast.
    with placed(path_of(dataset)) as part, part.open("xb") as out:
        np.savez(
            out,
            x_train=arrays.x_train,
            y_train=arrays.y_train,
            x_test=arrays.x_test,
            y_test=arrays.y_test,
        )
        out.flush()
        os.fsync(out.fileno())
    return path_of(dataset)


@contextlib.contextmanager
def workspace(dataset: NamedDataset) -> Iterator[Path]:
    """A fresh folder in the cache for what is being fetched, removed at the end whatever happens.

    Raises:
        DataError: The cache cannot be written to, or the disk is full.
    """
    place = folder()
    try:
        place.mkdir(parents=True, exist_ok=True)
        remove_left_behind(place)
        with tempfile.TemporaryDirectory(
            dir=place, prefix=f".{dataset.name}-", suffix=".part", ignore_cleanup_errors=True
        ) as fresh:
            yield place / fresh
    except OSError as error:
        raise DataError(
            f"{dataset.title} cannot be kept in {place}: {error.strerror or error}",
            hint="make room or set XDG_CACHE_HOME to a folder with room that you may write to; "
            "or put the data set into a folder and set NETSPEC_DATA to it",
        ) from error


def remove_left_behind(place: Path, pattern: str = ".*.part") -> None:
    """Removes what killed runs left: temporary files older than a day, which no run that goes on owns."""
    for left in place.glob(pattern):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _LEFT_BEHIND_SECONDS:
                if left.is_dir():
                    shutil.rmtree(left, ignore_errors=True)
                else:
                    left.unlink()
