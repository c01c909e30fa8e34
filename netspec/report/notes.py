"""Notes in few words: what is worth knowing, where, and what to do. Without rich, as a summary in a pipe is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.report.escape import printable

if TYPE_CHECKING:
    from netspec.diagnostics import Finding


def note_lines(finding: Finding) -> tuple[str, str, str]:
    """A note's head, such as ``note[NS731]``, the rest of its line, and the line of its hint, which may be empty."""
    head = f"{finding.severity}[{finding.code}]"
    rest = f" {printable(finding.file)}:{finding.line}: {printable(finding.message)}"
    return head, rest, f"   hint: {printable(finding.hint)}" if finding.hint else ""
