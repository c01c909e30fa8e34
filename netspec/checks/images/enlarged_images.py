"""Images are enlarged to many times their size.

An image of 32 x 32 that is brought to 224 x 224 shows no more than before, and each convolution has 49 times the work.
It is done where a pretrained network wants its size, whose filters are made for objects of some hundred pixels. A
network that is trained from the start does better with a smaller first stride and less pooling at the images' own size.

Failing:

    netspec: 1
    data: {source: cifar10, image_size: [224, 224]}  # NS724
    model:
      input: [224, 224, 3]
      layers: [{Rescaling: {scale: 1/255}}, GlobalAveragePooling2D, {Dense: {units: 10, activation: softmax}}]

Passing:

    netspec: 1
    data: {source: cifar10, image_size: [64, 64]}
    model:
      input: [64, 64, 3]
      layers: [{Rescaling: {scale: 1/255}}, GlobalAveragePooling2D, {Dense: {units: 10, activation: softmax}}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.images.pixel_values import pixels
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.layers.shapes import Shape
    from netspec.source.nodes import Place
    from netspec.spec.document import Document

CODE = Code.ENLARGED_IMAGES

_TIMES = 4  # both ways
_AXES = 3


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds the sizes that images are brought to against those that they have."""
    data, facts = document.data, document.facts
    if data is None or facts is None or _ties_to_a_size(graph):
        return
    own = facts.image_shape
    if own is not None and data.image_size is not None:
        yield from _told(own, data.image_size, document.place("data", "image_size"))
    if not any(node.kind == "Resizing" for node in graph.nodes.values()):
        return
    flowing = pixels(document, graph)
    for node in graph.nodes.values():
        given = graph.shape(node.inputs[0]) if node.inputs and node.inputs[0] in flowing else None
        to = node.output_shape
        if node.kind == "Resizing" and given and to and len(given) == len(to) == _AXES:
            yield from _told(given, to, node.item.place())


def _ties_to_a_size(graph: Graph) -> bool:
    """Whether a part of the network knows objects of some size."""
    return any(use.fields.weights is not None for use in graph.applications.values())


def _told(given: Shape, to: Shape, place: Place) -> Iterator[Finding]:
    (height, width), (new_height, new_width) = given[:2], to[:2]
    if height is None or width is None or new_height is None or new_width is None:
        return
    if new_height >= _TIMES * height and new_width >= _TIMES * width:
        times = new_height * new_width / (height * width)
        yield Finding(
            CODE,
            f"images of {height} x {width} become {new_height} x {new_width}: {times:.0f} times the work for a "
            "convolution, and nothing more to see",
            place,
            "a network that no pretrained weights tie to a size can take the images' own",
        )
