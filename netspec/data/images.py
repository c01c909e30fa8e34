"""The images of one given split: an array of pixels, or files that are read when they are needed."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from dataclasses import dataclass, field, is_dataclass, replace
from functools import cached_property
from hashlib import blake2b
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, BinaryIO, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from netspec.data.files.listed import ListedFiles

    Labels = Mapping[str, NDArray[Any]]

_DIGEST_BYTES = 16


class Images(ABC):
    """Images of one split, with what each is labelled with.

    Attributes:
        labels: By the source's names for them: int64 `(images,)`, the number of a class; or float32
            `(images, values)`: 0 or 1 for each of several classes, or numbers.
        weights: float32 `(images,)`, how much each image counts in training's loss; None where all count alike.
        problems: What is wrong with an image, by its index, for each that cannot be trained on as far as is known.
        unlabelled: By the labels' names, the indices of images of which it is not known; each has a problem, too.
    """

    labels: Labels
    weights: NDArray[np.float32] | None
    problems: Mapping[int, str] = MappingProxyType({})
    unlabelled: Mapping[str, Sequence[int]] = MappingProxyType({})

    def __len__(self) -> int:
        return len(next(iter(self.labels.values())))

    @property
    def usable(self) -> NDArray[np.int64]:
        """The images that have no problem, ascending."""
        every = np.arange(len(self), dtype=np.int64)
        return np.delete(every, list(self.problems)) if self.problems else every

    @property
    @abstractmethod
    def keys(self) -> NDArray[np.int64]:
        """A number for each image, int64 `(images,)`: it follows from the image alone, whatever is chosen of them."""

    @abstractmethod
    def name(self, index: int) -> str:
        """What a list calls an image."""

    @abstractmethod
    def digests(self) -> list[bytes]:
        """For each image what is the same for two of one content, as far as contents have been read."""


@dataclass(frozen=True, eq=False)
class ArrayImages(Images):
    """Images of one size, in memory or in a file that is mapped into it.

    Attributes:
        pixels: `(images, height, width, channels)`, uint8, or floats from 0 to 255; or features, floats
            `(images, ...)`.
    """

    pixels: NDArray[Any]
    labels: Labels
    weights: NDArray[np.float32] | None = None

    @cached_property
    def keys(self) -> NDArray[np.int64]:
        """The images' places."""
        return np.arange(len(self), dtype=np.int64)

    def name(self, index: int) -> str:
        """The image's place."""
        return str(index)

    def digests(self) -> list[bytes]:
        """Digests of the pixels."""
        return self._digests

    @cached_property
    def _digests(self) -> list[bytes]:
        """The same, for which all pixels are read, from the disk if they lie there."""
        return [
            blake2b(np.ascontiguousarray(image).data, digest_size=_DIGEST_BYTES).digest()
            for image in self.pixels
        ]


class EncodedImages(Images):
    """Images of any size that are read and decoded when they are needed.

    Attributes:
        root: The folder that the names are relative to.
        names: The images, by which what is known of them is kept.
        in_pillow: bool `(images,)`, whether TensorFlow would decode the image wrongly and Pillow does it; empty where
            each is asked when it is read.
        contents: What has been seen of each image: a digest of its bytes, or its name and size where they have not been
            read; empty until the images have been looked at.
        sizes: int64 `(images,)`, in bytes, -1 where there is nothing that can be read; may be empty until then, too.
        mtimes: int64 `(images,)`, when each was last changed, nanoseconds since 1970; empty like the sizes.
        absent: What is told of images that were not there when they were listed, by index, where more is known of them
            than that.
    """

    root: Path
    names: tuple[str, ...]
    in_pillow: NDArray[np.bool_]
    contents: tuple[bytes, ...]
    sizes: NDArray[np.int64]
    mtimes: NDArray[np.int64]
    absent: Mapping[int, str] = MappingProxyType({})

    @abstractmethod
    def location(self, index: int) -> str:
        """Where an image lies, as a message names it."""

    @abstractmethod
    def read(self, index: int) -> bytes:
        """An image's bytes as they are kept. Several threads may ask at once.

        Raises:
            OSError: They cannot be read.
        """

    def open(self, index: int) -> BinaryIO:
        """The same as a file, of which some may be read.

        Raises:
            OSError: They cannot be read.
        """
        return BytesIO(self.read(index))

    def read_whole(self, index: int) -> bytes:
        """The same, with a look whether they are as they were written, where that is known.

        Raises:
            OSError: They cannot be read, or are damaged.
        """
        return self.read(index)

    def looked_at(self, **seen: Any) -> Self:
        """The same images with what has been seen of them, by the attributes' names."""
        assert is_dataclass(self)  # noqa: S101 - all of these are
        return replace(self, **seen)


@dataclass(frozen=True, eq=False)
class FileImages(EncodedImages):
    """Images in files, of any size.

    Attributes:
        root: The folder that the names are relative to.
        names: The files, with `/` between folders.
        in_pillow: bool `(images,)`, whether TensorFlow would decode the file wrongly and Pillow does it; empty until
            the files have been looked at, and where each is asked when it is read.
        contents: What has been seen of each file: a digest of its contents, or its name and size where it has not been
            read; empty until the files have been looked at.
        sizes: int64 `(images,)`, in bytes, -1 where it is no file that can be read; empty until the files were listed.
        mtimes: int64 `(images,)`, when each was last changed, nanoseconds since 1970; empty like the sizes.
        problems: See `Images`; empty until the files have been looked at.
        unlabelled: See `Images`.
        absent: See `EncodedImages`.
    """

    root: Path
    names: tuple[str, ...]
    labels: Labels
    weights: NDArray[np.float32] | None = None
    in_pillow: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    contents: tuple[bytes, ...] = ()
    sizes: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    mtimes: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    problems: Mapping[int, str] = field(default_factory=dict)
    unlabelled: Mapping[str, Sequence[int]] = field(default_factory=dict)
    absent: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def listed(
        cls,
        files: ListedFiles,
        labels: Labels,
        weights: NDArray[np.float32] | None = None,
        *,
        absent: Mapping[int, str] | None = None,
    ) -> FileImages:
        """Images in files that have been listed and not been looked at.

        Args:
            files: The files.
            labels: As `Images` has them.
            weights: The same.
            absent: The same.
        """
        return cls(
            files.root,
            files.names,
            labels,
            weights,
            sizes=np.array(files.sizes, dtype=np.int64),
            mtimes=np.array(files.mtimes, dtype=np.int64),
            absent=absent or {},
        )

    @cached_property
    def keys(self) -> NDArray[np.int64]:
        """Hashes of the names, which stay the same when files come or go."""
        digests = (blake2b(os.fsencode(name), digest_size=8).digest() for name in self.names)
        return np.frombuffer(b"".join(digests), dtype="<i8").astype(np.int64)

    @cached_property
    def paths(self) -> NDArray[np.bytes_]:
        """Where the images lie, as the operating system writes it."""
        return np.array([os.fsencode(self.location(index)) for index in range(len(self))])

    def name(self, index: int) -> str:
        """The file's name."""
        return self.names[index]

    def path(self, index: int) -> Path:
        """Where an image lies."""
        return self.root / self.names[index]

    def location(self, index: int) -> str:
        """The same as text, which is made faster."""
        return f"{self._above}/{self.names[index]}"

    @cached_property
    def _above(self) -> str:
        return os.fspath(self.root)

    def read(self, index: int) -> bytes:
        """The file's bytes."""
        return self.path(index).read_bytes()

    def digests(self) -> list[bytes]:
        """What was seen of the files when they were looked at."""
        return list(self.contents)
