"""MixUp and CutMix: what an image is mixed with, and how, follows from seed, epoch and image alone."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netspec.data.form import ImageForm
from netspec.data.images import ArrayImages
from netspec.data.splits import Split
from netspec.fields import ThingOf
from netspec.things.labels import LABEL
from netspec.things.registries import AUGMENTATIONS
from tests.data.targets import sole_target

if TYPE_CHECKING:
    from netspec.spec.labels import LabelForm

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")
pytestmark = pytest.mark.keras

AUGMENTATION = ThingOf(AUGMENTATIONS)
COUNT, HEIGHT, WIDTH, CLASSES = 23, 9, 11, 4
FLIP, TURN = "RandomFlip", {"RandomRotation": {"factor": 0.2}}
BOTH = ("MixUp", "CutMix")
each = pytest.mark.parametrize("kind", BOTH)
together_are_tried = pytest.mark.skipif(
    "NETSPEC_DRAWS" not in os.environ,
    reason="one after the other both are tried; NETSPEC_DRAWS asks for each by itself too",
)


def pictures(count: int = COUNT) -> Any:
    return np.random.default_rng(0).integers(0, 256, (count, HEIGHT, WIDTH, 3), np.uint8)


def part(count: int = COUNT, classes: int = CLASSES) -> Split:
    labels = np.arange(count, dtype=np.int64) % classes
    return Split(ArrayImages(pictures(count), {LABEL: labels}), np.arange(count, dtype=np.int64))


def stream(  # noqa: PLR0913 - each has a default and a name
    *written: Any,
    batch_size: int = 5,
    shuffle: bool = True,
    seed: int = 1,
    form: LabelForm = "one_hot",
    split: Split | None = None,
    reader: tuple[int, int] = (0, 1),
) -> Any:
    from netspec.data.pipeline import Pipeline, Shard
    from netspec.lowering.augmentation import Augmentation

    size = (HEIGHT, WIDTH)
    return Pipeline(
        batch_size=batch_size,
        targets=[sole_target(form, CLASSES)],
        by_key=False,
        form=ImageForm(size=size, channels=3, resize="stretch", training_size=size),
    ).training(
        split or part(),
        epochs=2,
        seed=seed,
        shuffle=shuffle,
        shard=Shard(*reader),
        augment=Augmentation([AUGMENTATION.read(thing) for thing in written], seed=seed)
        if written
        else None,
    )


def epochs(*written: Any, **how: Any) -> tuple[Any, Any]:
    """Two epochs' images and labels, in the order they came."""
    images, labels = zip(*stream(*written, **how), strict=True)
    return np.concatenate(images), np.concatenate(labels)


@cache
def alone(kind: str) -> tuple[Any, Any]:
    """Two epochs with one augmentation, which several tests look at."""
    return epochs(kind)


@cache
def order() -> Any:
    """The images' numbers in two epochs' orders, by their pixels."""
    numbers = {image.tobytes(): number for number, image in enumerate(pictures())}
    return np.array([numbers[image.tobytes()] for image in epochs()[0]])


def by_image(values: Any, order: Any) -> Any:
    """Both epochs' values, in the images' own order."""
    result = np.empty_like(values)
    for start in (0, COUNT):
        result[start + order[start : start + COUNT]] = values[start : start + COUNT]
    return result


@pytest.mark.parametrize(
    "written",
    [*(pytest.param(kind, marks=together_are_tried) for kind in BOTH), (FLIP, *BOTH, TURN)],
    ids=str,
)
def test_batches_and_order_change_nothing(written: Any) -> None:
    things = (written,) if isinstance(written, str) else written
    images, labels = epochs(*things)

    assert images.shape == (2 * COUNT, HEIGHT, WIDTH, 3)
    assert np.allclose(labels.sum(1), 1)
    for size in (1, 7, 2 * COUNT):
        others = epochs(*things, batch_size=size)
        assert np.array_equal(others[0], images), size
        assert np.array_equal(others[1], labels), size
    for size in (2, COUNT):
        in_own_order = epochs(*things, batch_size=size, shuffle=False)
        assert np.array_equal(in_own_order[0], by_image(images, order())), size
        assert np.array_equal(in_own_order[1], by_image(labels, order())), size


@each
def test_batches_have_the_images_they_would_have_unmixed(kind: str) -> None:
    assert [len(images) for images, _ in stream(kind)] == [5, 5, 5, 5, 3] * 2


@pytest.mark.parametrize("shuffle", [True, False])
def test_readers_who_share_an_epoch_mix_as_one_does(shuffle: bool) -> None:
    images, labels = epochs(*BOTH, shuffle=shuffle)
    readers = [epochs(*BOTH, shuffle=shuffle, reader=(index, 2)) for index in range(2)]
    for epoch in (0, 1):
        shared = []
        for index, mixed in enumerate(readers):
            own = (index + 1) * COUNT // 2 - index * COUNT // 2
            shared.append([each[epoch * own : (epoch + 1) * own] for each in mixed])
        own_images, own_labels = (np.concatenate(each) for each in zip(*shared, strict=True))
        assert np.array_equal(own_images, images[epoch * COUNT : (epoch + 1) * COUNT])
        assert np.array_equal(own_labels, labels[epoch * COUNT : (epoch + 1) * COUNT])


@each
def test_epochs_and_seeds_mix_otherwise(kind: str) -> None:
    images, _ = epochs(kind, shuffle=False)
    assert np.array_equal(epochs(kind, shuffle=False)[0], images)
    assert not np.array_equal(images[:COUNT], images[COUNT:])
    assert not np.array_equal(epochs(kind, shuffle=False, seed=2)[0], images)


def partners() -> Any:
    return np.concatenate([np.roll(order()[:COUNT], -1), np.roll(order()[COUNT:], -1)])


def test_mixup_adds_images_and_labels_in_one_share() -> None:
    images, labels = epochs({"MixUp": {"alpha": 1}})
    pixels = pictures().astype("float32")
    own, other, one_hot = order(), partners(), np.eye(CLASSES, dtype="float32")

    # The share, from the image alone; then everything else from the share.
    away = (pixels[own] - pixels[other]).reshape(2 * COUNT, -1)
    share = ((images - pixels[other]).reshape(2 * COUNT, -1) * away).sum(1) / (away**2).sum(1)
    assert share.min() >= 0
    assert share.max() <= 1
    assert np.std(share) > 0.2
    wide = share[:, None, None, None]
    assert np.allclose(images, wide * pixels[own] + (1 - wide) * pixels[other], atol=1e-2)
    narrow = share[:, None]
    classes = own % CLASSES, other % CLASSES
    expected = narrow * one_hot[classes[0]] + (1 - narrow) * one_hot[classes[1]]
    assert np.allclose(labels, expected, atol=1e-5)


def test_cutmix_puts_a_rectangle_in_and_weighs_labels_by_its_area() -> None:
    images, labels = alone("CutMix")
    pixels, own, other = pictures().astype("float32"), order(), partners()

    sizes = []
    for number, image in enumerate(images):
        cut = (image == pixels[other[number]]).all(-1)
        assert np.array_equal(cut, ~(image == pixels[own[number]]).all(-1))
        rows, columns = np.flatnonzero(cut.any(1)), np.flatnonzero(cut.any(0))
        assert cut.sum() == len(rows) * len(columns)
        sizes.append(cut.mean())
        if own[number] % CLASSES != other[number] % CLASSES:
            share = labels[number, other[number] % CLASSES]
            # The rectangle's edges lie between pixels; a pixel belongs to it by its corner.
            assert abs(share - sizes[-1]) <= (HEIGHT + WIDTH + 1) / (HEIGHT * WIDTH)
    assert min(sizes) == 0
    assert max(sizes) > 0.5


def test_what_stands_before_varies_both_images_by_their_own_keys() -> None:
    """An image's partner is mixed in as it would be if it stood alone."""
    plain = by_image(epochs(FLIP, TURN)[0], order())
    mixed, _ = epochs(FLIP, TURN, {"MixUp": {"alpha": 1e-6}})
    for number, image in enumerate(mixed):
        epoch = number // COUNT * COUNT
        pair = plain[epoch + order()[number]], plain[epoch + partners()[number]]
        assert any(np.allclose(image, one, atol=1e-3) for one in pair)


def test_another_augmentation_changes_neither_partners_nor_shares() -> None:
    assert np.array_equal(epochs("MixUp", TURN)[1], alone("MixUp")[1])
    assert np.array_equal(epochs(TURN, "CutMix")[1], alone("CutMix")[1])


def test_the_second_mixes_with_the_image_after_the_next() -> None:
    """MixUp of MixUp, where shares are all 0 or 1: each image is one of four, and no others."""
    images, _ = epochs({"MixUp": {"alpha": 1e-6}}, {"MixUp": {"alpha": 1e-6}})
    pixels, places = pictures().astype("float32"), set()
    for number, image in enumerate(images):
        epoch, at = divmod(number, COUNT)
        circle = np.roll(order()[epoch * COUNT : (epoch + 1) * COUNT], -at)
        (place,) = [place for place in range(COUNT) if np.allclose(image, pixels[circle[place]])]
        places.add(place)
    assert places == {0, 1, 2, 3}


@each
def test_one_value_for_two_classes_becomes_a_share(kind: str) -> None:
    _, labels = epochs(kind, form="binary", split=part(classes=2))
    assert labels.shape == (2 * COUNT, 1)
    assert labels.min() >= 0
    assert labels.max() <= 1
    assert ((labels > 0.01) & (labels < 0.99)).any()


def test_a_single_image_is_mixed_with_itself() -> None:
    images, labels = epochs(*BOTH, split=part(1))
    expected = pictures(1).astype("float32")
    assert np.allclose(images, np.concatenate([expected] * 2), atol=1e-3)
    assert np.allclose(labels, [[1, 0, 0, 0]] * 2)


@each
def test_it_is_keras_s_layer_that_mixes(kind: str) -> None:
    """A batch whose partners Keras draws, as netspec draws them."""
    from netspec.lowering.augmentation import Augmentation

    step: Any
    (step,) = Augmentation([AUGMENTATION.read(kind)], seed=5)._steps
    drawn: list[Any] = []
    ours = step._layer.get_random_transformation

    def note(*arguments: Any, **named: Any) -> Any:
        drawn.append(ours(*arguments, **named))
        return drawn[-1]

    step._layer.get_random_transformation = note
    images = tf.constant(pictures(), tf.float32)
    labels = tf.one_hot(part().labels(LABEL), CLASSES)
    keys = tf.range(COUNT, dtype=tf.int64)
    rows = step.mix(images, {"head": labels}, tf.constant(0, tf.int64), keys, shift=3)
    mixed = rows[0], rows[1]["head"], rows[2]

    (transformation,) = drawn
    layer = getattr(keras.layers, kind)()
    expected = (
        layer.transform_images(images, transformation),
        layer.transform_labels(labels, transformation),
    )
    assert [len(part) for part in mixed] == [COUNT - 3] * 3
    assert np.array_equal(mixed[0], expected[0][:-3])
    assert np.array_equal(mixed[1], expected[1][:-3])
    assert transformation["permutation_order"].numpy().tolist()[:-3] == list(range(3, COUNT))


def shares_of(each: int, alpha: Any) -> Any:
    from netspec.lowering.drawing import Draws

    draws = Draws(7, tf.constant(3, tf.int64), tf.range(4000, dtype=tf.int64))
    return draws.shares(each, alpha)


function_of_shares = tf.function(shares_of)


def drawn_shares(each: int, alpha: float) -> Any:
    return function_of_shares(each, tf.constant(alpha)).numpy()


@pytest.mark.parametrize("alpha", [1e-6, 0.01, 0.2, 1.0, 3.0, 32.0])
def test_shares_are_those_of_a_beta_distribution(alpha: float) -> None:
    shares = drawn_shares(2, alpha)[:, 0]

    assert np.isfinite(shares).all()
    assert shares.min() >= 0
    assert shares.max() <= 1
    assert abs(shares.mean() - 1 / 2) < 0.03
    assert abs(shares.var() - 1 / (8 * alpha + 4)) < 0.01
    # Of small alphas Keras gets 0.5, as its gamma-distributed numbers do not fit into a float32.
    assert (alpha > 0.01) or (np.abs(shares - 0.5) > 0.49).mean() > 0.9


def test_shares_of_many_make_a_whole() -> None:
    shares = drawn_shares(3, 1.0)
    assert np.allclose(shares.sum(1), 1, atol=1e-6)
    assert np.abs(shares.mean(0) - 1 / 3).max() < 0.02
    assert np.abs(shares.var(0) - 1 / 18).max() < 0.01


def test_a_share_never_changes_from_one_version_to_the_next() -> None:
    assert drawn_shares(3, 0.2)[:2].tolist() == [
        pytest.approx([0.030295146629, 0.000112867361, 0.969591975212], rel=1e-5),
        pytest.approx([0.000064139778, 0.997785925865, 0.002149902750], rel=1e-5),
    ]


def test_evaluation_is_not_mixed() -> None:
    from netspec.data.pipeline import Pipeline

    size = (HEIGHT, WIDTH)
    form = ImageForm(size=size, channels=3, resize="stretch", training_size=size)
    pipeline = Pipeline(
        batch_size=5, targets=[sole_target("one_hot", CLASSES)], by_key=False, form=form
    )
    images, labels = zip(*pipeline.evaluation(part()), strict=True)
    assert np.array_equal(np.concatenate(images), pictures())
    assert set(np.unique(np.concatenate(labels))) == {0, 1}
