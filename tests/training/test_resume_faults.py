"""What can befall a run between its begin and its end, and that it goes on to the same bits after it."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from netspec.errors import NetspecError, TrainingError, UsageError
from netspec.runs.directory import RunDirectory
from netspec.runs.lock import RunLock
from netspec.training.events import Prepared, Resumed
from netspec.training.interruption import Interrupted
from tests.training.small_runs import (
    Heard,
    after_epoch,
    after_step,
    bits,
    interrupted,
    newest,
    record,
    resume,
    rewrite,
    states,
    train,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.keras


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("specs"))


@pytest.fixture(scope="module")
def whole(spec: Path) -> Path:
    """A run that nothing befell; nobody writes in it."""
    train(spec, spec.parent / "whole")
    return spec.parent / "whole"


@pytest.fixture(scope="module")
def stopped_once(spec: Path) -> Path:
    run = spec.parent / "stopped"
    interrupted(spec, run, after_step(2, 1))
    return run


@pytest.fixture
def stopped(stopped_once: Path, tmp_path: Path) -> Path:
    """A run that was ended in its second epoch, after one of two steps."""
    return Path(shutil.copytree(stopped_once, tmp_path / "moved"))


def contents(run: Path) -> dict[str, bytes]:
    return {
        str(each.relative_to(run)): each.read_bytes() for each in run.rglob("*") if each.is_file()
    }


def test_a_full_disk_is_told_and_after_room_is_made_the_bits_are_the_same(
    whole: Path, spec: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replacing, run = RunDirectory.replacing, tmp_path / "run"

    def full_at(*names: str) -> None:
        @contextmanager
        def full(self: RunDirectory, name: str) -> Iterator[Path]:
            with replacing(self, name) as path:
                yield path
                if name.startswith(names):
                    os.truncate(path, path.stat().st_size // 2)
                    raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(RunDirectory, "replacing", full)

    # Each time it gets a little farther.
    for name in ("state/state-00000003", "state/best.keras", "metrics.csv", "model.keras"):
        full_at(name)
        before = [each.name for each in states(run)]
        with pytest.raises(TrainingError) as caught:
            train(spec, run, resume=True)
        assert (
            str(caught.value) == f"training failed: cannot write to {run}: No space left on device"
        )
        assert f"`netspec resume {run}` goes on" in (caught.value.hint or "")
        assert not list(run.rglob("writing-*"))
        assert states(run)
        assert record(run)["status"] == "failed"
        assert before <= [each.name for each in states(run)]

    status = RunDirectory.write_json

    def no_end(self: RunDirectory, name: str, value: Any) -> None:
        if name == "run.json" and value["status"] == "finished":
            raise OSError(errno.ENOSPC, "No space left on device")
        status(self, name, value)

    full_at("nothing")
    monkeypatch.setattr(RunDirectory, "write_json", no_end)
    with pytest.raises(TrainingError, match="its record cannot be written: No space left"):
        resume(run)
    assert record(run)["status"] == "running"
    monkeypatch.undo()

    resume(run)
    assert bits(run) == bits(whole)
    assert record(run)["status"] == "finished"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one MiB."""
    path = tmp_path / "disk"
    path.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(path)],
        check=False,
        capture_output=True,
    )
    if not mounted or mounted.returncode:
        pytest.skip("nothing can be mounted here")
    yield path
    subprocess.run(["umount", str(path)], check=True)


def test_a_disk_that_is_full_or_cannot_be_written_is_told(
    spec: Path, whole: Path, disk: Path
) -> None:
    run = disk / "run"

    def fill(event: Any) -> bool:
        if after_step(2, 1)(event):
            free = os.statvfs(disk)
            (disk / "filler").write_bytes(bytes(free.f_bavail * free.f_frsize - 3 * 4096))
        return False

    with pytest.raises(TrainingError, match=r"cannot write to .*: No space left on device"):
        train(spec, run, heard=Heard(fill))
    kept = contents(run)
    assert not [name for name in kept if "writing-" in name]

    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with pytest.raises(UsageError, match=r"cannot write .*: Read-only file system"):
        resume(run)
    with pytest.raises(UsageError, match=r"cannot write .*: Read-only file system"):
        train(spec, run, resume=True)
    with pytest.raises(UsageError, match=r"cannot write .*: Read-only file system"):
        train(spec, disk / "other")
    assert contents(run) == kept

    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    (disk / "filler").unlink()
    resume(run)
    assert bits(run) == bits(whole)


def test_a_folder_that_cannot_be_written_is_told_of(
    stopped: Path, spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(self: RunDirectory, name: str, text: str) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    kept = contents(stopped)
    monkeypatch.setattr(RunDirectory, "write_text", read_only)

    with pytest.raises(UsageError, match=r"cannot write to the run .*: Read-only file system"):
        resume(stopped)
    with pytest.raises(
        UsageError, match=r"cannot write the run directory .*: Read-only file system"
    ):
        train(spec, stopped.parent / "new")

    assert contents(stopped) == kept
    assert not (stopped.parent / "new").exists()


def test_a_second_process_in_a_run_is_refused_and_harms_nothing(stopped: Path, spec: Path) -> None:
    before = contents(stopped)
    with RunLock(stopped):
        with pytest.raises(UsageError, match=r"another process .*trains in the run"):
            resume(stopped)
        with pytest.raises(UsageError, match=r"another process .*trains in the run"):
            train(spec, stopped, resume=True)
        with pytest.raises(UsageError, match="exists and is not empty"):
            train(spec, stopped)
        assert {**contents(stopped), "lock": b""} == {**before, "lock": b""}


def test_a_second_process_does_not_clear_away_a_run_that_is_about_to_begin(
    spec: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    refused: list[str] = []

    def begin_too(event: Any) -> bool:
        if isinstance(event, Prepared) and not refused:
            before = contents(run)
            with pytest.raises(UsageError, match=r"has not begun to train: it has no run.json yet"):
                resume(run)
            with pytest.raises(UsageError, match=r"another process .*trains in the run") as caught:
                train(spec, run, resume=True)
            refused.append(str(caught.value))
            assert contents(run) == before
        return False

    train(spec, run, "training.epochs=1", heard=Heard(begin_too))

    assert refused
    assert record(run)["status"] == "finished"


def test_a_clock_that_is_set_back_changes_nothing(
    stopped: Path, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = iter(range(10**9, 0, -86_400))
    monkeypatch.setattr(time, "time", lambda: float(next(now)))
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(next(now)))
    for each in states(stopped):
        os.utime(each, (10**9 - states(stopped).index(each), 10**9))

    resume(stopped)

    assert bits(stopped) == bits(whole)
    assert 0 < record(stopped)["seconds"] < 1000
    assert 0 < record(stopped)["training_seconds"] < 1000


def test_after_a_damaged_state_the_one_before_is_gone_on_from_and_no_damaged_one_is_left(
    stopped: Path, whole: Path
) -> None:
    damaged = newest(stopped)
    os.truncate(damaged, 100)

    left: list[bool] = []

    def look(event: Any) -> bool:
        if isinstance(event, Resumed):
            left.append(damaged.exists())
        return False

    heard = Heard(look)
    resume(stopped, heard=heard)

    assert f"{damaged.name} is damaged (" in heard.notices
    assert heard.resumed == [(2, 1)]
    assert left == [False]
    assert bits(stopped) == bits(whole)


@pytest.mark.parametrize("put", [os.mkfifo, Path.mkdir], ids=["pipe", "folder"])
def test_a_newest_state_that_is_no_file_is_passed_over_as_a_damaged_one(
    stopped: Path, whole: Path, put: Callable[[Path], None]
) -> None:
    damaged = newest(stopped)
    damaged.unlink()
    put(damaged)
    heard = Heard()

    resume(stopped, heard=heard)

    assert f"{damaged.name} is damaged (it is no file): the state before" in heard.notices
    assert heard.resumed == [(2, 1)]
    assert bits(stopped) == bits(whole)


def test_a_run_whose_states_are_all_damaged_says_which_weights_are_left_to_begin_with(
    stopped: Path,
) -> None:
    def hint() -> str:
        with pytest.raises(UsageError, match="no kept state of the run") as caught:
            resume(stopped)
        return caught.value.hint or ""

    for each in states(stopped):
        os.truncate(each, 100)
    best, spec = stopped / "state" / "best.keras", stopped / "resolved.yaml"
    (stopped / "checkpoints").mkdir()
    shutil.copy(best, stopped / "checkpoints" / "best.keras")
    said = "`netspec run {} --set model.weights={}` begins with its weights, in another directory"
    assert said.format(spec, "state/best.keras") in hint()

    inside = best.read_bytes()
    middle = len(inside) // 2
    best.write_bytes(inside[:middle] + bytes([inside[middle] ^ 1]) + inside[middle + 1 :])
    assert said.format(spec, "checkpoints/best.keras") in hint()
    train(spec, stopped.parent / "anew", "model.weights=checkpoints/best.keras")

    for path in (stopped / "checkpoints" / "best.keras", stopped / "model.keras"):
        os.truncate(path, 1000)
    assert hint().startswith("`netspec run` with its resolved.yaml starts it again")


def test_links_that_lead_out_of_a_run_are_never_written_through(
    stopped: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.write_text("mine")
    (stopped / "log.txt").unlink(missing_ok=True)
    (stopped / "log.txt").symlink_to(other)
    with pytest.raises(UsageError, match=r"log.txt is a link that leads out of the run"):
        resume(stopped)
    (stopped / "log.txt").unlink()

    shutil.move(stopped / "state", tmp_path / "states")
    (stopped / "state").symlink_to(tmp_path / "states")
    kept = contents(tmp_path / "states")
    with pytest.raises(UsageError, match="state is a link that leads out of the run"):
        resume(stopped)

    assert other.read_text() == "mine"
    assert contents(tmp_path / "states") == kept


@pytest.mark.parametrize(
    "change",
    [
        lambda about: about["position"].update(stage=7),
        lambda about: about["position"].update(step=10**9),
        lambda about: about["names"]["optimizer"].clear(),
        lambda about: about["callbacks"].append({"wait": {"value": "x"}}),
        lambda about: about.update(spec="x"),
        lambda about: about.update(spec={"training": [[]]}),
    ],
    ids=["stage", "step", "optimizer", "callbacks", "spec", "training"],
)
def test_a_state_that_does_not_belong_to_the_run_is_one_clear_error(
    stopped: Path, change: Callable[[Any], Any]
) -> None:
    rewrite(newest(stopped), change)

    with pytest.raises(NetspecError):
        resume(stopped)


def test_a_run_goes_on_in_another_place_and_from_another_folder(
    stopped: Path, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(stopped.parent)
    heard = Heard()

    resume(Path("moved"), heard=heard)

    assert bits(stopped) == bits(whole)
    assert heard.epochs == [2, 3]


@pytest.mark.parametrize(
    "at",
    [
        lambda event: type(event).__name__ == "Resumed",
        pytest.param(after_epoch(2), marks=pytest.mark.slow),
        lambda event: type(event).__name__ == "StepDone" and event.epoch == 3,
    ],
    ids=["before the first step", "as an epoch ends", "before validation"],
)
def test_a_run_that_is_ended_again_keeps_its_state(
    stopped: Path, whole: Path, at: Callable[[Any], bool]
) -> None:
    before = newest(stopped).name
    with pytest.raises(Interrupted) as caught:
        resume(stopped, heard=Heard(at))
    assert caught.value.directory == stopped
    assert record(stopped)["status"] == "interrupted"
    assert newest(stopped).name >= before

    resume(stopped)
    assert bits(stopped) == bits(whole)


def test_ending_a_resumed_run_at_once_leaves_the_network_as_it_was(
    stopped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from netspec.training import trainer

    def at_once(*_: Any) -> None:
        raise KeyboardInterrupt

    kept = (stopped / "model.keras").read_bytes()
    monkeypatch.setattr(trainer.Trainer, "compile", at_once)

    with pytest.raises(Interrupted):
        resume(stopped)

    assert (stopped / "model.keras").read_bytes() == kept


def test_a_run_that_is_ended_before_its_first_step_leaves_nothing(
    spec: Path, tmp_path: Path
) -> None:
    for run in (tmp_path / "new", tmp_path / "there"):
        if run.name == "there":
            run.mkdir()
        error = interrupted(spec, run, lambda event: type(event).__name__ == "Started")
        assert error.directory is None
    assert not (tmp_path / "new").exists()
    assert not list((tmp_path / "there").iterdir())


def test_what_was_killed_before_its_record_begins_anew_and_other_folders_are_left_alone(
    spec: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    (run / "state").mkdir(parents=True)
    for name in ("lock", "log.txt", "spec.yaml", "report.html", "writing-1-run.json"):
        (run / name).touch()
    with pytest.raises(UsageError, match="was killed before it had written what it is") as caught:
        resume(run)
    assert f"`netspec run SPEC --output {run} --resume` begins it anew" in str(caught.value.hint)
    train(spec, run, "training.epochs=1", resume=True)
    assert record(run)["status"] == "finished"

    for number, names in enumerate((["spec.yaml"], ["notes.txt", "lock"], ["lock", "state/x"])):
        other = tmp_path / str(number)
        other.mkdir()
        (other / "state").mkdir()
        for name in names:
            (other / name).write_text("mine")
        with pytest.raises(UsageError, match="is not empty, and holds no run"):
            train(spec, other, resume=True)
        with pytest.raises(UsageError, match="is no run directory"):
            resume(other)
        assert contents(other) == dict.fromkeys(names, b"mine")
