"""A metric takes probabilities, and the output is logits.

The loss has `from_logits: true`, and applies the softmax or the sigmoid by itself. A metric sees the output as it is:
any number. The thresholds of `AUC`, and of `PrecisionAtRecall` and its like, lie between 0 and 1, so that all images
below 0 and all above 1 are the same to it, and AUC comes out too low. A crossentropy as a metric cuts the output to
that range.

`AUC` and the crossentropies have `from_logits`, too. Where a metric has none, put the activation into the last layer,
and take `from_logits` out of the loss.

Failing:

    netspec: 1
    data: {source: {ImageFolder: {path: pets}}}
    model:
      input: [64, 64, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 1}}]
    compile:
      optimizer: adam
      loss: {BinaryCrossentropy: {from_logits: true}}
      metrics: [AUC]  # NS608
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
      metrics: [{AUC: {from_logits: true}}]
    training: {epochs: 5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.losses.endings import takes_logits, values_of
from netspec.checks.losses.outputs import compiled_outputs
from netspec.checks.written import with_field
from netspec.diagnostics import Code, Finding, Repair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.METRIC_OF_LOGITS

_WITH_FROM_LOGITS = frozenset(
    {
        "AUC",
        "BinaryCrossentropy",
        "CategoricalCrossentropy",
        "SparseCategoricalCrossentropy",
    }
)
_WITHOUT = frozenset(
    {
        "KLDivergence",
        "PrecisionAtRecall",
        "RecallAtPrecision",
        "SensitivityAtSpecificity",
        "SpecificityAtSensitivity",
    }
)


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks at the metrics of outputs that are logits."""
    for output in compiled_outputs(document, graph):
        if not output.metrics or not takes_logits(output, values_of(graph, output)):
            continue
        for index, metric in enumerate(output.metrics):
            kind = "" if isinstance(metric, str) else metric.kind()
            path = (*output.metrics_path, index)
            edit = None
            if kind in _WITH_FROM_LOGITS and not metric.from_logits:
                hint = f"write {{{kind}: {{from_logits: true}}}}"
                if metric.name is None:  # a metric's plain string is its name in the logs, too
                    edit = with_field(document, path, kind, "from_logits: true")
            elif kind in _WITHOUT:
                hint = "end the network in its activation, and the loss takes no from_logits"
            else:
                continue
            yield Finding(
                CODE,
                f"{kind} takes numbers between 0 and 1, and under {output.loss.kind()} the output goes beyond",
                document.place(*path),
                hint,
                repair=None if edit is None else Repair("write from_logits: true", (edit,)),
            )
