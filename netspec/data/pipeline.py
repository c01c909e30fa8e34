"""Splits to batches: read or gathered in parallel, prefetched, in an order of seed and epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import tensorflow as tf

from netspec.data.files.decoding import decode, fit
from netspec.data.images import FileImages
from netspec.data.partners import Partners

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from netspec.data.form import ImageForm
    from netspec.data.images import Images
    from netspec.data.splits import Split
    from netspec.spec.labels import LabelEncoding


class Augment(Protocol):
    """What varies training images.

    Attributes:
        mixing: How many of its steps mix an image with another.
    """

    mixing: int

    def augment(
        self,
        images: tf.Tensor,
        labels: tf.Tensor,
        *,
        epoch: tf.Tensor,
        keys: tf.Tensor,
        shifts: Sequence[int | tf.Tensor],
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Images `(batch, height, width, channels)` and what the loss takes, varied.

        Args:
            images: As the pipeline forms them.
            labels: As the loss takes them.
            epoch: Counted from 0.
            keys: A number for each image.
            shifts: For each step that mixes, how many rows below an image its partner stands; of the rows only those
                that have one come back.
        """


class Pipeline:
    """Makes batches of splits. What several splits are part of is held once."""

    def __init__(self, *, batch_size: int, labels: LabelEncoding, form: ImageForm) -> None:
        self._batch_size = batch_size
        self._labels = labels
        self._form = form
        self._held: dict[int, tuple[NDArray[Any], tf.Tensor]] = {}

    def training(
        self,
        split: Split,
        *,
        epochs: int,
        seed: int,
        shuffle: bool,
        augment: Augment | None = None,
    ) -> tf.data.Dataset:
        """All epochs' batches, one after another: `ceil(images / batch_size)` of them an epoch.

        The order of an epoch is a function of seed and epoch, whatever the parallelism. The epochs come from one
        stream, so that the next one's first batches are there when the last one ends.

        Returns:
            Batches of images `(batch, height, width, channels)`, pixels 0 to 255, and labels of the form: uint8 as an
            array holds them, float32 where they were resized or augmented.
        """
        count, indices = len(split), self._tensor(split.indices)
        mixing = 0 if augment is None else augment.mixing
        partners = Partners(mixing, self._batch_size, in_circle=shuffle)
        batches = self._batches(split.images, self._form.training_size, partners.rows)

        def epoch_of(epoch: tf.Tensor) -> tf.data.Dataset:
            order = tf.range(count, dtype=tf.int64)
            if shuffle or mixing:
                stream = tf.stack([tf.constant(seed, tf.int64), epoch])
                circle = tf.random.experimental.stateless_shuffle(order, seed=stream)
                order = partners.order(circle)

            def finish(
                images: tf.Tensor, labels: tf.Tensor, keys: tf.Tensor
            ) -> tuple[tf.Tensor, tf.Tensor]:
                labels = self._encode(labels)
                if augment is None:
                    return images, labels
                shifts = partners.shifts(tf.size(keys))
                return augment.augment(images, labels, epoch=epoch, keys=keys, shifts=shifts)

            return _mapped(
                batches(tf.gather(indices, order)), finish, in_parallel=augment is not None
            )

        return (
            tf.data.Dataset.range(epochs).flat_map(_as_it_is(epoch_of)).prefetch(tf.data.AUTOTUNE)
        )

    def evaluation(self, split: Split) -> tf.data.Dataset:
        """The split's batches once, in the order of its indices; forms as in training, never augmented."""
        batches = self._batches(split.images, self._form.size, self._batch_size)(
            self._tensor(split.indices)
        )
        encoded = _mapped(
            batches, lambda images, labels, _: (images, self._encode(labels)), in_parallel=False
        )
        return encoded.prefetch(tf.data.AUTOTUNE)

    def _batches(
        self, images: Images, size: tuple[int, int], batch_size: int
    ) -> Callable[[tf.Tensor], tf.data.Dataset]:
        """A function from an order of images to batches of images, class indices and keys in that order."""
        labels, keys = self._tensor(images.labels), self._tensor(images.keys)
        if isinstance(images, FileImages):
            read = self._reader(images, size)

            def from_files(order: tf.Tensor) -> tf.data.Dataset:
                return _mapped(
                    tf.data.Dataset.from_tensor_slices(order),
                    lambda index: (read(index), labels[index], keys[index]),
                    in_parallel=True,
                ).batch(batch_size)

            return from_files
        pixels = self._tensor(images.pixels)
        is_resized = images.pixels.shape[1:3] != size

        def from_array(order: tf.Tensor) -> tf.data.Dataset:
            def gather(step: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
                at = order[step * batch_size : (step + 1) * batch_size]
                batch = self._formed(tf.gather(pixels, at), size)
                return batch, tf.gather(labels, at), tf.gather(keys, at)

            steps = -(-tf.size(order, tf.int64) // batch_size)
            return _mapped(tf.data.Dataset.range(steps), gather, in_parallel=is_resized)

        return from_array

    def _reader(
        self, images: FileImages, size: tuple[int, int]
    ) -> Callable[[tf.Tensor], tf.Tensor]:
        """A function from an image's index to its pixels, float32 of the size."""
        form, paths, in_pillow = (
            self._form,
            self._tensor(images.paths),
            self._tensor(images.in_pillow),
        )
        some_in_pillow = bool(images.in_pillow.any())

        def read(index: tf.Tensor) -> tf.Tensor:
            contents = tf.io.read_file(paths[index])
            image = decode(
                contents,
                in_pillow=in_pillow[index] if some_in_pillow else False,
                channels=form.channels,
            )
            return fit(image, size, form.resize)

        return read

    def _formed(self, batch: tf.Tensor, size: tuple[int, int]) -> tf.Tensor:
        """Images of an array in the channels and size that are wanted."""
        own = batch.shape[-1]
        if own != self._form.channels:
            batch = _gray(batch) if own > 1 else tf.repeat(batch, self._form.channels, axis=-1)
        return batch if batch.shape[1:3] == size else fit(batch, size, self._form.resize)

    def _tensor(self, array: NDArray[Any]) -> tf.Tensor:
        # By identity, and with the array itself, so that no other takes its place in memory meanwhile.
        if id(array) not in self._held:
            with tf.device("CPU:0"):
                self._held[id(array)] = array, tf.constant(array)
        return self._held[id(array)][1]

    def _encode(self, labels: tf.Tensor) -> tf.Tensor:
        """Labels `(batch,)` as the loss takes them: `(batch, 1)`, or one-hot `(batch, classes)`."""
        if self._labels.form == "one_hot":
            return tf.one_hot(labels, self._labels.classes)
        if self._labels.form == "binary":
            return tf.cast(labels, tf.float32)[:, None]
        return labels[:, None]


def _mapped(
    dataset: tf.data.Dataset, function: Callable[..., Any], *, in_parallel: bool
) -> tf.data.Dataset:
    """A dataset's elements through a function, in their order; what is cheap takes no threads from training."""
    function = _as_it_is(function)
    if not in_parallel:
        return dataset.map(function)
    return dataset.map(function, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)


def _as_it_is(function: Callable[..., Any]) -> Any:
    """A function that TensorFlow traces without rewriting its source first, which takes it half a second in all."""
    return tf.autograph.experimental.do_not_convert(function)


def _gray(batch: tf.Tensor) -> tf.Tensor:
    """Colours to gray, uint8 to uint8, as Pillow has it, which decodes the same pictures from files.

    Source: `L24` in Pillow's src/libImaging/Convert.c.
    """
    red, green, blue = tf.unstack(tf.cast(batch, tf.int32), axis=-1)
    return tf.cast((red * 19595 + green * 38470 + blue * 7471 + 32768) // 65536, tf.uint8)[
        ..., None
    ]
