"""What the numbers of an evaluation say, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.report.html.document import Absent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.report.evaluation import (
        CalibrationBinRecord,
        CalibrationRecord,
        ClassFigures,
        ClassRecord,
    )
    from netspec.report.html.judged import ClassOutput

# With fewer right or wrong answers an interval by resampling is too narrow, as is the normal one.
_FEW = 10
# What is not told apart from being as sure as right.
_NEARLY = 0.005


def figures_in_words(figures: ClassFigures, classes: Sequence[ClassRecord]) -> list[str]:
    """The accuracy with its interval, what to think of it, and the calibration: a sentence each.

    Args:
        figures: What is told of an output; an older run's has nothing to say.
        classes: Its classes.
    """
    images = sum(each["images"] for each in classes)
    none = figures.get("no_numbers", 0)
    if none and none == images:
        return [f"the network gives no numbers for any of {images:,} images: its training failed"]
    sentences = []
    if none:
        sentences.append(
            f"the network gives no numbers for {none:,} of {images:,} images; they count as wrong"
        )
    if "accuracy" in figures and "interval" in figures:
        accuracy, interval = figures["accuracy"], figures["interval"]
        right = round(accuracy * images)
        if 0 < right < images:
            sentences.append(
                f"accuracy {accuracy:.4f}; {interval['low']:.4f} to {interval['high']:.4f} in "
                f"{interval['level']:.0%} of samples of these images"
            )
        sentences.append(_how_certain(right, images))
    if "calibration" in figures:
        sentences.append(calibration_in_words(figures["calibration"]))
    return [each for each in sentences if each]


def calibration_in_words(record: CalibrationRecord) -> str:
    """The calibration's errors, and whether the network is surer than right, or less sure."""
    worst = max(record["bins"], key=_gap)
    few = f" (of {_images(worst['images'])})" if worst["images"] < _FEW else ""
    lean = _lean(record["bins"])
    which = "surer" if lean > 0 else "less sure"
    leaning = f"; on average {abs(lean):.4f} {which} than right" if abs(lean) >= _NEARLY else ""
    return f"calibration error {record['error']:.4f}, largest gap {record['largest']:.4f}{few}{leaning}"


def how_certain_of(output: ClassOutput) -> str:
    """What an output's interval does not tell; nothing where there is no more to say, or it is not known."""
    if output.accuracy is None or isinstance(output.classes, Absent):
        return ""
    images = sum(each.images or 0 for each in output.classes)
    return _how_certain(round(output.accuracy * images), images) if images else ""


def _how_certain(right: int, images: int) -> str:
    """What an interval by resampling does not tell: nothing where there are many right and wrong answers.

    Where all answers are alike, it has no width. Then the share of others is below `1 - 0.05 ** (1 / images)` unless
    one has had the luck of less than one in twenty; of many images that is about 3 / images. Source: Hanley and
    Lippman-Hand: If Nothing Goes Wrong, Is Everything All Right?, JAMA 249, 1983.
    """
    for count, which, other in ((images - right, "right", "wrong"), (right, "wrong", "right")):
        if not count:
            most = f"up to {1 - 0.05 ** (1 / images):.2%}"
            every = f"all {images:,} are {which}" if right else f"none of {images:,} is right"
            every = every if images > 1 else f"the one image is {which}"
            return f"{every}; of other images {most} may still be {other}"
    few, which = min((images - right, "wrong"), (right, "right"))
    are = "is" if few == 1 else "are"
    return f"only {few:,} {are} {which}: the interval is rough" if few < _FEW else ""


def _gap(one: CalibrationBinRecord) -> float:
    return abs((one["confidence"] or 0) - (one["accuracy"] or 0))


def _images(count: int) -> str:
    return "1 image" if count == 1 else f"{count:,} images"


def _lean(bins: Sequence[CalibrationBinRecord]) -> float:
    """By how much the mean probability is above the share of right answers."""
    images = sum(each["images"] for each in bins)
    return sum(
        each["images"] * ((each["confidence"] or 0) - (each["accuracy"] or 0)) for each in bins
    ) / max(images, 1)
