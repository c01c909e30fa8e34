"""Windows do not reach the last rows or columns of a map.

A pooling of 2 makes 13 rows into 6: its windows take rows 1 to 12, and the last one is never looked at. A convolution
with strides loses rows in the same way. Of a large map little is lost, and where it is less than one row in 20
nothing is told. `padding: same`, or another image size, keeps all of it. It matters where maps have to fit again
later, as in a U-Net: 6 rows made twice as many are 12, not 13.

Failing:

    netspec: 1
    model:
      input: [13, 13, 1]
      layers:
        - Conv2D: {filters: 16, kernel_size: 3, padding: same, activation: relu}
        - MaxPooling2D  # NS735
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}

Passing:

    netspec: 1
    model:
      input: [28, 28, 1]
      layers:
        - Conv2D: {filters: 16, kernel_size: 3, padding: same, activation: relu}
        - MaxPooling2D
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.layers.families import PADDINGS, and_others, told
from netspec.checks.layers.windows import Window, windows
from netspec.checks.wiring import Wiring
from netspec.diagnostics import Code, Finding
from netspec.layers.spatial import by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.EDGE_LEFT_OUT

# One row of this many, or fewer, is told.
_PART = 20


def check(document: Document, graph: Graph) -> Iterator[Finding]:  # noqa: ARG001 - what every rule is given
    """Finds all such windows, and tells the first."""
    wiring = Wiring(graph)
    found = [window for window in windows(graph) if _leaves_out(wiring, window)]
    if found:
        first = found[0]
        seen = tuple(
            None if size is None else size - left
            for size, left in zip(first.given, _left(first), strict=True)
        )
        given = by(first.given)
        taken = f"{given} steps" if len(seen) == 1 else f"a map of {given}"
        yield Finding(
            CODE,
            f"{told(first.node)} gets {taken}, and its windows reach {by(seen)} of it: the rest is left out"
            f"{and_others(found)}",
            first.node.item.place("strides"),
            "`padding: same` keeps the edge, as does a size that fits",
        )


def _leaves_out(wiring: Wiring, window: Window) -> bool:
    """Whether an edge is left out that is more than padding; what skips pixels anyway leaves out more than that."""
    if window.padding != "valid" or not any(_left(window)):
        return False
    before = wiring.before(window.node)
    return before is None or before.kind not in PADDINGS


def _left(window: Window) -> tuple[int, ...]:
    """How many positions are left out at the end of each axis, where they are a part worth telling."""
    left = tuple(
        0 if size is None or stride > span else (size - span) % stride
        for size, span, stride in zip(window.given, window.spans, window.strides, strict=True)
    )
    told = any(
        _PART * lost > (size or 0) for lost, size in zip(left, window.given, strict=True) if lost
    )
    return left if told else (0,) * len(left)
