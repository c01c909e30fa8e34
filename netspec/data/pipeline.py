"""Splits to batches: read or gathered in parallel, prefetched, in an order of seed and epoch."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import tensorflow as tf

from netspec.data.batching import (
    as_it_is,
    from_cache,
    mapped,
    of_features,
    one_by_one,
    step_by_step,
)
from netspec.data.decoded import DecodedImages
from netspec.data.images import ArrayImages, EncodedImages
from netspec.data.labelling import Labelling
from netspec.data.partners import Partners
from netspec.data.reading import reader, taker

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from netspec.data.batching import Batches
    from netspec.data.decoded import CachePlace
    from netspec.data.features.served import Served
    from netspec.data.form import ImageForm
    from netspec.data.splits import Split
    from netspec.errors import DataError
    from netspec.spec.labels import Target


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
        self._labelling = Labelling(targets, by_key=by_key, held=self._tensor)
        self._form = form
        self._cache = cache
        self._held: dict[int, tuple[NDArray[Any], tf.Tensor]] = {}
        # With the indices themselves, so that no others take their place in memory meanwhile.
        self._decoded: dict[Any, tuple[NDArray[Any], DecodedImages]] = {}

    @property
    def form(self) -> ImageForm:
        """The form in which images reach the network."""
        return self._form

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
        versions: int | None = None,
        features: Served | None = None,
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
            versions: How many epochs vary images each in a way of its own; the next ones do as those did. None: all.
            features: What comes in the images' place, which are not read then, nor varied: it was made of images that
                were. Nothing may mix them.

        Returns:
            Batches of images `(batch, height, width, channels)`, pixels 0 to 255, and labels of the form: uint8 as
            files and most arrays hold them, float32 where an array holds floats or they were augmented. Of features
            batches of the one tensor, or of a tuple of several.
        """
        if features is not None:
            assert augment is None or not augment.mixing  # noqa: S101 - they follow from one image
            augment = None
        count, indices = len(split), self._tensor(split.indices)
        begin, end = shard.part(count)
        mixing = 0 if augment is None else augment.mixing
        partners = Partners(mixing, self._batch_size, in_circle=shuffle)
        known = len(self._decoded)
        if features is None:
            batches = self._batches(split, self._form.training_size, partners.rows)
        is_kept_from_now = len(self._decoded) > known
        labelled = self._labelling.of(split.images)
        keys = self._tensor(split.images.keys)

        def epoch_of(epoch: tf.Tensor, *, is_first: bool = False) -> tf.data.Dataset:
            if shuffle or mixing:
                order = partners.order(_circle(count, seed, epoch), begin=begin, end=end)
            else:
                order = tf.range(begin, end, dtype=tf.int64)
            order = order[tf.where(epoch == first_epoch, first_step * partners.rows, 0) :]

            def finish(images: tf.Tensor, at: tf.Tensor) -> tuple[Any, ...]:
                labels = labelled(at)
                if augment is not None:
                    shifts = partners.shifts(tf.size(at))
                    images, labels = augment.augment(
                        images,
                        labels,
                        epoch=epoch if versions is None else epoch % versions,
                        keys=tf.gather(keys, at),
                        shifts=shifts,
                    )
                return self._labelling.for_keras(images, labels)

            wanted = tf.gather(indices, order)
            if features is not None:
                taken = of_features(features, wanted, epoch, self._batch_size)
            else:
                taken = batches(wanted, is_first=is_first)
            return mapped(taken, finish, in_parallel=augment is not None)

        steps = -(-(end - begin) // self._batch_size) * max(0, epochs - first_epoch) - first_step
        # Tracing takes a while, so all epochs are one function where the first has nothing to keep.
        begins, parts = first_epoch, []
        if is_kept_from_now:
            begins = min(first_epoch + 1, epochs)
            first = tf.data.Dataset.range(first_epoch, begins)
            parts.append(first.flat_map(as_it_is(lambda epoch: epoch_of(epoch, is_first=True))))
        if begins < epochs or not parts:
            parts.append(tf.data.Dataset.range(begins, epochs).flat_map(as_it_is(epoch_of)))
        stream = functools.reduce(tf.data.Dataset.concatenate, parts)
        return stream.apply(tf.data.experimental.assert_cardinality(max(0, steps))).prefetch(
            tf.data.AUTOTUNE
        )

    def evaluation(
        self,
        split: Split,
        *,
        keep: bool = False,
        shard: Shard = _ALL,
        features: Served | None = None,
    ) -> tf.data.Dataset:
        """The split's batches once, in the order of its indices; forms as in training, never augmented.

        Args:
            split: The images.
            keep: Whether they are kept decoded, because they are asked for again.
            shard: The part of them that is wanted.
            features: What comes in the images' place, which are not read then.
        """
        if features is None:
            batches = self._batches(split, self._form.size, self._batch_size, keep=keep)
        else:
            epoch = tf.constant(0, tf.int64)

            def batches(order: tf.Tensor) -> tf.data.Dataset:
                return of_features(features, order, epoch, self._batch_size)

        labelled = self._labelling.of(split.images)
        begin, end = shard.part(len(split))
        wanted = self._tensor(split.indices)[begin:end]

        def finish(images: tf.Tensor, at: tf.Tensor) -> tuple[Any, ...]:
            return self._labelling.for_keras(images, labelled(at))[:2]

        # Each time it is gone through, it is looked at anew what has been kept by then.
        once = tf.data.Dataset.range(1).flat_map(as_it_is(lambda _: batches(wanted)))
        steps = -(-(end - begin) // self._batch_size)
        return (
            mapped(once, finish, in_parallel=False)
            .apply(tf.data.experimental.assert_cardinality(steps))
            .prefetch(tf.data.AUTOTUNE)
        )

    def to_compute(  # noqa: PLR0913 - each has a name
        self,
        split: Split,
        wanted: NDArray[np.int64],
        *,
        epoch: int | None = None,
        augment: Augment | None = None,
        batch_size: int | None = None,
        keep: bool = False,
    ) -> tf.data.Dataset:
        """Some of a split's images once, formed as training forms them, with nothing that is told of them.

        Args:
            split: The images.
            wanted: The indices of those that are wanted, in the order in which they come.
            epoch: The epoch as whose they are varied, counted from 0; None where they are not varied, and formed as for
                evaluation.
            augment: What varies them, which mixes none.
            batch_size: Images a batch; as many as in training without.
            keep: Whether they are kept decoded, because they are asked for again.

        Returns:
            Batches of images `(batch, height, width, channels)` and of their indices, int64 `(batch,)`.
        """
        assert augment is None or not augment.mixing  # noqa: S101 - else they do not follow from one image
        varied = None if epoch is None else augment
        size = self._form.size if varied is None else self._form.training_size
        batches = self._batches(split, size, batch_size or self._batch_size, keep=keep)
        labelled = self._labelling.of(split.images)
        keys, order = self._tensor(split.images.keys), tf.constant(wanted, tf.int64)

        def finish(images: tf.Tensor, at: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            if varied is not None:
                images, _ = varied.augment(
                    images,
                    labelled(at),
                    epoch=tf.constant(epoch, tf.int64),
                    keys=tf.gather(keys, at),
                    shifts=(),
                )
            return images, at

        once = tf.data.Dataset.range(1).flat_map(as_it_is(lambda _: batches(order)))
        return mapped(once, finish, in_parallel=varied is not None).prefetch(tf.data.AUTOTUNE)

    def order(self, split: Split, *, epoch: int, seed: int, shuffle: bool) -> NDArray[np.int64]:
        """Indices of a split's images in the order in which an epoch has them, those that are mixed in left out."""
        if not shuffle:
            return split.indices
        circle = _circle(len(split), seed, tf.constant(epoch, tf.int64))
        shuffled: NDArray[np.int64] = split.indices[circle.numpy()]
        return shuffled

    def _batches(
        self, split: Split, size: tuple[int, int], batch_size: int, *, keep: bool = True
    ) -> Batches:
        """A function from an order of images to batches of images and indices in that order.

        It is told whether these are the first that are asked for.
        """
        images = split.images
        if isinstance(images, ArrayImages):
            take = taker(images, self._form, size, held=self._tensor)
            is_resized = self._form.are_images and images.pixels.shape[1:3] != size
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


def _circle(images: int, seed: int, epoch: tf.Tensor) -> tf.Tensor:
    """So many images in an epoch's shuffled order: int64 `(images,)`."""
    stream = tf.stack([tf.constant(seed, tf.int64), epoch])
    return tf.random.experimental.stateless_shuffle(tf.range(images, dtype=tf.int64), seed=stream)
