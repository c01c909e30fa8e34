"""Augmentations as Keras's own random layers, which draw for each image by itself.

What happens to an image is a function of the spec's seed, the augmentation's kind and its number among those of its
kind, the epoch, and the image's key: not of the batch that the image stands in, nor of what else augments it.

A Keras layer draws through `layer.backend.random`, for a whole batch at once. Here another module stands there, which
draws row by row, from a hash of what an image's fate may depend on. Everything else is Keras's code. No state is kept,
so that tf.data may run batches in parallel.
"""

from __future__ import annotations

import math
from collections import Counter
from itertools import count
from typing import TYPE_CHECKING, Any

import keras
import tensorflow as tf

from netspec.lowering.seeds import derive_seed
from netspec.things.augmentations.colour import RandomColorJitter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.fields import Thing

# These draw something once a batch, so each image is given to them as a batch of its own.
_ONCE_A_BATCH = frozenset({"RandomCrop", "RandomGaussianBlur"})
# RandomColorJitter is these layers one after another; by itself it would draw outside of netspec's sight.
_JITTER = {
    "brightness_factor": "RandomBrightness",
    "contrast_factor": "RandomContrast",
    "saturation_factor": "RandomSaturation",
    "hue_factor": "RandomHue",
}
_FRACTION_BITS = 24  # as many as a float32 holds of a number below 1
_VECTOR = 16  # float32 in the widest vector of a processor


class Augmentation:
    """What varies training images, one step after another."""

    def __init__(self, things: Sequence[Thing], *, seed: int) -> None:
        """Builds the layers.

        Args:
            things: The spec's augmentations, in their order.
            seed: The spec's seed; an augmentation's own wins.
        """
        self._steps = [
            step for thing, base in _numbered(things, seed) for step in _steps(thing, base)
        ]

    def augment(self, images: tf.Tensor, *, epoch: tf.Tensor, keys: tf.Tensor) -> tf.Tensor:
        """A batch, varied.

        Args:
            images: `(batch, height, width, channels)`, uint8 or float32, pixels 0 to 255. Only the batch may be of
                unknown size.
            epoch: The epoch's number, int64 `()`.
            keys: What each image is known by, int64 `(batch,)`.

        Returns:
            float32 `(batch, height', width', channels)`; pixels leave 0 to 255 only where Keras lets them.
        """
        images = tf.cast(images, tf.float32)
        for step in self._steps:
            images = step(images, epoch, keys)
        return images


class _Step:
    """One Keras layer and the seed of its draws."""

    def __init__(self, kind: str, arguments: dict[str, Any], *, seed: int) -> None:
        # The format and the dtype are said, because Keras would take them from a file in the user's home.
        settings = {"data_format": "channels_last", "dtype": "float32", "seed": seed}
        # The kind is the name of a class of netspec's own, from its closed registry.
        self._layer = getattr(keras.layers, kind)(**arguments, **settings)
        self._layer.backend = _BackendOfRows(self._layer.backend)
        self._seed = seed
        self._singly = kind in _ONCE_A_BATCH
        self._size = (arguments.get("height"), arguments.get("width"))

    def __call__(self, images: tf.Tensor, epoch: tf.Tensor, keys: tf.Tensor) -> tf.Tensor:
        if not self._singly:
            return self._transform(images, _Draws(self._seed, epoch, keys))
        _, height, width, channels = images.shape
        size = (self._size[0] or height, self._size[1] or width, channels)

        def alone(row: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
            image, key = row[0][None], row[1][None]
            return self._transform(image, _DrawsOfOne(self._seed, epoch, key))[0]

        return tf.map_fn(alone, (images, keys), fn_output_signature=tf.TensorSpec(size, tf.float32))

    def _transform(self, images: tf.Tensor, draws: _Draws) -> tf.Tensor:
        transformation = self._layer.get_random_transformation(images, training=True, seed=draws)
        return self._layer.transform_images(images, transformation, training=True)


class _Draws:
    """One layer's random numbers for one batch; a row of them depends on seed, epoch and the row's key only."""

    def __init__(self, seed: int, epoch: tf.Tensor, keys: tf.Tensor) -> None:
        both = tf.stack([tf.constant(seed, tf.int64), epoch])
        self._rows = _hash(
            tf.concat([tf.tile(both[None], [tf.size(keys), 1]), keys[:, None]], axis=1)
        )
        self._used = count()

    def words(self, each: int) -> tf.Tensor:
        """So many random numbers of 64 bits for every row, uint64 `(batch, each)`."""
        counters = tf.constant([next(self._used) for _ in range(each)], tf.int64)
        pairs = tf.stack(tf.meshgrid(self._rows, counters, indexing="ij"), axis=-1)
        words = _hash(tf.reshape(pairs, (-1, 2)))
        return tf.bitcast(tf.reshape(words, (-1, each)), tf.uint64)

    def each(self, shape: Sequence[Any]) -> int:
        """How many numbers of a shape are one row's; the batch comes first in it."""
        return math.prod(shape[1:])


class _DrawsOfOne(_Draws):
    """The random numbers for a batch of one image."""

    def each(self, shape: Sequence[Any]) -> int:
        """All numbers of the shape, whether it has a batch or not."""
        return math.prod(shape)


class _RandomOfRows:
    """The functions of `keras.random` that image layers draw by, row by row; `seed` has the numbers."""

    def uniform(
        self,
        shape: Any,
        minval: Any = 0.0,
        maxval: Any = 1.0,
        dtype: str | None = None,
        *,
        seed: _Draws,
    ) -> tf.Tensor:
        """Numbers from one up to the other."""
        shift = tf.constant(64 - _FRACTION_BITS, tf.uint64)
        words = tf.bitwise.right_shift(seed.words(seed.each(shape)), shift)
        fractions = tf.cast(tf.reshape(words, shape), tf.float32) * 2.0**-_FRACTION_BITS
        return tf.cast(fractions * (maxval - minval) + minval, dtype or "float32")

    def randint(
        self, shape: Any, minval: int, maxval: int, dtype: str = "int32", *, seed: _Draws
    ) -> tf.Tensor:
        """Whole numbers from one up to, not including, the other."""
        words = seed.words(seed.each(shape)) % tf.constant(maxval - minval, tf.uint64)
        return tf.cast(tf.cast(tf.reshape(words, shape), tf.int64) + minval, dtype)

    def normal(self, shape: Any, *, dtype: str, seed: _Draws) -> tf.Tensor:
        """Normally distributed numbers, as many as pixels: TensorFlow's generator makes them faster than a hash."""
        return tf.map_fn(
            lambda row: tf.random.stateless_normal(shape[1:], seed=row, dtype=dtype),
            tf.bitcast(seed.words(1)[:, 0], tf.int32),
            fn_output_signature=tf.TensorSpec(shape[1:], dtype),
        )


class _NumpyOfRows:
    """Keras's array functions; those that a processor rounds by a number's place in the batch, otherwise."""

    def __init__(self, numpy: Any) -> None:
        self._of_keras = numpy

    def __getattr__(self, name: str) -> Any:
        return getattr(self._of_keras, name)

    def cos(self, x: tf.Tensor) -> tf.Tensor:
        """Cosines of `(batch,)`."""
        return _in_whole_vectors(tf.cos, x)

    def sin(self, x: tf.Tensor) -> tf.Tensor:
        """Sines of `(batch,)`."""
        return _in_whole_vectors(tf.sin, x)


class _BackendOfRows:
    """A layer's backend with another source of random numbers."""

    random = _RandomOfRows()

    def __init__(self, backend: Any) -> None:
        self._of_keras = backend
        self.numpy = _NumpyOfRows(backend.numpy)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._of_keras, name)


def _in_whole_vectors(function: Any, x: tf.Tensor) -> tf.Tensor:
    """A function of numbers `(batch,)`, all of them computed by the processor's vector instructions.

    The numbers that fill no vector would go through other instructions, which differ in the last bit.
    """
    filled = tf.pad(x, [[0, -tf.size(x) % _VECTOR]])
    return function(filled)[: tf.size(x)]


def _hash(rows: tf.Tensor) -> tf.Tensor:
    """FarmHash's fingerprint of each row of int64 `(rows, columns)`, int64 `(rows,)`."""
    return tf.bitcast(tf.fingerprint(rows), tf.int64)


def _numbered(things: Sequence[Thing], seed: int) -> Iterator[tuple[Thing, int]]:
    """Each augmentation with a seed made of its kind and its number among those of its kind."""
    met: Counter[str] = Counter()
    for thing in things:
        own = getattr(thing, "seed", None)
        kind = thing.kind()
        yield thing, derive_seed(seed if own is None else own, "augmentation", kind, str(met[kind]))
        met[kind] += 1


def _steps(thing: Thing, seed: int) -> Iterator[_Step]:
    """The layers that an augmentation is made of: one, but for RandomColorJitter."""
    if not isinstance(thing, RandomColorJitter):
        fields = {name: getattr(thing, name) for name in type(thing).model_fields if name != "seed"}
        yield _Step(thing.kind(), fields, seed=seed)
        return
    for field, kind in _JITTER.items():
        factor = getattr(thing, field)
        if factor is not None:
            arguments = {"factor": factor, "value_range": thing.value_range}
            yield _Step(kind, arguments, seed=derive_seed(seed, kind))
