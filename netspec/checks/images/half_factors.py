"""A factor whose middle is 0.5 leaves no image as it is.

Most factors of augmentations say how far an image may be changed, and 0 is not at all. For `RandomSaturation`, for
`saturation_factor` of `RandomColorJitter` and for `RandomSharpness` it is 0.5 that changes nothing: 0 is gray, or
blurred, and 1 is as colourful, or sharp, as can be. One number f is drawn from -f (0 for sharpness) to f, so that 0.2
makes all training images nearly gray. A pair around 0.5, such as `[0.4, 0.6]`, changes colours a little both ways.

Source: keras/src/layers/preprocessing/image_preprocessing/random_saturation.py, random_sharpness.py.

Failing:

    netspec: 1
    data: {source: cifar10}
    augmentation: [{RandomSaturation: {factor: 0.2}}]  # NS723
    model:
      input: [32, 32, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]

Passing:

    netspec: 1
    data: {source: cifar10}
    augmentation: [{RandomSaturation: {factor: [0.4, 0.6]}}]
    model:
      input: [32, 32, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.images.augmentations import ends, place_of
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.HALF_FACTORS

_AS_IT_IS = 0.5
_PALER = "paler", "more colourful"
# The fields whose 0.5 changes nothing, and what is below and above it.
_FIELDS = {
    ("RandomSaturation", "factor"): _PALER,
    ("RandomColorJitter", "saturation_factor"): _PALER,
    ("RandomSharpness", "factor"): ("more blurred", "sharper"),
}


def check(document: Document, graph: Graph) -> Iterator[Finding]:  # noqa: ARG001 - every rule's form
    """Tells factors that lie on one side of what changes nothing."""
    for index, thing in enumerate(document.augmentation or ()):
        for (kind, field), (below, above) in _FIELDS.items():
            factor = getattr(thing, field, None) if thing.kind() == kind else None
            if factor is None:
                continue
            low, high = ends(factor, signed=False)
            if low < _AS_IT_IS < high or _AS_IT_IS in {low, high}:
                continue
            yield Finding(
                CODE,
                f"{kind} makes every training image {below if high < _AS_IT_IS else above}: "
                f"a {field} of 0.5 is the image as it is",
                place_of(document, index, thing, field),
                "write a pair around 0.5, such as [0.4, 0.6]",
            )
