"""A fixed number of versions of each image is asked for, and images are mixed with others.

`augmentation_versions: k` of `runtime` gives each image k augmented versions, which the epochs take in turn, so that
what a frozen part makes of each can be kept. `MixUp` and `CutMix` lay two images over each other, and which two
changes with every epoch: there is no version of one image that could be kept.

Failing:

    netspec: 1
    data: {source: cifar10}
    augmentation: [MixUp]
    model:
      input: [32, 32, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: categorical_crossentropy}
    training: {epochs: 10}
    runtime: {augmentation_versions: 4}  # NS526

Passing:

    netspec: 1
    data: {source: cifar10}
    augmentation: [{RandomFlip: {mode: horizontal}}]
    model:
      input: [32, 32, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: categorical_crossentropy}
    training: {epochs: 10}
    runtime: {augmentation_versions: 4}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.VERSIONS_OF_MIXED


def check(document: Document, graph: Graph) -> Iterator[Finding]:  # noqa: ARG001 - every rule's form
    """Looks for what mixes images."""
    if document.runtime is None or document.runtime.augmentation_versions is None:
        return
    for thing in document.augmentation or ():
        if getattr(thing, "mixes", False):
            yield Finding(
                CODE,
                f"{thing.kind()} mixes each image with another in every epoch, so that it has no versions to keep",
                document.place("runtime", "augmentation_versions"),
                f"leave augmentation_versions out, or {thing.kind()}",
            )
            return
