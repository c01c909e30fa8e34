"""A metric parts yes and no at 0.5, and the loss does at 0.

`accuracy` of one unit is binary accuracy, which takes what is above 0.5 for a yes. That is the middle of
probabilities. The middle of logits, which a loss with `from_logits: true` takes, is 0, and 0.5 stands for a
probability of 0.62; a hinge loss parts at 0, too. The network learns as it should, but what is measured counts some
of its yes as no. It matters little where the network is sure of most images, and much at the beginning of training.

Source: `get_metric` in keras/src/trainers/compile_utils.py; `BinaryAccuracy` in keras/src/metrics/accuracy_metrics.py.

Failing:

    netspec: 1
    data: {source: {ImageFolder: {path: pets}}}
    model:
      input: [64, 64, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 1}}]
    compile:
      optimizer: adam
      loss: {BinaryCrossentropy: {from_logits: true}}
      metrics: [accuracy]  # NS701
    training: {epochs: 5}

Passing:

    netspec: 1
    data: {source: {ImageFolder: {path: pets}}}
    model:
      input: [64, 64, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 1}}]
    compile:
      optimizer: adam
      loss: {BinaryCrossentropy: {from_logits: true}}
      metrics: [{BinaryAccuracy: {name: accuracy, threshold: 0}}]
    training: {epochs: 5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.checks.losses.endings import takes_logits, values_of
from netspec.checks.losses.outputs import compiled_outputs
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.checks.losses.outputs import Output
    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.LOGIT_THRESHOLD

_THRESHOLDS = frozenset(
    {"FalseNegatives", "FalsePositives", "Precision", "Recall", "TrueNegatives", "TruePositives"}
)
_BINARY = frozenset({"BinaryCrossentropy", "BinaryFocalCrossentropy", "Hinge", "SquaredHinge"})


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks for metrics of logits that part them where probabilities part."""
    for output in compiled_outputs(document, graph):
        if not output.metrics or output.loss.kind() not in _BINARY:
            continue
        if not takes_logits(output, values_of(graph, output)):
            continue
        at_half = [
            (index, written)
            for index, metric in enumerate(output.metrics)
            if (written := _at_zero(output, metric)) is not None
        ]
        if at_half:
            (index, written), *others = at_half
            metric = output.metrics[index]
            name = metric if isinstance(metric, str) else metric.kind()
            so = "and so does" if len(others) == 1 else "and so do"
            more = f" ({so} {len(others)} more)" if others else ""
            yield Finding(
                CODE,
                f"{name} takes what is above 0.5 for a yes, and {output.loss.kind()} what is above 0{more}",
                document.place(*output.metrics_path, index),
                f"write {{{written}}}",
            )


def _at_zero(output: Output, metric: Any) -> str | None:
    """The metric with 0 for its threshold, where it has the one of probabilities."""
    if isinstance(metric, str):
        # Of several units it is the largest that counts.
        return f"BinaryAccuracy: {{name: {metric}, threshold: 0}}" if output.units == 1 else None
    kind = metric.kind()
    if kind in {"BinaryAccuracy", "BinaryIoU"}:
        return f"{kind}: {{threshold: 0}}" if metric.threshold == 0.5 else None  # noqa: PLR2004 - the middle
    if kind in _THRESHOLDS and metric.thresholds is None:
        return None if getattr(metric, "top_k", None) else f"{kind}: {{thresholds: 0}}"
    return None
