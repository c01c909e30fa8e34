"""The located tree: what the text says and where it says it."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

LINE_BREAK = re.compile(r"\r\n|\r|\n")

Value: TypeAlias = "None | bool | int | float | str | list[Value] | dict[str, Value]"


class _Unknown:
    """The one value of a scalar whose expression has a mistake: whatever is read from it has the same one."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = _Unknown()


@dataclass(frozen=True)
class Source:
    """A text and the name it is known by: a file's as the user gave it, or ``--set[n]``."""

    name: str
    text: str

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The text's lines without their line breaks."""
        return tuple(LINE_BREAK.split(self.text))

    def place(self, line: int, column: int, *, width: int = 1) -> Place:
        """A place within one line, line and column counted from 1."""
        return Place(self, line, column, line, column + width)


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a source; lines and columns count from 1, the end is exclusive.

    Attributes:
        used_at: Where the block is used that the place stands in, the innermost use first; nothing outside of blocks.
    """

    source: Source
    line: int
    column: int
    end_line: int
    end_column: int
    used_at: tuple[Place, ...] = ()


class Node(ABC):
    """A node of the tree with its place. An aliased node keeps the place of its anchor."""

    __slots__ = ("column", "end_column", "end_line", "line", "source")

    def __init__(self, source: Source, start: tuple[int, int], end: tuple[int, int]) -> None:
        self.source = source
        self.line, self.column = start
        self.end_line, self.end_column = end

    @property
    def place(self) -> Place:
        """Where the node stands."""
        return Place(self.source, self.line, self.column, self.end_line, self.end_column)

    @abstractmethod
    def value(self) -> Value:
        """The plain Python value below this node."""


class ScalarNode(Node):
    """Text, a number, true, false or null."""

    __slots__ = ("scalar", "text")

    def __init__(
        self,
        source: Source,
        start: tuple[int, int],
        end: tuple[int, int],
        *,
        scalar: None | bool | float | str,
        text: str,
    ) -> None:
        super().__init__(source, start, end)
        self.scalar = scalar
        self.text = text

    def value(self) -> Value:
        """The scalar's value."""
        return self.scalar


class ListNode(Node):
    """A sequence."""

    __slots__ = ("items",)

    def __init__(
        self, source: Source, start: tuple[int, int], end: tuple[int, int], *, items: list[Node]
    ) -> None:
        super().__init__(source, start, end)
        self.items = items

    def value(self) -> Value:
        """The items' values."""
        return [item.value() for item in self.items]


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping and its value."""

    key: ScalarNode
    node: Node


class MapNode(Node):
    """A mapping from text to nodes, in the order of the text."""

    __slots__ = ("entries",)

    def __init__(
        self,
        source: Source,
        start: tuple[int, int],
        end: tuple[int, int],
        *,
        entries: dict[str, Entry],
    ) -> None:
        super().__init__(source, start, end)
        self.entries = entries

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def get(self, key: str) -> Node | None:
        """The node under a key, or None."""
        entry = self.entries.get(key)
        return None if entry is None else entry.node

    def value(self) -> Value:
        """The entries' values by key."""
        return {key: entry.node.value() for key, entry in self.entries.items()}


def find(root: Node, path: tuple[str | int, ...]) -> tuple[Node, ScalarNode | None]:
    """The deepest node that a path reaches, and its key where it stands in a mapping."""
    node, key = root, None
    for step in path:
        if isinstance(node, MapNode) and isinstance(step, str) and step in node:
            entry = node.entries[step]
            node, key = entry.node, entry.key
        elif isinstance(node, ListNode) and isinstance(step, int) and step < len(node.items):
            node, key = node.items[step], None
        else:
            break
    return node, key
