"""What every output of a network can be asked, whatever it learned."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from netspec.evaluation.answers import Mistake
    from netspec.fields import Thing
    from netspec.report.evaluation import ClassRecord, OutputRecord
    from netspec.report.predictions import Answer
    from netspec.spec.labels import Target

    Floats = NDArray[np.floating[Any]]


class Table(NamedTuple):
    """A table that a run keeps: the beginning of its file's name, the columns, and the rows."""

    stem: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


class Drawing(NamedTuple):
    """A picture that a run keeps: the beginning of its file's name, and its SVG."""

    stem: str
    svg: str


class Verdict(NamedTuple):
    """How an output fares.

    Attributes:
        record: What is printed and kept; of classes all but the mistakes, whose images have names elsewhere.
        tables: What is kept beside it.
        drawings: Pictures of it.
        mistakes: The images that were taken for another class with the highest probability, those first.
    """

    record: OutputRecord
    tables: Sequence[Table]
    drawings: Sequence[Drawing] = ()
    mistakes: Sequence[Mistake] = ()


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
    def verdict(self, values: Floats, labels: NDArray[Any]) -> Verdict:
        """How the output fares over all images."""

    @abstractmethod
    def answers(self, values: Floats, *, top: int) -> Iterator[Answer]:
        """What is said of each image.

        Args:
            values: `(images, values)`.
            top: How many classes, at most, where an image has one of them.
        """


def class_record(label: str, *, found: Any, images: Any, predicted: Any) -> ClassRecord:
    """How one class fares.

    Args:
        label: What it is called.
        found: How many of its images were taken for it.
        images: How many belong to it.
        predicted: How many were taken for it.
    """
    found, images, predicted = int(found), int(images), int(predicted)
    return {
        "label": label,
        "images": images,
        "predicted": predicted,
        "precision": found / predicted if predicted else None,
        "recall": found / images if images else None,
        # 2 x precision x recall / (precision + recall), which is 0 where none was taken for it. Without images there is
        # no recall, and a 0 would blame the network for what the data lacks.
        "f1": 2 * found / (images + predicted) if images else None,
    }
