"""Two Dense layers follow one another without an activation in between.

Each multiplies its input by a matrix and adds a bias. Without an activation between them the two matrices can be
multiplied into one: together they say no more than the second alone, with more parameters and more steps to learn. A
Dropout between them changes nothing about that. Mostly `activation: relu` was forgotten.

Where the first layer is narrower than what stands around it, the two are a matrix of low rank, which can be meant:
that is only a note.

Failing:

    netspec: 1
    model:
      input: [64]
      layers:
        - Dense: {units: 128}  # NS634
        - Dropout: {rate: 0.2}
        - Dense: {units: 10, activation: softmax}
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}

Passing:

    netspec: 1
    model:
      input: [64]
      layers:
        - Dense: {units: 128, activation: relu}
        - Dropout: {rate: 0.2}
        - Dense: {units: 10, activation: softmax}
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.checks.layers.families import ANY_DROPOUT, called_once, next_of, shared_layers, told
from netspec.checks.wiring import Wiring, activation_of
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph, LayerNode
    from netspec.spec.document import Document

CODE = Code.LINEAR_STACK

# What lets two layers say something else than one, although nothing stands between them.
_OF_ITS_OWN = ("activity_regularizer", "bias_constraint", "kernel_constraint")


@dataclass(frozen=True)
class LinearPair:
    """Two Dense layers without an activation in between.

    Attributes:
        first: The first one.
        second: The one that takes what it gives.
        rank: How many values go through between them.
        full: How many the two together could use.
    """

    first: LayerNode
    second: LayerNode
    rank: int
    full: int


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Finds pairs that say no more than one layer."""
    if document.compile is None:  # a part of a network, or one that does not train
        return
    for pair in linear_pairs(graph):
        if pair.rank >= pair.full:
            yield Finding(
                CODE,
                f"{told(pair.first)} has no activation, so that it and {told(pair.second)} say no more than one Dense",
                pair.first.item.place("activation"),
                "give it `activation: relu`, or leave it out",
            )


def linear_pairs(graph: Graph) -> Iterator[LinearPair]:
    """The pairs, each place of the text once."""
    wiring = Wiring(graph)
    shared = shared_layers(wiring)
    places = set()
    for node in graph.written:
        if not _is_plain(node, shared) or activation_of(node) != "linear":
            continue
        second = next_of(wiring, node, past={*ANY_DROPOUT, "Identity"})
        if second is None or not _is_plain(second, shared):
            continue
        place = node.item.node.place
        taken, units, given = _sizes(graph, node), _units(node), _units(second)
        if taken is not None and place not in places:
            places.add(place)
            yield LinearPair(node, second, units, min(taken, given))


def _is_plain(node: LayerNode, shared: frozenset[str]) -> bool:
    if node.kind != "Dense" or node.inference is None or not node.trains:
        return False
    if any(getattr(node.layer, field, None) is not None for field in _OF_ITS_OWN):
        return False
    return called_once(node, shared)


def _units(node: LayerNode) -> int:
    return getattr(node.layer, "units", 0)


def _sizes(graph: Graph, node: LayerNode) -> int | None:
    shape = graph.shape(node.inputs[0])
    return shape[-1] if shape else None
