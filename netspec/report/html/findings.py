"""What was found in a spec, as a list of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.report.html.markup import Markup, element, join

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netspec.diagnostics import Finding

_STYLES = {"error": "bad", "warning": "warn", "note": "faint"}


def findings_list(
    findings: Sequence[Finding], *, anchors: Mapping[str, str] | None = None
) -> Markup:
    """Findings with their hints, the gravest first.

    Args:
        findings: What was found.
        anchors: What the ids of a file's lines begin with, by its name, where the page shows its text.
    """
    if not findings:
        return element("p", "Nothing was found.")
    ranks = list(_STYLES)
    ordered = sorted(findings, key=lambda finding: ranks.index(finding.severity))
    return element("ul", [_item(each, anchors or {}) for each in ordered], class_="findings")


def _item(finding: Finding, anchors: Mapping[str, str]) -> Markup:
    badge = element(
        "span", f"{finding.severity} {finding.code}", class_=f"badge {_STYLES[finding.severity]}"
    )
    place = f"{finding.file}:{finding.line}"
    prefix = anchors.get(finding.file)
    if prefix is not None:
        place = element("a", place, href=f"#{prefix}{finding.line}")
    hint = None if finding.hint is None else element("p", finding.hint, class_="faint")
    return element("li", badge, join(" ", place, element("p", finding.message)), hint)
