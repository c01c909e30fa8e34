"""Every epoch has the same order.

With `shuffle: false` the images come as they stand in the data set, in each epoch again. Those of a named data set
stand there mixed, so that it trains. But the same images always meet in a batch, and the last ones always come last:
mostly a network learns somewhat less from them. A run is repeatable with shuffling too, as the order of every epoch
follows from the seed.

Where `data.limit` cuts the images down for a quick try, nothing is said.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: categorical_crossentropy}
    training: {epochs: 5, shuffle: false}  # NS716

Passing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: categorical_crossentropy}
    training: {epochs: 5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.training.run_length import is_try
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.SAME_ORDER


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks for a named data set that is not shuffled."""
    del graph
    data, training = document.data, document.training
    if data is None or training is None or training.shuffle or is_try(document):
        return
    if isinstance(data.source, str) and training.total_epochs > 1:
        yield Finding(
            CODE,
            "without shuffling, every epoch has the same images in the same batches",
            document.place("training", "shuffle"),
            "leave shuffle out: the order of every epoch follows from the seed, and a run is repeatable all the same",
        )
