"""Whether a network is right as often as its probabilities say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netspec.report.evaluation import CalibrationBinRecord, CalibrationRecord

BINS = 15


def calibration(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], *, bins: int = BINS
) -> CalibrationRecord:
    """The expected and the maximum calibration error, and what they are made of.

    Images are put into bins of equal width by the probability of the class that was named, and in each bin the share of
    right answers is held against the mean of these probabilities. Source: Guo, Pleiss, Sun, Weinberger: On Calibration
    of Modern Neural Networks, ICML 2017, equations 2 to 5, with its 15 bins.

    Args:
        confidence: `(images,)`, the probability of the class that was named, from 0 to 1; at least one.
        right: `(images,)`, whether that class was the true one.
        bins: How many bins.
    """
    edges = np.arange(bins + 1) / bins
    # A bin has its upper edge and not its lower one; 0 itself is in the first.
    which = np.digitize(confidence, edges[1:-1], right=True)
    images = np.bincount(which, minlength=bins)
    records = [
        _bin(low, high, confidence[which == number], right[which == number])
        for number, (low, high) in enumerate(
            zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
        )
    ]
    gaps = np.array([gap(record) for record in records])
    return {
        "error": float((images * gaps).sum() / images.sum()),
        "largest": float(gaps.max()),
        "bins": records,
    }


def gap(record: CalibrationBinRecord) -> float:
    """How far a bin's accuracy lies from its confidence; 0 where it has no image."""
    confidence, accuracy = record["confidence"], record["accuracy"]
    return 0.0 if confidence is None or accuracy is None else abs(accuracy - confidence)


def _bin(
    low: float, high: float, confidence: NDArray[np.float64], right: NDArray[np.bool_]
) -> CalibrationBinRecord:
    return {
        "low": low,
        "high": high,
        "images": len(right),
        "confidence": float(confidence.mean()) if len(right) else None,
        "accuracy": float(right.mean()) if len(right) else None,
    }
