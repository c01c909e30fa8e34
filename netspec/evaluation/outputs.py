"""What the values of one output say: of a class, of several classes at once, or of numbers."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from netspec.evaluation.probabilities import (
    class_probabilities,
    flag_probabilities,
    last_activation,
    predicted_classes,
    ranked_classes,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from netspec.fields import Thing
    from netspec.graph.graph import Graph
    from netspec.report.evaluation import ClassRecord, OutputRecord, ValueRecord
    from netspec.report.predictions import Answer
    from netspec.spec.labels import Target
    from netspec.spec.training import CompileSection

    Floats = NDArray[np.floating[Any]]


class Table(NamedTuple):
    """A table that a run keeps: the beginning of its file's name, the columns, and the rows."""

    stem: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Output(ABC):
    """One output of a trained network.

    Its values are `(images, values)`, as the network gives them; its labels are as the images have them: int64
    `(images,)` for classes, else float32 `(images, values)`.

    Attributes:
        target: What it learned.
        loss: The loss that it learned with.
        activation: Its last activation.
    """

    target: Target
    loss: Thing
    activation: str

    @property
    @abstractmethod
    def columns(self) -> list[str]:
        """What a row of `rows` has, without the output's name."""

    @abstractmethod
    def rows(self, values: Floats, labels: NDArray[Any]) -> Iterator[list[Any]]:
        """What is true and what was predicted, for each image."""

    @abstractmethod
    def record(self, values: Floats, labels: NDArray[Any]) -> OutputRecord:
        """How the output fares over all images."""

    @abstractmethod
    def table(self, values: Floats, labels: NDArray[Any]) -> Table:
        """What is kept beside the record."""

    @abstractmethod
    def answers(self, values: Floats, *, top: int) -> Iterator[Answer]:
        """What is said of each image.

        Args:
            values: `(images, values)`.
            top: How many classes, at most, where an image has one of them.
        """


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

    def record(self, values: Floats, labels: NDArray[Any]) -> OutputRecord:
        """Each class's counts, and the confusion matrix."""
        matrix = self._matrix(values, labels)
        return {
            "kind": "class",
            "classes": [
                _class_record(
                    name, matrix[index, index], matrix[index].sum(), matrix[:, index].sum()
                )
                for index, name in enumerate(self.target.names)
            ],
            "confusion": matrix.tolist(),
        }

    def table(self, values: Floats, labels: NDArray[Any]) -> Table:
        """The confusion matrix, a row for each true class."""
        names = self.target.names
        counts = self._matrix(values, labels).tolist()
        rows = [[name, *row] for name, row in zip(names, counts, strict=True)]
        return Table("confusion", ["true", *names], rows)

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

    def _matrix(self, values: Floats, labels: NDArray[Any]) -> NDArray[np.int64]:
        classes = len(self.target.names)
        predicted = predicted_classes(values, middle=self.target.encoding.middle)
        matrix = np.zeros((classes, classes), dtype=np.int64)
        np.add.at(matrix, (labels, predicted), 1)
        return matrix


class FlagsOutput(Output):
    """An output that says of each of several classes whether an image has it."""

    @property
    def columns(self) -> list[str]:
        """For each class whether it is true, whether it was predicted, and its probability."""
        return [
            f"{name}.{what}"
            for name in self.target.names
            for what in ("true", "predicted", "probability")
        ]

    def rows(self, values: Floats, labels: NDArray[Any]) -> Iterator[list[Any]]:
        """See `columns`; 1 is yes."""
        each = zip(labels > 0, self._told(values), self._probabilities(values), strict=True)
        for true, told, shares in each:
            cells = zip(map(int, true), map(int, told), map(float, shares), strict=True)
            yield [cell for three in cells for cell in three]

    def record(self, values: Floats, labels: NDArray[Any]) -> OutputRecord:
        """Each class's counts."""
        true, told = labels > 0, self._told(values)
        return {
            "kind": "multi_label",
            "labels": [
                _class_record(
                    name,
                    (true[:, index] & told[:, index]).sum(),
                    true[:, index].sum(),
                    told[:, index].sum(),
                )
                for index, name in enumerate(self.target.names)
            ],
        }

    def table(self, values: Floats, labels: NDArray[Any]) -> Table:
        """How many images of each class were found and missed, and how many of the others were taken for it and not."""
        true, told = labels > 0, self._told(values)
        counts = (true & told, true & ~told, ~true & told, ~true & ~told)
        rows = zip(self.target.names, *(each.sum(axis=0).tolist() for each in counts), strict=True)
        columns = [
            "label",
            "true_positives",
            "false_negatives",
            "false_positives",
            "true_negatives",
        ]
        return Table("confusion", columns, list(rows))

    def answers(self, values: Floats, *, top: int) -> Iterator[Answer]:
        """Every class, in label order."""
        del top
        for shares, told in zip(self._probabilities(values), self._told(values), strict=True):
            yield {
                "kind": "multi_label",
                "labels": [
                    {"label": name, "probability": float(share), "told": bool(yes)}
                    for name, share, yes in zip(self.target.names, shares, told, strict=True)
                ],
            }

    def _probabilities(self, values: Floats) -> NDArray[np.float64]:
        return flag_probabilities(values, loss=self.loss)

    def _told(self, values: Floats) -> NDArray[np.bool_]:
        return np.asarray(values > self.target.encoding.middle)


class NumbersOutput(Output):
    """An output that gives numbers."""

    @property
    def columns(self) -> list[str]:
        """For each number the one that is true and the one that was predicted."""
        return [f"{name}.{what}" for name in self.target.names for what in ("true", "predicted")]

    def rows(self, values: Floats, labels: NDArray[Any]) -> Iterator[list[Any]]:
        """See `columns`."""
        for true, given in zip(labels, values, strict=True):
            pairs = zip(map(float, true), map(float, given), strict=True)
            yield [cell for pair in pairs for cell in pair]

    def record(self, values: Floats, labels: NDArray[Any]) -> OutputRecord:
        """Each number's errors."""
        off = np.asarray(values, np.float64) - labels
        return {
            "kind": "number",
            "values": [
                _value_record(name, off[:, at]) for at, name in enumerate(self.target.names)
            ],
        }

    def table(self, values: Floats, labels: NDArray[Any]) -> Table:
        """The errors."""
        record = self.record(values, labels)
        assert record["kind"] == "number"  # noqa: S101 - made above
        columns = ["name", "mean_absolute_error", "root_mean_squared_error", "bias"]
        return Table("errors", columns, [list(value.values()) for value in record["values"]])

    def answers(self, values: Floats, *, top: int) -> Iterator[Answer]:
        """Every number by its name."""
        del top
        for given in values:
            yield {
                "kind": "number",
                "values": [
                    {"name": name, "value": float(value)}
                    for name, value in zip(self.target.names, given, strict=True)
                ],
            }


_KINDS: dict[str, type[Output]] = {
    "class": ClassOutput,
    "multi_label": FlagsOutput,
    "number": NumbersOutput,
}


def outputs_of(
    targets: Sequence[Target], *, section: CompileSection, graph: Graph
) -> dict[str, Output]:
    """A network's outputs by their keys.

    Args:
        targets: What each learned.
        section: What the network was compiled with.
        graph: The network.
    """
    return {
        target.output: _KINDS[target.kind](
            target,
            section.loss[target.output] if isinstance(section.loss, dict) else section.loss,
            last_activation(graph, target.output),
        )
        for target in targets
    }


def values_by_output(given: Any, outputs: Mapping[str, Output]) -> dict[str, Floats]:
    """What a network gave, `(images, values)` by its outputs' keys.

    Args:
        given: An array for the one output, or a dict of them.
        outputs: The outputs.
    """
    by_key = given if isinstance(given, dict) else dict.fromkeys(outputs, given)
    return {key: np.reshape(by_key[key], (len(by_key[key]), -1)) for key in outputs}


def _class_record(label: str, found: Any, images: Any, predicted: Any) -> ClassRecord:
    return {
        "label": label,
        "images": int(images),
        "predicted": int(predicted),
        "precision": int(found) / int(predicted) if predicted else None,
        "recall": int(found) / int(images) if images else None,
    }


def _value_record(name: str, off: NDArray[np.float64]) -> ValueRecord:
    """The errors of one number, each image's predicted less its true one."""
    return {
        "name": name,
        "mean_absolute_error": _finite(np.abs(off).mean()),
        "root_mean_squared_error": _finite(np.sqrt(np.square(off).mean())),
        "bias": _finite(off.mean()),
    }


def _finite(value: Any) -> float | None:
    return float(value) if math.isfinite(value) else None
