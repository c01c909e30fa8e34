"""An augmentation changes every training image in a way in which no other image is changed.

Augmentation varies training images, so that among them are such as will come later; validation images and those that a
trained model is asked about stay as they are. Where every training image becomes a negative, gray or nearly white, the
network learns from images unlike all that it is judged by, and validation accuracy stays low while training goes well.
`Solarization` inverts what is above a threshold, and Keras's default threshold is 0: written bare it inverts every
pixel of every image. What all images need is no augmentation: gray is `data: {color: grayscale}`.

Source: keras/src/layers/preprocessing/image_preprocessing/solarization.py, random_brightness.py.

Failing:

    netspec: 1
    data: {source: cifar10}
    augmentation: [Solarization]  # NS625
    model:
      input: [32, 32, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]

Failing, as at least 204 is added to every pixel:

    netspec: 1
    data: {source: cifar10}
    augmentation: [{RandomBrightness: {factor: [0.8, 1]}}]  # NS625
    model:
      input: [32, 32, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]

Passing:

    netspec: 1
    data: {source: cifar10}
    augmentation: [{Solarization: {threshold_factor: [0.5, 1]}}, {RandomBrightness: {factor: 0.2}}]
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

CODE = Code.ALWAYS_CHANGED

_MUCH = 0.5  # of the range of the pixels


def check(document: Document, graph: Graph) -> Iterator[Finding]:  # noqa: ARG001 - every rule's form
    """Looks at those that can leave no image as it is."""
    for index, thing in enumerate(document.augmentation or ()):
        told = _told(thing)
        if told is None:
            continue
        field, message, hint = told
        yield Finding(
            CODE,
            f"{thing.kind()} {message}, and no other image than training's is so",
            place_of(document, index, thing, field),
            hint,
        )


def _told(thing: Any) -> tuple[str, str, str] | None:
    """The field, what it does to every image, and what to write instead; None where some stay."""
    kind = thing.kind()
    if kind == "Solarization" and ends(thing.threshold_factor, signed=False)[1] == 0:
        hint = "such as `Solarization: {threshold_factor: [0.5, 1]}`"
        return "threshold_factor", "inverts every pixel of every image", hint
    if kind == "RandomInvert" and ends(thing.factor, signed=False)[0] == 1:
        return "factor", "makes a negative of every image", "such as factor: 0.2"
    if kind == "RandomGrayscale" and thing.factor == 1:
        hint = "write factor: 0.2, or for gray images everywhere data: {color: grayscale}"
        return "factor", "takes the colour out of every image", hint
    if kind == "RandomBrightness":
        low, high = ends(thing.factor, signed=True)
        if low >= _MUCH:
            added = f"adds at least {low * 255:.0f} to every pixel of every image"
            return "factor", added, "it is added, not multiplied: such as factor: [-0.2, 0.2]"
        if high <= -_MUCH:
            taken = f"takes at least {-high * 255:.0f} from every pixel of every image"
            return "factor", taken, "it is added, not multiplied: such as factor: [-0.2, 0.2]"
    return None
