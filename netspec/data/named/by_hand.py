"""`$NETSPEC_DATA`: the folder where a user puts data sets by hand. It is only ever read."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.data.named.arrays import read_npz
from netspec.data.named.supplies import SUPPLIES
from netspec.data.named.unpack import plain_or_packed, read_file, read_official
from netspec.errors import DataError

if TYPE_CHECKING:
    from netspec.data.named.arrays import ImageArrays
    from netspec.things.datasets import NamedDataset

VARIABLE = "NETSPEC_DATA"


def read(dataset: NamedDataset) -> ImageArrays | str:
    """Reads a data set from `$NETSPEC_DATA`, or says in a few words why it is not there.

    Looked for are `NAME.npz` (Keras's layout) and the official files, in the folder itself and in
    its folder `NAME`.

    Raises:
        DataError: Something is there and is not the data set.
    """
    value = os.environ.get(VARIABLE)
    if not value:
        return "not set"
    root = Path(value).expanduser()
    try:
        return _look(dataset, root) if root.is_dir() else f"{root} is no folder"
    except OSError as error:
        raise DataError(
            f"{error.filename or root} cannot be read: {error.strerror or error}",
            hint=f"let netspec read the folder, or point {VARIABLE} elsewhere",
        ) from error


def _look(dataset: NamedDataset, root: Path) -> ImageArrays | str:
    originals = SUPPLIES[dataset.name].originals
    remarks = []
    for folder in (root / dataset.name, root):
        npz = folder / f"{dataset.name}.npz"
        if npz.is_file():
            return read_npz(npz, dataset)
        if folder == root and (twin := _twin(dataset, folder)):
            remarks.append(f"the files in {folder} are those of {twin}")
            continue
        arrays = read_official(dataset, originals, folder)
        if arrays is not None:
            return arrays
        pickled = (originals.archive or "").replace("binary", "python")
        if pickled and (folder / pickled).is_file():
            remarks.append(f"{folder / pickled} is pickled, which is never read")
    return "; ".join([f"{root} does not hold {dataset.name}", *remarks])


def _twin(dataset: NamedDataset, folder: Path) -> str | None:
    """The data set whose files these are, where it shares its files' names with this one.

    MNIST and Fashion-MNIST do: one of them lying in the folder is no mistake about the other.
    """
    own = SUPPLIES[dataset.name].originals
    # The smallest file tells the two apart.
    name, size = min(own.sizes(dataset).items(), key=lambda item: item[1])
    path = plain_or_packed(folder / own.folder / name)
    if path is None:
        return None
    with contextlib.suppress(DataError):
        found = hashlib.md5(read_file(path, size, dataset), usedforsecurity=False).hexdigest()
        for other, supply in SUPPLIES.items():
            if other != dataset.name and supply.originals.md5.get(name) == found:
                return other
    return None
