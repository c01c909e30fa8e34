"""A metric gives several numbers where one is needed.

What is printed, kept in `metrics.csv` and watched after every epoch is one number a metric. `F1Score` without `average`
gives one for each class, `Precision` with a list of thresholds one for each of them.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [F1Score]}  # NS509
    training: {epochs: 5}

Passing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [{F1Score: {average: macro}}]}
    training: {epochs: 5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.checks.losses.outputs import compiled_outputs
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.METRIC_NUMBERS

_AVERAGED = {"F1Score": "average", "FBetaScore": "average", "R2Score": "class_aggregation"}


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks at the fields that make a metric give a list."""
    for output in compiled_outputs(document, graph):
        for index, metric in enumerate(output.metrics):
            hint = _hint(metric)
            if hint is not None:
                yield Finding(
                    CODE,
                    f"{metric.kind()} gives several numbers, and a metric is one",
                    document.place(*output.metrics_path, index),
                    hint,
                )


def _hint(metric: Any) -> str | None:
    if isinstance(metric, str):
        return None
    field = _AVERAGED.get(metric.kind())
    if field is not None and getattr(metric, field) is None:
        return f"say how they become one, such as {field}: {_AGGREGATES[field]}"
    thresholds = getattr(metric, "thresholds", None)
    several = isinstance(thresholds, tuple) and len(thresholds) > 1
    if several and metric.kind() != "AUC":  # which takes them for the points of its curve
        return "give one threshold"
    return None


_AGGREGATES = {"average": "macro", "class_aggregation": "uniform_average"}
