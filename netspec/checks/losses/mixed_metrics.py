"""A metric asks whether a label is 0 or 1 where images are mixed.

MixUp and CutMix mix two training images, and their labels with them: 0.7 of a cat and 0.3 of a dog. A metric that
compares 0 or 1 then measures nothing in training. Validation and evaluation are not augmented, and it is right there.

Failing:

    netspec: 1
    data: {source: cifar10}
    augmentation: [MixUp]
    model:
      input: [32, 32, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [AUC]}  # NS603
    training: {epochs: 10}

Passing:

    netspec: 1
    data: {source: cifar10}
    augmentation: [MixUp]
    model:
      input: [32, 32, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}
    training: {epochs: 10}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.losses.outputs import compiled_outputs
from netspec.diagnostics import Code, Finding
from netspec.spec.shares import takes_shares

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.METRIC_OF_SHARES


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds each metric against the labels that training has."""
    for output in compiled_outputs(document, graph):
        if output.shape is None or output.mixed_by is None or output.kind == "number":
            continue
        given = output.form
        if given == "integer":  # then metrics take its twin's labels, or the loss is the mistake
            continue
        for index, metric in enumerate(output.metrics):
            if isinstance(metric, str) and given == "flags" and output.units != 1:
                continue  # of that `accuracy_of_several` tells
            if not takes_shares(metric, given):
                name = metric if isinstance(metric, str) else metric.kind()
                yield Finding(
                    CODE,
                    f"{name} compares 0 or 1, and {output.mixed_by} makes shares: it means nothing in training",
                    document.place(*output.metrics_path, index),
                    "validation and evaluation measure it rightly, as no image is mixed there",
                )
