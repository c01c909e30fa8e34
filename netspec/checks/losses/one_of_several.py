"""Several answers can be right at once, and the loss or the softmax lets one of them win.

Where an image can have several labels, a beach and a sunset, or none, each class is a yes or no of its own: one unit
with `sigmoid` for each, and `binary_crossentropy`. A softmax shares 1 among the classes, so that of two right answers
none gets above 1/2, and an image without any still has its whole 1 to give. `categorical_crossentropy` asks for such
shares.

Failing:

    netspec: 1
    data: {source: {Csv: {path: photos.csv, label: {columns: [beach, sunset, people], kind: multi_label}}}}
    model:
      input: [64, 64, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 3, activation: softmax}}]
    compile: {optimizer: adam, loss: categorical_crossentropy}  # NS662
    training: {epochs: 5}

Passing:

    netspec: 1
    data: {source: {Csv: {path: photos.csv, label: {columns: [beach, sunset, people], kind: multi_label}}}}
    model:
      input: [64, 64, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 3, activation: sigmoid}}]
    compile: {optimizer: adam, loss: binary_crossentropy}
    training: {epochs: 5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.losses.endings import RAW, SOFTMAXES, values_of
from netspec.checks.losses.outputs import compiled_outputs
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.ONE_OF_SEVERAL

_OF_ONE = frozenset({"CategoricalCrossentropy", "CategoricalFocalCrossentropy", "CategoricalHinge"})


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks for a softmax, and for losses of one class, where the label is several answers."""
    for output in compiled_outputs(document, graph):
        if output.kind != "multi_label" or output.units in {1, None}:
            continue
        values = values_of(graph, output)
        kind = output.loss.kind()
        is_softmax = values.activation in SOFTMAXES
        if kind in _OF_ONE:
            if values.all_in(RAW) and not getattr(output.loss, "from_logits", True):
                continue  # of that `loss_activation` tells
            first = "activation: sigmoid and " if is_softmax else ""
            yield Finding(
                CODE,
                f"{kind} takes one class of {output.units}, and of {output.learned} several can be right",
                output.loss_place,
                f"write {first}loss: binary_crossentropy",
            )
        elif is_softmax and output.loss.labels != "integer":
            yield Finding(
                CODE,
                f"{values.endings[0]}, which shares 1 among {output.units} classes, and of {output.learned} several "
                "can be right",
                values.endings[0].node.item.place("activation"),
                "write activation: sigmoid",
            )
