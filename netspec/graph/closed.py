"""A network in which each application and each Backbone is one layer again, as the spec writes it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, cast

from netspec.fields import Thing
from netspec.graph.folding import names_of
from netspec.graph.graph import LayerNode
from netspec.layers.shapes import Inference, total
from netspec.spec.application import APPLICATION, Application
from netspec.spec.backbone import BACKBONE, Backbone

if TYPE_CHECKING:
    from netspec.graph.graph import Graph
    from netspec.layers.base import Layer


class _Closed(Application, Thing):
    """What a spec says of an application, with what every layer's fields are asked for."""

    outputs: ClassVar[None] = None
    arguments: ClassVar[tuple[()]] = ()

    @classmethod
    def kind(cls) -> str:
        """How a spec calls it."""
        return APPLICATION


class _ClosedBackbone(Backbone, Thing):
    """What a spec says of a Backbone, in the same way."""

    outputs: ClassVar[None] = None
    arguments: ClassVar[tuple[()]] = ()

    @classmethod
    def kind(cls) -> str:
        """How a spec calls it."""
        return BACKBONE


@dataclass(frozen=True)
class ClosedNode(LayerNode):
    """An application as one layer; what it gives besides its output is called `name:block4_conv3`."""

    @property
    def trains(self) -> bool:
        """Its weights say by themselves whether they do."""
        return True


def closed(graph: Graph) -> Graph:
    """The network with each application and each Backbone as one layer; the same where it has none."""
    if not graph.applications and not graph.backbones:
        return graph
    members: dict[str, list[LayerNode]] = {}
    for node in graph.nodes.values():
        around = graph.opened(node)
        if around is not None:
            members.setdefault(around, []).append(node)
    tensors = {
        node.name: f"{name}:{node.name.removeprefix(f'{name}.')}"
        for name, nodes in members.items()
        for node in nodes
    }
    tensors |= {nodes[-1].name: name for name, nodes in members.items()}
    own = {node.name: name for name, nodes in members.items() for node in nodes}
    taken = {*graph.outputs.values()} | {
        tensor
        for node in graph.nodes.values()
        for tensor in node.inputs
        if own.get(tensor) != own.get(node.name)
    }
    nodes: dict[str, LayerNode] = {}
    for node in graph.nodes.values():
        name = own.get(node.name)
        if name is None:
            inputs = tuple(tensors.get(tensor, tensor) for tensor in node.inputs)
            nodes[node.name] = replace(node, inputs=inputs)
        elif name not in nodes:
            nodes[name] = _one(graph, name, members[name], tensors, taken)
    outputs = {key: tensors.get(tensor, tensor) for key, tensor in graph.outputs.items()}
    return replace(graph, nodes=nodes, outputs=outputs, applications={}, backbones={})


def _one(
    graph: Graph, name: str, nodes: list[LayerNode], tensors: dict[str, str], taken: set[str]
) -> ClosedNode:
    """The layers of an application or a Backbone as one."""
    first, last = nodes[0], nodes[-1]
    use = graph.application_of(first) or graph.backbone_of(first)
    assert use is not None  # noqa: S101 - they were found by it
    inside = {node.name for node in nodes}
    given = [last, *(node for node in nodes if node.name in taken and node is not last)]
    said = type(use.fields).model_fields
    values: dict[str, Any] = {field: getattr(use.fields, field) for field in said}
    one = _Closed if isinstance(use.fields, Application) else _ClosedBackbone
    weights = tuple(
        replace(weight, trainable=weight.trainable and node.trains)
        for node in nodes
        if node.inference is not None
        for weight in node.inference.weights
    )
    shapes = tuple(node.output_shape or () for node in given)
    inference = Inference(shapes[0], weights, total(*(node.macs for node in nodes)), shapes[1:])
    inputs = dict.fromkeys(each for node in nodes for each in node.inputs if each not in inside)
    return ClosedNode(
        name=name,
        # The first use that is noted of its layers is this one.
        item=replace(first.item, layer=None, used_at=first.item.used_at[1:]),
        layer=cast("Layer", one.model_construct(**values)),
        inputs=tuple(tensors.get(each, each) for each in inputs),
        inference=inference,
        outputs=tuple(tensors[node.name] for node in given),
        shares=None if first.shares is None else use.name,
        blocks=first.blocks[: len(names_of(name)) - 1],
    )
