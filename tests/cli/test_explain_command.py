"""`netspec explain` lists the codes and shows what some mean."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest

from netspec.diagnostics import Code
from netspec.report.schemas import schema_text
from tests.cli.commands import ROOT, here

if TYPE_CHECKING:
    from pathlib import Path


def test_it_lists_the_codes_by_range(capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "explain")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("The text\n  NS101  The file is no text in UTF-8.\n")
    assert "\n\nGraph and shapes\n  NS401  " in done.out
    assert all(f"\n  {code.value}  " in done.out for code in Code)
    assert done.out.endswith("\n\n`netspec explain CODE` shows one of them.\n")


@pytest.mark.parametrize("code", ["NS402", "ns402", " Ns402 "])
def test_it_shows_one_however_it_is_written(capsys: pytest.CaptureFixture[str], code: str) -> None:
    done = here(capsys, "explain", code)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(
        "NS402  error\nA feature map is smaller than the window that is moved over it.\n\nEvery "
    )
    assert "\n\nFailing:\n\n    netspec: 1\n    model:\n" in done.out
    assert "        - Conv2D: {filters: 16, kernel_size: 5}  # NS402\n" in done.out
    assert "\n\nPassing:\n\n    netspec: 1\n" in done.out
    assert done.out.endswith("}\n")


def test_it_shows_several_each_once_in_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "explain", "NS603", "NS101", "ns603")
    heads = [line for line in done.out.splitlines() if line.startswith("NS")]
    assert heads == ["NS603  warning", "NS101  error"]
    assert "\n\n\nNS101  error\n" in done.out


def test_json_is_what_its_schema_says(capsys: pytest.CaptureFixture[str]) -> None:
    schema = json.loads(schema_text("codes"))
    some = json.loads(here(capsys, "explain", "NS402", "NS603", "--format", "json").out)
    jsonschema.validate(some, schema)
    assert [(code["code"], code["severity"]) for code in some["codes"]] == [
        ("NS402", "error"),
        ("NS603", "warning"),
    ]
    failing, passing = some["codes"][0]["examples"]
    assert (failing["fails"], failing["lines"]) == (True, [7])
    assert (passing["fails"], passing["lines"]) == (False, [])
    whole = json.loads(here(capsys, "explain", "--format", "json").out)
    jsonschema.validate(whole, schema)
    assert [code["code"] for code in whole["codes"]] == [code.value for code in Code]


def test_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    listed = here(capsys, "explain", "--format", "markdown").out
    assert listed.startswith(
        "## The text\n\n| code | what it stands for |\n| --- | --- |\n| NS101 |"
    )
    some = here(capsys, "explain", "NS402", "NS603", "--format", "markdown").out
    assert some.startswith("# NS402\n\n**A feature map ")
    assert "\n\n# NS603\n\n" in some


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("NS4O2", "did you mean NS402?"),
        ("402", "did you mean NS402?"),
        ("kernel", "`netspec explain` lists them"),
        ("", "`netspec explain` lists them"),
    ],
)
def test_what_is_no_code_is_a_misuse(
    capsys: pytest.CaptureFixture[str], code: str, hint: str
) -> None:
    done = here(capsys, "explain", "NS402", code)
    assert (done.status, done.out) == (2, "")
    assert done.err == f"error: there is no code '{code}'\n hint: {hint}\n"


def test_what_is_said_below_findings_is_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    bad = ROOT / "tests" / "specs" / "invalid" / "kernel-larger-than-the-map.yaml"
    said = here(capsys, "validate", str(bad)).out.splitlines()[-1]
    assert said == "1 error (more: netspec explain NS402)"
    command = said.partition("netspec ")[2].removesuffix(")")
    assert here(capsys, *command.split()).out.startswith("NS402  error\n")


def test_it_writes_the_page_of_the_documentation(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "rules.md"
    assert here(capsys, "explain", "--write", str(path)).status == 0
    assert path.read_bytes() == (ROOT / "docs" / "rules.md").read_bytes(), "run: make pages"
    done = here(capsys, "explain", "NS402", "--write", str(path))
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("error: --write writes the pages of all codes")
    done = here(capsys, "explain", "--write", str(tmp_path / "no" / "rules.md"))
    assert done.status == 2
    assert done.err.startswith("error: cannot write ")
