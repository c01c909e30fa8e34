"""Trees as plain data, with every place, so that two of them can be compared."""

from __future__ import annotations

from netspec.source.nodes import ListNode, MapNode, Node, ScalarNode

Plain = object


def plain(node: Node | None) -> Plain:
    """A node's place and what is below it."""
    if node is None:
        return None
    place = (node.line, node.column, node.end_line, node.end_column)
    if isinstance(node, ScalarNode):
        # repr tells 1 from 1.0 and true, and nan equals itself.
        return (place, repr(node.scalar), node.text)
    if isinstance(node, ListNode):
        return (place, [plain(item) for item in node.items])
    assert isinstance(node, MapNode)
    return (
        place,
        {text: (plain(entry.key), plain(entry.node)) for text, entry in node.entries.items()},
    )
