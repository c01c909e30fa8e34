"""Findings as text with excerpts, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len
from rich.text import Text
from typing_extensions import TypedDict  # the one that pydantic reads on Python 3.11

from netspec.report.escape import json_text, printable
from netspec.report.ways import shapes_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.diagnostics import Finding, Repair, Step
    from netspec.source.nodes import Place

_GUTTER = 10  # the line's number and a bar, before an excerpt
MAX_EXCERPT = 120 - _GUTTER
_GRAVEST_FIRST = ("error", "warning", "note")
COLOURS = {"error": "bold red", "warning": "bold yellow", "note": "bold cyan"}


class PlaceRecord(TypedDict):
    """A place of a text."""

    file: str
    line: int
    column: int


class EditRecord(TypedDict):
    """A stretch of a file, its end not in it, and what is to stand there."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class RepairRecord(TypedDict):
    """The one certain repair of a mistake."""

    told: str
    edits: list[EditRecord]


class StepRecord(TypedDict):
    """A layer or an input, and the shape that it gives; null for a size that is not known."""

    name: str
    type: str
    shape: list[int | None]
    line: int | None


class FindingRecord(TypedDict):
    """One finding of ``netspec validate --format json``."""

    code: str
    severity: Literal["error", "warning", "note"]
    file: str
    line: int
    column: int
    message: str
    hint: str | None
    defined: PlaceRecord | None
    used_at: list[PlaceRecord]
    shapes: list[list[StepRecord]] | None
    repair: RepairRecord | None


class FindingsDocument(TypedDict):
    """What ``netspec validate --format json`` prints."""

    findings: list[FindingRecord]


def findings_json(findings: Sequence[Finding]) -> str:
    """The findings as a JSON document."""
    document: FindingsDocument = {"findings": [finding_record(finding) for finding in findings]}
    return json_text(document, ascii_only=True)


def finding_record(finding: Finding) -> FindingRecord:
    """One finding as it is written as JSON."""
    return {
        "code": finding.code.value,
        "severity": finding.severity,
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "message": finding.message,
        "hint": finding.hint,
        "defined": None if finding.defined is None else _place_record(finding.defined),
        "used_at": [_place_record(place) for place in finding.place.used_at],
        "shapes": [[_step_record(step) for step in way] for way in finding.shapes] or None,
        "repair": None if finding.repair is None else _repair_record(finding.repair),
    }


def _place_record(place: Place) -> PlaceRecord:
    return {"file": place.source.name, "line": place.line, "column": place.column}


def _step_record(step: Step) -> StepRecord:
    return {
        "name": step.name,
        "type": step.kind,
        "shape": list(step.shape),
        "line": None if step.place is None else step.place.line,
    }


def _repair_record(repair: Repair) -> RepairRecord:
    edits: list[EditRecord] = [
        {
            "file": edit.place.source.name,
            "line": edit.place.line,
            "column": edit.place.column,
            "end_line": edit.place.end_line,
            "end_column": edit.place.end_column,
            "text": edit.text,
        }
        for edit in repair.edits
    ]
    return {"told": repair.told, "edits": edits}


def finding_text(finding: Finding, *, width: int = MAX_EXCERPT + _GUTTER) -> Text:
    """One finding: its place, what is wrong, the line it stands on, and what to do.

    Args:
        finding: The finding.
        width: How many columns an excerpt may take with its gutter.
    """
    text = Text()
    text.append(f"{printable(finding.file)}:{finding.line}:{finding.column}: ", style="bold")
    text.append(f"{finding.severity}[{finding.code}]", style=COLOURS[finding.severity])
    text.append(f" {printable(finding.message)}\n")
    columns = max(20, min(width - _GUTTER, MAX_EXCERPT))
    style = COLOURS[finding.severity]
    text.append_text(_excerpt(finding.place, columns, style))
    for place in finding.place.used_at:
        text.append("   used at ", style="bold")
        text.append(f"{printable(place.source.name)}:{place.line}:{place.column}\n")
        text.append_text(_excerpt(place, columns, "cyan", above=False))
    text.append_text(shapes_text(finding.shapes, columns - 1))
    if finding.hint:
        text.append("   hint: ", style="bold")
        text.append(f"{printable(finding.hint)}{_defined(finding)}\n")
    return text


def _defined(finding: Finding) -> str:
    """Where that is defined which was probably meant."""
    place = finding.defined
    if place is None:
        return ""
    is_here = place.source.name == finding.file
    return f" ({'line ' if is_here else printable(place.source.name) + ':'}{place.line})"


def tally(findings: Sequence[Finding]) -> str:
    """``2 errors, 1 warning``."""
    counts = [
        (sum(finding.severity == severity for finding in findings), severity)
        for severity in _GRAVEST_FIRST
    ]
    return ", ".join(f"{count} {name}{'s' * (count != 1)}" for count, name in counts if count)


def closing(findings: Sequence[Finding]) -> Text:
    """The line below findings: how many there are, how many can be repaired, and where to read more of the gravest."""
    text = Text(tally(findings), style="bold")
    repairs = sum(finding.repair is not None for finding in findings)
    if repairs:
        every = {1: "it", 2: "both"}.get(repairs, "all of them")
        which = every if repairs == len(findings) else f"{repairs} of them"
        text.append(f"; `netspec fix` repairs {which}", style="not bold")
    gravest = min(findings, key=lambda finding: _GRAVEST_FIRST.index(finding.severity))
    return text.append(f" (more: netspec explain {gravest.code})", style="not bold dim")


def excerpt_text(place: Place, width: int) -> Text:
    """A place's line with the one above it, and the stretch underlined, for what several findings share.

    Args:
        place: The place.
        width: How many columns it may take with its gutter.
    """
    return _excerpt(place, max(20, min(width - _GUTTER, MAX_EXCERPT)), "bold")


def _excerpt(place: Place, width: int, style: str, *, above: bool = True) -> Text:
    """A place's line with the one above it, and the stretch underlined."""
    lines = place.source.lines
    if not 1 <= place.line <= len(lines) or not lines[place.line - 1].strip():
        return Text()
    above = above and place.line > 1 and bool(lines[place.line - 2].strip())
    first = place.line - 1 if above else place.line
    line = lines[place.line - 1]
    skip = _skipped(line, place.column - 1, width)
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


def _skipped(line: str, start: int, width: int) -> int:
    """How many characters of a line are left out before a place, so that half of the columns are before it."""
    if _fits(line, width):
        return 0
    skip, room = start, width // 2 - 1
    while skip > 0 and (room := room - _columns(line[skip - 1])) >= 0:
        skip -= 1
    return skip


def _window(line: str, skip: int, width: int) -> str:
    """What is shown of a line; `…` stands for what is not."""
    if skip:
        line = f"…{line[skip + 1 :]}"
    if _fits(line, width):
        return line
    end, room = 0, width - 1
    while end < len(line) and (room := room - _columns(line[end])) >= 0:
        end += 1
    return f"{line[:end]}…"


def _fits(line: str, width: int) -> bool:
    # No character of a long line needs to be looked at; one alone may take several columns.
    return len(line) <= width and sum(map(_columns, line)) <= width


def _columns(letter: str) -> int:
    """How many columns a character takes at most."""
    return cell_len(_shown(letter))


def _underline(line: str, start: int, end: int) -> str:
    stretch = line[start:end].rstrip()
    before = (" " * cell_len(printable(part)) for part in line[:start].split("\t"))
    return "\t".join(before).expandtabs(4) + "^" * max(1, cell_len(_shown(stretch)))


def _shown(line: str) -> str:
    return "\t".join(printable(part) for part in line.split("\t")).expandtabs(4)
