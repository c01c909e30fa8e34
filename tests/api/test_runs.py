"""From Python, runs are listed, compared and shown as the commands do it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

import netspec
from netspec.errors import UsageError
from tests.api.pages import ROOT, shown
from tests.cli.commands import here
from tests.runs.run_folders import a_run
from tests.runs.written import write_run

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.training.job import RunResult


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A folder with two whole runs, one that was killed at its beginning, and what is no run."""
    for name in ("a", "b"):
        write_run(tmp_path / "runs" / name)
    a_run(tmp_path / "runs", "c", status="failed", reason="no number")
    (tmp_path / "runs" / "notes").mkdir()
    return tmp_path / "runs"


def named(**wanted: Any) -> list[str]:
    return [run["name"] for run in netspec.list_runs(**wanted)]


def result_in(directory: Path) -> RunResult:
    """What `run` gave, as far as it matters here."""
    return cast("RunResult", SimpleNamespace(directory=directory))


def test_runs_are_listed_as_the_command_lists_them(
    runs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(runs.parent)

    listed = netspec.list_runs()

    assert listed == json.loads(here(capsys, "runs", "--format", "json").out)["runs"]
    assert sorted(run["name"] for run in listed) == ["a", "b", "c", "notes"]
    assert netspec.list_runs(runs / "a")[0]["status"] == "finished"


def test_runs_are_chosen_by_the_commands_words(runs: Path) -> None:
    assert sorted(named(folder=runs, status="finished")) == ["a", "b"]
    assert sorted(named(folder=runs, status=["finished", "failed"])) == ["a", "b", "c"]
    assert named(folder=runs, name="b*") == ["b"]
    assert sorted(named(folder=runs, where="loss<=0.6", data="pets")) == ["a", "b"]
    assert named(folder=runs, where=["loss<=0.6", "loss>0.6"]) == []
    assert named(folder=runs, status="finished", sort="-name") == ["b", "a"]
    assert named(folder=runs, status="finished", sort="name", last=1) == ["b"]


@pytest.mark.parametrize(
    ("wanted", "message", "hint"),
    [
        ({"status": "finishd"}, "there is no status 'finishd'", "did you mean finished?"),
        ({"status": ["over"]}, "there is no status 'over'", "choose one of running, finished"),
        ({"last": 0}, "the last 0 runs are asked for", "ask for 1 or more"),
        ({"where": "loss"}, "'loss' is no condition", "write a name"),
        ({"sort": "los"}, "no run here has a number 'los'", "did you mean loss?"),
        ({"folder": "nowhere"}, "the folder nowhere is not there", "name the folder"),
    ],
)
def test_what_cannot_be_wanted_is_refused_in_a_sentence(
    runs: Path, wanted: dict[str, Any], message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as caught:
        netspec.list_runs(**{"folder": runs, **wanted})

    assert caught.value.message == message
    assert str(caught.value.hint).startswith(hint)


def test_runs_are_compared_as_the_command_compares_them(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = runs / "a", runs / "b"

    compared = netspec.compare_runs([result_in(a), str(b), a])

    done = here(capsys, "runs", "compare", str(a), str(b), "--format", "json")
    assert compared == json.loads(done.out)
    assert [run["name"] for run in compared["runs"]] == ["a", "b"]


def test_one_run_is_not_compared(runs: Path) -> None:
    with pytest.raises(UsageError, match="two runs or more are compared, and one is named"):
        netspec.compare_runs(str(runs / "a"))
    with pytest.raises(UsageError, match="is not there"):
        netspec.compare_runs([runs / "a", runs / "z"])


def test_a_run_is_shown_on_a_page(runs: Path) -> None:
    expected = runs / "a" / "report.html"

    assert netspec.write_report(runs / "a") == expected
    assert netspec.write_report(str(runs / "a")) == expected
    assert netspec.write_report(result_in(runs / "a")) == expected
    assert netspec.write_report([runs / "a"]) == expected
    assert "<title>" in expected.read_text(encoding="utf-8")


def test_several_runs_are_shown_on_one_page(runs: Path, tmp_path: Path) -> None:
    page = netspec.write_report(
        (each for each in sorted(runs.iterdir()) if each.name != "notes"),
        output=tmp_path / "p.html",
    )

    assert page == tmp_path / "p.html"
    assert "3 runs compared" in page.read_text(encoding="utf-8")
    page.write_text("mine")
    with pytest.raises(UsageError, match=r"p\.html is there already"):
        netspec.write_report([runs / "a", runs / "b"], output=str(page))
    assert page.read_text() == "mine"


def test_a_page_takes_plugins_by_name(runs: Path) -> None:
    with pytest.raises(UsageError, match="nowhere-to-be-found"):
        netspec.write_report(runs / "a", plugins=["nowhere-to-be-found"])


@pytest.mark.parametrize("page", ["docs/reporting.md", "docs/runs.md"])
def test_what_a_page_shows_runs(
    runs: Path,
    page: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(runs.parent)
    texts = shown(page)
    assert texts
    for text in texts:
        exec(compile(text, page, "exec"), {})  # noqa: S102 - it is our own page
    assert {line.split()[0] for line in capsys.readouterr().out.splitlines()} == {"a", "b"}


def test_neither_tensorflow_nor_numpy_nor_pillow_is_needed(runs: Path) -> None:
    code = (
        "import sys, netspec\n"
        "a, b = sys.argv[1:]\n"
        "netspec.list_runs(a), netspec.compare_runs([a, b]), netspec.write_report(a)\n"
        "sys.exit(str({'tensorflow', 'keras', 'numpy', 'PIL'} & set(sys.modules) or ''))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(runs / "a"), str(runs / "b")],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.strip() == ""
