"""A normalization follows directly on another.

What a BatchNormalization gives has the mean and the spread that it has learned; the one after it takes these away
again and learns its own. The first one's scale and offset then do nothing, and both cost time in every step. One of
the two is too many.

Failing:

    netspec: 1
    model:
      input: [28, 28, 1]
      layers:
        - Conv2D: {filters: 16, kernel_size: 3, use_bias: false}
        - BatchNormalization
        - BatchNormalization  # NS636
        - ReLU
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}

Passing:

    netspec: 1
    model:
      input: [28, 28, 1]
      layers:
        - Conv2D: {filters: 16, kernel_size: 3, use_bias: false}
        - BatchNormalization
        - ReLU
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.layers.families import DROPOUTS, in_one_list, single_source, told
from netspec.checks.wiring import Wiring
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.NORMALIZED_TWICE

_NORMALIZATIONS = {"BatchNormalization", "LayerNormalization"}


def check(document: Document, graph: Graph) -> Iterator[Finding]:  # noqa: ARG001 - what every rule is given
    """Finds two of a kind in one list; a block may begin with one that its other uses need."""
    wiring = Wiring(graph)
    for node in graph.written:
        if node.kind not in _NORMALIZATIONS or len(node.inputs) != 1:
            continue
        first = single_source(wiring, node, past=DROPOUTS | {"Identity"})
        if first is None or first.kind != node.kind or not in_one_list(first, node):
            continue
        if node.trains and first.trains and _axis(first) == _axis(node):
            yield Finding(
                CODE,
                f"{told(node)} normalizes what {told(first)} has normalized already",
                node.item.place(),
                "leave one of the two out",
            )


def _axis(node: object) -> object:
    return getattr(getattr(node, "layer", None), "axis", None)
