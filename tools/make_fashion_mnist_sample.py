"""Makes netspec/data/shipped/fashion_mnist_sample.npz out of Fashion-MNIST's four original files.

    python tools/make_fashion_mnist_sample.py FOLDER [TARGET]

FOLDER holds the four files, `.gz` or unpacked; they are proved by their published MD5s. Taken are
the first 600 training and the first 100 test images of each class, in their original order. The
result is the same to the last byte wherever zlib is the same.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from netspec.data.named.loading import SHIPPED
from netspec.data.named.supplies import SUPPLIES
from netspec.data.named.unpack import read_official
from netspec.things.datasets import DATASETS

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

EACH_TRAIN = 600
EACH_TEST = 100


def first_of_each_class(labels: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Indices, ascending, of the first `count` items of every class; labels `(n,)`."""
    chosen = [np.flatnonzero(labels == label)[:count] for label in range(labels.max() + 1)]
    return np.sort(np.concatenate(chosen))


def make(folder: Path, target: Path) -> None:
    """Writes the sample of the originals in `folder` to `target`."""
    full = read_official(DATASETS["fashion_mnist"], SUPPLIES["fashion_mnist"].originals, folder)
    if full is None:
        sys.exit(f"{folder} does not hold Fashion-MNIST's files")
    train = first_of_each_class(full.y_train, EACH_TRAIN)
    test = first_of_each_class(full.y_test, EACH_TEST)
    arrays: dict[str, NDArray[Any]] = {
        "x_train": full.x_train[train, ..., 0],
        "y_train": full.y_train[train].astype(np.uint8),
        "x_test": full.x_test[test, ..., 0],
        "y_test": full.y_test[test].astype(np.uint8),
    }
    # numpy's own writer puts nothing of the clock in either, but does not promise it.
    with zipfile.ZipFile(target, "w") as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3  # Unix, on every machine
            with archive.open(entry, "w") as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


if __name__ == "__main__":
    make(
        Path(sys.argv[1]),
        Path(sys.argv[2]) if len(sys.argv) > 2 else SHIPPED / "fashion_mnist_sample.npz",  # noqa: PLR2004
    )
