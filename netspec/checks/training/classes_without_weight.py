"""Some classes have a weight, and others have none.

A class that `training.class_weight` leaves out counts 1. That is right for the one rare class that is to count more,
and easily overlooked where weights were computed for all classes and one was forgotten.

Failing:

    netspec: 1
    data: {source: cifar10}
    model:
      input: [32, 32, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: categorical_crossentropy}
    training:
      epochs: 10
      class_weight: {cat: 2, dog: 1.5}  # NS711

Passing:

    netspec: 1
    data: {source: {ImageFolder: {path: pets}}, classes: [cat, dog]}
    model:
      input: [32, 32, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]
    compile: {optimizer: adam, loss: categorical_crossentropy}
    training:
      epochs: 10
      class_weight: {cat: 2, dog: 1.5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding
from netspec.spec.class_weights import class_names, classes_meant
from netspec.wording import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.CLASSES_WITHOUT_WEIGHT

_SHOWN = 3


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks for the classes that no key means, where every key means a class of its own."""
    weights = document.training.class_weight if document.training is not None else None
    names = class_names(document.data, document.facts, graph.outputs)
    if weights is None or isinstance(weights, str) or names is None:
        return
    weighed = {each[0] for key in weights if len(each := classes_meant(key, names)) == 1}
    if len(weighed) < len(weights):
        return
    others = [name for number, name in enumerate(names) if number not in weighed]
    if not others:
        return
    shown = ", ".join(f"'{short(name)}'" for name in others[:_SHOWN])
    more = f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
    yield Finding(
        CODE,
        f"{shown}{more} {'has' if len(others) == 1 else 'have'} no class weight, and "
        f"{'counts' if len(others) == 1 else 'count'} 1",
        document.place("training", "class_weight"),
    )
