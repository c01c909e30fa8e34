"""A network in parts: its layers, those that stand deep within blocks taken together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.layers.shapes import total

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netspec.graph.graph import Graph, LayerNode
    from netspec.source.nodes import Place


@dataclass(frozen=True)
class Part:
    """A layer, or the layers of one use of a block or of an application.

    Attributes:
        name: The layer's name, or the use's.
        kind: Keras's class, or the block's or the application's name.
        nodes: Its layers, in the order of the text.
        folded: Whether it is a block's use, or an application.
        inputs: The tensors from outside that its layers take, each once.
        outputs: The tensors that it gives: its last layer's, then what others take besides.
        shares: The part whose layers it calls again, None where some are its own.
    """

    name: str
    kind: str
    nodes: tuple[LayerNode, ...]
    folded: bool
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    shares: str | None

    @property
    def last(self) -> LayerNode:
        """The layer whose output is the part's."""
        return self.nodes[-1]

    @property
    def parameters(self) -> int:
        """Those of its layers; what they share counts where it is first."""
        return sum(node.parameters for node in self.nodes)

    @property
    def trainable_parameters(self) -> int:
        """Those that training changes."""
        return sum(node.trainable_parameters for node in self.nodes)

    @property
    def macs(self) -> int | None:
        """Multiply-accumulates for one sample, None where a size is unknown."""
        return total(*(node.macs for node in self.nodes))

    @property
    def place(self) -> Place:
        """Where it is written: the layer, or the use of the block."""
        item = self.last.item
        if not self.folded:
            return item.place()
        places = item.used_at[::-1]
        # A block within a run's network stands in that run's spec: here the Backbone does.
        return places[min(_use(self.name, self.last), len(places) - 1)]


@dataclass(frozen=True)
class Folded:
    """A network's parts.

    Attributes:
        parts: In the order of the text.
        owners: The name of the part that each layer belongs to.
    """

    parts: tuple[Part, ...]
    owners: dict[str, str]

    def giver(self, tensor: str) -> str:
        """The part, or the input, that gives a tensor."""
        name = tensor.partition(":")[0]
        return self.owners.get(name, name)


def names_of(path: str) -> tuple[str, ...]:
    """The names of a dotted path; the number of a copy belongs to the name before it: ``stage.1``, ``conv2d``."""
    names: list[str] = []
    for step in path.split("."):
        if step.isdigit() and names:
            names[-1] += f".{step}"
        else:
            names.append(step)
    return tuple(names)


def depth_of(graph: Graph) -> int:
    """How many names the longest path has."""
    return max((len(names_of(name)) for name in graph.nodes), default=1)


def fold(graph: Graph, *, depth: int | None = None) -> Folded:
    """A network's parts.

    Args:
        graph: The network.
        depth: How many names of a dotted path are told apart: what has more is folded into the use of the block, or
            the application, that they name. Without one, applications are folded, and every other layer is a part.
    """
    owners = {name: _owner(graph, name, depth) for name in graph.nodes}
    members: dict[str, list[LayerNode]] = {}
    for name, node in graph.nodes.items():
        members.setdefault(owners[name], []).append(node)
    takers: dict[str, set[str]] = {tensor: {""} for tensor in graph.outputs.values()}
    for name, node in graph.nodes.items():
        for tensor in node.inputs:
            takers.setdefault(tensor, set()).add(owners[name])
    parts = tuple(_part(name, nodes, owners, takers) for name, nodes in members.items())
    return Folded(parts, owners)


def count_parts(graph: Graph, *, depth: int) -> int:
    """How many parts a network has that is folded at a depth."""
    return len({_owner(graph, name, depth) for name in graph.nodes})


def _owner(graph: Graph, name: str, depth: int | None) -> str:
    if depth is None:
        return graph.opened(graph.nodes[name]) or name
    names = names_of(name)
    return ".".join(names[:depth]) if len(names) > depth else name


def _part(
    name: str,
    nodes: Iterable[LayerNode],
    owners: dict[str, str],
    takers: dict[str, set[str]],
) -> Part:
    nodes = tuple(nodes)
    last = nodes[-1]
    folded = last.name != name
    inside = {node.name for node in nodes}
    inputs = dict.fromkeys(
        tensor for node in nodes for tensor in node.inputs if tensor.partition(":")[0] not in inside
    )
    given = [
        tensor
        for node in nodes
        for tensor in node.outputs
        if node is last or takers.get(tensor, set()) - {name}
    ]
    outputs = [tensor for tensor in last.outputs if tensor in given]
    outputs += [tensor for tensor in given if tensor not in outputs]
    shared = {owners[node.shares] if node.shares else None for node in nodes}
    return Part(
        name=name,
        kind=last.blocks[_use(name, last)] if folded else last.kind,
        nodes=nodes,
        folded=folded,
        inputs=tuple(inputs),
        outputs=tuple(outputs),
        shares=shared.pop() if len(shared) == 1 else None,
    )


def _use(name: str, node: LayerNode) -> int:
    """Which of the uses of blocks around a layer, from the outermost, a name is that of.

    The name of a layer that holds a block stands before the block's, and is no use of one.
    """
    holders = len(names_of(node.name)) - 1 - len(node.blocks)
    return len(names_of(name)) - 1 - holders
