"""No output learns one of the source's labels.

An output learns the label that `data.labels` names for it, else the one that has its own name. A label that is read and
not learned does no harm; but an output may be missing, or called otherwise.

Failing:

    netspec: 1
    data: {source: {Csv: {path: photos.csv, labels: {breed: breed, age: {column: months, kind: number}}}}}  # NS704
    model:
      input: [64, 64, 3]
      layers:
        - Rescaling: {scale: 1/255}
        - Flatten
        - Dense: {name: stem, units: 32, activation: relu}
        - Dense: {name: breed, inputs: stem, units: 12, activation: softmax}
      output: breed
    compile: {optimizer: adam, loss: sparse_categorical_crossentropy}
    training: {epochs: 5}

Passing:

    netspec: 1
    data: {source: {Csv: {path: photos.csv, labels: {breed: breed, age: {column: months, kind: number}}}}}
    model:
      input: [64, 64, 3]
      layers:
        - Rescaling: {scale: 1/255}
        - Flatten
        - Dense: {name: stem, units: 32, activation: relu}
        - Dense: {name: breed, inputs: stem, units: 12, activation: softmax}
        - Dense: {name: age, inputs: stem, units: 1}
      output: [breed, age]
    compile: {optimizer: adam, loss: {breed: sparse_categorical_crossentropy, age: mse}}
    training: {epochs: 5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding
from netspec.wording import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.UNLEARNED_LABEL


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks for labels that are left over once every output has one."""
    data, facts = document.data, document.facts
    if data is None or facts is None or document.compile is None or not graph.outputs:
        return
    learned = facts.label_names(data, graph.outputs)
    if None in learned.values():
        return  # of that `columns` tells
    for name in facts.labels:
        if name not in learned.values():
            yield Finding(
                CODE,
                f"no output learns the label '{short(name)}'",
                document.place("data", "source"),
                "give the network an output of this name, or leave the label out",
            )
