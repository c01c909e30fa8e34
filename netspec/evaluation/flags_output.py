"""An output that says of each of several classes whether an image has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from netspec.evaluation.output import Output, Table, Verdict, class_record
from netspec.evaluation.probabilities import flag_probabilities

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netspec.evaluation.output import Floats
    from netspec.report.predictions import Answer


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

    def verdict(self, values: Floats, labels: NDArray[Any]) -> Verdict:
        """Each class's counts: of its images found and missed, and of the others taken for it and not."""
        true, told = labels > 0, self._told(values)
        counts = [
            each.sum(axis=0) for each in (true & told, true & ~told, ~true & told, ~true & ~told)
        ]
        found, missed, taken, _ = counts
        records = [
            class_record(name, found=hits, images=hits + misses, predicted=hits + others)
            for name, hits, misses, others in zip(
                self.target.names, found, missed, taken, strict=True
            )
        ]
        columns = [
            "label",
            "true_positives",
            "false_negatives",
            "false_positives",
            "true_negatives",
        ]
        rows = zip(self.target.names, *(each.tolist() for each in counts), strict=True)
        return Verdict(
            {"kind": "multi_label", "labels": records}, [Table("confusion", columns, list(rows))]
        )

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
