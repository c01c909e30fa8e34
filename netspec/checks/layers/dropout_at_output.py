"""A Dropout stands behind the last layer with weights.

While training, a Dropout sets a share of the values to 0 and scales up the others. Behind the last layer these are
the network's answers: in each step some classes' scores are wiped out, however sure the network was, the loss is
computed from what is left, and no layer comes after that could learn to do without them. The loss then measures
chance, and never gets small.

Dropout belongs in front of a layer with weights, most often of the last Dense.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Rescaling: {scale: 1/255}
        - Flatten
        - Dense: {units: 64, activation: relu}
        - Dense: {units: 10}
        - Dropout: {rate: 0.5}  # NS631
        - Softmax
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}
    training: {epochs: 5}

Passing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Rescaling: {scale: 1/255}
        - Flatten
        - Dense: {units: 64, activation: relu}
        - Dropout: {rate: 0.5}
        - Dense: {units: 10, activation: softmax}
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}
    training: {epochs: 5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.layers.families import ACTIVATIONS, ANY_DROPOUT, told
from netspec.checks.losses.outputs import compiled_outputs
from netspec.checks.wiring import SHAPE_ONLY, Wiring
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.DROPOUT_AT_OUTPUT


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Goes back from each output that has a loss to the layer that made its values."""
    wiring = Wiring(graph)
    for output in compiled_outputs(document, graph):
        node = wiring.giver(graph.outputs[output.key])
        while node is not None and node.kind in ACTIVATIONS | SHAPE_ONLY:
            node = wiring.before(node)
        if node is not None and node.kind in ANY_DROPOUT and getattr(node.layer, "rate", 0) > 0:
            yield Finding(
                CODE,
                f"{told(node)} drops what the network answers, and no layer with weights comes after it",
                node.item.place(),
                "put it above the last layer with weights, or leave it out",
            )
