"""The tables of an evaluation, as wide as a terminal lets them be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.columns import Columns
from rich.console import Console
from rich.table import Table
from rich.text import Text

from netspec.report.escape import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import RenderableType

    from netspec.report.evaluation import (
        ClassesRecord,
        ClassRecord,
        MistakeRecord,
        ValueRecord,
    )

_WIDEST_LABEL = 40  # on a terminal, as are the others
_WIDEST_ROW_LABEL = 24
_WIDEST_COLUMN_LABEL = 8
_NARROWEST_LABEL = 8
_UNLIMITED = 100_000


def _labels(classes: Sequence[ClassRecord], limit: int | None = None) -> list[str]:
    """The classes' labels in label order, each in at most so many cells."""
    return [_cut(printable(record["label"]), limit) for record in classes]


def _cut(label: str, limit: int | None) -> str:
    if limit is None or cell_len(label) <= limit:
        return label
    return f"{set_cell_size(label, limit - 1).rstrip()}…"


def _cut_before(name: str, limit: int | None) -> str:
    """The end of a name, in so many cells."""
    if limit is None or cell_len(name) <= limit:
        return name
    while cell_len(name) >= limit:
        name = name[1:]
    return f"…{name}"


def _measured(table: Table) -> int:
    """How many columns a table takes where none of it is cut."""
    return Console(width=_UNLIMITED).measure(table).maximum


def fitting(made: Callable[[int | None], Table], width: int | None) -> Table:
    """A table whose labels are as short as the width asks for, so that its numbers stay whole."""
    if width is None:
        return made(None)
    limits = range(_WIDEST_LABEL, _NARROWEST_LABEL, -1)
    tables = (made(limit) for limit in limits)
    narrow = (table for table in tables if _measured(table) <= width)
    return next(narrow, None) or made(_NARROWEST_LABEL)


def values_table(values: Sequence[ValueRecord], limit: int | None) -> Table:
    """How each number fares, with names of at most so many cells."""
    table = _table("number", right=("mean error", "root mean square", "bias"))
    for record in values:
        errors = (record["mean_absolute_error"], record["root_mean_squared_error"], record["bias"])
        table.add_row(Text(_cut(printable(record["name"]), limit)), *map(_error, errors))
    return table


def classes_table(what: str, classes: Sequence[ClassRecord], limit: int | None) -> Table:
    """How each class fares, with labels of at most so many cells."""
    # What an older netspec has kept has no F1.
    has_f1 = all("f1" in record for record in classes)
    shares = ("precision", "recall", *(["F1"] if has_f1 else []))
    table = _table(what, right=("images", "predicted", *shares))
    for label, record in zip(_labels(classes, limit), classes, strict=True):
        table.add_row(
            Text(label),
            f"{record['images']:,}",
            f"{record['predicted']:,}",
            number(record["precision"]),
            number(record["recall"]),
            *([number(record.get("f1"))] if has_f1 else []),
        )
    return table


def matrix_within(record: ClassesRecord, width: int | None) -> list[RenderableType]:
    """The matrix with labels, else with their numbers and what they stand for; nothing where neither fits."""
    whole = _labels(record["classes"])
    if width is None:
        return [_matrix(record, whole, whole)]
    rows, columns = (
        _labels(record["classes"], _WIDEST_ROW_LABEL),
        _labels(record["classes"], _WIDEST_COLUMN_LABEL),
    )
    indices = [str(index) for index in range(len(whole))]
    numbered = [f"{index} {label}" for index, label in enumerate(rows)]
    # Labels that are cut to the same letters would tell nothing.
    if len({*columns}) == len({*whole}):
        labelled = _matrix(record, rows, columns)
        if _measured(labelled) <= width:
            return [labelled]
    with_legend = _matrix(record, numbered, indices)
    if _measured(with_legend) <= width:
        return [with_legend]
    bare = _matrix(record, indices, indices, corner="")
    if _measured(bare) > width:
        return []
    legend = [Text(f"{index} {label}") for index, label in enumerate(rows)]
    return [
        bare,
        Text("rows are true, columns predicted", style="dim"),
        Columns(legend, padding=(0, 2)),
    ]


def _matrix(
    record: ClassesRecord,
    rows: Sequence[str],
    columns: Sequence[str],
    corner: str = "true \\ predicted",
) -> Table:
    table = _table(corner)
    for label in columns:
        table.add_column(Text(label), justify="right", no_wrap=True)
    for row, (label, counts) in enumerate(zip(rows, record["confusion"], strict=True)):
        table.add_row(
            Text(label),
            *(_count(count, diagonal=row == column) for column, count in enumerate(counts)),
        )
    return table


def confused_table(record: ClassesRecord, limit: int | None, *, most: int) -> Table:
    """The pairs that are confused most, with labels of at most so many cells."""
    labels = _labels(record["classes"], limit)
    pairs = sorted(
        (
            (count, labels[row], labels[column])
            for row, counts in enumerate(record["confusion"])
            for column, count in enumerate(counts)
            if count and row != column
        ),
        key=lambda pair: -pair[0],
    )[:most]
    table = _table("true", "taken for", right=("images",))
    for count, true, taken in pairs:
        table.add_row(Text(true), Text(taken), f"{count:,}")
    return table


def mistakes_table(mistakes: Sequence[MistakeRecord], limit: int | None) -> Table:
    """Mistakes one by one, with labels and names of at most so many cells; of a name the end is kept."""
    table = _table("worst mistakes", "true", "taken for", right=("probability", "of the true one"))
    for record in mistakes:
        true, taken = (_cut(printable(record[key]), limit) for key in ("true", "predicted"))
        table.add_row(
            Text(_cut_before(_called(record["image"]), limit)),
            Text(true),
            Text(taken),
            number(record["probability"]),
            number(record["true_probability"]),
        )
    return table


def _called(image: str) -> str:
    """What people call an image: its file, or its place in the data."""
    return f"image {image}" if image.isdecimal() else printable(image)


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


def number(value: float | None) -> str:
    """A loss, metric or share as it is shown."""
    return "-" if value is None else f"{value:.4f}"


def _error(value: float | None) -> str:
    return "-" if value is None else f"{value:.5g}"
