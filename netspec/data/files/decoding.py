"""Picture files to tensors, for training and prediction alike. Importing this module imports TensorFlow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tensorflow as tf

from netspec.data.files.pictures import UnreadableImageError, decode_in_pillow, read_header

if TYPE_CHECKING:
    from netspec.data.form import ImageForm


def decode(contents: tf.Tensor, *, in_pillow: tf.Tensor | bool, channels: int) -> tf.Tensor:
    """A file's bytes as pixels.

    Args:
        contents: The bytes, a string tensor.
        in_pillow: Whether Pillow decodes them; see `netspec.data.files.pictures`.
        channels: 3 or 1.

    Returns:
        uint8 `(height, width, channels)`.
    """

    def pillow() -> tf.Tensor:
        pixels = tf.numpy_function(
            lambda data: decode_in_pillow(data, channels=channels),
            [contents],
            tf.uint8,
            stateful=False,  # or TensorFlow, being deterministic, would decode one file at a time
        )
        return tf.ensure_shape(pixels, (None, None, channels))

    def tensorflow() -> tf.Tensor:
        # The operation reads PNG too. Its faster transform, which `decode_image` takes, is off by up to 70 of 255.
        pixels = tf.io.decode_jpeg(contents, channels=channels, dct_method="INTEGER_ACCURATE")
        return tf.ensure_shape(pixels, (None, None, channels))

    if isinstance(in_pillow, bool):
        return pillow() if in_pillow else tensorflow()
    return tf.cond(in_pillow, pillow, tensorflow)


def fit(image: tf.Tensor, size: tuple[int, int], resize: str) -> tf.Tensor:
    """Brings an image to a size, by bilinear interpolation as Keras's own loaders do.

    Args:
        image: uint8 or float32 `(height, width, channels)`, or a batch of such.
        size: The height and width to bring it to.
        resize: `stretch`; `crop` cuts the middle out first; `pad` adds black at the borders.

    Returns:
        float32 of the size, not rounded.
    """
    own, wanted = tf.shape(image, out_type=tf.int64)[-3:-1], tf.constant(size, tf.int64)
    if resize == "pad":
        part = _largest(wanted, own)
        before = (wanted - part) // 2
        around = tf.stack([before, wanted - part - before], axis=1)
        around = tf.pad(around, [[len(image.shape) - 3, 1], [0, 0]])
        padded = tf.pad(tf.image.resize(image, tf.cast(part, tf.int32)), around)
        return tf.ensure_shape(padded, (*image.shape[:-3], *size, image.shape[-1]))
    if resize == "crop":
        part = _largest(own, wanted)
        top, left = tf.unstack((own - part) // 2)
        image = image[..., top : top + part[0], left : left + part[1], :]
    return tf.image.resize(image, size)


def _largest(whole: tf.Tensor, proportions: tf.Tensor) -> tf.Tensor:
    """The largest height and width within a whole in the proportions of others, rounded down, but at least 1."""
    across = whole[::-1] * proportions // proportions[::-1]
    return tf.maximum(tf.minimum(whole, across), 1)


def read_picture(data: bytes, form: ImageForm) -> Any:
    """One file's bytes as the network takes them, decoded as training decodes such a file.

    Returns:
        float32 `(height, width, channels)`, pixels 0 to 255.

    Raises:
        UnreadableImageError: It is no picture, or damaged.
    """
    with tf.device(
        "CPU:0"
    ):  # as in tf.data, whose pixels a GPU's may differ from in the last place
        return fit(decode_whole(data, channels=form.channels), form.size, form.resize)


def decode_whole(data: bytes, *, channels: int) -> Any:
    """One file's pixels at their own size: uint8 `(height, width, channels)`.

    Raises:
        UnreadableImageError: It is no picture, or damaged.
    """
    header = read_header(data, channels=channels)
    if header.in_pillow:
        return decode_in_pillow(data, channels=channels)
    try:
        return decode(tf.constant(data), in_pillow=False, channels=channels)
    except tf.errors.OpError as error:
        raise UnreadableImageError(f"its {header.format} data is damaged") from error
