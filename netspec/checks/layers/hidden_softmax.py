"""A softmax stands in the middle of the network.

A softmax makes its values add up to 1. Of many units each is then small, one can only rise while others fall, and the
gradients that come back through it are small as well: a layer behind it learns slowly. As a hidden activation relu is
what is mostly meant. In attention, where a softmax weighs other values, it belongs, and so does one that picks from a
list.

Failing:

    netspec: 1
    model:
      input: [64]
      layers:
        - Dense: {units: 128, activation: softmax}  # NS740
        - Dense: {units: 10, activation: softmax}

Passing:

    netspec: 1
    model:
      input: [64]
      layers:
        - Dense: {units: 128, activation: relu}
        - Dense: {units: 10, activation: softmax}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.layers.families import (
    ANY_DROPOUT,
    CONVOLUTIONS,
    PASSING,
    POOLINGS,
    and_others,
    next_of,
    told,
)
from netspec.checks.wiring import Wiring, activation_of
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph, LayerNode
    from netspec.spec.document import Document

CODE = Code.HIDDEN_SOFTMAX

_MAKERS = {"Dense", "Softmax", "Activation"} | CONVOLUTIONS
_PAST = PASSING | POOLINGS | ANY_DROPOUT | {"BatchNormalization"}


def check(document: Document, graph: Graph) -> Iterator[Finding]:  # noqa: ARG001 - what every rule is given
    """Finds softmaxes that nothing but a Dense or a convolution takes, and tells the first."""
    wiring = Wiring(graph)
    found = [node for node in graph.nodes.values() if _is_hidden(wiring, node)]
    if found:
        first = found[0]
        yield Finding(
            CODE,
            f"the softmax of {told(first)} stands in the middle of the network, and makes its values small"
            f"{and_others(found)}",
            first.item.place("activation"),
            "if nothing is weighed or picked by it, relu is mostly meant",
        )


def _is_hidden(wiring: Wiring, node: LayerNode) -> bool:
    if node.kind not in _MAKERS or activation_of(node) != "softmax":
        return False
    after = next_of(wiring, node, past=_PAST)
    if after is None:
        return False
    # Of sequences a softmax over positions is an attention; a Dense then mixes what was weighed.
    is_vector = node.output_shape is not None and len(node.output_shape) == 1
    return (after.kind == "Dense" and is_vector) or (
        after.kind in CONVOLUTIONS and node.kind in CONVOLUTIONS
    )
