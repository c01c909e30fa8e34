"""A RandomCrop leaves nothing to chance, as its window is as long as the images.

Keras draws a place for the window where the images are larger both ways. Where a side of the window is as long as the
image's, it cuts out the middle, and an image that has the window's size stays as it is: the augmentation that seems to
be there is not. Usually images are made a little larger first, by `image_size`, or `RandomTranslation` takes the crop's
place.

Source: keras/src/layers/preprocessing/image_preprocessing/random_crop.py.

Failing:

    netspec: 1
    data: {source: cifar10}
    augmentation:
      - RandomCrop: {height: 32, width: 32}  # NS726
    model:
      input: [32, 32, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]

Passing:

    netspec: 1
    data: {source: cifar10, image_size: [36, 36]}
    augmentation:
      - RandomCrop: {height: 32, width: 32}
    model:
      input: [32, 32, 3]
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
    from netspec.things.augmentations.geometry import RandomCrop

CODE = Code.IDLE_CROP

_AXES = 3
_ROOM = 4  # by how many pixels the hint makes images larger than the window


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Follows the size of the images from crop to crop."""
    data, facts = document.data, document.facts
    if data is None or facts is None or len(graph.inputs) != 1:
        return
    (shape,) = graph.inputs.values()
    if len(shape) != _AXES:
        return
    before: Shape = facts.size(data, shape)
    for index, thing in enumerate(document.augmentation or ()):
        if thing.kind() != "RandomCrop":
            continue
        crop = cast("RandomCrop", thing)
        after = (crop.height, crop.width)
        if None not in before and any(map(int.__gt__, after, cast("tuple[int, int]", before))):
            return  # that is the mistake
        for name, size, window in zip(("height", "width"), before, after, strict=True):
            if window == size:
                yield Finding(
                    CODE,
                    f"RandomCrop's {name} {window} is the {name} of the images: no place is left to chance",
                    document.place("augmentation", index, "RandomCrop", name),
                    f"such as data: {{image_size: [{after[0] + _ROOM}, {after[1] + _ROOM}]}}, or take it out",
                )
                break
        before = after
