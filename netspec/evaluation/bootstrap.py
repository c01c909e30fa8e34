"""How far an accuracy may lie from the one that other images would give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from netspec.report.evaluation import IntervalRecord

LEVEL = 0.95
SAMPLES = 10_000
# The same answers have the same interval, whoever asks and whenever.
_SEED = 0


def accuracy_interval(
    right: int, images: int, *, level: float = LEVEL, samples: int = SAMPLES
) -> IntervalRecord:
    """The bootstrap percentile interval of an accuracy (Efron 1979, Annals of Statistics 7).

    As many images as were judged are drawn from them with replacement, many times, and the accuracy of each such sample
    is taken. Each image drawn is right with the probability `right / images`, whatever the ones before it, so that how
    many are right in a sample is a draw from the binomial distribution; this is how they are drawn.

    What it cannot say: of answers that are all right, or all wrong, every sample is alike, and the interval has no
    width. It is too narrow where fewer than about ten answers are right or wrong. It tells how far luck with these
    images goes, and nothing of images of another kind.

    Args:
        right: How many images were right.
        images: How many were judged, at least 1.
        level: The share of the samples that lies in the interval.
        samples: How many samples are drawn.
    """
    drawn = np.random.default_rng(_SEED).binomial(images, right / images, size=samples) / images
    outside = (1 - level) / 2
    low, high = np.quantile(drawn, [outside, 1 - outside])
    return {"level": level, "low": float(low), "high": float(high), "samples": samples}
