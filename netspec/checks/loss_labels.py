"""The loss cannot take the labels.

`categorical_crossentropy` takes one value a class, `binary_crossentropy` one unit for two classes. A loss that
compares a class index with one unit alone has nothing to compare. Under an augmentation that mixes images, labels are
shares of two classes, which are no class index, and which a hinge takes for neither of its two.

Failing: `loss: categorical_crossentropy` after `Dense: {units: 1}`, or `augmentation: [MixUp]` with
`loss: sparse_categorical_crossentropy`.

Passing: `loss: binary_crossentropy` after `Dense: {units: 1, activation: sigmoid}`, or `augmentation: [MixUp]` with
`loss: categorical_crossentropy`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.outputs import compiled_outputs
from netspec.diagnostics import Code, Finding
from netspec.spec.labels import label_form, mixing, takes_shares

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document


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
                Code.LOSS_LABELS,
                f"{loss} compares one value a class, and the network gives 1 value",
                output.loss_place,
                "use binary_crossentropy, or one unit a class",
            )
        elif mixed_by and not takes_shares(output.loss, label_form(output.loss, units)):
            whole = "one class an image" if labels == "integer" else "one of two classes an image"
            yield Finding(
                Code.LOSS_LABELS,
                f"{loss} takes {whole}, and {mixed_by} makes shares of two",
                output.loss_place,
                f"write {'binary' if units == 1 else 'categorical'}_crossentropy, which takes shares",
            )
