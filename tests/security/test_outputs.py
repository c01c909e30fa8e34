"""No text of a stranger is a command to what reads the output: a terminal, a build's log, a page, an annotation."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from netspec.cli import main
from netspec.report.escape import json_text, markdown, mermaid, printable
from netspec.source.nodes import Source
from netspec.source.parse import parse
from netspec.spec.layout import text_of

if TYPE_CHECKING:
    from pathlib import Path

# As src/Runner.Common/ActionCommand.cs of actions/runner finds them; `##vso[` and `##teamcity[` likewise.
COMMAND = re.compile(
    r"^\s*::(?!(?:error|warning|notice) file=)|##(?:vso|teamcity)?\[", re.MULTILINE
)
CONTROL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
EVIL = (
    "##[set-output name=a]b",
    "##vso[task.setvariable variable=a]b",
    "##teamcity[buildStatus text='a']",
    "::set-output name=a::b",
    "[bold]b[/bold]",
    "<script>alert(1)</script>",
    "[a](https://example.org)",
    "\\x1b[31m",
    "\\u202e",
    "\\U000e0041",
)
INVALID = """netspec: 1
name: "{0}"
"{0}": 1
vars: {{a: "{0}"}}
model:
  input: [3]
  layers: [Flatten, "{0}", {{"{0}": 1}}, {{Dense: {{units: "{0}", "{0}": 2, name: "{0}", inputs: "{0}"}}}}]
compile: {{optimizer: "{0}", loss: "{0}", metrics: ["{0}"]}}
data: {{source: "{0}", classes: ["{0}"]}}
"""
VALID = """netspec: 1
vars: {{width: 2}}
data:
  source: {{ImageFolder: {{path: "{0}"}}}}
  classes: ["{0}", b]
model:
  input: [8, 8, 3]
  layers: [Flatten, {{Dense: {{units: {1}, activation: softmax}}}}]
compile: {{optimizer: adam, loss: categorical_crossentropy}}
training: {{epochs: 1, class_weight: {{"{0}": 2.0, b: 1.0}}}}
"""


def output(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command writes, which must not be an internal error."""
    assert main(list(arguments)) in {0, 1, 2, 3}
    captured = capsys.readouterr()
    return f"{captured.out}\n{captured.err}"


def require_harmless(text: str) -> None:
    assert COMMAND.search(text) is None, COMMAND.search(text)
    assert CONTROL.search(text) is None, CONTROL.search(text)


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_findings_are_no_commands(
    form: str, evil: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    (tmp_path / "spec.yaml").write_text(INVALID.format(evil))
    text = output(capsys, "validate", "--format", form, "spec.yaml", "--set", f"name={evil}")
    require_harmless(text)
    if form == "sarif":
        messages = [each["message"]["text"] for each in json.loads(text)["runs"][0]["results"]]
        assert messages
        assert not any("](" in message for message in messages)
    if form == "json":
        assert len(json.loads(text)["findings"]) > 5


@pytest.mark.parametrize("evil", EVIL)
def test_what_is_made_of_a_valid_spec_is_no_command(
    evil: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(VALID.format(evil, 2))
    (tmp_path / "b.yaml").write_text(VALID.format(evil * 2, '"${width}"'))
    for form in ("table", "markdown", "json", "mermaid"):
        require_harmless(output(capsys, "summary", "--format", form, "a.yaml"))
    for form in ("table", "markdown", "json"):
        require_harmless(output(capsys, "diff", "--format", form, "a.yaml", "b.yaml"))
    for option in ((), ("--expand",), ("--provenance",)):
        require_harmless(output(capsys, "render", "b.yaml", *option))
    require_harmless(output(capsys, "run", "--dry-run", "a.yaml"))


@pytest.mark.parametrize("evil", [each for each in EVIL if "/" not in each and "\\" not in each])
def test_neither_is_the_name_of_a_file(
    evil: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    good, bad = f"{evil}.yaml", f"{evil}-bad.yaml"
    (tmp_path / good).write_text("netspec: 1\nmodel: {input: [3], layers: [Flatten]}\n")
    (tmp_path / bad).write_text("netspec: 1\nmodel: {input: [3], layers: [Flaten]}\n")
    for form in ("text", "json", "github", "sarif"):
        require_harmless(
            output(capsys, "validate", "--format", form, good, bad, f"{evil}-none.yaml")
        )
    require_harmless(output(capsys, "validate", "--changed", good, bad))
    for form in ("table", "markdown", "json", "mermaid"):
        require_harmless(output(capsys, "summary", "--format", form, good))
    for form in ("table", "markdown", "json"):
        require_harmless(output(capsys, "diff", "--format", form, good, good))
    require_harmless(output(capsys, "render", "--provenance", good))


@pytest.mark.parametrize("evil", EVIL)
def test_neither_is_what_a_command_was_asked_for(
    evil: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in ("explain", "layers"):
        require_harmless(output(capsys, command, evil.encode().decode("unicode_escape")))


@pytest.mark.parametrize(
    "text", ["##[a]", "x##[a]", "##vso[a]", "###[a]", "::error::x", "  ::x", "\U000e0041"]
)
def test_every_way_of_writing_a_text_disarms_it(text: str) -> None:
    assert json.loads(json_text([text])) == [text]
    for written in (
        printable(text),
        markdown(text),
        mermaid(text),
        json_text([text]),
        f"- {text_of(text)}",
    ):
        require_harmless(written)


@pytest.mark.parametrize(
    "text", ["##[a]b", "a ## b", "###", "##vso['\"\\]", "a#b", "::a", "##\U000e0041"]
)
def test_a_rendered_text_is_still_the_same_text(text: str) -> None:
    root, findings = parse(Source("x", f"a: {text_of(text)}\n"))
    assert root is not None
    assert not findings
    assert root.value() == {"a": text}


def test_an_ordinary_text_stays_as_it_is() -> None:
    for text in ("a: b", "# a", "a::b", "12:30", "a #[b]", "## heading", "größe 大 🙂"):
        assert printable(text) == text
