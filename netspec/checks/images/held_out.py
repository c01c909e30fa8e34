"""What is watched or judges is not there, or leaves nothing to train on.

Validation and test images given as a number or a fraction are taken from the training images, and some must be left.

A split that is named must be one that the source has; which ones an image folder has is known when it is looked at.

Failing:

    netspec: 1
    data: {source: mnist, validation: 60000}  # NS508
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]

Failing, as MNIST has no split of this name:

    netspec: 1
    data: {source: mnist, validation: val}  # NS508
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]

Passing:

    netspec: 1
    data: {source: mnist, validation: 0.1}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding
from netspec.wording import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.data import DataFacts, DataSection
    from netspec.spec.document import Document

CODE = Code.SPLIT

_FIELDS = ("validation", "test")
_ROUNDING = 1e-9  # of a sum of decimal fractions


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds what the splits name and take against what the source has."""
    del graph
    data, facts = document.data, document.facts
    if data is None or facts is None:
        return
    for field in _FIELDS:
        name = data.split_named(field, facts.splits or {})
        unknown = facts.splits is not None and name not in facts.splits
        if name == "train" or (name is not None and unknown):
            yield Finding(
                CODE, _unfit(name, facts), document.place("data", field), _hint(name, facts)
            )
    if facts.splits is not None:
        yield from _check_counts(document, data, facts, facts.splits["train"])
    elif _shares(data) >= 1 - _ROUNDING:
        yield Finding(
            CODE,
            "validation and test hold out all images, and none is left to train on",
            document.place("data", "validation"),
            "hold out less",
        )


def _check_counts(
    document: Document, data: DataSection, facts: DataFacts, images: int
) -> Iterator[Finding]:
    taken = {field: data.held_out(field, images) for field in _FIELDS}
    if sum(taken.values()) >= images:
        most = max(taken, key=taken.__getitem__)
        yield Finding(
            CODE,
            f"{sum(taken.values()):,} of the {images:,} training images of {facts.name} "
            "are held out, and none is left to train on",
            document.place("data", most),
            "hold out fewer",
        )


def _shares(data: DataSection) -> float:
    """How much of the training images is held out, as far as it is a share."""
    wishes = [getattr(data, field) for field in _FIELDS]
    return sum(wish for wish in wishes if isinstance(wish, float))


def _unfit(name: str, facts: DataFacts) -> str:
    if name == "train":
        return "the network learns from the split 'train', so that it cannot judge it"
    return f"{facts.name} has no split '{name}'"


def _hint(name: str, facts: DataFacts) -> str:
    others = [split for split in facts.splits or () if split != "train"]
    fraction = "a fraction such as 0.1 holds some training images out"
    if not others:
        return fraction
    return nearest(name, others) or f"it has {', '.join(others)}; {fraction}"
