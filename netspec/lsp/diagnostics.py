"""Findings as an editor shows them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from netspec.diagnostics import Code
from netspec.lsp.documents import uri_of
from netspec.report.escape import printable

if TYPE_CHECKING:
    from netspec.diagnostics import Finding
    from netspec.lsp.documents import Known, OpenDocument
    from netspec.lsp.positions import Units
    from netspec.source.nodes import Place

_SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "note": types.DiagnosticSeverity.Information,
}
_UNNECESSARY = frozenset({Code.UNUSED, Code.UNUSED_NAME, Code.UNUSED_SILENCE})


def diagnostics(document: OpenDocument, known: Known, units: Units) -> list[types.Diagnostic]:
    """What was found in a document.

    A finding in a base stands where the base is named, or where the block is used that it is in.

    Args:
        document: The document.
        known: What is known of its text.
        units: How columns are counted.
    """
    if not known.is_spec:
        return []
    return [_diagnostic(finding, document, known, units) for finding in known.analysis.findings]


def own_place(finding: Finding, known: Known) -> Place | None:
    """Where in the document itself a finding is; None where it is in a base alone."""
    places = (finding.place, *finding.place.used_at)
    return next((place for place in places if place.source.name == known.analysis.path), None)


def _diagnostic(
    finding: Finding, document: OpenDocument, known: Known, units: Units
) -> types.Diagnostic:
    place = own_place(finding, known)
    message = finding.message
    others = list(finding.place.used_at)
    if place is not finding.place:
        name = Path(finding.file).name
        message = f"{name}:{finding.line}: {message}"
        others = [finding.place, *(each for each in others if each is not place)]
    if finding.hint:
        message = f"{message}\nhint: {finding.hint}"
    related = [(each, "here" if each is finding.place else "used here") for each in others]
    if finding.defined is not None:
        related.append((finding.defined, "defined here"))
    return types.Diagnostic(
        range=_base_range(finding, document, units) if place is None else first_line(place, units),
        message="\n".join(map(printable, message.split("\n"))),
        severity=_SEVERITIES[finding.severity],
        code=finding.code.value,
        source="netspec",
        tags=[types.DiagnosticTag.Unnecessary] if finding.code in _UNNECESSARY else None,
        related_information=[
            types.DiagnosticRelatedInformation(
                types.Location(uri_of(each.source.name), first_line(each, units)), what
            )
            for each, what in related
        ]
        or None,
    )


def first_line(place: Place, units: Units) -> types.Range:
    """A place's range, without the lines after its first."""
    whole = units.range(place)
    if whole.end.line == whole.start.line:
        return whole
    lines = place.source.lines
    line = whole.start.line
    end = len(lines[line].rstrip()) if line < len(lines) else 0
    return types.Range(whole.start, units.position(lines, line, end))


def _base_range(finding: Finding, document: OpenDocument, units: Units) -> types.Range:
    """Where a document names the base that a finding is in; where it names any, else."""
    outline = document.outline
    named = [word for word in outline.below(("extends",)) if not word.is_key]
    folder = document.path.parent
    word = next(
        (each for each in named if os.path.normpath(folder / each.text) == finding.file),
        named[0] if named else None,
    )
    if word is None:
        return units.stretch(outline.lines, (0, 0), (0, 0))
    return units.stretch(outline.lines, (word.line, word.start), (word.line, word.end))
