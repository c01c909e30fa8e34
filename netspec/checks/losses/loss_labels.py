"""The loss cannot take the labels.

`categorical_crossentropy` takes one value a class, `binary_crossentropy` one unit for two classes. A loss that
compares a class index with one unit alone has nothing to compare. Under an augmentation that mixes images, labels are
shares of two classes, which are no class index, and which a hinge takes for neither of its two.

Failing:

    netspec: 1
    data: {source: {ImageFolder: {path: pets}}}
    model:
      input: [64, 64, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 1, activation: sigmoid}}]
    compile: {optimizer: adam, loss: categorical_crossentropy}  # NS504
    training: {epochs: 5}

Failing, as mixed labels are no class index:

    netspec: 1
    data: {source: mnist}
    augmentation: [MixUp]
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: sparse_categorical_crossentropy}  # NS504
    training: {epochs: 5}

Passing:

    netspec: 1
    data: {source: {ImageFolder: {path: pets}}}
    model:
      input: [64, 64, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 1, activation: sigmoid}}]
    compile: {optimizer: adam, loss: binary_crossentropy}
    training: {epochs: 5}

Passing, as one value a class can be shared:

    netspec: 1
    data: {source: mnist}
    augmentation: [MixUp]
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: categorical_crossentropy}
    training: {epochs: 5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.losses.outputs import compiled_outputs
from netspec.diagnostics import Code, Finding
from netspec.spec.labels import label_form, mixing, takes_shares

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.LOSS_LABELS


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds each loss's labels against the output's units."""
    classes = document.facts.classes if document.facts is not None else None
    mixed_by = mixing(document.augmentation)
    for output in compiled_outputs(document, graph):
        if output.shape is None or len(output.shape) != 1:
            continue
        units, labels, loss = output.shape[0], output.loss.labels, output.loss.kind()
        if units == 1 and labels in {"integer", "one_hot"} and classes in {None, 2}:
            yield Finding(
                CODE,
                f"{loss} compares one value a class, and the network gives 1 value",
                output.loss_place,
                "use binary_crossentropy, or one unit a class",
            )
        elif mixed_by and not takes_shares(output.loss, label_form(output.loss, units)):
            whole = "one class an image" if labels == "integer" else "one of two classes an image"
            yield Finding(
                CODE,
                f"{loss} takes {whole}, and {mixed_by} makes shares of two",
                output.loss_place,
                f"write {'binary' if units == 1 else 'categorical'}_crossentropy, which takes shares",
            )
