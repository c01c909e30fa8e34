"""Findings as annotations of GitHub's workflow commands.

Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions; escapes as in actions/toolkit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.report.escape import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.diagnostics import Finding

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def findings_github(findings: Sequence[Finding]) -> str:
    """One workflow command a finding; files are named as the user named them, from the repository's top as a rule."""
    return "\n".join(_annotation(finding) for finding in findings)


def _annotation(finding: Finding) -> str:
    place = finding.place
    properties = {
        "file": printable(finding.file).removeprefix("./"),
        "line": str(place.line),
        "endLine": str(place.end_line),
    }
    if place.line == place.end_line:  # columns are for stretches of one line
        properties |= {"col": str(place.column), "endColumn": str(place.end_column)}
    properties["title"] = f"{finding.code} ({finding.severity})"
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    lines = [finding.message]
    lines += [f"used at {each.source.name}:{each.line}" for each in place.used_at]
    lines += [f"hint: {finding.hint}"] if finding.hint else []
    message = "%0A".join(_data(printable(line)) for line in lines)
    return f"::{_COMMANDS[finding.severity]} {written}::{message}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
