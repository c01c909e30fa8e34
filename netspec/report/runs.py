"""The runs of a folder as data, CSV, Markdown and JSON."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Literal

from typing_extensions import TypedDict  # the one that pydantic reads on Python 3.11

from netspec.report.escape import json_text, markdown, spreadsheet_cell
from netspec.report.markdown import table
from netspec.report.runs_table import columns_of, first_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Status = Literal[
    "running", "finished", "failed", "interrupted", "killed", "unknown", "damaged", "foreign"
]


class BestRecord(TypedDict):
    """The best epoch, what it is best by, the value of that, and all that the epoch gave."""

    epoch: int
    by: str
    value: float | None
    metrics: dict[str, float | None]


class ParametersRecord(TypedDict):
    """How many parameters the network has; those that training changes are null where only the total is known."""

    total: int
    trainable: int | None


class DataRecord(TypedDict):
    """What a run learned from: its source, what that is called, and how many images each split has.

    `name` is the folder's or the file's where the source is one, else the source's; `fingerprint` is that of all
    images with their labels.
    """

    source: str
    name: str
    train: int | None
    validation: int | None
    test: int | None
    fingerprint: str | None


class RunRecord(TypedDict):
    """One folder, and what is known of the run in it; null is what is not known.

    `unknown` is a run that goes on or was killed, and nobody here can tell which; `damaged` one whose record cannot be
    read; `foreign` a folder that is no run, or that a newer netspec wrote. `reason` says more of a status. `epochs` are
    those planned; `seconds` the run's, or of its epochs where it was killed; `metrics` those of the test split; `macs`
    the multiply-accumulates for one sample.
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
    parameters: ParametersRecord | None
    macs: int | None
    data: DataRecord | None


class RunsDocument(TypedDict):
    """The runs of a folder, those that were asked for: the newest last, unless they were sorted otherwise."""

    folder: str
    runs: list[RunRecord]


def runs_json(document: RunsDocument) -> str:
    """The runs as a JSON document."""
    return json_text(document, ascii_only=True)


def runs_csv(document: RunsDocument) -> str:
    """The runs as CSV, a row each; a column for each metric of the test split."""
    names = list(dict.fromkeys(name for run in document["runs"] for name in run["metrics"]))
    rows = [
        [*row_of(run).values(), *(run["metrics"].get(name) for name in names)]
        for run in document["runs"]
    ]
    return csv_text([*ROW, *(f"test_{name}" for name in names)], rows)


# The columns of a run's row in CSV, before its metrics.
ROW = (
    *("name", "path", "status", "reason", "spec", "started", "ended", "seconds", "epochs"),
    *("epochs_done", "best_epoch", "best_by", "best_value", "parameters", "trainable_parameters"),
    *("macs", "data", "train_images", "validation_images", "test_images"),
)


def row_of(run: RunRecord) -> dict[str, str | float | None]:
    """What is known of a run as cells, by the columns of `ROW`."""
    best, parameters, data = run["best"], run["parameters"], run["data"]
    cells: tuple[str | float | None, ...] = (
        *(run["name"], run["path"], run["status"], run["reason"], run["spec"]),
        *(run["started"], run["ended"], run["seconds"], run["epochs"], run["epochs_done"]),
        *((best["epoch"], best["by"], best["value"]) if best else (None,) * 3),
        *((parameters["total"], parameters["trainable"]) if parameters else (None,) * 2),
        run["macs"],
        *((data["name"], data["train"], data["validation"], data["test"]) if data else (None,) * 4),
    )
    return dict(zip(ROW, cells, strict=True))


def csv_text(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV; in texts, what cannot be seen is written by number, and none is a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    for row in (titles, *rows):
        writer.writerow([spreadsheet_cell(cell) if isinstance(cell, str) else cell for cell in row])
    return buffer.getvalue()


def runs_markdown(document: RunsDocument) -> str:
    """The runs as a Markdown table."""
    columns = columns_of(document["runs"])
    reasons = [first_line(run["reason"]) for run in document["runs"]]
    titles = [*(column.title for column in columns), "reason"]
    rows = zip(*(column.cells for column in columns), reasons, strict=True)
    lines = table(
        [markdown(title) for title in titles],
        [[markdown(cell) for cell in row] for row in rows],
        right=[place for place, column in enumerate(columns) if column.right],
    )
    return "\n".join([*lines, ""])
