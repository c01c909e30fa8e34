"""A loss for numbers trains a classifier.

`mse` and its like work on classes too: labels are then 0 and 1, and the output is drawn towards them. After a softmax
or a sigmoid the gradient is smallest where the network is surest and wrong, so that the worst mistakes are mended
last. Crossentropy has the largest gradient there, and usually learns faster.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile:
      optimizer: adam
      loss: mse  # NS702
      metrics: [accuracy]
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
      metrics: [accuracy]
    training: {epochs: 5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.losses.accuracy_of_numbers import OF_NUMBERS
from netspec.checks.losses.endings import values_of
from netspec.checks.losses.outputs import compiled_outputs
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.CLASSES_AS_NUMBERS


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks for losses for numbers after a softmax or a sigmoid, where the data has classes."""
    for output in compiled_outputs(document, graph):
        kind = output.loss.kind()
        if kind not in OF_NUMBERS or output.kind not in {"class", "multi_label"}:
            continue
        values = values_of(graph, output)
        if values.are_probabilities and not values.is_one_whole:
            is_binary = output.units == 1 or output.kind == "multi_label"
            crossentropy = "binary" if is_binary else "categorical"
            yield Finding(
                CODE,
                f"{kind} compares numbers, and learns classes slowly after {values.activation}",
                output.loss_place,
                f"write loss: {crossentropy}_crossentropy",
            )
