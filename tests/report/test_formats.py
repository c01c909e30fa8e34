"""Findings for GitHub and as SARIF: valid, complete, and without a way to break out of a text."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from netspec.analysis import analyse
from netspec.diagnostics import Code, Edit, Finding, Repair
from netspec.report.github import findings_github
from netspec.report.sarif import findings_sarif
from netspec.source.nodes import Place, Source
from tests.spec.corpora import INVALID

if TYPE_CHECKING:
    from collections.abc import Sequence

# The schema of OASIS, as Microsoft's @microsoft/sarif-multitool (MIT) has it.
SCHEMA = json.loads((Path(__file__).parent / "sarif-2.1.0.json").read_text(encoding="utf-8"))
# What actions/toolkit reads of a line: a command, its properties, its message.
COMMAND = re.compile(r"::(error|warning|notice) ([^:\r\n]*)::([^\r\n]*)")
HOSTILE = "a%0A::error ::b\r\n::set-output name=x::y, c: d\x1b[31m"


def finding(name: str = "specs/bad.yaml", message: str = "it is wrong", **more: Any) -> Finding:
    source = Source(name, "model:\n  x: [Flaten]\n")
    return Finding(Code.UNKNOWN_KIND, message, Place(source, 2, 7, 2, 13), "do it", **more)


def sarif(findings: Sequence[Finding]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(findings_sarif(findings))
    Draft202012Validator(SCHEMA).validate(document)
    return document


def test_a_finding_is_one_annotation_at_its_place() -> None:
    assert findings_github([finding(), finding(level="note")]) == (
        "::error file=specs/bad.yaml,line=2,endLine=2,col=7,endColumn=13,title=NS204 (error)::"
        "it is wrong%0Ahint: do it\n"
        "::notice file=specs/bad.yaml,line=2,endLine=2,col=7,endColumn=13,title=NS204 (note)::"
        "it is wrong%0Ahint: do it"
    )


@pytest.mark.parametrize("where", ["name", "message"])
def test_no_text_breaks_out_of_its_annotation(where: str) -> None:
    text = findings_github([finding(**{where: HOSTILE})])
    match = COMMAND.fullmatch(text)
    assert match is not None
    properties = dict(each.split("=", 1) for each in match[2].split(","))
    assert set(properties) == {"file", "line", "endLine", "col", "endColumn", "title"}
    assert "\x1b" not in text
    if where == "message":
        assert match[3].startswith("a%250A::error ::b")


def test_the_findings_of_all_wrong_specs_are_valid_sarif_and_annotations() -> None:
    findings = [one for path in INVALID[::12] for one in analyse(path).findings]
    document = sarif(findings)
    (run,) = document["runs"]
    assert len(run["results"]) == len(findings)
    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [
        finding.code.value for finding in findings
    ]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for line in findings_github(findings).splitlines():
        assert COMMAND.fullmatch(line), line


def test_sarif_has_the_place_the_rule_and_its_help() -> None:
    (run,) = sarif([finding("a b/ü%.yaml")])["runs"]
    (result,) = run["results"]
    assert result["message"]["text"] == "it is wrong.\nHint: do it."
    assert result["level"] == "error"
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "a%20b/%C3%BC%25.yaml"
    assert location["region"] == {"startLine": 2, "startColumn": 7, "endLine": 2, "endColumn": 13}
    (rule,) = run["tool"]["driver"]["rules"]
    assert "Passing" in rule["help"]["markdown"]
    assert rule["defaultConfiguration"]["level"] == "error"


def test_sarif_has_where_a_block_is_used_and_the_repair() -> None:
    source = Source("bad.yaml", "model:\n  x: [Flaten]\n  y: [b]\n")
    place = Place(source, 2, 7, 2, 13, used_at=(Place(source, 3, 7, 3, 8),))
    repair = Repair("write Flatten", (Edit(place, "Flatten"),))
    (run,) = sarif([Finding(Code.UNKNOWN_KIND, "wrong", place, repair=repair)])["runs"]
    (result,) = run["results"]
    assert result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 3
    assert len(result["relatedLocations"]) == 1
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"]["text"] == "Flatten"


def test_sarif_has_where_the_right_name_is_defined() -> None:
    source = Source("bad.yaml", "a\nb\n")
    one = Finding(Code.UNKNOWN_NAME, "wrong", source.place(2, 1), defined=source.place(1, 1))
    (run,) = sarif([one])["runs"]
    (related,) = run["results"][0]["relatedLocations"]
    assert related["message"]["text"] == "defined here"
    assert related["physicalLocation"]["region"]["startLine"] == 1


def test_no_findings_are_a_run_without_results() -> None:
    assert sarif([])["runs"][0]["results"] == []
    assert findings_github([]) == ""


def test_an_absolute_path_is_a_file_uri(tmp_path: Path) -> None:
    (run,) = sarif([finding(str(tmp_path / "x.yaml"))])["runs"]
    location = run["results"][0]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == (tmp_path / "x.yaml").as_uri()
