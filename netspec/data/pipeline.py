"""Splits to batches: read or gathered in parallel, prefetched, in an order of seed and epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import tensorflow as tf

from netspec.data.batching import as_it_is, from_cache, mapped, one_by_one, step_by_step
from netspec.data.decoded import DecodedImages
from netspec.data.images import ArrayImages, EncodedImages
from netspec.data.partners import Partners
from netspec.data.reading import reader, taker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from netspec.data.batching import Batches
    from netspec.data.decoded import CachePlace
    from netspec.data.form import ImageForm
    from netspec.data.images import Images
    from netspec.data.splits import Split
    from netspec.errors import DataError
    from netspec.spec.labels import LabelEncoding, Target

    _Labels = dict[str, tf.Tensor]

# No output and no label is called this.
_WEIGHT = ""


class Augment(Protocol):
    """What varies training images.

    Attributes:
        mixing: How many of its steps mix an image with another.
    """

    mixing: int

    def augment(
        self,
        images: tf.Tensor,
        labels: dict[str, tf.Tensor],
        *,
        epoch: tf.Tensor,
        keys: tf.Tensor,
        shifts: Sequence[int | tf.Tensor],
    ) -> tuple[tf.Tensor, dict[str, tf.Tensor]]:
        """Images `(batch, height, width, channels)` and what the loss takes, varied.

        Args:
            images: As the pipeline forms them.
            labels: As the losses take them, by the outputs' keys, float32 `(batch, values)` where images are mixed.
            epoch: Counted from 0.
            keys: A number for each image.
            shifts: For each step that mixes, how many rows below an image its partner stands; of the rows only those
                that have one come back.
        """


@dataclass(frozen=True)
class Shard:
    """One of several readers, who together see each image once an epoch.

    Attributes:
        index: Which of them, from 0.
        count: How many there are.
    """

    index: int = 0
    count: int = 1

    def part(self, images: int) -> tuple[int, int]:
        """The places in an epoch's order where its part of so many images begins, and ends."""
        return self.index * images // self.count, (self.index + 1) * images // self.count


_ALL = Shard()


class Pipeline:
    """Makes batches of splits. What several splits are part of is held once."""

    def __init__(
        self,
        *,
        batch_size: int,
        targets: Sequence[Target],
        by_key: bool,
        form: ImageForm,
        cache: CachePlace = "off",
    ) -> None:
        """Begins.

        Args:
            batch_size: Images a batch.
            targets: What each output learns.
            by_key: Whether labels come as a dict by the outputs' keys, else as the one tensor.
            form: The form in which images reach the network.
            cache: Where images of files are kept decoded, from when they are read first.
        """
        self._batch_size = batch_size
        self._targets = targets
        self._by_key = by_key
        self._form = form
        self._cache = cache
        self._held: dict[int, tuple[NDArray[Any], tf.Tensor]] = {}
        # With the indices themselves, so that no others take their place in memory meanwhile.
        self._decoded: dict[Any, tuple[NDArray[Any], DecodedImages]] = {}

    @property
    def failure(self) -> DataError | None:
        """Why decoded images could not be kept; None where all went well."""
        return next((each.failure for _, each in self._decoded.values() if each.failure), None)

    def training(  # noqa: PLR0913 - each has a name
        self,
        split: Split,
        *,
        epochs: int,
        seed: int,
        shuffle: bool,
        augment: Augment | None = None,
        first_epoch: int = 0,
        first_step: int = 0,
        shard: Shard = _ALL,
    ) -> tf.data.Dataset:
        """The epochs' batches, one after another: `ceil(images / batch_size)` of them an epoch.

        The order of an epoch is a function of seed and epoch, whatever the parallelism. The epochs come from one
        stream, so that the next one's first batches are there when the last one ends.

        Args:
            split: The images.
            epochs: The number of the epoch before which it ends, counted from 0.
            seed: The spec's seed.
            shuffle: Whether images come in an order of seed and epoch, else in their own.
            augment: What varies them.
            first_epoch: The number of the epoch with which it begins.
            first_step: The number of the batch in that epoch with which it begins, counted from 0; those before it are
                not read.
            shard: The part of every epoch that is wanted.

        Returns:
            Batches of images `(batch, height, width, channels)`, pixels 0 to 255, and labels of the form: uint8 as
            files and most arrays hold them, float32 where an array holds floats or they were augmented.
        """
        count, indices = len(split), self._tensor(split.indices)
        begin, end = shard.part(count)
        mixing = 0 if augment is None else augment.mixing
        partners = Partners(mixing, self._batch_size, in_circle=shuffle)
        batches = self._batches(split, self._form.training_size, partners.rows)
        labelled = self._labelled(split.images)
        keys = self._tensor(split.images.keys)

        def epoch_of(epoch: tf.Tensor, *, is_first: bool = False) -> tf.data.Dataset:
            if shuffle or mixing:
                order = partners.order(_circle(count, seed, epoch), begin=begin, end=end)
            else:
                order = tf.range(begin, end, dtype=tf.int64)
            if is_first:
                order = order[first_step * partners.rows :]

            def finish(images: tf.Tensor, at: tf.Tensor) -> tuple[Any, ...]:
                labels = labelled(at)
                if augment is not None:
                    shifts = partners.shifts(tf.size(at))
                    images, labels = augment.augment(
                        images, labels, epoch=epoch, keys=tf.gather(keys, at), shifts=shifts
                    )
                return self._for_keras(images, labels)

            taken = batches(tf.gather(indices, order), is_first=is_first)
            return mapped(taken, finish, in_parallel=augment is not None)

        steps = -(-(end - begin) // self._batch_size) * max(0, epochs - first_epoch) - first_step
        return (
            tf.data.Dataset.range(first_epoch, min(first_epoch + 1, epochs))
            .flat_map(as_it_is(lambda epoch: epoch_of(epoch, is_first=True)))
            .concatenate(
                tf.data.Dataset.range(first_epoch + 1, epochs).flat_map(as_it_is(epoch_of))
            )
            .apply(tf.data.experimental.assert_cardinality(max(0, steps)))
            .prefetch(tf.data.AUTOTUNE)
        )

    def evaluation(
        self, split: Split, *, keep: bool = False, shard: Shard = _ALL
    ) -> tf.data.Dataset:
        """The split's batches once, in the order of its indices; forms as in training, never augmented.

        Args:
            split: The images.
            keep: Whether they are kept decoded, because they are asked for again.
            shard: The part of them that is wanted.
        """
        batches = self._batches(split, self._form.size, self._batch_size, keep=keep)
        labelled = self._labelled(split.images)
        begin, end = shard.part(len(split))
        wanted = self._tensor(split.indices)[begin:end]

        def finish(images: tf.Tensor, at: tf.Tensor) -> tuple[Any, ...]:
            return self._for_keras(images, labelled(at))[:2]

        # Each time it is gone through, it is looked at anew what has been kept by then.
        once = tf.data.Dataset.range(1).flat_map(as_it_is(lambda _: batches(wanted)))
        steps = -(-(end - begin) // self._batch_size)
        return (
            mapped(once, finish, in_parallel=False)
            .apply(tf.data.experimental.assert_cardinality(steps))
            .prefetch(tf.data.AUTOTUNE)
        )

    def order(self, split: Split, *, epoch: int, seed: int, shuffle: bool) -> NDArray[np.int64]:
        """Indices of a split's images in the order in which an epoch has them, those that are mixed in left out."""
        if not shuffle:
            return split.indices
        circle = _circle(len(split), seed, tf.constant(epoch, tf.int64))
        shuffled: NDArray[np.int64] = split.indices[circle.numpy()]
        return shuffled

    def _labelled(self, images: Images) -> Callable[[tf.Tensor], _Labels]:
        """A function from images' indices to what the losses take for them, weights among it."""
        labels = {name: self._tensor(each) for name, each in images.labels.items()}
        if images.weights is not None:
            labels[_WEIGHT] = self._tensor(images.weights)
        return lambda at: self._encoded(
            {name: tf.gather(each, at) for name, each in labels.items()}
        )

    def _batches(
        self, split: Split, size: tuple[int, int], batch_size: int, *, keep: bool = True
    ) -> Batches:
        """A function from an order of images to batches of images and indices in that order.

        It is told whether these are the first that are asked for.
        """
        images = split.images
        if isinstance(images, ArrayImages):
            take = taker(images, self._form, size, held=self._tensor)
            is_resized = images.pixels.shape[1:3] != size
            return lambda order, **_: step_by_step(take, order, batch_size, in_parallel=is_resized)
        assert isinstance(images, EncodedImages)  # noqa: S101 - there is no other
        read = reader(images, self._form, size, held=self._tensor)
        if not keep or self._cache == "off" or not len(split):
            return lambda order, **_: one_by_one(read, order).batch(batch_size)
        shape = (*size, self._form.channels)
        # What one stage of training has kept, the next one takes.
        known = self._decoded.get((id(split.indices), size))
        if known is not None:
            batches = from_cache(known[1], read, shape, batch_size)
            return lambda order, **_: batches(order)
        kept = DecodedImages(self._cache, split.indices, images=len(images), shape=shape)
        self._decoded[id(split.indices), size] = split.indices, kept
        return from_cache(kept, read, (*size, self._form.channels), batch_size)

    def _tensor(self, array: NDArray[Any]) -> tf.Tensor:
        # By identity, and with the array itself, so that no other takes its place in memory meanwhile.
        if id(array) not in self._held:
            with tf.device("CPU:0"):
                self._held[id(array)] = array, tf.constant(array)
        return self._held[id(array)][1]

    def _encoded(self, labels: _Labels) -> _Labels:
        """A batch's labels by the outputs' keys, as the losses take them; the images' weights `(batch, 1)` stay."""
        encoded = {
            target.output: _encode(labels[target.label], target.encoding)
            for target in self._targets
        }
        if _WEIGHT in labels:
            encoded[_WEIGHT] = labels[_WEIGHT][:, None]
        return encoded

    def _for_keras(self, images: tf.Tensor, labels: _Labels) -> tuple[Any, ...]:
        """Images, labels, and weights where there are any, as Keras takes them."""
        wanted = {target.output: labels[target.output] for target in self._targets}
        truth = wanted if self._by_key else next(iter(wanted.values()))
        if _WEIGHT not in labels:
            return images, truth
        weights = labels[_WEIGHT][:, 0]
        return images, truth, dict.fromkeys(wanted, weights) if self._by_key else weights


def _circle(images: int, seed: int, epoch: tf.Tensor) -> tf.Tensor:
    """So many images in an epoch's shuffled order: int64 `(images,)`."""
    stream = tf.stack([tf.constant(seed, tf.int64), epoch])
    return tf.random.experimental.stateless_shuffle(tf.range(images, dtype=tf.int64), seed=stream)


def _encode(labels: tf.Tensor, encoding: LabelEncoding) -> tf.Tensor:
    """Labels of a batch as a loss takes them, `(batch, 1)` or `(batch, values)`."""
    if encoding.form == "one_hot":
        return tf.one_hot(labels, encoding.classes)
    if encoding.form == "binary":
        return tf.cast(labels, tf.float32)[:, None]
    return labels[:, None] if encoding.form == "integer" else labels
