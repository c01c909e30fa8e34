"""A narrow Dense layer without an activation stands before another.

The two together are one Dense whose matrix has a low rank: with 1,000 values, 32 units and 1,000 values, 64,000
weights in place of a million. That saves weights and is done on purpose, for an embedding or the code of an
autoencoder. Where it is a hidden layer like any other, its activation was forgotten.

Failing:

    netspec: 1
    model:
      input: [256]
      layers:
        - Dense: {units: 32}  # NS732
        - Dense: {units: 100, activation: softmax}
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}

Passing:

    netspec: 1
    model:
      input: [256]
      layers:
        - Dense: {units: 32, activation: relu}
        - Dense: {units: 100, activation: softmax}
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.layers.families import told
from netspec.checks.layers.linear_stack import linear_pairs
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.LINEAR_BOTTLENECK


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Finds pairs whose first layer is narrower than its input and the second one's output."""
    if document.compile is None:  # a part of a network, or one that does not train
        return
    for pair in linear_pairs(graph):
        if pair.rank < pair.full:
            yield Finding(
                CODE,
                f"{told(pair.first)} has no activation: with {told(pair.second)} it is one Dense of rank {pair.rank}",
                pair.first.item.place("activation"),
                "if it is no embedding or bottleneck, give it `activation: relu`",
            )
