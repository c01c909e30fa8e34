"""What an output that names classes answered of each image, and where it was most wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netspec.report.evaluation import ConfusedRecord

# How many are kept, at most.
MOST_MISTAKES = 24
MOST_PAIRS = 20


@dataclass(frozen=True)
class Mistake:
    """An image that was taken for another class than its own.

    Attributes:
        place: Its place in the split that was judged: its index among the source's images is `split.indices[place]`.
        true: The number of its class.
        predicted: The number of the class that it was taken for.
        probability: That of the predicted class.
        true_probability: That of its own.
    """

    place: int
    true: int
    predicted: int
    probability: float
    true_probability: float


@dataclass(frozen=True, eq=False)
class Answers:
    """One class for each image.

    Attributes:
        true: int64 `(images,)`, the class that it belongs to.
        predicted: int64 `(images,)`, the class that was named.
        probabilities: float64 `(images, classes)`.
        are_numbers: bool `(images,)`, whether the network gave numbers for it; else nothing was named.
    """

    true: NDArray[np.int64]
    predicted: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    are_numbers: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        values: NDArray[Any],
        true: NDArray[np.int64],
        *,
        predicted: NDArray[np.int64],
        probabilities: NDArray[np.float64],
    ) -> Answers:
        """The answers that a network's values are.

        Args:
            values: `(images, units)`, as the network gives them.
            true: The images' classes.
            predicted: The classes that the values name.
            probabilities: The probabilities that they stand for.
        """
        # Logits may be infinite, and their probabilities numbers all the same.
        given = ~np.isnan(values).any(axis=-1) & np.isfinite(probabilities).all(axis=-1)
        return cls(true, predicted, probabilities, given)

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether an image's own class was named: bool `(images,)`."""
        right: NDArray[np.bool_] = self.are_numbers & (self.true == self.predicted)
        return right

    @property
    def confidence(self) -> NDArray[np.float64]:
        """The probability of the class that was named: float64 `(images,)`."""
        return self._of(self.predicted)

    def matrix(self, classes: int) -> NDArray[np.int64]:
        """The confusion matrix: a row for each true class, a column for each predicted one."""
        matrix = np.zeros((classes, classes), dtype=np.int64)
        np.add.at(matrix, (self.true, self.predicted), 1)
        return matrix

    def mistakes(self, most: int = MOST_MISTAKES) -> list[Mistake]:
        """Wrong answers, those with the highest probability first.

        Where there are more than are told, half of these are those with the highest probability. Then follows of each
        pair of classes that has none yet the one with the highest probability, the most frequent pair first; and what
        is left over goes by probability again. Of equal ones that comes first whose true class had the smaller
        probability, then the earlier image.

        Args:
            most: How many, at most.
        """
        confidence, of_true = self.confidence, self._of(self.true)
        wrong = np.flatnonzero(self.are_numbers & (self.true != self.predicted))
        order = np.lexsort((wrong, of_true[wrong], -confidence[wrong]))
        return [
            Mistake(
                place=place,
                true=int(self.true[place]),
                predicted=int(self.predicted[place]),
                probability=float(confidence[place]),
                true_probability=float(of_true[place]),
            )
            for place in self._of_many_pairs(wrong[order], most).tolist()
        ]

    def _of_many_pairs(self, wrong: NDArray[np.int64], most: int) -> NDArray[np.int64]:
        """So many places of wrong answers, in their order, as `mistakes` says."""
        if len(wrong) <= most:
            return wrong
        pairs = np.stack([self.true[wrong], self.predicted[wrong]], axis=1)
        _, first, counts = np.unique(pairs, axis=0, return_index=True, return_counts=True)
        surest = -(-most // 2)
        others = first[np.argsort(-counts, kind="stable")]
        chosen = [*range(surest), *others[others >= surest].tolist()][:most]
        left = np.setdiff1d(np.arange(len(wrong)), chosen)[: most - len(chosen)]
        places: NDArray[np.int64] = wrong[np.sort(np.concatenate([np.array(chosen, int), left]))]
        return places

    def _of(self, classes: NDArray[np.int64]) -> NDArray[np.float64]:
        """The probability of a class of each image: float64 `(images,)`."""
        taken: NDArray[np.float64] = np.take_along_axis(
            self.probabilities, classes[:, np.newaxis], axis=-1
        )[:, 0]
        return taken


def most_confused(
    matrix: NDArray[np.int64], names: Sequence[str], *, most: int = MOST_PAIRS
) -> list[ConfusedRecord]:
    """The pairs of classes of which most images of the one were taken for the other; of equal ones in label order.

    Args:
        matrix: The confusion matrix.
        names: What the classes are called.
        most: How many pairs, at most.
    """
    wrong = matrix - np.diag(matrix.diagonal())
    rows, columns = np.nonzero(wrong)
    counts = wrong[rows, columns]
    order = np.argsort(-counts, kind="stable")[:most]
    return [
        {"true": names[rows[at]], "predicted": names[columns[at]], "images": int(counts[at])}
        for at in order
    ]
