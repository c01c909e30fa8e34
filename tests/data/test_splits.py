"""Held-out images are stratified, apart from the rest, and a function of the seed."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from netspec.data.counts import SplitCounts
from netspec.data.images import ArrayImages, Images
from netspec.data.splits import hold_out, split

LABELS = np.repeat(np.arange(5), [40, 30, 20, 9, 1]).astype(np.int64)


def given_splits(train: int = 100, test: int = 20) -> dict[str, Images]:
    return {
        "train": ArrayImages(np.zeros((train, 2, 2, 1), np.uint8), np.arange(train) % 5),
        "test": ArrayImages(np.ones((test, 2, 2, 1), np.uint8), np.arange(test) % 5),
    }


@given(count=st.integers(1, 99), seed=st.integers(0, 2**31 - 1))
def test_what_is_held_out_and_what_is_left_make_the_whole(count: int, seed: int) -> None:
    rest, held = hold_out(np.arange(100), LABELS, count, seed=[seed])

    assert len(held) == count
    assert sorted([*rest, *held]) == list(range(100))
    shares = np.bincount(LABELS[held], minlength=5)
    expected = np.bincount(LABELS) * count / 100
    assert np.all(np.abs(shares - expected) < 1)


def test_the_same_seed_holds_out_the_same_and_another_seed_others() -> None:
    first, same, other = (
        hold_out(np.arange(100), LABELS, 20, seed=[seed])[1].tolist() for seed in (1, 1, 2)
    )

    assert first == same != other


def test_splits_have_the_planned_sizes_and_share_no_training_image() -> None:
    counts = SplitCounts(70, 20, 10, held_for_validation=20, held_for_test=10)

    splits = split(given_splits(), counts, seed=3)

    assert {name: len(part) for name, part in splits.items()} == {
        "train": 70,
        "validation": 20,
        "test": 10,
    }
    indices = np.concatenate([part.indices for part in splits.values()])
    assert len(np.unique(indices)) == 100
    assert np.bincount(splits["validation"].labels).tolist() == [4] * 5


def test_the_given_test_split_serves_validation_and_test_alike() -> None:
    counts = SplitCounts(100, 20, 20, validation_from="test", test_from="test")
    given_images = given_splits()

    splits = split(given_images, counts, seed=3)

    assert splits["validation"].images is splits["test"].images is given_images["test"]
    assert len(splits["train"]) == 100


def test_a_limit_takes_each_class_in_proportion() -> None:
    splits = split(given_splits(), SplitCounts(50, 0, 10, test_from="test"), seed=3)

    assert np.bincount(splits["train"].labels).tolist() == [10] * 5
    assert "validation" not in splits
