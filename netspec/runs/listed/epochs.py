"""What a run keeps of its epochs in `metrics.csv`."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from netspec.runs.listed.untrusted import content, mapping, text, whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from netspec.report.runs import BestRecord

METRICS = "metrics.csv"
BEST_EPOCH = "state/best.json"
_EPOCH, _SECONDS = "epoch", "seconds"
# What decides where the record does not say it; less of either is better.
_LOSSES = ("val_loss", "loss")
_MOST = 2**53


@dataclass(frozen=True)
class Epochs:
    """The table, a row an epoch.

    Attributes:
        columns: The columns' places by their names.
        rows: The epochs in order; cells are as they were written, and a row may be too short.
        so_far: Which of them is the best so far, and by what, as the record names them at a run's end.
    """

    columns: Mapping[str, int]
    rows: tuple[list[str], ...]
    so_far: Mapping[str, object] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """What was logged, by name."""
        return tuple(name for name in self.columns if name and name not in {_EPOCH, _SECONDS})

    @property
    def numbers(self) -> list[int]:
        """The epochs, each by its number."""
        return [self._number(row, place) for place, row in enumerate(self.rows, 1)]

    @property
    def done(self) -> int:
        """How many epochs have ended."""
        return self._number(self.rows[-1], len(self.rows)) if self.rows else 0

    @property
    def seconds(self) -> float | None:
        """The seconds of all epochs together; None where they are not known."""
        place = self.columns.get(_SECONDS)
        total = sum(_float(row, place) for row in self.rows)
        return total if self.rows and math.isfinite(total) else None

    def values(self, name: str) -> list[float | None]:
        """One column, None where it has no number."""
        place = self.columns.get(name)
        return [_finite(_float(row, place)) for row in self.rows]

    def best(self, record: Mapping[str, object]) -> BestRecord | None:
        """The best epoch so far; of an older run, which does not keep it, the one that its record names.

        Of a run that tells of neither it is that of the lowest validation loss, or loss.
        """
        for told in (
            self.so_far,
            record,
        ):  # a run that goes on has the record of when it ended before
            by, epoch = text(told.get("best_by")), whole(told.get("best_epoch"))
            if by is not None and epoch and (told is record or epoch in self.numbers):
                return self._best(by, epoch)
        for name in _LOSSES:
            place = self.columns.get(name)
            if place is None:
                continue
            found = [
                (value, number)
                for number, row in enumerate(self.rows)
                if math.isfinite(value := _float(row, place))
            ]
            if found:
                number = min(found)[1]
                return self._best(name, self._number(self.rows[number], number + 1))
        return None

    def _best(self, by: str, epoch: int) -> BestRecord:
        found = (row for at, row in enumerate(self.rows, 1) if self._number(row, at) == epoch)
        row = next(found, [])
        metrics = {name: _finite(_float(row, self.columns[name])) for name in self.names}
        return {"epoch": epoch, "by": by, "value": metrics.get(by), "metrics": metrics}

    def _number(self, row: list[str], place: int) -> int:
        """An epoch's number, which is its place where none is written."""
        number = _float(row, self.columns.get(_EPOCH))
        return int(number) if 0 <= number < _MOST else place


def read_epochs(run: Path) -> Epochs | None:
    """What a run keeps of its epochs; None where that cannot be read."""
    try:
        rows = [row for row in csv.reader(content(run / METRICS).splitlines(), strict=True) if row]
    except FileNotFoundError:  # before the first epoch's end there is none
        return Epochs({}, ())
    except (OSError, ValueError, csv.Error):
        return None
    header, *rest = rows or [[]]
    columns = {name: place for place, name in enumerate(header)}
    return Epochs(columns, tuple(rest), _best_so_far(run))


def _best_so_far(run: Path) -> Mapping[str, object]:
    try:
        return mapping(json.loads(content(run / BEST_EPOCH)))
    except (OSError, ValueError, RecursionError):
        return {}


def _float(row: list[str], place: int | None) -> float:
    """A cell's number; not a number where there is none."""
    try:
        return float(row[place]) if place is not None else math.nan
    except (IndexError, ValueError):
        return math.nan


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
