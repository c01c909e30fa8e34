"""The arrays of a data set: their form, their fingerprint, and the `.npz` file that holds them."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from math import prod
from tokenize import TokenError
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from netspec.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from netspec.things.datasets import NamedDataset

NAMES = ("x_train", "y_train", "x_test", "y_test")

# What zipfile and numpy raise over a file that is damaged or made to be.
_UNREADABLE = (
    OSError,
    EOFError,
    RuntimeError,
    SyntaxError,
    TokenError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
_LARGEST_HEADER = 10_000
_LARGEST_NUMBER = 8


@dataclass(frozen=True, eq=False, kw_only=True)
class ImageArrays:
    """Images and labels, for training and for testing.

    Attributes:
        x_train: uint8 `(images, height, width, channels)`, pixels 0 to 255.
        y_train: int64 `(images,)`, label numbers from 0.
        x_test: As `x_train`.
        y_test: As `y_train`.
    """

    x_train: NDArray[np.uint8]
    y_train: NDArray[np.int64]
    x_test: NDArray[np.uint8]
    y_test: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        *,
        x_train: NDArray[np.uint8],
        y_train: NDArray[Any],
        x_test: NDArray[np.uint8],
        y_test: NDArray[Any],
    ) -> ImageArrays:
        """Takes arrays as they are published: without a channel axis, labels of any whole type.

        Args:
            x_train: uint8 `(images, height, width)` or `(images, height, width, channels)`.
            y_train: `(images,)` or `(images, 1)`.
            x_test: As `x_train`.
            y_test: As `y_train`.
        """
        return cls(
            x_train=_with_channels(x_train),
            y_train=y_train.reshape(-1).astype(np.int64),
            x_test=_with_channels(x_test),
            y_test=y_test.reshape(-1).astype(np.int64),
        )

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 (hexadecimal) over the four arrays' shapes and values, computed once."""
        digest = sha256()
        for name in NAMES:
            array: NDArray[Any] = getattr(self, name)
            digest.update(f"{name} {array.shape}\n".encode())
            # Labels count by value: one byte order on every machine.
            ordered = array if name.startswith("x") else array.astype("<i8")
            digest.update(np.ascontiguousarray(ordered).data)
        return digest.hexdigest()

    def __iter__(self) -> Iterator[NDArray[Any]]:
        return iter((self.x_train, self.y_train, self.x_test, self.y_test))


def _with_channels(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return images[..., np.newaxis] if images.ndim == 3 else images  # noqa: PLR2004


def read_npz(path: Path, dataset: NamedDataset) -> ImageArrays:
    """Reads and proves a data set's `.npz` file in Keras's layout; never unpickles.

    Shapes are looked at before anything is read, so that a file cannot ask for more memory than
    the data set takes. Labels may be `(images, 1)`; one channel may be left out.

    Raises:
        DataError: The file is damaged, or does not hold this data set.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            held = set(archive.namelist())
            for name in NAMES:
                if f"{name}.npy" not in held:
                    raise wrong(path, dataset, f"it has no array {name}")
            read = {name: _read_array(archive, name, path, dataset) for name in NAMES}
    except _UNREADABLE as error:
        raise wrong(path, dataset, f"it is damaged or no .npz file ({error})") from error
    return prove(ImageArrays.of(**read), dataset, where=path)


def _read_array(
    archive: zipfile.ZipFile, name: str, path: Path, dataset: NamedDataset
) -> NDArray[Any]:
    count = dataset.train if name.endswith("train") else dataset.test
    numbers = count * prod(dataset.image_shape if name.startswith("x") else ())
    # numpy reads a header whole before it looks at the header's length.
    if archive.getinfo(f"{name}.npy").file_size > _LARGEST_HEADER + numbers * _LARGEST_NUMBER:
        raise wrong(path, dataset, f"{name} is larger than {numbers:,} numbers can be")
    with archive.open(f"{name}.npy") as member:
        shape, dtype = _header(member)
    if name.startswith("x"):
        full = (count, *dataset.image_shape)
        shapes = [full, full[:-1]] if dataset.image_shape[-1] == 1 else [full]
        kinds, wanted = "u" if dtype.itemsize == 1 else "", "uint8"
    else:
        shapes = [(count,), (count, 1)]
        kinds, wanted = "iu", "whole numbers"
    if dtype.kind not in kinds or shape not in shapes:
        raise wrong(path, dataset, f"{name} is {dtype} {shape}, not {wanted} {shapes[0]}")
    with archive.open(f"{name}.npy") as member:
        array: NDArray[Any] = np.lib.format.read_array(member, allow_pickle=False)
        # The member's checksum is compared only once its end has been read.
        if member.read(1):
            raise wrong(path, dataset, f"{name} is longer than its shape {shape}")
    return array


def _header(member: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    version = np.lib.format.read_magic(member)
    if version == (1, 0):
        shape, _, dtype = np.lib.format.read_array_header_1_0(member)
    else:
        shape, _, dtype = np.lib.format.read_array_header_2_0(member)
    return shape, dtype


def prove(arrays: ImageArrays, dataset: NamedDataset, *, where: Path | str) -> ImageArrays:
    """Returns the arrays if they are the data set's, to the last bit where that can be known.

    CIFAR-100 has no fingerprint to compare; its shapes and the even spread of its labels are.

    Raises:
        DataError: They are not.
    """
    counts = (dataset.train, dataset.train, dataset.test, dataset.test)
    for name, array, count in zip(NAMES, arrays, counts, strict=True):
        shape = (count, *dataset.image_shape) if name.startswith("x") else (count,)
        if array.shape != shape:
            raise wrong(where, dataset, f"{name} has the shape {array.shape}, not {shape}")
    if dataset.fingerprint is None:
        _prove_labels(arrays, dataset, where)
    elif arrays.fingerprint != dataset.fingerprint:
        raise wrong(where, dataset, "its values differ from the published ones")
    return arrays


def _prove_labels(arrays: ImageArrays, dataset: NamedDataset, where: Path | str) -> None:
    classes = len(dataset.classes)
    for name, labels in (("y_train", arrays.y_train), ("y_test", arrays.y_test)):
        if labels.min() < 0 or labels.max() >= classes:
            raise wrong(where, dataset, f"{name} has labels outside 0 to {classes - 1}")
        if len(set(np.bincount(labels, minlength=classes).tolist())) > 1:
            raise wrong(where, dataset, f"{name} does not have equally many of each class")


def wrong(where: Path | str, dataset: NamedDataset, what: str) -> DataError:
    """The error for something that claims to be a data set and is not."""
    return DataError(
        f"{where} is not {dataset.title} as published: {what}",
        hint="remove the file or replace it by an original one",
    )
