"""What is said of an evaluation's numbers is no more than they tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netspec.report.evaluation_words import figures_in_words

if TYPE_CHECKING:
    from netspec.report.evaluation import ClassFigures, ClassRecord


def classes(images: int) -> list[ClassRecord]:
    half = images // 2
    return [
        {"label": label, "images": count, "predicted": 0, "precision": None, "recall": None}
        for label, count in (("a", half), ("b", images - half))
    ]


def figures(right: int, images: int) -> ClassFigures:
    share = right / images
    interval = {"level": 0.95, "low": share / 2, "high": share, "samples": 10_000}
    return {"accuracy": share, "interval": interval}  # type: ignore[typeddict-item]


def test_the_accuracy_has_its_interval() -> None:
    assert figures_in_words(figures(800, 1000), classes(1000)) == [
        "accuracy 0.8000; 0.4000 to 0.8000 in 95% of samples of these images"
    ]


@pytest.mark.parametrize(
    ("right", "images", "said"),
    [
        # The rule of three: about 3 / 1000.
        (1000, 1000, "all 1,000 are right; of other images up to 0.30% may still be wrong"),
        (5, 5, "all 5 are right; of other images up to 45.07% may still be wrong"),
        (0, 1, "the one image is wrong; of other images up to 95.00% may still be right"),
        (0, 36, "none of 36 is right; of other images up to 7.98% may still be right"),
        (997, 1000, "only 3 are wrong: the interval is rough"),
        (999, 1000, "only 1 is wrong: the interval is rough"),
        (9, 1000, "only 9 are right: the interval is rough"),
        (3, 6, "only 3 are right: the interval is rough"),
    ],
)
def test_of_few_images_it_says_what_that_is_worth(right: int, images: int, said: str) -> None:
    told = figures_in_words(figures(right, images), classes(images))

    assert told[-1] == said
    # An interval without width says nothing.
    assert len(told) == (2 if 0 < right < images else 1)


@pytest.mark.parametrize(
    ("confidence", "said"),
    [
        (0.9, "; on average 0.2000 surer than right"),
        (0.6, "; on average 0.1000 less sure than right"),
        (0.702, ""),
    ],
)
def test_calibration_says_which_way_it_leans(confidence: float, said: str) -> None:
    one: ClassFigures = {
        "calibration": {
            "error": 0.25,
            "largest": 0.5,
            "bins": [
                {"low": 0, "high": 0.5, "images": 0, "confidence": None, "accuracy": None},
                {"low": 0.5, "high": 1, "images": 10, "confidence": confidence, "accuracy": 0.7},
            ],
        }
    }
    assert figures_in_words(one, classes(10)) == [
        f"calibration error 0.2500, largest gap 0.5000{said}"
    ]


def test_a_largest_gap_of_few_images_is_said_to_be_of_few() -> None:
    one: ClassFigures = {
        "calibration": {
            "error": 0.0,
            "largest": 1.0,
            "bins": [
                {"low": 0, "high": 0.5, "images": 1, "confidence": 0.0, "accuracy": 1.0},
                {"low": 0.5, "high": 1, "images": 999, "confidence": 0.9, "accuracy": 0.9},
            ],
        }
    }
    assert figures_in_words(one, classes(1000)) == [
        "calibration error 0.0000, largest gap 1.0000 (of 1 image)"
    ]


def test_a_network_that_gives_no_numbers_is_named_first() -> None:
    few = figures_in_words({**figures(800, 1000), "no_numbers": 2}, classes(1000))
    assert few[0] == "the network gives no numbers for 2 of 1,000 images; they count as wrong"
    (all_of_them,) = figures_in_words({**figures(0, 4), "no_numbers": 4}, classes(4))
    assert all_of_them == "the network gives no numbers for any of 4 images: its training failed"


def test_of_an_older_netspec_s_evaluation_nothing_is_said() -> None:
    assert figures_in_words({}, classes(4)) == []
