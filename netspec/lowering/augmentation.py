"""Augmentations as Keras's own random layers, which draw for each image by itself.

What happens to an image is a function of the spec's seed, the augmentation's kind and its number among those of its
kind, the epoch, and the image's key: not of the batch that the image stands in, nor of what else augments it. What
mixes two images is one of both.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Protocol, cast

import keras
import tensorflow as tf

from netspec.lowering.drawing import BackendOfRows, Draws, DrawsOfOne, hash_rows
from netspec.lowering.seeds import derive_seed
from netspec.things.augmentations.colour import RandomColorJitter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.fields import Thing
    from netspec.things.augmentations.base import Augmentation as AugmentationThing

# These draw or count something once a batch, so each image is given to them as a batch of its own.
_ONCE_A_BATCH = frozenset(
    {"Equalization", "RandomCrop", "RandomElasticTransform", "RandomGaussianBlur"}
)
# RandomColorJitter is these layers one after another; by itself it would draw outside of netspec's sight.
_JITTER = {
    "brightness_factor": "RandomBrightness",
    "contrast_factor": "RandomContrast",
    "saturation_factor": "RandomSaturation",
    "hue_factor": "RandomHue",
}
# RandAugment and AugMix are made of these; an image goes through those that are drawn for it.
_WAYS = (
    "random_shear",
    "random_translation",
    "random_rotation",
    "random_posterization",
    "solarization",
    "auto_contrast",
    "equalization",
)
_WAYS_OF_COLOUR = (
    "random_brightness",
    "random_color_degeneration",
    "random_contrast",
    "random_sharpness",
)


class Augmentation:
    """What varies training images, one step after another.

    Attributes:
        mixing: How many of the steps mix an image with another.
    """

    def __init__(self, things: Sequence[Thing], *, seed: int) -> None:
        """Builds the layers.

        Args:
            things: The spec's augmentations, in their order.
            seed: The spec's seed; an augmentation's own wins.
        """
        self._steps = [
            step
            for thing, base in _numbered(things, seed)
            for step in _steps(cast("AugmentationThing", thing), base)
        ]
        self.mixing = sum(isinstance(step, _Mixing) for step in self._steps)

    def augment(
        self,
        images: tf.Tensor,
        labels: dict[str, tf.Tensor],
        *,
        epoch: tf.Tensor,
        keys: tf.Tensor,
        shifts: Sequence[int | tf.Tensor] = (),
    ) -> tuple[tf.Tensor, dict[str, tf.Tensor]]:
        """A batch, varied.

        Args:
            images: `(batch, height, width, channels)`, uint8 or float32, pixels 0 to 255. Only the batch may be of
                unknown size.
            labels: What each loss takes, `(batch, values)`; float32 where images are mixed.
            epoch: The epoch's number, int64 `()`.
            keys: What each image is known by, int64 `(batch,)`.
            shifts: For each step that mixes, how many rows below an image that one stands which it is mixed with. Of
                the batch only the rows that have one go on.

        Returns:
            float32 `(batch', height', width', channels)`; pixels leave 0 to 255 only where Keras lets them. And the
            labels.
        """
        images = tf.cast(images, tf.float32)
        left = iter(shifts)
        for step in self._steps:
            if isinstance(step, _Mixing):
                images, labels, keys = step.mix(images, labels, epoch, keys, shift=next(left))
            else:
                images = step(images, epoch, keys)
        return images, labels


class _Step(Protocol):
    """What varies images `(batch, height, width, channels)` by themselves, in an epoch, by their keys."""

    def __call__(self, images: tf.Tensor, epoch: tf.Tensor, keys: tf.Tensor) -> tf.Tensor: ...


class _Layer:
    """One Keras layer and the seed of its draws."""

    def __init__(self, layer: Any, *, seed: int) -> None:
        """Takes the layer over: from here on it draws row by row."""
        layer.backend = BackendOfRows(layer.backend)
        self._layer = layer
        self._seed = seed
        self._singly = type(layer).__name__ in _ONCE_A_BATCH

    def __call__(self, images: tf.Tensor, epoch: tf.Tensor, keys: tf.Tensor) -> tf.Tensor:
        if not self._singly:
            return self._transform(images, Draws(self._seed, epoch, keys))
        _, height, width, channels = images.shape
        window = getattr(self._layer, "height", height), getattr(self._layer, "width", width)

        def alone(row: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
            image, key = row[0][None], row[1][None]
            return self._transform(image, DrawsOfOne(self._seed, epoch, key))[0]

        signature = tf.TensorSpec((*window, channels), tf.float32)
        return tf.map_fn(alone, (images, keys), fn_output_signature=signature)

    def _transform(self, images: tf.Tensor, draws: Draws) -> tf.Tensor:
        transformation = self._layer.get_random_transformation(images, training=True, seed=draws)
        return self._layer.transform_images(images, transformation, training=True)


class _Mixing:
    """A Keras layer that mixes images with others."""

    def __init__(self, layer: Any, *, seed: int) -> None:
        """Takes the layer over, as `_Layer` does."""
        layer.backend = BackendOfRows(layer.backend)
        self._layer = layer
        self._seed = seed

    def mix(
        self,
        images: tf.Tensor,
        labels: dict[str, tf.Tensor],
        epoch: tf.Tensor,
        keys: tf.Tensor,
        *,
        shift: int | tf.Tensor,
    ) -> tuple[tf.Tensor, dict[str, tf.Tensor], tf.Tensor]:
        """Images, labels and keys of the rows that have a partner so many rows below, mixed with it."""
        rows = tf.size(keys)
        partners = tf.minimum(tf.range(rows) + shift, rows - 1)
        draws = Draws(self._seed, epoch, keys, partners=partners)
        drawn = self._layer.get_random_transformation(images, training=True, seed=draws)
        mixed = self._layer.transform_images(images, drawn, training=True)
        last = rows - shift
        shares = {
            name: self._layer.transform_labels(each, drawn, training=True)[:last]
            for name, each in labels.items()
        }
        return mixed[:last], shares, keys[:last]


class _Choice:
    """Layers of which every image goes through the one that is chosen for it."""

    def __init__(self, layer: Any, names: Sequence[str], *, seed: int) -> None:
        """Takes a Keras layer's own layers over, by the names of its attributes."""
        self._layers = [
            _Layer(getattr(layer, name), seed=derive_seed(seed, name)) for name in names
        ]

    def __len__(self) -> int:
        return len(self._layers)

    def apply(
        self, images: tf.Tensor, chosen: tf.Tensor, epoch: tf.Tensor, keys: tf.Tensor
    ) -> tf.Tensor:
        """Each image through the layer of its number; through none where there is no such layer.

        Every layer is given its images together, so that an image costs one layer's work and not all layers'.
        """
        kinds = len(self._layers) + 1
        places = tf.dynamic_partition(tf.range(tf.size(keys)), chosen, kinds)
        parts = tf.dynamic_partition(images, chosen, kinds)
        names = tf.dynamic_partition(keys, chosen, kinds)
        done = [
            layer(part, epoch, name)
            for layer, part, name in zip(self._layers, parts, names, strict=False)
        ]
        whole = tf.dynamic_stitch(places, [*done, parts[-1]])
        return tf.ensure_shape(whole, images.shape)


class _RandAugment:
    """Some layers in turn, drawn for each image."""

    def __init__(self, layer: Any, *, seed: int) -> None:
        self._choice = _Choice(layer, _WAYS + _WAYS_OF_COLOUR, seed=seed)
        self._layer = layer
        self._seed = seed

    def __call__(self, images: tf.Tensor, epoch: tf.Tensor, keys: tf.Tensor) -> tf.Tensor:
        turns = self._layer.num_ops
        chosen = Draws(self._seed, epoch, keys).choices(turns, len(self._choice))
        return _in_turn(
            turns,
            lambda turn, images: self._choice.apply(images, chosen[:, turn], epoch, keys),
            images,
        )


class _AugMix:
    """An image, mixed with what some chains of layers make of it; the chains are drawn for each image."""

    def __init__(self, layer: Any, *, seed: int) -> None:
        ways = _WAYS + _WAYS_OF_COLOUR if layer.all_ops else _WAYS
        self._choice = _Choice(layer, ways, seed=seed)
        self._layer = layer
        self._seed = seed

    def __call__(self, images: tf.Tensor, epoch: tf.Tensor, keys: tf.Tensor) -> tf.Tensor:
        chains, depth, alpha = (
            self._layer.num_chains,
            self._layer.chain_depth,
            self._layer.alpha,
        )
        draws = Draws(self._seed, epoch, keys)
        weights = draws.shares(chains, alpha)
        own = draws.shares(2, alpha)[:, 0]
        # One more than there are layers: an image may go through none.
        chosen = tf.reshape(draws.choices(chains * depth, len(self._choice) + 1), (-1, depth))
        # All chains run at once, each image once a chain, known by its key and the chain's number.
        chain = tf.tile(tf.range(chains, dtype=tf.int64), [tf.size(keys)])
        names = tf.stack([tf.repeat(keys, chains), chain], axis=1)

        def onward(turn: tf.Tensor, images: tf.Tensor) -> tf.Tensor:
            turns = tf.fill([tf.size(chain), 1], tf.cast(turn, tf.int64))
            place = hash_rows(tf.concat([names, turns], axis=1))
            return self._choice.apply(images, chosen[:, turn], epoch, place)

        ends = _in_turn(depth, onward, tf.repeat(images, chains, axis=0))
        ends = tf.reshape(ends, (-1, chains, *images.shape[1:]))
        # As Keras's transform_images adds them.
        altered = tf.zeros_like(images)
        for number in range(chains):
            altered += ends[:, number] * weights[:, number, None, None, None]
        own = own[:, None, None, None]
        lower, upper = self._layer.value_range
        return tf.clip_by_value(own * images + (1 - own) * altered, lower, upper)


def _in_turn(turns: int, function: Any, images: tf.Tensor) -> tf.Tensor:
    """Images through a function of a turn's number and images, turn after turn; TensorFlow traces it once."""
    _, result = tf.while_loop(
        lambda turn, _: turn < turns,
        lambda turn, images: (turn + 1, function(turn, images)),
        (tf.constant(0), images),
        parallel_iterations=1,
    )
    return result


def _numbered(things: Sequence[Thing], seed: int) -> Iterator[tuple[Thing, int]]:
    """Each augmentation with a seed made of its kind and its number among those of its kind."""
    met: Counter[str] = Counter()
    for thing in things:
        own = getattr(thing, "seed", None)
        kind = thing.kind()
        yield thing, derive_seed(seed if own is None else own, "augmentation", kind, str(met[kind]))
        met[kind] += 1


def _steps(thing: AugmentationThing, seed: int) -> Iterator[_Step | _Mixing]:
    """The layers that an augmentation is made of: one, but for RandomColorJitter."""
    if isinstance(thing, RandomColorJitter):
        for field, kind in _JITTER.items():
            factor = getattr(thing, field)
            if factor is not None:
                arguments = {"factor": factor, "value_range": thing.value_range}
                own = derive_seed(seed, kind)
                yield _Layer(_layer(kind, arguments, seed=own), seed=own)
        return
    kind = thing.kind()
    fields = {name: getattr(thing, name) for name in type(thing).model_fields if name != "seed"}
    layer = _layer(kind, fields, seed=seed)
    if thing.mixes:
        yield _Mixing(layer, seed=seed)
    elif kind == "RandAugment":
        yield _RandAugment(layer, seed=seed)
    elif kind == "AugMix":
        yield _AugMix(layer, seed=seed)
    else:
        yield _Layer(layer, seed=seed)


def _layer(kind: str, arguments: dict[str, Any], *, seed: int) -> Any:
    """A Keras layer; the kind is the name of a class of netspec's own, from its closed registry."""
    # The format and the dtype are said, because Keras would take them from a file in the user's home.
    settings = {"data_format": "channels_last", "dtype": "float32", "seed": seed}
    return getattr(keras.layers, kind)(**arguments, **settings)
