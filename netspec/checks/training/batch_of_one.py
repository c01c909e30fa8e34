"""BatchNormalization has one value a channel to normalize.

It takes the mean of a batch away and divides by its deviation. After a Dense layer or a global pooling, a batch of
one image has one value a channel: it is its own mean, so that 0 comes out (or the layer's learned offset) whatever
the image shows. Nothing below the layer is trained, and the moving variance that prediction uses goes to 0.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Rescaling: {scale: 1/255}
        - Flatten
        - Dense: {units: 64, use_bias: false}
        - BatchNormalization
        - ReLU
        - Dense: {units: 10, activation: softmax}
    compile: {optimizer: adam, loss: categorical_crossentropy}
    training: {epochs: 5, batch_size: 1}  # NS616

Passing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Rescaling: {scale: 1/255}
        - Flatten
        - Dense: {units: 64, use_bias: false}
        - LayerNormalization
        - ReLU
        - Dense: {units: 10, activation: softmax}
    compile: {optimizer: adam, loss: categorical_crossentropy}
    training: {epochs: 5, batch_size: 1}
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph, LayerNode
    from netspec.spec.document import Document

CODE = Code.BATCH_OF_ONE


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks for the first layer that normalizes single values."""
    if document.training is None or document.training.batch_size != 1:
        return
    alone = [node for node in normalizing(graph) if values_a_channel(graph, node) == 1]
    if alone:
        more = f" (and so do {len(alone) - 1} more)" if len(alone) > 1 else ""
        yield Finding(
            CODE,
            f"BatchNormalization '{alone[0].name}' gets one value a channel from a batch of one image, and gives the "
            f"same for every image{more}",
            document.place("training", "batch_size"),
            "take batches of 8 images or more, or LayerNormalization",
        )


def normalizing(graph: Graph) -> list[LayerNode]:
    """The layers that normalize by what a batch shows while training."""
    return [
        node
        for node in graph.nodes.values()
        if node.kind == "BatchNormalization"
        and node.trains
        and not node.in_inference
        and not _renormalizes(node.layer)
    ]


def values_a_channel(graph: Graph, node: LayerNode) -> int | None:
    """How many values of one image a layer takes a channel's mean of; None where that is unknown."""
    shape = graph.shape(node.inputs[0]) if node.inputs else None
    layer: Any = node.layer
    axis = layer.axis
    if shape is None or None in shape or not isinstance(axis, int):
        return None
    channels = axis % (len(shape) + 1) - 1  # counted with the batch
    return math.prod(size or 0 for number, size in enumerate(shape) if number != channels)


def _renormalizes(layer: Any) -> bool:
    """Whether it is made for small batches."""
    return bool(layer.renorm)
