"""A folder's runs are told by what each says of itself; what is no run, or damaged, is one line and no failure."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from netspec.errors import UsageError
from netspec.runs.listed import known
from netspec.runs.listed.listing import list_runs
from netspec.runs.lock import LOCK, RunLock
from tests.runs.run_folders import FINISHED, a_run

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.report.runs import RunRecord

NOW = datetime(2026, 1, 2, 4, 0, tzinfo=UTC)


def only(folder: Path) -> RunRecord:
    (run,) = list_runs(folder, now=NOW)["runs"]
    return run


def best_of(folder: Path) -> tuple[object, ...]:
    best = only(folder)["best"]
    assert best is not None
    return best["epoch"], best["by"], best["value"]


def test_of_a_finished_run_all_is_told(tmp_path: Path) -> None:
    data = {
        "source": "ImageFolder",
        "root": "/data",
        "path": "shop/clothing",
        "train": 90,
        "test": 10,
    }
    size: dict[str, Any] = {"parameters": {"total": 12, "trainable": 10}, "macs": 34}
    a_run(tmp_path, **FINISHED, **size, data=data)
    assert only(tmp_path) == {
        "name": "a",
        "path": str(tmp_path / "a"),
        "status": "finished",
        "reason": None,
        "spec": "clothes",
        "started": "2026-01-02T03:00:00+00:00",
        "ended": "2026-01-02T03:05:05+00:00",
        "seconds": 60.5,
        "epochs": 12,
        "epochs_done": 3,
        "best": {
            "epoch": 1,
            "by": "accuracy",
            "value": 0.5,
            "metrics": {"loss": 2.0, "accuracy": 0.5, "val_loss": 3.0},
        },
        "metrics": {"loss": 1.5, "accuracy": None},
        "parameters": {"total": 12, "trainable": 10},
        "macs": 34,
        "data": {
            "source": "ImageFolder",
            "name": "clothing",
            "train": 90,
            "validation": None,
            "test": 10,
            "fingerprint": None,
        },
    }


def test_one_run_s_own_folder_lists_that_run(tmp_path: Path) -> None:
    path = a_run(tmp_path, **FINISHED)
    assert only(path) == only(tmp_path)


def test_the_newest_run_is_the_last_one(tmp_path: Path) -> None:
    a_run(tmp_path, "b", **FINISHED, started="2026-01-02T05:00:00+02:00")
    a_run(tmp_path, "a", **FINISHED, started="2026-01-02T04:00:00+00:00")
    a_run(tmp_path, "c", **FINISHED, started="2026-01-02T03:30:00")
    (tmp_path / "other").mkdir()
    names = [run["name"] for run in list_runs(tmp_path, now=NOW)["runs"]]
    assert names == ["other", "b", "c", "a"]


def test_of_a_failed_run_the_reason_is_told(tmp_path: Path) -> None:
    a_run(tmp_path, status="failed", reason="the loss is no longer a number in epoch 4")
    run = only(tmp_path)
    assert (run["status"], run["reason"]) == ("failed", "the loss is no longer a number in epoch 4")


def test_before_the_record_names_a_best_epoch_it_is_that_of_the_lowest_loss(tmp_path: Path) -> None:
    a_run(tmp_path, "a", status="interrupted")
    assert best_of(tmp_path) == (2, "val_loss", 1.5)
    a_run(tmp_path / "b", "b", status="interrupted", table="epoch,loss\n1,2\n2,nan\n3,1\n")
    assert best_of(tmp_path / "b") == (3, "loss", 1.0)


@pytest.mark.parametrize(
    ("kept", "best"),
    [
        ({"best_epoch": 3, "best_by": "accuracy"}, (3, "accuracy", 0.9)),
        ({"best_epoch": 4, "best_by": "accuracy"}, (2, "val_loss", 1.5)),  # no such row
        ({"best_epoch": "3", "best_by": 1}, (2, "val_loss", 1.5)),
        ([3], (2, "val_loss", 1.5)),
    ],
)
def test_of_a_run_that_has_not_ended_the_best_is_what_it_keeps_as_such(
    tmp_path: Path, kept: object, best: tuple[object, ...]
) -> None:
    run = a_run(tmp_path, status="interrupted")
    (run / "state").mkdir()
    (run / "state" / "best.json").write_text(json.dumps(kept))
    assert best_of(tmp_path) == best


def test_the_best_of_a_run_that_goes_on_after_its_end_is_not_that_of_then(tmp_path: Path) -> None:
    run = a_run(tmp_path, **{**FINISHED, "status": "running"})
    assert best_of(tmp_path) == (1, "accuracy", 0.5)
    (run / "state").mkdir()
    (run / "state" / "best.json").write_text('{"best_epoch": 3, "best_by": "accuracy"}')
    assert best_of(tmp_path) == (3, "accuracy", 0.9)


def test_a_finished_run_without_its_epochs_does_not_tell_how_many_it_had(tmp_path: Path) -> None:
    run = a_run(tmp_path, **FINISHED)
    (run / "metrics.csv").unlink()
    assert (only(tmp_path)["epochs_done"], only(tmp_path)["best"]) == (None, None)


def test_a_run_whose_lock_is_held_goes_on(tmp_path: Path) -> None:
    with RunLock(a_run(tmp_path)):
        run = only(tmp_path)
    assert (run["status"], run["seconds"], run["ended"]) == ("running", 3600.0, None)


def test_a_run_whose_lock_nobody_holds_was_killed(tmp_path: Path) -> None:
    path = abandoned(a_run(tmp_path))
    run = only(tmp_path)
    assert (run["status"], run["reason"], run["seconds"]) == ("killed", None, 30.0)
    assert (path / LOCK).exists()


def test_what_an_epoch_in_progress_took_of_a_killed_run_is_not_known(tmp_path: Path) -> None:
    path = abandoned(a_run(tmp_path, table="epoch,loss,seconds\n", seconds=999))
    assert (only(tmp_path)["epochs_done"], only(tmp_path)["seconds"]) == (0, None)
    (path / "metrics.csv").unlink()
    assert only(tmp_path)["seconds"] is None


def test_a_run_that_was_killed_for_its_memory_perhaps_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    abandoned(a_run(tmp_path))
    monkeypatch.setattr(known, "killed_for_memory", lambda _: True)
    assert only(tmp_path)["reason"] == "perhaps for want of memory"


def abandoned(path: Path) -> Path:
    """Leaves a lock as a process that is killed does."""
    with RunLock(path):
        text = (path / LOCK).read_text()
    (path / LOCK).write_text(text)
    return path


def test_a_run_that_has_no_record_yet_is_told_by_its_lock(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.mkdir()
    with RunLock(path):
        run = only(tmp_path)
    assert (run["status"], run["reason"]) == ("running", "it has not begun to train")
    abandoned(path)
    run = only(tmp_path)
    assert (run["status"], run["reason"]) == ("killed", "before it began to train")


def test_where_nobody_can_tell_that_is_said(tmp_path: Path) -> None:
    path = a_run(tmp_path)
    run = only(tmp_path)
    assert (run["status"], run["reason"]) == (
        "unknown",
        "it goes on, or was killed: it has no lock that would tell",
    )
    (path / LOCK).write_text('{"salt": "a", "host": "another", "boot": "another"}')
    assert only(tmp_path)["reason"] == "it goes on, or was killed, on another machine"


def test_a_run_that_was_resumed_has_lasted_as_long_as_its_epochs(tmp_path: Path) -> None:
    with RunLock(a_run(tmp_path, resumed=[{"at": "2026-01-02T03:50:00+00:00"}])):
        assert only(tmp_path)["seconds"] == 30.0


@pytest.mark.parametrize(
    ("text", "status", "reason"),
    [
        (None, "foreign", "it has no run.json"),
        ("{", "damaged", "its run.json cannot be read: "),
        ("[" * 100_000, "damaged", "its run.json cannot be read: "),
        ("[]", "damaged", "its run.json is no record of a run"),
        ('{"format": true, "status": "finished"}', "damaged", "its run.json is no record of a run"),
        ('{"format": 1, "status": []}', "damaged", "its run.json has no status"),
        ('{"format": 1, "status": "gone"}', "damaged", "its run.json has no status"),
        ('{"format": 99, "status": "finished"}', "foreign", "a newer netspec wrote it (format 99)"),
    ],
)
def test_what_is_no_run_is_told_in_one_line(
    tmp_path: Path, text: str | None, status: str, reason: str
) -> None:
    (tmp_path / "a").mkdir()
    if text is not None:
        (tmp_path / "a" / "run.json").write_text(text)
    run = only(tmp_path)
    assert run["status"] == status
    assert (run["reason"] or "").startswith(reason)


def test_a_record_is_neither_read_through_a_link_nor_waited_for(tmp_path: Path) -> None:
    path = a_run(tmp_path / "elsewhere", **FINISHED)
    for name in ("link", "pipe"):
        (tmp_path / "runs" / name).mkdir(parents=True)
    (tmp_path / "runs" / "link" / "run.json").symlink_to(path / "run.json")
    os.mkfifo(tmp_path / "runs" / "pipe" / "run.json")
    runs = list_runs(tmp_path / "runs", now=NOW)["runs"]
    assert [run["status"] for run in runs] == ["damaged", "damaged"]


@pytest.mark.parametrize(
    "table",
    ["epoch,loss\nx,y\n", 'epoch,"lo', "\x00", "epoch\n1e999\n", "epoch,loss\n\n1,2,3,4\n"],
)
def test_damaged_metrics_leave_the_rest(tmp_path: Path, table: str) -> None:
    a_run(tmp_path, table=table, **FINISHED)
    assert only(tmp_path)["status"] == "finished"


@pytest.mark.parametrize(
    "field",
    [
        "name",
        "started",
        "ended",
        "epochs",
        "best_epoch",
        "best_by",
        "metrics",
        "seconds",
        "resumed",
        "parameters",
        "macs",
        "data",
    ],
)
@pytest.mark.parametrize("value", [None, [], {}, "x", -1, 1e308, True, 10**400])
def test_a_field_of_another_kind_is_as_if_it_were_not_there(
    tmp_path: Path, field: str, value: object
) -> None:
    path = a_run(tmp_path, **FINISHED)
    record = json.loads((path / "run.json").read_text())
    (path / "run.json").write_text(json.dumps({**record, field: value}))
    assert only(tmp_path)["status"] == "finished"


def test_files_and_hidden_folders_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".cache").mkdir()
    (tmp_path / "notes.txt").touch()
    assert list_runs(tmp_path, now=NOW)["runs"] == []


def test_a_folder_that_is_not_there_is_a_misuse(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not there"):
        list_runs(tmp_path / "runs", now=NOW)
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be read"):
        list_runs(tmp_path / "file", now=NOW)


def test_runs_are_listed_without_looking_into_their_specs_and_models(tmp_path: Path) -> None:
    for number in range(50):
        path = a_run(tmp_path, f"run-{number:03}", **FINISHED)
        (path / "resolved.yaml").write_text("no: [spec")
        os.mkfifo(path / "model.keras")
    runs = list_runs(tmp_path, now=NOW)["runs"]
    assert len(runs) == 50
    assert all(run["status"] == "finished" for run in runs)
