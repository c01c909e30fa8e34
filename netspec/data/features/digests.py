"""What an image's features are found by: a digest of its bytes, whatever it is called and wherever it lies."""

from __future__ import annotations

import os
import struct
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

from netspec.data.files.checking import look_at
from netspec.data.files.listed import size_and_time
from netspec.data.files.looking import Indexes
from netspec.data.images import ArrayImages, EncodedImages, FileImages
from netspec.data.records.images import RecordImages
from netspec.errors import DataError
from netspec.report.escape import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from netspec.data.images import Images

_BYTES = 32
# Which decoder takes a file hangs on the channels; its bytes do not.
_CHANNELS = 3


def content_digests(
    images: Images,
    indices: NDArray[np.int64],
    *,
    notify: Callable[[str], None] = lambda _: None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> list[bytes]:
    """Digests of images' bytes, 32 bytes each, in the order of the indices.

    Of a file it is the SHA-256 of its contents, of an image of an array that of its shape, type and pixels. A file that
    the look at the data has not read is read here, unless the folder's index knows it by its size and time; the index
    learns it.

    Args:
        images: The images.
        indices: Which of them.
        notify: Is told where a folder's index is of no use.
        progress: Is told how many files were read, and how many will be.

    Raises:
        DataError: A file cannot be read.
    """
    if isinstance(images, ArrayImages):
        pixels = images.pixels
        form = f"{pixels.dtype.str} {pixels.shape[1:]} ".encode()
        digests = images.digests()
        return [sha256(form + digests[index]).digest() for index in indices.tolist()]
    assert isinstance(images, EncodedImages)  # noqa: S101 - there is no other
    unread = [index for index in indices.tolist() if not _is_of_bytes(images, index)]
    if unread:
        indexes = Indexes(notify)
        try:
            images = look_at(
                {"": images},
                how="hash",
                channels=_CHANNELS,
                indexes=indexes,
                progress=progress,
                chosen={"": np.unique(np.array(unread, np.int64))},
            )[""]
        finally:
            indexes.close()
        for index in unread:
            if not _is_of_bytes(images, index):
                raise DataError(
                    f"{printable(images.location(index))}: "
                    f"{images.problems.get(index, 'it cannot be read')}",
                    hint="take it out of the data, or repair it; `netspec data check` names every such image",
                )
    return [images.contents[index] for index in indices.tolist()]


def of_version(digests: Sequence[bytes], keys: NDArray[np.int64], version: int) -> list[bytes]:
    """Digests of augmented images, which hang on more than an image's bytes.

    Args:
        digests: Of the images, see `content_digests`.
        keys: The images' own, int64 `(images,)`: what varies an image follows from its key.
        version: The epoch as whose the images are augmented, counted from 0.
    """
    return [
        sha256(digest + struct.pack("<qq", key, version)).digest()
        for digest, key in zip(digests, keys.tolist(), strict=True)
    ]


def unchanged(images: Images, indices: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which images lie in files that are as they were when they were listed: bool `(indices,)`.

    Asked after images have been read: else a file that was exchanged since its digest was made would leave its features
    under another's digest.

    Args:
        images: The images.
        indices: Which of them.
    """
    if isinstance(images, FileImages) and len(images.sizes) == len(images):
        known = zip(images.sizes[indices].tolist(), images.mtimes[indices].tolist(), strict=True)
        now = (size_and_time(images.location(index)) for index in indices.tolist())
        return np.array([each == then for each, then in zip(now, known, strict=True)], np.bool_)
    if isinstance(images, RecordImages):
        shards = images.places.shards
        are_same = [
            size_and_time(os.fspath(shard.path)) == (shard.size, shard.mtime_ns) for shard in shards
        ]
        return np.array(are_same, np.bool_)[images.places.files[indices]]
    return np.ones(len(indices), np.bool_)


def _is_of_bytes(images: EncodedImages, index: int) -> bool:
    """Whether what has been seen of an image is a digest of its bytes, and not its name and size or nothing."""
    if not images.contents or len(images.contents[index]) != _BYTES:
        return False
    # A name and a size may be as long; they begin with the name, and a digest that did would be made anew.
    return not images.contents[index].startswith(os.fsencode(images.names[index]) + b"\0")
