"""HDF5 files, read with care: nothing outside the file, nothing that is no number. h5py is imported when asked for."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from netspec.data.named.fetch import one_line
from netspec.weights.stored import StoredWeight, damaged, foreign

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

# What h5py raises over a damaged file.
UNREADABLE = (OSError, RuntimeError, KeyError, ValueError, TypeError, AttributeError, EOFError)
_KINDS = "fiub"
_BFLOAT16, _BFLOAT16_BYTES = "bfloat16", 2


def child(group: Any, name: str, path: Path) -> Any:
    """A group or data set below a group, followed part by part; never through a link to somewhere else.

    What has several names is refused, as it may lie within itself, or be there a million times over.

    Raises:
        DataError: It is not there, or is a link.
    """
    import h5py

    here = group
    for part in name.split("/"):
        if not isinstance(here, h5py.Group) or not part or part not in here:
            raise damaged(path, f"it names {name!r} and does not hold it")
        if isinstance(here.get(part, getlink=True), h5py.ExternalLink | h5py.SoftLink):
            raise foreign(path, f"{name!r} is a link to another place")
        here = here[part]
        if h5py.h5o.get_info(here.id).rc > 1:
            raise foreign(path, f"{name!r} is there under several names")
    return here


def groups(group: Any, path: Path) -> Iterator[tuple[str, Any]]:
    """The groups in a group, by name, numbers by their value: `dense`, `dense_2`, `dense_10`."""
    import h5py

    for name in sorted(group, key=by_number):
        inner = child(group, name, path)
        if isinstance(inner, h5py.Group):
            yield name, inner


def by_number(name: str) -> tuple[str, int]:
    """A key that sorts `conv2d`, `conv2d_2` and `conv2d_10` in this order, and `2` before `10`."""
    stem, _, number = name.rpartition("_")
    if number.isascii() and number.isdecimal():
        return stem, int(number)
    return name, -1


def weight(dataset: Any, name: str, path: Path, *, part: str = "") -> StoredWeight:
    """An array of a file, not yet read.

    Raises:
        DataError: It is no array of numbers that lies in the file itself.
    """
    import h5py

    if not isinstance(dataset, h5py.Dataset) or dataset.shape is None:
        raise foreign(path, f"{name!r} is no array")
    if dataset.external or dataset.is_virtual:
        raise foreign(path, f"the numbers of {name!r} lie in another file")
    brain = dataset.attrs.get("dtype") == _BFLOAT16
    bits = brain and dataset.dtype.kind == "V" and dataset.dtype.itemsize == _BFLOAT16_BYTES
    if not bits and dataset.dtype.kind not in _KINDS:
        raise foreign(path, f"{name!r} holds no numbers")

    def read() -> NDArray[Any]:
        import numpy as np

        try:
            array = np.asarray(dataset[()])
        except UNREADABLE as error:
            raise damaged(path, f"{name}: {one_line(error)}") from error
        return _from_bfloat16(array) if brain else array

    shape = tuple(int(size) for size in dataset.shape)
    return StoredWeight(name=name, shape=shape, part=part, read=read)


def _from_bfloat16(array: NDArray[Any]) -> NDArray[Any]:
    """float32 of the same values: bfloat16 is the upper half of a float32, and no type of NumPy's."""
    import numpy as np

    if array.dtype.kind == "f":
        return array.astype(np.float32)
    return (array.view(np.uint16).astype(np.uint32) << 16).view(np.float32)


def texts(group: Any, name: str) -> list[str]:
    """A list of texts in a group's attributes, which Keras spreads over several where it is long.

    Source: keras/src/legacy/saving/legacy_h5_format.py, `load_attributes_from_hdf5_group`.

    Raises:
        ValueError: One is there twice.
    """
    if name in group.attrs:
        pieces = [group.attrs[name]]
    else:
        numbered = (f"{name}{number}" for number in itertools.count())
        pieces = [
            group.attrs[each] for each in itertools.takewhile(group.attrs.__contains__, numbered)
        ]
    found = [
        each.decode() if isinstance(each, bytes) else str(each)
        for piece in pieces
        for each in piece
    ]
    if len({*found}) < len(found):
        raise ValueError(f"one of its {name} is there twice")
    return found
