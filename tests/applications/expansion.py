"""The layers of a network's rows, called one after another on shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.layers.shapes import Inference
from netspec.spec.model import read_layer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netspec.applications.rows import Row
    from netspec.layers.base import Layer
    from netspec.layers.shapes import Shape

# What the images are called among a row's inputs.
IMAGES = "images"


@dataclass(frozen=True)
class Called:
    """A layer that was called.

    Attributes:
        name: Its name.
        kind: Its kind.
        layer: The layer; None for one that only reverses the channels.
        inputs: What it takes, by name.
        inference: What is known of it.
    """

    name: str
    kind: str
    layer: Layer | None
    inputs: tuple[str, ...]
    inference: Inference


def expand(listed: Iterable[Row], shape: Shape) -> list[Called]:
    """Calls the rows' layers on images of a shape.

    Args:
        listed: The rows in their order.
        shape: ``(height, width, channels)``.
    """
    shapes, flows = {IMAGES: shape}, {IMAGES: IMAGES}
    called = []
    for row in listed:
        inputs = tuple(flows[name] for name in row.inputs or (IMAGES,))
        given = [shapes[name] for name in inputs]
        if row.if_equal and len(set(given)) > 1:
            flows[row.name] = inputs[-1]
            continue
        layer, inference = None, Inference(given[0], (), 0)
        if row.kind != "Flip":
            layer = read_layer({row.kind: row.fields_for(given[0])})
            inference = layer.infer(given)
        called.append(Called(row.name, row.kind, layer, inputs, inference))
        shapes[row.name], flows[row.name] = inference.output_shape, row.name
    return called
