"""The data set has no images or labels for all inputs and outputs.

A named data set has one image and one label each. A network with several inputs or outputs can be validated,
summarised and built, but such a data set cannot train it.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Rescaling: {scale: 1/255}
        - Flatten
        - Dense: {name: stem, units: 32, activation: relu}
        - Dense: {name: digit, inputs: stem, units: 10, activation: softmax}
        - Dense: {name: odd, inputs: stem, units: 1, activation: sigmoid}
      output: [digit, odd]  # NS507
    compile: {optimizer: adam, loss: {digit: sparse_categorical_crossentropy, odd: binary_crossentropy}}

Passing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Rescaling: {scale: 1/255}
        - Flatten
        - Dense: {name: stem, units: 32, activation: relu}
        - Dense: {name: digit, units: 10, activation: softmax}
      output: digit
    compile: {optimizer: adam, loss: sparse_categorical_crossentropy}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.DATA_COLUMNS


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Counts inputs and outputs."""
    if document.facts is None:
        return
    source = document.facts.name
    if len(graph.inputs) > 1:
        yield Finding(
            CODE,
            f"the model takes {len(graph.inputs)} inputs, and {source} has one image each",
            document.place("model", "input", key=True),
            "leave `data` out to check, summarise or build it",
        )
    if graph.outputs and not graph.single_output:
        yield Finding(
            CODE,
            f"the model names its outputs, and {source} has one label each",
            document.place("model", "output", key=True),
            "for a single output, name the layer alone: `output: head`",
        )
