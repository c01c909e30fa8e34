"""Every spec on the page about the language is right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from netspec.analysis import analyse

PAGE = Path(__file__).parents[1] / "docs" / "language.md"
SPECS = re.findall(
    r"^```yaml\n(netspec: 1\n.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)


def test_the_page_has_specs() -> None:
    assert len(SPECS) >= 7


@pytest.mark.parametrize("text", SPECS)
def test_a_spec_on_the_page_has_no_findings(text: str, tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(text, encoding="utf-8")
    analysis = analyse(path)
    assert [str(finding) for finding in analysis.findings] == []
    assert analysis.graph is not None
    assert analysis.graph.complete
