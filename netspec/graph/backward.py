"""What the backward pass needs of the forward one, and training therefore keeps in memory.

A tensor is kept when the gradient of the layer that gives it, or of one that takes it, is computed from it; the others
are freed, or overwritten, as soon as they have been used. TensorFlow's gradients say which those are:

- a convolution, a dense layer, a product and a normalization need what they took (a normalization keeps neither its
  result nor the difference from the mean);
- ReLU, sigmoid, tanh and softmax need what they gave, MaxPooling both;
- padding, cropping, sums, concatenations, means, reshaping and scaling by constants need the shapes alone;
- a dropout needs its mask, a byte a value;
- a swish, GELU and the like need values from within, so do attention (its projections and weights) and recurrent
  layers (the gates of every step).

No gradient comes to frozen layers that stand before all that train, and nothing is kept of them.

Source: tensorflow/python/ops/{math,nn,array}_grad.py, and what keras/src/backend/tensorflow calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.graph.graph import Graph
from netspec.layers.shapes import product, total

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from netspec.graph.graph import LayerNode
    from netspec.layers.base import Layer

_OF_SHAPES_ALONE = (
    "Add",
    "Average",
    "AveragePooling",
    "CenterCrop",
    "Concatenate",
    "Cropping",
    "Dropout",
    "Flatten",
    "GaussianNoise",
    "GlobalAverage",
    "Identity",
    "Normalization",  # the one of pixels; the others begin with another word
    "Permute",
    "RepeatVector",
    "Rescaling",
    "Reshape",
    "SpatialDropout",
    "Subtract",
    "UpSampling",
    "ZeroPadding",
)
# Activations of which values from within are kept instead of the result: how many for each value.
_WITHIN = {
    "elu": 1,
    "gelu": 3,  # half the value, the value by the root of 2, 1 plus its error function
    "hard_silu": 2,
    "hard_swish": 2,
    "mish": 2,
    "silu": 1,
    "softplus": 1,
    "swish": 1,
}
# Values that a recurrent layer keeps for each unit and step: gates before and after their activation, and states.
_OF_A_STEP = {"LSTM": 12, "GRU": 10, "SimpleRNN": 2}
_MASK = 4  # values of a mask in the space of a float32


def kept(graph: Graph, trained: Collection[str] | None = None) -> int | None:
    """How many numbers are kept for one sample; None where a size is unknown.

    Args:
        graph: The network.
        trained: The layers that train; without them, those whose own flags say so.
    """
    tensors: set[str] = set()
    within: list[int | None] = []
    learning = _learning(graph, trained)
    for node in graph.nodes.values():
        if node.layer is not None and node.name in learning:
            tensors |= _tensors(node, node.layer)
            within += _within(graph, node, node.layer)
    sizes = [product(*(graph.shape(tensor) or (None,))) for tensor in tensors]
    return total(*sizes, *within)


def _learning(graph: Graph, trained: Collection[str] | None) -> set[str]:
    """The layers that a gradient comes to: those that train, and those that take what depends on one."""
    found: set[str] = set()
    for node in graph.nodes.values():
        owner = graph.nodes[node.layer_name]
        takes = any(tensor.partition(":")[0] in found for tensor in node.inputs)
        trains = owner.trainable_parameters if trained is None else owner.name in trained
        if takes or trains:
            found.add(node.name)
    return found


def _tensors(node: LayerNode, layer: Layer) -> set[str]:
    """The inputs and outputs that are kept for a layer."""
    activation = _activation(layer)
    if activation is not None and node.kind in {"Activation", "ReLU", "Softmax"}:
        return {*node.inputs} if activation in _WITHIN else {*node.outputs}
    found = set() if node.kind.startswith(_OF_SHAPES_ALONE) else {*node.inputs}
    if activation not in {None, "linear", *_WITHIN} or "MaxPooling" in node.kind:
        found |= {*node.outputs}
    return found


def _within(graph: Graph, node: LayerNode, layer: Layer) -> Iterator[int | None]:
    """How many numbers are kept besides, that are neither input nor output."""
    size = None if node.output_shape is None else product(*node.output_shape)
    values = _WITHIN.get(_activation(layer) or "", 0)
    if node.kind == "Activation":  # the first of them is its input
        values = max(values - 1, 0)
    yield product(size, values)
    if "Dropout" in node.kind:
        yield None if size is None else size // _MASK
    inner: Any = layer
    while hasattr(inner, "layer"):
        inner = inner.layer
    if inner.kind() in _OF_A_STEP:
        directions = 2 if node.kind == "Bidirectional" else 1
        steps = (graph.shape(node.inputs[0]) or (None,))[0]
        yield product(steps, inner.units, directions * _OF_A_STEP[inner.kind()])
    if "Attention" in node.kind:
        yield _attention(graph, node, layer)
    nested = node.inference.nested if node.inference is not None else None
    if isinstance(nested, Graph):
        yield product(kept(nested), node.output_shape[0] if node.output_shape else 1)


def _attention(graph: Graph, node: LayerNode, layer: Any) -> int | None:
    """Queries, keys and values after their projection, the weights before and after the softmax, what is attended."""
    query, value, *_ = [graph.shape(tensor) or (None,) for tensor in (*node.inputs, *node.inputs)]
    fields = {"num_heads": 1, "num_query_heads": 1, "key_dim": 0, "head_dim": 0}
    fields = {name: getattr(layer, name, None) or least for name, least in fields.items()}
    heads = max(fields["num_heads"], fields["num_query_heads"])
    size = max(fields["key_dim"], fields["head_dim"])
    weights = product(2, heads, *query[:-1], *value[:-1])
    return total(
        weights, product(2 * heads * size, *query[:-1]), product(2 * heads * size, *value[:-1])
    )


def _activation(layer: Any) -> str | None:
    """The name of a layer's activation; ReLU's and Softmax's own."""
    if layer.kind() in {"ReLU", "Softmax"}:
        return str(layer.kind()).lower()
    activation = getattr(layer, "activation", None)
    if activation is None or isinstance(activation, str):
        return activation
    return str(activation.kind()).lower()
