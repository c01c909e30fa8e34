"""A metric needs labels of another form than the loss gives it.

The form of the labels follows the loss: class indices under `sparse_categorical_crossentropy`, one-hot vectors under
`categorical_crossentropy`, 0 and 1 under `binary_crossentropy` with one unit. Every metric sees the same labels.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: sparse_categorical_crossentropy, metrics: [CategoricalAccuracy]}  # NS505
    training: {epochs: 5}

Passing, as `accuracy` takes whichever form the loss takes:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: sparse_categorical_crossentropy, metrics: [accuracy]}
    training: {epochs: 5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.checks.losses.outputs import compiled_outputs
from netspec.checks.written import field_place
from netspec.diagnostics import Code, Finding
from netspec.spec.shares import has_twin, index_field, takes_shares

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.checks.losses.outputs import Output
    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.METRIC_LABELS

_FORMS = {
    "integer": "class indices",
    "one_hot": "one-hot vectors",
    "binary": "0 or 1",
    "flags": "0 or 1 for each class",
    "numbers": "numbers",
}
# What a message says that a metric needs.
_NEEDS = {
    "integer": "class indices",
    "one_hot": "one-hot vectors",
    "binary": "0 or 1 or one-hot vectors",
    "numbers": "0 or 1 or one-hot vectors",
}
_VALUES = frozenset({"binary", "one_hot", "flags", "numbers"})
_TAKES = {
    "integer": frozenset({"integer"}),
    "one_hot": _VALUES - {"binary"},
    "binary": _VALUES,
    "numbers": _VALUES,
}


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds the form each metric needs against the form its loss takes."""
    for output in compiled_outputs(document, graph):
        if output.shape is None:
            continue
        given = output.form
        # Of class indices the rule for losses tells.
        shares = output.mixed_by is not None and given != "integer"
        for index, metric in enumerate(output.metrics):
            if shares and not takes_shares(metric, given):
                continue  # of that `mixed_metrics` tells
            if isinstance(metric, str) or metric.labels == "any":
                continue
            path = (*output.metrics_path, index)
            if given not in _TAKES[metric.labels]:
                yield Finding(
                    CODE,
                    f"{metric.kind()} compares {_NEEDS[metric.labels]}, and {_are(output)}",
                    document.place(*path),
                    _hint(output),
                )
            elif output.mixed_by is not None and has_twin(output.loss):
                yield from _of_indices(document, path, metric, output.mixed_by)


def _of_indices(
    document: Document, path: tuple[str | int, ...], metric: Any, mixed_by: str
) -> Iterator[Finding]:
    """A field that says something of class indices, where labels are shares of classes."""
    field = index_field(metric)
    if field is not None:
        yield Finding(
            CODE,
            f"{field} of {metric.kind()} is about class indices, and {mixed_by} makes shares of two classes",
            field_place(document, path, field),
            f"leave {field} out",
        )


def _are(output: Output) -> str:
    """What the labels of an output are."""
    if output.form in {"flags", "numbers"}:
        return f"{output.learned} is {_FORMS[output.form]}"
    return f"under {output.loss.kind()} the labels are {_FORMS[output.form]}"


def _hint(output: Output) -> str:
    if output.form == "numbers":
        return "write mae or RootMeanSquaredError"
    if output.form == "flags":
        return "write BinaryAccuracy, which counts each answer"
    return "write accuracy, which takes either, or choose the metric of that form"
