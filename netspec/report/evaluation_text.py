"""An evaluation as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.cells import cell_len
from rich.text import Text

from netspec.report.escape import printable
from netspec.report.evaluation_tables import (
    classes_table,
    confused_table,
    fitting,
    matrix_within,
    mistakes_table,
    number,
    values_table,
)
from netspec.report.evaluation_words import figures_in_words
from netspec.report.shifts import shifts_text
from netspec.wording import MAX_SPOKEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

    from netspec.report.evaluation import (
        ClassesRecord,
        ClassRecord,
        EvaluationDocument,
        OutputRecord,
    )

_MOST_CLASSES = 20  # in a matrix that a person reads
# Without a matrix, and beside one.
_MOST_PAIRS, _FEWER_PAIRS = 10, 5
_MOST_MISTAKES = 5
_TWO = 2


def evaluation_text(
    document: EvaluationDocument, *, width: int | None = None
) -> list[RenderableType]:
    """Metrics, and of each output a table, with the confusion matrix of classes where there is room for it.

    Of classes there are also the accuracy's interval, the calibration, the most confused pairs and the worst mistakes,
    as far as the document has them; and the shift test, where there was one.

    Args:
        document: The evaluation.
        width: How many columns the terminal has; None where nothing needs to be cut, as in a pipe.
    """
    parts = _judged(document, width)
    if "shifts" in document:
        parts += [Text(), *shifts_text(document["shifts"])]
    return parts


def _judged(document: EvaluationDocument, width: int | None) -> list[RenderableType]:
    """How the network fares on the images as they are."""
    of = f"{_cut(printable(document['data']['source']))}  " if "data" in document else ""
    of += printable(document["split"])
    head = Text.assemble((f"{of}  ", "bold"), f"{document['images']:,} images")
    metrics = document["metrics"]
    outputs = document.get("outputs")
    if outputs is None:
        # The document has all that the record of such an output has.
        record = cast("ClassesRecord", {**document, "kind": "class"})
        return [_with_numbers(head, metrics, width), *_output(record, width)]
    if len(outputs) == 1:
        (one,) = outputs.values()
        return [_with_numbers(head, metrics, width), *_output(one, width)]
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
        parts += [Text(), _with_numbers(title, own, width), *_output(each, width)]
    return parts


def _cut(source: str) -> str:
    """What data is called, of which the end says most where it is a long path."""
    return source if len(source) <= MAX_SPOKEN else f"…{source[1 - MAX_SPOKEN :]}"


def _whose(name: str, keys: Sequence[str]) -> str | None:
    """The output that a metric is of, by its name, as Keras makes it; None where it is of the whole."""
    fitting = [key for key in keys if name.startswith(f"{key}_")]
    return max(fitting, key=len, default=None)


def _with_numbers(head: Text, metrics: Mapping[str, float | None], width: int | None) -> Text:
    """A head with metrics after it, on as many lines as they take; a name and its number stay together."""
    text, line = head.copy(), head.cell_len
    for name, value in metrics.items():
        part = f"  {printable(name)} {number(value)}"
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
        return [Text(), fitting(lambda limit: classes_table("label", labels, limit), width)]
    if record["kind"] == "number":
        values = record["values"]
        return [Text(), fitting(lambda limit: values_table(values, limit), width)]
    sentences = [Text(each) for each in figures_in_words(record, record["classes"])]
    parts = [_classes(record["classes"], width), _confusion(record, width)]
    if record.get("mistakes"):
        parts.append(_mistakes(record, width))
    return [*sentences, *(each for part in parts for each in (Text(), *part))]


def _classes(classes: Sequence[ClassRecord], width: int | None) -> list[RenderableType]:
    """A table of the classes; of many only those that there is something to tell of."""
    told = [
        each
        for each in classes
        if each["images"] or each["predicted"] or len(classes) <= _MOST_CLASSES
    ]
    parts: list[RenderableType] = [
        fitting(lambda limit: classes_table("class", told, limit), width)
    ]
    if left := len(classes) - len(told):
        parts.append(Text(f"{left:,} more, of which there is no image and none was taken for one"))
    return parts


def _confusion(record: ClassesRecord, width: int | None) -> list[RenderableType]:
    """The confusion matrix where there is room for it, and the pairs that are confused most."""

    def pairs(most: int) -> RenderableType:
        return fitting(lambda limit: confused_table(record, limit, most=most), width)

    classes = len(record["classes"])
    if classes > _MOST_CLASSES:
        return [pairs(_MOST_PAIRS)]
    matrix = matrix_within(record, width)
    if not matrix:
        return [
            pairs(_MOST_PAIRS),
            Text("a wider terminal shows the confusion matrix", style="dim"),
        ]
    # Of two classes the matrix itself has no more than two pairs.
    if classes > _TWO and record.get("confused"):
        return [*matrix, Text(), pairs(_FEWER_PAIRS)]
    return matrix


def _mistakes(record: ClassesRecord, width: int | None) -> list[RenderableType]:
    """The worst mistakes, and where their pictures are."""
    mistakes = record["mistakes"]
    shown = fitting(lambda limit: mistakes_table(mistakes[:_MOST_MISTAKES], limit), width)
    pictures = [each["picture"] for each in mistakes if each["picture"] is not None]
    if not pictures:
        return [shown]
    folder = printable(pictures[0].rpartition("/")[0])
    many = f"{len(pictures)} pictures of mistakes are"
    which = many if len(pictures) > 1 else "its picture is"
    return [shown, Text(f"{which} in {folder} of the run", style="dim")]
