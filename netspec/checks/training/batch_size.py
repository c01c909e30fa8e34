"""A batch is larger than all training images together.

Every epoch is then a single step, with all images in it, and training makes as many steps as it has epochs: mostly
far too few. Usual are batches of 16 to 256 images, and at least some dozens of batches an epoch.

How many images there are is known for a named data set, and for an image folder when it has been looked at. Where
`data.limit` cuts them down for a quick try, nothing is said.

Failing:

    netspec: 1
    data: {source: fashion_mnist_sample}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: categorical_crossentropy}
    training: {epochs: 10, batch_size: 8192}  # NS615

Passing:

    netspec: 1
    data: {source: fashion_mnist_sample}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: categorical_crossentropy}
    training: {epochs: 10, batch_size: 64}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.training.run_length import run_length
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.BATCH_SIZE

_USUAL = 32


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds the batch against the images."""
    run = run_length(document, graph)
    if run is not None and run.batch_size > run.images:
        such_as = f", such as {_USUAL}" if run.images > _USUAL else ""
        yield Finding(
            CODE,
            f"a batch takes {run.batch_size:,} images, and {run.images:,} are there to train on: an epoch is one step",
            document.place("training", "batch_size"),
            f"write a smaller batch_size{such_as}",
        )
