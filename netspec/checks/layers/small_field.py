"""What the last map sees of the image is a small part of it.

A receptive field is how much of the image a position of a map comes from. The global pooling at the end only takes
the mean, or the largest, of what all positions say: a shape that is larger than the field is never seen as one. The
network then goes by texture, which can be enough, and is meant in networks that look at patches. Poolings or strides
between the convolutions make the field grow fastest; `netspec summary` shows it layer by layer.

Failing:

    netspec: 1
    model:
      input: [128, 128, 3]
      layers:
        - Conv2D: {filters: 16, kernel_size: 3, activation: relu}
        - Conv2D: {filters: 32, kernel_size: 3, activation: relu}
        - GlobalAveragePooling2D  # NS737
        - Dense: {units: 10, activation: softmax}

Passing:

    netspec: 1
    model:
      input: [128, 128, 3]
      layers:
        - Conv2D: {filters: 16, kernel_size: 3, strides: 2, padding: same, activation: relu}
        - Conv2D: {filters: 32, kernel_size: 3, strides: 2, padding: same, activation: relu}
        - Conv2D: {filters: 64, kernel_size: 3, strides: 2, padding: same, activation: relu}
        - Conv2D: {filters: 64, kernel_size: 3, strides: 2, padding: same, activation: relu}
        - Conv2D: {filters: 64, kernel_size: 3, strides: 2, padding: same, activation: relu}
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.layers.families import TRANSPOSED, told
from netspec.checks.layers.windows import window_of
from netspec.checks.wiring import Wiring
from netspec.diagnostics import Code, Finding
from netspec.graph.receptive import receptive_fields
from netspec.layers.spatial import by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph, LayerNode
    from netspec.spec.document import Document

CODE = Code.SMALL_FIELD

# Of the image's side, what part a field has to have at least.
_PART = 4
_GLOBAL = {"GlobalAveragePooling2D", "GlobalMaxPooling2D"}


def check(document: Document, graph: Graph) -> Iterator[Finding]:  # noqa: ARG001 - what every rule is given
    """Holds the field before each global pooling that leads to an output against the image."""
    image = _image(graph)
    heads = [node for node in graph.written if node.kind in _GLOBAL] if image else []
    if not heads:
        return
    wiring = Wiring(graph)
    fields = None
    for node in heads:
        before = wiring.before(node)
        if before is None or not _leads_to_an_output(wiring, node):
            continue
        if _along_one_way(wiring, before) >= max(image):
            continue
        fields = fields or receptive_fields(graph)
        field = fields.get(before.name)
        if field is None or len(field.sizes) != len(image):
            continue
        if all(_PART * size < side for size, side in zip(field.sizes, image, strict=True)):
            yield Finding(
                CODE,
                f"{told(node)} takes a map of which each position sees {by(field.sizes)} pixels "
                f"of the {by(image)} image",
                node.item.place(),
                "shapes that are larger are not seen as one: more poolings or strides above make it see more",
            )


def _image(graph: Graph) -> tuple[int, ...]:
    """The sizes of the one image that the network takes; none where it takes something else, or its size is open."""
    shapes = list(graph.inputs.values())
    sizes = tuple(size for size in shapes[0] if size is not None) if len(shapes) == 1 else ()
    if len(sizes) != 3 or len(shapes[0]) != 3:  # noqa: PLR2004 - height, width, channels
        return ()
    first = any(
        getattr(node.layer, "data_format", None) == "channels_first"
        for node in graph.nodes.values()
    )
    return sizes[1:] if first else sizes[:-1]


def _along_one_way(wiring: Wiring, node: LayerNode) -> int:
    """The field along the first inputs alone, which the whole one is not smaller than; 0 where a map is made larger.

    All ways of a deep network take as long as the rest of its check, and most are far from small.
    """
    spans: list[tuple[int, int]] = []
    at: LayerNode | None = node
    while at is not None:
        if at.kind.startswith("UpSampling") or at.kind in TRANSPOSED:
            return 0
        window = window_of(wiring.graph, at)
        if window is not None:
            spans.append((min(window.spans), min(window.strides)))
        at = wiring.giver(at.inputs[0]) if at.inputs else None
    field, stride = 1, 1
    for span, step in reversed(spans):
        field += (span - 1) * stride
        stride *= step
    return field


def _leads_to_an_output(wiring: Wiring, node: LayerNode) -> bool:
    """Whether a pooling's values go straight on to an output, and not back into a map as weights of its channels."""
    outputs = set(wiring.graph.outputs.values())
    after: LayerNode | None = node
    while after is not None and after.name not in outputs and len(after.inputs) == 1:
        after = wiring.only_taker(after)
    return after is not None and len(after.inputs) == 1
