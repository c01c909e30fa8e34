"""A layer with random weights does not train.

`trainable: false` keeps weights as they are. Where they were learned before, that saves what they know; but a network
that is made from a spec begins with random weights, and frozen they stay random: the layer mixes its input in a way
that nobody chose. It is right where weights are loaded into the model later, in Python, or where random features are
meant. So it is with a layer that no stage's `trainable` names, where training has stages.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Rescaling: {scale: 1/255}
        - Conv2D: {filters: 16, kernel_size: 3, activation: relu, trainable: false}  # NS742
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}
    training: {epochs: 5}

Passing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Rescaling: {scale: 1/255}
        - Conv2D: {filters: 16, kernel_size: 3, activation: relu}
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}
    training: {epochs: 5}
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netspec.checks.layers.families import and_others, told
from netspec.diagnostics import Code, Finding
from netspec.spec.freezing import trained_layers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph, LayerNode
    from netspec.spec.document import Document

CODE = Code.FROZEN_AT_RANDOM

_RANDOM = re.compile(
    r"glorot|he_|lecun|random|truncated|variance_?scaling|orthogonal|uniform|normal", re.IGNORECASE
)


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Finds such layers of a network that is trained, and tells the first."""
    if document.training is None or not graph.trainable_parameters:
        return
    thawed = {
        node.name for stage in document.training.phases for node in trained_layers(graph, stage)
    }
    found = [
        node for node in graph.nodes.values() if node.name not in thawed and _begins_at_random(node)
    ]
    if found:
        first = found[0]
        does = "is trained in no stage" if first.trains else "does not train"
        yield Finding(
            CODE,
            f"{told(first)} {does}, and keeps the random weights that it begins with{and_others(found)}",
            first.item.place("trainable"),
            "name it in a stage's `trainable`, unless weights are loaded into it later"
            if first.trains
            else "leave `trainable: false` out, unless weights are loaded into it later",
        )


def _begins_at_random(node: LayerNode) -> bool:
    if node.inference is None or node.shares is not None:
        return False
    for weight in node.inference.weights:
        first = getattr(node.layer, f"{weight.prefix or weight.name}_initializer", None)
        name = first if isinstance(first, str) else first.kind() if first is not None else ""
        if _RANDOM.search(name) or name.startswith("He"):
            return True
    return False
