"""Text that came from a user, made harmless for what it is put into."""

from __future__ import annotations

import json
import re

# Everything a terminal may act on or a reader cannot see; tabs and line breaks too, as texts stand in one line.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
# What means nothing in a Mermaid label, be it quoted, as Markdown or as HTML.
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 .,_()?+-]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>|#])")


def printable(text: str) -> str:
    r"""The text with every control or unseen character written as ``\u…``."""
    return _UNSEEN.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def json_text(document: object) -> str:
    r"""The document as indented JSON, with every control or unseen character in its texts written as ``\u…``.

    Raises:
        ValueError: It holds a number that JSON has not: NaN, or infinite.
    """
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    # Within texts `json` has escaped all below a space, so that the line breaks left are the layout's.
    return "\n".join(map(printable, text.split("\n")))


def markdown(text: str) -> str:
    """The text as it can stand in a Markdown table's cell."""
    return _MARKDOWN.sub(r"\\\1", printable(text))


def mermaid(text: str) -> str:
    """The text as it can stand in a quoted label of a Mermaid flowchart: by number what could be markup or script."""
    return _NOT_PLAIN.sub(lambda match: f"#{ord(match.group())};", printable(text))
