"""An augmentation goes so far that little or nothing of an image is left.

Factors are shares: a `height_factor` of 1 moves an image by all of its height, a zoom of -1 shows a single point of it,
and a brightness of 1 makes every pixel black or white. Among the training images are then such as show nothing of their
class, and the network learns to guess it from an empty frame. Usual are 0.1 or 0.2. Numbers meant as pixels
or times, `1` for a pixel or for no change, come to the same.

A translation under `fill_mode: reflect` or `wrap` is left alone, as what leaves the frame comes in again.

Source: keras/src/layers/preprocessing/image_preprocessing/random_zoom.py, random_translation.py, random_brightness.py.

Failing:

    netspec: 1
    data: {source: cifar10}
    augmentation: [{RandomZoom: {height_factor: 1}}]  # NS725
    model:
      input: [32, 32, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]

Passing:

    netspec: 1
    data: {source: cifar10}
    augmentation: [{RandomZoom: {height_factor: 0.1}}]
    model:
      input: [32, 32, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.checks.images.augmentations import ends, place_of
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.FAR_AUGMENTATION

_ALL = 1.0
_LITTLE = 0.1  # of a height or width
_EMPTYING = {"constant", "nearest"}
_SIDES = {"height_factor": "height", "width_factor": "width"}


def check(document: Document, graph: Graph) -> Iterator[Finding]:  # noqa: ARG001 - every rule's form
    """Looks at the ends of what is drawn."""
    for index, thing in enumerate(document.augmentation or ()):
        for field, message in _told(thing):
            yield Finding(
                CODE,
                f"{thing.kind()} {message}",
                place_of(document, index, thing, field),
                "factors are shares, and usual are 0.1 or 0.2",
            )
            break


def _told(thing: Any) -> Iterator[tuple[str, str]]:
    """The fields that go too far, and what comes of it."""
    kind = thing.kind()
    if kind == "RandomZoom":
        for field, side in _SIDES.items():
            factor = getattr(thing, field)
            if factor is not None and (left := 1 + ends(factor, signed=True)[0]) <= _LITTLE + 1e-9:
                seen = (
                    f"only {left:.0%} of the {side} is seen"
                    if left > 0
                    else "a single point is seen"
                )
                yield field, f"zooms in until {seen}"
    elif kind == "RandomTranslation" and thing.fill_mode in _EMPTYING:
        for field, side in _SIDES.items():
            low, high = ends(getattr(thing, field), signed=True)
            if max(-low, high) >= _ALL:
                yield field, f"moves images by all of their {side}, out of the frame"
    elif kind == "RandomBrightness":
        low, high = ends(thing.factor, signed=True)
        if low < 0 < high and max(-low, high) >= _ALL:
            yield "factor", "makes images brighter or darker until every pixel is white or black"
