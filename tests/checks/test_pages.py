"""Every code has a page, and the specs on it fail and pass as it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netspec.analysis import analyse
from netspec.checks import RULES
from netspec.data.source import Reports
from netspec.diagnostics import OF_DATA, Code
from netspec.errors import SpecError
from netspec.pages import pages
from netspec.runs.plan import make_plan
from tests.inspection.pets import OF_THEIR_OWN, make

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from netspec.diagnostics import Finding
    from netspec.pages import Example, Page

PAGES = {page.code.value: page for page in pages()}
EXAMPLES = [
    pytest.param(
        page,
        example,
        id=f"{page.code}-{number}-{example.head.split(',')[0]}",
        marks=pytest.mark.keras if example.is_checked else (),
    )
    for page in PAGES.values()
    for number, example in enumerate(page.examples)
]
LOOKED_AT: dict[str, Sequence[Finding]] = {}
# What no text of a few lines can show: bytes that are no text, and texts that are too long or too deep.
WITHOUT_FAILING = {Code.ENCODING, Code.FILE_SIZE, Code.DEPTH, Code.NODES}


@pytest.mark.parametrize("code", [code.value for code in Code])
def test_every_code_has_a_page_with_a_reason_and_specs_that_fail_and_pass(code: str) -> None:
    page = PAGES[code]
    assert page.title.endswith(".")
    assert "\n" not in page.title
    assert page.paragraphs
    assert any(example.fails for example in page.examples) or code in WITHOUT_FAILING
    assert any(not example.fails for example in page.examples)


@pytest.mark.parametrize(("page", "example"), EXAMPLES)
def test_an_example_fails_where_it_says_or_passes(
    page: Page, example: Example, tmp_path: Path
) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(example.text)
    findings = [
        finding
        for finding in findings_of(path, page, example)
        if finding.severity != "note" or finding.code == page.code
    ]
    marked = page.marked(example)
    assert bool(marked) == example.fails
    found = [(finding.code.value, finding.line) for finding in findings]
    assert found == [(page.code.value, line) for line in marked], "\n".join(map(str, findings))


def findings_of(path: Path, page: Page, example: Example) -> Sequence[Finding]:
    """What the command finds that the example's head names."""
    if example.is_checked:
        return found_in_data(path, page, example)
    return found_in_a_run(path) if example.is_run else analyse(path).findings


def found_in_data(path: Path, page: Page, example: Example) -> Sequence[Finding]:
    """What `data check` finds, with pictures made for the code; one look for all pages that pass with the same ones."""
    from netspec.inspection.check import inspect_data

    shared = not example.fails and page.code not in OF_THEIR_OWN
    if shared and example.text in LOOKED_AT:
        return LOOKED_AT[example.text]
    make(path.parent / "pets", Code(page.code), fails=example.fails)
    analysis = analyse(path)
    assert [each for each in analysis.findings if each.severity != "note"] == []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("platformdirs.user_cache_path", lambda name: path.parent / name)
        looked = inspect_data(analysis, reports=Reports.to_nobody(), looking=lambda *_: None)
    if shared:
        LOOKED_AT[example.text] = looked.findings
    return looked.findings


def found_in_a_run(path: Path) -> tuple[Finding, ...]:
    """What `run` finds before it looks at any data."""
    analysis = analyse(path)
    try:
        make_plan(analysis)
    except SpecError as error:
        return tuple(error.findings)
    return analysis.findings


def test_a_code_is_of_one_rule() -> None:
    codes = [rule.CODE for rule in RULES]
    assert len(codes) == len(set(codes))


def test_what_only_data_shows_is_shown_with_data() -> None:
    checked = {page.code for page in PAGES.values() if all(e.is_checked for e in page.examples)}
    assert checked == OF_DATA
