"""Batches of images that are kept decoded: each image is read once, and nothing else changes."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netspec.data.form import ImageForm
from netspec.data.splits import Split
from tests.data.encoded import CountedImages
from tests.data.targets import sole_target

if TYPE_CHECKING:
    from netspec.data.decoded import CachePlace
    from netspec.data.pipeline import Pipeline

pytestmark = pytest.mark.keras

COUNT = 23
FORM = ImageForm(size=(4, 6), channels=3, resize="stretch", training_size=(4, 6))
BOTH = pytest.mark.parametrize("cache", ["memory", "disk"])


def pipeline(cache: CachePlace) -> Pipeline:
    from netspec.data.pipeline import Pipeline

    return Pipeline(batch_size=5, targets=[sole_target()], by_key=False, form=FORM, cache=cache)


def some(images: CountedImages) -> Split:
    """All but the first two."""
    return Split(images, np.arange(2, COUNT))


def numbers(batches: Any) -> list[int]:
    """The number of each picture in the order they came, every pixel of it being that number."""
    seen = []
    for images, labels in batches:
        assert images.dtype == "uint8"
        assert (images == images[:, :1, :1, :1]).numpy().all()
        assert labels.numpy().ravel().tolist() == [int(image[0, 0, 0]) % 3 for image in images]
        seen += [int(image[0, 0, 0]) for image in images]
    return seen


@BOTH
def test_each_image_is_read_once_and_batches_are_as_without_a_cache(cache: CachePlace) -> None:
    images, plain = CountedImages(COUNT), CountedImages(COUNT)

    with_cache = pipeline(cache).training(some(images), epochs=3, seed=1, shuffle=True)
    without = pipeline("off").training(some(plain), epochs=3, seed=1, shuffle=True)

    assert numbers(with_cache) == numbers(without)
    assert images.reads == Counter(range(2, COUNT))
    assert plain.reads == Counter(list(range(2, COUNT)) * 3)


def test_a_pass_that_was_left_is_made_whole_by_the_next() -> None:
    images = CountedImages(COUNT)
    batches = pipeline("memory").evaluation(some(images), keep=True)

    assert numbers(batches.take(1)) == [2, 3, 4, 5, 6]
    assert numbers(batches) == numbers(batches) == list(range(2, COUNT))
    # What was being read when the first pass was left may be read again.
    assert all(images.reads[number] == 1 for number in range(2, 7))
    assert max(images.reads.values()) <= 2


@BOTH
def test_validation_is_kept_where_it_is_asked_for_again(cache: CachePlace) -> None:
    images, batches = CountedImages(COUNT), pipeline(cache)
    kept, read = batches.evaluation(some(images), keep=True), batches.evaluation(some(images))

    for _ in range(3):
        assert numbers(kept) == list(range(2, COUNT))
    assert images.reads == Counter(range(2, COUNT))
    assert numbers(read) == list(range(2, COUNT))
    assert images.reads[2] == 2


def test_an_epoch_in_the_middle_is_as_it_would_be_after_those_before_it() -> None:
    whole = pipeline("memory").training(some(CountedImages(COUNT)), epochs=4, seed=1, shuffle=True)
    images = CountedImages(COUNT)
    rest = pipeline("memory").training(some(images), epochs=4, seed=1, shuffle=True, first_epoch=2)

    assert numbers(rest) == numbers(whole)[2 * (COUNT - 2) :]
    assert images.reads == Counter(range(2, COUNT))


@BOTH
def test_reading_goes_on_in_parallel_in_a_deterministic_run(cache: CachePlace) -> None:
    import tensorflow as tf

    meeting = threading.Barrier(2)

    def meet(index: int) -> None:
        del index
        meeting.wait(timeout=20)

    tf.config.experimental.enable_op_determinism()
    images = CountedImages(6, before=meet)
    split = Split(images, np.arange(6))

    assert len(numbers(pipeline(cache).training(split, epochs=2, seed=1, shuffle=True))) == 12


def test_why_nothing_can_be_kept_any_more_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import tensorflow as tf

    from netspec.data.decoded import DecodedImages

    def full(self: DecodedImages, rows: Any, images: Any) -> None:
        from netspec.data.decoded import _no_room

        self.failure = _no_room("there", OSError(28, "No space left on device"))
        raise self.failure

    monkeypatch.setattr(DecodedImages, "_write", full)
    batches = pipeline("disk")

    with pytest.raises(tf.errors.OpError):
        numbers(batches.training(some(CountedImages(COUNT)), epochs=2, seed=1, shuffle=True))
    assert "No space left" in str(batches.failure)
