"""Silences of specs, of lines and of a repository: what they hide, what they cannot, and which are told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netspec.analysis import analyse
from netspec.diagnostics import Code
from netspec.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

SPEC = """netspec: 1
vars:
  width: 32
  depth: 3
model: {input: [4], layers: [{Dense: {units: 2}}]}
"""
WIDTH, DEPTH = "width: 32", "depth: 3"
UNUSED, SILENCE = Code.UNUSED_NAME, Code.UNUSED_SILENCE


def found(tmp_path: Path, *changes: tuple[str, str]) -> list[tuple[str, int]]:
    """The codes and lines that are told of."""
    text = SPEC
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "spec.yaml"
    path.write_text(text)
    return [(finding.code.value, finding.line) for finding in analyse(path).findings]


def test_without_silences_both_are_told(tmp_path: Path) -> None:
    assert found(tmp_path) == [(UNUSED, 3), (UNUSED, 4)]


def test_a_spec_silences_a_code_everywhere(tmp_path: Path) -> None:
    assert found(tmp_path, ("vars:", "ignore: [NS601]\nvars:")) == []


@pytest.mark.parametrize(
    "comment",
    [
        "# netspec: ignore NS601",
        "#netspec:ignore NS601",
        "# netspec: ignore NS601 -- others use it",
        "# netspec: ignore NS601 --",
        "# see below  # netspec: ignore NS601",
    ],
)
def test_a_comment_silences_its_line_alone(comment: str, tmp_path: Path) -> None:
    assert found(tmp_path, (WIDTH, f"{WIDTH}  {comment}")) == [(UNUSED, 4)]


@pytest.mark.parametrize(
    "text",
    [
        "x-a: 'a # netspec: ignore NS601'",
        "x-a: |\n  # netspec: ignore NS601",
    ],
)
def test_what_looks_like_one_within_a_text_is_none(text: str, tmp_path: Path) -> None:
    codes = {code for code, _ in found(tmp_path, ("model", f"{text}\nmodel"))}
    assert codes == {UNUSED}


@pytest.mark.parametrize(
    ("comment", "message", "hint"),
    [
        ("# netspec: ignore", "this silence names no code", "write `# netspec: ignore NS601 -- the reason`"),
        ("# netspec: ignore NS603", "nothing is found on this line that NS603 would silence", "remove it"),
        ("# netspec: ignore ACME001", "nothing is found on this line that ACME001 would silence", "remove it"),
        ("# netspec: ignore NS402", "NS402 is an error, and only its repair silences it",
         "`netspec explain NS402` says what to do about it"),
        ("# netspec: ignore NS6O1", "there is no code 'NS6O1' to silence", "did you mean NS601?"),
    ],
)  # fmt: skip
def test_a_silence_of_nothing_is_a_warning(
    comment: str, message: str, hint: str, tmp_path: Path
) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(SPEC.replace("[4]", f"\n    [4]  {comment}\n   "))
    finding = analyse(path).findings[-1]
    assert (finding.code, finding.severity, finding.line) == (SILENCE, "warning", 6)
    assert (finding.message, finding.hint) == (message, hint)


def test_of_several_codes_the_unused_one_is_told(tmp_path: Path) -> None:
    changes = (WIDTH, f"{WIDTH}  # netspec: ignore NS601, NS603 -- reason")
    assert found(tmp_path, changes) == [(SILENCE, 3), (UNUSED, 4)]


def test_a_silence_of_a_base_is_not_told_of_where_it_is_extended(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(
        SPEC.replace("vars:", "ignore: [NS603]\nvars:").replace(
            "units: 2", 'units: "${width * depth}"'
        )
    )
    path = tmp_path / "spec.yaml"
    path.write_text("netspec: 1\nextends: base.yaml\n")
    assert analyse(path).findings == ()
    codes = [finding.code for finding in analyse(tmp_path / "base.yaml").findings]
    assert codes == [SILENCE]


def test_a_comment_at_the_use_of_a_block_silences_what_is_found_in_it(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    text = """netspec: 1
model:
  input: [4]
  blocks:
    drop: {params: {rate: }, layers: [{Dropout: {rate: "${rate}"}}, {Dense: {units: 3, activation: relu}}]}
  layers:
    - drop: {rate: 0.95}  # COMMENT
"""
    path.write_text(text)
    (finding,) = [one for one in analyse(path).findings if one.severity == "warning"]
    path.write_text(text.replace("# COMMENT", f"# netspec: ignore {finding.code}"))
    assert [one for one in analyse(path).findings if one.severity == "warning"] == []


@pytest.mark.parametrize("code", ["NS402", "NS999", "ns601", "x", "3"])
def test_an_error_or_an_unknown_code_cannot_be_silenced(code: str, tmp_path: Path) -> None:
    assert [c for c, _ in found(tmp_path, ("vars:", f"ignore: [{code}]\nvars:"))] == [
        Code.VALUE,
        UNUSED,
        UNUSED,
    ]


def test_a_repository_says_how_grave_a_code_is_and_what_is_not_told(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(SPEC)
    with Settings(severities={"NS601": "error"}).enabled():
        analysis = analyse(path)
    assert [finding.severity for finding in analysis.findings] == ["error", "error"]
    assert analysis.failed
    with Settings(ignored=frozenset({"NS601"})).enabled():
        assert analyse(path).findings == ()
    with Settings(ignored=frozenset({"NS601"}), silences=False).enabled():
        assert len(analyse(path).findings) == 2


def test_what_a_repository_makes_an_error_can_still_be_silenced(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(SPEC.replace("vars:", "ignore: [NS601]\nvars:"))
    with Settings(severities={"NS601": "error"}).enabled():
        assert analyse(path).findings == ()


BUDGET = """netspec: 1
model: {input: [100], layers: [{Dense: {units: 10}}]}
"""


@pytest.mark.parametrize(
    ("own", "repository", "messages"),
    [
        ("{parameters: 1010}", {}, []),
        ("{parameters: 1009}", {}, ["the network takes 1,010 parameters, and its budget is 1009"]),
        ("{macs: 999, weights: 4 kB}", {}, [
            "the network takes 1,000 multiply-accumulates, and its budget is 999",
            "the network takes 3.95 KiB of weights, and its budget is 4 kB",
        ]),
        ("{weights: 4.04 kB}", {}, []),
        ("{}", {"parameters": 5}, ["the network takes 1,010 parameters, and the budget in pyproject.toml is 5"]),
        ("{parameters: 2e3}", {"parameters": 5}, []),
        ("{parameters: null}", {"parameters": 5}, []),
        ("{macs: null}", {"parameters": 5},
         ["the network takes 1,010 parameters, and the budget in pyproject.toml is 5"]),
    ],
)  # fmt: skip
def test_a_budget_is_held(
    own: str, repository: dict[str, float], messages: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(f"{BUDGET}budget: {own}\n")
    with Settings(origin="pyproject.toml", budget=repository).enabled():
        findings = analyse(path).findings
    assert [finding.message for finding in findings] == messages
    assert {finding.code for finding in findings} <= {Code.BUDGET}


def test_beside_an_error_a_silence_is_not_told_of_as_rules_keep_silent_then(tmp_path: Path) -> None:
    silent = ("vars:", "ignore: [NS603]\nvars:")
    assert (SILENCE, 2) in found(tmp_path, silent)
    codes = {code for code, _ in found(tmp_path, silent, ("units: 2", "unit: 2"))}
    assert SILENCE not in codes
    unknown = (WIDTH, f"{WIDTH}  # netspec: ignore NS999")
    assert (SILENCE, 3) in found(tmp_path, unknown, ("units: 2", "unit: 2"))
