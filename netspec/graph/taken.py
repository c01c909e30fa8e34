"""The part of a network that leads to one of its layers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from netspec.wording import nearest, short

if TYPE_CHECKING:
    from netspec.graph.graph import Graph, LayerNode

_SHOWN = 5


class NotTakenError(Exception):
    """A network, or a part of it, cannot be taken; it has a hint."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True)
class Taken:
    """A part of a network.

    Attributes:
        graph: Its layers; one that calls a layer again which is left out has it for its own.
        output: The tensor that it gives.
    """

    graph: Graph
    output: str

    def output_of(self, name: str) -> str:
        """The tensor that a layer, or a block's instance, gives."""
        return _output_of(self.graph, name)


def part_until(graph: Graph, until: str | None) -> Taken:
    """The layers of a network that lead to one of them, in the order of the text.

    Args:
        graph: A whole network.
        until: The last of them, or a block's instance; None for what the last layer with weights takes.

    Raises:
        NotTakenError: There is no such layer, or none is left.
    """
    output = _before_the_last(graph) if until is None else _named(graph, until)
    needed = _leading_to(graph, output)
    nodes: dict[str, LayerNode] = {}
    owners: dict[str, str] = {}
    for name, node in graph.nodes.items():
        if name in needed:
            own = owners.setdefault(node.layer_name, name)
            nodes[name] = replace(node, shares=None if own == name else own)
    return Taken(replace(graph, nodes=nodes, outputs={output: output}, single_output=True), output)


def _named(graph: Graph, name: str) -> str:
    if name in graph.named:
        return _output_of(graph, name)
    last = list(graph.nodes)[-_SHOWN:]
    hint = nearest(name, list(graph.named)) or f"its last layers are {', '.join(last)}"
    raise NotTakenError(f"the run's network has no layer called '{short(name)}'", hint)


def _before_the_last(graph: Graph) -> str:
    weighted = [node for node in graph.nodes.values() if node.inference and node.inference.weights]
    if not weighted:
        raise NotTakenError("the run's network has no weights", "name another run")
    last = weighted[-1]
    if len(last.inputs) != 1:
        message = f"'{last.name}', the last layer with weights, takes {len(last.inputs)} inputs"
        raise NotTakenError(message, "name the last layer that is wanted with `until`")
    if last.inputs[0] in graph.inputs:
        message = f"nothing stands before '{last.name}', the last layer with weights"
        raise NotTakenError(message, f"write until: {last.name}, or name another run")
    return last.inputs[0]


def _output_of(graph: Graph, name: str) -> str:
    """What a layer gives, or a block's instance: what others take of it, else its last layer's."""
    if name in graph.nodes:
        return name
    inside = [node for node in graph.nodes.values() if node.name.startswith(f"{name}.")]
    own = {node.name for node in inside}
    taken = {*graph.outputs.values()} | {
        tensor for node in graph.nodes.values() if node.name not in own for tensor in node.inputs
    }
    given = [tensor for node in inside for tensor in node.outputs if tensor in taken]
    return given[-1] if given else inside[-1].name


def _leading_to(graph: Graph, tensor: str) -> set[str]:
    waiting, found = [tensor.partition(":")[0]], set()
    while waiting:
        name = waiting.pop()
        if name in graph.nodes and name not in found:
            found.add(name)
            waiting += [taken.partition(":")[0] for taken in graph.nodes[name].inputs]
    return found
