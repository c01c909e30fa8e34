"""Batches: every image once an epoch, in an order that seed and epoch alone decide."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netspec.data.form import ImageForm
from netspec.data.images import ArrayImages
from netspec.data.splits import Split
from netspec.spec.labels import LabelEncoding, Target
from netspec.things.labels import LABEL
from tests.data.targets import sole_target

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.spec.labels import LabelForm

pytestmark = pytest.mark.keras

COUNT = 23
FORM = ImageForm(size=(1, 1), channels=1, resize="stretch", training_size=(1, 1))


def part() -> Split:
    """Images whose only pixel is their number, of a split that leaves the first two out."""
    images = np.arange(COUNT + 2, dtype=np.uint8).reshape(-1, 1, 1, 1)
    labels = (np.arange(COUNT + 2) % 3).astype(np.int64)
    return Split(ArrayImages(images, {LABEL: labels}), np.arange(2, COUNT + 2, dtype=np.int64))


def epochs(*, seed: int = 1, count: int = 2, shuffle: bool = True) -> list[list[int]]:
    from netspec.data.pipeline import Pipeline

    pipeline = Pipeline(batch_size=5, targets=[sole_target()], by_key=False, form=FORM)
    batches = pipeline.training(part(), epochs=count, seed=seed, shuffle=shuffle)
    seen = [images.numpy().ravel().tolist() for images, _ in batches]
    assert [len(batch) for batch in seen] == [5, 5, 5, 5, 3] * count
    return [list(chain(*seen[start : start + 5])) for start in range(0, 5 * count, 5)]


def test_every_epoch_has_every_image_once_in_an_order_of_its_own() -> None:
    first, second = epochs()

    assert sorted(first) == sorted(second) == list(range(2, COUNT + 2))
    assert first != second != sorted(second)


def test_the_order_is_a_function_of_seed_and_epoch() -> None:
    assert epochs(seed=1) == epochs(seed=1)
    assert epochs(seed=1) != epochs(seed=2)
    assert epochs(seed=1, count=3)[:2] == epochs(seed=1, count=2)


def test_without_shuffling_the_order_is_the_data_s() -> None:
    assert epochs(shuffle=False) == [list(range(2, COUNT + 2))] * 2


def test_tensorflow_s_own_seed_does_not_enter() -> None:
    import tensorflow as tf

    tf.random.set_seed(1)
    first = epochs()
    tf.random.set_seed(2)

    assert epochs() == first


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("integer", [[2], [0], [1]]),
        ("one_hot", [[0, 0, 1], [1, 0, 0], [0, 1, 0]]),
    ],
)
def test_labels_come_in_the_form_the_loss_takes(form: LabelForm, expected: Any) -> None:
    from netspec.data.pipeline import Pipeline

    batches = Pipeline(
        batch_size=3, targets=[sole_target(form)], by_key=False, form=FORM
    ).evaluation(part())
    images, labels = next(iter(batches))

    assert images.dtype == "uint8"
    assert labels.numpy().tolist() == expected


def test_one_unit_gets_zero_and_one() -> None:
    from netspec.data.pipeline import Pipeline

    images = np.zeros((4, 1, 1, 1), np.uint8)
    two = Split(ArrayImages(images, {LABEL: np.array([0, 1, 1, 0])}), np.arange(4))
    batches = Pipeline(
        batch_size=4, targets=[sole_target("binary", 2)], by_key=False, form=FORM
    ).evaluation(two)

    _, labels = next(iter(batches))

    assert labels.dtype == "float32"
    assert labels.numpy().tolist() == [[0], [1], [1], [0]]


def test_several_outputs_get_their_labels_and_the_images_weights_by_their_keys() -> None:
    from netspec.data.pipeline import Pipeline

    labels = {"kind": np.array([1, 0]), "age": np.array([[2.5], [4.0]], np.float32)}
    images = ArrayImages(np.zeros((2, 1, 1, 1), np.uint8), labels, np.array([0.5, 2], np.float32))
    targets = [
        Target("a", "kind", "class", ("x", "y"), ("x", "y"), LabelEncoding("one_hot", 2)),
        Target("b", "age", "number", ("age",), ("age",), LabelEncoding("numbers", 1)),
    ]
    pipeline = Pipeline(batch_size=2, targets=targets, by_key=True, form=FORM)

    ((_, truth, weights),) = pipeline.training(
        Split(images, np.arange(2)), epochs=1, seed=1, shuffle=False
    )

    assert {key: value.numpy().tolist() for key, value in truth.items()} == {
        "a": [[0, 1], [1, 0]],
        "b": [[2.5], [4]],
    }
    assert {key: value.numpy().tolist() for key, value in weights.items()} == {
        "a": [0.5, 2],
        "b": [0.5, 2],
    }


@pytest.mark.parametrize("kind", ["uint8", "float32", "float64", ">f4"])
@pytest.mark.parametrize("shuffle", [True, False])
def test_an_array_in_a_mapped_file_comes_as_one_in_memory(
    kind: str, shuffle: bool, tmp_path: Path
) -> None:
    from netspec.data.pipeline import Pipeline

    pixels = np.random.default_rng(0).integers(0, 256, (COUNT, 3, 4, 3)).astype(kind)
    np.save(tmp_path / "pixels.npy", pixels)
    mapped = np.load(tmp_path / "pixels.npy", mmap_mode="r")
    labels = {LABEL: np.arange(COUNT) % 3}

    def batches(pixels: Any, size: tuple[int, int]) -> list[Any]:
        form = ImageForm(size=size, channels=3, resize="stretch", training_size=size)
        pipeline = Pipeline(batch_size=5, targets=[sole_target()], by_key=False, form=form)
        split = Split(ArrayImages(pixels, labels), np.arange(1, COUNT))
        return list(pipeline.training(split, epochs=2, seed=1, shuffle=shuffle))

    for size in ((3, 4), (5, 5)):
        native = pixels.astype(pixels.dtype.newbyteorder("="))
        for one, other in zip(batches(mapped[:], size), batches(native, size), strict=True):
            assert one[0].dtype == ("uint8" if kind == "uint8" else "float32")
            assert np.array_equal(one[0], other[0])
            assert np.array_equal(one[1], other[1])


def test_an_array_that_is_too_large_to_be_there_twice_is_not_copied(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from netspec.data import pipeline, reading

    in_one = epochs()
    monkeypatch.setattr(reading, "_LARGEST_COPY", 10)
    monkeypatch.setattr(pipeline.Pipeline, "_tensor", held_unless_pixels(pipeline.Pipeline._tensor))
    assert epochs() == in_one


def held_unless_pixels(held: Any) -> Any:
    def tensor(self: Any, array: Any) -> Any:
        assert array.ndim < 4
        return held(self, array)

    return tensor


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("readers", [2, 3])
def test_several_readers_see_each_image_once_and_together_all(readers: int, shuffle: bool) -> None:
    from netspec.data.pipeline import Pipeline, Shard

    pipeline = Pipeline(batch_size=5, targets=[sole_target()], by_key=False, form=FORM)
    seen: list[list[int]] = [[], []]
    for index in range(readers):
        shard = Shard(index, readers)
        batches = pipeline.training(part(), epochs=2, seed=1, shuffle=shuffle, shard=shard)
        own = list(chain(*(images.numpy().ravel().tolist() for images, _ in batches)))
        assert abs(len(own) / 2 - COUNT / readers) < 1
        seen[0] += own[: len(own) // 2]
        seen[1] += own[len(own) // 2 :]

    assert seen == epochs(shuffle=shuffle)
    none = pipeline.training(part(), epochs=2, seed=1, shuffle=shuffle, shard=Shard(0, COUNT + 5))
    assert list(none) == []
    judged = [pipeline.evaluation(part(), shard=Shard(index, readers)) for index in range(readers)]
    assert [
        number for batches in judged for images, _ in batches for number in images.numpy().ravel()
    ] == list(range(2, COUNT + 2))
