"""A softmax over one value is 1, whatever that value is.

A softmax makes numbers into shares that sum to 1. One number alone gets the whole: the layer gives 1 for every image,
no gradient passes it, and nothing below it learns. The loss stays where it is, and the accuracy is the share of one
class.

For two classes and one unit the activation is `sigmoid`, with `binary_crossentropy`. With `softmax` there is one unit
a class: two for two classes.

Source: `softmax` in keras/src/activations/activations.py, which takes the last axis.

Failing:

    netspec: 1
    data: {source: {ImageFolder: {path: pets}}}
    model:
      input: [64, 64, 3]
      layers:
        - Rescaling: {scale: 1/255}
        - Flatten
        - Dense: {units: 1, activation: softmax}  # NS517
    compile: {optimizer: adam, loss: binary_crossentropy}
    training: {epochs: 5}

Passing:

    netspec: 1
    data: {source: {ImageFolder: {path: pets}}}
    model:
      input: [64, 64, 3]
      layers:
        - Rescaling: {scale: 1/255}
        - Flatten
        - Dense: {units: 1, activation: sigmoid}
    compile: {optimizer: adam, loss: binary_crossentropy}
    training: {epochs: 5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.losses.endings import last_activation, values_of
from netspec.checks.losses.exclusive_classes import BINARY
from netspec.checks.losses.outputs import compiled_outputs
from netspec.checks.written import text_at
from netspec.diagnostics import Code, Edit, Finding, Repair
from netspec.source.nodes import ScalarNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph, LayerNode
    from netspec.spec.document import Document

CODE = Code.SOFTMAX_OF_ONE


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks at every softmax, and the axis it is taken over."""
    single = [node for node in graph.nodes.values() if node.shares is None and _is_of_one(node)]
    if not single:
        return
    told, binary = set(), set()
    for output in compiled_outputs(document, graph):
        last = values_of(graph, output).endings
        names = {ending.node.name for ending in last}
        if output.loss.kind() in BINARY and not output.loss.from_logits:
            binary |= names
        # Of too few units `class_count` and `loss_labels` tell.
        few = output.classes is not None and output.classes > 2  # noqa: PLR2004 - two fit one unit
        if getattr(output.loss, "labels", None) in {"integer", "one_hot"} or few:
            told |= names
    for node in single:
        if node.name not in told:
            inside = graph.application_of(node) is not None
            field = "classifier_activation" if inside else "activation"
            yield Finding(
                CODE,
                f"{node.kind} '{node.name}' is a softmax over one value, which is always 1",
                node.item.place(field),
                f"write {field}: sigmoid, or give the softmax one unit a class",
                repair=_repair(node) if node.name in binary else None,
            )


def _is_of_one(node: LayerNode) -> bool:
    shape = node.output_shape
    if node.layer is None or not shape:
        return False
    if node.kind == "Softmax":
        axis = getattr(node.layer, "axis", None)
        axes = (axis,) if isinstance(axis, int) else tuple(axis or ())
        # The batch is axis 0.
        return bool(axes) and all(shape[each - 1 if each > 0 else each] == 1 for each in axes)
    return shape[-1] == 1 and last_activation(node.layer) == "softmax"


def _repair(node: LayerNode) -> Repair | None:
    """Under a loss that takes one probability, a sigmoid is meant."""
    written = node.item.field("activation")
    if not isinstance(written, ScalarNode):
        return None
    is_plain = text_at(written.place) == "softmax"
    return Repair("write sigmoid", (Edit(written.place, "sigmoid"),)) if is_plain else None
