"""What names mean where they are written: layers above, a block's inputs, blocks, variables and params."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from netspec.fields import Mismatch, read_model
from netspec.graph.applications import names_inside
from netspec.graph.item import Item
from netspec.graph.naming import names_of
from netspec.source.nodes import MapNode, ScalarNode
from netspec.spec.application import APPLICATION, Application

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.lsp.reader import Path
    from netspec.source.nodes import Node, Place
    from netspec.spec.document import Block, Document

_BLOCKS = ("model", "blocks")
_IS_NAME = re.compile("[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Named:
    """What a name stands for among layers.

    Attributes:
        name: The name.
        place: Where it is written, or what is called so.
        item: The layer, block or reuse; None for an input.
        given: Whether the text gives the name, so that it can be reached from outside of its block.
        uses: The uses of blocks that the name leads through, the innermost first.
    """

    name: str
    place: Place
    item: Item | None = None
    given: bool = True
    uses: tuple[Place, ...] = ()

    @property
    def kind(self) -> str:
        """What it is, in a word."""
        return "input" if self.item is None else self.item.kind or "?"


@dataclass(frozen=True)
class Value:
    """A variable or a param.

    Attributes:
        name: Its name.
        place: Where it is defined.
        value: What it comes to, or a param's default.
        block: The block whose param it is.
        must_be_given: Whether it is a param without a default.
    """

    name: str
    place: Place
    value: Any
    block: str | None = None
    must_be_given: bool = False


class Names:
    """The names of a spec."""

    def __init__(self, document: Document) -> None:
        """Takes a spec that could be read.

        Args:
            document: The spec.
        """
        self.document = document
        self._lists: dict[str | None, list[Named]] = {}

    @staticmethod
    def block_around(path: Path) -> str | None:
        """The block that a path leads into, None outside of blocks."""
        steps = len(_BLOCKS)
        inside = path[:steps] == _BLOCKS and len(path) > steps
        return str(path[steps]) if inside else None

    def layers_above(self, path: Path) -> list[Named]:
        """The layers of the same list that stand above a path, and what can be taken besides."""
        block = self.block_around(path)
        index = self._index(path, block)
        named = self._list(block)
        above = (
            named if index is None else [each for at, each in self._numbered(block) if at < index]
        )
        return [*self._inputs(block), *above]

    def find(self, reference: str, path: Path) -> Named | None:
        """What a name of layers stands for where it is written; None where nothing is called so."""
        return self._find(reference, self.block_around(path), 0)

    def inside(self, named: Named) -> list[Named]:
        """What can be reached inside the use of a block, or inside an application."""
        if named.item is not None and named.item.kind == APPLICATION:
            return [Named(name, named.item.place(), named.item) for name in _layers(named.item)]
        block = self.block_of(named)
        return [] if block is None else [each for each in self._list(block.name) if each.given]

    def block_of(self, named: Named) -> Block | None:
        """The block that a name's item uses, through reuses."""
        item: Item | None = named.item
        for _ in range(len(self.document.blocks) + 1):
            if item is None or item.kind != "Reuse":
                break
            layer = item.field("layer")
            found = None
            if isinstance(layer, ScalarNode):
                found = next((each for each in self._everywhere() if each.name == layer.text), None)
            item = None if found is None else found.item
        return None if item is None else self.document.blocks.get(item.kind or "")

    def values_at(self, path: Path) -> dict[str, Value]:
        """The variables and params that an expression at a path can use."""
        return self.variables | self.params(self.block_around(path))

    @cached_property
    def variables(self) -> dict[str, Value]:
        """The spec's variables."""
        node = self.document.text.get("vars")
        entries = node.entries if isinstance(node, MapNode) else {}
        computed = self.document.variables
        return {
            name: Value(name, entry.key.place, computed.get(name, entry.node.value()))
            for name, entry in entries.items()
            if _IS_NAME.fullmatch(name)
        }

    def params(self, block_name: str | None) -> dict[str, Value]:
        """A block's params."""
        block = self.document.blocks.get(block_name or "")
        if block is None:
            return {}
        return {
            name: Value(
                name,
                block.param_places[name],
                node.value(),
                block.name,
                isinstance(node, ScalarNode) and node.scalar is None and not node.text,
            )
            for name, node in block.params.items()
            if _IS_NAME.fullmatch(name)
        }

    # Lists of items.

    def _find(self, reference: str, block: str | None, depth: int) -> Named | None:
        first, *steps = reference.split(".")
        known = {each.name: each for each in (*self._list(block), *self._inputs(block))}
        found = known.get(first)
        for step in steps:
            if found is None or step.isdigit():
                continue
            if found.item is not None and found.item.kind == APPLICATION:
                return found if step in _layers(found.item) else None
            inner = self.block_of(found)
            depth += 1
            if inner is None or depth > len(reference):
                return None
            uses = (found.item.place(), *found.uses) if found.item is not None else ()
            below = next((each for each in self._list(inner.name) if each.name == step), None)
            found = None if below is None else replace(below, uses=uses)
        return found

    def _everywhere(self) -> Iterator[Named]:
        yield from self._list(None)
        for block in self.document.blocks:
            yield from self._list(block)

    def _inputs(self, block_name: str | None) -> list[Named]:
        """What stands beside a list's items: the model's inputs, or what a block takes."""
        if block_name is None:
            inputs = self.document.inputs or {}
            return [Named(name, self._input_place(name)) for name in inputs]
        block = self.document.blocks.get(block_name)
        if block is None:
            return []
        if block.inputs is None:
            return [Named("$input", block.place)]
        each = zip(block.inputs, block.input_places, strict=False)
        return [Named(f"${name}", place) for name, place in each]

    def _input_place(self, name: str) -> Place:
        return self.document.place("model", "input", name, key=True)

    def _list(self, block: str | None) -> list[Named]:
        """The names of the model's items, or of a block's."""
        if block not in self._lists:
            self._lists[block] = [named for _, named in self._numbered(block)]
        return self._lists[block]

    def _numbered(self, block: str | None) -> Iterator[tuple[int, Named]]:
        nodes = self._nodes(block)
        items = [Item(node) for node in nodes]
        inputs = {} if block is not None else self.document.inputs or {}
        names = names_of(items, inputs, lambda *_: None)
        for index, (name, item) in enumerate(zip(names, items, strict=True)):
            given = item.name == name
            yield index, Named(name, item.place("name") if given else item.place(), item, given)
            outputs = item.field("outputs")
            for node in getattr(outputs, "items", ()):
                if isinstance(node, ScalarNode) and node.text != name:
                    yield index, Named(node.text, node.place, item)

    def _nodes(self, block: str | None) -> tuple[Node, ...]:
        if block is None:
            return self.document.items
        found = self.document.blocks.get(block)
        return () if found is None else found.items

    @staticmethod
    def _index(path: Path, block: str | None) -> int | None:
        """Which item of its list a path leads into."""
        at = len(_BLOCKS) + 2 if block is not None else 2
        index = path[at] if len(path) > at and path[at - 1] == "layers" else None
        return index if isinstance(index, int) else None


def _layers(item: Item) -> tuple[str, ...]:
    """The layers inside an application, by Keras's names; none where it has mistakes."""
    fields = item.fields.value() if item.fields is not None else {}
    try:
        return names_inside(read_model(Application, fields, noun=APPLICATION))
    except Mismatch:
        return ()
