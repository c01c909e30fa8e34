"""Sentences for a terminal and for Markdown: wrapped, indented, beside a name, in a table's cell."""

from __future__ import annotations

import textwrap

from rich.text import Text

from netspec.report.escape import printable
from netspec.report.streams import PIPED_WIDTH

# Lines longer than that are hard to read, however wide the terminal is; shorter ones, however narrow.
_WIDEST, _NARROWEST = 110, 20


def hanging(name: str, told: str, width: int, *, column: int, beside: str = "") -> Text:
    """A name with what is told of it to its right, or on the next line where the name is long.

    Args:
        name: The name.
        told: What is told.
        width: How many columns there are.
        column: Where what is told begins, counted from 0.
        beside: What stands after the name.
    """
    indent = "  "
    name, beside = printable(name), printable(beside)
    text = Text.assemble(indent, (name, "bold"), (beside, "dim"))
    used = len(indent) + len(name) + len(beside)
    text.append(" " * (column - used) if used < column - 1 else f"\n{' ' * column}")
    text.append(f"\n{' ' * column}".join(_wrapped(told, width - column)))
    return text.append("\n")


def paragraph(told: str, width: int, *, indent: int = 2, style: str = "") -> Text:
    """Sentences in as many lines as they need.

    Args:
        told: The sentences.
        width: How many columns there are.
        indent: How many of them stay empty on the left.
        style: How the lines look.
    """
    lines = _wrapped(told, width - indent)
    return Text("".join(f"{' ' * indent}{line}\n" for line in lines), style=style)


def sentence(text: str) -> str:
    """Words with a capital and a full stop."""
    return f"{text[:1].upper()}{text[1:]}."


def cell(text: str) -> str:
    """What stands in one cell of a Markdown table."""
    return printable(text).replace("|", "\\|")


def verbatim(text: str) -> str:
    """Lines as they are, with what a terminal or a reader would not see written out."""
    return "\n".join(map(printable, text.splitlines()))


def _wrapped(told: str, width: int) -> list[str]:
    """Lines that fit a terminal; in a pipe, one."""
    told = printable(told)
    if width > PIPED_WIDTH // 2:
        return [told]
    return textwrap.wrap(told, max(_NARROWEST, min(width, _WIDEST)), break_on_hyphens=False)
