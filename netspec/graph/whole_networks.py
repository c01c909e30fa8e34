"""What writes a network of `keras.applications` as an `Application`, where its name stands as if it were a layer's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.applications.table import names
from netspec.diagnostics import Edit, Repair
from netspec.source.nodes import MapNode, Place, ScalarNode
from netspec.spec.application import APPLICATION

if TYPE_CHECKING:
    from netspec.graph.item import Item


def as_application(item: Item) -> Repair | None:
    """The repair of an item whose kind is such a network; None of another, or where it is not written in one piece."""
    kind, node = item.kind or "", item.node
    if kind not in names():
        return None
    told = f"write {APPLICATION}: {{architecture: {kind}}}"
    if isinstance(node, ScalarNode):
        if not _is_written(node.place, kind):
            return None
        return Repair(told, (Edit(node.place, f"{APPLICATION}: {{architecture: {kind}}}"),))
    assert isinstance(node, MapNode)  # noqa: S101 - it has a kind
    (entry,) = node.entries.values()
    fields = item.fields
    if fields is None or not fields.entries or not _is_written(entry.key.place, kind):
        return None
    is_flow = _text(fields.place.source.lines, fields.line, fields.column, 1) == "{"
    first = next(iter(fields.entries.values())).key
    if first.source != node.source or fields.line < node.line:  # it stands at an anchor
        return None
    at = Place(first.source, first.line, first.column, first.line, first.column)
    between = ", " if is_flow else "\n" + " " * (first.column - 1)
    return Repair(
        told,
        (Edit(entry.key.place, APPLICATION), Edit(at, f"architecture: {kind}{between}")),
    )


def _is_written(place: Place, text: str) -> bool:
    return _text(place.source.lines, place.line, place.column, len(text)) == text


def _text(lines: tuple[str, ...], line: int, column: int, length: int) -> str:
    return lines[line - 1][column - 1 : column - 1 + length] if line <= len(lines) else ""
