"""Valid specs have no findings; an invalid one has exactly those that it says, at their places."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from netspec.analysis import analyse
from netspec.diagnostics import OF_DATA, Code, severity_of
from netspec.graph.item import Item
from netspec.layers.registry import LAYERS
from netspec.spec.spec import SECTIONS, WholeSpec
from tests.spec.corpora import INVALID, REASONS, SHIPPED, VALID, expected

if TYPE_CHECKING:
    from pathlib import Path

ONE = [path for path in INVALID if not path.stem.startswith("several-")]
SEVERAL = [path for path in INVALID if path.stem.startswith("several-")]
# What the corpora cannot show: tests/source has the first four, tests/training the last.
ELSEWHERE = {
    Code.ENCODING,
    Code.FILE_SIZE,
    Code.DEPTH,
    Code.NODES,
    Code.MISSING_SECTION,
    Code.WEIGHTS,
}
# A base alone is no mistake; tests/test_api.py has what asks for a whole spec.
ELSEWHERE |= {Code.ABSTRACT}
# What only data shows; tests/checks/test_pages.py and tests/inspection have these.
ELSEWHERE |= {code for code in OF_DATA if severity_of(code) != "note"}


def name(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", [*VALID, *SHIPPED], ids=name)
def test_a_valid_spec_has_no_findings(path: Path) -> None:
    analysis = analyse(path)
    assert [str(finding) for finding in analysis.findings if finding.severity != "note"] == []
    document, graph = analysis.require()
    assert graph.complete
    assert document.spec is not None


@pytest.mark.parametrize("path", INVALID, ids=name)
def test_an_invalid_spec_has_exactly_the_findings_it_says(path: Path) -> None:
    analysis, said = analyse(path), expected(path)
    findings = [finding for finding in analysis.findings if finding.severity != "note"]
    found = [(finding.code.value, finding.line, finding.column) for finding in findings]
    assert found == said.findings, "\n".join(map(str, findings))
    warnings = {n for n, finding in enumerate(findings) if finding.severity == "warning"}
    assert warnings == said.warnings
    assert analysis.failed == said.fails
    for number, finding in enumerate(findings):
        file = said.files.get(number, path)
        assert os.path.normpath(finding.file) == os.path.normpath(file)


def test_a_code_is_always_a_warning_or_always_an_error() -> None:
    by_code: dict[str, set[bool]] = {}
    for path in INVALID:
        said = expected(path)
        for number, (code, _, _) in enumerate(said.findings):
            by_code.setdefault(code, set()).add(number in said.warnings)
    assert all(len(warns) == 1 for warns in by_code.values())
    assert {code for code, warns in by_code.items() if warns == {True}} == {
        code for code in by_code if code.startswith("NS6")
    }


@pytest.mark.parametrize("path", INVALID, ids=name)
def test_every_finding_is_a_sentence_about_one_line(path: Path) -> None:
    for finding in analyse(path).findings:
        assert "\n" not in finding.message
        assert len(finding.message) < 250
        assert not finding.message.endswith(".")
        assert "Traceback" not in finding.message
        assert "pydantic" not in finding.message
        line = finding.place.source.lines[finding.line - 1]
        assert finding.column <= len(line) + 1


def test_one_mistake_is_one_finding() -> None:
    assert {path.stem: len(expected(path).findings) for path in ONE} == {
        path.stem: 1 for path in ONE
    }


def test_several_mistakes_are_told_at_once_and_once_each() -> None:
    for path in SEVERAL:
        findings = expected(path).findings
        assert len(findings) > 1, path.stem
        codes_and_places = {
            (finding.message, finding.place)
            for finding in analyse(path).findings
            if finding.severity != "note"
        }
        assert len(codes_and_places) == len(findings)


def test_the_corpora_are_large_and_say_why_the_schema_does_not_see() -> None:
    assert len(VALID) >= 70
    assert len(ONE) >= 400
    assert len(SEVERAL) >= 30
    reasons = {expected(path).reason for path in INVALID}
    assert reasons == {None, *REASONS}


def test_every_code_has_a_spec_that_shows_it() -> None:
    shown = {code for path in INVALID for code, _, _ in expected(path).findings}
    codes = {code.value for code in Code if severity_of(code) != "note"}
    assert codes - shown == {code.value for code in ELSEWHERE}


def test_every_layer_stands_in_a_valid_spec() -> None:
    used: set[str | None] = set()
    for path in VALID:
        document, graph = analyse(path).require()
        used |= {node.kind for node in graph.nodes.values()}
        used |= {Item(node).kind for node in document.items}
    assert {*LAYERS.names(), *LAYERS.strings} - used == set()


def test_everything_the_language_will_have_is_refused_as_not_yet_there() -> None:
    shown = {path.stem.removeprefix("not-yet-") for path in ONE if path.stem.startswith("not-yet-")}
    assert WholeSpec.not_yet - shown == set()
    for path in ONE:
        codes = {code for code, _, _ in expected(path).findings}
        assert path.stem.startswith("not-yet-") == (codes == {Code.NOT_YET.value}), path.stem


@pytest.mark.parametrize(
    ("section", "key"),
    sorted((name, key) for name, each in SECTIONS.items() for key in each.model.not_yet),
)
def test_every_field_to_come_is_refused(section: str, key: str, tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(
        f"netspec: 1\n{section}: {{{key}: 1}}\n"
        "model: {input: [3], layers: [{Dense: {units: 1}}]}\n"
    )
    told = {(each.code, each.line, each.column) for each in analyse(path).findings}
    assert (Code.NOT_YET, 2, len(section) + 4) in told


def test_keys_that_start_with_x_are_ignored_at_the_top_and_nowhere_else(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(
        "netspec: 1\nx-: 1\nx-anything: {a: [b]}\n"
        "model: {x-y: 1, input: [3], layers: [{Dense: {units: 1}}]}\n"
    )
    (finding,) = analyse(path).findings
    assert (finding.code, finding.line, finding.column) == (Code.UNKNOWN_KEY, 4, 9)
