"""The runs of a folder as a table, Markdown, CSV and JSON."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len
from rich.text import Text
from typing_extensions import TypedDict  # the one that pydantic reads on Python 3.11

from netspec.report.escape import json_text, markdown, printable
from netspec.report.spoken import clock, spoken_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Status = Literal[
    "running", "finished", "failed", "interrupted", "killed", "unknown", "damaged", "foreign"
]

_TITLES = ("run", "status", "epochs", "best", "duration", "started (UTC)", "")
_TO_THE_RIGHT = {2, 4}
_GAP = "  "
_LONGEST = 500
_COLOURS: dict[Status, str] = {
    "running": "cyan",
    "finished": "green",
    "failed": "red",
    "interrupted": "yellow",
    "killed": "red",
    "unknown": "yellow",
    "damaged": "red",
    "foreign": "dim",
}


class BestRecord(TypedDict):
    """The best epoch, what it is best by, and the value of that."""

    epoch: int
    by: str
    value: float | None


class RunRecord(TypedDict):
    """One folder, and what is known of the run in it; null is what is not known.

    `unknown` is a run that goes on or was killed, and nobody here can tell which; `damaged` one whose record cannot be
    read; `foreign` a folder that is no run, or that a newer netspec wrote. `reason` says more of a status. `epochs` are
    those planned; `seconds` the run's, or of its epochs where it was killed; `metrics` those of the test split.
    """

    name: str
    path: str
    status: Status
    reason: str | None
    spec: str | None
    started: str | None
    ended: str | None
    seconds: float | None
    epochs: int | None
    epochs_done: int | None
    best: BestRecord | None
    metrics: dict[str, float | None]


class RunsDocument(TypedDict):
    """The runs of a folder, the newest last."""

    folder: str
    runs: list[RunRecord]


def runs_json(document: RunsDocument) -> str:
    """The runs as a JSON document."""
    return json_text(document, ascii_only=True)


def runs_csv(document: RunsDocument) -> str:
    """The runs as CSV, a row each."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(
        [
            *("name", "path", "status", "reason", "spec", "started", "ended", "seconds"),
            *("epochs", "epochs_done", "best_epoch", "best_by", "best_value"),
        ]
    )
    for run in document["runs"]:
        best = run["best"]
        row = [
            *(run["name"], run["path"], run["status"], run["reason"], run["spec"]),
            *(run["started"], run["ended"], run["seconds"], run["epochs"], run["epochs_done"]),
            *((None, None, None) if best is None else (best["epoch"], best["by"], best["value"])),
        ]
        writer.writerow([printable(cell) if isinstance(cell, str) else cell for cell in row])
    return buffer.getvalue()


def runs_markdown(document: RunsDocument) -> str:
    """The runs as a Markdown table."""
    titles = [*_TITLES[:-1], "reason"]
    rows = [titles, ["---"] * len(titles)]
    rows += [[markdown(cell) for cell in _cells(run)] for run in document["runs"]]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def runs_text(document: RunsDocument, *, width: int | None) -> Text:
    """The runs as lines below each other, the titles first.

    Args:
        document: The runs.
        width: The columns that a line may take; None for any.
    """
    runs = document["runs"]
    rows = [tuple(printable(cell) for cell in _cells(run)) for run in runs]
    widths = [max(map(cell_len, column)) for column in zip(_TITLES, *rows, strict=True)]
    lines = [Text(_GAP.join(_padded(_TITLES, widths)).rstrip(), style="dim")]
    for run, row in zip(runs, rows, strict=True):
        name, status, *rest = _padded(row, widths)
        line = Text.assemble(
            name, _GAP, (status, _COLOURS[run["status"]]), *(f"{_GAP}{cell}" for cell in rest)
        )
        line.rstrip()
        lines.append(line)
    for line in lines if width is not None else ():
        line.truncate(width or 0, overflow="ellipsis")
    return Text("\n").join(lines)


def _cells(run: RunRecord) -> tuple[str, ...]:
    """What stands in a run's row, with the user's own texts as they are."""
    best = run["best"]
    told = "" if best is None else f"{best['by']} {_value(best['value'])} ({best['epoch']})"
    reason = (run["reason"] or "").strip()
    return (
        run["name"],
        run["status"],
        _epochs(run),
        told,
        "" if run["seconds"] is None else clock(run["seconds"]),
        _moment(run["started"]),
        reason.splitlines()[0][:_LONGEST] if reason else "",
    )


def _epochs(run: RunRecord) -> str:
    done, planned = run["epochs_done"], run["epochs"]
    if planned is None:
        return "" if done is None else str(done)
    return f"{done or 0}/{planned}"


def _value(value: float | None) -> str:
    return "-" if value is None else spoken_number(value)


def _moment(text: str | None) -> str:
    """A moment to the minute."""
    if text is None:
        return ""
    return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M}"


def _padded(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    for number, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        blank = " " * (width - cell_len(cell))
        yield blank + cell if number in _TO_THE_RIGHT else cell + blank
