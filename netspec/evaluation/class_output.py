"""An output that names one of several classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from netspec.evaluation.answers import Answers, most_confused
from netspec.evaluation.bootstrap import accuracy_interval
from netspec.evaluation.calibration import calibration
from netspec.evaluation.output import Drawing, Output, Table, Verdict, class_record
from netspec.evaluation.probabilities import (
    class_probabilities,
    predicted_classes,
    ranked_classes,
)
from netspec.report.calibration_picture import calibration_picture
from netspec.report.confusion_picture import confusion_picture

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from netspec.evaluation.output import Floats
    from netspec.report.evaluation import ClassesRecord, ClassFigures, ClassRecord
    from netspec.report.predictions import Answer


class ClassOutput(Output):
    """An output that names one of several classes."""

    @property
    def columns(self) -> list[str]:
        """The class that is true, the one that was predicted, and each class's probability."""
        return ["true", "predicted", *self.target.names]

    def rows(self, values: Floats, labels: NDArray[Any]) -> Iterator[list[Any]]:
        """See `columns`."""
        names = self.target.names
        predicted = predicted_classes(values, middle=self.target.encoding.middle)
        for true, best, shares in zip(labels, predicted, self._probabilities(values), strict=True):
            yield [names[true], names[best], *map(float, shares)]

    def verdict(self, values: Floats, labels: NDArray[Any]) -> Verdict:
        """Each class's counts, the confusion matrix in images and in shares, calibration, and mistakes."""
        names = self.target.names
        answers = self.compared(values, labels)
        matrix = answers.matrix(len(names))
        record: ClassesRecord = {
            "kind": "class",
            "classes": _class_records(matrix, names),
            "confusion": matrix.tolist(),
            **_figures(answers),
            "confused": most_confused(matrix, names),
        }
        return Verdict(record, _tables(matrix, names), _drawings(record), answers.mistakes())

    def compared(self, values: Floats, labels: NDArray[Any]) -> Answers:
        """What was named for each image, beside its own class."""
        return Answers.of(
            values,
            labels,
            predicted=predicted_classes(values, middle=self.target.encoding.middle),
            probabilities=self._probabilities(values),
        )

    def answers(self, values: Floats, *, top: int) -> Iterator[Answer]:
        """The likeliest classes, the likeliest first."""
        names = self.target.names
        ranks = ranked_classes(values, middle=self.target.encoding.middle)[:, :top]
        for shares, best in zip(self._probabilities(values), ranks, strict=True):
            yield {
                "kind": "class",
                "predictions": [
                    {"label": names[index], "probability": float(shares[index])} for index in best
                ],
            }

    def _probabilities(self, values: Floats) -> NDArray[np.float64]:
        return class_probabilities(values, loss=self.loss, activation=self.activation)


def _class_records(matrix: NDArray[np.int64], names: Sequence[str]) -> list[ClassRecord]:
    found, images, predicted = matrix.diagonal(), matrix.sum(axis=1), matrix.sum(axis=0)
    return [
        class_record(name, found=found[index], images=images[index], predicted=predicted[index])
        for index, name in enumerate(names)
    ]


def _figures(answers: Answers) -> ClassFigures:
    """How often the answers are right, and whether they are as sure as that."""
    right, given = answers.right, answers.are_numbers
    figures: ClassFigures = {}
    if len(right):
        figures["accuracy"] = int(right.sum()) / len(right)
        figures["interval"] = accuracy_interval(int(right.sum()), len(right))
    if given.any():
        figures["calibration"] = calibration(answers.confidence[given], right[given])
    if not given.all():
        figures["no_numbers"] = int((~given).sum())
    return figures


def _tables(matrix: NDArray[np.int64], names: Sequence[str]) -> list[Table]:
    """The confusion matrix, a row for each true class: in images, and as shares of the row's images."""
    images = matrix.sum(axis=1, keepdims=True)
    # A class without images has no shares.
    shares = [
        row if total else [None] * len(names)
        for row, total in zip((matrix / np.maximum(images, 1)).tolist(), images[:, 0], strict=True)
    ]
    return [
        Table(stem, ["true", *names], [[name, *row] for name, row in zip(names, rows, strict=True)])
        for stem, rows in (("confusion", matrix.tolist()), ("confusion-normalized", shares))
    ]


def _drawings(record: ClassesRecord) -> list[Drawing]:
    """The confusion matrix, in images and as shares, and the calibration diagram."""
    names, matrix = [each["label"] for each in record["classes"]], record["confusion"]
    drawings = [
        Drawing("confusion", confusion_picture(names, matrix)),
        Drawing("confusion-normalized", confusion_picture(names, matrix, in_shares=True)),
    ]
    if "calibration" in record:
        drawings.append(Drawing("calibration", calibration_picture(record["calibration"])))
    return drawings
