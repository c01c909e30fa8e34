"""Every whole spec on the pages that users read is right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from netspec.analysis import analyse

ROOT = Path(__file__).parents[1]
WHOLE = re.compile(r"^```yaml\n(netspec: 1\n.*?)^```$", re.MULTILINE | re.DOTALL)
SPECS = [
    pytest.param(text, id=f"{page}-{number}")
    for page in ("README.md", "docs/language.md", "docs/transfer-learning.md")
    for number, text in enumerate(WHOLE.findall((ROOT / page).read_text(encoding="utf-8")))
]


def test_the_pages_have_specs() -> None:
    assert len(SPECS) >= 9


@pytest.mark.parametrize("text", SPECS)
def test_a_spec_on_a_page_has_no_findings(text: str, tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(text, encoding="utf-8")
    analysis = analyse(path)
    assert [str(finding) for finding in analysis.findings if finding.severity != "note"] == []
    assert analysis.graph is not None
    assert analysis.graph.complete
