"""What rules ask of a graph: who takes a tensor, what stands before a layer, and which activation it ends in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netspec.graph.graph import Graph, LayerNode

# Layers that are an activation by themselves, and what it is called as a function.
ACTIVATION_LAYERS = {
    "ELU": "elu",
    "LeakyReLU": "leaky_relu",
    "PReLU": "prelu",
    "ReLU": "relu",
    "Softmax": "softmax",
}
# Layers that change no value: they leave the values' range and meaning as they are.
SHAPE_ONLY = {
    "Flatten",
    "Reshape",
    "Permute",
    "Identity",
    "RepeatVector",
    "Cropping1D",
    "Cropping2D",
    "Cropping3D",
}


class Wiring:
    """A graph, read backwards and forwards."""

    def __init__(self, graph: Graph) -> None:
        """Reads a graph."""
        self.graph = graph

    def takers(self, node: LayerNode) -> list[LayerNode]:
        """The layers that take any output of a layer, in the order of the text."""
        found = [taker for tensor in node.outputs for taker in self.graph.takers.get(tensor, ())]
        # By name, for a layer's fields can hold what has no hash.
        return list({taker.name: taker for taker in found}.values())

    def takers_of(self, tensor: str) -> list[LayerNode]:
        """The layers that take an input, or one output of a layer."""
        return self.graph.takers.get(tensor, [])

    def only_taker(self, node: LayerNode) -> LayerNode | None:
        """The one layer that takes what a layer gives, if that is no output of the network besides."""
        takers = self.takers(node)
        if len(takers) != 1 or set(node.outputs) & set(self.graph.outputs.values()):
            return None
        return takers[0]

    def giver(self, tensor: str) -> LayerNode | None:
        """The layer that gives a tensor; None for an input of the network."""
        return self.graph.nodes.get(tensor.partition(":")[0])

    def before(self, node: LayerNode) -> LayerNode | None:
        """The layer that gives the one input of a layer; None where there are several, or it is the network's."""
        return self.giver(node.inputs[0]) if len(node.inputs) == 1 else None

    def ending(self, tensor: str) -> LayerNode | None:
        """The layer that made the values of a tensor, passing over those that only change the shape."""
        node = self.giver(tensor)
        while node is not None and node.kind in SHAPE_ONLY:
            node = self.before(node)
        return node


def activation_of(node: LayerNode) -> str | None:
    """The activation that a layer's values went through last; None where it has none, ``linear`` where it is written.

    A layer that is an activation itself has its function's name: ``softmax`` for Softmax.
    """
    if node.kind in ACTIVATION_LAYERS:
        return ACTIVATION_LAYERS[node.kind]
    layer = node.layer
    if layer is None or "activation" not in type(layer).model_fields:
        return None
    written: str | None = getattr(layer, "activation", None)
    return written or "linear"
