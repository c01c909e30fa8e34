"""The images of one given split: an array of pixels, or files that are read when they are needed."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class ArrayImages:
    """Images of one size, in memory.

    Attributes:
        pixels: uint8 `(images, height, width, channels)`.
        labels: int64 `(images,)`.
    """

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def keys(self) -> NDArray[np.int64]:
        """A number for each image that stays the same whatever is chosen of them: its place."""
        return np.arange(len(self), dtype=np.int64)

    def name(self, index: int) -> str:
        """What a list calls an image."""
        return str(index)


@dataclass(frozen=True, eq=False)
class FileImages:
    """Images in files, of any size.

    Attributes:
        root: The folder that the names are relative to.
        names: The files, with `/` between folders.
        labels: int64 `(images,)`.
        in_pillow: bool `(images,)`, whether TensorFlow would decode the file wrongly and Pillow does it; all False
            until the files have been looked at.
    """

    root: Path
    names: tuple[str, ...]
    labels: NDArray[np.int64]
    in_pillow: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def keys(self) -> NDArray[np.int64]:
        """A number for each image that stays the same when files come or go: a hash of its name."""
        digests = (blake2b(os.fsencode(name), digest_size=8).digest() for name in self.names)
        return np.frombuffer(b"".join(digests), dtype="<i8").astype(np.int64)

    @cached_property
    def paths(self) -> NDArray[np.bytes_]:
        """Where the images lie, as the operating system writes it."""
        return np.array([os.fsencode(self.path(index)) for index in range(len(self))])

    def name(self, index: int) -> str:
        """What a list calls an image."""
        return self.names[index]

    def path(self, index: int) -> Path:
        """Where an image lies."""
        return self.root / self.names[index]


Images = ArrayImages | FileImages
