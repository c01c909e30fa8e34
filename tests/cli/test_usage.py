"""The command itself: its version, its help, and every misuse with status 2."""

from __future__ import annotations

import json
import re
from importlib.metadata import version
from typing import TYPE_CHECKING

import jsonschema
import pytest

import netspec.cli
from netspec.cli import COMMANDS
from netspec.exporting.formats import FORMATS
from netspec.report.schemas import SCHEMAS, schema_text
from tests.cli.commands import QUICKSTART, ROOT, apart, here

if TYPE_CHECKING:
    from pathlib import Path


def test_the_version_is_the_installed_one(capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "--version")
    assert (done.status, done.out, done.err) == (0, f"netspec {version('netspec-keras')}\n", "")


def test_alone_it_shows_its_help_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys)
    assert done.status == 2
    assert all(command in done.out + done.err for command in COMMANDS)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_there_for_every_command(capsys: pytest.CaptureFixture[str], command: str) -> None:
    done = here(capsys, *command.split(), "--help")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("Usage: ")
    assert "Traceback" not in done.out


@pytest.mark.parametrize("group", ["", "data", "cache"])
def test_help_cuts_no_command_s_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, group: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    commands = here(capsys, *group.split(), "--help").out.partition("Commands:\n")[2]
    assert all(line.endswith(".") and not line.endswith("...") for line in commands.splitlines())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["evalute", "runs/a"], "No such command 'evalute'. Did you mean evaluate?"),
        (["data", "chek"], "No such command 'chek'. Did you mean check?"),
        (["xyz"], "No such command 'xyz'."),
    ],
)
def test_of_a_command_that_there_is_not_it_says_which_was_meant(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    done = here(capsys, *arguments)
    assert done.status == 2
    assert done.err.endswith(f"Error: {said}\n")


def test_an_export_without_a_format_names_them(capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "export", "runs/a")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("error: --format is missing")
    assert all(name in done.err for name in FORMATS)


@pytest.mark.parametrize(
    "arguments",
    [
        ["nope"],
        ["validte", QUICKSTART],
        ["--nope"],
        ["validate"],
        ["validate", "--nope", QUICKSTART],
        ["validate", QUICKSTART, "--set"],
        ["validate", QUICKSTART, "--format", "xml"],
        ["summary"],
        ["summary", QUICKSTART, "another"],
        ["summary", QUICKSTART, "--format", "pdf"],
        ["schema", "nope"],
        ["validate", "nowhere.yaml"],
        ["summary", "nowhere.yaml"],
        ["summary", "specs"],
        ["validate", ""],
        ["validate", "a" * 5000],
    ],
)
def test_a_misuse_is_told_on_standard_error_with_status_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    done = here(capsys, *arguments)
    assert (done.status, done.out) == (2, "")
    assert re.search(r"^(error|Error): ", done.err, re.MULTILINE)
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "arguments",
    [["validate", ""], ["summary", ""], ["render", ""], ["run", ""], ["diff", "", QUICKSTART]],
)
def test_an_empty_name_is_told_as_one(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    done = here(capsys, *arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        "error: an empty text names no file\n"
        " hint: name a YAML file; a variable of the shell may be empty\n"
    )


def test_python_m_netspec_is_the_command() -> None:
    assert apart("--version").out == f"netspec {version('netspec-keras')}\n"
    assert apart("nope").status == 2


def test_a_defect_is_never_the_user_s_mistake(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("defect")

    monkeypatch.setattr("netspec.analysis.analyse", broken)
    done = here(capsys, "validate", QUICKSTART)
    assert (done.status, done.out) == (netspec.cli.INTERNAL_ERROR, "")
    assert done.err.startswith("internal error: this is a defect of netspec, not of your spec")
    assert "KeyError: 'defect'" in done.err


def test_an_interrupt_ends_with_130(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("netspec.analysis.analyse", interrupted)
    assert here(capsys, "validate", QUICKSTART).status == 130


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["summary", QUICKSTART, "--format", "htm"], " Did you mean html?"),
        (["runs", "--status", "finish"], " Did you mean finished?"),
        (["runs", "--format", "pdf"], ""),
        (["runs", "--format", ""], ""),
    ],
)
def test_a_choice_that_there_is_not_is_told_in_plain_words(
    capsys: pytest.CaptureFixture[str], arguments: list[str], meant: str
) -> None:
    done = here(capsys, *arguments)
    assert done.status == 2
    assert f": '{arguments[-1]}' is not one of '" in done.err
    assert done.err.endswith(f"'.{meant}\n")


@pytest.mark.parametrize("words", [["summary", QUICKSTART], ["diff", QUICKSTART, QUICKSTART]])
def test_a_page_is_not_printed_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("netspec.report.streams.is_terminal", lambda _: True)
    done = here(capsys, *words, "--format", "html")
    assert (done.status, done.out) == (2, "")
    assert "--format html > page.html" in done.err


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_printed(capsys: pytest.CaptureFixture[str], name: str) -> None:
    done = here(capsys, "schema", name)
    assert (done.status, done.out, done.err) == (0, schema_text(name), "")
    jsonschema.Draft202012Validator.check_schema(json.loads(done.out))


def test_schemas_are_written_into_a_directory_that_need_not_be_there(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    done = here(capsys, "schema", "--write", str(tmp_path / "a" / "b"))
    assert (done.status, done.out, done.err) == (0, "", "")
    written = {path.name: path.read_text() for path in (tmp_path / "a" / "b").iterdir()}
    assert written == {file: schema_text(name) for name, file in SCHEMAS.items()}


def test_schemas_that_cannot_be_written_are_a_misuse(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    done = here(capsys, "schema", "--write", str(tmp_path / "file"))
    assert done.status == 2
    assert done.err.startswith(f"error: cannot write into {tmp_path / 'file'}: ")
