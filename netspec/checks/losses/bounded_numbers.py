"""A softmax or a sigmoid bounds an output that learns numbers.

After a sigmoid the output lies between 0 and 1, after a softmax several units also sum to 1. An age or a price never
comes near. Where the data has numbers of that range, the activation is right, and this note can be silenced; otherwise
the last layer has no activation. `netspec data check` knows the numbers: it warns of those of the training images that
the activation cannot give, after a tanh or a relu, too.

Failing:

    netspec: 1
    data: {source: {Csv: {path: people.csv, label: {column: age, kind: number}}}}
    model:
      input: [64, 64, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 1, activation: sigmoid}}]  # NS703
    compile: {optimizer: adam, loss: mse}
    training: {epochs: 5}

Passing:

    netspec: 1
    data: {source: {Csv: {path: people.csv, label: {column: age, kind: number}}}}
    model:
      input: [64, 64, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 1}}]
    compile: {optimizer: adam, loss: mse}
    training: {epochs: 5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.losses.accuracy_of_numbers import OF_NUMBERS
from netspec.checks.losses.endings import SOFTMAXES, values_of
from netspec.checks.losses.outputs import compiled_outputs
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.BOUNDED_NUMBERS


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks for probabilities where the label is a number."""
    for output in compiled_outputs(document, graph):
        if output.kind != "number" or output.loss.kind() not in OF_NUMBERS:
            continue
        values = values_of(graph, output)
        if not values.are_probabilities or values.is_one_whole:
            continue
        ending = values.endings[0]
        bound = "shares of 1" if ending.activation in SOFTMAXES else "values between 0 and 1"
        yield Finding(
            CODE,
            f"{ending}, which gives {bound}, and {output.learned} is a number",
            ending.node.item.place("activation"),
            f"leave {ending.activation} out, unless the numbers lie there",
        )
