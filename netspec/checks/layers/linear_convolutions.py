"""Two convolutions follow one another without an activation in between.

Each is a weighted sum of what it takes. Without an activation between them the two together are one convolution with a
larger kernel, with more to learn: two of 3 x 3 say no more than one of 5 x 5. With a max pooling between them they are
not quite the same as one. But mostly `activation: relu` was forgotten, there as well.

It can be meant, to save weights or to cut an image into patches: kernels of 1 x 1, of one row, of one channel each or
no larger than their stride are usual there. About those nothing is said, nor about networks that are not compiled.

Failing:

    netspec: 1
    model:
      input: [32, 32, 3]
      layers:
        - Conv2D: {filters: 32, kernel_size: 3}  # NS745
        - MaxPooling2D
        - Conv2D: {filters: 64, kernel_size: 3, activation: relu}
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}
    compile: {optimizer: adam, loss: categorical_crossentropy}

Passing:

    netspec: 1
    model:
      input: [32, 32, 3]
      layers:
        - Conv2D: {filters: 32, kernel_size: 3, activation: relu}
        - MaxPooling2D
        - Conv2D: {filters: 64, kernel_size: 3, activation: relu}
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}
    compile: {optimizer: adam, loss: categorical_crossentropy}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.layers.families import (
    DROPOUTS,
    POOLINGS,
    and_others,
    called_once,
    next_of,
    shared_layers,
    told,
)
from netspec.checks.wiring import Wiring, activation_of
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph, LayerNode
    from netspec.spec.document import Document

CODE = Code.LINEAR_CONVOLUTIONS

_PLAIN = {"Conv1D", "Conv2D", "Conv3D"}
_PAST = {*DROPOUTS, *POOLINGS, "Identity"}


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Finds such pairs, and tells the first."""
    if document.compile is None:  # a part of a network, or one that does not train
        return
    wiring = Wiring(graph)
    shared = shared_layers(wiring)
    found = []
    for node in graph.written:
        if not _is_plain(node, shared) or activation_of(node) != "linear":
            continue
        after = next_of(wiring, node, past=_PAST)
        if after is not None and after.kind == node.kind and _is_plain(after, shared):
            found.append((node, after))
    if found:
        first, after = found[0]
        yield Finding(
            CODE,
            f"{told(first)} has no activation, and none stands before {told(after)}{and_others(found)}",
            first.item.place("activation"),
            "give it `activation: relu`, if it was not left out on purpose",
        )


def _is_plain(node: LayerNode, shared: frozenset[str]) -> bool:
    """Whether it has a square kernel above 1 that trains, in one group, and its windows overlap."""
    if node.kind not in _PLAIN or node.inference is None or not node.trains:
        return False
    kernel: tuple[int, ...] = getattr(node.layer, "kernel_size", (1,))
    strides: tuple[int, ...] = getattr(node.layer, "strides", (1,))
    is_square = len(set(kernel)) == 1 and kernel[0] > max(1, *strides)
    return is_square and getattr(node.layer, "groups", 1) == 1 and called_once(node, shared)
