"""The names within `${…}`, where somebody points at one or types it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from netspec.source.grammar import MAX_LENGTH

if TYPE_CHECKING:
    from netspec.lsp.reader import Word

_EXPRESSION = re.compile(r"\$\{[^}]*\}?")
_NAME = re.compile(r"[A-Za-z_]\w*")
_OPEN = re.compile(r"\$\{(?:[^}]*[^\w}])?(?P<typed>[A-Za-z_]\w*)?$")
_BARE = re.compile(r"(?:^|[^\w.])(?P<typed>[A-Za-z_]\w*)?$")


class Name(NamedTuple):
    """A name and the columns where it stands, from 0."""

    text: str
    start: int
    end: int


def name_at(line: str, column: int, word: Word | None) -> Name | None:
    """The name that a column is in, if that is within an expression.

    Args:
        line: The line.
        column: The column, from 0.
        word: The word that it is in, which may be a condition without `${`.
    """
    for expression in _EXPRESSION.finditer(line):
        if expression.start() <= column <= expression.end():
            return _name(line, column, expression.start(), expression.end())
    if word is not None and not word.is_key and word.path[-1:] == ("when",):
        return _name(line, column, word.start, word.end)
    return None


def names(line: str) -> list[Name]:
    """Every name in the expressions of a line."""
    return [
        Name(match[0], match.start(), match.end())
        for expression in _EXPRESSION.finditer(line)
        for match in _NAME.finditer(line, expression.start() + 2, expression.end())
    ]


def typed(before: str, *, bare: bool = False) -> str | None:
    """What is there of a name that is being typed in an expression; None where none is.

    Args:
        before: The text before the cursor, of a line or, for an expression without `${`, of the value.
        bare: Whether it is one without `${`.
    """
    match = (_BARE if bare else _OPEN).search(before[-MAX_LENGTH:])
    return None if match is None else match["typed"] or ""


def _name(line: str, column: int, start: int, end: int) -> Name | None:
    for match in _NAME.finditer(line, start, end):
        if match.start() <= column <= match.end():
            return Name(match[0], match.start(), match.end())
    return None
