"""A number of augmented versions is asked for, and nothing is augmented.

`augmentation_versions: k` of `runtime` says how many augmented versions each image has, which the epochs take in turn.
Without augmentation every epoch sees the images as they are, and the number does nothing.

Failing:

    netspec: 1
    data: {source: cifar10}
    model:
      input: [32, 32, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: categorical_crossentropy}
    training: {epochs: 10}
    runtime: {augmentation_versions: 4}  # NS673

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

CODE = Code.IDLE_VERSIONS


def check(document: Document, graph: Graph) -> Iterator[Finding]:  # noqa: ARG001 - every rule's form
    """Looks for augmentation."""
    section = document.runtime
    if section is None or section.augmentation_versions is None or document.augmentation:
        return
    if "augmentation" in document.root:  # it has a mistake, which is told
        return
    yield Finding(
        CODE,
        f"there are {section.augmentation_versions} augmented versions of each image, and no augmentation",
        document.place("runtime", "augmentation_versions"),
        "add augmentation, or leave augmentation_versions out",
    )
