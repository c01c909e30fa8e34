"""Whether a named data set lies on this machine, as far as names of files tell: nothing is read."""

from __future__ import annotations

import os
from pathlib import Path

from netspec.data.room import cache_folder

VARIABLE = "NETSPEC_DATA"
_SHIPPED = Path(__file__).parents[1] / "shipped"
_IDX = ("train-images-idx3-ubyte", "train-images-idx3-ubyte.gz")
# What lies in `$NETSPEC_DATA` itself where the official files do.
OFFICIAL = {
    "mnist": _IDX,
    "fashion_mnist": _IDX,
    "cifar10": ("cifar-10-batches-bin", "cifar-10-binary.tar.gz"),
    "cifar100": ("cifar-100-binary", "cifar-100-binary.tar.gz"),
}
# Where a package of the system puts one.
INSTALLED = {"fashion_mnist": "/usr/share/datasets/fashion-mnist"}


def kept_as(name: str) -> Path:
    """Where netspec keeps its copy of a data set once it was fetched."""
    return cache_folder() / "datasets" / f"{name}.npz"


def may_be_here(name: str) -> bool:
    """Whether something lies here that the data set may be; reading alone proves that it is.

    Args:
        name: A name of `DATASETS`.
    """
    places = [_SHIPPED / f"{name}.npz", kept_as(name)]
    if name in INSTALLED:
        places.append(Path(INSTALLED[name]))
    if by_hand := os.environ.get(VARIABLE):
        root = Path(by_hand).expanduser()
        places += [root / each for each in (name, f"{name}.npz", *OFFICIAL.get(name, ()))]
    return any(map(os.path.exists, places))
