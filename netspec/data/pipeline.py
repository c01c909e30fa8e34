"""Splits to batches: uint8 until the model, gathered in parallel, prefetched, in an order of seed and epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tensorflow as tf

if TYPE_CHECKING:
    from collections.abc import Callable

    from netspec.data.splits import Split
    from netspec.spec.labels import LabelEncoding


def training_batches(  # noqa: PLR0913 - each is one property of the order
    split: Split,
    *,
    batch_size: int,
    epochs: int,
    labels: LabelEncoding,
    seed: int,
    shuffle: bool,
) -> tf.data.Dataset:
    """All epochs' batches, one after another: `ceil(images / batch_size)` of them an epoch.

    The order of an epoch is a function of seed and epoch, whatever the parallelism. The epochs come from one stream, so
    that the next one's first batches are there when the last one ends.

    Returns:
        Batches of uint8 `(batch, height, width, channels)` and labels of the form.
    """
    gather = _gatherer(split, labels)
    count = len(split)
    steps = -(-count // batch_size)

    def batches_of(epoch: tf.Tensor) -> tf.data.Dataset:
        order = tf.range(count, dtype=tf.int64)
        if shuffle:
            stream = tf.stack([tf.constant(seed, tf.int64), epoch])
            order = tf.random.experimental.stateless_shuffle(order, seed=stream)
        return tf.data.Dataset.range(steps).map(
            lambda step: gather(order[step * batch_size : (step + 1) * batch_size]),
            num_parallel_calls=tf.data.AUTOTUNE,
            deterministic=True,
        )

    return tf.data.Dataset.range(epochs).flat_map(batches_of).prefetch(tf.data.AUTOTUNE)


def evaluation_batches(split: Split, *, batch_size: int, labels: LabelEncoding) -> tf.data.Dataset:
    """The split's batches once, in the order of its indices; forms as in training."""
    gather = _gatherer(split, labels)
    count = len(split)
    order = tf.range(count, dtype=tf.int64)
    return (
        tf.data.Dataset.range(-(-count // batch_size))
        .map(
            lambda step: gather(order[step * batch_size : (step + 1) * batch_size]),
            num_parallel_calls=tf.data.AUTOTUNE,
            deterministic=True,
        )
        .prefetch(tf.data.AUTOTUNE)
    )


def _gatherer(split: Split, encoding: LabelEncoding) -> Callable[[tf.Tensor], Any]:
    """A function from positions within the split to a batch."""
    with tf.device("CPU:0"):
        images = tf.constant(split.images)
        labels = tf.constant(split.labels, dtype=tf.int64)
        indices = tf.constant(split.indices, dtype=tf.int64)

    def gather(positions: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        chosen = tf.gather(indices, positions)
        return tf.gather(images, chosen), _encode(tf.gather(labels, chosen), encoding)

    return gather


def _encode(labels: tf.Tensor, encoding: LabelEncoding) -> tf.Tensor:
    """Labels `(batch,)` as the loss takes them: `(batch, 1)`, or one-hot `(batch, classes)`."""
    if encoding.form == "one_hot":
        return tf.one_hot(labels, encoding.classes)
    if encoding.form == "binary":
        return tf.cast(labels, tf.float32)[:, None]
    return labels[:, None]
