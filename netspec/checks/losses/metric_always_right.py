"""A metric is high, or the same, whatever the network gives.

The right class is always among the `k` likeliest of `k` classes: a top-k accuracy is 1 for every network, and so is
`Recall` with such a `top_k`. Without `k` it is 5, which says nothing of five classes or fewer.

`BinaryAccuracy` over one-hot labels counts every unit as a yes or no of its own. A network that never says yes is
right about nine units in ten where there are ten classes. `accuracy` counts images: whether the likeliest class is
the right one.

Source: `in_top_k` in keras/src/backend/tensorflow/math.py, which takes a larger k for all classes; keras/src/metrics.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile:
      optimizer: adam
      loss: categorical_crossentropy
      metrics:
        - BinaryAccuracy  # NS609
        - TopKCategoricalAccuracy: {k: 10}  # NS609
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
      metrics:
        - accuracy
        - TopKCategoricalAccuracy: {k: 3}
    training: {epochs: 5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.checks.losses.outputs import compiled_outputs
from netspec.checks.written import field_place
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.checks.losses.outputs import Output
    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.METRIC_ALWAYS_RIGHT

_TOP_K = {"SparseTopKCategoricalAccuracy": "integer", "TopKCategoricalAccuracy": "one_hot"}
_OF_ONE_CLASS = frozenset({"CategoricalCrossentropy", "CategoricalFocalCrossentropy"})


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds what each metric counts against the output's units."""
    for output in compiled_outputs(document, graph):
        for index, metric in enumerate(output.metrics):
            mistake = None if isinstance(metric, str) else _mistake(output, metric)
            if mistake is not None:
                field, message, hint = mistake
                path = (*output.metrics_path, index)
                yield Finding(CODE, message, field_place(document, path, field), hint)


def _mistake(output: Output, metric: Any) -> tuple[str, str, str] | None:
    """The field, what is wrong, and what to do."""
    kind, units = metric.kind(), output.units
    if units is None or units == 1 or output.kind == "number":  # of these other rules tell
        return None
    if kind in _TOP_K:
        is_told = (getattr(output.loss, "labels", None) == "integer") != (_TOP_K[kind] == "integer")
        if is_told or metric.k < units or getattr(metric, "from_sorted_ids", False):
            return None
        among = (
            f"{metric.k} of {units}" if metric.k <= units else f"{metric.k}, and there are {units}"
        )
        return (
            "k",
            f"{kind} looks among the likeliest {among} classes: it is always 1",
            _lower(units),
        )
    if kind in {"Precision", "Recall"} and metric.top_k == units and metric.class_id is None:
        return (
            "top_k",
            f"{kind} calls {units} of {units} classes yes: it is the same for every network",
            _lower(units),
        )
    is_one = output.loss.kind() in _OF_ONE_CLASS and output.kind != "multi_label"
    if kind == "BinaryAccuracy" and is_one and units > 2:  # noqa: PLR2004 - two classes are one yes or no
        return (
            "",
            (
                f"BinaryAccuracy counts {units} answers an image, and a network that always says no is right "
                f"about {(units - 1) / units:.0%} of them"
            ),
            "write accuracy, which counts images",
        )
    return None


def _lower(units: int) -> str:
    return f"write a number below {units}"
