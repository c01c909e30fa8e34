"""A kernel is larger than its map, and some of its weights never see more than padding.

Where strides and poolings have brought a map down to 1 x 1, a 3 x 3 kernel with `padding: same` sees one value and
eight zeros: of its nine weights only the one in the middle ever learns. The convolution is one of 1 x 1 that pays for
nine weights. It comes about where a network for large images gets small ones: take a pooling or a stride out, so that
maps stay larger.

Failing:

    netspec: 1
    model:
      input: [4, 4, 3]
      layers:
        - Conv2D: {filters: 16, kernel_size: 3, strides: 2, padding: same, activation: relu}
        - MaxPooling2D
        - Conv2D: {filters: 16, kernel_size: 3, padding: same, activation: relu}  # NS741
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}

Passing:

    netspec: 1
    model:
      input: [32, 32, 3]
      layers:
        - Conv2D: {filters: 16, kernel_size: 3, strides: 2, padding: same, activation: relu}
        - MaxPooling2D
        - Conv2D: {filters: 16, kernel_size: 3, padding: same, activation: relu}
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from netspec.checks.layers.families import and_others, told
from netspec.checks.layers.windows import Window, windows
from netspec.diagnostics import Code, Finding
from netspec.layers.reach import padded_before
from netspec.layers.spatial import by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.BEYOND_THE_MAP


def check(document: Document, graph: Graph) -> Iterator[Finding]:  # noqa: ARG001 - what every rule is given
    """Counts the weights of each padded kernel that ever meet the map, and tells the first that has others."""
    found = [
        (window, used)
        for window in windows(graph)
        if window.is_convolution
        and window.padding != "valid"
        and (used := _used(window)) < math.prod(window.sizes)
    ]
    if found:
        first, used = found[0]
        number = math.prod(first.sizes)
        given = by(first.given)
        taken = f"{given} steps" if len(first.given) == 1 else f"a map of {given}"
        yield Finding(
            CODE,
            f"{told(first.node)} gets {taken}, so that {number - used} of its kernel's {number} "
            f"weights see padding only{and_others(found)}",
            first.node.item.place("kernel_size"),
            "take out a pooling or a stride above it, or make the kernel smaller",
        )


def _used(window: Window) -> int:
    """How many of a kernel's weights meet the map at some position."""
    used = 1
    for size, taps, span, stride, rate in zip(
        window.given, window.sizes, window.spans, window.strides, window.dilation, strict=True
    ):
        if size is None or span <= size:
            used *= taps
            continue
        before = padded_before(size, span, stride=stride, padding=window.padding)
        positions = -(-size // stride)
        used *= sum(
            any(0 <= place * stride - before + tap * rate < size for place in range(positions))
            for tap in range(taps)
        )
    return used
