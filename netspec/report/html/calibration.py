"""Whether a network is right as often as it says, as a diagram and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.report.html import page
from netspec.report.html.curves import Part
from netspec.report.html.document import Absent
from netspec.report.html.markup import element, join
from netspec.report.html.said import count, percent, plural

if TYPE_CHECKING:
    from netspec.report.html.judged import Bin, Calibration

# Below this expected error probabilities are good on the whole; they may be taken as they are if no bin is off by more
# than the second number, and they are not mostly too high, or too low, by more than the third.
_GOOD, _FAR, _LEANING = 0.05, 0.15, 0.02
_LABEL = "How often it is right, by the probability that it gives; on the dashed line it is right as often as it says"


def calibration(name: str, told: Calibration | Absent) -> Part:
    """The diagram, a sentence, and the bins as a table.

    Args:
        name: An id of its own.
        told: What is known.
    """
    if isinstance(told, Absent):
        return Part(page.absent("No calibration", told.why, told.todo), {})
    rows = [
        [
            f"{percent(each.low)} to {percent(each.high)}",
            count(each.images),
            percent(each.confidence),
            percent(each.accuracy),
        ]
        for each in told.bins
        if each.images
    ]
    titles = ["probability", "images", "mean probability", "right"]
    body = join(
        element("p", sentence(told)),
        page.chart(
            name,
            label=_LABEL,
            kind="calibration",
            height=340,
        ),
        page.folded("Table of bins", page.table(titles, rows, right=range(1, 4))),
    )
    return Part(body, {f"{name}-data": _block(told)})


def _block(told: Calibration) -> dict[str, object]:
    return {
        "bins": [
            {
                "low": each.low,
                "high": each.high,
                "images": each.images,
                "confidence": each.confidence,
                "accuracy": each.accuracy,
            }
            for each in told.bins
        ]
    }


def sentence(told: Calibration) -> str:
    """How well calibrated it is, in words."""
    images = sum(each.images for each in told.bins)
    known = [
        (each.images, each.confidence - each.accuracy)
        for each in told.bins
        if each.confidence is not None and each.accuracy is not None
    ]
    lean = sum(number * gap for number, gap in known) / images if images else 0.0
    which = "more sure than it is right" if lean > 0 else "right more often than it is sure"
    error = f"Its probabilities are off by {percent(told.error)} on the average (expected calibration error)"
    worst = max(told.bins, key=_gap)
    if worst.images:
        error += f"; the largest gap, {percent(told.largest)}, is that of {plural(worst.images, 'image')}"
    if told.error < _GOOD:
        if told.largest < _FAR and abs(lean) < _LEANING:
            return f"{error}. They may be taken as they are."
        leaning = f"; mostly it is {which}" if abs(lean) >= told.error / 2 else ""
        far = "; single ones may be far off" if told.largest >= _FAR else ""
        return f"{error}. That is little on the whole{leaning}{far}."
    if abs(lean) < told.error / 2:
        return f"{error}. Some are too high, others too low."
    return f"{error}. Mostly it is {which}."


def _gap(each: Bin) -> float:
    """How far a bin is off."""
    if each.confidence is None or each.accuracy is None:
        return -1.0
    return abs(each.confidence - each.accuracy)
