"""There are more or fewer class names than classes, or they are the classes' own in another order.

`data.classes` gives every class the name under which it is shown, in label order: for a named data set the order in
which its makers number them, for an image folder the alphabetical order of the folders. They are for a network with one
output, whose label is classes: numbers have none, and of several labels nobody could say whose they are.

Failing:

    netspec: 1
    data: {source: mnist, classes: [zero, one]}  # NS513
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]

Failing, as every digit would have another's name:

    netspec: 1
    data: {source: mnist, classes: ["9", "8", "7", "6", "5", "4", "3", "2", "1", "0"]}  # NS513
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]

Passing:

    netspec: 1
    data: {source: mnist, classes: [zero, one, two, three, four, five, six, seven, eight, nine]}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding
from netspec.wording import short

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.CLASS_NAMES


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds the names against the label that the one output learns."""
    data, facts = document.data, document.facts
    if data is None or facts is None or data.classes is None:
        return
    place = document.place("data", "classes")
    if len(graph.outputs) > 1:
        yield Finding(
            CODE,
            f"these are the classes of one label, and the network learns {len(graph.outputs)}",
            place,
            "leave them out: each label's classes are called what the source calls them",
        )
        return
    label = facts.learned(data, graph.outputs)
    if label is None:
        return
    if label.kind == "number":
        yield Finding(
            CODE, "classes are named, and the label is a number", place, "leave the names out"
        )
    elif label.names is not None and len(data.classes) != len(label.names):
        yield Finding(
            CODE,
            f"{len(data.classes)} names are given, and {facts.name} has {len(label.names)} classes",
            place,
            f"in this order: {short(', '.join(label.names))}",
        )
    elif label.names is not None and _is_reordered(data.classes, label.names):
        yield Finding(
            CODE,
            f"these are the classes of {facts.name} in another order, and every class would have another's name",
            place,
            f"write {short(', '.join(label.names))}, or leave them out",
        )


def _is_reordered(names: Sequence[str], own: Sequence[str]) -> bool:
    """Whether the names are the data's own, capitals or not, and stand elsewhere."""
    written, there = ([name.casefold() for name in each] for each in (names, own))
    return written != there and sorted(written) == sorted(there)
