"""Which layers of a network compute in half precision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.graph.graph import Graph

if TYPE_CHECKING:
    from netspec.graph.graph import LayerNode
    from netspec.layers.base import Layer

FULL = "float32"

# They take places in a table, pixels or waves. A bfloat16 holds whole numbers up to 256 only, and Keras would round an
# index to another word's.
_TAKING_RAW = frozenset(
    {
        "CategoryEncoding",
        "Discretization",
        "Embedding",
        "Hashing",
        "IntegerLookup",
        "MelSpectrogram",
        "Normalization",
        "Rescaling",
        "ReversibleEmbedding",
        "STFTSpectrogram",
    }
)
# TensorFlow has no code for float16 on a CPU.
_NOT_IN_FLOAT16 = frozenset(
    {"AdaptiveAveragePooling3D", "AdaptiveMaxPooling3D", "AveragePooling3D", "MaxPooling3D"}
)
# What they give is what they took, laid out or bounded anew.
_PASSING_ON = frozenset(
    {
        "Activation",
        "Concatenate",
        "Dropout",
        "Flatten",
        "Identity",
        "Permute",
        "ReLU",
        "Reshape",
        "Softmax",
    }
)


def precisions(graph: Graph, precision: str) -> dict[str, str]:
    """The policy of each layer that owns its weights, by its node's name.

    In mixed precision, layers compute in half the bits. Those that make the outputs do not, as a softmax loses digits
    there that a loss needs; nor do those that take indices, or lay pixels out before any layer has learned from them,
    nor what TensorFlow cannot compute so.

    Args:
        graph: The network.
        precision: The run's: `float32`, `mixed_bfloat16` or `mixed_float16`.

    Source: the guide to mixed precision, keras.io/api/mixed_precision.
    """
    if precision == FULL:
        return dict.fromkeys(graph.nodes, FULL)
    full = _making_outputs(graph)
    full |= {node.layer_name for node in graph.nodes.values() if _needs_float32(node, precision)}
    full |= _before_all_weights(graph)
    return {name: FULL if name in full else precision for name in graph.nodes}


def _making_outputs(graph: Graph) -> set[str]:
    """The layers that give the outputs, and those whose numbers they merely pass on."""
    found: set[str] = set()
    waiting = [tensor.partition(":")[0] for tensor in graph.outputs.values()]
    while waiting:
        node = graph.nodes.get(waiting.pop())
        if node is None or node.layer_name in found:  # an input may be an output too
            continue
        found.add(node.layer_name)
        if node.kind in _PASSING_ON:
            waiting += [tensor.partition(":")[0] for tensor in node.inputs]
    return found


def _before_all_weights(graph: Graph) -> set[str]:
    """The layers that nothing has been multiplied before, and that multiply nothing: what they take is as it came."""
    raw = set(graph.inputs)
    found = set()
    for node in graph.nodes.values():
        is_first = all(tensor.partition(":")[0] in raw for tensor in node.inputs)
        if is_first and node.macs == 0 and not graph.nodes[node.layer_name].parameters:
            raw.add(node.name)
            found.add(node.layer_name)
    return found


def needs_float32(layer: Layer, nested: object, precision: str) -> bool:
    """Whether a layer, or one inside it, cannot compute in a precision.

    Args:
        layer: The layer.
        nested: The network that a block inside it became.
        precision: `mixed_bfloat16` or `mixed_float16`.
    """
    inner: Any = layer
    while inner is not None:
        kind = inner.kind()
        if kind in _TAKING_RAW or (precision == "mixed_float16" and kind in _NOT_IN_FLOAT16):
            return True
        # With oneDNN, TensorFlow's einsum of half numbers gives wrong ones for `...x,xy->...y` (seen in 2.21).
        if kind == "EinsumDense" and "..." in inner.equation:
            return True
        inner = getattr(inner, "layer", None)
    return isinstance(nested, Graph) and any(
        _needs_float32(node, precision) for node in nested.nodes.values()
    )


def _needs_float32(node: LayerNode, precision: str) -> bool:
    if node.layer is None or node.inference is None:
        return False
    return needs_float32(node.layer, node.inference.nested, precision)
