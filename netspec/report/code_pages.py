"""The pages of codes, for a terminal, as Markdown and as JSON."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from rich.text import Text
from typing_extensions import TypedDict  # the one that pydantic reads on Python 3.11

from netspec.pages import range_of
from netspec.report.escape import json_text, printable
from netspec.report.findings import COLOURS
from netspec.report.prose import cell, hanging, paragraph, verbatim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netspec.pages import Example, Page

_HEAD = """\
# Codes

Made by `netspec explain --write` from what the rules say of themselves. `netspec explain CODE` shows one of them.

Every finding has a code, and a code keeps its meaning. Errors (NS1 to NS5) fail; warnings (NS6) fail with `--strict`;
notes (NS7) never do. In the specs that fail, a comment stands on each line that the finding is told of.
"""


class ExampleRecord(TypedDict):
    """A whole spec that shows a code."""

    head: str
    fails: bool
    spec: str
    lines: list[int]


class CodeRecord(TypedDict):
    """What there is to know of a code."""

    code: str
    severity: Literal["error", "warning", "note"] | None
    range: str
    title: str
    paragraphs: list[str]
    examples: list[ExampleRecord]


class CodesDocument(TypedDict):
    """What ``netspec explain --format json`` prints."""

    codes: list[CodeRecord]


def codes_text(pages: Iterable[Page], width: int) -> Text:
    """The codes by range, each with what it stands for, for a terminal.

    Args:
        pages: Their pages.
        width: How many columns there are.
    """
    text = Text()
    for name, found in _by_range(pages):
        column = max(len(page.code) for page in found) + 4
        text.append(f"{name}\n", style="bold")
        for page in found:
            text.append_text(hanging(page.code, page.title, width, column=column))
        text.append("\n")
    return text.append("`netspec explain CODE` shows one of them.")


def page_text(page: Page, width: int) -> Text:
    """A code's page for a terminal."""
    style = COLOURS[page.severity or "error"]
    text = Text.assemble((page.code, style), (f"  {_kind(page)}\n", "dim"))
    text.append_text(paragraph(page.title, width, indent=0, style="bold"))
    for told in page.paragraphs:
        text.append("\n")
        for item, indent in _items(told):
            text.append_text(paragraph(item, width, indent=indent))
    for example in page.examples:
        text.append(f"\n{printable(example.head)}:\n\n", style="bold")
        marked = page.marked(example)
        for number, line in enumerate(example.text.splitlines(), 1):
            text.append(f"    {printable(line)}".rstrip(), style=style if number in marked else "")
            text.append("\n")
    text.rstrip()
    return text


def codes_markdown(pages: Iterable[Page]) -> str:
    """The codes by range as Markdown."""
    lines: list[str] = []
    for name, found in _by_range(pages):
        lines += [f"## {name}", "", "| code | what it stands for |", "| --- | --- |"]
        lines += [f"| {page.code} | {cell(page.title)} |" for page in found]
        lines.append("")
    return "\n".join(lines)


def page_markdown(page: Page, *, level: int = 1) -> str:
    """A code's page as Markdown.

    Args:
        page: The page.
        level: How many `#` its title has.
    """
    lines = [f"{'#' * level} {page.code}", "", f"**{printable(page.title)}** ({_kind(page)})", ""]
    for told in page.paragraphs:
        lines += [verbatim(told), ""]
    for example in page.examples:
        fence = _fence(example)
        lines += [f"{printable(example.head)}:", ""]
        lines += [f"{fence}yaml", verbatim(example.text), fence, ""]
    return "\n".join(lines)


def whole_markdown(pages: Sequence[Page]) -> str:
    """Every page in one document, after a table of all codes by range."""
    lines = [_HEAD, "| | code | what it stands for |", "| --- | --- | --- |"]
    for name, found in _by_range(pages):
        beside = [name] + [""] * (len(found) - 1)
        lines += [
            f"| {part} | [{page.code}](#{page.code.lower()}) | {cell(page.title)} |"
            for part, page in zip(beside, found, strict=True)
        ]
    lines.append("")
    for name, found in _by_range(pages):
        lines += [f"## {name}", "", *(page_markdown(page, level=3) for page in found)]
    return "\n".join(lines)


def codes_json(pages: Iterable[Page]) -> str:
    """The pages as a JSON document."""
    document: CodesDocument = {"codes": [_record(page) for page in pages]}
    return json_text(document)


def _record(page: Page) -> CodeRecord:
    return {
        "code": page.code.value,
        "severity": page.severity,
        "range": range_of(page.code),
        "title": page.title,
        "paragraphs": list(page.paragraphs),
        "examples": [
            {
                "head": example.head,
                "fails": example.fails,
                "spec": example.text,
                "lines": list(page.marked(example)),
            }
            for example in page.examples
        ],
    }


def _by_range(pages: Iterable[Page]) -> Iterator[tuple[str, list[Page]]]:
    for name, found in groupby(pages, key=lambda page: range_of(page.code)):
        yield name, list(found)


def _kind(page: Page) -> str:
    return page.severity or "a plugin's rule"


def _items(told: str) -> Iterator[tuple[str, int]]:
    """A paragraph, or each item of a list, with its indentation."""
    if not told.startswith("-"):
        yield told, 0
        return
    for item in re.split(r"\n(?=\s*- )", told):
        yield " ".join(item.split()), 2


def _fence(example: Example) -> str:
    """What stands around an example: more backticks than in it."""
    return "`" * max(3, *(len(run) + 1 for run in re.findall("`+", example.text)), 0)
