"""How a loss or a metric is written, for the place of one of its fields and for what repairs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Edit
from netspec.source.nodes import MapNode, Node, ScalarNode, find

if TYPE_CHECKING:
    from netspec.source.nodes import Place
    from netspec.spec.document import Document

Path = tuple[str | int, ...]


def field_place(document: Document, path: Path, field: str) -> Place:
    """Where a field of the thing at a path stands, or else the thing."""
    node = find(document.root, path)[0]
    fields = _fields(node)
    below = fields.get(field) if fields is not None else None
    return (below or node).place


def with_field(document: Document, path: Path, kind: str, field: str) -> Edit | None:
    """What gives the thing at a path one field more, ``field: value``; None where that is not plain to see."""
    node, key = find(document.root, path)
    if key is not None and not _stands_after(node, key):
        return None
    if stands_bare(node):
        return Edit(node.place, f"{{{kind}: {{{field}}}}}")
    fields = _fields(node)
    if fields is None or not fields.entries or field.partition(":")[0] in fields:
        return None
    first = next(iter(fields.entries.values())).key.place
    is_flow = text_at(fields.place).startswith("{")
    between = ", " if is_flow else "\n" + " " * (first.column - 1)
    at_first = type(first)(
        first.source, first.line, first.column, first.line, first.column, first.used_at
    )
    return Edit(at_first, f"{field}{between}")


def stands_bare(node: Node) -> bool:
    """Whether a thing is its name alone, as the text has it: neither quoted nor computed."""
    return isinstance(node, ScalarNode) and text_at(node.place) == node.scalar


def _stands_after(node: Node, key: Node) -> bool:
    """Whether a value stands at its key, and is not an alias of what stands above."""
    return (key.line, key.column) < (node.line, node.column) and node.source is key.source


def _fields(node: Node) -> MapNode | None:
    if isinstance(node, MapNode) and len(node.entries) == 1:
        (entry,) = node.entries.values()
        return entry.node if isinstance(entry.node, MapNode) else None
    return None


def text_at(place: Place) -> str:
    """The text of a place, as far as it stands in its first line."""
    if place.line != place.end_line:
        return place.source.lines[place.line - 1][place.column - 1 :]
    return place.source.lines[place.line - 1][place.column - 1 : place.end_column - 1]
