"""An application is given pixels of another range than its weights were learned on.

Each network of `keras.applications` learned on pixels that were scaled in its own way: to -1 to 1, to 0 to 1 with
ImageNet's means taken off, or as blue, green and red without their means. An `Application` does that itself and takes
pixels from 0 to 255. A `Rescaling` before it scales them twice, so that all images are nearly the same gray to it;
with `preprocessing: false` and nothing in its place they are far out of its range. Nothing fails then, and accuracy is
low, because the features are those of images that it never saw.

Source: `preprocess_input` in keras/src/applications/imagenet_utils.py.

Failing:

    netspec: 1
    data: {source: cifar10, image_size: [96, 96]}
    model:
      input: [96, 96, 3]
      layers:
        - Rescaling: {scale: 1/255}
        - Application: {architecture: MobileNet, include_top: false, pooling: avg, trainable: false}  # NS671
        - Dense: {units: 10, activation: softmax}

Failing:

    netspec: 1
    data: {source: cifar10, image_size: [96, 96]}
    model:
      input: [96, 96, 3]
      layers:
        - Application:
            architecture: MobileNet
            include_top: false
            pooling: avg
            preprocessing: false  # NS671
            trainable: false
        - Dense: {units: 10, activation: softmax}

Passing:

    netspec: 1
    data: {source: cifar10, image_size: [96, 96]}
    model:
      input: [96, 96, 3]
      layers:
        - Application: {architecture: MobileNet, include_top: false, pooling: avg, trainable: false}
        - Dense: {units: 10, activation: softmax}

Passing, with what MobileNet expects done by hand:

    netspec: 1
    data: {source: cifar10, image_size: [96, 96]}
    model:
      input: [96, 96, 3]
      layers:
        - Rescaling: {scale: 1/127.5, offset: -1}
        - Application: {architecture: MobileNet, include_top: false, preprocessing: false, trainable: false}
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.images.pixel_values import Values, fits, pixels, through
from netspec.diagnostics import Code, Finding
from netspec.graph.applications import preprocessing_of
from netspec.graph.graph import LayerNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import ApplicationUse, Graph
    from netspec.spec.document import Document

CODE = Code.APPLICATION_PIXELS


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds the pixels that reach each application against those that it is made for."""
    if not graph.applications:
        return
    found = pixels(document, graph)
    for use in graph.applications.values():
        values = found.get(use.takes)
        if values is None:
            continue
        wanted = Values() if use.fields.preprocessing else _preprocessed(use)
        is_learned = use.fields.weights is not None
        if wanted is not None and not fits((wanted.low, wanted.high), values):
            if use.fields.preprocessing:
                yield _scaled_before(use, values)
            elif is_learned:
                yield _not_scaled(use, values, wanted)


def _scaled_before(use: ApplicationUse, values: Values) -> Finding:
    last = values.scaled_by[-1] if values.scaled_by else None
    by = "" if last is None else f" after {last.kind} '{last.name}'"
    name = use.fields.architecture
    return Finding(
        CODE,
        f"{name} scales pixels itself, from 0 to 255, and gets {values}{by}",
        use.item.place(),
        "leave the layer before it out" if last is None else f"leave the {last.kind} out",
    )


def _not_scaled(use: ApplicationUse, values: Values, wanted: Values) -> Finding:
    name = use.fields.architecture
    return Finding(
        CODE,
        f"{name} learned on pixels of {wanted}, and gets {values}",
        use.item.place("preprocessing"),
        "leave `preprocessing: false` out, and give it pixels from 0 to 255",
    )


def _preprocessed(use: ApplicationUse) -> Values | None:
    """What its own preprocessing would make of pixels, None where that is not known."""
    values: Values | None = Values()
    for name, layer in preprocessing_of(use.fields):
        if values is None:
            return None
        node = LayerNode(name, use.item, layer, (), None, (name,))
        values = through(node, [values])
    return values
