"""One item of a list of layers, as it is written and as it is used in one place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from netspec.layers.registry import LAYERS
from netspec.source.nodes import ListNode, MapNode, Node, Place, ScalarNode

if TYPE_CHECKING:
    from netspec.layers.base import Layer


@dataclass(frozen=True)
class Item:
    """An item where it is used.

    Attributes:
        node: What is written, with its expressions computed.
        layer: Its layer, None where it has mistakes, or is a block or a reuse.
        used_at: Where the block is used that it stands in, the innermost use first.
    """

    node: Node
    layer: Layer | None = None
    used_at: tuple[Place, ...] = ()

    @cached_property
    def kind(self) -> str | None:
        """The key as it is written."""
        if isinstance(self.node, MapNode):
            return next(iter(self.node), None)
        is_text = isinstance(self.node, ScalarNode) and isinstance(self.node.scalar, str)
        return self.node.text if is_text and isinstance(self.node, ScalarNode) else None

    @property
    def keras_kind(self) -> str | None:
        """Keras's class name, or None where there is no such layer."""
        kind = self.kind or ""
        kind = LAYERS.strings.get(kind, kind)
        return kind if kind in LAYERS else None

    @property
    def is_block(self) -> bool:
        """Whether it is written as blocks are."""
        kind = self.kind or ""
        return kind[:1].islower() and (
            isinstance(self.node, ScalarNode) or len(getattr(self.node, "entries", ())) == 1
        )

    @cached_property
    def fields(self) -> MapNode | None:
        """What is written under the kind."""
        fields = self.node.get(self.kind or "") if isinstance(self.node, MapNode) else None
        return fields if isinstance(fields, MapNode) else None

    @property
    def name(self) -> str | None:
        """The name that the text gives it, even where the layer has mistakes."""
        name = self.field("name")
        return name.scalar if isinstance(name, ScalarNode) and type(name.scalar) is str else None

    def field(self, field: str) -> Node | None:
        """What is written for a field."""
        return None if self.fields is None else self.fields.get(field)

    def place(self, field: str | None = None, *, element: int | str | None = None) -> Place:
        """Where a field's value stands; the item's kind where the text does not give the field.

        Args:
            field: The field, or None for the kind.
            element: Which element, if the value is a list or a mapping.
        """
        node = None if field is None else self.field(field)
        if isinstance(node, ListNode) and isinstance(element, int) and element < len(node.items):
            node = node.items[element]
        elif isinstance(node, MapNode) and isinstance(element, str):
            node = node.get(element) or node
        if node is not None:
            return self.used(node.place)
        if isinstance(self.node, MapNode) and self.node.entries:
            return self.used(next(iter(self.node.entries.values())).key.place)
        return self.used(self.node.place)

    def used(self, place: Place) -> Place:
        """A place of the text as this use of it reaches it."""
        return replace(place, used_at=self.used_at) if self.used_at else place
