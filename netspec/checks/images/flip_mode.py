"""RandomFlip without a mode turns images upside down.

Keras's default is `horizontal_and_vertical`, which mirrors both ways at once or not at all: half of the training images
are turned by 180 degrees, and none is mirrored sideways alone. What is photographed from above or through a microscope
can lie in any way. Cats, cars and clothes stand upright, and will do so later: there, half of the training is spent on
images that never come. A mode that is written says which was meant.

Source: keras/src/layers/preprocessing/image_preprocessing/random_flip.py.

Failing:

    netspec: 1
    data: {source: cifar10}
    augmentation: [RandomFlip]  # NS721
    model:
      input: [32, 32, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]

Passing:

    netspec: 1
    data: {source: cifar10}
    augmentation: [{RandomFlip: {mode: horizontal}}]
    model:
      input: [32, 32, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.images.augmentations import place_of
from netspec.checks.images.turned_digits import DIGITS
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.FLIP_MODE


def check(document: Document, graph: Graph) -> Iterator[Finding]:  # noqa: ARG001 - every rule's form
    """Tells each flip that does not say which way."""
    data = document.data
    if data is None or (isinstance(data.source, str) and data.source in DIGITS):
        return
    for index, thing in enumerate(document.augmentation or ()):
        if thing.kind() == "RandomFlip" and "mode" not in thing.model_fields_set:
            yield Finding(
                CODE,
                "RandomFlip without a mode turns half of the images upside down",
                place_of(document, index, thing, "mode"),
                "write RandomFlip: {mode: horizontal} for what stands upright, else mode: horizontal_and_vertical",
            )
