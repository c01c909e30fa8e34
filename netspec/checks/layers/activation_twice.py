"""An activation is applied to what another has made already.

A relu gives no negative values, so a second one, or a LeakyReLU after it, leaves all of them as they are: mostly a
layer of its own was added where `activation: relu` stood already. A softmax of a softmax is worse. Its inputs lie
between 0 and 1, so that of ten classes no one ever gets more than 0.23: the loss stays high, and the gradients are
small. A sigmoid or softmax that gives the network's answer after a relu never sees a negative score: half of what the
last layer could say is cut off, and where its units are below 0 they do not learn.

One activation after each layer with weights is enough.

Failing:

    netspec: 1
    model:
      input: [28, 28, 1]
      layers:
        - Conv2D: {filters: 16, kernel_size: 3, activation: relu}
        - ReLU  # NS633
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}

Failing:

    netspec: 1
    model:
      input: [64]
      layers:
        - Dense: {units: 10, activation: softmax}
        - Softmax  # NS633
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}

Passing:

    netspec: 1
    model:
      input: [28, 28, 1]
      layers:
        - Conv2D: {filters: 16, kernel_size: 3}
        - ReLU
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.layers.families import (
    ACTIVATIONS,
    CONVOLUTIONS,
    PADDINGS,
    PASSING,
    POOLINGS,
    TRANSPOSED,
    in_one_list,
    single_source,
    told,
)
from netspec.checks.losses.outputs import compiled_outputs
from netspec.checks.wiring import Wiring, activation_of
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph, LayerNode
    from netspec.spec.document import Document

CODE = Code.ACTIVATION_TWICE

_MAKERS = {"Dense", "EinsumDense"} | CONVOLUTIONS | TRANSPOSED | ACTIVATIONS
_NOT_NEGATIVE = {
    "exponential",
    "hard_sigmoid",
    "relu",
    "relu6",
    "sigmoid",
    "softmax",
    "softplus",
    "squareplus",
}
# These leave values as they are that are not negative.
_RECTIFIERS = {"relu", "leaky_relu", "prelu", "elu", "celu"}
_SCORES = {"softmax", "sigmoid"}
# Of values that are not negative, these make values that are not negative.
_PAST_RECTIFIERS = PASSING | POOLINGS | PADDINGS


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks at what each activation that stands as a layer of its own takes."""
    if document.compile is None:  # a part of a network, or one that does not train
        return
    wiring = Wiring(graph)
    answers = {
        node.name
        for output in compiled_outputs(document, graph)
        if (node := wiring.ending(graph.outputs[output.key])) is not None
    }
    for node in graph.written:
        if node.kind in ACTIVATIONS and len(node.inputs) == 1 and node.layer is not None:
            finding = _rectified_twice(wiring, node) or _scored_twice(wiring, node, answers)
            if finding is not None:
                yield finding


def _rectified_twice(wiring: Wiring, node: LayerNode) -> Finding | None:
    """A rectifier that gets no negative values, in the same list: a block may begin with one that others need."""
    if activation_of(node) not in _RECTIFIERS or getattr(node.layer, "max_value", None) is not None:
        return None
    if getattr(node.layer, "threshold", 0) > 0:
        return None
    before = single_source(wiring, node, past=_PAST_RECTIFIERS)
    if before is None or not _is_never_negative(before) or not in_one_list(before, node):
        return None
    return Finding(
        CODE,
        f"{told(node)} changes nothing, as the {activation_of(before)} of {told(before)} gives no negative values",
        node.item.place(),
        "leave one of the two out",
    )


def _scored_twice(wiring: Wiring, node: LayerNode, answers: set[str]) -> Finding | None:
    """A softmax of a softmax; where the network answers also other pairs that cannot be meant."""
    last = activation_of(node)
    before = single_source(wiring, node, past=PASSING) if last in _SCORES else None
    if before is None or before.kind not in _MAKERS:
        return None
    first = activation_of(before)
    if first in _SCORES and (first == last == "softmax" or node.name in answers):
        what = f"squeezes the {first} of {told(before)} once more, and no answer gets near 0 or 1"
    elif node.name in answers and first in {"relu", "relu6"} and _is_never_negative(before):
        what = f"never gets a negative score, as the {first} of {told(before)} makes them 0"
    else:
        return None
    hint = f"leave one of the two out: {last} is enough"
    return Finding(CODE, f"{told(node)} {what}", node.item.place(), hint)


def _is_never_negative(node: LayerNode) -> bool:
    if node.kind not in _MAKERS or activation_of(node) not in _NOT_NEGATIVE:
        return False
    return getattr(node.layer, "negative_slope", 0) == 0
