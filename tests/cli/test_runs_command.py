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

from netspec.report.runs import RunRecord, csv_text, runs_csv, runs_json, runs_markdown
from netspec.report.runs_table import runs_text
from netspec.report.schemas import schema_text
from tests.cli.commands import ROOT, here
from tests.runs.run_folders import FINISHED, a_run

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.report.runs import RunsDocument

TABLE = """\
run    status    epochs  best val_accuracy  test accuracy  parameters  data        duration  started (UTC)
notes  foreign   it has no run.json
a      finished   12/12  0.9123 (9)                0.9000   1,234,567  c10 45,000   1:02:03  2026-01-02 03:04
bb     failed      3/12  0.9123 (9)                         1,234,567  c10 45,000      1:01  2026-01-02 03:04  no number
c      running     0/12                                     1,234,567  c10 45,000      0:05  2026-01-02 03:04
"""
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
        "best": best_by("val_accuracy", 9, 0.91234),
        "metrics": {"loss": None, "accuracy": 0.9},
        "parameters": {"total": 1_234_567, "trainable": None},
        "macs": 20,
        "data": data_called("c10"),
        **more,
    }
    return cast("RunRecord", record)


def best_by(name: str, epoch: int, value: float) -> dict[str, object]:
    return {"epoch": epoch, "by": name, "value": value, "metrics": {name: value}}


def data_called(name: str) -> dict[str, object]:
    counts = {"train": 45_000, "validation": 5_000, "test": None}
    return {"source": "cifar10", "name": name, **counts, "fingerprint": None}


def a_document() -> RunsDocument:
    nothing: dict[str, object] = {
        **dict.fromkeys(("spec", "started", "seconds", "epochs", "epochs_done", "best", "macs")),
        "metrics": {},
        "parameters": None,
        "data": None,
    }
    runs = [
        a_record("notes", **{**nothing, "status": "foreign", "reason": "it has no run.json"}),
        a_record("a"),
        a_record(
            *("bb",),
            status="failed",
            reason="no number\nmore",
            epochs_done=3,
            seconds=61.0,
            metrics={},
        ),
        a_record("c", status="running", epochs_done=0, best=None, seconds=5.0, metrics={}),
    ]
    return {"folder": "runs", "runs": runs}


def test_the_table_has_a_line_a_run() -> None:
    lines = runs_text(a_document()["runs"], width=None).plain.splitlines()
    assert lines == TABLE.splitlines()


def test_runs_that_were_judged_by_different_metrics_say_which() -> None:
    other = a_record("b", best=best_by("loss", 2, 0.5), metrics={"loss": 0.25})
    lines = runs_text([a_record("a"), other], width=None).plain.splitlines()
    assert "best                     test  " in lines[0]
    assert "val_accuracy 0.9123 (9)  accuracy 0.9000" in lines[1]
    assert "loss 0.5000 (2)          loss 0.2500" in lines[2]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100])
def test_on_a_terminal_no_line_is_wider_than_it(width: int) -> None:
    text = runs_text(a_document()["runs"], width=width).plain
    assert all(cell_len(line) <= width for line in text.splitlines())


def test_where_there_is_no_room_whole_columns_go_and_are_named() -> None:
    lines = runs_text(a_document()["runs"], width=64).plain.splitlines()
    assert lines[0] == "run    status    epochs  best val_accuracy  test accuracy"
    assert lines[2] == "a      finished   12/12  0.9123 (9)                0.9000"
    assert lines[-1] == "no room for parameters, data, duration, started"


def test_a_reason_that_has_no_room_behind_its_run_stands_below_it() -> None:
    failed = a_record(
        "bb", status="failed", reason="the loss is no longer a finite number in epoch 4"
    )
    lines = runs_text([failed], width=60).plain.splitlines()
    assert lines[1].startswith("bb   failed")
    assert lines[2] == "     the loss is no longer a finite number in epoch 4"


def test_a_long_name_keeps_both_its_ends() -> None:
    runs = [a_record(f"cifar10-with-a-very-long-name-{day}") for day in ("20260101", "20260102")]
    lines = runs_text(runs, width=48).plain.splitlines()
    assert lines[1].startswith("cifar10-wit…ame-20260101  finished")


def test_json_is_what_its_schema_says() -> None:
    document = json.loads(runs_json(a_document()))
    assert document == a_document()
    jsonschema.validate(document, json.loads(schema_text("runs")))


def test_in_csv_a_stranger_s_text_is_no_formula_and_numbers_stay_numbers() -> None:
    titles = ["name", "=cmd|'/C calc'!A0"]
    kept = ["-", "-1.5e-3", "+7", "a=b", "2026-11-22T12:00:00+00:00", "-.5", "'x", ""]
    formulas = ["=1+1", "+1+1", "-1-1", "@SUM(A1)", "-x", "--", "\uff1d1"]
    text = csv_text(titles, [[each, -0.25] for each in (*kept, *formulas)])
    head, *rows = csv.reader(io.StringIO(text))
    assert head == ["name", "'=cmd|'/C calc'!A0"]
    assert [row[0] for row in rows] == [*kept, *(f"'{each}" for each in formulas)]
    assert {row[1] for row in rows} == {"-0.25"}
    # A tab is written by number already, behind the apostrophe.
    assert csv_text(["\t=1"], []) == "'\\u0009=1\n"


def test_csv_has_a_row_a_run() -> None:
    rows = list(csv.DictReader(io.StringIO(runs_csv(a_document()))))
    assert [row["name"] for row in rows] == ["notes", "a", "bb", "c"]
    assert (rows[1]["best_by"], float(rows[1]["best_value"])) == ("val_accuracy", 0.91234)
    assert rows[0]["best_value"] == ""
    found = [
        rows[1][name] for name in ("parameters", "macs", "data", "train_images", "test_accuracy")
    ]
    assert found == ["1234567", "20", "c10", "45000", "0.9"]


def test_markdown_is_one_table() -> None:
    lines = runs_markdown(a_document()).splitlines()
    assert len(lines) == 6
    assert {line.count("|") for line in lines} == {11}


def test_what_a_run_is_called_speaks_to_nobody() -> None:
    named = a_record(
        EVIL,
        reason=EVIL,
        spec=EVIL,
        best=best_by(EVIL, 1, 1.0),
        metrics={EVIL: 1.0},
        data=data_called(EVIL),
    )
    document: RunsDocument = {"folder": EVIL, "runs": [named]}
    text = runs_text(document["runs"], width=None).plain
    table = runs_markdown(document)
    for told in (text, table, runs_csv(document), runs_json(document)):
        assert not {"\x1b", "\x07", "\u202e"} & set(told)
    assert len(text.splitlines()) == 2
    assert len(table.splitlines()) == 3
    assert "<b>" not in table.replace("\\<b\\>", "")


def test_it_lists_and_compares_without_tensorflow_or_numpy(tmp_path: Path) -> None:
    for name in ("a", "b"):
        a_run(tmp_path, name, **{**FINISHED, "status": "interrupted"})
    code = (
        "import sys\nfrom netspec.cli import main\n"
        "assert main(['runs', 'compare', sys.argv[1] + '/a', sys.argv[1] + '/b', '--format', 'markdown']) == 0\n"
        "print('then')\nstatus = main(['runs', sys.argv[1], '--format', 'json'])\n"
        "assert not {'tensorflow', 'keras', 'numpy'} & set(sys.modules)\nsys.exit(status)"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    run, _ = json.loads(done.stdout.partition("then\n")[2])["runs"]
    assert (run["name"], run["status"], run["epochs_done"]) == ("a", "interrupted", 3)


def test_what_is_not_shown_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b", "c"):
        a_run(tmp_path, name, **FINISHED)
    options = ("--where", "epochs>=3", "--status", "finished", "--sort", "-name", "--last", "2")
    done = here(capsys, "runs", str(tmp_path), *options, "--format", "csv")
    assert (done.status, done.err) == (0, "2 of 3 runs\n")
    assert [row["name"] for row in csv.DictReader(io.StringIO(done.out))] == ["b", "a"]
    assert here(capsys, "runs", str(tmp_path), "--name", "*").err == ""


@pytest.mark.parametrize(
    "options",
    [
        ("--where", "epochs"),
        ("--where", "epoch>1"),
        ("--sort", "nam"),
        ("--status", "done"),
        ("--last", "0"),
    ],
)
def test_a_wish_that_nobody_understands_is_a_misuse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    a_run(tmp_path, **FINISHED)
    done = here(capsys, "runs", str(tmp_path), *options)
    assert (done.status, done.out) == (2, "")
    assert "rror" in done.err


def test_an_empty_folder_has_no_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "runs", str(tmp_path))
    assert (done.status, done.out, done.err) == (
        0,
        "",
        f"no runs were found in the folder {tmp_path}\n",
    )
    done = here(capsys, "runs", str(tmp_path), "--format", "json")
    assert json.loads(done.out)["runs"] == []


def test_a_folder_that_is_not_there_is_a_misuse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = here(capsys, "runs")
    assert (done.status, done.out) == (2, "")
    assert "error: the folder runs is not there" in done.err


def test_the_first_word_compare_is_the_other_command_and_a_folder_of_that_name_has_its_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    a_run(tmp_path / "compare", **FINISHED)
    assert "a  finished" in here(capsys, "runs", "./compare").out.replace("    ", "  ")
    done = here(capsys, "runs", "compare", "compare/a")
    assert (done.status, done.out) == (2, "")
    assert "two runs or more are compared, and one is named" in done.err


def test_each_run_that_is_compared_is_there_and_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("first", "second"):
        a_run(tmp_path, name, **FINISHED)
    (tmp_path / "notes").mkdir()
    gone = here(capsys, "runs", "compare", "first", "second", "secnod")
    assert (gone.status, gone.out) == (2, "")
    assert gone.err == "error: secnod is not there\n hint: did you mean second?\n"
    twice = here(capsys, "runs", "compare", "first", "./first/")
    assert twice.status == 2
    assert "first is named again" in twice.err
    foreign = here(capsys, "runs", "compare", "first", "second", "notes", "--format", "csv")
    assert foreign.status == 0
    assert foreign.err == "notes is shown, but is no run: it has no run.json\n"


def test_both_commands_have_a_page_of_help(capsys: pytest.CaptureFixture[str]) -> None:
    listing, comparing = (here(capsys, "runs", *words, "--help") for words in ((), ("compare",)))
    assert "--where CONDITION" in listing.out
    assert "compare RUN…" in listing.out
    assert "runs compare [OPTIONS]" in comparing.out
    assert "--metric NAME" in comparing.out
