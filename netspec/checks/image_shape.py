"""The data's images do not fit the model's input.

The network takes images of one size and number of channels; a named data set has images of one size. Where the two
differ, the first step fails.

Failing: `data: {source: cifar10}` with `model: {input: [28, 28, 1]}`.

Passing: `data: {source: cifar10}` with `model: {input: [32, 32, 3]}`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding
from netspec.layers.base import spell
from netspec.things.datasets import DATASETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document


def has_other_rank(document: Document) -> bool:
    """Whether the only input is no image's, so that layers for images cannot take it."""
    if document.data is None or not document.inputs or len(document.inputs) != 1:
        return False
    (shape,) = document.inputs.values()
    return len(shape) != len(DATASETS[document.data.source].image_shape)


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds each known size of the only input against the data set's."""
    if document.data is None or len(graph.inputs) != 1:
        return
    dataset = DATASETS[document.data.source]
    ((_, shape),) = graph.inputs.items()
    sizes = zip(shape, dataset.image_shape, strict=False)
    if len(shape) == len(dataset.image_shape) and all(
        size is None or size == image for size, image in sizes
    ):
        return
    yield Finding(
        Code.IMAGE_SHAPE,
        f"the model takes {spell(shape)}, and images of {dataset.name} are "
        f"{spell(dataset.image_shape)}",
        document.place("model", "input"),
        f"write input: [{', '.join(map(str, dataset.image_shape))}]",
    )
