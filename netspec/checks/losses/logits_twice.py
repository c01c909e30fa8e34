"""A loss or a metric is told that it gets logits, and gets probabilities.

`from_logits: true` says that the last layer has no softmax and no sigmoid, so that the loss applies it. Where the
layer has one, it is applied twice. Probabilities lie between 0 and 1, so that a second softmax over ten classes makes
at most 0.23 of them and at least 0.08: the loss stays high, and learning is slow.

Keras on TensorFlow notices a softmax or a sigmoid that directly comes before a crossentropy, and takes the numbers
before it, with a warning; on JAX and PyTorch it does not, nor for a metric. Keep one of the two: the activation, or
`from_logits: true`.

Source: `_get_logits` in keras/src/backend/tensorflow/nn.py.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile:
      optimizer: adam
      loss: {SparseCategoricalCrossentropy: {from_logits: true}}  # NS604
      metrics: [accuracy]
    training: {epochs: 5}

Passing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10}}]
    compile:
      optimizer: adam
      loss: {SparseCategoricalCrossentropy: {from_logits: true}}
      metrics: [accuracy]
    training: {epochs: 5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.losses.endings import values_of
from netspec.checks.losses.outputs import compiled_outputs
from netspec.checks.written import Path, field_place, text_at
from netspec.diagnostics import Code, Edit, Finding, Repair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.LOGITS_TWICE

# Activations, and the labels of losses.
_TAKEN_FOR_FALSE = {"sigmoid binary", "softmax integer", "softmax one_hot"}


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds `from_logits` against what the output's values went through last."""
    for output in compiled_outputs(document, graph):
        of_metrics = [
            (metric, (*output.metrics_path, index)) for index, metric in enumerate(output.metrics)
        ]
        compared = [
            (thing, path)
            for thing, path in [(output.loss, output.loss_path), *of_metrics]
            if getattr(thing, "from_logits", False)
        ]
        values = values_of(graph, output) if compared else None
        if values is None or not values.are_probabilities or values.is_one_whole:
            continue
        # That the layer has an activation is one mistake, however many are told that it has none.
        thing, path = compared[0]
        yield Finding(
            CODE,
            f"{thing.kind()} is told that it gets logits, and {values.endings[0]}: what it gets are "
            "probabilities",
            field_place(document, path, "from_logits"),
            f"write from_logits: false, or leave {values.activation} out",
            repair=_repair(document, path, f"{values.activation} {thing.labels}"),
        )


def _repair(document: Document, path: Path, pair: str) -> Repair | None:
    """Where Keras on TensorFlow takes `from_logits` for false by itself, that is what is meant."""
    place = field_place(document, path, "from_logits")
    is_plain = text_at(place) == "true"
    if path[:2] != ("compile", "loss") or pair not in _TAKEN_FOR_FALSE or not is_plain:
        return None
    return Repair("write from_logits: false", (Edit(place, "false"),))
