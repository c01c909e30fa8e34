"""A kernel of even size has no centre, and `padding: same` shifts the map by half a pixel.

A 3 x 3 kernel looks as far to the left as to the right. One of 2 x 2 looks at the pixel itself and at the one to the
right of it and below: with `same`, a row is added at one side only. Each such layer moves what it finds by half a
pixel, and all of them in the same direction. For a class this does not matter much, for a mask or a position it does.

Failing:

    netspec: 1
    model:
      input: [28, 28, 1]
      layers:
        - Conv2D: {filters: 16, kernel_size: 4, padding: same, activation: relu}  # NS736
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}

Passing:

    netspec: 1
    model:
      input: [28, 28, 1]
      layers:
        - Conv2D: {filters: 16, kernel_size: 3, padding: same, activation: relu}
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

CODE = Code.EVEN_KERNEL


def check(document: Document, graph: Graph) -> Iterator[Finding]:  # noqa: ARG001 - what every rule is given
    """Finds all such kernels, and tells the first."""
    found = [window for window in windows(graph) if window.is_convolution and _shifts(window)]
    if found:
        first = found[0]
        yield Finding(
            CODE,
            f"the kernel of {told(first.node)}, {by(first.sizes)}, has no centre, "
            f"and with `same` it shifts the map by half a pixel{and_others(found)}",
            first.node.item.place("kernel_size"),
            "take an odd size, such as 3 or 5",
        )


def _shifts(window: Window) -> bool:
    return window.padding == "same" and any(
        span % 2 == 0 and stride == 1 and size != 1
        for size, span, stride in zip(window.given, window.spans, window.strides, strict=True)
    )
