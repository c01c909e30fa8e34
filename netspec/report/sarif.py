"""Findings as SARIF 2.1.0, which code-scanning services and editors read.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from netspec.pages import Page, page_of
from netspec.report.code_pages import page_markdown
from netspec.report.escape import json_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.diagnostics import Finding, Repair
    from netspec.source.nodes import Place

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def findings_sarif(findings: Sequence[Finding]) -> str:
    """The findings as one run of netspec, each rule that is told of with its page."""
    codes = list(dict.fromkeys(finding.code for finding in findings))
    driver = {
        "name": "netspec",
        "version": version("netspec-keras"),
        "rules": [_rule(page_of(code)) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, codes.index(finding.code)) for finding in findings],
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(page: Page) -> dict[str, Any]:
    text = "\n\n".join((page.title, *page.paragraphs))
    return {
        "id": page.code.value,
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": text},
        "help": {"text": text, "markdown": page_markdown(page)},
        "defaultConfiguration": {"level": page.severity or "error"},
    }


def _result(finding: Finding, rule: int) -> dict[str, Any]:
    hint = f"\nHint: {_ended(finding.hint)}" if finding.hint else ""
    result: dict[str, Any] = {
        "ruleId": finding.code.value,
        "ruleIndex": rule,
        "level": finding.severity,
        "message": {"text": f"{_ended(finding.message)}{hint}"},
        "locations": [_location(finding.place)],
    }
    related = [("used here", place) for place in finding.place.used_at]
    if finding.defined is not None:
        related.append(("defined here", finding.defined))
    if related:
        result["relatedLocations"] = [
            {"id": number, "message": {"text": text}, **_location(place)}
            for number, (text, place) in enumerate(related)
        ]
    if finding.repair is not None:
        result["fixes"] = [_fix(finding.repair)]
    return result


def _ended(text: str) -> str:
    text = _unlinked(text)
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _unlinked(text: str) -> str:
    """The text without what would be a link in a message: `[text](address)` (3.11.6)."""
    return text.replace("](", "] (")


def _fix(repair: Repair) -> dict[str, Any]:
    changes: dict[str, list[dict[str, Any]]] = {}
    for edit in repair.edits:
        changes.setdefault(edit.place.source.name, []).append(
            {"deletedRegion": _region(edit.place), "insertedContent": {"text": edit.text}}
        )
    return {
        "description": {"text": _unlinked(repair.told)},
        "artifactChanges": [
            {"artifactLocation": {"uri": _uri(file)}, "replacements": replacements}
            for file, replacements in changes.items()
        ],
    }


def _location(place: Place) -> dict[str, Any]:
    artifact = {"uri": _uri(place.source.name)}
    return {"physicalLocation": {"artifactLocation": artifact, "region": _region(place)}}


def _region(place: Place) -> dict[str, int]:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _uri(file: str) -> str:
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
