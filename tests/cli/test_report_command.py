"""`netspec report` writes a page beside what it shows, and nothing else is overwritten."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from netspec.cli import main
from tests.cli.commands import ROOT, here
from tests.runs.written import write_run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_run(tmp_path / "pets")


def test_the_page_lies_in_the_run_and_its_path_is_printed(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = here(capsys, "report", str(run))
    assert (done.status, done.out, done.err) == (0, f"{run}/report.html\n", "")
    assert (run / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert not [each.name for each in run.iterdir() if each.name.startswith(".report")]


def test_a_page_is_written_anew(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert here(capsys, "report", str(run)).status == 0
    first = (run / "report.html").stat().st_ino
    assert here(capsys, "report", str(run)).status == 0
    assert (run / "report.html").stat().st_ino != first


@pytest.mark.parametrize("what", ["file", "folder", "link"])
def test_nothing_else_is_overwritten(
    run: Path, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    place = run.parent / "page.html"
    if what == "file":
        place.write_text("<p>mine", encoding="utf-8")
    elif what == "folder":
        place.mkdir()
    else:
        place.symlink_to(run / "gone.html")
    done = here(capsys, "report", str(run), "--output", str(place))
    assert done.status == 2
    assert "--output" in done.err
    assert not (run / "gone.html").exists()
    assert what != "file" or place.read_text(encoding="utf-8") == "<p>mine"


def test_where_nothing_can_be_written_another_place_is_asked_for(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = here(capsys, "report", str(run), "--output", str(run / "no folder" / "page.html"))
    assert done.status == 2
    assert "cannot write" in done.err
    assert "--output" in done.err


def test_several_runs_are_compared_in_the_current_folder(
    run: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(run.parent)
    other = write_run(run.parent / "other")
    done = here(capsys, "report", run.name, other.name)
    page = "comparison-pets-other.html"
    assert (done.status, done.out, done.err) == (0, f"{page}\n", "")
    assert "2 runs compared" in (run.parent / page).read_text(encoding="utf-8")
    done = here(capsys, "report", run.name, other.name)
    assert (done.status, done.err) == (0, f"an earlier {page} is replaced\n")


def test_a_comparison_of_other_runs_of_the_same_names_lies_beside(
    run: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(run.parent)
    write_run(run.parent / "other")
    for name in ("pets", "other"):
        write_run(run.parent / "old" / name)
    assert here(capsys, "report", "pets", "other").status == 0
    page = run.parent / "comparison-pets-other.html"
    text = page.read_text(encoding="utf-8")
    assert str(run.parent) not in text

    done = here(capsys, "report", "old/pets", "old/other")
    other = done.out.strip()
    assert re.fullmatch("comparison-pets-other-[0-9a-f]{8}.html", other)
    assert done.err == f"{page.name} is of other runs, and stays\n"
    assert page.read_text(encoding="utf-8") == text

    # Each of them again, and in its own place; where the user says, there.
    assert here(capsys, "report", "./pets", "other").out == f"{page.name}\n"
    done = here(capsys, "report", "old/pets", "old/other")
    assert done.out.strip() == other
    assert f"an earlier {other} is replaced" in done.err
    done = here(capsys, "report", "old/pets", "old/other", "--output", page.name)
    assert (done.out, done.err) == (f"{page.name}\n", f"an earlier {page.name} is replaced\n")


def test_a_comparison_of_many_is_called_after_the_first_two(
    run: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(run.parent)
    names = [f"{letter * 40} {letter}" for letter in "abc"]
    for name in names:
        write_run(run.parent / name)
    done = here(capsys, "report", *names)
    assert done.out == f"comparison-{'a' * 40}_a-{'b' * 40}_b-and-1-more.html\n"


def test_a_run_that_is_not_there_is_refused_and_its_neighbour_named(
    run: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(run.parent)
    other = write_run(run.parent / "other")
    for words in (["pest"], [run.name, other.name, "pest"]):
        done = here(capsys, "report", *words)
        assert (done.status, done.out) == (2, "")
        assert done.err == "error: pest is not there\n hint: did you mean pets?\n"
    assert not list(run.parent.glob("*.html"))


def test_what_is_no_run_and_what_is_named_twice_is_said(
    run: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(run.parent)
    other = write_run(run.parent / "other")
    (run.parent / "notes").mkdir()
    done = here(capsys, "report", run.name, str(run), other.name, "notes")
    assert done.status == 0
    assert done.err.splitlines() == [
        f"pets is named again, as {run}: it is shown once",
        "notes is shown, but is no run: it has no run.json",
    ]
    done = here(capsys, "report", run.name, run.name)
    assert (done.out, done.err) == (
        "pets/report.html\n",
        "pets is named again: it is shown once\n",
    )


def test_what_is_no_run_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (tmp_path, tmp_path / "gone"):
        done = here(capsys, "report", str(path))
        assert done.status == 2
        assert done.out == ""
    assert main(["report"]) == 2


def test_it_needs_neither_tensorflow_nor_numpy_nor_pillow(run: Path) -> None:
    code = (
        "import sys\nfrom netspec.cli import main\nstatus = main(['report', sys.argv[1]])\n"
        "assert not {'tensorflow', 'keras', 'numpy', 'PIL'} & set(sys.modules)\nsys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(run)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
