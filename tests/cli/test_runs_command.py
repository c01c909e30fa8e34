"""`netspec runs` lists runs for people and for programs, and no name in them speaks to a terminal."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING, cast

import jsonschema
import pytest
from rich.cells import cell_len

from netspec.report.runs import RunRecord, runs_csv, runs_json, runs_markdown, runs_text
from netspec.report.schemas import schema_text
from tests.cli.commands import ROOT, here

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.report.runs import RunsDocument

EVIL = "\x1b]0;pwned\x07|[red]\u202e\n<b>"


def a_record(name: str, **more: object) -> RunRecord:
    record = {
        "name": name,
        "path": f"runs/{name}",
        "status": "finished",
        "reason": None,
        "spec": "clothes",
        "started": "2026-01-02T03:04:05+00:00",
        "ended": None,
        "seconds": 3723.4,
        "epochs": 12,
        "epochs_done": 12,
        "best": {"epoch": 9, "by": "val_accuracy", "value": 0.91234},
        "metrics": {"loss": None},
        **more,
    }
    return cast("RunRecord", record)


def a_document() -> RunsDocument:
    nothing = {
        "spec": None,
        "started": None,
        "seconds": None,
        "epochs": None,
        "epochs_done": None,
        "best": None,
    }
    runs = [
        a_record("notes", status="foreign", reason="it has no run.json", **nothing),
        a_record("a"),
        a_record("bb", status="failed", reason="no number\nmore", epochs_done=3, seconds=61.0),
        a_record("c", status="running", epochs_done=0, best=None, seconds=5.0),
    ]
    return {"folder": "runs", "runs": runs}


def test_the_table_has_a_line_a_run() -> None:
    assert runs_text(a_document(), width=None).plain.splitlines() == [
        "run    status    epochs  best                     duration  started (UTC)",
        f"notes  foreign{' ' * 64}it has no run.json",
        "a      finished   12/12  val_accuracy 0.9123 (9)   1:02:03  2026-01-02 03:04",
        "bb     failed      3/12  val_accuracy 0.9123 (9)      1:01  2026-01-02 03:04  no number",
        "c      running     0/12                               0:05  2026-01-02 03:04",
    ]


@pytest.mark.parametrize("width", [20, 60, 80])
def test_on_a_terminal_no_line_is_wider_than_it(width: int) -> None:
    text = runs_text(a_document(), width=width).plain
    assert all(cell_len(line) <= width for line in text.splitlines())


def test_json_is_what_its_schema_says() -> None:
    document = json.loads(runs_json(a_document()))
    assert document == a_document()
    jsonschema.validate(document, json.loads(schema_text("runs")))


def test_csv_has_a_row_a_run() -> None:
    rows = list(csv.DictReader(io.StringIO(runs_csv(a_document()))))
    assert [row["name"] for row in rows] == ["notes", "a", "bb", "c"]
    assert (rows[1]["best_by"], float(rows[1]["best_value"])) == ("val_accuracy", 0.91234)
    assert rows[0]["best_value"] == ""


def test_markdown_is_one_table() -> None:
    lines = runs_markdown(a_document()).splitlines()
    assert len(lines) == 6
    assert {line.count("|") for line in lines} == {8}


def test_what_a_run_is_called_speaks_to_nobody() -> None:
    named = a_record(EVIL, reason=EVIL, spec=EVIL, best={"epoch": 1, "by": EVIL, "value": 1.0})
    document: RunsDocument = {"folder": EVIL, "runs": [named]}
    text = runs_text(document, width=None).plain
    table = runs_markdown(document)
    for told in (text, table, runs_csv(document), runs_json(document)):
        assert not {"\x1b", "\x07", "\u202e"} & set(told)
    assert len(text.splitlines()) == 2
    assert len(table.splitlines()) == 3
    assert "<b>" not in table.replace("\\<b\\>", "")


def test_it_lists_a_folder_without_tensorflow_or_numpy(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    record = {"format": 1, "name": "clothes", "status": "interrupted", "epochs": 3}
    (tmp_path / "a" / "run.json").write_text(json.dumps(record))
    code = (
        "import sys\nfrom netspec.cli import main\nstatus = main(sys.argv[1:])\n"
        "assert not {'tensorflow', 'keras', 'numpy'} & set(sys.modules)\nsys.exit(status)"
    )
    command = [sys.executable, "-c", code, "runs", str(tmp_path), "--format", "json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    (run,) = json.loads(done.stdout)["runs"]
    assert (run["name"], run["status"], run["epochs_done"]) == ("a", "interrupted", 0)


def test_an_empty_folder_has_no_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "runs", str(tmp_path))
    assert (done.status, done.out, done.err) == (0, "", f"no runs in {tmp_path}\n")
    done = here(capsys, "runs", str(tmp_path), "--format", "json")
    assert json.loads(done.out)["runs"] == []


def test_a_folder_that_is_not_there_is_a_misuse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = here(capsys, "runs")
    assert (done.status, done.out) == (2, "")
    assert "error: the folder runs is not there" in done.err
