"""A network with its blocks, repeats and conditions written out, layer by layer, as a spec says it.

A layer's name is that of the graph with `_` for dots: `stage2.residual.1.conv2d` is written `stage2_residual_1_conv2d`,
with a number after it where another layer has that name. A call of a layer that was called before is a `Reuse`. A block
that stands inside a layer stays a block, with its own layers written out and without params; one for each network that
it became. An application stays one item, and so does a Backbone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain, count
from typing import TYPE_CHECKING

from netspec.graph.closed import ClosedNode, closed
from netspec.graph.flat_stages import with_layers_named
from netspec.graph.graph import Graph
from netspec.graph.item import Item
from netspec.graph.naming import names_of
from netspec.graph.nested import inner_blocks
from netspec.layers.base import ArgumentLayer
from netspec.source.nodes import Entry, ListNode, MapNode, Node, Place, ScalarNode
from netspec.spec.layout import node_of, yaml_text
from netspec.spec.resolved import like, resolved_tree, with_entry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from netspec.graph.graph import LayerNode
    from netspec.spec.document import Document
    from netspec.spec.layout import Path

# A name that is written can change the numbers of those that are not; so often it is looked at again.
_ROUNDS = 8
# Said anew for every layer, or settled when the blocks were expanded.
_WIRING = frozenset({"name", "inputs", "outputs", "repeat", "when"})


@dataclass(frozen=True)
class Flat:
    """A spec whose network is written out.

    Attributes:
        tree: The spec.
        used_at: Where the blocks are used that a layer stands in, by its path in the tree.
    """

    tree: MapNode
    used_at: dict[Path, tuple[Place, ...]]


def flat(document: Document, graph: Graph) -> Flat:
    """Writes out a spec's network.

    Args:
        document: A spec without errors.
        graph: Its network.
    """
    tree = resolved_tree(document)
    opened, graph = graph, closed(graph)
    model = tree.get("model")
    assert isinstance(model, MapNode)  # noqa: S101 - there are no errors
    used_at: dict[Path, tuple[Place, ...]] = {}
    blocks = _Blocks(document.blocks, used_at)
    network = _Network(graph, blocks)
    layers = Entry(model.entries["layers"].key, network.layers())
    used_at |= network.places(("model", "layers"))
    entries = {"input": model.entries["input"]}
    if blocks.definitions:
        entries["blocks"] = _entry("blocks", model, like(model, blocks.definitions))
    entries["layers"] = layers
    output = _output(document, graph, network)
    if output is not None:
        entries["output"] = _entry("output", model, output)
    tree = with_entry(tree, "model", like(model, entries))
    tree = with_layers_named(tree, document.training, opened, _names_inside(opened, network.names))
    tree = like(tree, {key: entry for key, entry in tree.entries.items() if key != "vars"})
    return Flat(_with_output_key(tree, document, graph, output), used_at)


def _names_inside(graph: Graph, names: dict[str, str]) -> dict[str, str]:
    """What the layers are called now, those of applications and Backbones among them."""
    found = {}
    for name, node in graph.nodes.items():
        around = graph.opened(node)
        found[name] = names[name] if around is None else names[around] + name.removeprefix(around)
    return found


def _entry(key: str, mapping: MapNode, node: Node) -> Entry:
    return with_entry(mapping, key, node).entries[key]


def _output(document: Document, graph: Graph, network: _Network) -> Node | None:
    """What is written as the model's output, None where nothing has to be."""
    written = document.output
    given = {key: network.reference(tensor) for key, tensor in graph.outputs.items()}
    if written is None:
        ((tensor, name),) = zip(graph.outputs.values(), given.values(), strict=True)
        return None if network.names[tensor] == network.last else node_of(name)
    if isinstance(written, str):
        (name,) = given.values()
        value: object = name
    else:
        as_a_list = isinstance(written, tuple) and all(key == name for key, name in given.items())
        value = list(given) if as_a_list else given
    model = document.root.get("model")
    old = model.get("output") if isinstance(model, MapNode) else None
    if old is not None and old.value() == value:
        return old
    return node_of(value)


def _with_output_key(
    tree: MapNode, document: Document, graph: Graph, output: Node | None
) -> MapNode:
    """The spec with losses and metrics under the one output's new name, where they are said by its name."""
    section = tree.get("compile")
    if not isinstance(document.output, str) or output is None or not isinstance(section, MapNode):
        return tree
    ((old, _),) = graph.outputs.items()
    new = str(output.value())
    for name in ("loss", "loss_weights", "metrics"):
        value = section.get(name)
        if isinstance(value, MapNode) and old in value and old != new:
            section = with_entry(section, name, like(value, {new: value.entries[old]}))
    return with_entry(tree, "compile", section)


class _Blocks:
    """The blocks that stay, as they stand inside layers."""

    def __init__(self, known: Collection[str], used_at: dict[Path, tuple[Place, ...]]) -> None:
        self.known = known
        self.used_at = used_at
        self.definitions: dict[str, Entry] = {}
        self._by_text: dict[str, str] = {}
        self._by_graph: dict[int, str] = {}

    def name(self, wanted: str, graph: Graph, used: Node) -> str:
        """What the block is called now that became a network inside a layer.

        Args:
            wanted: What it is called in the text.
            graph: The network, which lives as long as this does.
            used: Where it is used.
        """
        if id(graph) not in self._by_graph:
            self._by_graph[id(graph)] = self._add(wanted, graph, used)
        return self._by_graph[id(graph)]

    def _add(self, wanted: str, graph: Graph, used: Node) -> str:
        network = _Network(graph, self, prefix=f"{graph.name}.")
        span = (used.line, used.column), (used.end_line, used.end_column)
        layers = Entry(_scalar("layers", used), network.layers())
        definition = MapNode(used.source, *span, entries={"layers": layers})
        text = f"{wanted} {yaml_text(definition)}"
        if text in self._by_text:
            return self._by_text[text]
        name = _free(wanted, self.definitions)
        self.definitions[name] = Entry(_scalar(name, used), definition)
        self._by_text[text] = name
        self.used_at |= network.places(("model", "blocks", name, "layers"))
        return name


@dataclass
class _Network:
    """The layers of one network as items.

    Attributes:
        graph: The network.
        blocks: The blocks inside its layers.
        prefix: What the names of its layers begin with.
        names: What each tensor is called.
        last: What the last item gives.
    """

    graph: Graph
    blocks: _Blocks
    prefix: str = ""
    names: dict[str, str] = field(default_factory=dict)
    last: str = ""

    def layers(self) -> ListNode:
        """The items."""
        nodes = self._nodes()
        inside = bool(self.prefix)
        self.names = {name: "$input" if inside else name for name in self.graph.inputs}
        taken = set() if inside else set(self.graph.inputs)
        previous = next(iter(self.names.values())) if len(self.names) == 1 else None
        self._name(nodes, taken)
        items = self._as_few_names_as_can_be(nodes, previous)
        first, last = items[0], items[-1]
        start, end = (first.line, first.column), (last.end_line, last.end_column)
        return ListNode(first.source, start, end, items=items)

    def _as_few_names_as_can_be(
        self, nodes: Sequence[LayerNode], previous: str | None
    ) -> list[Node]:
        """The items, with a name where they would be called otherwise without."""
        explicit = {node.name for node in nodes if node.item.name is not None}
        explicit |= {node.name for node in nodes if "." in node.name[len(self.prefix) :]}
        inputs = () if self.prefix else tuple(self.graph.inputs)
        for _ in range(_ROUNDS):
            items = self._items(nodes, explicit, previous)
            found = names_of([Item(item) for item in items], inputs, lambda *_: None)
            others = {
                node.name
                for node, name in zip(nodes, found, strict=True)
                if name != self.names[node.name]
            }
            if others <= explicit:
                return items
            explicit |= others
        return self._items(nodes, {node.name for node in nodes}, previous)

    def reference(self, tensor: str) -> str:
        """How a tensor is named in `inputs`: by `outputs` where they name it."""
        return self.names.get(f"{tensor}:0", self.names[tensor])

    def places(self, path: Path) -> dict[Path, tuple[Place, ...]]:
        """Where the blocks are used that each layer stands in.

        Args:
            path: Where the layers stand in the spec.
        """
        return {(*path, index): node.item.used_at for index, node in enumerate(self._nodes())}

    def _nodes(self) -> list[LayerNode]:
        """The network's layers; of a block's, those up to the one that gives its output."""
        nodes = list(self.graph.nodes.values())
        if self.prefix:
            (output,) = self.graph.outputs.values()
            while nodes[-1].name != output.partition(":")[0]:
                nodes.pop()
        return nodes

    # Names.

    def _name(self, nodes: Sequence[LayerNode], taken: set[str]) -> None:
        wanted = [pair for node in nodes for pair in self._tensors(node)]
        for tensor, local in wanted:  # first those that keep their names
            if "." not in local:
                self.names[tensor] = local
                taken.add(local)
        for tensor, local in wanted:
            if tensor not in self.names:
                self.names[tensor] = _free(local.replace(".", "_"), taken)
                taken.add(self.names[tensor])
        for node in nodes:
            if isinstance(node, ClosedNode):
                for tensor in node.outputs[1:]:
                    inside = tensor.partition(":")[2]
                    self.names[tensor] = f"{self.names[node.name]}.{inside}"
        self.last = self.names[nodes[-1].name]

    def _tensors(self, node: LayerNode) -> Iterator[tuple[str, str]]:
        """What a layer gives, by its own name and those of `outputs`, and what that is called in this network."""
        local = node.name[len(self.prefix) :]
        yield node.name, local
        steps = local.split(".")
        own = max(place for place, step in enumerate(steps) if not step.isdigit())
        for index, output in enumerate(_outputs(node)):
            yield f"{node.name}:{index}", ".".join([*steps[:own], output, *steps[own + 1 :]])

    # Items.

    def _items(
        self, nodes: Sequence[LayerNode], explicit: set[str], previous: str | None
    ) -> list[Node]:
        items = []
        for node in nodes:
            name = self.names[node.name]
            items.append(self._item(node, name if node.name in explicit else None, previous))
            previous = name
        return items

    def _item(self, node: LayerNode, name: str | None, previous: str | None) -> Node:
        """A layer's item.

        Args:
            node: The layer.
            name: The name that is written, None where it is called so without.
            previous: What stands above it.
        """
        item = node.item
        wiring: dict[str, object] = {"name": name, "inputs": self._inputs(node, previous)}
        first = {
            field: self._field(field, value, item)
            for field, value in wiring.items()
            if value is not None
        }
        written = item.fields.entries if item.fields is not None else {}
        others = {field: entry for field, entry in written.items() if field not in _WIRING}
        if node.shares is None:
            kind, others = item.kind or "", self._with_blocks(node, others)
        else:
            kind, first = (
                "Reuse",
                {"layer": self._field("layer", self.names[node.shares], item), **first},
            )
            others = {"call": written["call"]} if "call" in written else {}
        if _outputs(node):
            outputs = [self.names[f"{node.name}:{index}"] for index in range(len(_outputs(node)))]
            others["outputs"] = self._field("outputs", outputs, item)
        key = self._kind(kind, item.node)
        if not first and not others:
            return key
        span = (item.node.line, item.node.column), (item.node.end_line, item.node.end_column)
        fields = MapNode(item.node.source, *span, entries={**first, **others})
        return MapNode(item.node.source, *span, entries={kind: Entry(key, fields)})

    def _kind(self, kind: str, written: Node) -> ScalarNode:
        key = next(iter(written.entries.values())).key if isinstance(written, MapNode) else written
        if isinstance(key, ScalarNode) and key.text == kind:
            return key
        return _scalar(kind, key)

    def _field(self, name: str, value: object, item: Item) -> Entry:
        """A field with a value, which stands where it is written if it is."""
        old = item.fields.entries.get(name) if item.fields is not None else None
        if old is not None and old.node.value() == value:
            return old
        return Entry(
            _scalar(name, item.node), _at(node_of(value), item.node if old is None else old.node)
        )

    def _inputs(self, node: LayerNode, previous: str | None) -> object:
        """What is written as a layer's inputs, None where it takes what stands above it."""
        names = [self.reference(tensor) for tensor in node.inputs]
        written = node.layer.inputs if node.layer is not None else None
        if isinstance(written, dict) and isinstance(node.layer, ArgumentLayer):
            given = node.layer.by_argument(names)
            return {
                argument: list(given[argument]) if isinstance(each, tuple) else given[argument][0]
                for argument, each in written.items()
            }
        if [self.names[tensor] for tensor in node.inputs] == [previous]:
            return None
        return names[0] if len(names) == 1 else names

    def _with_blocks(self, node: LayerNode, fields: dict[str, Entry]) -> dict[str, Entry]:
        """A layer's fields with the names that blocks in them have now."""
        nested = node.inference.nested if node.inference is not None else None
        if not isinstance(nested, Graph):
            return fields
        ((path, name, used),) = inner_blocks(node.item.node, self.blocks.known)
        new = _scalar(self.blocks.name(name, nested, used), used)
        return {
            key: Entry(entry.key, _replaced(entry.node, path[2:], new)) if key == path[1] else entry
            for key, entry in fields.items()
        }


def _outputs(node: LayerNode) -> tuple[str, ...]:
    return (node.layer.outputs if node.layer is not None else None) or ()


def _replaced(node: Node, path: Path, new: Node) -> Node:
    if not path:
        return new
    step, *others = path
    if isinstance(node, ListNode) and isinstance(step, int):
        items = list(node.items)
        items[step] = _replaced(items[step], tuple(others), new)
        return ListNode(
            node.source, (node.line, node.column), (node.end_line, node.end_column), items=items
        )
    assert isinstance(node, MapNode)  # noqa: S101 - the path was found in it
    return with_entry(node, str(step), _replaced(node.entries[str(step)].node, tuple(others), new))


def _free(name: str, taken: Collection[str]) -> str:
    numbered = (f"{name}_{number}" for number in count(1))
    return next(each for each in chain([name], numbered) if each not in taken)


def _scalar(text: str, at: Node) -> ScalarNode:
    span = (at.line, at.column), (at.end_line, at.end_column)
    return ScalarNode(at.source, *span, scalar=text, text=text)


def _at(node: Node, at: Node) -> Node:
    """A tree all of whose nodes stand where another one does."""
    span = (at.line, at.column), (at.end_line, at.end_column)
    if isinstance(node, ListNode):
        return ListNode(at.source, *span, items=[_at(item, at) for item in node.items])
    if isinstance(node, MapNode):
        entries = {
            key: Entry(_scalar(key, at), _at(entry.node, at)) for key, entry in node.entries.items()
        }
        return MapNode(at.source, *span, entries=entries)
    assert isinstance(node, ScalarNode)  # noqa: S101 - there are three kinds of nodes
    return ScalarNode(at.source, *span, scalar=node.scalar, text=node.text)
