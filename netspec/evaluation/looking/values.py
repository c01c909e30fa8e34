"""The one number of what a network gives whose gradient Grad-CAM follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netspec.evaluation.probabilities import TRANSPARENT

if TYPE_CHECKING:
    from netspec.graph.graph import Graph
    from netspec.spec.labels import Target

# Activations that grow with what they get. Softmax weighs a class against the others, and the rest hardly move where
# the network is sure, so that before them there is more to follow.
_GROWING = frozenset({"hard_sigmoid", "log_softmax", "sigmoid", "softmax", "tanh"})


class Value(NamedTuple):
    """One number of what a network gives for a picture.

    Attributes:
        tensor: What holds it, by its name in the graph.
        bare: The layer whose own activation is left out, None where none is.
        place: Where it stands among the numbers.
        sign: -1 where the less of it, the likelier the class: of one unit's two classes the first.
        is_before: Whether an activation that follows it is left out.
    """

    tensor: str
    bare: str | None
    place: int
    sign: int
    is_before: bool


def value_of(graph: Graph, target: Target, index: int) -> Value:
    """What speaks for a class, before the output's softmax or sigmoid; of a number, the number itself.

    Args:
        graph: The network.
        target: What the output learned.
        index: Which of its classes, or numbers.
    """
    is_one_unit = target.kind == "class" and target.encoding.form == "binary"
    sign = -1 if is_one_unit and index == 0 else 1
    place = 0 if is_one_unit else index
    whole = graph.outputs[target.output]
    name = whole
    while name in graph.nodes and graph.nodes[name].kind in TRANSPARENT:
        name = graph.nodes[name].inputs[0]
    node = graph.nodes.get(name)
    if node is None or target.kind == "number":
        return Value(whole, None, place, sign, is_before=False)
    activation = getattr(node.layer, "activation", None)
    if node.kind == "Softmax" or (node.kind == "Activation" and activation in _GROWING):
        return Value(node.inputs[0], None, place, sign, is_before=True)
    if activation in _GROWING:
        return Value(name, name, place, sign, is_before=True)
    return Value(whole, None, place, sign, is_before=False)
