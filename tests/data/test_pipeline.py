"""Batches: every image once an epoch, in an order that seed and epoch alone decide."""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np
import pytest

from netspec.data.form import ImageForm
from netspec.data.images import ArrayImages
from netspec.data.splits import Split
from netspec.spec.labels import LabelEncoding, LabelForm

pytestmark = pytest.mark.keras

COUNT = 23
FORM = ImageForm(size=(1, 1), channels=1, resize="stretch", training_size=(1, 1))


def part() -> Split:
    """Images whose only pixel is their number, of a split that leaves the first two out."""
    images = np.arange(COUNT + 2, dtype=np.uint8).reshape(-1, 1, 1, 1)
    labels = (np.arange(COUNT + 2) % 3).astype(np.int64)
    return Split(ArrayImages(images, labels), np.arange(2, COUNT + 2, dtype=np.int64))


def epochs(*, seed: int = 1, count: int = 2, shuffle: bool = True) -> list[list[int]]:
    from netspec.data.pipeline import Pipeline

    pipeline = Pipeline(batch_size=5, labels=LabelEncoding("integer", 3), form=FORM)
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

    batches = Pipeline(batch_size=3, labels=LabelEncoding(form, 3), form=FORM).evaluation(part())
    images, labels = next(iter(batches))

    assert images.dtype == "uint8"
    assert labels.numpy().tolist() == expected


def test_one_unit_gets_zero_and_one() -> None:
    from netspec.data.pipeline import Pipeline

    images = np.zeros((4, 1, 1, 1), np.uint8)
    two = Split(ArrayImages(images, np.array([0, 1, 1, 0])), np.arange(4))
    batches = Pipeline(batch_size=4, labels=LabelEncoding("binary", 2), form=FORM).evaluation(two)

    _, labels = next(iter(batches))

    assert labels.dtype == "float32"
    assert labels.numpy().tolist() == [[0], [1], [1], [0]]
