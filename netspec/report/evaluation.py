"""An evaluation as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.columns import Columns
from rich.console import Console
from rich.table import Table
from rich.text import Text
from typing_extensions import TypedDict  # the one that pydantic reads on Python 3.11

from netspec.report.escape import json_text, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import RenderableType

_MOST_CLASSES = 20  # in a matrix that a person reads
_MOST_PAIRS = 10
_WIDEST_LABEL = 40  # on a terminal, as are the others
_WIDEST_ROW_LABEL = 24
_WIDEST_COLUMN_LABEL = 8
_NARROWEST_LABEL = 8
_UNLIMITED = 100_000


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
    return json_text(document)


def evaluation_text(
    document: EvaluationDocument, *, width: int | None = None
) -> list[RenderableType]:
    """Metrics, a table of classes, and the confusion matrix where there is room for it.

    Args:
        document: The evaluation.
        width: How many columns the terminal has; None where nothing needs to be cut, as in a pipe.
    """
    numbers = "  ".join(
        f"{printable(name)} {_number(value)}" for name, value in document["metrics"].items()
    )
    head = Text.assemble(
        (f"{document['split']}  ", "bold"), f"{document['images']:,} images  {numbers}"
    )
    classes = _fitting(lambda limit: _classes(document, limit), width)
    parts: list[RenderableType] = [head, Text(), classes, Text()]
    if len(document["classes"]) > _MOST_CLASSES:
        return [*parts, _fitting(lambda limit: _confused(document, limit), width)]
    matrix = _matrix_within(document, width)
    if matrix:
        return [*parts, *matrix]
    pairs = _fitting(lambda limit: _confused(document, limit), width)
    note = Text("a wider terminal shows the confusion matrix", style="dim")
    return [*parts, pairs, note]


def _labels(document: EvaluationDocument, limit: int | None = None) -> list[str]:
    """The classes' labels in label order, each in at most so many cells."""
    return [_cut(printable(record["label"]), limit) for record in document["classes"]]


def _cut(label: str, limit: int | None) -> str:
    if limit is None or cell_len(label) <= limit:
        return label
    return f"{set_cell_size(label, limit - 1).rstrip()}…"


def _measured(table: Table) -> int:
    """How many columns a table takes where none of it is cut."""
    return Console(width=_UNLIMITED).measure(table).maximum


def _fitting(made: Callable[[int | None], Table], width: int | None) -> Table:
    """A table whose labels are as short as the width asks for, so that its numbers stay whole."""
    if width is None:
        return made(None)
    limits = range(_WIDEST_LABEL, _NARROWEST_LABEL, -1)
    tables = (made(limit) for limit in limits)
    fitting = (table for table in tables if _measured(table) <= width)
    return next(fitting, None) or made(_NARROWEST_LABEL)


def _classes(document: EvaluationDocument, limit: int | None) -> Table:
    table = _table("class", right=("images", "predicted", "precision", "recall"))
    for label, record in zip(_labels(document, limit), document["classes"], strict=True):
        table.add_row(
            Text(label),
            f"{record['images']:,}",
            f"{record['predicted']:,}",
            _number(record["precision"]),
            _number(record["recall"]),
        )
    return table


def _matrix_within(document: EvaluationDocument, width: int | None) -> list[RenderableType]:
    """The matrix with labels, else with their numbers and what they stand for; nothing where neither fits."""
    whole = _labels(document)
    if width is None:
        return [_matrix(document, whole, whole)]
    rows, columns = _labels(document, _WIDEST_ROW_LABEL), _labels(document, _WIDEST_COLUMN_LABEL)
    indices = [str(index) for index in range(len(whole))]
    numbered = [f"{index} {label}" for index, label in enumerate(rows)]
    # Labels that are cut to the same letters would tell nothing.
    if len({*columns}) == len({*whole}):
        labelled = _matrix(document, rows, columns)
        if _measured(labelled) <= width:
            return [labelled]
    with_legend = _matrix(document, numbered, indices)
    if _measured(with_legend) <= width:
        return [with_legend]
    bare = _matrix(document, indices, indices, corner="")
    if _measured(bare) > width:
        return []
    legend = [Text(f"{index} {label}") for index, label in enumerate(rows)]
    return [
        bare,
        Text("rows are true, columns predicted", style="dim"),
        Columns(legend, padding=(0, 2)),
    ]


def _matrix(
    document: EvaluationDocument,
    rows: Sequence[str],
    columns: Sequence[str],
    corner: str = "true \\ predicted",
) -> Table:
    table = _table(corner)
    for label in columns:
        table.add_column(Text(label), justify="right", no_wrap=True)
    for row, (label, counts) in enumerate(zip(rows, document["confusion"], strict=True)):
        table.add_row(
            Text(label),
            *(_count(count, diagonal=row == column) for column, count in enumerate(counts)),
        )
    return table


def _confused(document: EvaluationDocument, limit: int | None) -> Table:
    """The pairs that are confused most."""
    labels = _labels(document, limit)
    pairs = sorted(
        (
            (count, labels[row], labels[column])
            for row, counts in enumerate(document["confusion"])
            for column, count in enumerate(counts)
            if count and row != column
        ),
        key=lambda pair: -pair[0],
    )[:_MOST_PAIRS]
    table = _table("true", "taken for", right=("images",))
    for count, true, taken in pairs:
        table.add_row(Text(true), Text(taken), f"{count:,}")
    return table


def _table(*left: str, right: Sequence[str] = ()) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in left:
        table.add_column(Text(name), no_wrap=True)
    for name in right:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _count(count: int, *, diagonal: bool) -> Text:
    return Text(
        f"{count:,}" if count else "·", style="bold green" if diagonal else "" if count else "dim"
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
