"""An evaluation as text and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text
from typing_extensions import TypedDict  # the one that pydantic reads on Python 3.11

from netspec.report.escape import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

_WIDEST_MATRIX = 20
_NAME = 8


class ClassRecord(TypedDict):
    """How one class fares.

    `images` counts the images that belong to it, `predicted` those that were taken for it; `precision` is the share of
    these that belong to it, `recall` the share of its images that were found; null where there is nothing to share.
    """

    label: str
    images: int
    predicted: int
    precision: float | None
    recall: float | None


class EvaluationDocument(TypedDict):
    """What ``netspec evaluate --format json`` prints, and ``evaluation.json`` holds.

    `confusion` has a row for each true class and a column for each predicted one, both in label order.
    """

    split: str
    images: int
    checkpoint: str
    metrics: dict[str, float | None]
    classes: list[ClassRecord]
    confusion: list[list[int]]


def evaluation_json(document: EvaluationDocument) -> str:
    """The document as text."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)


def evaluation_text(document: EvaluationDocument) -> list[RenderableType]:
    """Metrics, a table of classes, and the confusion matrix where it is not too wide to read."""
    numbers = "  ".join(
        f"{printable(name)} {_number(value)}" for name, value in document["metrics"].items()
    )
    head = Text.assemble(
        (f"{document['split']}  ", "bold"), f"{document['images']:,} images  {numbers}"
    )
    parts: list[RenderableType] = [head, Text(), _classes(document), Text()]
    if len(document["classes"]) <= _WIDEST_MATRIX:
        parts += [_matrix(document)]
    return [*parts, *_confused(document)]


def _classes(document: EvaluationDocument) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("class", overflow="ellipsis", no_wrap=True, max_width=40)
    for name in ("images", "predicted", "precision", "recall"):
        table.add_column(name, justify="right", no_wrap=True)
    for record in document["classes"]:
        table.add_row(
            Text(printable(record["label"])),
            f"{record['images']:,}",
            f"{record['predicted']:,}",
            _number(record["precision"]),
            _number(record["recall"]),
        )
    return table


def _matrix(document: EvaluationDocument) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("true \\ predicted", no_wrap=True, overflow="ellipsis", max_width=24)
    for record in document["classes"]:
        label = printable(record["label"])
        short = label if len(label) <= _NAME else f"{label[: _NAME - 1]}…"
        table.add_column(Text(short), justify="right", no_wrap=True)
    for row, record in enumerate(document["classes"]):
        counts = document["confusion"][row]
        table.add_row(
            Text(printable(record["label"])),
            *(_count(count, diagonal=row == column) for column, count in enumerate(counts)),
        )
    return table


def _confused(document: EvaluationDocument) -> list[RenderableType]:
    """The pairs that are confused most, where the matrix is too wide to show."""
    if len(document["classes"]) <= _WIDEST_MATRIX:
        return []
    labels = [record["label"] for record in document["classes"]]
    pairs = sorted(
        (
            (count, labels[row], labels[column])
            for row, counts in enumerate(document["confusion"])
            for column, count in enumerate(counts)
            if count and row != column
        ),
        key=lambda pair: -pair[0],
    )[:10]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("true", "taken for", "images"):
        table.add_column(name, justify="right" if name == "images" else "left", no_wrap=True)
    for count, true, taken in pairs:
        table.add_row(Text(printable(true)), Text(printable(taken)), f"{count:,}")
    return [table]


def _count(count: int, *, diagonal: bool) -> Text:
    return Text(
        f"{count:,}" if count else "·", style="bold green" if diagonal else "" if count else "dim"
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
