"""Which picture it was that could not be read. Importing this module imports TensorFlow."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import tensorflow as tf

from netspec.data.files.changed import find_changed
from netspec.data.files.decoding import decode_whole
from netspec.data.files.pictures import UnreadableImageError
from netspec.data.images import EncodedImages
from netspec.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from netspec.data.images import Images
    from netspec.data.splits import Split


@contextmanager
def named_if_unreadable(part: Split, *, channels: int) -> Iterator[None]:
    """Names the files of a split that are gone, changed or damaged, where TensorFlow fails while it is read.

    Args:
        part: What is read.
        channels: Those that the network takes, 3 or 1.

    Raises:
        DataError: TensorFlow failed over a file.
    """
    with named_if_failing([part], lambda: part, channels=channels):
        yield


@contextmanager
def named_if_failing(
    parts: Iterable[Split],
    read: Callable[[], Split],
    *,
    channels: int,
    failure: Callable[[], DataError | None] = lambda: None,
) -> Iterator[None]:
    """Names a file that is gone, changed or damaged, where TensorFlow fails while one of several splits is read.

    Args:
        parts: All that may be read; a file of any may be gone.
        read: Says, once it has failed, which images were being read, the likeliest first.
        channels: Those that the network takes, 3 or 1.
        failure: Says, once it has failed, why it may be for something else, such as a disk that is full.

    Raises:
        DataError: It failed over a file, or for that other reason.
    """
    try:
        yield
    except tf.errors.ResourceExhaustedError:
        raise
    except tf.errors.OpError as error:
        told = failure() or find_changed(parts)
        if told is None:
            part = read()
            told = find_unreadable(part.images, part.indices.tolist(), channels=channels)
        if told is None:
            raise
        raise told from error


def find_unreadable(images: Images, indices: Iterable[int], *, channels: int) -> DataError | None:
    """Reads images until one fails, for TensorFlow does not say which one it was.

    Args:
        images: All images of a source's split.
        indices: Which of them it may have been, the likeliest first.
        channels: Those that the network takes, 3 or 1.

    Returns:
        What to tell of the first that fails; None where all of them can be read.
    """
    if not isinstance(images, EncodedImages):
        return None
    for index in indices:
        try:
            decode_whole(images.read(index), channels=channels)
        except OSError as error:
            reason = error.strerror or str(error)
        except UnreadableImageError as error:
            reason = str(error)
        else:
            continue
        return DataError(
            f"cannot read {images.location(index)}: {reason}", hint="put it right, and run again"
        )
    return None
