"""From which epoch on a network learned its images by heart."""

from __future__ import annotations

import math
import random

import pytest

from netspec.report.overfitting import onset_of

FALLING = [2.0 * math.exp(-at / 5) + 0.1 for at in range(20)]
# The lowest is the sixth.
RISING = [0.5 + 0.02 * (at - 5) ** 2 for at in range(20)]


def test_it_begins_after_the_lowest_validation_loss_where_the_training_loss_still_falls() -> None:
    onset = onset_of(FALLING, RISING)
    assert onset is not None
    assert onset.index == 5
    assert onset.rise > 0


@pytest.mark.parametrize(
    ("loss", "val_loss"),
    [
        (FALLING, FALLING),  # both still fall
        (FALLING, [*FALLING[:6], *[FALLING[5]] * 14]),  # it came to rest
        (RISING, RISING),  # training went wrong as a whole
        ([0.5] * 20, RISING),  # nothing was learned any more
        (FALLING[:3], RISING[5:8]),  # too short
        (FALLING[:8], RISING[:8]),  # only two epochs follow the lowest
        ([], []),
        (FALLING, [*RISING[:10], None, *RISING[11:]]),  # an epoch has no number
        (FALLING, [*RISING[:10], math.inf, *RISING[11:]]),
        (FALLING, RISING[:10]),
    ],
    ids=["falls", "rests", "rises", "idle", "short", "late", "none", "null", "infinite", "odd"],
)
def test_there_is_none(loss: list[float | None], val_loss: list[float | None]) -> None:
    assert onset_of(loss, val_loss) is None


def test_one_epoch_that_was_lucky_decides_nothing() -> None:
    lucky = [0.60, 0.55, 0.50, 0.48, 0.47, 0.30, 0.46, 0.46, 0.46, 0.46, 0.45, 0.45]
    assert onset_of(FALLING[:12], lucky) is None


def test_one_epoch_that_was_unlucky_hides_nothing() -> None:
    spoilt = [*RISING]
    spoilt[5], spoilt[12] = 0.9, 0.5
    onset = onset_of(FALLING, spoilt)
    assert onset is not None
    assert abs(onset.index - 5) <= 2


@pytest.mark.parametrize("epochs", [10, 30, 100])
def test_noise_around_a_level_is_seldom_taken_for_it(epochs: int) -> None:
    numbers = random.Random(epochs)  # noqa: S311 - noise
    falling = [2.0 * math.exp(-6 * at / epochs) + 0.1 for at in range(epochs)]
    trials = 300
    taken = sum(
        onset_of(
            falling,
            [
                0.5 + 2 * math.exp(-12 * at / epochs) + numbers.gauss(0, 0.05)
                for at in range(epochs)
            ],
        )
        is not None
        for _ in range(trials)
    )
    assert taken <= trials / 8


def test_a_rise_beyond_the_noise_is_found() -> None:
    numbers = random.Random(1)  # noqa: S311 - noise
    noisy = [value + numbers.gauss(0, 0.03) for value in RISING]
    onset = onset_of(FALLING, noisy)
    assert onset is not None
    assert abs(onset.index - 5) <= 2


def test_a_loss_may_be_below_0() -> None:
    onset = onset_of([value - 5 for value in FALLING], [value - 5 for value in RISING])
    assert onset is not None
    assert onset.index == 5
