"""`$NETSPEC_DATA`: the folder where a user puts data sets by hand. It is only ever read."""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Look:
    """What a look into `$NETSPEC_DATA` gave.

    Attributes:
        arrays: The data set, None where it is not there.
        path: The file or folder that it was read from.
        absent: Why it is not there, in a few words.
        wrong: For each thing that is there and is not the data set, what is the matter.
        unused: What is there and cannot serve, which is no mistake where the data set comes from elsewhere.
    """

    arrays: ImageArrays | None = None
    path: Path | None = None
    absent: str = ""
    wrong: tuple[DataError, ...] = ()
    unused: tuple[str, ...] = ()


def look(dataset: NamedDataset) -> Look:
    """Looks for a data set in `$NETSPEC_DATA`.

    Looked for are `NAME.npz` (Keras's layout) and the official files, in the folder itself and in
    its folder `NAME`. The first that is the data set counts.
    """
    value = os.environ.get(VARIABLE)
    if not value:
        return Look(absent="not set")
    root = Path(value).expanduser()
    try:
        if root.is_dir():
            return _look(dataset, root)
    except OSError as error:
        wrong = _unreadable(error, root)
        return Look(absent=wrong.message, wrong=(wrong,))
    return Look(absent=f"{root} is no folder", unused=(f"{root} is no folder",))


def _look(dataset: NamedDataset, root: Path) -> Look:
    originals = SUPPLIES[dataset.name].originals
    found: tuple[ImageArrays, Path] | None = None
    remarks, unused, wrong = [], [], []
    for folder in (root / dataset.name, root):
        if folder == root and (twin := _twin(dataset, folder)):
            remarks.append(f"the files in {folder} are those of {twin}")
            places = [folder / f"{dataset.name}.npz"]
        else:
            places = [folder / f"{dataset.name}.npz", folder]
        for place in places:
            try:
                arrays = _read(dataset, place)
            except DataError as error:
                wrong.append(error)
            else:
                if arrays is not None:
                    found = found or (arrays, place)
                    break
        pickled = (originals.archive or "").replace("binary", "python")
        if pickled and (folder / pickled).is_file():
            unused.append(f"{folder / pickled} is pickled, which is never read")
    if found is not None:
        return Look(*found, wrong=tuple(wrong))
    absent = "; ".join([f"{root} does not hold {dataset.name}", *remarks, *unused])
    return Look(absent=absent, wrong=tuple(wrong), unused=tuple(unused))


def _read(dataset: NamedDataset, place: Path) -> ImageArrays | None:
    """The data set from a `.npz`, or from a folder with its official files; None where there is neither.

    Raises:
        DataError: Something is there and is not the data set, or cannot be read.
    """
    try:
        if place.suffix == ".npz":
            return read_npz(place, dataset) if place.is_file() else None
        return read_official(dataset, SUPPLIES[dataset.name].originals, place)
    except OSError as error:
        raise _unreadable(error, place) from error


def _unreadable(error: OSError, place: Path) -> DataError:
    return DataError(
        f"{error.filename or place} cannot be read: {error.strerror or error}",
        hint=f"let netspec read the folder, or point {VARIABLE} elsewhere",
    )


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
