"""`netspec fix` shows what it would change, asks on a terminal, and writes what is certain."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from netspec.cli import main
from tests.cli.commands import here
from tests.cli.displayed import Terminal

WRONG = "netspec: 1\nmodel:\n  input: [4]\n  layers:\n    - Dense: {unit: '3'}  # three\n"
RIGHT = WRONG.replace("unit: '3'", "units: 3")
DIFF = (
    "--- a.yaml\n"
    "+++ a.yaml\n"
    "@@ -2,5 +2,5 @@\n"
    " model:\n"
    "   input: [4]\n"
    "   layers:\n"
    "-    - Dense: {unit: '3'}  # three\n"
    "+    - Dense: {units: 3}  # three\n"
    " \n"
    "\n"
)

pytestmark = pytest.mark.usefixtures("folder")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a wrong spec, and in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(WRONG)
    return tmp_path


def text() -> str:
    return Path("a.yaml").read_text(encoding="utf-8")


def test_without_a_terminal_it_shows_and_writes_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    done = here(capsys, "fix", "a.yaml")
    said = "a.yaml: 2 repairs not made; --yes makes them without asking\n"
    assert (done.status, done.out, done.err) == (1, DIFF + said, "")
    assert text() == WRONG


def test_diff_shows_and_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "fix", "--diff", "a.yaml")
    assert (done.status, done.out) == (1, DIFF + "a.yaml: 2 repairs to be made\n")
    assert text() == WRONG
    done = here(capsys, "fix", "--diff", "--yes", "a.yaml")
    assert done.status == 2
    assert "leave one of them out" in done.err


def test_yes_writes(capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "fix", "--yes", "a.yaml")
    assert (done.status, done.out, done.err) == (0, DIFF + "a.yaml: 2 repairs made\n", "")
    assert text() == RIGHT
    done = here(capsys, "fix", "--yes", "a.yaml")
    assert (done.status, done.out, done.err) == (0, "a.yaml: nothing to repair\n", "")


@pytest.mark.usefixtures("terminal_of_80")
@pytest.mark.parametrize(
    ("answer", "status", "written"), [("y\n", 0, RIGHT), ("n\n", 1, WRONG), ("\n", 1, WRONG)]
)
def test_on_a_terminal_it_asks(
    answer: str, status: int, written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen, keys = Terminal(), Terminal()
    keys.write(answer)
    keys.seek(0)
    monkeypatch.setattr("sys.stdout", screen)
    monkeypatch.setattr("sys.stdin", keys)
    assert main(["fix", "a.yaml"]) == status
    assert text() == written
    shown = screen.getvalue()
    assert "write a.yaml? [y/N]" in shown
    assert "\x1b[31m-    - Dense: {unit: '3'}" in shown
    assert "\x1b[32m+    - Dense: {units: 3}" in shown


def test_a_base_is_named_where_it_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    Path("b.yaml").write_text("netspec: 1\nextends: a.yaml\n", encoding="utf-8")
    done = here(capsys, "fix", "--yes", "b.yaml")
    assert (done.status, done.out) == (0, DIFF + "b.yaml: 2 repairs made in a.yaml\n")
    assert text() == RIGHT


def test_what_is_left_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.yaml").write_text(WRONG.replace("'3'", "'3', activation: foo"), encoding="utf-8")
    done = here(capsys, "fix", "--yes", "a.yaml")
    assert done.status == 1
    assert "a.yaml: 2 repairs made. What is left:\n" in done.out
    assert "error[NS204] there is no activation 'foo'" in done.out
    done = here(capsys, "fix", "a.yaml")
    assert done.status == 1
    assert done.out.startswith("a.yaml: nothing to repair\na.yaml:5:37: error[NS204]")


def test_what_would_be_worse_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("netspec.fixing.MAX_CHECKS", 0)
    done = here(capsys, "fix", "--yes", "a.yaml")
    assert done.status == 1
    assert "a.yaml: nothing to repair; 1 left out, which would lead to more errors" in done.out


def test_several_files_are_repaired_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    Path("b.yaml").write_text(RIGHT, encoding="utf-8")
    done = here(capsys, "fix", "-y", "none.yaml", "a.yaml", "b.yaml")
    assert done.status == 2
    assert "there is no file none.yaml" in done.err
    assert done.out == DIFF + "a.yaml: 2 repairs made\nb.yaml: nothing to repair\n"
    assert text() == RIGHT


def test_all_files_are_named_before_it_asks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("b.yaml").write_text("netspec: 1\nextends: a.yaml\nsed: 1\n", encoding="utf-8")
    asked: list[str] = []

    def confirm(said: str, **_: object) -> bool:
        asked.append(said)
        return False

    monkeypatch.setattr("netspec.cli.fix.typer.confirm", confirm)
    monkeypatch.setattr("netspec.report.streams.is_terminal", lambda _: True)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    here(capsys, "fix", "b.yaml")
    assert asked == ["write a.yaml and b.yaml?"]
