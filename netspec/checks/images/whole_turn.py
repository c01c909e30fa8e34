"""A rotation goes all the way round, and further than is of use.

`factor` of RandomRotation is a share of a full turn, either way: 0.1 is up to 36 degrees, and 0.5 has every direction.
1 has every direction twice. It is also what is written for one degree, which is 1/360. Photographs mostly bear turns
of 10 to 40 degrees; where there is no up and no down, as from above or under a microscope, 0.5 is enough.

Digits are another matter: of those there is a warning.

Source: keras/src/layers/preprocessing/image_preprocessing/random_rotation.py.

Failing:

    netspec: 1
    data: {source: cifar10}
    augmentation: [{RandomRotation: {factor: 1}}]  # NS728
    model:
      input: [32, 32, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]

Passing:

    netspec: 1
    data: {source: cifar10}
    augmentation: [{RandomRotation: {factor: 10/360}}]
    model:
      input: [32, 32, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.checks.images.augmentations import ends, place_of
from netspec.checks.images.turned_digits import DIGITS
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.WHOLE_TURN

_TURN = 1.0


def check(document: Document, graph: Graph) -> Iterator[Finding]:  # noqa: ARG001 - every rule's form
    """Looks at how far images are turned."""
    source = document.data.source if document.data is not None else None
    if isinstance(source, str) and source in DIGITS:
        return  # of those `turned_digits` tells
    for index, thing in enumerate(document.augmentation or ()):
        factor: Any = getattr(thing, "factor", None) if thing.kind() == "RandomRotation" else None
        if factor is None:
            continue
        low, high = ends(factor, signed=True)
        if high - low > _TURN and max(-low, high) >= _TURN:
            yield Finding(
                CODE,
                "RandomRotation turns images all the way round and further: factor is a share of a full turn",
                place_of(document, index, thing, "factor"),
                "write 1/360 for one degree, or 0.5 for every direction",
            )
