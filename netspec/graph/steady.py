"""The part of a network that gives the same for an image in every epoch: it is frozen, and nothing in it is random."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.layers.shapes import product
from netspec.spec.freezing import trainable_names

if TYPE_CHECKING:
    from netspec.graph.graph import Graph, LayerNode
    from netspec.layers.shapes import Shape
    from netspec.spec.training import Stage

# What computes an image alone as it does in a batch, in training as in inference. A layer that is not known here, such
# as a plugin's, is taken for one that may change.
_SAME = frozenset(
    """
    Activation ELU LeakyReLU PReLU ReLU Softmax Identity
    Add Average Concatenate Dot Maximum Minimum Multiply Subtract
    Conv1D Conv2D Conv3D Conv1DTranspose Conv2DTranspose Conv3DTranspose DepthwiseConv1D DepthwiseConv2D
    SeparableConv1D SeparableConv2D Dense EinsumDense Embedding
    AveragePooling1D AveragePooling2D AveragePooling3D MaxPooling1D MaxPooling2D MaxPooling3D
    AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D
    AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D
    GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D
    GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D
    Cropping1D Cropping2D Cropping3D UpSampling1D UpSampling2D UpSampling3D
    ZeroPadding1D ZeroPadding2D ZeroPadding3D
    Flatten Permute RepeatVector Reshape
    GroupNormalization LayerNormalization RMSNormalization UnitNormalization Normalization
    CenterCrop Rescaling Resizing Flip
    """.split()  # noqa: SIM905 - as many words
)
# Random in training alone: the same where they are called as in inference, or do nothing.
RANDOM = frozenset(
    """
    AlphaDropout Dropout GaussianDropout GaussianNoise SpatialDropout1D SpatialDropout2D SpatialDropout3D
    """.split()  # noqa: SIM905 - as many words
)
_NORMALIZATION = "BatchNormalization"


@dataclass(frozen=True)
class SteadyPart:
    """What of a network is the same in every epoch.

    Attributes:
        nodes: Its layers, in the order of the text.
        tensors: What the other layers take of it, in the order of the text: the features of an image.
        shapes: Their shapes.
    """

    nodes: tuple[LayerNode, ...]
    tensors: tuple[str, ...]
    shapes: tuple[Shape, ...]

    @property
    def parameters(self) -> int:
        """Those of its layers."""
        return sum(node.parameters for node in self.nodes)

    @property
    def numbers(self) -> int | None:
        """How many numbers an image's features are; None where a size is unknown."""
        sizes = [product(*shape) for shape in self.shapes]
        return None if None in sizes else sum(size or 0 for size in sizes)


@dataclass(frozen=True)
class NoPart:
    """There is none that would be worth computing once.

    Attributes:
        reason: Why, as it continues "not cached: ".
    """

    reason: str


def steady_part(graph: Graph, stage: Stage) -> SteadyPart | NoPart:
    """The largest part of a network that is frozen in a stage and the same in every epoch.

    Args:
        graph: The network.
        stage: What is trained.
    """
    trained = None if stage.trainable is None else trainable_names(graph, stage.trainable)
    steady = {*graph.inputs}
    nodes = []
    first: LayerNode | None = None
    for node in graph.nodes.values():
        if all(tensor in steady for tensor in node.inputs) and _is_steady(node, trained):
            steady.update(node.outputs)
            nodes.append(node)
        elif first is None:
            first = node
    frozen = [node for node in nodes if node.parameters or node.shares]
    if not frozen:
        return NoPart("no frozen layer stands before all that train" + _changed_by(first, trained))
    own = {node.name for node in nodes}
    wanted = {*graph.outputs.values()} | {
        tensor for node in graph.nodes.values() if node.name not in own for tensor in node.inputs
    }
    if first is None:
        return NoPart("nothing trains")
    inputs = [name for name in graph.inputs if name in wanted]
    if inputs:
        return NoPart(f"layers that train take the images themselves ('{inputs[0]}')")
    tensors = tuple(tensor for node in nodes for tensor in node.outputs if tensor in wanted)
    shapes = tuple(graph.shape(tensor) or () for tensor in tensors)
    needed = _leading_to(graph, tensors)
    return SteadyPart(tuple(node for node in nodes if node.name in needed), tensors, shapes)


def _leading_to(graph: Graph, tensors: tuple[str, ...]) -> set[str]:
    waiting, found = [tensor.partition(":")[0] for tensor in tensors], set()
    while waiting:
        name = waiting.pop()
        if name in graph.nodes and name not in found:
            found.add(name)
            waiting += [tensor.partition(":")[0] for tensor in graph.nodes[name].inputs]
    return found


def _is_steady(node: LayerNode, trained: frozenset[str] | None) -> bool:
    """Whether a layer gives the same for the same input in every epoch of a stage."""
    layer, inference = node.layer, node.inference
    if layer is None or inference is None or inference.nested is not None:
        return False
    if _adds_to_the_loss(node) or _masks(node):
        return False
    trains = node.trains if trained is None else node.layer_name in trained
    if node.kind in RANDOM:
        return node.in_inference or not (
            getattr(layer, "rate", None) or getattr(layer, "stddev", None)
        )
    if node.kind == _NORMALIZATION:
        return not trains
    if node.kind not in _SAME:
        return False
    return not (trains and any(weight.trainable for weight in inference.weights))


def _adds_to_the_loss(node: LayerNode) -> bool:
    """Whether what it gives is part of the loss; a frozen kernel's regularizer is not."""
    return getattr(node.layer, "activity_regularizer", None) is not None


def _masks(node: LayerNode) -> bool:
    """Whether a mask goes with what it gives, which is no part of an image's features."""
    return bool(getattr(node.layer, "mask_zero", False))


def _changed_by(node: LayerNode | None, trained: frozenset[str] | None) -> str:
    if node is None:
        return ""
    if _adds_to_the_loss(node):
        return f" ('{node.name}' adds to the loss)"
    if _masks(node):
        return f" ('{node.name}' gives a mask)"
    trains = node.trains if trained is None else node.layer_name in trained
    if node.kind in RANDOM:
        return f" ('{node.name}' is random)"
    return f" ('{node.name}' trains)" if trains else f" ('{node.name}' may change)"
