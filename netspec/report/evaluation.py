"""An evaluation as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NotRequired

from rich.cells import cell_len, set_cell_size
from rich.columns import Columns
from rich.console import Console
from rich.table import Table
from rich.text import Text
from typing_extensions import TypedDict  # the one that pydantic reads on Python 3.11

from netspec.report.escape import json_text, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

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


class ValueRecord(TypedDict):
    """How one number fares, in its own unit.

    An image's error is the predicted number less the true one; `bias` is the mean error. Null where a prediction is no
    number.
    """

    name: str
    mean_absolute_error: float | None
    root_mean_squared_error: float | None
    bias: float | None


class ClassesRecord(TypedDict):
    """An output that names one of several classes.

    `confusion` has a row for each true class and a column for each predicted one, both in label order.
    """

    kind: Literal["class"]
    classes: list[ClassRecord]
    confusion: list[list[int]]


class LabelsRecord(TypedDict):
    """An output that says of each of several classes whether an image has it."""

    kind: Literal["multi_label"]
    labels: list[ClassRecord]


class NumbersRecord(TypedDict):
    """An output that gives numbers."""

    kind: Literal["number"]
    values: list[ValueRecord]


OutputRecord = ClassesRecord | LabelsRecord | NumbersRecord


class EvaluationDocument(TypedDict):
    """What ``netspec evaluate --format json`` prints, and ``evaluation.json`` holds.

    A network whose one output names a class has `classes` and `confusion`, which has a row for each true class and a
    column for each predicted one, both in label order. Any other has `outputs`, by the outputs' keys.
    """

    split: str
    images: int
    checkpoint: str
    metrics: dict[str, float | None]
    classes: NotRequired[list[ClassRecord]]
    confusion: NotRequired[list[list[int]]]
    outputs: NotRequired[dict[str, OutputRecord]]


def evaluation_json(document: EvaluationDocument) -> str:
    """The document as text."""
    return json_text(document)


def evaluation_text(
    document: EvaluationDocument, *, width: int | None = None
) -> list[RenderableType]:
    """Metrics, and of each output a table, with the confusion matrix of classes where there is room for it.

    Args:
        document: The evaluation.
        width: How many columns the terminal has; None where nothing needs to be cut, as in a pipe.
    """
    head = Text.assemble((f"{document['split']}  ", "bold"), f"{document['images']:,} images")
    metrics = document["metrics"]
    if "outputs" not in document:
        record: ClassesRecord = {
            "kind": "class",
            "classes": document["classes"],
            "confusion": document["confusion"],
        }
        return [_with_numbers(head, metrics, width), Text(), *_output(record, width)]
    outputs = document["outputs"]
    if len(outputs) == 1:
        (one,) = outputs.values()
        return [_with_numbers(head, metrics, width), Text(), *_output(one, width)]
    whose = {name: _whose(name, list(outputs)) for name in metrics}
    overall = {name: value for name, value in metrics.items() if whose[name] is None}
    parts: list[RenderableType] = [_with_numbers(head, overall, width)]
    for key, each in outputs.items():
        own = {
            name.removeprefix(f"{key}_"): value
            for name, value in metrics.items()
            if whose[name] == key
        }
        title = Text(printable(key), style="bold")
        parts += [Text(), _with_numbers(title, own, width), Text(), *_output(each, width)]
    return parts


def _whose(name: str, keys: Sequence[str]) -> str | None:
    """The output that a metric is of, by its name, as Keras makes it; None where it is of the whole."""
    fitting = [key for key in keys if name.startswith(f"{key}_")]
    return max(fitting, key=len, default=None)


def _with_numbers(head: Text, metrics: Mapping[str, float | None], width: int | None) -> Text:
    """A head with metrics after it, on as many lines as they take; a name and its number stay together."""
    text, line = head.copy(), head.cell_len
    for name, value in metrics.items():
        part = f"  {printable(name)} {_number(value)}"
        if width is not None and line + cell_len(part) > width:
            text.append("\n")
            line = 0
        text.append(part)
        line += cell_len(part)
    return text


def _output(record: OutputRecord, width: int | None) -> list[RenderableType]:
    """How one output fares."""
    if record["kind"] == "multi_label":
        labels = record["labels"]
        return [_fitting(lambda limit: _classes("label", labels, limit), width)]
    if record["kind"] == "number":
        values = record["values"]
        return [_fitting(lambda limit: _values(values, limit), width)]
    classes = record["classes"]
    parts: list[RenderableType] = [
        _fitting(lambda limit: _classes("class", classes, limit), width),
        Text(),
    ]
    if len(classes) > _MOST_CLASSES:
        return [*parts, _fitting(lambda limit: _confused(record, limit), width)]
    matrix = _matrix_within(record, width)
    if matrix:
        return [*parts, *matrix]
    pairs = _fitting(lambda limit: _confused(record, limit), width)
    note = Text("a wider terminal shows the confusion matrix", style="dim")
    return [*parts, pairs, note]


def _labels(classes: Sequence[ClassRecord], limit: int | None = None) -> list[str]:
    """The classes' labels in label order, each in at most so many cells."""
    return [_cut(printable(record["label"]), limit) for record in classes]


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


def _values(values: Sequence[ValueRecord], limit: int | None) -> Table:
    table = _table("number", right=("mean error", "root mean square", "bias"))
    for record in values:
        errors = (record["mean_absolute_error"], record["root_mean_squared_error"], record["bias"])
        table.add_row(Text(_cut(printable(record["name"]), limit)), *map(_error, errors))
    return table


def _classes(what: str, classes: Sequence[ClassRecord], limit: int | None) -> Table:
    table = _table(what, right=("images", "predicted", "precision", "recall"))
    for label, record in zip(_labels(classes, limit), classes, strict=True):
        table.add_row(
            Text(label),
            f"{record['images']:,}",
            f"{record['predicted']:,}",
            _number(record["precision"]),
            _number(record["recall"]),
        )
    return table


def _matrix_within(record: ClassesRecord, width: int | None) -> list[RenderableType]:
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


def _confused(record: ClassesRecord, limit: int | None) -> Table:
    """The pairs that are confused most."""
    labels = _labels(record["classes"], limit)
    pairs = sorted(
        (
            (count, labels[row], labels[column])
            for row, counts in enumerate(record["confusion"])
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


def _error(value: float | None) -> str:
    return "-" if value is None else f"{value:.5g}"
