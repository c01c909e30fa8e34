"""The model scales pixels to a range that no weights are made for.

Pixels are 0 to 255, and a first layer wants them at about 0 to 1 or -1 to 1. `Rescaling` multiplies, so that `scale:
255` makes them 65025 and `scale: 1/255` twice makes them 0.004 at most; its offset is added after that, so that -1 to 1
is `{scale: 1/127.5, offset: -1}`. A `Normalization` subtracts its mean from what it is given: means such as 0.485 are
for pixels that a `Rescaling: {scale: 1/255}` above it has brought to 0 to 1, means such as 123.7 for pixels as they
are. Where both do the work, the images all but vanish, and nothing is learned from them.

Means taken from pixels without any scaling, as VGG's do, leave them around 0 and are no finding.

Source: keras/src/layers/preprocessing/rescaling.py, keras/src/layers/preprocessing/normalization.py.

Failing, as it multiplies:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Rescaling: {scale: 255}  # NS622
        - Flatten
        - Dense: {units: 10, activation: softmax}

Failing, as it is done twice:

    netspec: 1
    data: {source: cifar10}
    model:
      input: [32, 32, 3]
      layers:
        - Rescaling: {scale: 1/255}
        - Normalization: {mean: [123.7, 116.3, 103.5], variance: [3409, 3263, 3292]}  # NS622
        - Flatten
        - Dense: {units: 10, activation: softmax}

Passing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Rescaling: {scale: 1/127.5, offset: -1}
        - Flatten
        - Dense: {units: 10, activation: softmax}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.images.pixel_values import HIGHEST, first_weighted, pixels
from netspec.diagnostics import Code, Edit, Finding, Repair
from netspec.source.nodes import ScalarNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.checks.images.pixel_values import Values
    from netspec.graph.graph import Graph, LayerNode
    from netspec.spec.document import Document

CODE = Code.PIXEL_RANGE

_FAR = 300.0  # farther from 0 than any pixel with a mean taken off
_HIGH = 10.0  # how far pixels may lie on one side of 0
_NARROW = 0.02  # how little from the darkest to the brightest is next to nothing


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Tells the last layer that scaled the pixels which a layer with weights takes."""
    for node, values in first_weighted(graph, pixels(document, graph)):
        if values.scaled_by and _is_wrong(values):
            yield _finding(node, values)
            return


def _is_wrong(values: Values) -> bool:
    low, high = values.low, values.high
    width = high - low
    farthest, nearest = max(abs(low), abs(high)), min(abs(low), abs(high))
    if farthest > _FAR or width < _NARROW:
        return True
    on_one_side = low >= 0 or high <= 0
    return on_one_side and (farthest > _HIGH or nearest > width)


def _finding(node: LayerNode, values: Values) -> Finding:
    last = values.scaled_by[-1]
    field = "scale" if last.kind == "Rescaling" else "mean"
    place = last.item.place(field)
    reach = f"pixels are {values} when they reach {node.kind} '{node.name}'"
    if values.high - values.low < _NARROW and len(values.scaled_by) > 1:
        first = values.scaled_by[-2]
        return Finding(
            CODE,
            f"{_named(last)} scales what {_named(first)} has scaled already: {reach}",
            place,
            "take one of the two out",
        )
    if last.kind == "Normalization":
        return Finding(
            CODE,
            f"the mean and variance of {_named(last)} are not those of what it is given: {reach}",
            place,
            "means of 0 to 1 need `- Rescaling: {scale: 1/255}` above, and variance is the square of a deviation",
        )
    return Finding(
        CODE,
        f"{_named(last)} leaves a range that no weights are made for: {reach}",
        place,
        "write scale: 1/255 for 0 to 1, or scale: 1/127.5 with offset: -1 for -1 to 1",
        repair=_repair(last, values),
    )


def _named(node: LayerNode) -> str:
    return f"{node.kind} '{node.name}'"


def _repair(node: LayerNode, values: Values) -> Repair | None:
    """A scale of 255 with nothing besides is one that was meant to divide."""
    written = node.item.field("scale")
    is_plain = isinstance(written, ScalarNode) and written.text in {"255", "255.0"}
    if not is_plain or len(values.scaled_by) > 1 or values.high != HIGHEST * HIGHEST:
        return None
    return Repair("write scale: 1/255", (Edit(node.item.place("scale"), "1/255"),))
