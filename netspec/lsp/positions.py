"""Places of netspec, which count characters from 1, and positions of the protocol, which count code units from 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.source.nodes import Place

# How many units the encoding has for a character, by what was agreed with the editor.
_ENCODINGS = {
    types.PositionEncodingKind.Utf8: ("utf-8", 1),
    types.PositionEncodingKind.Utf16: ("utf-16-le", 2),
    types.PositionEncodingKind.Utf32: ("utf-32-le", 4),
}


@dataclass(frozen=True)
class Units:
    """How the editor counts columns.

    Attributes:
        kind: What was agreed with it.
    """

    kind: types.PositionEncodingKind | str = types.PositionEncodingKind.Utf16

    def column(self, line: str, column: int) -> int:
        """Units up to a column of characters; both count from 0."""
        encoding, size = _ENCODINGS[types.PositionEncodingKind(self.kind)]
        return len(line[: max(column, 0)].encode(encoding, "surrogatepass")) // size

    def characters(self, line: str, units: int) -> int:
        """Characters up to a column of units; a column within a character is at its beginning."""
        encoding, size = _ENCODINGS[types.PositionEncodingKind(self.kind)]
        counted = 0
        for column, character in enumerate(line):
            counted += len(character.encode(encoding, "surrogatepass")) // size
            if counted > units:
                return column
        return len(line)

    def position(self, lines: Sequence[str], line: int, column: int) -> types.Position:
        """A position by line and column of characters, from 0; what lies beyond the text is at its end."""
        if line >= len(lines):
            line, column = len(lines) - 1, len(lines[-1])
        return types.Position(line, self.column(lines[line], column))

    def at(self, lines: Sequence[str], position: types.Position) -> tuple[int, int]:
        """Line and column of characters, from 0, of a position."""
        line = min(position.line, len(lines) - 1)
        return line, self.characters(lines[line], position.character)

    def stretch(
        self, lines: Sequence[str], start: tuple[int, int], end: tuple[int, int]
    ) -> types.Range:
        """A range by lines and columns of characters, from 0."""
        return types.Range(self.position(lines, *start), self.position(lines, *end))

    def range(self, place: Place) -> types.Range:
        """The range of a place in its own source."""
        return self.stretch(
            place.source.lines,
            (place.line - 1, place.column - 1),
            (place.end_line - 1, place.end_column - 1),
        )
