"""RandAugment and AugMix: Keras's layers on each image, by choices of the image's own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from netspec.fields import ThingOf
from netspec.lowering.seeds import derive_seed
from netspec.things.registries import AUGMENTATIONS

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")
pytestmark = pytest.mark.keras

AUGMENTATION = ThingOf(AUGMENTATIONS)
COUNT, HEIGHT, WIDTH, EPOCH = 40, 9, 11, 3


def images(count: int = COUNT) -> Any:
    pixels = np.random.default_rng(0).integers(0, 256, (count, HEIGHT, WIDTH, 3))
    return tf.constant(pixels, tf.float32)


def step_of(kind: str, fields: dict[str, Any]) -> Any:
    from netspec.lowering.augmentation import Augmentation

    (step,) = Augmentation([AUGMENTATION.read({kind: fields})], seed=5)._steps
    return step


def keys(count: int = COUNT) -> Any:
    return tf.range(count, dtype=tf.int64) * 7 + 3


def varied(step: Any, of: Any = None) -> Any:
    of = images() if of is None else of
    names = keys(len(of))
    return tf.function(lambda of: step(of, tf.constant(EPOCH, tf.int64), names))(of).numpy()


def ways(layer: Any) -> tuple[str, ...]:
    """The names of a Keras layer's own layers, in netspec's order, by which they are drawn."""
    from netspec.lowering.augmentation import _WAYS, _WAYS_OF_COLOUR

    of_keras = (
        layer._augment_layers if isinstance(layer, keras.layers.AugMix) else layer._AUGMENT_LAYERS
    )
    names = _WAYS + _WAYS_OF_COLOUR
    assert sorted(names[: len(of_keras)]) == sorted(of_keras)
    return names[: len(of_keras)]


def drawn(step: Any, name: str, layer: Any, image: Any, key: Any) -> Any:
    """What one of the layers draws for an image, as netspec has it draw."""
    from netspec.lowering.drawing import BackendOfRows, DrawsOfOne

    of_keras = layer.backend
    layer.backend = BackendOfRows(of_keras)
    draws = DrawsOfOne(derive_seed(step._seed, name), tf.constant(EPOCH, tf.int64), key)
    transformation = layer.get_random_transformation(image, training=True, seed=draws)
    layer.backend = of_keras
    return transformation


def assert_close(ours: Any, expected: Any) -> None:
    """TensorFlow rounds otherwise in a graph, and what posterization cuts off can hang on it."""
    assert np.isclose(ours, expected, atol=1e-3).mean() > 0.95


@pytest.mark.parametrize(
    "fields",
    [{"num_ops": 3}, {"factor": [0.2, 0.9], "interpolation": "nearest", "value_range": [-9, 300]}],
    ids=str,
)
def test_rand_augment_is_keras_s_where_a_batch_is_one_image(fields: dict[str, Any]) -> None:
    from netspec.lowering.drawing import Draws

    step, layer = step_of("RandAugment", fields), keras.layers.RandAugment(**fields)
    names = ways(layer)
    result, used = varied(step), set()
    for number, image in enumerate(tf.split(images(), COUNT)):
        key = keys()[number : number + 1]
        draws = Draws(step._seed, tf.constant(EPOCH, tf.int64), key)
        (choices,) = draws.choices(layer.num_ops, len(names)).numpy()
        used |= set(choices.tolist())
        transforms = {
            name: drawn(step, name, getattr(layer, name), image, key) if number in choices else None
            for number, name in enumerate(names)
        }
        expected = image
        for choice in choices:
            name = names[choice]
            expected = getattr(layer, name).transform_images(expected, transforms[name])
        assert_close(result[number], expected[0])
    assert used == set(range(11))


def test_the_way_that_rand_augment_adds_up_is_keras_s_own() -> None:
    """Keras's whole layer, given all that one image draws, does what the test above holds netspec to."""
    from netspec.lowering.drawing import Draws

    step, layer = step_of("RandAugment", {}), keras.layers.RandAugment()
    result = varied(step)
    for number, image in enumerate(tf.split(images()[:6], 6)):
        key = keys()[number : number + 1]
        draws = Draws(step._seed, tf.constant(EPOCH, tf.int64), key)
        transformation = {
            "layer_idxes": draws.choices(2, 11)[0],
            "transforms": {
                name: drawn(step, name, getattr(layer, name), image, key) for name in ways(layer)
            },
        }
        expected = layer.transform_images(image, transformation)
        assert_close(result[number], expected[0])


@pytest.mark.parametrize(
    "fields",
    [
        {"factor": 0.6},
        {"num_chains": 1, "chain_depth": 5, "all_ops": False, "alpha": 0.5},
        {"num_chains": 4, "chain_depth": 1, "value_range": [-9, 300]},
    ],
    ids=str,
)
def test_aug_mix_is_keras_s_where_a_batch_is_one_image(fields: dict[str, Any]) -> None:
    from netspec.lowering.drawing import Draws, hash_rows

    step, layer = step_of("AugMix", fields), keras.layers.AugMix(**fields)
    names = [*ways(layer), None]
    result = varied(step, images(8))
    for number, image in enumerate(tf.split(images(8), 8)):
        key = keys()[number]
        draws = Draws(step._seed, tf.constant(EPOCH, tf.int64), key[None])
        weights = draws.shares(layer.num_chains, layer.alpha)[0]
        own = draws.shares(2, layer.alpha)[0, 0]
        choices = draws.choices(layer.num_chains * layer.chain_depth, len(names))[0].numpy()
        chains: list[list[Any]] = []
        for chain in range(layer.num_chains):
            chains.append([])
            for turn in range(layer.chain_depth):
                name = names[choices[chain * layer.chain_depth + turn]]
                if name is None:
                    continue
                place = hash_rows(tf.stack([key, chain, turn])[None])
                transformation = drawn(step, name, getattr(layer, name), image, place)
                chains[-1].append({"layer_name": name, "transformation": transformation})
        transformation = {
            "chain_mixing_weights": weights,
            "weight_sample": own,
            "chain_transforms": chains,
        }
        expected = layer.transform_images(image, transformation)
        assert_close(result[number], expected[0])


@pytest.mark.parametrize("kind", ["RandAugment", "AugMix"])
def test_the_layers_are_those_of_keras_s_layer(kind: str) -> None:
    fields = {"factor": 0.7, "value_range": [0, 1], "interpolation": "nearest"}
    step = step_of(kind, fields)
    layer = getattr(keras.layers, kind)(**{**fields, "value_range": (0.0, 1.0)})
    assert len(step._choice) == 11
    for name, ours in zip(ways(layer), step._choice._layers, strict=True):
        left_out = {"name", "seed"}
        config, expected = ours._layer.get_config(), getattr(layer, name).get_config()
        assert {k: v for k, v in config.items() if k not in left_out} == {
            k: v for k, v in expected.items() if k not in left_out
        }


def test_images_of_one_batch_go_ways_of_their_own() -> None:
    alike = tf.repeat(images(1), COUNT, axis=0)
    for kind in ("RandAugment", "AugMix"):
        result = varied(step_of(kind, {}), alike)
        assert len({image.tobytes() for image in result}) > COUNT // 2


def test_pixels_out_of_range_are_cut_off_before_they_become_bytes() -> None:
    """What a processor makes of -1 as a byte depends on the number's place in the batch."""
    from netspec.lowering.augmentation import _Layer

    layer = _Layer(keras.layers.RandomPosterization(factor=[8, 8]), seed=1)
    outside = images(3) * 3 - 255
    expected = np.clip(outside, 0, 255).astype(np.uint8)
    assert np.array_equal(layer(outside, tf.constant(0, tf.int64), keys(3)), expected)


def test_an_equalized_image_is_equalized_by_itself() -> None:
    """Keras counts the pixels of a whole batch."""
    from netspec.lowering.augmentation import _Layer

    layer = _Layer(keras.layers.Equalization(), seed=1)
    both = tf.concat([images(1) / 4, images(2)[1:] / 4 + 128], axis=0)
    equalized = layer(both, tf.constant(0, tf.int64), keys(2)).numpy()
    assert equalized.min(axis=(1, 2, 3)).tolist() == [0, 0]
    assert equalized.max(axis=(1, 2, 3)).tolist() == [255, 255]


def test_elastic_images_differ_and_none_is_lost() -> None:
    alike = tf.repeat(images(1), 6, axis=0)
    bent = varied(step_of("RandomElasticTransform", {"factor": [1, 1], "scale": [0.5, 1]}), alike)
    assert len({image.tobytes() for image in bent}) == 6
    still = varied(step_of("RandomElasticTransform", {"scale": 0}), alike)
    assert np.array_equal(still, alike)
    # Keras divides by the scale, which may be drawn as 0; two equal ends make sure that it is.
    least = varied(step_of("RandomElasticTransform", {"factor": [1, 1], "scale": [0, 1e-30]}))
    assert np.isfinite(least).all()
