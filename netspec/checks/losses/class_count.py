"""The network gives another number of values than the data set has classes.

A classifier has one unit a class; for two classes, one unit under `binary_crossentropy` will do. With fewer units some
classes can never be named, with more some never are, and the first step fails or means nothing.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Rescaling: {scale: 1/255}
        - Flatten
        - Dense: {units: 9, activation: softmax}  # NS503
    compile: {optimizer: adam, loss: sparse_categorical_crossentropy, metrics: [accuracy]}
    training: {epochs: 5}

Passing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Rescaling: {scale: 1/255}
        - Flatten
        - Dense: {units: 10, activation: softmax}
    compile: {optimizer: adam, loss: sparse_categorical_crossentropy, metrics: [accuracy]}
    training: {epochs: 5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.losses.outputs import compiled_outputs
from netspec.diagnostics import Code, Finding
from netspec.layers.shapes import spell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.CLASS_COUNT


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds the only output's shape against the number of classes."""
    facts = document.facts
    if facts is None or not graph.single_output:
        return
    classes = facts.classes
    for output in compiled_outputs(document, graph):
        if output.shape is None:
            continue
        if len(output.shape) != 1:
            yield Finding(
                CODE,
                f"the network gives {spell(output.shape)} for an image, and {facts.name} has one "
                "label each",
                output.place,
                "end with GlobalAveragePooling2D or Flatten, and a Dense layer",
            )
        elif classes is None:
            continue
        elif output.shape[0] not in (classes, 1):
            yield Finding(
                CODE,
                f"the network gives {output.shape[0]} values, and {facts.name} has {classes} "
                "classes",
                output.place,
                f"write units: {classes}",
            )
        elif output.shape[0] == 1 and classes > 2:  # noqa: PLR2004 - two classes fit one unit
            yield Finding(
                CODE,
                f"the network gives 1 value, and {facts.name} has {classes} classes",
                output.place,
                f"write units: {classes}",
            )
