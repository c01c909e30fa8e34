"""The loss of one output counts 0.

With 0 in `compile.loss_weights` an output is computed and measured, and nothing is learned from its labels: the
layers that lead to this output alone keep their first weights. That is a way to watch a value, or to switch a task
off for a while.

Failing:

    netspec: 1
    model:
      input: [8]
      layers:
        - Dense: {name: stem, units: 8}
        - Dense: {name: digit, units: 10, activation: softmax}
        - Dense: {name: parity, inputs: stem, units: 1, activation: sigmoid}
      output: [digit, parity]
    compile:
      optimizer: adam
      loss: {digit: sparse_categorical_crossentropy, parity: binary_crossentropy}
      loss_weights:
        digit: 1
        parity: 0  # NS713

Passing:

    netspec: 1
    model:
      input: [8]
      layers:
        - Dense: {name: stem, units: 8}
        - Dense: {name: digit, units: 10, activation: softmax}
        - Dense: {name: parity, inputs: stem, units: 1, activation: sigmoid}
      output: [digit, parity]
    compile:
      optimizer: adam
      loss: {digit: sparse_categorical_crossentropy, parity: binary_crossentropy}
      loss_weights: {digit: 1, parity: 0.2}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.UNWEIGHED_LOSS


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks for weights of 0 where another is above."""
    weights = document.compile.loss_weights if document.compile is not None else None
    if not weights or not any(weights.values()):
        return
    for key, weight in weights.items():
        if not weight and key in graph.outputs:
            yield Finding(
                CODE,
                f"the loss of '{key}' counts 0: what leads to this output alone is not trained",
                document.place("compile", "loss_weights", key),
            )
