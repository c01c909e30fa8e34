"""How an output that names classes was judged: its table, matrix, interval, calibration and mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.report.html.document import Absent
from netspec.report.html.judged import (
    Bin,
    Calibration,
    ClassOutput,
    ClassRow,
    Confused,
    Interval,
    Mistake,
)
from netspec.runs.account.values import clipped, items, share
from netspec.runs.listed.untrusted import mapping, text, whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netspec.runs.account.files import RunFiles

Matrix = tuple[tuple[int, ...], ...]

_MOST_CLASSES = 5000
_MOST_MISTAKES = 200
_MOST_PAIRS = 20
_MOST_BINS = 200
_OLDER = "an older netspec judged it"
_UNLIKE = "what it says of it is not what netspec writes"


def class_output(
    record: Mapping[str, object], key: str | None, files: RunFiles, command: str | None
) -> ClassOutput:
    """An output of an evaluation.

    Args:
        record: What the evaluation says of it.
        key: The output's key; None where it is the only one.
        files: The run's, which has the pictures.
        command: The one that judges it again, with all that this netspec tells; None without one.
    """
    matrix = _matrix(record.get("confusion"))
    rows = class_rows(record.get("classes"))
    if not isinstance(matrix, Absent) and not isinstance(rows, Absent) and len(rows) != len(matrix):
        matrix = Absent("the confusion matrix is not that of these classes")
    accuracy = share(record.get("accuracy"))
    return ClassOutput(
        key=key,
        classes=rows,
        confusion=matrix,
        accuracy=_right(matrix) if accuracy is None else accuracy,
        interval=_interval(record.get("interval"), command),
        calibration=_calibration(record.get("calibration"), command),
        confused=_confused(record.get("confused"), matrix, rows),
        mistakes=_mistakes(record.get("mistakes"), files, command),
    )


def confusion_output(table: Sequence[Sequence[str]]) -> ClassOutput | None:
    """What `confusion.csv` alone says; None where it is no such table."""
    head, *rest = table or [[]]
    names = head[1:]
    try:
        counts = [[int(cell) for cell in row[1:]] for row in rest]
    except ValueError:
        return None
    matrix = _matrix(counts)
    if isinstance(matrix, Absent) or len(names) != len(matrix):
        return None
    rows = tuple(_row_of(matrix, index, clipped(name)) for index, name in enumerate(names))
    lost = Absent("the evaluation itself cannot be read")
    return ClassOutput(None, rows, matrix, _right(matrix), lost, lost, _pairs(matrix, rows), lost)


def class_rows(value: object) -> tuple[ClassRow, ...] | Absent:
    """The table of an output's classes, or of its labels."""
    rows = []
    for record in map(mapping, items(value, most=_MOST_CLASSES)):
        precision, recall = share(record.get("precision")), share(record.get("recall"))
        f1 = share(record.get("f1"))
        if f1 is None and precision is not None and recall is not None and precision + recall:
            f1 = 2 * precision * recall / (precision + recall)
        label = clipped(text(record.get("label")))
        images, predicted = whole(record.get("images")), whole(record.get("predicted"))
        if images == 0:  # an older netspec says 0
            f1 = None
        rows.append(
            ClassRow("?" if label is None else label, images, predicted, precision, recall, f1)
        )
    return tuple(rows) if rows else Absent("there is no table of its classes")


def _matrix(value: object) -> Matrix | Absent:
    rows = items(value, most=_MOST_CLASSES)
    counts = [[whole(each) for each in row] if isinstance(row, list) else [] for row in rows]
    known = tuple(tuple(each for each in row if each is not None) for row in counts)
    if not known or any(len(row) != len(known) for row in known):
        return Absent("there is no confusion matrix")
    return known


def _row_of(matrix: Matrix, index: int, label: str) -> ClassRow:
    """A class's row, by the matrix alone."""
    found, images = matrix[index][index], sum(matrix[index])
    predicted = sum(row[index] for row in matrix)
    precision, recall = (found / of if of else None for of in (predicted, images))
    f1 = 2 * found / (images + predicted) if images else None
    return ClassRow(label, images, predicted, precision, recall, f1)


def _right(matrix: Matrix | Absent) -> float | None:
    """The share of images on the matrix's diagonal."""
    if isinstance(matrix, Absent):
        return None
    images = sum(map(sum, matrix))
    return sum(row[index] for index, row in enumerate(matrix)) / images if images else None


def _interval(value: object, command: str | None) -> Interval | Absent:
    if value is None:
        return Absent(_OLDER, command)
    record = mapping(value)
    level, low, high = (share(record.get(name)) for name in ("level", "low", "high"))
    if level is None or low is None or high is None or low > high:
        return Absent(_UNLIKE)
    return Interval(level, low, high)


def _calibration(value: object, command: str | None) -> Calibration | Absent:
    if value is None:
        return Absent(f"{_OLDER}, or the network gives no probabilities", command)
    record = mapping(value)
    error, largest = share(record.get("error")), share(record.get("largest"))
    bins = []
    for each in map(mapping, items(record.get("bins"), most=_MOST_BINS)):
        low, high, images = (
            share(each.get("low")),
            share(each.get("high")),
            whole(each.get("images")),
        )
        if low is None or high is None or images is None or low >= high:
            return Absent(_UNLIKE)
        confidence, accuracy = share(each.get("confidence")), share(each.get("accuracy"))
        bins.append(Bin(low, high, images, confidence, accuracy))
    if error is None or largest is None or not bins:
        return Absent(_UNLIKE)
    return Calibration(error, largest, tuple(bins))


def _confused(
    value: object, matrix: Matrix | Absent, rows: Sequence[ClassRow] | Absent
) -> tuple[Confused, ...]:
    """The most confused pairs, as they are told, else by the matrix."""
    told = []
    for each in map(mapping, items(value, most=_MOST_PAIRS)):
        true, predicted, images = (
            text(each.get("true")),
            text(each.get("predicted")),
            whole(each.get("images")),
        )
        if true is not None and predicted is not None and images is not None:
            told.append(Confused(clipped(true), clipped(predicted), images))
    if told or isinstance(matrix, Absent) or isinstance(rows, Absent):
        return tuple(told)
    return _pairs(matrix, rows)


def _pairs(matrix: Matrix, rows: Sequence[ClassRow]) -> tuple[Confused, ...]:
    pairs = [
        Confused(rows[true].label, rows[predicted].label, images)
        for true, row in enumerate(matrix)
        for predicted, images in enumerate(row)
        if images and true != predicted
    ]
    pairs.sort(key=lambda pair: -pair.images)
    return tuple(pairs[:_MOST_PAIRS])


def _picture(name: object, files: RunFiles, command: str | None) -> bytes | Absent:
    """A mistake's picture; where it is gone, with the command that makes it anew."""
    found = files.picture(name)
    if isinstance(found, Absent) and isinstance(name, str):
        return Absent(found.why, command)
    return found


def _mistakes(value: object, files: RunFiles, command: str | None) -> tuple[Mistake, ...] | Absent:
    if value is None:
        return Absent(_OLDER, command)
    mistakes = []
    for each in map(mapping, items(value, most=_MOST_MISTAKES)):
        true, predicted = text(each.get("true")), text(each.get("predicted"))
        if true is None or predicted is None:
            continue
        mistakes.append(
            Mistake(
                image=clipped(text(each.get("image"))) or "?",
                true=clipped(true),
                predicted=clipped(predicted),
                probability=share(each.get("probability")),
                true_probability=share(each.get("true_probability")),
                picture=_picture(each.get("picture"), files, command),
                look=files.picture(each.get("look")),
            )
        )
    if not mistakes and value != []:
        return Absent(_UNLIKE)
    return tuple(mistakes)
