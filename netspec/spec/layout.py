"""A tree as YAML that a person would write: sections laid open, what fits a line on one line, texts as they were."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import yaml

from netspec.source.nodes import Entry, ListNode, MapNode, Node, ScalarNode, Source
from netspec.source.scalars import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Path = tuple[str | int, ...]

WIDTH = 100
# What is written where no text has said it.
MADE = Source("", "")

# Within braces, too; what YAML reads as something else than this text is found by its own rules.
_PLAIN = re.compile(r"[\w$/](?:[\w$/.=<>()'*%+ -]*[\w$/.)'%])?")


@dataclass(frozen=True)
class Line:
    """One line of YAML.

    Attributes:
        indent: How many blanks stand before it.
        text: What it says.
        path: What it is about, by its path in the tree.
        values: The nodes that it writes, by their paths; of an element of a list, the first is its kind.
    """

    indent: int
    text: str
    path: Path = ()
    values: tuple[tuple[Path, Node], ...] = ()

    def __str__(self) -> str:
        return " " * self.indent + self.text


def is_section(path: Path) -> bool:
    """Whether what stands there is never written on one line: a section, a block, a list of layers or callbacks."""
    if path[:1] != ("model",):
        return len(path) <= 1
    within = path[1:]
    return within in {(), ("blocks",), ("layers",)} or (
        within[0] == "blocks" and (len(within) == 2 or within[2:] == ("layers",))  # noqa: PLR2004
    )


def lines(node: Node, opened: Callable[[Path], bool] = is_section) -> Iterator[Line]:
    """The lines of a tree.

    Args:
        node: The tree.
        opened: Whether the collection at a path takes a line for each of its parts, even if it fits one line.
    """
    yield from _below(node, 0, (), opened)


def yaml_text(node: Node, opened: Callable[[Path], bool] = is_section) -> str:
    """A tree as YAML that is read back as the same tree, with a blank line around each section of several lines."""
    return "".join(f"{line}\n" for line in spaced(list(lines(node, opened))))


def spaced(found: list[Line]) -> Iterator[Line | str]:
    """The lines, with an empty one around each entry at the top that takes several lines."""
    for number, line in enumerate(found):
        if number and not line.indent:
            opens = number + 1 < len(found) and found[number + 1].indent > 0
            if opens or found[number - 1].indent > 0:
                yield ""
        yield line


def node_of(value: Any, source: Source = MADE) -> Node:
    """A plain value as a tree."""
    start = end = (1, 1)
    if isinstance(value, dict):
        entries = {
            str(key): Entry(scalar(str(key), source), node_of(item, source))
            for key, item in value.items()
        }
        return MapNode(source, start, end, entries=entries)
    if isinstance(value, list | tuple):
        return ListNode(source, start, end, items=[node_of(item, source) for item in value])
    return scalar(value, source)


def scalar(value: Any, source: Source = MADE) -> ScalarNode:
    """A text, number, truth value or null as a node."""
    return ScalarNode(source, (1, 1), (1, 1), scalar=value, text=_spelled(value))


def _below(node: Node, indent: int, path: Path, opened: Callable[[Path], bool]) -> Iterator[Line]:
    """The lines of a collection, one part after another; of anything else, the one it has."""
    if isinstance(node, MapNode) and node.entries:
        for key, entry in node.entries.items():
            yield from _part(f"{text_of(key)}:", entry.node, indent, (*path, key), opened)
    elif isinstance(node, ListNode) and node.items:
        for index, item in enumerate(node.items):
            yield from _element(item, indent, (*path, index), opened)
    else:
        yield Line(indent, _flow(node, WIDTH) or "", path, ((path, node),))


def _part(
    key: str, node: Node, indent: int, path: Path, opened: Callable[[Path], bool]
) -> Iterator[Line]:
    if _is_left_out(node):
        yield Line(indent, key, path, ((path, node),))
        return
    flow = None if _parts(node) and opened(path) else _flow(node, WIDTH - indent - len(key) - 1)
    if flow is not None:
        yield Line(indent, f"{key} {flow}", path, tuple(_leaves(node, path)))
    else:
        yield Line(indent, key, path)
        yield from _below(node, indent + 2, path, opened)


def _element(node: Node, indent: int, path: Path, opened: Callable[[Path], bool]) -> Iterator[Line]:
    is_thing = isinstance(node, MapNode) and len(node.entries) == 1
    flow = None if is_thing else _flow(node, WIDTH - indent - 2)
    if flow is not None:
        yield Line(indent, f"- {flow}", path, tuple(_leaves(node, path)))
        return
    first, *others = _below(node, indent + 2, path, opened)
    values = first.values
    if isinstance(node, MapNode):  # the line is about its kind
        values = ((path, next(iter(node.entries.values())).key), *values)
    yield replace(first, indent=indent, text=f"- {first.text}", path=path, values=values)
    yield from others


def _parts(node: Node) -> bool:
    return bool(getattr(node, "entries", None) or getattr(node, "items", None))


def _leaves(node: Node, path: Path) -> Iterator[tuple[Path, Node]]:
    if isinstance(node, MapNode) and node.entries:
        for key, entry in node.entries.items():
            yield from _leaves(entry.node, (*path, key))
    elif isinstance(node, ListNode) and node.items:
        for index, item in enumerate(node.items):
            yield from _leaves(item, (*path, index))
    else:
        yield path, node


def _flow(node: Node, room: int) -> str | None:
    """The node on one line, None where a collection is longer than there is room."""
    if isinstance(node, ScalarNode):
        return _spelled(node.scalar, node.text)
    parts: list[tuple[str, Node]]
    brackets = "{}"
    if isinstance(node, MapNode):
        parts = [(f"{text_of(key)}: ", entry.node) for key, entry in node.entries.items()]
    else:
        parts, brackets = [("", item) for item in getattr(node, "items", ())], "[]"
    room -= 2 * len(parts[1:]) + len(brackets)
    texts = []
    for key, below in parts:
        empty = bool(key) and _is_left_out(below)
        text = "" if empty else _flow(below, room - len(key))
        if text is None:
            return None
        texts.append(key + text)
        room -= len(texts[-1])
        if room < 0:
            return None
    return f"{brackets[0]}{', '.join(texts)}{brackets[1]}"


def _is_left_out(node: Node) -> bool:
    """Whether no value is written, which is something else than null for a block's param."""
    return isinstance(node, ScalarNode) and node.scalar is None and not node.text


def _spelled(value: object, written: str | None = None) -> str:
    """A single value as YAML 1.2 reads it, in the words in which it was written if they say the same."""
    if isinstance(value, str):
        return text_of(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if written is not None:
        read = resolve(written)
        if type(read) is type(value) and read == value:
            return written
    text = repr(value)
    return {"inf": ".inf", "-inf": "-.inf", "nan": ".nan"}.get(text, text)


def text_of(text: str) -> str:
    """A text so that YAML reads it as a text, and as this one; in quotes where it must be, or where it computes."""
    if _PLAIN.fullmatch(text) and "${" not in text and _is_text(text):
        return text
    if not text.isprintable() or "##" in text:
        # `##[` is a command to what reads the logs of a build.
        quoted = re.sub("#(?=#)", r"\\u0023", json.dumps(text, ensure_ascii=False))
        return "".join(one if one.isprintable() else _escaped(one) for one in quoted)
    if '"' in text or "\\" in text:
        doubled = text.replace("'", "''")
        return f"'{doubled}'"
    return f'"{text}"'


def _is_text(plain: str) -> bool:
    """Whether YAML 1.2 reads a plain scalar as a text, and so do the readers of YAML 1.1."""
    resolvers = yaml.SafeLoader.yaml_implicit_resolvers.get(plain[0], ())
    return isinstance(resolve(plain[:100]), str) and not any(
        pattern.match(plain) for _, pattern in resolvers
    )


def _escaped(one: str) -> str:
    return f"\\u{ord(one):04x}" if ord(one) <= 0xFFFF else f"\\U{ord(one):08x}"  # noqa: PLR2004
