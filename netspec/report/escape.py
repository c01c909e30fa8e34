"""Text that came from a user, made harmless for what it is put into."""

from __future__ import annotations

import json
import re

# Everything a terminal may act on or a reader cannot see; tabs and line breaks too, as texts stand in one line.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# What a build service would take for a command to itself: GitHub at the beginning of a line, and all of them anywhere.
# Source: src/Runner.Common/ActionCommand.cs of actions/runner; `##vso[` is Azure's, `##teamcity[` TeamCity's.
_COMMAND = re.compile(r"^\s*:(?=:)|#(?=#(?:vso|teamcity)?\[)")
# What means nothing in a Mermaid label, be it quoted, as Markdown or as HTML.
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 .,_()?+-]")
# What no UTF-8 has: Python's stand-ins for a file name's bytes that are no text, and halves of characters in JSON.
_HALF = re.compile("[\ud800-\udfff]")
# What spreadsheets take for a formula, some of them in full width too; a number is none.
# Source: https://owasp.org/www-community/attacks/CSV_Injection.
_FORMULA = re.compile("[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20].", re.DOTALL)
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>|#&~$])")


def printable(text: str) -> str:
    r"""The text with every control or unseen character written as ``\u…``, and no command to a build's log."""
    text = _COMMAND.sub(lambda match: match.group()[:-1] + _by_number(match.group()[-1]), text)
    return _UNSEEN.sub(lambda match: _by_number(match.group()), text)


def _by_number(character: str) -> str:
    """A character as JSON writes it by number: in two parts beyond U+FFFF."""
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def without_halves(text: str) -> str:
    r"""The text with every half of a character, which no UTF-8 can have, written as ``\u…``."""
    return _HALF.sub(lambda match: _by_number(match.group()), text)


def json_text(document: object, *, ascii_only: bool = False) -> str:
    r"""The document as indented JSON, with every control or unseen character in its texts written as ``\u…``.

    Args:
        document: What is written.
        ascii_only: Whether all beyond ASCII is written so.

    Raises:
        ValueError: It holds a number that JSON has not: NaN, or infinite.
    """
    text = json.dumps(document, indent=2, ensure_ascii=ascii_only, allow_nan=False)
    # Within texts `json` has escaped all below a space, so that the line breaks left are the layout's.
    return "\n".join(map(printable, text.split("\n")))


def json_line(document: object) -> str:
    r"""The document as JSON on one line, with every control or unseen character in its texts written as ``\u…``.

    Raises:
        ValueError: It holds a number that JSON has not: NaN, or infinite.
    """
    return printable(json.dumps(document, ensure_ascii=False, allow_nan=False))


def markdown(text: str) -> str:
    """The text as it can stand in a Markdown table's cell."""
    return _MARKDOWN.sub(r"\\\1", printable(text))


def spreadsheet_cell(text: str) -> str:
    """The text as it can stand in a cell of CSV: with an apostrophe before what a spreadsheet would compute."""
    is_formula = _FORMULA.match(text) and not _NUMBER.fullmatch(text)
    return printable(f"'{text}" if is_formula else text)


def mermaid(text: str) -> str:
    """The text as it can stand in a quoted label of a Mermaid flowchart: by number what could be markup or script."""
    return _NOT_PLAIN.sub(lambda match: f"#{ord(match.group())};", printable(text))
