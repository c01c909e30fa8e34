"""From images' indices to their pixels in the form that the network takes, of files or of an array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from netspec.data.batching import in_python
from netspec.data.files.decoding import asks_for_pillow, decode, fit
from netspec.data.images import FileImages

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from netspec.data.form import ImageForm
    from netspec.data.images import ArrayImages, EncodedImages

    Held = Callable[[NDArray[Any]], tf.Tensor]

# Bytes up to which an array is copied into a tensor, from which batches are gathered fastest.
_LARGEST_COPY = 2**30


def reader(
    images: EncodedImages, form: ImageForm, size: tuple[int, int], *, held: Held
) -> Callable[[tf.Tensor], tf.Tensor]:
    """A function from an image's index to its pixels, uint8 of the size.

    Args:
        images: Files of pictures, wherever they are.
        form: The form in which images reach the network.
        size: Height and width that are wanted.
        held: Makes tensors of arrays.
    """
    are_known = len(images.in_pillow) > 0
    paths = held(images.paths) if isinstance(images, FileImages) else None
    in_pillow = held(images.in_pillow) if images.in_pillow.any() else None
    # A file of another size has been exchanged since it was looked at.
    is_sized = are_known and paths is not None and len(images.sizes) == len(images)
    sizes = held(images.sizes.astype(np.int32)) if is_sized else None

    def decoder(index: tf.Tensor, contents: tf.Tensor) -> tf.Tensor | bool:
        if are_known:
            return False if in_pillow is None else tf.gather(in_pillow, index)
        return asks_for_pillow(contents, channels=form.channels)

    def read(index: tf.Tensor) -> tf.Tensor:
        if paths is not None:
            contents = tf.io.read_file(tf.gather(paths, index))
            if sizes is not None:
                is_whole = tf.strings.length(contents) == tf.gather(sizes, index)
                contents = tf.where(is_whole, contents, b"")
        else:
            contents = tf.ensure_shape(in_python(images.read, index, tf.string), ())
        image = decode(
            contents,
            in_pillow=decoder(index, contents),
            channels=form.channels,
            is_known=sizes is not None,
        )
        return fit(image, size, form.resize)

    return read


def taker(
    images: ArrayImages, form: ImageForm, size: tuple[int, int], *, held: Held
) -> Callable[[tf.Tensor], tf.Tensor]:
    """A function from images' indices to their pixels, uint8 or float32 as the array has them.

    Args:
        images: Images of an array.
        form: The form in which images reach the network.
        size: Height and width that are wanted.
        held: Makes tensors of arrays, those that are no file's and not too large to be there twice.
    """
    pixels = images.pixels
    rows: Callable[[tf.Tensor], tf.Tensor]
    if _lies_outside(pixels):
        type_ = np.uint8 if pixels.dtype == np.uint8 else np.float32

        def rows(at: tf.Tensor) -> tf.Tensor:
            taken = in_python(lambda at: pixels[at].astype(type_, copy=False), at, type_)
            return tf.ensure_shape(taken, (None, *pixels.shape[1:]))

    else:
        whole = held(pixels)

        def rows(at: tf.Tensor) -> tf.Tensor:
            taken = tf.gather(whole, at)
            return taken if taken.dtype == tf.uint8 else tf.cast(taken, tf.float32)

    return rows if not form.are_images else lambda at: _formed(rows(at), form, size)


def _formed(batch: tf.Tensor, form: ImageForm, size: tuple[int, int]) -> tf.Tensor:
    """Images of an array in the channels and size that are wanted."""
    own = batch.shape[-1]
    if own != form.channels:
        batch = _gray(batch) if own > 1 else tf.repeat(batch, form.channels, axis=-1)
    return batch if batch.shape[1:3] == size else fit(batch, size, form.resize)


def _lies_outside(pixels: NDArray[Any]) -> bool:
    """Whether an array is in a file that is mapped into memory, or too large to be there twice."""
    base: Any = pixels
    while isinstance(base, np.ndarray):
        if isinstance(base, np.memmap):
            return True
        base = base.base
    return pixels.nbytes > _LARGEST_COPY


def _gray(batch: tf.Tensor) -> tf.Tensor:
    """Colours to gray, uint8 to uint8, as Pillow has it, which decodes the same pictures from files.

    Source: `L24` in Pillow's src/libImaging/Convert.c.
    """
    red, green, blue = tf.unstack(tf.cast(batch, tf.int32), axis=-1)
    return tf.cast((red * 19595 + green * 38470 + blue * 7471 + 32768) // 65536, tf.uint8)[
        ..., None
    ]
