"""Reads lines of YAML by their indentation and brackets, and goes on after whatever does not fit.

Brackets that nobody closed end where a line is not indented deeper than the line that opened them. An escape within
double quotes stays what it is but for its backslash, an alias is a word, and a text of several lines is none.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Path = tuple[str | int, ...]

_QUOTED = r'"(?:[^"\\]|\\.)*"|' + r"'(?:[^']|'')*'"
_KEY = re.compile(
    rf"({_QUOTED}|[^\s\[\]{{}},#&*!|>'\"%@`:][^\s#:]*+(?:[ \t]++[^\s#:]++)*+)[ \t]*+:(?=\s|$)"
)
_TEXT = re.compile(rf"({_QUOTED})|\"[^\"]*$|'[^']*$")
_PLAIN = re.compile(r"(?:[^\s#]|(?<=\S)#|[ \t]++(?![\s#]|$))++")
_PLAIN_IN_FLOW = re.compile(
    r"(?:[^\s#,\[\]{}:]|(?<=\S)#|:(?![\s,\[\]{}]|$)|[ \t]++(?![\s#,\[\]{}:]|$))++"
)
_COLON = re.compile(r"\s*:(?=[\s,\[\]{}]|$)")
_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*(?:\s+|$))*")


# What is nested deeper is no spec; the rest of such a text is not read.
_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Word:
    """A key or a value that is no collection.

    Attributes:
        path: The path of the value, or of the value that a key stands before.
        is_key: Whether it is a key.
        line, start, end: Where it stands, with its quotes, all counted from 0.
        text: What it says, without its quotes.
    """

    path: Path
    is_key: bool
    line: int
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Cursor:
    """What is being typed.

    Attributes:
        role: Whether a key of the mapping at the path is due, its value, or another element of its list.
        path: The path of the mapping, of the value or of the element.
        typed: What is there of the word already.
        start: The column where it begins, from 0, without a quote.
        quote: The quote that it begins with.
        in_flow: Whether it stands in brackets.
        glued: Whether the space after a colon or dash is missing.
        line: The line, from 0.
    """

    role: Literal["key", "value", "element"]
    path: Path
    typed: str
    start: int
    quote: str = ""
    in_flow: bool = False
    glued: bool = False
    line: int = field(default=0, compare=False)


@dataclass
class _Frame:
    """A collection that is open.

    Attributes:
        column: Where its keys or dashes stand.
        is_map: Whether it has keys.
        step: The key or number that it is at; None where a key is due.
        in_flow: Whether it is in brackets.
    """

    column: int
    is_map: bool
    step: str | int | None
    in_flow: bool = False


class _TooDeep(Exception):  # noqa: N818 - ends the reading, is no error of the program
    """More collections are open than any spec has."""


@dataclass
class Reader:
    """Reads lines one after another.

    Attributes:
        words: The words so far.
        frames: The collections that are open, from the outermost.
        number, text: The line that is being read.
        literal: The column that a text of several lines is indented deeper than, while there is one.
        commented: Whether the line ends in a comment.
        due: Whether it ends where a value is due.
    """

    words: list[Word] = field(default_factory=list)
    frames: list[_Frame] = field(default_factory=list)
    number: int = -1
    text: str = ""
    literal: int | None = None
    commented: bool = False
    due: bool = False

    def read(self, lines: Iterable[str]) -> None:
        """Reads lines, as far as they are not nested too deep."""
        with suppress(_TooDeep):
            for self.number, self.text in enumerate(lines):
                self._line()

    @property
    def in_literal(self) -> bool:
        """Whether the line is one of a text of several lines."""
        return self.literal is not None and bool(self.text.strip())

    @property
    def path(self) -> Path:
        """The path of what is being read."""
        return tuple(frame.step for frame in self.frames if frame.step is not None)

    def _line(self) -> None:
        content = self.text.strip()
        column = len(self.text) - len(self.text.lstrip())
        self.commented = content.startswith("#")
        self.due = False
        if self._in_flow() and self._goes_on(content, column):
            self._flow(column)
            return
        if self.literal is not None:
            if not content or column > self.literal:
                return
            self.literal = None
        if content and not self.commented and not self.text.startswith(("---", "...", "%")):
            self._block(column)

    def _open(self, frame: _Frame) -> None:
        if len(self.frames) >= _DEEPEST:
            raise _TooDeep
        self.frames.append(frame)

    def _in_flow(self) -> bool:
        return bool(self.frames) and self.frames[-1].in_flow

    def _goes_on(self, content: str, column: int) -> bool:
        """Whether a line belongs to the brackets that are open; if not, they are taken for closed."""
        floor = max((frame.column for frame in self.frames if not frame.in_flow), default=-1)
        if not content or column > floor or content[0] in "]}#":
            return True
        self.frames = [frame for frame in self.frames if not frame.in_flow]
        return False

    # Lines of keys and dashes.

    def _block(self, column: int) -> None:
        while re.match(r"-(\s|$)", self.text[column:]):
            self._dash(column)
            rest = self.text[column + 1 :]
            column += 1 + len(rest) - len(rest.lstrip())
            self.due = True
        column = self._after_properties(column)
        key = _KEY.match(self.text, column)
        if key is not None:
            text = _unquoted(key[1])
            self._entry(column).step = text
            self._word(key.start(1), key.end(1), text, is_key=True)
            rest = self.text[key.end() :]
            self._value(key.end() + len(rest) - len(rest.lstrip()))
        elif self._is_key_to_be(column):
            match = _PLAIN.match(self.text, column)
            if match is not None:
                self.frames[-1].step = match[0]
                self._word(*match.span(), match[0], is_key=True)
        else:
            self._value(column)

    def _dash(self, column: int) -> None:
        while self.frames and self.frames[-1].column > column:
            self.frames.pop()
        top = self.frames[-1] if self.frames else None
        if top is not None and not top.is_map and top.column == column:
            top.step = 1 + int(top.step or 0)
        else:
            self._open(_Frame(column, is_map=False, step=0))

    def _entry(self, column: int) -> _Frame:
        """The mapping that a key in a column belongs to."""
        self._leave(column)
        if not self.frames or self.frames[-1].column != column:
            self._open(_Frame(column, is_map=True, step=None))
        return self.frames[-1]

    def _leave(self, column: int) -> None:
        """Ends what is indented deeper than a column, and lists whose dashes stand there."""
        while self.frames:
            top = self.frames[-1]
            if top.column < column or (top.column == column and top.is_map):
                return
            self.frames.pop()

    def _is_key_to_be(self, column: int) -> bool:
        """Whether a word without a colon stands where a mapping's keys do."""
        if self.due:
            return False
        self._leave(column)
        return bool(self.frames) and self.frames[-1].column == column

    def _after_properties(self, column: int) -> int:
        match = _PROPERTIES.match(self.text, column)
        return match.end() if match else column

    def _value(self, column: int) -> None:
        column = self._after_properties(column)
        rest = self.text[column:]
        self.due = not rest
        if rest.startswith(("{", "[")):
            self._flow(column)
        elif rest.startswith(("|", ">")):
            self.literal = max((frame.column for frame in self.frames), default=-1)
        elif rest.startswith("#"):
            self.commented = True
        elif match := _TEXT.match(self.text, column) or _PLAIN.match(self.text, column):
            self._word(*match.span(), _unquoted(match[0]), is_key=False)
            self._look_for_comment(match.end())

    def _look_for_comment(self, column: int) -> None:
        self.commented = self.commented or self.text[column:].lstrip().startswith("#")

    def _word(self, start: int, end: int, text: str, *, is_key: bool) -> None:
        self.words.append(Word(self.path, is_key, self.number, start, end, text))

    # Brackets.

    def _flow(self, column: int) -> None:
        while column < len(self.text):
            character = self.text[column]
            if character.isspace():
                column += 1
            elif character == "#" and (not column or self.text[column - 1].isspace()):
                self.commented = True
                return
            elif character in "{[":
                is_map = character == "{"
                step = None if is_map else 0
                self._open(_Frame(column, is_map=is_map, step=step, in_flow=True))
                column += 1
            elif character in "}]":
                self.frames.pop()
                column += 1
                if not self._in_flow():
                    self._look_for_comment(column)
                    return
            elif character == ",":
                self._next()
                column += 1
            else:
                column = self._flow_word(column)

    def _next(self) -> None:
        top = self.frames[-1]
        top.step = None if top.is_map else 1 + int(top.step or 0)

    def _flow_word(self, column: int) -> int:
        """A word in brackets; gives where it ends."""
        match = _TEXT.match(self.text, column) or _PLAIN_IN_FLOW.match(self.text, column)
        if match is None:
            return column + 1
        top = self.frames[-1]
        text = _unquoted(match[0])
        if not top.is_map or top.step is not None:
            start = _PROPERTIES.match(match[0])
            skipped = start.end() if start else 0
            if skipped < len(match[0]):
                text = _unquoted(match[0][skipped:])
                self._word(column + skipped, match.end(), text, is_key=False)
            return match.end()
        top.step = text
        self._word(*match.span(), text, is_key=True)
        colon = _COLON.match(self.text, match.end())
        if colon is None:
            top.step = None
            return match.end()
        return colon.end()

    # What is being typed.

    def cursor(self, column: int) -> Cursor | None:
        """What is being typed at the end of the last line."""
        word = self.words[-1] if self.words else None
        if word is not None and word.line == self.number and word.end == column:
            raw = self.text[word.start : word.end]
            quote = raw[0] if raw[:1] in {'"', "'"} else ""
            if quote and len(raw) > 1 and raw.endswith(quote):
                return None  # its quotes are closed
            path = word.path[:-1] if word.is_key else word.path
            role: Literal["key", "value"] = "key" if word.is_key else "value"
            start = word.start + len(quote)
            return Cursor(role, path, word.text, start, quote, self._in_flow())
        if self._in_flow():
            return self._cursor_in_flow(column, word)
        if not self.text.strip():
            return self._cursor_on_empty_line(column)
        if not self.due:
            return None
        return Cursor("value", self.path, "", column, glued=not self.text[-1:].isspace())

    def _cursor_in_flow(self, column: int, word: Word | None) -> Cursor | None:
        top = self.frames[-1]
        before = self.text.rstrip()[-1:]
        is_done = word is not None and word.line == self.number and before not in {*"{[,:"}
        if is_done or (before in {*"]}"}):
            return None
        glued = before == ":" and not self.text[-1:].isspace()
        role: Literal["key", "value"] = "key" if top.is_map and top.step is None else "value"
        return Cursor(role, self.path, "", column, in_flow=True, glued=glued)

    def _cursor_on_empty_line(self, column: int) -> Cursor:
        frames = [frame for frame in self.frames if frame.column <= column]
        path = tuple(frame.step for frame in frames if frame.step is not None)
        here = [frame for frame in frames if frame.column == column]
        if any(frame.is_map for frame in here):
            index = max(i for i, frame in enumerate(frames) if frame.is_map)
            return Cursor("key", path[:index], "", column)
        if here:
            return Cursor("element", (*path[:-1], 1 + int(path[-1])), "", column)
        if not frames:
            return Cursor("key", (), "", column)
        return Cursor("value", path, "", column)


def _unquoted(text: str) -> str:
    """What a scalar says; a quote that is not closed is none either."""
    if text[:1] not in {'"', "'"}:
        return text
    inner = text[1:-1] if len(text) > 1 and text[-1] == text[0] else text[1:]
    return inner.replace("''", "'") if text[0] == "'" else re.sub(r"\\(.)", r"\1", inner)
