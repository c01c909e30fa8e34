"""`netspec summary` shows a network; its findings go to standard error."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import jsonschema
import pytest

import netspec
from netspec.analysis import analyse
from netspec.cli.output import print_notes
from netspec.report.schemas import schema_text
from tests.cli.commands import ROOT, apart, here
from tests.spec.corpora import INVALID, VALID

if TYPE_CHECKING:
    from pathlib import Path

QUICKSTART = ROOT / "specs" / "quickstart.yaml"


@pytest.mark.parametrize(
    ("output", "suffix"),
    [("table", "txt"), ("markdown", "md"), ("json", "json"), ("mermaid", "mmd")],
)
def test_a_format_prints_what_the_library_gives(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, output: str, suffix: str
) -> None:
    monkeypatch.chdir(ROOT)
    done = here(capsys, "summary", str(QUICKSTART.relative_to(ROOT)), "--format", output)
    assert done.status == 0
    assert done.err.startswith("\nnote[NS734] ") if output == "table" else done.err == ""
    golden = (ROOT / "tests" / "golden" / f"quickstart.{suffix}").read_text(encoding="utf-8")
    assert done.out == golden


def test_the_table_is_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "summary", str(QUICKSTART))
    assert done.out == f"{netspec.summarize(netspec.load(QUICKSTART))}\n"


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_the_json_of_every_valid_spec_is_what_the_schema_says(
    capsys: pytest.CaptureFixture[str], path: Path
) -> None:
    done = here(capsys, "summary", str(path), "--format", "json")
    assert (done.status, done.err) == (0, "")
    jsonschema.validate(json.loads(done.out), json.loads(schema_text("summary")))


@pytest.mark.parametrize(
    ("output", "suffix"),
    [("table", "txt"), ("markdown", "md"), ("json", "json"), ("mermaid", "mmd")],
)
def test_a_depth_folds_blocks_in_every_format(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, output: str, suffix: str
) -> None:
    monkeypatch.chdir(ROOT)
    spec = "specs/zoo/resnet50.yaml"
    done = here(capsys, "summary", spec, "--depth", "1", "--format", output)
    assert done.status == 0
    assert done.err.startswith("\nnote[NS731] ") if output == "table" else done.err == ""
    golden = (ROOT / "tests" / "golden" / f"resnet50-folded.{suffix}").read_text(encoding="utf-8")
    assert done.out == golden


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_a_page_is_utf_8_whatever_the_terminal_s_encoding_is(encoding: str) -> None:
    arguments = ("summary", str(QUICKSTART), "--format", "html", "--depth", "1", "--sort", "macs")
    done = apart(*arguments, PYTHONIOENCODING=encoding)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("<!doctype html>\n")
    assert done.out.endswith("</html>\n")
    assert "▸" in done.out


def test_layers_are_sorted(capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "summary", str(QUICKSTART), "--sort", "parameters", "--format", "json")
    parameters = [layer["parameters"] for layer in json.loads(done.out)["layers"]]
    assert parameters == sorted(parameters, reverse=True)


@pytest.mark.parametrize("arguments", [("--depth", "0"), ("--depth", "x"), ("--sort", "size")])
def test_a_depth_is_a_number_and_a_sort_a_column(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, str]
) -> None:
    done = here(capsys, "summary", str(QUICKSTART), *arguments)
    assert (done.status, done.out) == (2, "")


@pytest.mark.parametrize("output", ["table", "markdown", "json", "html"])
def test_a_spec_with_errors_has_findings_and_no_summary(
    capsys: pytest.CaptureFixture[str], output: str
) -> None:
    done = here(capsys, "summary", str(INVALID[0]), "--format", output)
    assert (done.status, done.out) == (1, "")
    assert "error[NS" in done.err
    assert done.err.endswith("\n1 error; `netspec fix` repairs it (more: netspec explain NS203)\n")


def test_a_file_that_is_not_there_is_a_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "summary", "nowhere.yaml")
    assert (done.status, done.out) == (2, "")
    assert done.err == "error: there is no file nowhere.yaml\n"


def test_an_assignment_changes_what_is_summarised(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("summary", str(QUICKSTART), "--format", "json", "--set")
    done = here(capsys, *arguments, "training.batch_size=7")
    assert json.loads(done.out)["batch_size"] == 7
    done = here(capsys, *arguments, "name=other")
    assert json.loads(done.out)["name"] == "other"


def test_without_a_name_a_network_is_called_after_its_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for file, name in (
        ("net.v2.yaml", "net.v2"),
        ("größe [red]\x1b[31m.yaml", "gr-e-red-31m"),
        ("-.yaml", "model"),
        ("a" * 200 + ".yaml", "a" * 64),
    ):
        path = tmp_path / file
        path.write_text("netspec: 1\nmodel: {input: [3], layers: [Flatten]}\n")
        done = here(capsys, "summary", str(path), "--format", "json")
        assert json.loads(done.out)["name"] == name


def test_notes_look_the_same_on_a_terminal_but_for_colours(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    findings = analyse(QUICKSTART).findings
    print_notes(findings)
    plain = capsys.readouterr().err
    monkeypatch.setattr("netspec.report.streams.is_terminal", lambda _: True)
    monkeypatch.setattr("netspec.report.console.is_terminal", lambda _: True)
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.setenv("TERM", "xterm-256color")
    print_notes(findings)
    coloured = capsys.readouterr().err
    assert plain.count("note[NS734]") == 1
    assert "hint: GlobalAveragePooling2D" in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
