"""A layer adds something to itself, or joins it with itself.

The sum of a map and the same map is twice that map. Of the two `Concatenate` makes a map with each channel twice: the
layer after it learns two kernels for each, and only their sum counts. Mostly the name of the other branch was meant,
such as the shortcut around a residual block. It can be meant: NASNet adds a pooled map to itself.

One channel written three times is a usual way from gray to colour; about that nothing is said.

Failing:

    netspec: 1
    model:
      input: [32, 32, 16]
      layers:
        - Conv2D: {name: before, filters: 16, kernel_size: 3, padding: same, activation: relu}
        - Conv2D: {name: after, filters: 16, kernel_size: 3, padding: same, activation: relu}
        - Concatenate:
            inputs: [after, after]  # NS743
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}

Passing:

    netspec: 1
    model:
      input: [32, 32, 16]
      layers:
        - Conv2D: {name: before, filters: 16, kernel_size: 3, padding: same, activation: relu}
        - Conv2D: {name: after, filters: 16, kernel_size: 3, padding: same, activation: relu}
        - Concatenate: {inputs: [before, after]}
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.layers.families import told
from netspec.checks.layers.merged_with_itself import written_twice
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph, LayerNode
    from netspec.spec.document import Document

CODE = Code.JOINED_WITH_ITSELF


def check(document: Document, graph: Graph) -> Iterator[Finding]:  # noqa: ARG001 - what every rule is given
    """Looks at the inputs of every Add and Concatenate."""
    for node in graph.written:
        element = written_twice(node) if node.kind in {"Add", "Concatenate"} else None
        if element is None or (node.kind == "Concatenate" and not _joins_channels(graph, node)):
            continue
        name = node.inputs[element]
        follows = (
            "counts it as often"
            if node.kind == "Add"
            else "its channels say nothing new the second time"
        )
        yield Finding(
            CODE,
            f"{told(node)} takes '{name}' more than once, and {follows}",
            node.item.place("inputs", element=element),
            "write the name of the other branch, if it was not meant",
        )


def _joins_channels(graph: Graph, node: LayerNode) -> bool:
    """Whether several channels are put beside each other."""
    shape, axis = graph.shape(node.inputs[0]), getattr(node.layer, "axis", -1)
    return bool(shape) and shape is not None and shape[-1] != 1 and axis in {-1, len(shape)}
