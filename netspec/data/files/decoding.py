"""Picture files to tensors, for training and prediction alike. Importing this module imports TensorFlow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf
from PIL import Image

from netspec.data.files.pictures import UnreadableImageError, decode_in_pillow, read_header

if TYPE_CHECKING:
    from netspec.data.files.header import Header
    from netspec.data.form import ImageForm

_PNG = b"\x89PNG"


def decode(
    contents: tf.Tensor, *, in_pillow: tf.Tensor | bool, channels: int, is_known: bool = False
) -> tf.Tensor:
    """A file's bytes as pixels.

    Args:
        contents: The bytes, a string tensor.
        in_pillow: Whether Pillow decodes them; see `netspec.data.files.pictures`.
        channels: 3 or 1.
        is_known: Whether the picture is known to be within Pillow's limit, so that TensorFlow need not be kept from it.

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
        return _decode_in_tensorflow(contents if is_known else _within_limit(contents), channels)

    if isinstance(in_pillow, bool):
        return pillow() if in_pillow else tensorflow()
    return tf.cond(in_pillow, pillow, tensorflow)


def _decode_in_tensorflow(contents: tf.Tensor, channels: int) -> tf.Tensor:
    # The operation reads PNG too. Its faster transform, which `decode_image` takes, is off by up to 70 of 255.
    pixels = tf.io.decode_jpeg(contents, channels=channels, dct_method="INTEGER_ACCURATE")
    return tf.ensure_shape(pixels, (None, None, channels))


def _within_limit(contents: tf.Tensor) -> tf.Tensor:
    """A JPEG's or PNG's bytes, or none, which cannot be decoded, where it has more pixels than Pillow's limit.

    A file may have been exchanged since it was looked at. What would assert this makes TensorFlow, being deterministic,
    decode one file at a time.
    """
    limit = Image.MAX_IMAGE_PIXELS
    if limit is None:
        return contents

    def of_png() -> tf.Tensor:
        return tf.io.decode_raw(tf.strings.substr(contents, 16, 8), tf.int32, little_endian=False)

    def of_jpeg() -> tf.Tensor:
        return tf.io.extract_jpeg_shape(contents)[:2]

    is_png = tf.equal(tf.strings.substr(contents, 0, len(_PNG)), _PNG)
    sides = tf.ensure_shape(tf.cond(is_png, of_png, of_jpeg), (2,))
    pixels = tf.reduce_prod(tf.cast(sides, tf.int64))
    return tf.where((pixels > 0) & (pixels <= limit), contents, b"")


def asks_for_pillow(contents: tf.Tensor, *, channels: int) -> tf.Tensor:
    """Whether Pillow decodes a file, by its first bytes; a picture that is too large ends it.

    Args:
        contents: The bytes, a string tensor.
        channels: 3 or 1.
    """
    asked = tf.numpy_function(
        lambda data: np.bool_(read_header(data).in_pillow(channels)),
        [contents],
        tf.bool,
        stateful=False,  # as in `decode`
    )
    return tf.ensure_shape(asked, ())


def fit(image: tf.Tensor, size: tuple[int, int], resize: str) -> tf.Tensor:
    """Brings an image to a size, by bilinear interpolation as Keras's own loaders do.

    Args:
        image: uint8 or float32 `(height, width, channels)`, or a batch of such.
        size: The height and width to bring it to.
        resize: `stretch`; `crop` cuts the middle out first; `pad` adds black at the borders.

    Returns:
        Of the size, and of the image's own type: what is computed between whole numbers is rounded.
    """
    resized = _resized(image, size, resize)
    return tf.cast(tf.round(resized), tf.uint8) if image.dtype == tf.uint8 else resized


def _resized(image: tf.Tensor, size: tuple[int, int], resize: str) -> tf.Tensor:
    """An image, or a batch of such, brought to a size: float32."""
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
        uint8 `(height, width, channels)`.

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
    return _decode(data, read_header(data), channels)


def why_not_decoded(data: bytes, header: Header, *, channels: int) -> str:
    """Why a file's bytes, of which the header is known, are not decoded; empty where they are."""
    try:
        _decode(data, header, channels)
    except UnreadableImageError as error:
        return str(error)
    return ""


def _decode(data: bytes, header: Header, channels: int) -> Any:
    if header.in_pillow(channels):
        return decode_in_pillow(data, channels=channels)
    try:
        return _decode_in_tensorflow(tf.constant(data), channels)
    except tf.errors.OpError as error:
        raise UnreadableImageError(f"its {header.format} data is damaged") from error
