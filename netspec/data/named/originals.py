"""The official files of the named data sets, in their own formats: IDX and CIFAR's binary records.

Formats: http://yann.lecun.com/exdb/mnist/ ("FILE FORMATS FOR THE MNIST DATABASE") and
https://www.cs.toronto.edu/~kriz/cifar.html ("Binary version"). Nothing is ever unpickled.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from hashlib import md5
from typing import TYPE_CHECKING

import numpy as np

from netspec.data.named.arrays import ImageArrays, prove, wrong

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from netspec.things.datasets import NamedDataset


@dataclass(frozen=True, kw_only=True)
class Originals(ABC):
    """The official files of one data set, unpacked.

    Attributes:
        md5: Published MD5 of each unpacked file; a file that is not named is not compared.
        archive: Name of the `.tar.gz` they come in, None where they come one by one.
        folder: The folder that holds them inside the archive.
    """

    md5: Mapping[str, str] = field(default_factory=dict)
    archive: str | None = None
    folder: str = ""

    @abstractmethod
    def sizes(self, dataset: NamedDataset) -> dict[str, int]:
        """Every file's name and exact size in bytes."""

    @abstractmethod
    def assemble(
        self, dataset: NamedDataset, parts: Iterable[tuple[str, bytes]], *, where: Path | str
    ) -> ImageArrays:
        """Makes the arrays out of the files, given as `(name, contents)` in any order.

        One file at a time is held besides the arrays.

        Raises:
            DataError: A file is missing, damaged, or not the published one.
        """

    def _proved(
        self, dataset: NamedDataset, parts: Iterable[tuple[str, bytes]], where: Path | str
    ) -> Iterator[tuple[str, bytes]]:
        missing = self.sizes(dataset)
        for name, contents in parts:
            size = missing.pop(name, None)
            if size is None:
                raise wrong(where, dataset, f"{name} comes twice")
            if len(contents) != size:
                raise wrong(where, dataset, f"{name} does not have {size:,} bytes")
            digest = md5(contents, usedforsecurity=False).hexdigest()
            if self.md5.get(name, digest) != digest:
                raise wrong(where, dataset, f"{name} has the MD5 {digest}, not {self.md5[name]}")
            yield name, contents
        if missing:
            raise wrong(where, dataset, f"{', '.join(missing)} is missing")


@dataclass(frozen=True, kw_only=True)
class IdxOriginals(Originals):
    """Four IDX files, as MNIST and Fashion-MNIST come."""

    def sizes(self, dataset: NamedDataset) -> dict[str, int]:
        """Every file's name and exact size in bytes."""
        height, width, _ = dataset.image_shape
        sizes = {}
        for split, count in (("train", dataset.train), ("t10k", dataset.test)):
            sizes[f"{split}-images-idx3-ubyte"] = 16 + count * height * width
            sizes[f"{split}-labels-idx1-ubyte"] = 8 + count
        return sizes

    def assemble(
        self, dataset: NamedDataset, parts: Iterable[tuple[str, bytes]], *, where: Path | str
    ) -> ImageArrays:
        """Makes the arrays out of the four files; see `Originals.assemble`."""
        arrays: dict[str, NDArray[np.uint8]] = {}
        for name, contents in self._proved(dataset, parts, where):
            images = "-images-" in name
            shape = dataset.image_shape[:2] if images else ()
            count = dataset.train if name.startswith("train") else dataset.test
            sizes = (count, *shape)
            header = b"\0\0\x08" + bytes([len(sizes)]) + b"".join(n.to_bytes(4) for n in sizes)
            if not contents.startswith(header):
                raise wrong(where, dataset, f"{name} does not start as an IDX file of {sizes}")
            key = ("x" if images else "y") + ("_train" if name.startswith("train") else "_test")
            values = np.frombuffer(contents, np.uint8, offset=len(header))
            # A copy, because a view of bytes cannot be written to.
            arrays[key] = values.reshape(sizes).copy()
        return prove(ImageArrays.of(**arrays), dataset, where=where)


@dataclass(frozen=True, kw_only=True)
class CifarOriginals(Originals):
    """Files of records: label bytes, then the red, the green and the blue plane of one image.

    Attributes:
        train: Names of the training files, in order.
        test: Name of the test file.
        label_bytes: Labels before each image; the last one is the class.
    """

    train: tuple[str, ...]
    test: str
    label_bytes: int

    def sizes(self, dataset: NamedDataset) -> dict[str, int]:
        """Every file's name and exact size in bytes."""
        height, width, channels = dataset.image_shape
        record = self.label_bytes + height * width * channels
        sizes = dict.fromkeys(self.train, dataset.train // len(self.train) * record)
        return sizes | {self.test: dataset.test * record}

    def assemble(
        self, dataset: NamedDataset, parts: Iterable[tuple[str, bytes]], *, where: Path | str
    ) -> ImageArrays:
        """Makes the arrays out of the files of records; see `Originals.assemble`."""
        height, width, channels = dataset.image_shape
        x_train = np.empty((dataset.train, height, width, channels), np.uint8)
        y_train = np.empty(dataset.train, np.int64)
        x_test = np.empty((dataset.test, height, width, channels), np.uint8)
        y_test = np.empty(dataset.test, np.int64)
        each = dataset.train // len(self.train)
        for name, contents in self._proved(dataset, parts, where):
            record = self.label_bytes + height * width * channels
            records = np.frombuffer(contents, np.uint8).reshape(-1, record)
            planes = records[:, self.label_bytes :].reshape(-1, channels, height, width)
            if name == self.test:
                images, labels, start = x_test, y_test, 0
            else:
                images, labels, start = x_train, y_train, each * self.train.index(name)
            images[start : start + len(records)] = planes.transpose(0, 2, 3, 1)
            labels[start : start + len(records)] = records[:, self.label_bytes - 1]
        arrays = ImageArrays(x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
        return prove(arrays, dataset, where=where)
