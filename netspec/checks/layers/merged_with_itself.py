"""A layer compares something with itself.

The difference of a map and the same map is 0 everywhere, and their average, maximum and minimum are the map as it is.
Nothing comes together: the name of the other branch was meant.

`Multiply` of a map by itself is its square, which can be meant, and `Dot` and attention of something with itself are
usual. For what is added to itself or joined with itself there is a note.

Failing:

    netspec: 1
    model:
      input: [32, 32, 16]
      layers:
        - Conv2D: {name: before, filters: 16, kernel_size: 3, padding: same, activation: relu}
        - Conv2D: {name: after, filters: 16, kernel_size: 3, padding: same, activation: relu}
        - Subtract:
            inputs: [after, after]  # NS639
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}

Passing:

    netspec: 1
    model:
      input: [32, 32, 16]
      layers:
        - Conv2D: {name: before, filters: 16, kernel_size: 3, padding: same, activation: relu}
        - Conv2D: {name: after, filters: 16, kernel_size: 3, padding: same, activation: relu}
        - Subtract: {inputs: [before, after]}
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.layers.families import told
from netspec.diagnostics import Code, Finding
from netspec.source.nodes import ListNode, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph, LayerNode
    from netspec.spec.document import Document

CODE = Code.MERGED_WITH_ITSELF

_ONCE = "gives it back as it is"
_TWO = {
    "Average": _ONCE,
    "Maximum": _ONCE,
    "Minimum": _ONCE,
    "Subtract": "gives zeros",
}


def check(document: Document, graph: Graph) -> Iterator[Finding]:  # noqa: ARG001 - what every rule is given
    """Looks at the inputs of every layer that compares maps."""
    for node in graph.written:
        element = written_twice(node) if node.kind in _TWO else None
        if element is not None:
            name = node.inputs[element]
            follows = f", and {_TWO[node.kind]}" if len(set(node.inputs)) == 1 else ""
            yield Finding(
                CODE,
                f"{told(node)} takes '{name}' more than once{follows}",
                node.item.place("inputs", element=element),
                "write the name of the other branch",
            )


def written_twice(node: LayerNode) -> int | None:
    """The first of a layer's inputs that stands among those before it; None where the text has each once.

    What a block is given under two names is left alone: its other uses may give it two things.
    """
    written = node.item.field("inputs")
    if node.inference is None or not isinstance(written, ListNode):
        return None
    if len(written.items) != len(node.inputs):
        return None
    seen = set()
    for element, item in enumerate(written.items):
        text = item.scalar if isinstance(item, ScalarNode) else None
        if text in seen and node.inputs[element] in node.inputs[:element]:
            return element
        seen.add(text)
    return None
