"""The data's images do not fit the model's input.

The network takes images of one size and number of channels. A named data set has images of one size; `image_size` and
`color` bring images to another. Pictures in folders are brought to the model's input unless these say otherwise. Where
the two differ, the first step fails. (A `RandomCrop` may stand between `image_size` and the model's input.)

Failing:

    netspec: 1
    data: {source: cifar10}
    model:
      input: [28, 28, 1]  # NS502
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]

Passing:

    netspec: 1
    data: {source: cifar10, image_size: [28, 28], color: grayscale}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding
from netspec.layers.shapes import spell
from netspec.spec.data import CHANNELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netspec.graph.graph import Graph
    from netspec.layers.shapes import Shape
    from netspec.spec.document import Document

CODE = Code.IMAGE_SHAPE

_AXES = 3
_COLORS = {channels: color for color, channels in CHANNELS.items()}


def is_no_image(document: Document) -> bool:
    """Whether the only input is no image's, or has the channels first, so that layers for images cannot take it."""
    if document.data is None or not document.inputs or len(document.inputs) != 1:
        return False
    if document.facts is not None and not document.facts.are_images:
        return False
    (shape,) = document.inputs.values()
    return len(shape) != _AXES or _has_channels_first(shape)


def _has_channels_first(shape: Shape) -> bool:
    return shape[0] in _COLORS and shape[2] is not None and shape[2] not in _COLORS


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds each known size of the only input against the images that arrive there."""
    if document.data is None or document.facts is None or len(graph.inputs) != 1:
        return
    (shape,) = graph.inputs.values()
    own = document.facts.image_shape
    if not document.facts.are_images:
        yield from _check_features(document, shape, own)
    elif len(shape) != _AXES:
        yield _no_image(document, shape)
    elif document.data.image_size is None and document.data.color is None and own is not None:
        if not _is_cropped(document) and not _fit(shape, own):
            yield _other_shape(document, shape, own)
    else:
        yield from _check_size(document, shape)
        yield from _check_channels(document, shape)


def _check_features(document: Document, shape: Shape, own: Shape | None) -> Iterator[Finding]:
    """Holds features against the network's input; nothing of pictures can be asked for."""
    assert document.facts is not None  # noqa: S101 - checked before
    if own is not None and (len(own) != len(shape) or not _fit(shape, own)):
        yield Finding(
            CODE,
            f"the model takes {spell(shape)}, and the features of {document.facts.name} are {spell(own)}",
            document.place("model", "input"),
            f"write input: {_written(own)}",
        )
    elif None in shape:
        yield Finding(
            CODE,
            f"the model takes {spell(shape)}, and features have one size",
            document.place("model", "input"),
            "write each size",
        )
    data = document.data
    for field in ("image_size", "color"):
        if data is not None and getattr(data, field) is not None:
            message = f"{field} is of pictures, and {document.facts.name} holds features"
            yield Finding(CODE, message, document.place("data", field), "remove it")
    if document.augmentation:
        message = f"augmentation varies pictures, and {document.facts.name} holds features"
        hint = "remove the section, or vary the pictures that the features are made of"
        yield Finding(CODE, message, document.place("augmentation", key=True), hint)


def _no_image(document: Document, shape: Shape) -> Finding:
    assert document.facts is not None  # noqa: S101 - checked before
    own = document.facts.image_shape
    sizes = spell(own) if own is not None else "height, width and channels"
    written = ", ".join(map(str, own)) if own is not None else "150, 150, 3"
    return Finding(
        CODE,
        f"the model takes {spell(shape)}, and images of {document.facts.name} are {sizes}",
        document.place("model", "input"),
        f"write input: [{written}]" if own is not None else f"such as input: [{written}]",
    )


def _other_shape(document: Document, shape: Shape, own: tuple[int, ...]) -> Finding:
    assert document.facts is not None  # noqa: S101 - checked before
    return Finding(
        CODE,
        f"the model takes {spell(shape)}, and images of {document.facts.name} are {spell(own)}",
        document.place("model", "input"),
        _ways_out(shape, own),
    )


def _check_size(document: Document, shape: Shape) -> Iterator[Finding]:
    data, facts = document.data, document.facts
    assert data is not None and facts is not None  # noqa: S101, PT018 - checked before
    size = facts.size(data, shape)
    if None in size:
        yield Finding(
            CODE,
            f"the model takes images of any size, {spell(shape)}, and a batch needs one",
            document.place("model", "input"),
            "write the size here, or as data: {image_size: [height, width]}",
        )
    elif not _is_cropped(document) and not _fit(shape[:2], size):
        written = data.image_size is not None
        yield Finding(
            CODE,
            f"images are {size[0]} x {size[1]}, and the model takes {spell(shape)}",
            document.place("data", "image_size") if written else document.place("model", "input"),
            _ways_out(shape, (*size, shape[2])),
        )


def _check_channels(document: Document, shape: Shape) -> Iterator[Finding]:
    data, facts = document.data, document.facts
    assert data is not None and facts is not None  # noqa: S101, PT018 - checked before
    channels = facts.channels(data)
    if channels is not None and shape[2] not in (None, channels):
        place = document.place("data", "color") if data.color else document.place("model", "input")
        yield Finding(
            CODE,
            f"images have {channels} channel{'s' * (channels != 1)}, and the model takes {spell(shape)}",
            place,
            _ways_out(shape, (*shape[:2], channels)),
        )
    elif channels is None and shape[2] not in (None, *CHANNELS.values()):
        yield Finding(
            CODE,
            f"the model takes {shape[2]} channels, and pictures have 3, or 1 in gray",
            document.place("model", "input"),
            _ways_out(shape, (*shape[:2], 3)),
        )


def _is_cropped(document: Document) -> bool:
    """Whether augmentation changes the size, or may; how it does so is another rule's."""
    return document.augmentation is None or any(
        thing.kind() == "RandomCrop" for thing in document.augmentation
    )


def _fit(shape: Shape, sizes: Shape) -> bool:
    return all(size in (None, known) for size, known in zip(shape, sizes, strict=True))


def _ways_out(shape: Shape, images: Shape) -> str:
    """The hint to change the model to the images or, where that can be, the images to the model."""
    if _has_channels_first(shape):
        return f"write input: {_written(images)}; the channels stand last"
    fields = []
    if not _fit(shape[:2], images[:2]):
        pairs = zip(shape[:2], images[:2], strict=True)
        fields.append(f"image_size: {_written(wanted or own for wanted, own in pairs)}")
    if shape[2] != images[2] and shape[2] in _COLORS:
        fields.append(f"color: {_COLORS[shape[2]]}")
    hint = f"write input: {_written(images)}"
    return f"{hint}, or data: {{{', '.join(fields)}}}" if fields else hint


def _written(sizes: Iterable[int | None]) -> str:
    return f"[{', '.join('null' if size is None else str(size) for size in sizes)}]"
