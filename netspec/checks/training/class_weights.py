"""Class weights do not fit the classes.

`training.class_weight` says how much an image counts in the loss, by its class's index or name, so that a class with
few images is not drowned by one with many. `balanced` makes all classes count alike: an image counts all training
images, divided by the number of classes and by its class's images; it needs labels that are classes.

A key that is no class weighs nothing, two keys for one class contradict each other, and with 0 for every class there is
no loss to learn from. Where classes are called by numbers, as in an image folder with the folders 1, 2 and 3, a number
can mean two classes, and `data.classes` can give them other names.

The weights are for a network with one output. For several, Keras's `fit` refuses them; `compile.loss_weights` weighs
the outputs against each other.

Source: `make_class_weight_map_fn` in keras/src/trainers/data_adapters/tf_dataset_adapter.py.

Failing:

    netspec: 1
    data: {source: cifar10}
    model:
      input: [32, 32, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: sparse_categorical_crossentropy}
    training:
      epochs: 10
      class_weight:
        ct: 2  # NS521

Passing:

    netspec: 1
    data: {source: cifar10}
    model:
      input: [32, 32, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: sparse_categorical_crossentropy}
    training:
      epochs: 10
      class_weight: {cat: 2, dog: 2, 0: 0.5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding
from netspec.spec.class_weights import BALANCED, class_names, classes_meant
from netspec.wording import nearest, short

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.CLASS_WEIGHTS

_PATH = ("training", "class_weight")


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds each key against the classes, and the keys against each other."""
    weights = document.training.class_weight if document.training is not None else None
    if weights is None:
        return
    if len(graph.outputs) > 1:
        yield Finding(
            CODE,
            f"class weights are for a network with one output, and this one has {len(graph.outputs)}",
            document.place(*_PATH, key=True),
            "weigh the outputs against each other: compile.loss_weights",
        )
        return
    yield from _check_kind(document, graph, weights)
    if isinstance(weights, str):
        return
    names = class_names(document.data, document.facts, graph.outputs)
    if names is not None:
        yield from _check_keys(document, weights, names)


def _check_kind(
    document: Document, graph: Graph, weights: Mapping[str, float] | str
) -> Iterator[Finding]:
    """Looks whether an image has one class, where that is known."""
    if document.data is None or document.facts is None:
        return
    learned = document.facts.learned(document.data, graph.outputs)
    if learned is not None and learned.kind != "class":
        several = learned.kind == "multi_label"
        does = f"{BALANCED} counts" if weights == BALANCED else "class weights weigh"
        yield Finding(
            CODE,
            f"{does} the images of each class, and "
            f"{'an image has several classes here' if several else 'the labels are numbers here'}",
            document.place(*_PATH),
            "take class_weight out",
        )


def _check_keys(
    document: Document, weights: Mapping[str, float], names: Sequence[str]
) -> Iterator[Finding]:
    by_class: dict[int, str] = {}
    for key in weights:
        place = document.place(*_PATH, key, key=True)
        meant = classes_meant(key, names)
        if not meant:
            yield Finding(CODE, f"there is no class '{short(key)}'", place, _hint(key, names))
        elif len(meant) > 1:
            yield Finding(
                CODE,
                f"{key} is the name of one class, and the index of another, '{short(names[meant[0]])}'",
                place,
                "give the classes other names: data.classes",
            )
        elif meant[0] in by_class:
            yield Finding(
                CODE,
                f"'{short(by_class[meant[0]])}' and '{short(key)}' are the same class, and one weight counts",
                place,
                "keep one of them",
            )
        else:
            by_class[meant[0]] = key
    if len(by_class) == len(names) == len(weights) and not any(weights.values()):
        yield Finding(
            CODE,
            "every class counts 0, and there is no loss to learn from",
            document.place(*_PATH),
            "give each class that is to be learned a weight above 0",
        )


def _hint(key: str, names: Sequence[str]) -> str:
    if key.lstrip("-").isdecimal():
        return f"classes are numbered 0 to {len(names) - 1}"
    return nearest(key, names) or f"the classes are {short(', '.join(names))}"
