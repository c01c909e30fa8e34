"""What a model card says of how the network was judged, and of where it is weak as far as numbers tell."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from netspec.report.escape import markdown
from netspec.report.evaluation_words import how_certain_of
from netspec.report.html.document import Absent
from netspec.report.html.judged import ClassOutput, LabelsOutput, NumbersOutput
from netspec.report.markdown import table
from netspec.report.spoken import spoken_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.report.html.document import RunAccount
    from netspec.report.html.judged import (
        Calibration,
        ClassRow,
        Evaluation,
        OutputAccount,
        Shifts,
        ValueRow,
    )

_MOST_CLASSES, _MOST_PAIRS, _MOST_WEAK = 100, 10, 5
# A class is weak whose odds of being found are less than so much of those of all images, and whose recall is at least
# so far below the accuracy, which is also more than so many standard errors of that many images.
_ODDS, _BEHIND, _ERRORS = 0.5, 0.05, 2.0
_HALF = 0.5
# Of fewer images than these a share says little: one image more or less moves it by over 3 %.
_FEW = 30
# A network that is wrong about how often it is right by more than this is told of.
_UNCALIBRATED = 0.05
_FALLS = 0.02
_ENDS = {
    "failed": "it failed",
    "interrupted": "it was interrupted",
    "running": "it goes on",
}


def result_lines(evaluation: Evaluation) -> Iterator[str]:
    """The lines on what was measured.

    Args:
        evaluation: How the weights were judged.
    """
    images = "" if evaluation.images is None else f", {evaluation.images:,} images"
    yield f"On the {markdown(evaluation.split)} split{images}."
    told = [(markdown(name), _number(value)) for name, value in evaluation.metrics.items()]
    if told:
        yield from ("", *table(("metric", "value"), told, right=[1]))
    for output in evaluation.outputs:
        yield from _output(output)


def weaknesses(account: RunAccount, evaluation: Evaluation | None) -> Iterator[str]:
    """A sentence for each limit that the run's own numbers show.

    Args:
        account: The run.
        evaluation: How the weights were judged on the test split; None where they were not.
    """
    if account.status not in {"finished", "damaged", "foreign"}:
        why = _ENDS.get(account.status, "it was killed, or goes on")
        yield f"Its training did not come to its end: {why}."
    data = account.data
    if not isinstance(data, Absent):
        if data.skipped:
            yield f"{data.skipped:,} images could not be read and were left out of all splits."
        if data.came_from.get("validation") == data.came_from.get("test") == "test":
            yield (
                "The images that were watched while it trained are those that it was judged on, so that "
                "other images will probably be named less well."
            )
    if evaluation is None:
        yield "It was not judged on images that were kept back, so that nothing is known of its errors."
        return
    for output in evaluation.outputs:
        yield from _weak(output)
    if not isinstance(evaluation.shifts, Absent):
        yield from _shifted(evaluation.shifts)


def _output(output: OutputAccount) -> Iterator[str]:
    if output.key is not None:
        yield from ("", f"### {markdown(output.key)}")
    match output:
        case ClassOutput():
            yield from _class_lines(output)
        case LabelsOutput():
            yield from () if isinstance(output.labels, Absent) else _classes(output.labels)
        case NumbersOutput():
            yield from () if isinstance(output.values, Absent) else _values(output.values)
        case _:
            yield from ("", f"{markdown(output.absent.why)}.")


def _class_lines(output: ClassOutput) -> Iterator[str]:
    if output.accuracy is not None:
        yield from ("", f"Accuracy: {_share(output.accuracy)}{_interval(output)}.")
    if not isinstance(output.classes, Absent):
        yield from _classes(output.classes)
    if output.confused:
        rows = [
            (markdown(each.true), markdown(each.predicted), f"{each.images:,}")
            for each in output.confused[:_MOST_PAIRS]
        ]
        yield from ("", "Most confused:", "")
        yield from table(("true class", "taken for", "images"), rows, right=[2])
    if not isinstance(output.calibration, Absent):
        yield from ("", _calibrated(output.calibration))


def _values(values: Sequence[ValueRow]) -> Iterator[str]:
    rows = [
        (
            markdown(each.name),
            _number(each.mean_absolute_error),
            _number(each.root_mean_squared_error),
            _number(each.bias),
        )
        for each in values
    ]
    titles = ("number", "mean absolute error", "root mean squared error", "bias")
    yield from ("", *table(titles, rows, right=[1, 2, 3]))


def _interval(output: ClassOutput) -> str:
    interval = output.interval
    if isinstance(interval, Absent):
        return ""
    certain = how_certain_of(output)
    more = f"; {markdown(certain)}" if certain else ""
    if interval.low == interval.high:
        return more
    between = f"{_share(interval.low)} and {_share(interval.high)}"
    level = f"with {interval.level:.0%} confidence (bootstrap)"
    return f"; between {between} {level}{more}"


def _classes(rows: Sequence[ClassRow]) -> Iterator[str]:
    """The table of classes; of very many only those that are found least often."""
    shown = rows
    if len(rows) > _MOST_CLASSES:
        shown = sorted(rows, key=lambda row: (row.recall is None, row.recall))[:_MOST_CLASSES]
        yield from ("", f"Of {len(rows):,} classes the {len(shown)} that are found least often:")
    cells = [
        (markdown(row.label), *map(_share, (row.precision, row.recall, row.f1)), _count(row.images))
        for row in shown
    ]
    titles = ("class", "precision", "recall", "F1", "images")
    yield from ("", *table(titles, cells, right=[1, 2, 3, 4]))


def _calibrated(calibration: Calibration) -> str:
    return (
        f"Calibration: what it says of its own certainty is off by {_share(calibration.error)} on average "
        f"(expected calibration error, {len(calibration.bins)} bins), and by {_share(calibration.largest)} at most."
    )


def _weak(output: OutputAccount) -> Iterator[str]:
    if not isinstance(output, ClassOutput):
        return
    of = "" if output.key is None else f" ({markdown(output.key)})"
    rows = () if isinstance(output.classes, Absent) else output.classes
    known = [(row.recall, row) for row in rows if row.recall is not None and row.images]
    if output.accuracy is not None:
        if output.accuracy < _HALF:
            yield f"It is wrong more often than right{of}: {_share(output.accuracy)} of all images are named rightly."
        weak = sorted(
            (each for each in known if _is_weak(*each, output.accuracy)), key=lambda each: each[0]
        )
        told = [f"{markdown(row.label)} ({_share(recall)})" for recall, row in weak]
        of_all = f"of all images {_share(output.accuracy)}"
        if told:
            yield f"It finds fewer images of these classes than of others{of}: {_some(told)}, {of_all}."
    few = [f"{markdown(row.label)} ({row.images})" for _, row in known if (row.images or 0) < _FEW]
    if few:
        yield f"Of these classes few images were judged, so that their figures are rough{of}: {_some(few)}."
    if not isinstance(output.calibration, Absent) and output.calibration.error > _UNCALIBRATED:
        surer = _sureness(output.calibration)
        yield f"Its probabilities are not to be taken at their word{of}: on average it is {surer} than it is right."


def _is_weak(recall: float, row: ClassRow, accuracy: float) -> bool:
    """Whether a class is found clearly less often than images on the whole, and by more than luck."""
    by_luck = math.sqrt(accuracy * (1 - accuracy) / (row.images or 1))
    is_behind = accuracy - recall >= max(_BEHIND, _ERRORS * by_luck)
    return is_behind and recall * (1 - accuracy) < _ODDS * accuracy * (1 - recall)


def _some(each: Sequence[str]) -> str:
    """The first of them, and how many there are besides."""
    more = len(each) - _MOST_WEAK
    return ", ".join(each[:_MOST_WEAK]) + (f" and {more:,} more" if more > 0 else "")


def _sureness(calibration: Calibration) -> str:
    gaps = [
        (each.confidence - each.accuracy) * each.images
        for each in calibration.bins
        if each.confidence is not None and each.accuracy is not None
    ]
    return "surer" if sum(gaps) > 0 else "less sure"


def _shifted(shifts: Shifts) -> Iterator[str]:
    """How accuracy falls where images are moved, if it does."""
    at_rest = shifts.pixels.index(0) if 0 in shifts.pixels else None
    values = [each for row in shifts.accuracy for each in row if each is not None]
    if at_rest is None or not values:
        return
    unmoved = shifts.accuracy[at_rest][at_rest]
    if unmoved is not None and unmoved - min(values) > _FALLS:
        farthest = max(map(abs, shifts.pixels))
        yield (
            f"Where images are moved by up to {farthest} pixels, accuracy falls from {_share(unmoved)} "
            f"to as little as {_share(min(values))}."
        )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _count(value: int | None) -> str:
    return "-" if value is None else f"{value:,}"


def _number(value: float | None) -> str:
    return "-" if value is None else spoken_number(value)
