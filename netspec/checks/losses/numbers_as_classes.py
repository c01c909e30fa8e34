"""A loss for classes learns numbers.

A crossentropy reads labels as shares of classes: 0 for no, 1 for yes. A number such as 37 is neither; the loss goes far
below 0, and is least where the output is as large as it can be. `mse`, `mae` and `huber` take numbers.

Where the numbers are shares between 0 and 1 a crossentropy has its meaning, and this warning can be silenced. Where
they are the classes 0, 1, 2 …, the data's label is one class: say so in the source.

Failing:

    netspec: 1
    data: {source: {Csv: {path: people.csv, label: {column: age, kind: number}}}}
    model:
      input: [64, 64, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 1, activation: sigmoid}}]
    compile: {optimizer: adam, loss: binary_crossentropy}  # NS661
    training: {epochs: 5}

Passing:

    netspec: 1
    data: {source: {Csv: {path: people.csv, label: {column: age, kind: number}}}}
    model:
      input: [64, 64, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 1}}]
    compile: {optimizer: adam, loss: mse, metrics: [mae]}
    training: {epochs: 5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.losses.outputs import OF_CLASSES, compiled_outputs
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.NUMBERS_AS_CLASSES


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks for crossentropies where the label is a number."""
    for output in compiled_outputs(document, graph):
        loss = output.loss.kind()
        if output.kind != "number" or loss not in OF_CLASSES:
            continue
        if output.loss.labels == "integer" or output.takes_no_single_value:
            continue  # of that `loss_labels` tells
        yield Finding(
            CODE,
            f"{loss} takes yes and no, or shares of classes, and {output.learned} is a number",
            output.loss_place,
            "write mse or huber, which take numbers",
        )
