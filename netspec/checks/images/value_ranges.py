"""A `value_range` is not the range of the pixels that arrive there.

Augmentation sees pixels of 0 to 255, as the model does: scaling is a layer of the model and comes after it. Keras cuts
what an augmentation makes to its `value_range`, so that under `[0, 1]` nearly every pixel of a training image becomes
1, a white image, while validation images stay as they are. In Keras's own examples `[0, 1]` stands where images were
divided by 255 before. The layers `AutoContrast` and `ContrastLimitedAdaptiveHistogramEqualization` take theirs for the
range of what reaches them, which after `Rescaling: {scale: 1/255}` is `[0, 1]`.

`RandomSaturation` is left alone: there it is saturations that are cut.

Source: keras/src/layers/preprocessing/image_preprocessing/random_brightness.py, clahe.py.

Failing:

    netspec: 1
    data: {source: cifar10}
    augmentation: [{RandomBrightness: {factor: 0.2, value_range: [0, 1]}}]  # NS624
    model:
      input: [32, 32, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]

Failing, as pixels are 0 to 1 there:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Rescaling: {scale: 1/255}
        - ContrastLimitedAdaptiveHistogramEqualization: {tile_grid_size: 4}  # NS624
        - Flatten
        - Dense: {units: 10, activation: softmax}

Passing:

    netspec: 1
    data: {source: cifar10}
    augmentation: [{RandomBrightness: {factor: 0.2}}]
    model:
      input: [32, 32, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from netspec.checks.images.augmentations import place_of
from netspec.checks.images.pixel_values import OF_A_RANGE, Values, fits, pixels
from netspec.diagnostics import Code, Edit, Finding, Repair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.layers.intensity import AutoContrast
    from netspec.spec.document import Document

CODE = Code.VALUE_RANGE


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds each range against the pixels that arrive."""
    if document.data is None:
        return
    for index, thing in enumerate(document.augmentation or ()):
        value_range = getattr(thing, "value_range", None)
        if value_range is None or _is_of_saturation(thing) or fits(value_range, Values()):
            continue
        place = place_of(document, index, thing, "value_range")
        yield Finding(
            CODE,
            f"{thing.kind()} is told that pixels are {_spell(value_range)}, and they are {Values()} here",
            place,
            "write [0, 255], or take value_range out: the model's Rescaling comes after augmentation",
            repair=Repair("write [0, 255]", (Edit(place, "[0, 255]"),)),
        )
    yield from _check_layers(document, graph)


def _check_layers(document: Document, graph: Graph) -> Iterator[Finding]:
    found = pixels(document, graph)
    for node in graph.nodes.values():
        if node.kind not in OF_A_RANGE or node.layer is None:
            continue
        values = found.get(node.inputs[0])
        value_range = cast("AutoContrast", node.layer).value_range
        if values is not None and not fits(value_range, values):
            yield Finding(
                CODE,
                f"{node.kind} '{node.name}' is told that pixels are {_spell(value_range)}, and {values} reach it",
                node.item.place("value_range"),
                f"write value_range: [{values.low:g}, {values.high:g}]",
            )


def _is_of_saturation(thing: Any) -> bool:
    """Whether the range is for what is cut to 0 to 1 anyway."""
    if thing.kind() == "RandomColorJitter":
        return thing.brightness_factor is None and thing.contrast_factor is None
    return bool(thing.kind() == "RandomSaturation")


def _spell(value_range: tuple[float, float]) -> str:
    return str(Values(*value_range))
