"""Two metrics of one output are kept under one name.

What is printed, kept in `metrics.csv` and watched has a name a metric. Of two with the same name one is lost.

Failing: `metrics: [accuracy, accuracy]`.

Passing: `metrics: [Precision, {Precision: {name: precision_of_cats, class_id: 3}}]`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.outputs import compiled_outputs
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks for a name that an earlier metric of the list has."""
    for output in compiled_outputs(document, graph):
        names = [
            metric if isinstance(metric, str) else metric.logged_as for metric in output.metrics
        ]
        for index, name in enumerate(names):
            if name in names[:index]:
                yield Finding(
                    Code.METRIC_NAMES,
                    f"two metrics are kept under the name '{name}'",
                    document.place(*output.metrics_path, index),
                    "take one out, or give it a `name` of its own",
                )
