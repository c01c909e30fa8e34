"""A run directory's files are whole or absent, whatever happens while they are written."""

from __future__ import annotations

import csv
import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from netspec.errors import UsageError
from netspec.runs.directory import RunDirectory

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def create(path: Path | None) -> RunDirectory:
    return RunDirectory.create(path, name="net", now=NOW)


def test_without_a_path_the_name_and_the_time_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert str(create(None).path) == "runs/net-20260102-030405"
    assert str(create(None).path) == "runs/net-20260102-030405-2"


def test_a_directory_with_anything_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("mine")

    with pytest.raises(UsageError, match="exists and is not empty"):
        create(tmp_path)

    assert [entry.name for entry in tmp_path.iterdir()] == ["kept"]


@pytest.mark.parametrize("below", ["", "runs/first"])
def test_a_file_in_the_way_is_one_clear_error(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(UsageError, match="is a file"):
        create(tmp_path / "file" / below)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_one_clear_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    with pytest.raises(UsageError, match="cannot write"):
        create(tmp_path / "run")


@pytest.mark.parametrize("below", ["", "runs/first"])
def test_what_can_be_made_is_known_before(tmp_path: Path, below: str) -> None:
    RunDirectory.require_makeable(tmp_path / below)
    (tmp_path / "file").write_text("")

    with pytest.raises(UsageError, match="is a file"):
        RunDirectory.require_makeable(tmp_path / "file" / below)
    with pytest.raises(UsageError, match="exists and is not empty"):
        RunDirectory.require_makeable(tmp_path)

    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_without_a_path_the_folder_of_runs_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    RunDirectory.require_makeable(None)
    create(None)
    RunDirectory.require_makeable(None)  # another run goes beside it
    shutil.rmtree("runs")
    (tmp_path / "runs").write_text("")

    with pytest.raises(UsageError, match="the run directory runs is a file"):
        RunDirectory.require_makeable(None)


@pytest.mark.parametrize("name", ["x" * 5000, "loop/x"])
def test_what_is_no_path_for_a_run_is_one_clear_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to("loop")

    for refuse in (create, RunDirectory.require_makeable):
        with pytest.raises(UsageError, match="the run directory"):
            refuse(tmp_path / name)


def test_a_folder_that_may_not_be_written_is_known_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, _: path != tmp_path)

    with pytest.raises(UsageError, match=f"nothing can be written in {tmp_path}$"):
        RunDirectory.require_makeable(tmp_path / "runs" / "first")


@pytest.mark.skipif(not os.path.ismount("/proc"), reason="the kernel tells of itself elsewhere")
@pytest.mark.parametrize("path", ["/proc/x", "/proc/self/x/y"])
def test_where_the_kernel_tells_of_itself_no_run_is_kept(path: str) -> None:
    for refuse in (create, RunDirectory.require_makeable):
        with pytest.raises(UsageError, match="cannot write the run directory"):
            refuse(Path(path))


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    directory = create(tmp_path / "run")
    directory.write_text("notes.txt", "old")

    def fail(target: Path) -> None:
        target.write_text("half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        directory.write_with("notes.txt", fail)

    assert (directory.path / "notes.txt").read_text() == "old"
    assert sorted(entry.name for entry in directory.path.iterdir()) == ["notes.txt", "state"]


def test_what_a_killed_process_had_half_written_can_be_cleared(tmp_path: Path) -> None:
    directory = create(tmp_path / "run")
    (directory.path / "state" / "state-00000001.npz").write_text("whole")
    (directory.path / "state" / "writing-7-state-00000002.npz").write_text("half")
    (directory.path / "writing-7-model.keras").write_text("half")

    directory.clear_halves()

    assert [each.name for each in directory.path.iterdir()] == ["state"]
    assert [each.name for each in (directory.path / "state").iterdir()] == ["state-00000001.npz"]


def test_json_has_null_for_numbers_it_cannot_say(tmp_path: Path) -> None:
    directory = create(tmp_path / "run")

    directory.write_json("x.json", {"loss": [0.5, float("nan"), float("inf")]})

    assert json.loads((directory.path / "x.json").read_text()) == {"loss": [0.5, None, None]}


def test_a_table_has_the_columns_of_all_its_rows(tmp_path: Path) -> None:
    directory = create(tmp_path / "run")

    directory.write_csv("x.csv", [{"a": 1, "b": 2}, {"a": 3, "c": 4}, {"d": 5, "b": 6}])

    assert (directory.path / "x.csv").read_text() == "a,b,c,d\n1,2,,\n3,,4,\n,6,,5\n"


def test_a_run_that_never_began_leaves_nothing_it_made(tmp_path: Path) -> None:
    made = create(tmp_path / "made")
    (tmp_path / "given").mkdir()
    given = create(tmp_path / "given")

    made.discard()
    given.discard()

    assert not made.path.exists()
    assert list(given.path.iterdir()) == []


def test_a_table_holds_every_name_that_a_file_may_have(tmp_path: Path) -> None:
    names = [os.fsdecode(b"caf\xe9.png"), "a\rb.png", 'a "b", c\n.png']

    create(tmp_path / "run").write_table("names.csv", ["image"], [[name] for name in names])

    (path,) = tmp_path.rglob("names.csv")
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        assert [row for (row,) in csv.reader(file, strict=True)] == ["image", *names]
