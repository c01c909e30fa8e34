"""The network gives another number of values than the data set has classes.

A classifier has one unit a class; for two classes, one unit under `binary_crossentropy` will do. With fewer units some
classes can never be named, with more some never are, and the first step fails or means nothing.

Where several classes can be right at once there is one unit for each of them, and for numbers one for each number.
Keras compares one unit with three numbers, too, each of them with the same value.

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

from netspec.checks.losses.outputs import OF_CLASSES, compiled_outputs
from netspec.diagnostics import Code, Finding
from netspec.layers.shapes import spell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.checks.losses.outputs import Output
    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.CLASS_COUNT


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds each output's shape against its label."""
    for output in compiled_outputs(document, graph):
        if output.facts is None or output.shape is None:
            continue
        if len(output.shape) != 1:
            has = f"{output.source} has one label each"
            if output.labelled is not None:
                has = f"{output.labelled} is one for the whole image"
            yield Finding(
                CODE,
                f"{output.called} gives {spell(output.shape)} for an image, and {has}",
                output.place,
                "end with GlobalAveragePooling2D or Flatten, and a Dense layer",
            )
            continue
        count = output.facts.count
        if count is None or _fits(output, count):
            continue
        units = output.shape[0]
        gives = "1 value" if units == 1 else f"{units} values"
        noun = "number" if output.kind == "number" else "class"
        plural = f"{noun}s" if noun == "number" else "classes"
        yield Finding(
            CODE,
            f"{output.called} gives {gives}, and {output.labelled or output.source} has {count} "
            f"{noun if count == 1 else plural}",
            output.place,
            _hint(document, output, count),
        )


def _hint(document: Document, output: Output, count: int) -> str:
    """What to do; where nobody has looked at the data, its classes are as many as the spec names."""
    named = document.data.classes if document.data is not None else None
    if named and output.facts is not None and output.facts.names is None:
        return f"write units: {count}, or correct data.classes, which names so many"
    return f"write units: {count}"


def _fits(output: Output, count: int) -> bool:
    """Whether an output's units go with so many classes or numbers."""
    if output.kind == "number" and output.loss.kind() in OF_CLASSES:
        return True  # of that `numbers_as_classes` and `loss_labels` tell
    if output.kind != "class":
        return output.units == count
    return output.units == count or (output.units == 1 and count <= 2)  # noqa: PLR2004 - two classes fit one unit
