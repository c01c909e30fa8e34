"""A spec's text with its highlighting, every line a place that can be led to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pygments import lex
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES
from pygments.util import ClassNotFound

from netspec.report.html import markup
from netspec.report.html.markup import Markup, element
from netspec.report.html.page import tabs
from netspec.source.nodes import LINE_BREAK, ListNode, MapNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.source.nodes import Node
    from netspec.spec.document import Document

# What a page with a highlighted text needs besides its own.
STYLES = ("spec_text.css",)
# Beyond it the colours would cost more than they help.
_MOST_CHARACTERS = 200_000


def highlighted(text: str, language: str = "yaml", *, prefix: str = "L") -> Markup:
    """A text with its words coloured, in light and in dark, and its lines numbered.

    Args:
        text: The text, as it is written.
        language: What it is written in, by Pygments's name; a text in one that it does not know is not coloured.
        prefix: What the lines' ids begin with: `L14` is line 14.
    """
    text = "\n".join(LINE_BREAK.split(text)).rstrip("\n")
    lines = [
        element(
            "span",
            element("a", number, href=f"#{prefix}{number}", class_="line-number", tabindex=-1),
            *words,
            Markup("\n"),
            id=f"{prefix}{number}",
            class_="line",
        )
        for number, words in enumerate(_lines(text, language), start=1)
    ]
    return element("pre", element("code", lines), class_="text", tabindex=0)


def texts(
    name: str, each: Sequence[tuple[str, str]], *, prefix: str = "L"
) -> tuple[Markup, dict[str, str]]:
    """Several files of a spec, one shown at a time, and what the ids of their lines begin with, by file.

    Args:
        name: An id of their own.
        each: The files' names and texts.
        prefix: What the ids of the first one's lines begin with.
    """
    anchors = {file: f"{name}-{at}-L" if at else prefix for at, (file, _) in enumerate(each)}
    parts = [(file, highlighted(text, prefix=anchors[file])) for file, text in each]
    return parts[0][1] if len(parts) == 1 else tabs(name, parts), anchors


def files_of(document: Document) -> list[tuple[str, str]]:
    """The files that a spec is made of, itself first, with their texts."""
    found = {document.file.source.name: document.file.source.text}
    for node in (document.file, document.text):
        for each in _nodes(node):
            found.setdefault(each.source.name, each.source.text)
    return list(found.items())


def _nodes(root: Node) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, MapNode):
            waiting += [entry.node for entry in reversed(node.entries.values())]
        elif isinstance(node, ListNode):
            waiting += reversed(node.items)


def _lines(text: str, language: str) -> Iterator[list[Markup]]:
    """The words of each line."""
    line: list[Markup] = []
    for kind, words in _words(text, language):
        for number, part in enumerate(words.split("\n")):
            if number:
                yield line
                line = []
            if part:
                shown = markup.text(part)
                line.append(element("span", shown, class_=kind) if kind else shown)
    yield line


def _words(text: str, language: str) -> Iterator[tuple[str, str]]:
    """The words with Pygments's short names of their kinds; empty for what has no colour."""
    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        lexer = None
    if lexer is None or len(text) > _MOST_CHARACTERS:
        yield "", text
        return
    for kind, words in lex(text, lexer):
        known = next(each for each in reversed(kind.split()) if each in STANDARD_TYPES)
        yield STANDARD_TYPES[known], words
