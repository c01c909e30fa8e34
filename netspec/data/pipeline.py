"""Splits to batches: uint8 until the model, gathered in parallel, prefetched, in an order of seed and epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tensorflow as tf

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from netspec.data.splits import Split
    from netspec.spec.labels import LabelEncoding


class Pipeline:
    """Makes batches of splits. An array that several splits are part of is held once."""

    def __init__(self, *, batch_size: int, labels: LabelEncoding) -> None:
        self._batch_size = batch_size
        self._labels = labels
        self._held: dict[int, tf.Tensor] = {}

    def training(self, split: Split, *, epochs: int, seed: int, shuffle: bool) -> tf.data.Dataset:
        """All epochs' batches, one after another: `ceil(images / batch_size)` of them an epoch.

        The order of an epoch is a function of seed and epoch, whatever the parallelism. The epochs come from one
        stream, so that the next one's first batches are there when the last one ends.

        Returns:
            Batches of uint8 `(batch, height, width, channels)` and labels of the form.
        """
        count = len(split)
        batches = self._batches(split)

        def epoch_of(epoch: tf.Tensor) -> tf.data.Dataset:
            order = tf.range(count, dtype=tf.int64)
            if shuffle:
                stream = tf.stack([tf.constant(seed, tf.int64), epoch])
                order = tf.random.experimental.stateless_shuffle(order, seed=stream)
            return batches(order)

        return tf.data.Dataset.range(epochs).flat_map(epoch_of).prefetch(tf.data.AUTOTUNE)

    def evaluation(self, split: Split) -> tf.data.Dataset:
        """The split's batches once, in the order of its indices; forms as in training."""
        order = tf.range(len(split), dtype=tf.int64)
        return self._batches(split)(order).prefetch(tf.data.AUTOTUNE)

    def _batches(self, split: Split) -> Callable[[tf.Tensor], tf.data.Dataset]:
        """A function from an order of the split's positions to batches in that order."""
        images, labels = self._tensor(split.images), self._tensor(split.labels)
        indices = self._tensor(split.indices)
        size = self._batch_size
        steps = -(-len(split) // size)

        def in_order(order: tf.Tensor) -> tf.data.Dataset:
            def gather(step: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
                chosen = tf.gather(indices, order[step * size : (step + 1) * size])
                return tf.gather(images, chosen), self._encode(tf.gather(labels, chosen))

            return tf.data.Dataset.range(steps).map(
                gather, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True
            )

        return in_order

    def _tensor(self, array: NDArray[Any]) -> tf.Tensor:
        # Keyed by identity: the arrays live as long as the run's splits do.
        if id(array) not in self._held:
            with tf.device("CPU:0"):
                self._held[id(array)] = tf.constant(array)
        return self._held[id(array)]

    def _encode(self, labels: tf.Tensor) -> tf.Tensor:
        """Labels `(batch,)` as the loss takes them: `(batch, 1)`, or one-hot `(batch, classes)`."""
        if self._labels.form == "one_hot":
            return tf.one_hot(labels, self._labels.classes)
        if self._labels.form == "binary":
            return tf.cast(labels, tf.float32)[:, None]
        return labels[:, None]
