"""A metric needs labels of another form than the loss gives it.

The form of the labels follows the loss: class indices under `sparse_categorical_crossentropy`, one-hot vectors under
`categorical_crossentropy`, 0 and 1 under `binary_crossentropy` with one unit. Every metric sees the same labels.

Failing: `metrics: [CategoricalAccuracy]` under `loss: sparse_categorical_crossentropy`.

Passing: `metrics: [accuracy]`, which takes whichever form the loss takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.outputs import compiled_outputs
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

_FORMS = {
    "integer": "class indices",
    "one_hot": "one-hot vectors",
    "binary": "0 or 1",
}


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds the form each metric needs against the form its loss takes."""
    for output in compiled_outputs(document, graph):
        given = output.loss.labels
        for index, metric in enumerate(output.metrics):
            needed = "any" if isinstance(metric, str) else metric.labels
            if {needed, given} in ({"integer", "one_hot"}, {"integer", "binary"}):
                yield Finding(
                    Code.METRIC_LABELS,
                    f"{metric.kind()} compares {_FORMS[needed]}, and under {output.loss.kind()} the "
                    f"labels are {_FORMS[given]}",
                    document.place(*output.metrics_path, index),
                    "write accuracy, which takes either, or choose the metric of that form",
                )
