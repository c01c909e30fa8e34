"""The interval of an accuracy is that of resampled images, and the same every time."""

from __future__ import annotations

import math

import numpy as np
import pytest

from netspec.evaluation.bootstrap import accuracy_interval


def test_the_same_answers_have_the_same_interval() -> None:
    assert accuracy_interval(8_765, 10_000) == accuracy_interval(8_765, 10_000)


@pytest.mark.parametrize(("right", "images"), [(870, 1000), (50, 100), (9_300, 10_000)])
def test_of_many_images_it_is_the_normal_one(right: int, images: int) -> None:
    share = right / images
    half = 1.96 * math.sqrt(share * (1 - share) / images)
    interval = accuracy_interval(right, images)
    assert interval["low"] == pytest.approx(share - half, abs=0.1 * half)
    assert interval["high"] == pytest.approx(share + half, abs=0.1 * half)


def test_drawing_how_many_are_right_is_drawing_the_images_themselves() -> None:
    answers = np.array([True] * 30 + [False] * 10)
    random = np.random.default_rng(5)
    shares = random.choice(answers, (10_000, 40)).mean(axis=1)
    interval = accuracy_interval(30, 40)
    assert interval["low"] == pytest.approx(np.quantile(shares, 0.025), abs=0.026)
    assert interval["high"] == pytest.approx(np.quantile(shares, 0.975), abs=0.026)


@pytest.mark.parametrize("right", [0, 5])
def test_where_all_answers_are_alike_it_has_no_width(right: int) -> None:
    interval = accuracy_interval(right, 5)
    assert interval["low"] == interval["high"] == right / 5


def test_it_says_how_it_was_made() -> None:
    interval = accuracy_interval(1, 2, level=0.9, samples=50)
    assert (interval["level"], interval["samples"]) == (0.9, 50)
