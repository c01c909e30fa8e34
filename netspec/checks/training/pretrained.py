"""What rules ask of applications that begin with weights which they have learned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.spec.freezing import trained_layers

if TYPE_CHECKING:
    from netspec.checks.training.parts import Part
    from netspec.graph.graph import ApplicationUse, Graph, LayerNode

# Their steps are about as large as the learning rate.
OF_ONE_SIZE = {"Adam", "AdamW", "Adamax", "Lion", "Nadam", "RMSprop"}
LARGE = 1e-4
# Its steps are the gradient times the learning rate.
PLAIN = "SGD"
LARGE_FOR_PLAIN = 1e-2


def learning(graph: Graph, part: Part) -> list[LayerNode]:
    """The layers that a part of training changes."""
    if part.stage is None:
        return [node for node in graph.nodes.values() if node.trainable_parameters]
    return trained_layers(graph, part.stage)


def pretrained_among(graph: Graph, nodes: list[LayerNode]) -> list[ApplicationUse]:
    """The applications with learned weights that some of the layers belong to."""
    found = {}
    for node in nodes:
        use = graph.application_of(node)
        if use is not None and use.fields.weights is not None:
            found[use.name] = use
    return list(found.values())


def is_large(kind: str, rate: float) -> bool:
    """Whether an optimizer's learning rate is large for weights that are learned already."""
    return (kind in OF_ONE_SIZE and rate > LARGE) or (kind == PLAIN and rate > LARGE_FOR_PLAIN)
