"""What `assets/architecture/` draws of a network: its layers one by one, what they are folded into, and what flows."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING

from netspec.graph.folding import names_of
from netspec.graph.graph import Graph
from netspec.layers.shapes import spell
from netspec.report.html import graph_groups, layer_numbers, layer_words
from netspec.report.html.graph_groups import Group, Leaf
from netspec.report.html.layer_training import LayerTraining
from netspec.report.summary import summarize_graph

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netspec.graph.graph import LayerNode
    from netspec.report.html.graph_groups import Item
    from netspec.report.html.graph_records import (
        FileRecord,
        GraphRecord,
        GroupRecord,
        Mark,
        NodeRecord,
    )
    from netspec.report.summary import LayerSummary, Summary
    from netspec.spec.document import Document

# Deeper than any path of names.
_EVERYTHING = 1_000
# What belongs to the layer before it.
_FINISHES = frozenset({"activation", "normalization"})


def graph_record(
    graph: Graph,
    document: Document,
    *,
    depth: int | None = None,
    anchors: Mapping[str, str] | None = None,
    marks: Mapping[str, Mark] | None = None,
) -> GraphRecord:
    """A network as it is drawn.

    Args:
        graph: It, complete.
        document: Its spec.
        depth: How many names of a path are unfolded at first; chosen by the number of layers without it.
        anchors: What the ids of a file's lines begin with, by its name.
        marks: What became of layers, and of applications, by their names.
    """
    network = _Network(graph, document, dict(anchors or {}), dict(marks or {}))
    items = network.items()
    if depth is None:
        chosen = graph_groups.first_view(items, towards=_different(network.marks))
    else:
        chosen = graph_groups.at_depth(items, depth)
    groups = list(graph_groups.groups(items))
    numbers = {id(group): -1 - number for number, group in enumerate(groups)}
    shift = len(graph.inputs)

    def children(of: Sequence[Item]) -> list[int]:
        return [item.index + shift if isinstance(item, Leaf) else numbers[id(item)] for item in of]

    outputs = range(shift + len(network.layers), shift + len(network.layers) + len(graph.outputs))
    return {
        "name": graph.name,
        "nodes": network.nodes(),
        "groups": [network.group(group, children(group.children)) for group in groups],
        "files": [_file(name, network.anchors.get(name)) for name in network.files],
        "top": [*range(shift), *children(items), *outputs],
        "open": chosen,
    }


@dataclass
class _Network:
    """A network on its way into a record.

    Attributes:
        layers: All of them, those of blocks within layers in place of these.
        holders: The layers that hold blocks, by name.
        files: The numbers of files by their names.
    """

    graph: Graph
    document: Document
    anchors: dict[str, str]
    marks: dict[str, Mark]
    layers: list[LayerSummary] = field(init=False)
    holders: dict[str, LayerSummary] = field(init=False, default_factory=dict)
    files: dict[str, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        whole = self._summary(_EVERYTHING)
        self.layers = list(self._flat(whole.layers))
        self._index = {name: number for number, name in enumerate(self.graph.inputs)}
        shift = len(self.graph.inputs)
        self._index |= {layer.name: shift + at for at, layer in enumerate(self.layers)}
        self._made = dict(_made(self.graph))
        self._training = LayerTraining.of(self.graph, self.document.training, self._made)
        depths = range(1, max((len(names_of(layer.name)) for layer in self.layers), default=1))
        self._blocks = {
            layer.name: layer for depth in depths for layer in _folded(self._summary(depth).layers)
        }

    def items(self) -> tuple[Item, ...]:
        """The layers in their groups."""
        shift = len(self.graph.inputs)
        return graph_groups.grouped(
            [
                Leaf(
                    name=layer.name,
                    index=number,
                    size=layer_numbers.places(layer.output_shape),
                    takes=tuple(node - shift for node, _ in self._takes(layer)),
                    finishes=self._family(layer.name) in _FINISHES,
                )
                for number, layer in enumerate(self.layers)
            ]
        )

    def nodes(self) -> list[NodeRecord]:
        """The inputs, the layers, the outputs."""
        inputs: list[NodeRecord] = [
            {"kind": "input", "name": name, "type": "Input", "takes": [], "shapes": [spell(shape)]}
            for name, shape in self.graph.inputs.items()
        ]
        outputs: list[NodeRecord] = [
            {
                "kind": "output",
                "name": key,
                "type": "Output",
                "takes": [self._giver(tensor)],
                "shapes": [spell(self.graph.shape(tensor) or ())],
            }
            for key, tensor in self.graph.outputs.items()
        ]
        return [*inputs, *map(self._node, self.layers), *outputs]

    def group(self, group: Group, children: list[int]) -> GroupRecord:
        """A group, with what its layers come to."""
        inside = [self.layers[leaf.index] for leaf in group.leaves]
        own = self._blocks.get(group.name) if group.kind == "block" else None
        holder = self.holders.get(group.name) if group.kind == "block" else None
        told = own or holder
        record: GroupRecord = {
            "kind": "holder" if holder is not None else group.kind,
            "name": group.name,
            "type": "" if told is None else _type(told),
            "children": children,
            "layers": len(inside),
            "shapes": [spell(shape) for shape in (told or inside[-1]).output_shapes],
        }
        costs = layer_numbers.numbers(told) if told is not None else layer_numbers.sums(inside)
        record.update(costs)  # type: ignore[typeddict-item] # it has all of them
        record.update(self._training.told(inside))  # type: ignore[typeddict-item]
        if told is not None:
            record["at"] = self._at(told)
            if told.shares is not None:
                record["shares"] = told.shares
        if holder is not None:
            record["fields"] = layer_words.fields(self._made[group.name], as_written=True)
        elif group.name in self.graph.applications or group.name in self.graph.backbones:
            used = self.graph.applications.get(group.name) or self.graph.backbones[group.name]
            record["fields"] = layer_words.written(used.item)
        if group.kind == "block" and group.name in self.marks:
            record["mark"] = self.marks[group.name]
        return record

    def _summary(self, depth: int) -> Summary:
        return summarize_graph(self.graph, self.document, depth=depth)

    def _flat(self, layers: Sequence[LayerSummary]) -> Iterator[LayerSummary]:
        for layer in layers:
            if layer.inside and layer.shares is None:  # else it holds the other one's layers
                self.holders[layer.name] = layer
                yield from self._flat(layer.inside)
            else:
                yield layer

    def _node(self, layer: LayerSummary) -> NodeRecord:
        node = self._made[layer.name]
        as_written = self.graph.opened(node) is None
        record: NodeRecord = {
            "kind": "layer",
            "name": layer.name,
            "type": layer.type,
            "takes": self._takes(layer),
            "shapes": [spell(shape) for shape in layer.output_shapes],
            "family": layer_words.family(node.layer),
            "short": layer_words.in_short(node.layer),
            "fields": layer_words.fields(node, as_written=as_written),
            "at": self._at(layer),
        }
        record.update(layer_numbers.numbers(layer))  # type: ignore[typeddict-item]
        record.update(self._training.told([layer]))  # type: ignore[typeddict-item]
        if layer.output_names:
            record["outputs"] = list(layer.output_names)
        if layer.holds is not None:
            record["holds"] = layer.holds
        if layer.shares is not None:
            record["shares"] = layer.shares
        inside = self._network_of(layer.name)
        if inside is not self.graph:
            taken = inside.nodes[layer.name].inputs
            record["gets"] = [spell(inside.shape(tensor) or ()) for tensor in taken]
        if layer.name in self.marks:
            record["mark"] = self.marks[layer.name]
        return record

    def _network_of(self, name: str) -> Graph:
        """The network that a layer stands in: the whole, or that of the block within a layer."""
        graph = self.graph
        while name not in graph.nodes:
            outer = next(node for node in graph.nodes.values() if name.startswith(f"{node.name}."))
            nested = outer.inference.nested if outer.inference is not None else None
            assert isinstance(nested, Graph)  # noqa: S101 - else it would hold no layer
            graph = nested
        return graph

    def _takes(self, layer: LayerSummary) -> list[list[int]]:
        """What a layer takes: the numbers of the nodes that give it, and which of their outputs these are."""
        found: dict[tuple[int, ...], None] = {}
        for tensor in layer.inputs:
            around = self.holders.get(tensor)
            if around is not None and layer.name.startswith(f"{tensor}."):
                given = self._takes(around)
            else:
                given = [self._giver(tensor)]
            found.update(dict.fromkeys(map(tuple, given)))
        return [list(each) for each in found]

    def _giver(self, tensor: str) -> list[int]:
        name, _, number = tensor.partition(":")
        holder = self.holders.get(name)
        if holder is None:
            return [self._index[name], int(number or 0)]
        return self._giver(holder.inside[-1].name)

    def _family(self, name: str) -> str:
        return layer_words.family(self._made[name].layer)

    def _at(self, layer: LayerSummary) -> list[int]:
        return [self.files.setdefault(layer.file, len(self.files)), layer.line]


def _file(name: str, anchor: str | None) -> FileRecord:
    """A file by its name; with its path where the page does not show it."""
    return {"name": name if anchor is None else PurePath(name).name, "anchor": anchor}


def _different(marks: Mapping[str, Mark]) -> set[str]:
    """The layers that differ, and not only for others."""
    return {name for name, mark in marks.items() if mark["change"] not in {"same", "follows"}}


def _made(graph: Graph) -> Iterator[tuple[str, LayerNode]]:
    """All layers by name, those of blocks within layers too."""
    for name, node in graph.nodes.items():
        yield name, node
        nested = node.inference.nested if node.inference is not None else None
        if isinstance(nested, Graph):
            yield from _made(nested)


def _folded(layers: Sequence[LayerSummary]) -> Iterator[LayerSummary]:
    """The uses of blocks among layers, and among those within layers."""
    for layer in layers:
        if layer.layer_count:
            yield layer
        yield from _folded(layer.inside)


def _type(layer: LayerSummary) -> str:
    return layer.type if layer.holds is None else f"{layer.type} ({layer.holds})"
