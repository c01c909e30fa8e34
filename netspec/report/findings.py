"""Findings as text with excerpts, and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len
from rich.text import Text
from typing_extensions import TypedDict  # the one that pydantic reads on Python 3.11

from netspec.report.escape import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.diagnostics import Finding
    from netspec.source.nodes import Place

MAX_EXCERPT = 160
_GUTTER = 10  # the line's number and a bar, before an excerpt
_COLOURS = {"error": "bold red", "warning": "bold yellow", "note": "bold cyan"}


class PlaceRecord(TypedDict):
    """A place of a text."""

    file: str
    line: int
    column: int


class FindingRecord(TypedDict):
    """One finding of ``netspec validate --format json``."""

    code: str
    severity: Literal["error", "warning", "note"]
    file: str
    line: int
    column: int
    message: str
    hint: str | None
    used_at: list[PlaceRecord]


class FindingsDocument(TypedDict):
    """What ``netspec validate --format json`` prints."""

    findings: list[FindingRecord]


def findings_json(findings: Sequence[Finding]) -> str:
    """The findings as a JSON document."""
    records: list[FindingRecord] = [
        {
            "code": finding.code.value,
            "severity": finding.severity,
            "file": finding.file,
            "line": finding.line,
            "column": finding.column,
            "message": finding.message,
            "hint": finding.hint,
            "used_at": [
                {"file": place.source.name, "line": place.line, "column": place.column}
                for place in finding.place.used_at
            ],
        }
        for finding in findings
    ]
    document: FindingsDocument = {"findings": records}
    return json.dumps(document, indent=2)


def finding_text(finding: Finding, *, width: int = MAX_EXCERPT + _GUTTER) -> Text:
    """One finding: its place, what is wrong, the line it stands on, and what to do.

    Args:
        finding: The finding.
        width: How many columns an excerpt may take with its gutter.
    """
    text = Text()
    text.append(f"{printable(finding.file)}:{finding.line}:{finding.column}: ", style="bold")
    text.append(f"{finding.severity}[{finding.code}]", style=_COLOURS[finding.severity])
    text.append(f" {printable(finding.message)}\n")
    columns = max(20, min(width - _GUTTER, MAX_EXCERPT))
    style = _COLOURS[finding.severity]
    text.append_text(_excerpt(finding.place, columns, style))
    for place in finding.place.used_at:
        text.append("   used at ", style="bold")
        text.append(f"{printable(place.source.name)}:{place.line}:{place.column}\n")
        text.append_text(_excerpt(place, columns, "cyan", above=False))
    if finding.hint:
        text.append("   hint: ", style="bold")
        text.append(f"{printable(finding.hint)}\n")
    return text


def tally(findings: Sequence[Finding]) -> str:
    """``2 errors, 1 warning``."""
    counts = [
        (sum(finding.severity == severity for finding in findings), severity)
        for severity in ("error", "warning", "note")
    ]
    return ", ".join(f"{count} {name}{'s' * (count != 1)}" for count, name in counts if count)


def _excerpt(place: Place, width: int, style: str, *, above: bool = True) -> Text:
    """A place's line with the one above it, and the stretch underlined."""
    lines = place.source.lines
    if not 1 <= place.line <= len(lines) or not lines[place.line - 1].strip():
        return Text()
    above = above and place.line > 1 and bool(lines[place.line - 2].strip())
    first = place.line - 1 if above else place.line
    line = lines[place.line - 1]
    skip = max(0, place.column - width // 2) if len(line) > width else 0
    text = Text()
    for number in range(first, place.line + 1):
        text.append(f"{number:>7} | ", style="dim")
        text.append(f"{_shown(_window(lines[number - 1], skip, width))}\n")
    end = place.end_column - 1 if place.end_line == place.line else len(line.rstrip())
    text.append(f"{'':>7} | ", style="dim")
    underline = _underline(_window(line, skip, width), place.column - 1 - skip, end - skip)
    text.append(underline, style=style)
    text.append("\n")
    return text


def _window(line: str, skip: int, width: int) -> str:
    """What is shown of a line; `…` stands for what is not."""
    if skip:
        line = f"…{line[skip + 1 :]}"
    return line if len(line) <= width else f"{line[: width - 1]}…"


def _underline(line: str, start: int, end: int) -> str:
    stretch = line[start:end].rstrip()
    indent = "".join("\t" if c == "\t" else " " * cell_len(printable(c)) for c in line[:start])
    return indent.expandtabs(4) + "^" * max(1, cell_len(_shown(stretch)))


def _shown(line: str) -> str:
    return "\t".join(printable(part) for part in line.split("\t")).expandtabs(4)
