"""A window moves farther than it is large, and skips what lies in between.

With a kernel of 3 and strides of 4 every fourth row and column is never looked at. Nothing in the network can make up
for that. A window at least as large as its strides sees all; a convolution or pooling of 1 with strides of 2, which
ResNet has beside each of its larger steps, skips on purpose and is not told.

Failing:

    netspec: 1
    model:
      input: [64, 64, 3]
      layers:
        - Conv2D: {filters: 16, kernel_size: 3, strides: 4, padding: same, activation: relu}  # NS738
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}

Passing:

    netspec: 1
    model:
      input: [64, 64, 3]
      layers:
        - Conv2D: {filters: 16, kernel_size: 4, strides: 4, activation: relu}
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.layers.families import and_others, told
from netspec.checks.layers.windows import Window, windows
from netspec.diagnostics import Code, Finding
from netspec.layers.spatial import by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.SKIPPED_PIXELS


def check(document: Document, graph: Graph) -> Iterator[Finding]:  # noqa: ARG001 - what every rule is given
    """Finds all such windows, and tells the first."""
    found = [window for window in windows(graph) if _skips(window)]
    if found:
        first = found[0]
        noun = "kernel" if first.is_convolution else "window"
        yield Finding(
            CODE,
            f"the {noun} of {told(first.node)}, {by(first.sizes)}, moves on by {by(first.strides)}, "
            f"and what lies in between is never seen{and_others(found)}",
            first.node.item.place("strides"),
            f"make {first.field} at least as large as strides",
        )


def _skips(window: Window) -> bool:
    return any(
        size > 1 and stride > span
        for size, span, stride in zip(window.sizes, window.spans, window.strides, strict=True)
    )
