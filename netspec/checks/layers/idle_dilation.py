"""A dilation has no effect, as the kernel is a single pixel.

`dilation_rate` is the distance between the values that a kernel takes. A kernel of 1 takes one value, and there is
nothing to spread: `dilation_rate` can go, or `kernel_size` was meant to be 3.

Failing:

    netspec: 1
    model:
      input: [64, 64, 3]
      layers:
        - Conv2D: {filters: 16, kernel_size: 1, dilation_rate: 2, activation: relu}  # NS739
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}

Passing:

    netspec: 1
    model:
      input: [64, 64, 3]
      layers:
        - Conv2D: {filters: 16, kernel_size: 3, dilation_rate: 2, activation: relu}
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.layers.families import and_others, told
from netspec.checks.layers.windows import windows
from netspec.diagnostics import Code, Finding
from netspec.layers.spatial import by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.IDLE_DILATION


def check(document: Document, graph: Graph) -> Iterator[Finding]:  # noqa: ARG001 - what every rule is given
    """Finds kernels of 1 in every direction with a dilation."""
    found = [
        window for window in windows(graph) if max(window.sizes) == 1 and max(window.dilation) > 1
    ]
    if found:
        first = found[0]
        yield Finding(
            CODE,
            f"dilation_rate does nothing, as {told(first.node)} has a kernel of {by(first.sizes)}{and_others(found)}",
            first.node.item.place("dilation_rate"),
            "leave it out, or take a larger kernel",
        )
