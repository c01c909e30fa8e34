"""What happens to an image is a function of seed, augmentation, epoch and image, and nothing else."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import textwrap
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from netspec.fields import ThingOf
from netspec.things.registries import AUGMENTATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netspec.lowering.augmentation import Augmentation

keras = pytest.importorskip("keras")
np = pytest.importorskip("numpy")
tf = pytest.importorskip("tensorflow")
pytestmark = pytest.mark.keras

AUGMENTATION = ThingOf(AUGMENTATIONS)
# Fields under which much happens to an image. Sizes are odd, so that no vector of the processor is full.
WRITTEN: dict[str, dict[str, Any]] = {
    "AugMix": {"num_chains": 2, "factor": 0.4},
    "RandAugment": {"num_ops": 3},
    "RandomBrightness": {"factor": 0.4},
    "RandomColorDegeneration": {"factor": 0.4},
    "RandomColorJitter": {
        "brightness_factor": 0.3,
        "contrast_factor": 0.4,
        "saturation_factor": 0.4,
        "hue_factor": 0.4,
    },
    "RandomContrast": {"factor": 0.4},
    "RandomCrop": {"height": 5, "width": 7},
    "RandomElasticTransform": {"factor": [0.7, 1.0]},
    "RandomErasing": {},
    "RandomFlip": {},
    "RandomGaussianBlur": {"kernel_size": 5},
    "RandomGrayscale": {},
    "RandomHue": {"factor": 0.4},
    "RandomInvert": {"factor": 0.5},
    "RandomPerspective": {},
    "RandomPosterization": {"factor": [1, 7]},
    "RandomRotation": {"factor": 0.4},
    "RandomSaturation": {"factor": 0.4},
    "RandomSharpness": {"factor": 1.0},
    "RandomShear": {"x_factor": 0.4, "y_factor": 0.3},
    "RandomTranslation": {"height_factor": 0.4, "width_factor": 0.3},
    "RandomZoom": {"height_factor": 0.4, "width_factor": 0.3},
    "Solarization": {"addition_factor": 0.4, "threshold_factor": 0.6},
}
# What mixes images has tests of its own, in test_mixing.py.
MIXING = {"CutMix", "MixUp"}
COUNT, HEIGHT, WIDTH = 23, 9, 11
EVERYTHING = [{kind: fields} for kind, fields in WRITTEN.items()]
Varied = Any  # an array of images

every_kind = pytest.mark.parametrize("kind", sorted(WRITTEN))
# One of each sort: of one layer, of several, of one image at a time, and those that choose a way for each image.
OF_EACH_SORT = {
    *(
        "RandAugment",
        "RandomBrightness",
        "RandomColorJitter",
        "RandomCrop",
        "RandomElasticTransform",
    ),
    *("RandomErasing", "RandomFlip", "RandomPosterization", "RandomRotation"),
}
one_of_each_sort = pytest.mark.parametrize(
    "kind",
    [
        pytest.param(
            kind,
            marks=pytest.mark.skipif(
                kind not in OF_EACH_SORT and "NETSPEC_DRAWS" not in os.environ,
                reason="one of its sort is tried; NETSPEC_DRAWS asks for all",
            ),
        )
        for kind in sorted(WRITTEN)
    ],
)


def test_every_augmentation_is_looked_at() -> None:
    assert {*WRITTEN, *MIXING} == set(AUGMENTATIONS.names())


def augmentation(*written: dict[str, Any], seed: int = 5) -> Augmentation:
    from netspec.lowering.augmentation import Augmentation

    return Augmentation([AUGMENTATION.read(thing) for thing in written], seed=seed)


def images(*, channels: int = 3, count: int = COUNT) -> Varied:
    random = np.random.default_rng(0)
    return random.integers(0, 256, (count, HEIGHT, WIDTH, channels), dtype=np.uint8)


def keys(count: int = COUNT) -> Any:
    return np.arange(count, dtype=np.int64) * 7 + 3


def traced(of: Augmentation, *, channels: int = 3, dtype: str = "uint8") -> Any:
    """As tf.data runs it: a graph, for batches of any number of images."""
    return tf.function(
        lambda images, epoch, keys: of.augment(images, keys, epoch=epoch, keys=keys)[0],
        input_signature=[
            tf.TensorSpec((None, HEIGHT, WIDTH, channels), dtype),
            tf.TensorSpec((), tf.int64),
            tf.TensorSpec((None,), tf.int64),
        ],
    )


@cache
def function_of(written: str, *, seed: int, channels: int) -> Any:
    """Tracing takes longer than everything else here."""
    return traced(augmentation(*json.loads(written), seed=seed), channels=channels)


def varied(*written: dict[str, Any], seed: int = 5, epoch: int = 0, of: Any = None) -> Varied:
    batch = images() if of is None else of
    function = function_of(json.dumps(written), seed=seed, channels=batch.shape[-1])
    return function(batch, epoch, keys(len(batch))).numpy()


def in_parts(function: Callable[..., Any], order: Sequence[int], sizes: Sequence[int]) -> Varied:
    """The whole set's images, varied in another order and in batches of other sizes."""
    assert sum(sizes) == len(order)
    pictures, names, parts = images(), keys(), []
    for size in sizes:
        chosen, order = order[:size], order[size:]
        parts.append((chosen, function(pictures[chosen], 0, names[chosen]).numpy()))
    together = np.empty((COUNT, *parts[0][1].shape[1:]), np.float32)
    for chosen, part in parts:
        together[chosen] = part
    return together


@pytest.mark.parametrize("written", [*EVERYTHING, "all"], ids=str)
def test_a_batch_s_order_and_size_change_nothing(written: Any) -> None:
    things = EVERYTHING if written == "all" else [written]
    function = function_of(json.dumps(things), seed=5, channels=3)

    whole = function(images(), 0, keys()).numpy()

    for seed, sizes in ((1, (1, 2, 4, 16)), (2, (8, 8, 7)), (3, (1,) * COUNT)):
        order = np.random.default_rng(seed).permutation(COUNT)
        assert np.array_equal(in_parts(function, order, sizes), whole), sizes


@every_kind
def test_images_differ_in_what_happens_to_them_and_epochs_and_seeds_too(kind: str) -> None:
    alike = np.repeat(images(count=1), COUNT, axis=0)
    first = varied({kind: WRITTEN[kind]}, of=alike)

    assert len({image.tobytes() for image in first}) > 1
    for other in (
        varied({kind: WRITTEN[kind]}, of=alike, epoch=1),
        varied({kind: WRITTEN[kind]}, of=alike, seed=6),
    ):
        assert not np.array_equal(other, first)
    assert np.array_equal(varied({kind: WRITTEN[kind]}, of=alike), first)


@one_of_each_sort
def test_an_augmentation_before_or_after_changes_no_draw(kind: str) -> None:
    other = "RandomShear" if kind == "RandomBrightness" else "RandomBrightness"
    nothing: dict[str, Any] = (
        {"RandomShear": {}} if other == "RandomShear" else {other: {"factor": 0}}
    )
    alone = varied({kind: WRITTEN[kind]})

    assert np.array_equal(varied(nothing, {kind: WRITTEN[kind]}), alone)
    assert np.array_equal(varied({kind: WRITTEN[kind]}, nothing), alone)


def test_augmentations_follow_one_another_in_their_order() -> None:
    first: dict[str, Any] = {"RandomBrightness": {"factor": [0.2, 0.6]}}
    second: dict[str, Any] = {"RandomInvert": {"factor": 1.0}}
    batch, names = images().astype("float32"), keys()

    def through(*written: dict[str, Any]) -> Varied:
        varied = batch
        for thing in written:
            varied, _ = augmentation(thing).augment(varied, {}, epoch=np.int64(0), keys=names)
        return np.asarray(varied)

    assert np.array_equal(varied(first, second), through(first, second))
    assert np.array_equal(varied(second, first), through(second, first))
    assert not np.array_equal(varied(first, second), varied(second, first))


def test_a_flip_changes_no_angle() -> None:
    white = np.full((COUNT, HEIGHT, WIDTH, 1), 255, np.uint8)
    turn = {"RandomRotation": {"factor": 0.4, "fill_mode": "constant"}}
    turned = varied(turn, of=white)
    assert len({image.tobytes() for image in turned}) == COUNT
    assert np.array_equal(varied({"RandomFlip": {}}, turn, of=white), turned)


def test_the_second_of_a_kind_draws_otherwise_than_the_first() -> None:
    shift = {"RandomTranslation": {"height_factor": 0.4, "width_factor": 0, "fill_mode": "wrap"}}
    still = {"RandomTranslation": {"height_factor": 0, "width_factor": 0}}
    assert np.array_equal(varied(shift, still), varied(shift))
    assert not np.array_equal(varied(still, shift), varied(shift))


def test_an_own_seed_replaces_the_spec_s() -> None:
    own = {"RandomRotation": {"factor": 0.4, "seed": 5}}
    assert np.array_equal(varied(own, seed=99), varied({"RandomRotation": {"factor": 0.4}}, seed=5))


def test_two_kinds_of_one_seed_do_not_draw_alike() -> None:
    """Each changes an image where its first draw is below a half."""
    alike = np.repeat(images(count=1), COUNT, axis=0)
    flipped = varied({"RandomFlip": {"seed": 1}}, of=alike)
    gray = varied({"RandomGrayscale": {"seed": 1}}, of=alike)
    changed = [np.any(many != alike, axis=(1, 2, 3)) for many in (flipped, gray)]
    assert not np.array_equal(*changed)


def test_the_key_decides_and_not_the_place() -> None:
    function = function_of(json.dumps(EVERYTHING), seed=5, channels=3)
    pictures = np.repeat(images(count=1), 4, axis=0)
    result = function(pictures, 0, np.array([8, 2, 8, 3], np.int64)).numpy()
    assert np.array_equal(result[0], result[2])
    assert not np.array_equal(result[0], result[1])
    assert not np.array_equal(result[1], result[3])


def test_keys_and_epochs_may_be_as_large_as_int64() -> None:
    function = traced(augmentation({"RandomRotation": {"factor": 0.4}}))
    many = np.array([0, 1, 2**32, 2**32 + 1, 2**63 - 1, -1], np.int64)
    alike = np.repeat(images(count=1), len(many), axis=0)
    results = [function(alike, epoch, many).numpy() for epoch in (0, 2**40)]
    assert len({image.tobytes() for result in results for image in result}) == 2 * len(many)


def test_tf_data_in_parallel_gives_the_same_in_every_batch_size() -> None:
    function = function_of(json.dumps(EVERYTHING), seed=5, channels=3)
    pictures, names = images(), keys()
    expected = function(pictures, 2, names).numpy()
    data = tf.data.Dataset.from_tensor_slices((pictures, names))
    ways: tuple[tuple[int, int | None], ...] = ((3, 8), (COUNT, None))
    if "NETSPEC_DRAWS" in os.environ:  # each takes a second to be made
        ways = (*ways, (4, 1), (6, tf.data.AUTOTUNE))
    for size, workers in ways:
        batches = data.batch(size).map(
            lambda images, keys: function(images, tf.constant(2, tf.int64), keys),
            num_parallel_calls=workers,
        )
        assert np.array_equal(np.concatenate([batch.numpy() for batch in batches]), expected)


@pytest.mark.parametrize("written", EVERYTHING, ids=str)
def test_the_graph_keeps_no_state(written: dict[str, Any]) -> None:
    from tensorflow.python.framework import op_def_registry

    function = function_of(json.dumps([written]), seed=5, channels=3)
    graph = function.get_concrete_function().graph.as_graph_def()
    nodes = [*graph.node, *(node for inner in graph.library.function for node in inner.node_def)]
    # What a graph calls that it defines itself has been looked into.
    operations = {node.op: op_def_registry.get(node.op) for node in nodes}
    assert [name for name, known in operations.items() if known and known.is_stateful] == []
    assert "Fingerprint" in operations


@one_of_each_sort
def test_bytes_and_floats_give_the_same_floats(kind: str) -> None:
    layers, pictures = augmentation({kind: WRITTEN[kind]}), images()
    of_bytes = function_of(json.dumps([{kind: WRITTEN[kind]}]), seed=5, channels=3)(
        pictures, 0, keys()
    )
    of_floats = traced(layers, dtype="float32")(pictures.astype("float32"), 0, keys())
    assert of_bytes.dtype == of_floats.dtype == tf.float32
    assert np.array_equal(of_bytes, of_floats)


@every_kind
def test_images_of_one_channel_are_varied_too(kind: str) -> None:
    layers = augmentation({kind: WRITTEN[kind]})
    if AUGMENTATION.read({kind: WRITTEN[kind]}).colour_fields():
        return
    assert traced(layers, channels=1)(images(channels=1), 0, keys()).shape[-1] == 1


@every_kind
def test_pixels_stay_within_their_range(kind: str) -> None:
    result = varied({kind: WRITTEN[kind]})
    assert np.isfinite(result).all()
    assert result.min() >= -1e-3
    assert result.max() <= 255 + 1e-3


def test_strong_colours_stay_within_0_to_255_where_saturations_are_cut_at_1() -> None:
    """Keras cuts saturations, which are 0 to 1, to the range of the pixels."""
    assert varied({"RandomSaturation": {"factor": [0.5, 0.9]}}).min() < -1
    cut = varied({"RandomSaturation": {"factor": [0.5, 0.9], "value_range": [0, 1]}})
    assert cut.min() >= -1e-3


def test_no_augmentation_gives_the_pixels_as_floats() -> None:
    assert np.array_equal(varied(), images().astype("float32"))


def test_only_crops_change_the_size() -> None:
    crops = [{"RandomCrop": {"height": 8, "width": 9}}, {"RandomCrop": {"height": 5, "width": 7}}]
    assert traced(augmentation(*crops)).get_concrete_function().output_shapes == (None, 5, 7, 3)
    assert varied(*crops).shape == (COUNT, 5, 7, 3)


def test_every_image_is_cropped_at_a_place_of_its_own() -> None:
    picture = np.arange(HEIGHT * WIDTH, dtype=np.float32).reshape(1, HEIGHT, WIDTH, 1)
    layers = augmentation({"RandomCrop": {"height": 7, "width": 8}})
    many = np.repeat(picture, 200, axis=0)
    result = traced(layers, channels=1, dtype="float32")(many, 0, keys(200)).numpy()
    corners = {int(image[0, 0, 0]) for image in result}
    assert corners == {row * WIDTH + column for row in range(3) for column in range(4)}
    assert all(
        np.array_equal(image[..., 0], image[0, 0, 0] + picture[0, :7, :8, 0]) for image in result
    )


class Recorder:
    """Draws that are known beforehand, for Keras's layer and for netspec's alike."""

    def __init__(self) -> None:
        self.random = np.random.default_rng(3)

    def uniform(self, shape: Any, minval: Any = 0.0, maxval: Any = 1.0, **_: Any) -> Any:
        drawn = self.random.uniform(minval, maxval, tuple(int(size) for size in shape))
        return tf.constant(drawn, tf.float32)


def test_a_jitter_is_keras_s_four_layers_in_keras_s_order() -> None:
    from netspec.lowering.augmentation import _JITTER

    layer = keras.layers.RandomColorJitter(**WRITTEN["RandomColorJitter"])
    ours = augmentation({"RandomColorJitter": WRITTEN["RandomColorJitter"]})
    pictures = tf.constant(images(), tf.float32)
    # Keras's own jitter, drawing from a recorder; then netspec's steps from another.
    draws = Recorder()
    parts = [getattr(layer, f"random_{field.removesuffix('_factor')}") for field in _JITTER]
    for part in (layer, *parts):
        part.backend = WithRandom(part.backend, draws)
    expected = layer.transform_images(pictures, None, training=True)

    draws, result = Recorder(), pictures
    steps: list[Any] = list(ours._steps)
    for step in steps:
        step._layer.backend = WithRandom(step._layer.backend._of_keras, draws)
        drawn = step._layer.get_random_transformation(result, training=True, seed=1)
        result = step._layer.transform_images(result, drawn, training=True)

    assert [type(step._layer) for step in steps] == [type(part) for part in parts]
    assert np.array_equal(result, expected)


class WithRandom:
    def __init__(self, backend: Any, random: Recorder) -> None:
        self.of_keras, self.random = backend, random

    def __getattr__(self, name: str) -> Any:
        return getattr(self.of_keras, name)


@pytest.mark.parametrize("kind", sorted({*WRITTEN} - {"RandomColorJitter"}))
def test_a_layer_is_keras_s_with_the_fields_of_the_spec(kind: str) -> None:
    step: Any
    (step,) = augmentation({kind: WRITTEN[kind]})._steps
    expected = getattr(keras.layers, kind)(**WRITTEN[kind])
    left_out = {"name", "seed"}
    config, other = step._layer.get_config(), expected.get_config()
    assert type(step._layer) is type(expected)
    assert {k: v for k, v in config.items() if k not in left_out} == {
        k: v for k, v in other.items() if k not in left_out
    }


def test_draws_are_even_and_independent() -> None:
    from netspec.lowering.drawing import Draws, RandomOfRows

    count = 20_000
    draws = Draws(7, tf.constant(3, tf.int64), tf.range(count, dtype=tf.int64))
    random = RandomOfRows()
    first, second = (random.uniform((count, 2), seed=draws).numpy() for _ in range(2))
    columns = np.concatenate([first, second], axis=1)

    assert columns.min() >= 0
    assert columns.max() < 1
    assert np.abs(columns.mean(0) - 1 / 2).max() < 0.01
    assert np.abs(columns.var(0) - 1 / 12).max() < 0.01
    assert np.abs(np.corrcoef(columns.T) - np.eye(4)).max() < 0.03
    assert abs(np.corrcoef(columns[1:, 0], columns[:-1, 0])[0, 1]) < 0.03  # neighbours' keys
    whole = random.randint((count,), 2, 7, dtype="uint8", seed=draws).numpy()
    assert np.abs(np.bincount(whole, minlength=8) / count - [0, 0, *[0.2] * 5, 0]).max() < 0.02
    few = Draws(7, tf.constant(3, tf.int64), tf.range(50, dtype=tf.int64))
    noise = random.normal((50, 20, 20, 1), dtype="float32", seed=few).numpy()
    assert abs(float(np.std(noise)) - 1) < 0.02
    assert len({float(image[0, 0, 0]) for image in noise}) == 50


def test_a_draw_never_changes_from_one_version_to_the_next() -> None:
    from netspec.lowering.drawing import Draws, RandomOfRows

    draws = Draws(42, tf.constant(1, tf.int64), tf.constant([0, 1], tf.int64))
    drawn = RandomOfRows().uniform((2, 2), seed=draws).numpy().tolist()
    assert drawn == [
        [0.8410407304763794, 0.7991649508476257],
        [0.6864122152328491, 0.17712122201919556],
    ]


def test_another_process_gives_the_same_under_op_determinism() -> None:
    """In a process of its own: the setting cannot be taken back."""
    script = """
        import hashlib, tensorflow as tf
        tf.config.experimental.enable_op_determinism()
        tf.random.set_seed(123)
        from tests.lowering.test_augmentation import EVERYTHING, augmentation, images, keys, traced
        result = traced(augmentation(*EVERYTHING))(images(), 0, keys()).numpy()
        print(hashlib.sha256(result.tobytes()).hexdigest())
    """
    answer = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], check=True, capture_output=True, text=True
    )
    assert answer.stdout.split()[-1] == hashlib.sha256(varied(*EVERYTHING).tobytes()).hexdigest()
