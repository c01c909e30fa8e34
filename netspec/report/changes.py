"""What changes in a text, as a unified diff."""

from __future__ import annotations

import difflib

from rich.text import Text

from netspec.report.escape import printable
from netspec.source.nodes import LINE_BREAK

_STYLES = {"---": "bold", "+++": "bold", "@@": "cyan", "-": "red", "+": "green"}


def changes_text(name: str, before: str, after: str) -> Text:
    """The lines that change, with three around them.

    Args:
        name: The file's name.
        before: Its text.
        after: What it becomes.
    """
    text = Text()
    lines = difflib.unified_diff(
        LINE_BREAK.split(before), LINE_BREAK.split(after), name, name, lineterm=""
    )
    for number, line in enumerate(lines):
        heads = ("---", "+++") if number < 2 else ("@@", "-", "+")  # noqa: PLR2004 - a head has two lines
        style = next((_STYLES[head] for head in heads if line.startswith(head)), "")
        text.append("\t".join(map(printable, line.split("\t"))), style=style)
        text.append("\n")
    return text
