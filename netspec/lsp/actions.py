"""What an editor offers to do about a finding: its certain repair, or a comment that silences it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lsprotocol import types

from netspec.diagnostics import Code, severity_of
from netspec.lsp.diagnostics import diagnostics, own_place
from netspec.lsp.documents import uri_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.diagnostics import Finding, Repair
    from netspec.lsp.documents import Known, OpenDocument
    from netspec.lsp.positions import Units

_SILENCE = re.compile(r"#\s*netspec:\s*ignore\b(?P<codes>[^-]*?)(?=\s*(?:--|$))")


def actions(document: OpenDocument, wanted: types.Range, units: Units) -> list[types.CodeAction]:
    """What can be done about the findings in a range; nothing while the text is newer than they are.

    Args:
        document: The document.
        wanted: The range.
        units: How columns are counted.
    """
    known = document.known
    if known is None or known.text != document.text or not known.is_spec:
        return []
    shown = diagnostics(document, known, units)
    return [
        action
        for finding, diagnostic in zip(known.analysis.findings, shown, strict=True)
        if _meet(diagnostic.range, wanted)
        for action in _actions(finding, diagnostic, document, known, units)
    ]


def _actions(
    finding: Finding,
    diagnostic: types.Diagnostic,
    document: OpenDocument,
    known: Known,
    units: Units,
) -> Iterator[types.CodeAction]:
    if finding.repair is not None:
        yield _fix(finding.repair, diagnostic, document, known, units)
    place = own_place(finding, known)
    can_be_silenced = severity_of(finding.code) != "error" and finding.code != Code.UNUSED_SILENCE
    if place is not None and can_be_silenced:
        line = place.line - 1
        yield types.CodeAction(
            title=f"silence {finding.code} on this line",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[diagnostic],
            edit=types.WorkspaceEdit(
                changes={document.uri: [_silence(document.lines, line, finding.code.value, units)]}
            ),
        )


def _fix(
    repair: Repair,
    diagnostic: types.Diagnostic,
    document: OpenDocument,
    known: Known,
    units: Units,
) -> types.CodeAction:
    changes: dict[str, list[types.TextEdit]] = {}
    for edit in repair.edits:
        is_own = edit.place.source.name == known.analysis.path
        uri = document.uri if is_own else uri_of(edit.place.source.name)
        changes.setdefault(uri, []).append(types.TextEdit(units.range(edit.place), edit.text))
    return types.CodeAction(
        title=repair.told,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[diagnostic],
        is_preferred=True,
        edit=types.WorkspaceEdit(changes=changes),
    )


def _silence(lines: list[str], line: int, code: str, units: Units) -> types.TextEdit:
    """The comment that silences a code, or one more code in the comment that is there."""
    text = lines[line]
    there = _SILENCE.search(text)
    column = there.end() if there is not None else len(text.rstrip())
    added = f" {code}" if there is not None else f"  # netspec: ignore {code}"
    at = units.position(lines, line, column)
    end = units.position(lines, line, len(text) if there is None else column)
    return types.TextEdit(types.Range(at, end), added)


def _meet(one: types.Range, other: types.Range) -> bool:
    """Whether two ranges have a position in common, an end among them."""
    return _key(one.start) <= _key(other.end) and _key(other.start) <= _key(one.end)


def _key(position: types.Position) -> tuple[int, int]:
    return position.line, position.character
