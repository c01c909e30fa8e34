"""An output that gives numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from netspec.evaluation.output import Output, Table, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netspec.evaluation.output import Floats
    from netspec.report.evaluation import ValueRecord
    from netspec.report.predictions import Answer


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

    def verdict(self, values: Floats, labels: NDArray[Any]) -> Verdict:
        """Each number's errors."""
        off = np.asarray(values, np.float64) - labels
        records = [_value_record(name, off[:, at]) for at, name in enumerate(self.target.names)]
        columns = ["name", "mean_absolute_error", "root_mean_squared_error", "bias"]
        return Verdict(
            {"kind": "number", "values": records},
            [Table("errors", columns, [list(record.values()) for record in records])],
        )

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
