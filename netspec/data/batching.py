"""How batches are made of an order of images: one by one, a step at a time, or of what is kept decoded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tensorflow as tf

if TYPE_CHECKING:
    from collections.abc import Callable

    from netspec.data.decoded import DecodedImages
    from netspec.data.features.served import Served

    # From images' indices, and `is_first`.
    Batches = Callable[..., tf.data.Dataset]

# How many batches of features are taken at once, and of how many bytes together, where one batch has fewer.
_BATCHES_AT_ONCE = 32
_BYTES_AT_ONCE = 2**23


def one_by_one(
    read: Callable[..., tf.Tensor], order: tf.Tensor, *more: tf.Tensor
) -> tf.data.Dataset:
    """Images and their indices; `read` is given an index and what else stands beside it."""
    return mapped(
        tf.data.Dataset.from_tensor_slices((order, *more)),
        lambda index, *more: (read(index, *more), index),
        in_parallel=True,
    )


def step_by_step(
    take: Callable[[tf.Tensor], tf.Tensor],
    order: tf.Tensor,
    batch_size: int,
    *,
    in_parallel: bool,
) -> tf.data.Dataset:
    """Batches of images and their indices; `take` is given a batch's indices."""

    def taken(step: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        at = order[step * batch_size : (step + 1) * batch_size]
        return take(at), at

    steps = -(-tf.size(order, tf.int64) // batch_size)
    return mapped(tf.data.Dataset.range(steps), taken, in_parallel=in_parallel)


def from_cache(
    kept: DecodedImages,
    read: Callable[[tf.Tensor], tf.Tensor],
    shape: tuple[int, int, int],
    batch_size: int,
) -> Batches:
    """A function from an order of images to batches, of which each image is read once in all and kept."""

    def take(at: tf.Tensor) -> tf.Tensor:
        return tf.ensure_shape(in_python(kept.take, at, tf.uint8), (None, *shape))

    def take_or_read(index: tf.Tensor, is_held: tf.Tensor) -> tf.Tensor:
        return tf.cond(is_held, lambda: take(index[None])[0], lambda: read(index))

    def keep(images: tf.Tensor, at: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        # The indices come back through it, or TensorFlow would leave out what nobody takes anything from.
        at = tf.numpy_function(kept.keep, [at, images], tf.int64, stateful=False)
        return images, tf.ensure_shape(at, (None,))

    def read_first(order: tf.Tensor) -> tf.data.Dataset:
        return mapped(one_by_one(read, order).batch(batch_size), keep, in_parallel=True)

    def batches(order: tf.Tensor, *, is_first: bool = False) -> tf.data.Dataset:
        if is_first:  # nothing is kept yet, and so much machinery would cost time
            return read_first(order)
        # Stateful: it is asked in every epoch, though the order may be the same.
        held = tf.ensure_shape(tf.numpy_function(kept.holds, [order], tf.bool), (None,))
        images, none = tf.size(order, tf.int64), tf.constant(0, tf.int64)
        # One of three has them all: who reads each, who looks at each, who takes whole batches.
        all_, any_ = tf.reduce_all(held), tf.reduce_any(held)
        read_all, taken_all = tf.where(any_, none, images), tf.where(all_, images, none)
        some = images - read_all - taken_all
        reading = one_by_one(read, order[:read_all]).concatenate(
            one_by_one(take_or_read, order[:some], held[:some])
        )
        return mapped(reading.batch(batch_size), keep, in_parallel=True).concatenate(
            step_by_step(take, order[:taken_all], batch_size, in_parallel=True)
        )

    return batches


def of_features(
    served: Served, order: tf.Tensor, epoch: tf.Tensor, batch_size: int
) -> tf.data.Dataset:
    """Batches of what is served in the images' place, a tensor or several, and of the images' indices."""

    def take(at: tf.Tensor) -> Any:
        types = [tf.as_dtype(each.numpy_type) for each in served.tensors]
        # Not stateful, see `in_python`.
        taken = tf.numpy_function(served.take, [at, epoch], types, stateful=False)
        formed = tuple(
            _formed(tensor, (None, *each.shape), tf.as_dtype(each.type))
            for tensor, each in zip(taken, served.tensors, strict=True)
        )
        return formed if len(formed) > 1 else formed[0]

    row = max(1, sum(each.bytes for each in served.tensors))
    # Each call of Python's may wait for what trains to let go of the interpreter, so that one takes several batches.
    at_once = min(_BATCHES_AT_ONCE, max(1, _BYTES_AT_ONCE // (batch_size * row)))
    taken = step_by_step(take, order, batch_size * at_once, in_parallel=True)
    return taken if at_once == 1 else taken.rebatch(batch_size)


def _formed(tensor: tf.Tensor, shape: tuple[int | None, ...], type_: tf.DType) -> tf.Tensor:
    """A tensor from Python with its shape, and its own type where NumPy has none such."""
    tensor = tf.ensure_shape(tensor, shape)
    return tensor if tensor.dtype == type_ else tf.bitcast(tensor, type_)


def in_python(function: Callable[..., Any], argument: tf.Tensor, type_: Any) -> tf.Tensor:
    """What a function of Python makes of a tensor, which hangs on nothing else."""
    # Not stateful, or TensorFlow, being deterministic, would call it for one element at a time.
    return tf.numpy_function(function, [argument], type_, stateful=False)


def mapped(
    dataset: tf.data.Dataset, function: Callable[..., Any], *, in_parallel: bool
) -> tf.data.Dataset:
    """A dataset's elements through a function, in their order; what is cheap takes no threads from training."""
    function = as_it_is(function)
    if not in_parallel:
        return dataset.map(function)
    return dataset.map(function, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)


def as_it_is(function: Callable[..., Any]) -> Any:
    """A function that TensorFlow traces without rewriting its source first, which takes it half a second in all."""
    return tf.autograph.experimental.do_not_convert(function)
