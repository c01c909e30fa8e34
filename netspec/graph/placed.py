"""A network's layers one by one, with what tells them apart: their names' parts, their fields, what they take."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from netspec.fields.difference import canonical, plain
from netspec.graph.graph import Graph
from netspec.graph.item import Item
from netspec.wording import snake_case

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.graph.graph import LayerNode
    from netspec.source.nodes import Place
    from netspec.spec.document import Document

# Where a layer stands, and what its names are: compared by name and by wiring, not as fields.
WIRING = frozenset({"name", "inputs", "outputs", "repeat", "when"})
_NUMBER = re.compile(r"_[0-9]+$")
_COPY = "#"

_Places = dict[tuple[str, int, int], Item]


@dataclass(frozen=True)
class Step:
    """A part of a layer's name between dots.

    Attributes:
        text: The part.
        base: The part without the number that netspec gave it; `#` for a copy of a repeated item.
        written: Whether the text of the spec gives it.
    """

    text: str
    base: str
    written: bool = False

    @property
    def is_copy(self) -> bool:
        """Whether it counts copies of a repeated item."""
        return self.base == _COPY


@dataclass(frozen=True)
class PlacedLayer:
    """A layer where it stands.

    Attributes:
        node: The layer.
        steps: The parts of its name.
        uses: Where the blocks are used that it stands in, from the outermost; as many as there are names in `steps`
            before its own.
        fields: Its kind and fields as one text.
        inputs: What it takes; what a block inside a layer is given is that layer.
    """

    node: LayerNode
    steps: tuple[Step, ...]
    uses: tuple[Place | None, ...]
    fields: str
    inputs: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its name in the network."""
        return self.node.name

    @cached_property
    def path(self) -> tuple[str, ...]:
        """Its name without the numbers that netspec gave, but with those of copies."""
        return tuple(step.text if step.is_copy else step.base for step in self.steps)

    @cached_property
    def loose_path(self) -> tuple[str, ...]:
        """Its name without any number that is not written."""
        return tuple(step.base for step in self.steps)

    @cached_property
    def around(self) -> tuple[str, ...]:
        """The blocks around it, without any number that is not written."""
        return tuple(step.base for step in self.steps[: self._within])

    @cached_property
    def prefix(self) -> tuple[str, ...]:
        """The block that it stands in."""
        return tuple(step.text for step in self.steps[: self._within])

    @property
    def _within(self) -> int:
        """How many parts of its name are those of blocks."""
        return len(self.steps) - (2 if self.steps[-1].is_copy else 1)

    @cached_property
    def depth(self) -> int:
        """In how many blocks it stands."""
        return sum(not step.is_copy for step in self.steps) - 1

    @property
    def parameters(self) -> int:
        """How many numbers its weights hold, without those of a block inside it, whose layers stand after it."""
        nested = self.nested
        return self.node.parameters - (nested.parameters if nested is not None else 0)

    @property
    def macs(self) -> int | None:
        """Multiply-accumulates for one sample, without those of a block inside it; None where a size is unknown."""
        nested, macs = self.nested, self.node.macs
        if nested is None or macs is None:
            return macs
        return None if nested.macs is None else macs - nested.macs

    @property
    def nested(self) -> Graph | None:
        """The network that a block inside it became."""
        nested = self.node.inference.nested if self.node.inference is not None else None
        return nested if isinstance(nested, Graph) else None

    @property
    def own(self) -> Step:
        """Its own name, without the blocks around it and the number of a copy."""
        return self.steps[self._within]


def placed_layers(graph: Graph, document: Document) -> tuple[PlacedLayer, ...]:
    """Every layer in the order of the text, the layers of a block inside a layer after that layer."""
    items = [*document.items, *(item for block in document.blocks.values() for item in block.items)]
    places: _Places = {}
    for node in items:
        item = Item(node)
        places[_key(item.place())] = item
    known: dict[int, str] = {}
    return tuple(_layers(graph, places, known, outer=None))


def _layers(
    graph: Graph, places: _Places, known: dict[int, str], outer: PlacedLayer | None
) -> Iterator[PlacedLayer]:
    for node in graph.nodes.values():
        layer = _placed(node, places, known, outer)
        yield layer
        if layer.nested is not None:
            yield from _layers(layer.nested, places, known, layer)


def _placed(
    node: LayerNode, places: _Places, known: dict[int, str], outer: PlacedLayer | None
) -> PlacedLayer:
    if id(node.layer) not in known:
        known[id(node.layer)] = _fields(node)
    own = node.item.place()
    used_at: Sequence[Place] = node.item.used_at[::-1]
    name, inputs = node.name, node.inputs
    steps: tuple[Step, ...] = ()
    uses: tuple[Place | None, ...] = ()
    if outer is not None:
        name = name[len(outer.name) + 1 :]
        block, _, name = name.partition(".")
        steps, uses = (*outer.steps, Step(block, block)), (*outer.uses, None)
        used_at = used_at[len(outer.node.item.used_at) + 1 :]
        inputs = tuple(outer.name if each == "input" else each for each in inputs)
    places_of_names = iter((*used_at, own))
    found: list[Step] = []
    for text in name.split("."):
        if text.isdigit():
            found.append(Step(text, _COPY))
        else:
            place = next(places_of_names, None)
            item = node.item if place == own else places.get(_key(place)) if place else None
            found.append(_step(text, item))
    return PlacedLayer(
        node=node,
        steps=(*steps, *found),
        uses=(*uses, *used_at),
        fields=known[id(node.layer)],
        inputs=inputs,
    )


def _key(place: Place) -> tuple[str, int, int]:
    return place.source.name, place.line, place.column


def _step(text: str, item: Item | None) -> Step:
    if item is None:
        return Step(text, _NUMBER.sub("", text))
    if item.name is not None:
        return Step(text, text, written=True)
    base = (item.kind or "") if item.is_block else snake_case(item.keras_kind or item.kind or "")
    return Step(text, base if _NUMBER.sub("", text) == base or text == base else text)


def _fields(node: LayerNode) -> str:
    fields = plain(node.layer)
    inner = fields[node.kind] if isinstance(fields, dict) else {}
    values = {name: value for name, value in inner.items() if name not in WIRING}
    return f"{node.kind} {canonical(values)!r} {bool(node.shares)}"
