"""A metric needs labels of another form than the loss gives it.

The form of the labels follows the loss: class indices under `sparse_categorical_crossentropy`, one-hot vectors under
`categorical_crossentropy`, 0 and 1 under `binary_crossentropy` with one unit. Every metric sees the same labels.

Under an augmentation that mixes images, training's labels are shares of two classes. A metric that asks whether a label
is 0 or 1 then measures nothing in training, of which a warning tells; validation and evaluation are not augmented.

Failing: `metrics: [CategoricalAccuracy]` under `loss: sparse_categorical_crossentropy`.

Passing: `metrics: [accuracy]`, which takes whichever form the loss takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.outputs import compiled_outputs
from netspec.diagnostics import Code, Finding
from netspec.spec.labels import label_form, mixing, takes_shares

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

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
                name = metric if isinstance(metric, str) else metric.kind()
                yield Finding(
                    Code.METRIC_LABELS,
                    f"{name} compares 0 or 1, and {mixed_by} makes shares: it means nothing in training",
                    document.place(*output.metrics_path, index),
                    "validation and evaluation measure it rightly, as no image is mixed there",
                    "warning",
                )
                continue
            if isinstance(metric, str) or metric.labels == "any":
                continue
            takes = _TAKES[metric.labels]
            if given not in takes:
                forms = " or ".join(_FORMS[form] for form in sorted(takes))
                yield Finding(
                    Code.METRIC_LABELS,
                    f"{metric.kind()} compares {forms}, and under {output.loss.kind()} the "
                    f"labels are {_FORMS[given]}",
                    document.place(*output.metrics_path, index),
                    "write accuracy, which takes either, or choose the metric of that form",
                )
