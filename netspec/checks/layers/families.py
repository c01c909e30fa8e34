"""What rules about layers share: families of layers, how a layer is told, and what stands in one list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.wiring import SHAPE_ONLY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.checks.wiring import Wiring
    from netspec.graph.graph import LayerNode

# Layers that set a share of the values to 0 while training, and leave them alone afterwards.
DROPOUTS = {"Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"}
ANY_DROPOUT = {*DROPOUTS, "AlphaDropout", "GaussianDropout"}
# Layers that are nothing but an activation.
ACTIVATIONS = {"Activation", "ELU", "LeakyReLU", "PReLU", "ReLU", "Softmax"}
POOLINGS = {f"{kind}Pooling{rank}D" for kind in ("Average", "Max") for rank in (1, 2, 3)}
PADDINGS = {f"ZeroPadding{rank}D" for rank in (1, 2, 3)}
CONVOLUTIONS = {f"Conv{rank}D" for rank in (1, 2, 3)} | {
    f"{kind}Conv{rank}D" for kind in ("Depthwise", "Separable") for rank in (1, 2)
}
TRANSPOSED = {f"Conv{rank}DTranspose" for rank in (1, 2, 3)}
# What may stand between two layers without making values of another kind.
PASSING = SHAPE_ONLY | DROPOUTS


def told(node: LayerNode) -> str:
    """A layer as messages name it: ``Conv2D 'conv2d_3'``."""
    return f"{node.kind} '{node.name}'"


def and_others(found: Sequence[object], *, verb: str = "so in") -> str:
    """What a finding at the first of several layers says of the others; nothing where there are none."""
    others = len(found) - 1
    if others < 1:
        return ""
    return f" (and {verb} {others} more layer{'s' if others > 1 else ''})"


def in_one_list(one: LayerNode, other: LayerNode) -> bool:
    """Whether two layers stand in the same list of the same use of a block."""
    return one.name.rpartition(".")[0] == other.name.rpartition(".")[0]


def called_once(node: LayerNode, shared: frozenset[str]) -> bool:
    """Whether a layer is called in one place only.

    Args:
        node: The layer.
        shared: The layers that others call again.
    """
    return node.shares is None and node.name not in shared


def shared_layers(wiring: Wiring) -> frozenset[str]:
    """The names of the layers that others call again."""
    return frozenset(node.shares for node in wiring.graph.nodes.values() if node.shares)


def next_of(
    wiring: Wiring, node: LayerNode, *, past: set[str] | frozenset[str] = frozenset()
) -> LayerNode | None:
    """The one layer that takes what a layer gives, passing over some kinds; None where there are several."""
    taker = wiring.only_taker(node)
    while taker is not None and taker.kind in past and len(taker.inputs) == 1:
        taker = wiring.only_taker(taker)
    return taker


def single_source(
    wiring: Wiring, node: LayerNode, *, past: set[str] | frozenset[str]
) -> LayerNode | None:
    """The layer whose values a layer alone takes, passing backwards over some kinds.

    None where something else takes them too, so that they are there for more than this.
    """
    taker = node
    while (before := wiring.before(taker)) is not None and wiring.only_taker(before) is taker:
        if before.kind not in past:
            return before
        taker = before
    return None
