"""Pictures come class by class.

`shuffle: false` takes the pictures of a folder as they are sorted: first all of one class, then all of the next. A
batch is then of one class, and so are those before it. The network learns to answer that class, forgets it over the
next one, and ends each epoch with the last one for everything. With the default, every epoch has an order of its own,
which follows from the seed.

Where `data.limit` cuts the pictures down for a quick try, nothing is said.

Failing:

    netspec: 1
    data: {source: {ImageFolder: {path: pets}}, validation: 0.2}
    model:
      input: [64, 64, 3]
      layers: [{Rescaling: {scale: 1/255}}, GlobalAveragePooling2D, {Dense: {units: 5, activation: softmax}}]
    compile: {optimizer: adam, loss: categorical_crossentropy}
    training: {epochs: 5, shuffle: false}  # NS619

Passing:

    netspec: 1
    data: {source: {ImageFolder: {path: pets}}, validation: 0.2}
    model:
      input: [64, 64, 3]
      layers: [{Rescaling: {scale: 1/255}}, GlobalAveragePooling2D, {Dense: {units: 5, activation: softmax}}]
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

CODE = Code.CLASS_ORDER

_SORTED = frozenset({"ImageFolder", "ImageFiles"})


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks for a folder whose pictures are not shuffled."""
    del graph
    data, training = document.data, document.training
    if data is None or training is None or training.shuffle or is_try(document):
        return
    if not isinstance(data.source, str) and data.source.kind() in _SORTED:
        yield Finding(
            CODE,
            "without shuffling, the pictures of a folder come class by class, and a batch is of one class",
            document.place("training", "shuffle"),
            "leave shuffle out: the order of every epoch follows from the seed",
        )
