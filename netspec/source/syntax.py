"""What a parser's error means: the usual mistakes in words of their own, alike for both of PyYAML's parsers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from netspec.diagnostics import Code, Finding
from netspec.wording import Meant, short

if TYPE_CHECKING:
    import yaml

    from netspec.source.nodes import Source


def position(mark: Any) -> tuple[int, int]:
    """A parser's mark as line and column, counted from 1."""
    return mark.line + 1, mark.column + 1


_BEYOND_UNICODE = re.compile(r"\\U(?!000|0010)[0-9a-fA-F]{8}")


def escape_finding(source: Source) -> Finding:
    """What is wrong where an escape stands for no character, its number being beyond Unicode."""
    number, line = next(
        ((n, line) for n, line in enumerate(source.lines, 1) if _BEYOND_UNICODE.search(line)),
        (1, ""),
    )
    match = _BEYOND_UNICODE.search(line)
    place = source.place(number, match.start() + 1 if match else 1, width=len("\\UFFFFFFFF"))
    return Finding(Code.SYNTAX, "no character has this number", place, "remove the escape")


def syntax_finding(source: Source, error: yaml.YAMLError) -> Finding:
    """What is wrong where a parser could not go on: a common mistake by its name, else the parser's words."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    line, column = position(mark) if mark is not None else (1, 1)
    is_at_end = line > len(source.lines)
    if is_at_end:
        line, column = len(source.lines), len(source.lines[-1]) + 1
    text = source.lines[line - 1]
    column = min(column, len(text) + 1)
    place = source.place(line, column)
    opened = getattr(error, "context_mark", None)
    quote = _open_quote(source, error, line)
    if quote is not None:
        return quote
    is_at_end = is_at_end or not "".join([text[column - 1 :], *source.lines[line:]]).strip()
    if "expected ',' or" in problem and opened and (opened.line + 1 < line or is_at_end):
        return _unclosed(source, *position(opened))
    for explain in (
        _unquoted_expression,
        _tab,
        _missing_space,
        _second_colon,
        _missing_comma,
        _reserved,
        _nameless,
        _indentation,
    ):
        explained = explain(source, line, column, problem)
        if explained is not None:
            return explained
    hint = "check indentation, colons and brackets"
    if "unknown escape character" in problem:
        # The Python parser has gone past the backslash already.
        place = source.place(line, text.rfind("\\", 0, column) + 1)
        hint = "in double quotes a backslash begins an escape: write the text in single quotes"
    return Finding(Code.SYNTAX, f"this is not YAML: {problem}", place, hint)


_BEFORE_VALUE = re.compile(r"(?:: +|[\[,] *|- +)$")
_AFTER_VALUE = re.compile(r" *(?:[,}\]]|$)")


def _unquoted_expression(source: Source, line: int, column: int, problem: str) -> Finding | None:
    del column, problem
    text = source.lines[line - 1]
    start = text.find("${")
    if start < 0 or (start > 0 and text[start - 1] in "\"'"):
        return None
    end = text.find("}", start)
    expression = text[start : end + 1] if end > 0 else text[start:]
    quoted = f'"{expression}"'
    alone = _BEFORE_VALUE.search(text[:start]) and _AFTER_VALUE.match(
        text[start + len(expression) :]
    )
    certain = end > 0 and bool(alone) and not {*expression} & {'"', "\\"}
    return Finding(
        Code.SYNTAX,
        f"{short(expression)} is not quoted, and `{{` opens a mapping",
        source.place(line, start + 1, width=len(expression)),
        Meant(
            f'quote it: "{short(expression)}"', wrong=expression, instead=quoted, certain=certain
        ),
    )


def _tab(source: Source, line: int, column: int, problem: str) -> Finding | None:
    del column
    text = source.lines[line - 1]
    indent = text[: len(text) - len(text.lstrip())]
    if "\t" not in indent and "'\\t'" not in problem:
        return None
    return Finding(
        Code.SYNTAX,
        "a tab cannot indent YAML",
        source.place(line, text.find("\t") + 1),
        "use spaces",
    )


_MISSING_SPACE = ("could not find expected ':'", "mapping values are not allowed")
_MISSING_SPACE_IN_FLOW = "found unexpected ':'"


def _missing_space(source: Source, line: int, column: int, problem: str) -> Finding | None:
    if _MISSING_SPACE_IN_FLOW in problem:
        place = source.place(line, column)
        return Finding(Code.SYNTAX, "no space after the colon", place, "write a space after it")
    if not any(words in problem for words in _MISSING_SPACE):
        return None
    for number in (line, line - 1):
        text = source.lines[number - 1] if number >= 1 else ""
        key, _, value = text.partition(":")
        if value and value[0] not in " \t" and "#" not in key:
            place = source.place(number, len(key) + 1)
            return Finding(
                Code.SYNTAX, "no space after the colon", place, f"write `{key.strip()}: {value}`"
            )
    return None


def _unclosed(source: Source, line: int, column: int) -> Finding:
    bracket = source.lines[line - 1][column - 1]
    return Finding(
        Code.SYNTAX,
        f"this `{bracket}` is not closed",
        source.place(line, column),
        f"close it with `{']' if bracket == '[' else '}'}`",
    )


# Where a value or a key starts: a comment, a text in quotes, or a quote that nothing closes on its line.
_QUOTED = re.compile(
    r"""(?:^|\s)\#.*|(?:^|[\[{,]|[:-]\s)\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|(?P<open>["']))"""
)
_ENDLESS = re.compile(r"quoted scalar: .*(?:end of stream|document separator|document indicator)")


def _open_quote(source: Source, error: yaml.YAMLError, line: int) -> Finding | None:
    """The quote that is not closed where it should be, so that the text goes on until the next one or the end."""
    opened = getattr(error, "context_mark", None)
    said = f"{getattr(error, 'context', '')}: {getattr(error, 'problem', '')}"
    if opened is not None and _ENDLESS.search(said):
        return _unclosed_quote(source, *position(opened))
    if "quoted scalar" in said:  # another mistake within a text
        return None
    number = 1
    while number < line:
        found = _first_open(source.lines[number - 1])
        start = number
        number += 1
        if found is None:
            continue
        column, quote = found
        while number < line and quote not in source.lines[number - 1]:
            number += 1
        if number == line and quote in source.lines[line - 1]:
            return _unclosed_quote(source, start, column)
        number += 1
    return None


def _first_open(text: str) -> tuple[int, str] | None:
    """The column and sign of the first quote of a line that nothing closes there."""
    if '"' not in text and "'" not in text:
        return None
    for match in _QUOTED.finditer(text):
        if match["open"]:
            return match.start("open") + 1, match["open"]
    return None


def _unclosed_quote(source: Source, line: int, column: int) -> Finding:
    quote = source.lines[line - 1][column - 1]
    message = f"this `{quote}` is not closed"
    hint = f"close it with `{quote}` at the end of its text"
    return Finding(Code.SYNTAX, message, source.place(line, column), hint)


def _missing_comma(source: Source, line: int, column: int, problem: str) -> Finding | None:
    if "expected ',' or" not in problem:
        return None
    closing = "]" if "']'" in problem else "}"
    return Finding(
        Code.SYNTAX,
        f"a `,` or the closing `{closing}` is missing before this",
        source.place(line, column),
        f"close what was opened with `{'[' if closing == ']' else '{'}`",
    )


def _second_colon(source: Source, line: int, column: int, problem: str) -> Finding | None:
    if "mapping values are not allowed" not in problem:
        return None
    message = "a second `: ` cannot stand here"
    hint = "quote the text that holds it, or start a line of its own"
    return Finding(Code.SYNTAX, message, source.place(line, column), hint)


def _nameless(source: Source, line: int, column: int, problem: str) -> Finding | None:
    character = source.lines[line - 1][max(0, column - 2) : column - 1]
    if "expected alphabetic or numeric character" not in problem or character not in {"*", "&"}:
        return None
    message = f"a text cannot start with {character}"
    return Finding(Code.SYNTAX, message, source.place(line, column - 1), "quote it")


def _reserved(source: Source, line: int, column: int, problem: str) -> Finding | None:
    if "cannot start any token" not in problem:
        return None
    character = source.lines[line - 1][column - 1 : column]
    shown = "a tab" if character == "\t" else character
    message = f"a text cannot start with {shown}"
    return Finding(Code.SYNTAX, message, source.place(line, column), "quote it")


# What libyaml says, and what the Python parser does.
_MISPLACED = ("expected key", "expected '-' indicator", "expected <block end>")


def _indentation(source: Source, line: int, column: int, problem: str) -> Finding | None:
    if not any(words in problem for words in _MISPLACED):
        return None
    return Finding(
        Code.SYNTAX,
        "this does not fit the indentation of the lines above it",
        source.place(line, column),
        "the keys of a mapping, and the items of a list, start in one column",
    )
