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

from typing import TYPE_CHECKING

from netspec.checks.losses.outputs import compiled_outputs
from netspec.diagnostics import Code, Finding
from netspec.spec.labels import label_form, mixing, takes_shares

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.METRIC_LABELS

_FORMS = {"integer": "class indices", "one_hot": "one-hot vectors", "binary": "0 or 1"}
_TAKES = {
    "integer": {"integer"},
    "one_hot": {"one_hot"},
    "binary": {"binary", "one_hot"},
    "numbers": {"binary", "one_hot"},
}


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds the form each metric needs against the form its loss takes."""
    mixed_by = mixing(document.augmentation)
    for output in compiled_outputs(document, graph):
        if output.shape is None:
            continue
        given = label_form(output.loss, output.shape[-1])
        # Of class indices the rule for losses tells.
        shares = mixed_by is not None and given != "integer"
        for index, metric in enumerate(output.metrics):
            if shares and not takes_shares(metric, given):
                continue  # of that `mixed_metrics` tells
            if isinstance(metric, str) or metric.labels == "any":
                continue
            takes = _TAKES[metric.labels]
            if given not in takes:
                forms = " or ".join(_FORMS[form] for form in sorted(takes))
                yield Finding(
                    CODE,
                    f"{metric.kind()} compares {forms}, and under {output.loss.kind()} the "
                    f"labels are {_FORMS[given]}",
                    document.place(*output.metrics_path, index),
                    "write accuracy, which takes either, or choose the metric of that form",
                )
