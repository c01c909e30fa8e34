"""A text's keys and values, each with the path that leads to it, for a text that is half typed too.

A parser gives up at the first mistake, and while somebody types there always is one. For a text that parses, the paths
are the parser's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netspec.lsp.reader import Reader
from netspec.source.nodes import LINE_BREAK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.lsp.reader import Cursor, Path, Word


class Outline:
    """The words of a text."""

    def __init__(self, text: str) -> None:
        """Reads the text.

        Args:
            text: It may be half typed.
        """
        self.lines = LINE_BREAK.split(text)
        reader = Reader()
        reader.read(self.lines)
        self.words: Sequence[Word] = reader.words
        self._by_line: dict[int, list[Word]] = {}
        self._by_parent: dict[Path, list[Word]] = {}
        self._values: dict[Path, Word] = {}
        for word in reader.words:
            self._by_line.setdefault(word.line, []).append(word)
            self._by_parent.setdefault(word.path[:-1], []).append(word)
            if not word.is_key:
                self._values.setdefault(word.path, word)

    def at(self, line: int, column: int) -> Word | None:
        """The word at a place, or the one that ends there; line and column count from 0."""
        found = None
        for word in self._by_line.get(line, ()):
            if word.start <= column < word.end:
                return word
            if word.end == column:
                found = word
        return found

    def below(self, path: Path) -> Iterator[Word]:
        """The words whose paths begin with a path, in the order of the text."""
        return (word for word in self.words if word.path[: len(path)] == path)

    def children(self, path: Path) -> list[Word]:
        """The keys of the mapping at a path, or the values of its list that are no collections."""
        return self._by_parent.get(path, [])

    def value(self, path: Path) -> Word | None:
        """The value at a path, if it is no collection."""
        return self._values.get(path)

    def cursor(self, line: int, column: int) -> Cursor | None:
        """What is being typed at a place; None where nothing can be completed."""
        before = [*self.lines[:line], self.lines[line][:column]]
        reader = Reader()
        reader.read(before)
        found = None if reader.in_literal or reader.commented else reader.cursor(column)
        return None if found is None else replace(found, line=line)
