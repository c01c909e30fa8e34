"""The runs of a folder as a table for people; where there is no room, whole columns are left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from netspec.report.escape import printable
from netspec.report.spoken import clock, spoken_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netspec.report.runs import DataRecord, RunRecord, Status

_GAP = "  "
_LONGEST = 500
_NARROWEST_NAME = 16
# Which columns go first where there is no room. The others stay.
_LEAVING = ("started", "data", "parameters", "duration", "test", "best", "epochs")
COLOURS: dict[Status, str] = {
    "running": "cyan",
    "finished": "green",
    "failed": "red",
    "interrupted": "yellow",
    "killed": "red",
    "unknown": "yellow",
    "damaged": "red",
    "foreign": "dim",
}


@dataclass(frozen=True)
class Column:
    """A column: what it is, its title, a cell a run, and whether they stand at its right."""

    name: str
    title: str
    cells: tuple[str, ...]
    right: bool = False

    @cached_property
    def width(self) -> int:
        """The characters that its widest cell takes."""
        return max(map(cell_len, (self.title, *self.cells)))

    def padded(self, cell: str) -> str:
        """A cell or the title, as wide as the column."""
        blank = " " * (self.width - cell_len(cell))
        return blank + cell if self.right else cell + blank


def columns_of(runs: Sequence[RunRecord]) -> list[Column]:
    """The table, with the user's own texts as they are; without the reasons."""
    best_by = _common([run["best"]["by"] for run in runs if run["best"]])
    measures = [judged_by(run["metrics"]) for run in runs]
    measure = _common([name for name in measures if name])
    return [
        Column("run", "run", tuple(run["name"] for run in runs)),
        Column("status", "status", tuple(run["status"] for run in runs)),
        Column("epochs", "epochs", tuple(map(_epochs, runs)), right=True),
        Column(
            "best", f"best {best_by}".rstrip(), tuple(_best(run, named=not best_by) for run in runs)
        ),
        Column(
            "test",
            f"test {measure}".rstrip(),
            tuple(
                _test(run, name, named=not measure)
                for run, name in zip(runs, measures, strict=True)
            ),
            right=bool(measure),
        ),
        Column("parameters", "parameters", tuple(map(_parameters, runs)), right=True),
        Column("data", "data", tuple(spoken_data(run["data"]) for run in runs)),
        Column(
            "duration",
            "duration",
            tuple("" if run["seconds"] is None else clock(run["seconds"]) for run in runs),
            right=True,
        ),
        Column("started", "started (UTC)", tuple(_moment(run["started"]) for run in runs)),
    ]


def runs_text(runs: Sequence[RunRecord], *, width: int | None) -> Text:
    """The runs as lines below each other, the titles first; why a run ended stands behind it, or below.

    Args:
        runs: The runs, at least one.
        width: The columns that a line may take; None for any.
    """
    columns = [
        Column(each.name, printable(each.title), tuple(map(printable, each.cells)), each.right)
        for each in columns_of(runs)
    ]
    left_out: list[str] = []
    if width is not None:
        columns, left_out = _fitting(columns, width)
    lines = [Text(_GAP.join(each.padded(each.title) for each in columns).rstrip(), style="dim")]
    for at, run in enumerate(runs):
        lines += _lines(run, [(each, each.cells[at]) for each in columns], width)
    if left_out:
        lines.append(Text(cut(f"no room for {', '.join(left_out)}", width or 0), style="dim"))
    return Text("\n").join(lines)


def judged_by(metrics: Mapping[str, float | None]) -> str | None:
    """The one metric of the test split that says most to people: an accuracy, else the first, else the loss."""
    own = [name for name in metrics if name != "loss" and not name.endswith("_loss")]
    accuracies = [name for name in own if name.endswith("accuracy")]
    return next(iter([*accuracies, *own, *metrics]), None)


def first_line(reason: str | None) -> str:
    """The first line of why a run ended."""
    lines = (reason or "").strip().splitlines()
    return lines[0][:_LONGEST] if lines else ""


def spoken_data(data: DataRecord | None) -> str:
    """What a run learned from, and how many images there were to learn from."""
    if data is None:
        return ""
    return data["name"] if data["train"] is None else f"{data['name']} {data['train']:,}"


def cut(text: str, width: int) -> str:
    """A text that takes at most so many columns, cut after a word if one ends in its second half."""
    if cell_len(text) <= width:
        return text
    kept = set_cell_size(text, max(width - 1, 0)).rstrip()
    words = kept.rpartition(" ")[0]
    return f"{words if len(words) > width // 2 else kept}…"


def cut_inside(text: str, width: int) -> str:
    """A name that takes at most so many columns, cut in its middle, for ends tell names apart."""
    if cell_len(text) <= width:
        return text
    head = set_cell_size(text, (width - 1) // 2).rstrip()
    tail = text[len(head) :]
    while cell_len(tail) > width - 1 - cell_len(head):
        tail = tail[1:]
    return f"{head}…{tail}"


def _fitting(columns: list[Column], width: int) -> tuple[list[Column], list[str]]:
    """The columns that there is room for, with long names cut; and what is left out, by name."""
    longest = max(_NARROWEST_NAME, width // 2)
    columns = [
        replace(each, cells=tuple(cut_inside(cell, longest) for cell in each.cells))
        if each.name in {"run", "data"}
        else each
        for each in columns
        if any(each.cells)
    ]
    names = [each.name for each in columns]
    for name in _LEAVING:
        if sum(each.width + len(_GAP) for each in columns) - len(_GAP) <= width:
            break
        columns = [each for each in columns if each.name != name]
    kept = {each.name for each in columns}
    return columns, [name for name in names if name not in kept]


def _lines(
    run: RunRecord, cells: Sequence[tuple[Column, str]], width: int | None
) -> Iterator[Text]:
    """A run's line, with the reason behind it; below it where it would be cut."""
    reason = printable(first_line(run["reason"]))
    if not any(cell for _, cell in cells[2:]):
        cells = cells[:2]
    elif width is not None and reason and not _fits(cells, reason, width):
        yield from _lines({**run, "reason": None}, cells, width)
        indent = cells[0][0].width + len(_GAP)
        yield Text(" " * indent + cut(reason, max(width - indent, 1)), style="dim")
        return
    line = Text()
    for column, cell in cells:
        line.append(f"{_GAP if line else ''}")
        line.append(column.padded(cell), COLOURS[run["status"]] if column.name == "status" else "")
    if reason:
        room = reason if width is None else cut(reason, max(width - line.cell_len - len(_GAP), 1))
        line.append(f"{_GAP}{room}")
    line.rstrip()
    if width is not None:
        line.truncate(width, overflow="ellipsis")
    yield line


def _fits(cells: Sequence[tuple[Column, str]], reason: str, width: int) -> bool:
    return sum(column.width + len(_GAP) for column, _ in cells) + cell_len(reason) <= width


def _common(names: Sequence[str]) -> str:
    """The one name that all are; nothing where they differ, or there is none."""
    return names[0] if len(set(names)) == 1 else ""


def _best(run: RunRecord, *, named: bool) -> str:
    best = run["best"]
    if best is None:
        return ""
    name = f"{best['by']} " if named else ""
    return f"{name}{spoken_value(best['value'])} ({best['epoch']})"


def _test(run: RunRecord, name: str | None, *, named: bool) -> str:
    if name is None:
        return ""
    value = spoken_value(run["metrics"][name])
    return f"{name} {value}" if named else value


def _parameters(run: RunRecord) -> str:
    return "" if run["parameters"] is None else f"{run['parameters']['total']:,}"


def _epochs(run: RunRecord) -> str:
    done, planned = run["epochs_done"], run["epochs"]
    if planned is None:
        return "" if done is None else str(done)
    return f"{done or 0}/{planned}"


def spoken_value(value: float | None) -> str:
    """A metric for people; a dash where it is no number."""
    return "-" if value is None else spoken_number(value)


def _moment(text: str | None) -> str:
    """A moment to the minute."""
    if text is None:
        return ""
    return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M}"
