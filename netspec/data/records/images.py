"""The images of one split that lie in TFRecord files."""

from __future__ import annotations

import io
import os
import struct
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from netspec.data.files.listed import LARGEST_FILE
from netspec.data.images import EncodedImages
from netspec.data.records.shards import DAMAGED, framed_length, is_whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from netspec.data.images import Labels
    from netspec.data.records.shards import Shard

_CUT_OFF = "its file ends in the middle of it"
# How files of pictures begin.
_FILES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"BM")
_PNG_COLOURS = {1: 0, 3: 2}


@dataclass(frozen=True, eq=False)
class RecordPlaces:
    """Where records lie.

    Attributes:
        shards: The files.
        files: int64 `(images,)`, each image's file, by its place in `shards`.
        starts, lengths: int64 `(images,)`, where its record's data begins, and how long that is.
        picture_starts: int64 `(images,)`, where its picture begins.
    """

    shards: tuple[Shard, ...]
    files: NDArray[np.int64]
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    picture_starts: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class RecordImages(EncodedImages):
    """Images in TFRecord files, read from their places.

    Attributes:
        root: The folder of the files.
        names: Each image's file and its number there, counted from 0, such as `train-00.tfrecord:17`.
        places: Where they lie.
        titles: What the records call them; empty where they go by their names.
        raw: The `(height, width, channels)` of pictures that are bare pixels; None where they are files.
        in_pillow: See `EncodedImages`.
        contents: What has been seen of each picture: a digest of it, or its name and size where it has not been read;
            empty until the pictures have been looked at.
        sizes: int64 `(images,)`, of the pictures in bytes; 0 where there is none.
        mtimes: int64 `(images,)`, when each one's file was last changed, nanoseconds since 1970.
        problems: See `Images`.
        unlabelled: See `Images`.
    """

    root: Path
    names: tuple[str, ...]
    places: RecordPlaces
    labels: Labels
    weights: NDArray[np.float32] | None = None
    titles: tuple[str, ...] = ()
    raw: tuple[int, int, int] | None = None
    in_pillow: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    contents: tuple[bytes, ...] = ()
    sizes: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    mtimes: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    problems: Mapping[int, str] = field(default_factory=dict)
    unlabelled: Mapping[str, Sequence[int]] = field(default_factory=dict)

    @cached_property
    def keys(self) -> NDArray[np.int64]:
        """Hashes of file names and numbers, which stay the same when files come or go."""
        digests = (blake2b(os.fsencode(name), digest_size=8).digest() for name in self.names)
        return np.frombuffer(b"".join(digests), dtype="<i8").astype(np.int64)

    def name(self, index: int) -> str:
        """What the records call it, or its file and number."""
        return self.titles[index] if self.titles else self.names[index]

    def location(self, index: int) -> str:
        """Where an image lies, for messages."""
        return f"{self.root}/{self.names[index]}"

    def read(self, index: int) -> bytes:
        """A picture's bytes, as a file of its own would have them.

        Raises:
            OSError: They cannot be read any more, or are not what they were.
        """
        places, length = self.places, int(self.sizes[index])
        data = self._shard(index).read(int(places.picture_starts[index]), length)
        if len(data) < length:
            raise OSError(_CUT_OFF)
        return data if self.raw is None else as_png(data, self.raw)

    def open(self, index: int) -> BinaryIO:
        """A picture to read some of, as a file of its own.

        Raises:
            OSError: It cannot be read any more, or is not what it was.
        """
        if self.raw is not None:
            return io.BytesIO(self.read(index))
        start = int(self.places.picture_starts[index])
        return self._shard(index).part(start, int(self.sizes[index]))

    def read_whole(self, index: int) -> bytes:
        """The same, after a look whether the record is what was written.

        Raises:
            OSError: It cannot be read any more, is not what it was, or is damaged.
        """
        places = self.places
        start, length = int(places.starts[index]), int(places.lengths[index])
        if length > LARGEST_FILE:
            raise OSError("its record is larger than 1 GiB")
        framed = self._shard(index).read(start, framed_length(length))
        if not is_whole(framed):
            raise OSError(DAMAGED)
        begin = int(places.picture_starts[index]) - start
        data = framed[begin : begin + int(self.sizes[index])]
        return data if self.raw is None else as_png(data, self.raw)

    def digests(self) -> list[bytes]:
        """What was seen of the pictures when they were looked at."""
        return list(self.contents)

    def _shard(self, index: int) -> Shard:
        return self.places.shards[int(self.places.files[index])]


def as_png(pixels: bytes, shape: tuple[int, int, int]) -> bytes:
    """Bare pixels as a PNG file that is not compressed, so that what reads files reads them.

    Args:
        pixels: A byte for each, row by row, `height * width * channels` of them.
        shape: `(height, width, channels)`, of 1 or 3 channels.

    Raises:
        OSError: There are more pixels, or fewer.
    """
    height, width, channels = shape
    row = width * channels
    if len(pixels) != height * row:
        if pixels.startswith(_FILES):
            raise OSError(
                "it is a whole picture file, and not the bare pixels that raw says: leave raw out"
            )
        raise OSError(f"it has {len(pixels):,} bytes, and raw says {height * row:,}")
    header = struct.pack(">IIBBBBB", width, height, 8, _PNG_COLOURS[channels], 0, 0, 0)
    rows = b"".join(b"\0" + pixels[at : at + row] for at in range(0, len(pixels), row))
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 0)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
