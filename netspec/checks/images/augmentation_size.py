"""What augmentation makes of the images does not fit the model's input.

Augmentations keep an image's size, all but `RandomCrop`: it cuts a window out, which must be of the model's size and no
larger than the images. Keras does not cut where the window is larger, it stretches. Some augmentations are of colours,
and images of 1 channel have none.

Failing:

    netspec: 1
    data: {source: cifar10}
    augmentation:
      - RandomCrop: {height: 28, width: 28}  # NS514
    model:
      input: [32, 32, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]

Passing, as the images of CIFAR-10 are 32 x 32:

    netspec: 1
    data: {source: cifar10}
    augmentation:
      - RandomCrop: {height: 28, width: 28}
    model:
      input: [28, 28, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.layers.shapes import Shape
    from netspec.spec.document import Document
    from netspec.things.augmentations.base import Augmentation
    from netspec.things.augmentations.geometry import RandomCrop

CODE = Code.AUGMENTATION

_AXES = _COLOURS = 3
_ROOM = 4  # by how many pixels a hint makes images larger than the window


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds what each augmentation takes and gives against the only input."""
    if not document.augmentation or len(graph.inputs) != 1:
        return
    (shape,) = graph.inputs.values()
    if len(shape) != _AXES:
        return
    yield from _check_crops(document, shape)
    for index, thing in enumerate(document.augmentation):
        yield from _check_channels(document, shape[2], index, cast("Augmentation", thing))


def _check_crops(document: Document, shape: Shape) -> Iterator[Finding]:
    """Follows the size from crop to crop, up to the first that is wrong."""
    data, facts = document.data, document.facts
    before: Shape = (None, None)
    if data is not None and facts is not None:
        before = facts.size(data, shape)
    after = shape[:2]
    last = None
    for index, thing in enumerate(document.augmentation or ()):
        if thing.kind() != "RandomCrop":
            continue
        crop = cast("RandomCrop", thing)
        finding = _check_crop(document, index, crop, before, after)
        if finding is not None:
            yield finding
            return
        before, last = (crop.height, crop.width), index
    for name, size, wanted in zip(("height", "width"), before, after, strict=True):
        if last is not None and wanted not in (None, size):
            yield Finding(
                CODE,
                f"RandomCrop cuts images to {_spell(before)}, and the model takes {_spell(after)}",
                document.place("augmentation", last, "RandomCrop", name),
                f"write {name}: {wanted}",
            )
            return


def _check_crop(
    document: Document, index: int, crop: RandomCrop, before: Shape, after: Shape
) -> Finding | None:
    """What is wrong with a crop of images of a size, where the model takes another."""
    for name, size, wanted in zip(("height", "width"), before, after, strict=True):
        window = getattr(crop, name)
        if size is None or window <= size:
            continue
        sides = (side or own for side, own in zip(after, (crop.height, crop.width), strict=True))
        roomy = ", ".join(str(side + _ROOM) for side in sides)
        fits = wanted is not None and wanted < size
        return Finding(
            CODE,
            f"RandomCrop's {name} {window} is larger than the images, which are {_spell(before)}",
            document.place("augmentation", index, "RandomCrop", name),
            f"write {name}: {wanted}" if fits else f"such as data: {{image_size: [{roomy}]}}",
        )
    return None


def _check_channels(
    document: Document, channels: int | None, index: int, augmentation: Augmentation
) -> Iterator[Finding]:
    """Holds a change of colours against images without."""
    if channels in (None, _COLOURS):
        return
    kind = augmentation.kind()
    for field in augmentation.colour_fields():
        whole = field == "factor"
        hint = f"take {kind if whole else field} out"
        yield Finding(
            CODE,
            f"{kind if whole else f'{kind}: {field}'} is for images of {_COLOURS} channels, "
            f"and the model takes {channels}",
            document.place("augmentation", index, kind, field),
            "write one number" if field == "fill_value" else hint,
        )


def _spell(sizes: Shape) -> str:
    return " x ".join("?" if size is None else str(size) for size in sizes)
