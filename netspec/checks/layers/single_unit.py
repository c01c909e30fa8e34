"""Everything goes through a Dense layer of one unit in the middle of the network.

All that the layers after it know of an image is a single number, so that they cannot tell more than how large it is:
several classes become stretches of one line. Mostly it is the last layer of a network for two classes that was left
standing when another was put after it, or `units` lost a digit.

Failing:

    netspec: 1
    model:
      input: [64]
      layers:
        - Dense: {units: 32, activation: relu}
        - Dense: {units: 1, activation: sigmoid}  # NS635
        - Dense: {units: 10, activation: softmax}
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}

Passing:

    netspec: 1
    model:
      input: [64]
      layers:
        - Dense: {units: 32, activation: relu}
        - Dense: {units: 10, activation: softmax}
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from netspec.checks.layers.families import ACTIVATIONS, ANY_DROPOUT, next_of, told
from netspec.checks.wiring import SHAPE_ONLY, Wiring
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.layers.shapes import Shape
    from netspec.spec.document import Document

CODE = Code.SINGLE_UNIT

_PAST = {*ACTIVATIONS, *ANY_DROPOUT, *SHAPE_ONLY, "BatchNormalization"}


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks for one unit with more before and after it; an autoencoder may have a code of one number."""
    if document.compile is None:  # a part of a network, or one that does not train
        return
    wiring = Wiring(graph)
    for node in graph.written:
        if node.kind != "Dense" or node.output_shape != (1,):
            continue
        taken = graph.shape(node.inputs[0])
        after = next_of(wiring, node, past=_PAST)
        if after is None or after.kind != "Dense" or taken is None or (taken[-1] or 0) <= 1:
            continue
        if getattr(after.layer, "units", 1) > 1 and not _gives_back_its_input(graph):
            yield Finding(
                CODE,
                f"{told(node)} has one unit, and {told(after)} sees nothing but this one number",
                node.item.place("units"),
                "give it more units, or leave it out",
            )


def _gives_back_its_input(graph: Graph) -> bool:
    """Whether the network gives as many values as it takes, as autoencoders do."""
    given = {_values(shape) for shape in graph.output_shapes().values() if shape is not None}
    return not given.isdisjoint({_values(shape) for shape in graph.inputs.values()})


def _values(shape: Shape) -> int:
    return math.prod(size or 0 for size in shape)
