"""A layer starts with zeros and stays there.

A kernel learns from what goes in and from what comes back of what it gave. Where all of its numbers are 0, it gives 0.
Under relu nothing comes back then, as the gradient of relu at 0 is 0: the kernel, its bias and what feeds it never
change. Nor do two layers that both start with zeros and follow each other: the gradient of each is a product with what
the other gives or holds, which is 0. The network learns the bias of its last layer, and answers the same for every
image.

A single layer may start with zeros, such as the last one, or the last of a residual branch: it learns from what goes
in. Others start at random, so that their units differ; biases start with zeros by default, and may.

Source: measured after 20 epochs, in which no such kernel changes: Dense and convolutions under relu and relu6, with a
BatchNormalization before it or not; and pairs with tanh, gelu, silu, elu, leaky_relu or nothing between them.

Failing:

    netspec: 1
    model:
      input: [64]
      layers:
        - Dense: {units: 128, activation: relu, kernel_initializer: zeros}  # NS638
        - Dense: {units: 10, activation: softmax}
    compile: {optimizer: adam, loss: categorical_crossentropy}

Failing:

    netspec: 1
    model:
      input: [64]
      layers:
        - Dense: {units: 128, activation: tanh, kernel_initializer: {Constant: {value: 0}}}  # NS638
        - Dense: {units: 10, activation: softmax, kernel_initializer: zeros}
    compile: {optimizer: adam, loss: categorical_crossentropy}

Passing:

    netspec: 1
    model:
      input: [64]
      layers:
        - Dense: {units: 128, activation: relu, bias_initializer: zeros}
        - Dense: {units: 10, activation: softmax, kernel_initializer: zeros}
    compile: {optimizer: adam, loss: categorical_crossentropy}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.checks.layers.families import (
    ACTIVATIONS,
    CONVOLUTIONS,
    PADDINGS,
    PASSING,
    POOLINGS,
    TRANSPOSED,
    and_others,
    called_once,
    shared_layers,
    told,
)
from netspec.checks.wiring import Wiring, activation_of
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from netspec.graph.graph import Graph, LayerNode
    from netspec.spec.document import Document

CODE = Code.ZERO_KERNELS

_WITH_KERNEL = {"Dense", *CONVOLUTIONS, *TRANSPOSED} - {"SeparableConv1D", "SeparableConv2D"}
_NORMALIZING = {"BatchNormalization", "GroupNormalization", "LayerNormalization"}
_GLOBAL = {f"Global{kind}Pooling{rank}D" for kind in ("Average", "Max") for rank in (1, 2, 3)}
# What gives 0 for zeros, and lets gradients through as they come.
_KEEPING = PASSING | POOLINGS | PADDINGS | _GLOBAL
# Activations that give 0 for 0: some let no gradient through there, others do.
_CLOSED = {"relu", "relu6"}
_OPEN = {
    "celu",
    "elu",
    "gelu",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "mish",
    "prelu",
    "selu",
    "silu",
    "softsign",
    "swish",
    "tanh",
    "tanh_shrink",
}


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Finds layers that never leave zero, and tells the first."""
    if document.compile is None:  # weights may be loaded into it
        return
    wiring = Wiring(graph)
    shared = shared_layers(wiring)
    zeros = {
        name: node
        for name, node in graph.nodes.items()
        if _starts_with_zeros(node) and called_once(node, shared)
    }
    reasons = ((node, _why(wiring, node, zeros)) for node in zeros.values())
    found = [(node, why) for node, why in reasons if why is not None]
    if found:
        first, why = found[0]
        yield Finding(
            CODE,
            f"{told(first)} starts with zeros {why}, and never learns{and_others(found)}",
            first.item.place(_field(first)),
            f"leave {_field(first)} out: kernels start at random, so that their units differ",
        )


def _why(wiring: Wiring, node: LayerNode, zeros: Container[str]) -> str | None:
    """What keeps a layer that starts with zeros there; None for nothing."""
    passes = activation_of(node)
    if passes in _CLOSED:
        return f"under {passes}, whose gradient at 0 is 0"
    taker: LayerNode | None = node
    while passes in _OPEN and taker is not None:
        taker = wiring.only_taker(taker)
        if taker is None or len(taker.inputs) != 1:
            return None
        if taker.name in zeros:
            return f"like {told(taker)} after it, which passes no gradient back"
        passes = _passes(taker)
        if passes in _CLOSED:
            return f"under the {passes} of '{taker.name}', whose gradient at 0 is 0"
    return None


def _passes(node: LayerNode) -> str | None:
    """What a layer without a kernel does to zeros, as an activation; None where they do not stay zeros."""
    layer: Any = node.layer
    if node.kind in _KEEPING:
        return "linear"
    if node.kind in _NORMALIZING:
        is_kept = node.trains and _is_zero(getattr(layer, "beta_initializer", None))
        return "linear" if is_kept else None
    if node.kind == "ReLU":
        if layer.threshold:
            return None
        return "leaky_relu" if layer.negative_slope else "relu"
    return activation_of(node) if node.kind in ACTIVATIONS else None


def _starts_with_zeros(node: LayerNode) -> bool:
    layer: Any = node.layer
    if node.kind not in _WITH_KERNEL or node.inference is None or not node.trains:
        return False
    has_bias = layer.use_bias and not _is_zero(layer.bias_initializer)
    return _is_zero(getattr(layer, _field(node))) and not has_bias


def _field(node: LayerNode) -> str:
    is_depthwise = node.kind.startswith("Depthwise")
    return "depthwise_initializer" if is_depthwise else "kernel_initializer"


def _is_zero(initializer: Any) -> bool:
    if isinstance(initializer, str):
        return initializer.lower() == "zeros" or initializer == "Constant"
    kind = initializer.kind() if initializer is not None else None
    return kind == "Zeros" or (kind == "Constant" and initializer.value == 0)
