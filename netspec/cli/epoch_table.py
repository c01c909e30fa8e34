"""The table that a run's epochs make, as wide as there is room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from netspec.report.escape import printable
from netspec.report.spoken import WIDEST_NUMBER, spoken_number

if TYPE_CHECKING:
    from collections.abc import Sequence

GAP = "  "
BEST = "best"
_WIDEST_TITLE = 24  # on a terminal


@dataclass(frozen=True)
class Column:
    """A column's title and how many cells of the terminal it takes."""

    title: str
    width: int

    def cell(self, text: str) -> str:
        """A text on the column's right."""
        return " " * (self.width - cell_len(text)) + text


@dataclass(frozen=True)
class EpochTable:
    """The columns of the epochs' table.

    Attributes:
        names: The metrics there are.
        shown: Those columns that fit, by their number; the first three are the epoch, its seconds and images/s.
        after: What stands for the others.
    """

    names: tuple[str, ...]
    shown: dict[int, Column]
    after: str
    epochs: int

    @classmethod
    def fitting(
        cls, names: Sequence[str], epochs: int, *, width: int | None, ellipsis: str
    ) -> EpochTable:
        """As many columns as the width takes, what matters most first; all of them without one."""
        digits = len(str(epochs))
        columns = [
            Column("epoch", max(5, 2 * digits + 1)),
            Column("seconds", 7),
            Column("images/s", 8),
        ]
        for name in names:
            title = printable(name)
            if width is not None and cell_len(title) > _WIDEST_TITLE:
                title = set_cell_size(title, _WIDEST_TITLE - len(ellipsis)) + ellipsis
            columns.append(Column(title, max(cell_len(title), WIDEST_NUMBER)))
        everything = sum(column.width + len(GAP) for column in columns) + len(BEST)
        if width is None or everything <= width:
            return cls(tuple(names), dict(enumerate(columns)), "", epochs)
        room = width - len(GAP + BEST) - len(GAP + ellipsis) - columns[0].width
        shown = {0}
        first = [names.index(name) + 3 for name in ("loss", "val_loss") if name in names]
        # An output's loss is a part of the whole, and tells less than its metrics.
        rest = sorted(
            range(3, len(columns)), key=lambda number: names[number - 3].endswith("_loss")
        )
        metrics = list(dict.fromkeys([*first, *rest]))
        for number in [*metrics, 1, 2]:
            # How fast it goes makes room for any metric.
            if number not in metrics and not shown.issuperset(metrics):
                break
            if columns[number].width + len(GAP) <= room:
                shown.add(number)
                room -= columns[number].width + len(GAP)
        kept = {number: columns[number] for number in sorted(shown)}
        return cls(tuple(names), kept, GAP + ellipsis, epochs)

    def header(self) -> Text:
        """The titles."""
        titles = (column.cell(column.title) for column in self.shown.values())
        return Text(GAP.join(titles) + self.after, style="dim")

    def row(
        self, epoch: int, seconds: float, images_per_second: float | None, logs: dict[str, float]
    ) -> Text:
        """One epoch; what is not known yet stays empty."""
        values = [
            f"{epoch}/{self.epochs}",
            f"{seconds:.1f}",
            "-" if images_per_second is None else _rate(images_per_second),
            *(spoken_number(logs[name]) if name in logs else "" for name in self.names),
        ]
        cells = (column.cell(values[number]) for number, column in self.shown.items())
        return Text(GAP.join(cells) + " " * len(self.after))


def _rate(images: float) -> str:
    return f"{images:,.0f}" if images >= 100 else f"{images:.1f}"  # noqa: PLR2004
