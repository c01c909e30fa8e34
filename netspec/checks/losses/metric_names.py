"""Two metrics of one output are kept under one name.

What is printed, kept in `metrics.csv` and watched has a name a metric. Of two with the same name one is lost.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile:
      optimizer: adam
      loss: categorical_crossentropy
      metrics: [Precision, {Precision: {name: precision, class_id: 3}}]  # NS510
    training: {epochs: 5}

Passing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile:
      optimizer: adam
      loss: categorical_crossentropy
      metrics: [Precision, {Precision: {name: precision_of_threes, class_id: 3}}]
    training: {epochs: 5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.losses.outputs import compiled_outputs
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.METRIC_NAMES


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks for a name that an earlier metric of the list has."""
    for output in compiled_outputs(document, graph):
        names = [
            metric if isinstance(metric, str) else metric.logged_as for metric in output.metrics
        ]
        for index, name in enumerate(names):
            if name in names[:index]:
                yield Finding(
                    CODE,
                    f"two metrics are kept under the name '{name}'",
                    document.place(*output.metrics_path, index),
                    "take one out, or give it a `name` of its own",
                )
