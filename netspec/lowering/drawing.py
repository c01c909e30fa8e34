"""Random numbers for Keras's image layers, drawn for each image by itself.

A Keras layer draws through `layer.backend.random`, for a whole batch at once. Here another module stands there, which
draws row by row, from a hash of what an image's fate may depend on. Everything else is Keras's code. No state is kept,
so that tf.data may run batches in parallel.
"""

from __future__ import annotations

import math
from itertools import count
from typing import TYPE_CHECKING, Any

import keras
import tensorflow as tf

if TYPE_CHECKING:
    from collections.abc import Sequence

_FRACTION_BITS = 24  # as many as a float32 holds of a number below 1
_VECTOR = 16  # float32 in the widest vector of a processor
_LEAST_BEND = 1e-6  # in pixels; Keras divides by it


class Draws:
    """One layer's random numbers for one batch; a row of them depends on seed, epoch and the row's key only."""

    def __init__(
        self, seed: int, epoch: tf.Tensor, keys: tf.Tensor, *, partners: tf.Tensor | None = None
    ) -> None:
        """Begins.

        Args:
            seed: The layer's seed.
            epoch: The epoch's number, int64 `()`.
            keys: What each row is known by, int64 `(batch,)`.
            partners: The row that each row is mixed with, int64 `(batch,)`, where the layer mixes.
        """
        both = tf.stack([tf.constant(seed, tf.int64), epoch])
        self._rows = hash_rows(
            tf.concat([tf.tile(both[None], [tf.size(keys), 1]), keys[:, None]], axis=1)
        )
        self._used = count()
        self.partners = partners

    def words(self, each: int) -> tf.Tensor:
        """So many random numbers of 64 bits for every row, uint64 `(batch, each)`."""
        counters = tf.constant([next(self._used) for _ in range(each)], tf.int64)
        pairs = tf.stack(tf.meshgrid(self._rows, counters, indexing="ij"), axis=-1)
        words = hash_rows(tf.reshape(pairs, (-1, 2)))
        return tf.bitcast(tf.reshape(words, (-1, each)), tf.uint64)

    def fractions(self, each: int) -> tf.Tensor:
        """So many numbers from 0 up to 1 for every row, float32 `(batch, each)`."""
        shift = tf.constant(64 - _FRACTION_BITS, tf.uint64)
        return tf.cast(tf.bitwise.right_shift(self.words(each), shift), tf.float32) * (
            2.0**-_FRACTION_BITS
        )

    def choices(self, each: int, among: int) -> tf.Tensor:
        """So many whole numbers from 0 up to, not including, another for every row, int32 `(batch, each)`."""
        return tf.cast(self.words(each) % tf.constant(among, tf.uint64), tf.int32)

    def shares(self, each: int, alpha: tf.Tensor) -> tf.Tensor:
        """Shares of a whole, of a symmetric Dirichlet distribution, float32 `(batch, each)`.

        A gamma-distributed number of a small alpha is too small for a float32, and half the shares of MixUp would be
        0.5 for it; its logarithm is not. It is the logarithm of one of alpha + 1, and log(u) / alpha (Marsaglia &
        Tsang, 2000, section 6).

        Args:
            each: How many shares make a whole.
            alpha: How even they are: one number, or one a row.
        """
        alpha = tf.broadcast_to(tf.cast(alpha, tf.float32), tf.shape(self._rows))
        larger = tf.map_fn(
            lambda row: tf.random.stateless_gamma([each], seed=row[0], alpha=row[1] + 1.0),
            (tf.bitcast(self.words(1)[:, 0], tf.int32), alpha),
            fn_output_signature=tf.TensorSpec((each,), tf.float32),
        )
        above_0 = self.fractions(each) + 2.0 ** -(_FRACTION_BITS + 1)
        logarithms = _in_whole_vectors(tf.math.log, larger)
        logarithms += _in_whole_vectors(tf.math.log, above_0) / alpha[:, None]
        largest = tf.reduce_max(logarithms, axis=1, keepdims=True)
        parts = _in_whole_vectors(tf.exp, logarithms - largest)
        return parts / sum(tf.split(parts, each, axis=1))

    def shape(self, shape: Sequence[Any]) -> Sequence[Any]:
        """The shape of what is drawn: what Keras draws once for a batch, each row draws for itself."""
        return shape or tf.shape(self._rows)

    def each(self, shape: Sequence[Any]) -> int:
        """How many numbers of a shape are one row's; the batch comes first in it."""
        return math.prod(shape[1:])


class DrawsOfOne(Draws):
    """The random numbers for a batch of one image."""

    def shape(self, shape: Sequence[Any]) -> Sequence[Any]:
        """The shape itself, whether it has a batch or not."""
        return shape

    def each(self, shape: Sequence[Any]) -> int:
        """All numbers of the shape, whether it has a batch or not."""
        return math.prod(shape)


class RandomOfRows:
    """The functions of `keras.random` that image layers draw by, row by row; `seed` has the numbers."""

    def uniform(
        self,
        shape: Any,
        minval: Any = 0.0,
        maxval: Any = 1.0,
        dtype: str | None = None,
        *,
        seed: Draws,
    ) -> tf.Tensor:
        """Numbers from one up to the other."""
        fractions = tf.reshape(seed.fractions(seed.each(shape)), seed.shape(shape))
        return tf.cast(fractions * (maxval - minval) + minval, dtype or "float32")

    def randint(
        self, shape: Any, minval: int, maxval: int, dtype: str = "int32", *, seed: Draws
    ) -> tf.Tensor:
        """Whole numbers from one up to, not including, the other."""
        words = seed.words(seed.each(shape)) % tf.constant(maxval - minval, tf.uint64)
        return tf.cast(tf.cast(tf.reshape(words, shape), tf.int64) + minval, dtype)

    def normal(self, shape: Any, *, dtype: str, seed: Draws) -> tf.Tensor:
        """Normally distributed numbers, as many as pixels: TensorFlow's generator makes them faster than a hash."""
        return tf.map_fn(
            lambda row: tf.random.stateless_normal(shape[1:], seed=row, dtype=dtype),
            tf.bitcast(seed.words(1)[:, 0], tf.int32),
            fn_output_signature=tf.TensorSpec(shape[1:], dtype),
        )

    def beta(
        self, shape: Any, alpha: Any, beta: Any, dtype: str | None = None, *, seed: Draws
    ) -> tf.Tensor:
        """One number a row, of a Beta distribution whose two parameters are the same, as Keras's layers have it."""
        del shape, beta
        return tf.cast(seed.shares(2, alpha)[:, 0], dtype or "float32")

    def shuffle(self, x: tf.Tensor, *, seed: Draws) -> tf.Tensor:
        """The rows' partners, by which a layer mixes, and which are known beforehand."""
        return tf.cast(seed.partners, x.dtype)


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


class _ImageOfRows:
    """Keras's image functions; the one that draws by itself, from the image's own numbers."""

    def __init__(self, image: Any) -> None:
        self._of_keras = image

    def __getattr__(self, name: str) -> Any:
        return getattr(self._of_keras, name)

    def elastic_transform(
        self, images: tf.Tensor, *, sigma: tf.Tensor, seed: Draws, **arguments: Any
    ) -> tf.Tensor:
        """An image, bent; `(1, height, width, channels)`."""
        sigma, generator = tf.maximum(sigma, _LEAST_BEND), _SeedOfRow(seed)
        return self._of_keras.elastic_transform(images, sigma=sigma, seed=generator, **arguments)


class _SeedOfRow(keras.random.SeedGenerator):  # type: ignore[misc] # Keras has no types
    """The seed of one image, in the only class that Keras's own functions take one from; it has no state."""

    def __init__(self, draws: Draws) -> None:
        self._word = tf.bitcast(draws.words(1)[0, 0], tf.int32)

    def next(self, ordered: bool = True) -> tf.Tensor:  # noqa: FBT001, FBT002 - Keras's signature
        """The seed, int32 `(2,)`."""
        del ordered
        return self._word


class BackendOfRows:
    """A layer's backend with another source of random numbers."""

    random = RandomOfRows()

    def __init__(self, backend: Any) -> None:
        self._of_keras = backend
        self.numpy = _NumpyOfRows(backend.numpy)
        self.image = _ImageOfRows(backend.image)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._of_keras, name)

    def cast(self, x: tf.Tensor, dtype: str) -> tf.Tensor:
        """Numbers of another type; bytes hold 0 to 255, and processors differ in what they make of others."""
        within = tf.clip_by_value(x, 0.0, 255.0) if dtype == "uint8" else x
        return self._of_keras.cast(within, dtype)


def hash_rows(rows: tf.Tensor) -> tf.Tensor:
    """FarmHash's fingerprint of each row of int64 `(rows, columns)`, int64 `(rows,)`."""
    return tf.bitcast(tf.fingerprint(rows), tf.int64)


def _in_whole_vectors(function: Any, x: tf.Tensor) -> tf.Tensor:
    """A function of every number, all of them computed by the processor's vector instructions.

    The numbers that fill no vector would go through other instructions, which differ in the last bit.
    """
    numbers = tf.reshape(x, (-1,))
    filled = tf.pad(numbers, [[0, -tf.size(numbers) % _VECTOR]])
    return tf.reshape(function(filled)[: tf.size(numbers)], tf.shape(x))
