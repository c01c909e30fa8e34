"""A run is locked while it trains; the lock is gone with its process, however that ends."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import platform
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from netspec.data import locks
from netspec.errors import UsageError
from netspec.runs import lock as module
from netspec.runs import memory_kills
from netspec.runs.lock import LOCK, RunLock, held, killed_for_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

HOLD = """
import sys, time
from pathlib import Path
from netspec.runs.lock import RunLock
with RunLock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@contextmanager
def another_process(directory: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that holds the lock."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, directory], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        try:
            yield process
        finally:
            process.kill()


def killed(directory: Path) -> dict[str, Any]:
    """What a killed process's lock says."""
    with another_process(directory) as process:
        process.send_signal(signal.SIGKILL)
    facts: dict[str, Any] = json.loads((directory / LOCK).read_text())
    return facts


def test_it_is_held_within_and_leaves_nothing(tmp_path: Path) -> None:
    assert held(tmp_path) is None
    with RunLock(tmp_path) as lock:
        assert lock.works
        assert held(tmp_path) is True
    assert held(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_no_other_process_trains_where_one_does(tmp_path: Path) -> None:
    with another_process(tmp_path) as process:
        with pytest.raises(
            UsageError, match=rf"another process \({process.pid}\) trains in the run"
        ):
            RunLock(tmp_path).__enter__()
        assert held(tmp_path) is True


def test_a_killed_process_s_lock_is_held_by_nobody_and_can_be_taken(tmp_path: Path) -> None:
    killed(tmp_path)
    assert held(tmp_path) is False
    with RunLock(tmp_path):
        assert held(tmp_path) is True
    assert not (tmp_path / LOCK).exists()


def test_who_only_asks_does_not_keep_a_run_from_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(tmp_path)
    asking = os.open(tmp_path / LOCK, os.O_RDONLY)
    fcntl.flock(asking, fcntl.LOCK_SH)
    monkeypatch.setattr("time.sleep", lambda _: fcntl.flock(asking, fcntl.LOCK_UN))
    with RunLock(tmp_path):
        assert held(tmp_path) is True
    os.close(asking)


def test_a_lock_that_its_last_holder_takes_away_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(tmp_path)
    lock = locks.lock
    calls: list[int] = []

    def after_its_end(file: int, *, shared: bool) -> bool:
        if not calls:
            (tmp_path / LOCK).unlink()
        calls.append(file)
        return lock(file, shared=shared)

    monkeypatch.setattr(module, "lock", after_its_end)
    with RunLock(tmp_path):
        assert held(tmp_path) is True
    assert len(calls) == 3


def test_a_lock_of_another_machine_says_nothing(tmp_path: Path) -> None:
    facts = killed(tmp_path)
    (tmp_path / LOCK).write_text(json.dumps({**facts, "host": "elsewhere"}))
    assert held(tmp_path) is False  # in another container of this machine
    (tmp_path / LOCK).write_text(json.dumps({**facts, "boot": "before"}))
    assert held(tmp_path) is False  # before this machine was started anew
    (tmp_path / LOCK).write_text(json.dumps({**facts, "boot": "other", "host": "elsewhere"}))
    assert held(tmp_path) is None


def test_it_names_neither_the_machine_nor_its_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = tmp_path / "cgroup"
    groups.write_text("0::/user.slice/user-1000.slice/jobs/secret\n")
    monkeypatch.setattr(memory_kills, "_OWN", groups)
    with RunLock(tmp_path):
        text = (tmp_path / LOCK).read_text()
    boot = Path("/proc/sys/kernel/random/boot_id")
    names = [platform.node(), "slice", "secret"]
    names += [boot.read_text().strip()] if boot.exists() else []
    assert not [name for name in names if name in text]


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP])
def test_without_locks_a_run_goes_on_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("fcntl.flock", refuse)
    notices: list[str] = []
    with RunLock(tmp_path, notice=notices.append) as lock:
        assert not lock.works
        assert held(tmp_path) is True  # its process is there
        facts = json.loads((tmp_path / LOCK).read_text())
    assert notices == [
        f"the file system of {tmp_path} has no locks: see to it that no other process trains there"
    ]
    (tmp_path / LOCK).write_text(json.dumps({**facts, "pid": 2**22 + 1}))
    assert held(tmp_path) is False
    (tmp_path / LOCK).write_text(json.dumps({**facts, "host": "elsewhere"}))
    assert held(tmp_path) is None


def test_a_link_or_a_pipe_in_its_place_is_neither_followed_nor_waited_for(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("mine")
    (tmp_path / LOCK).symlink_to(target)
    for _ in range(2):
        assert held(tmp_path) is None
        with pytest.raises(UsageError, match="cannot write"):
            RunLock(tmp_path).__enter__()
        (tmp_path / LOCK).unlink()
        os.mkfifo(tmp_path / LOCK)
    assert target.read_text() == "mine"


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 60_000, '{"salt": 1, "memory_kills": 3}'])
def test_a_damaged_lock_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / LOCK).write_text(text)
    assert held(tmp_path) is None
    assert not killed_for_memory(tmp_path)


def test_a_folder_that_is_gone_at_the_end_is_no_failure(tmp_path: Path) -> None:
    directory = tmp_path / "run"
    directory.mkdir()
    with RunLock(directory):
        (directory / LOCK).unlink()
        directory.rmdir()


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Control groups of version 2, of which this process's is `jobs/one`."""
    root = tmp_path / "cgroups"
    (root / "jobs" / "one").mkdir(parents=True)
    own = tmp_path / "own"
    own.write_text("0::/jobs/one\n")
    monkeypatch.setattr(memory_kills, "_CGROUPS", root)
    monkeypatch.setattr(memory_kills, "_OWN", own)
    monkeypatch.setattr(memory_kills, "_MACHINE", tmp_path / "vmstat")
    (tmp_path / "vmstat").write_text("nr_free 12\noom_kill 5\n")
    count(root / "jobs", 2)
    count(root / "jobs" / "one", 0)
    return root


def count(group: Path, kills: int) -> None:
    (group / "memory.events").write_text(f"low 0\noom 9\noom_kill {kills}\noom_group_kill 0\n")


def abandoned(directory: Path) -> None:
    """Leaves a lock as a process that is killed does."""
    lock = RunLock(directory)
    with lock:
        text = (directory / LOCK).read_text()
    (directory / LOCK).write_text(text)


def test_a_group_in_which_the_kernel_has_killed_since_tells_of_memory(
    tmp_path: Path, groups: Path
) -> None:
    abandoned(tmp_path)
    assert not killed_for_memory(tmp_path)
    (tmp_path / "vmstat").write_text("oom_kill 6\n")  # somewhere on the machine
    assert not killed_for_memory(tmp_path)
    count(groups / "jobs", 3)
    assert killed_for_memory(tmp_path)


def test_a_group_that_both_are_in_tells_too(tmp_path: Path, groups: Path) -> None:
    abandoned(tmp_path)
    (tmp_path / "own").write_text("0::/jobs/two\n")
    assert not killed_for_memory(tmp_path)
    count(groups / "jobs", 3)
    assert killed_for_memory(tmp_path)


@pytest.mark.usefixtures("groups")
def test_without_groups_that_count_the_machine_tells(tmp_path: Path) -> None:
    (tmp_path / "own").write_text("4:memory:/a\n0::/\n")
    abandoned(tmp_path)
    assert not killed_for_memory(tmp_path)
    (tmp_path / "vmstat").write_text("oom_kill 6\n")
    assert killed_for_memory(tmp_path)


def test_another_start_of_the_machine_has_other_counts(
    tmp_path: Path, groups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    abandoned(tmp_path)
    count(groups / "jobs", 3)
    monkeypatch.setattr(module, "_boot", lambda: "another")
    assert not killed_for_memory(tmp_path)
