"""Where the names are defined that were probably meant."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netspec.diagnostics import Code
from netspec.graph.item import Item
from netspec.source.nodes import MapNode
from netspec.wording import Meant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netspec.diagnostics import Finding
    from netspec.graph.graph import Graph
    from netspec.source.nodes import Node, Place
    from netspec.spec.document import Block, Document

_OF_LAYERS = frozenset({Code.UNKNOWN_NAME, Code.OUTPUT_KEYS, Code.OVERRIDE})


class Definitions:
    """The names that a spec itself defines."""

    def __init__(self, document: Document, graph: Graph) -> None:
        """Looks at nothing yet.

        Args:
            document: The spec.
            graph: Its network.
        """
        self._document = document
        self._graph = graph
        self._layers: dict[str, dict[str, Place]] = {}

    def with_place(self, finding: Finding) -> Finding:
        """The finding with where that is defined which its hint says was meant."""
        if not isinstance(finding.hint, Meant):
            return finding
        place = self._of(finding, finding.hint.instead)
        return finding if place is None else replace(finding, defined=place)

    def _of(self, finding: Finding, name: str) -> Place | None:
        document = self._document
        block = self._block_around(finding.place)
        if finding.code is Code.UNKNOWN_KIND:
            return document.blocks[name].place if name in document.blocks else None
        if finding.code is Code.UNKNOWN_VARIABLE or finding.message.startswith(
            "there is no variable"
        ):
            params = {} if block is None else block.param_places
            return params.get(name) or _key(document.text.get("vars"), name)
        if finding.code is Code.UNKNOWN_KEY and finding.message.startswith("the block '"):
            used = finding.message.split("'")[1]
            return document.blocks[used].param_places.get(name) if used in document.blocks else None
        if finding.code not in _OF_LAYERS:
            return None
        return self._of_layers(name, block) or self._only(name)

    def _only(self, kind: str) -> Place | None:
        """The one item of a kind, as `--set` addresses it."""
        places = [item.place() for item in map(Item, self._document.items) if item.kind == kind]
        return places[0] if len(places) == 1 else None

    def _of_layers(self, name: str, block: Block | None) -> Place | None:
        if block is not None:
            if name.startswith("$"):
                inputs = dict(zip(block.inputs or (), block.input_places, strict=False))
                return inputs.get(name[1:])
            return self._named(block.name, block.items).get(name)
        found = self._named("", self._document.items).get(name)
        if found is None:
            found = _key(self._document.root.get("model"), "output", name)
        if found is None and name in self._graph.nodes:
            found = self._graph.nodes[name].item.place()
        return found or _key(self._document.root.get("model"), "input", name)

    def _named(self, where: str, items: Iterable[Node]) -> dict[str, Place]:
        if where not in self._layers:
            places = ((item.name, item.place("name")) for item in map(Item, items))
            self._layers[where] = {name: place for name, place in places if name is not None}
        return self._layers[where]

    def _block_around(self, place: Place) -> Block | None:
        """The block in whose definition a place stands."""
        for block in self._document.blocks.values():
            if block.items and block.items[0].source == place.source:
                last = block.items[-1]
                if block.place.line <= place.line <= last.end_line:
                    return block
        return None


def _key(node: Node | None, *path: str) -> Place | None:
    """Where the last key of a path stands."""
    *above, name = path
    for step in above:
        node = node.get(step) if isinstance(node, MapNode) else None
    entry = node.entries.get(name) if isinstance(node, MapNode) else None
    return None if entry is None else entry.key.place
