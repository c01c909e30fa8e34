"""What is known of a folder's files outlives the process; a cache that is of no use costs only that."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from netspec.data.files import index as index_module
from netspec.data.files.header import Header
from netspec.data.files.index import FolderIndex, Known, path_of

if TYPE_CHECKING:
    from pathlib import Path

LONG_AGO = 1_234_567_890_123_456_789
PHOTO = Known(500, LONG_AGO, sha256=b"s" * 32, tensorflow="").with_header(
    Header("JPEG", 30, 20, "RGB", orientation=6)
)


def opened(root: Path) -> tuple[FolderIndex, list[str]]:
    told: list[str] = []
    return FolderIndex(root, notify=told.append), told


def filled(root: Path) -> None:
    index, told = opened(root)
    index.keep("cat/1.jpg", PHOTO)
    index.keep("cat/notes.txt", Known(3, LONG_AGO, problem="it is no picture"))
    index.flush()
    assert told == []


def test_what_is_kept_is_found_again_with_all_that_is_known(tmp_path: Path) -> None:
    filled(tmp_path)

    index, told = opened(tmp_path)

    found = index.find("cat/1.jpg", 500, LONG_AGO)
    assert found == PHOTO
    assert found.header == Header("JPEG", 30, 20, "RGB", orientation=6)
    assert found.in_pillow(3)
    assert len(index) == 2
    assert told == []


@pytest.mark.parametrize(
    ("name", "size", "mtime"),
    [("cat/1.jpg", 501, LONG_AGO), ("cat/1.jpg", 500, LONG_AGO + 1), ("cat/2.jpg", 500, LONG_AGO)],
)
def test_a_file_that_changed_is_not_known(name: str, size: int, mtime: int, tmp_path: Path) -> None:
    filled(tmp_path)

    assert opened(tmp_path)[0].find(name, size, mtime) is None


def test_names_may_be_any_bytes(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9\n/\xff.png")
    index, _ = opened(tmp_path)
    index.keep(name, PHOTO)
    index.flush()

    assert opened(tmp_path)[0].find(name, 500, LONG_AGO) == PHOTO


def test_a_folder_is_the_same_by_every_way_to_it(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")

    assert path_of(tmp_path / "link") == path_of(tmp_path / "real")
    assert path_of(tmp_path / "real") != path_of(tmp_path)


def test_a_file_that_was_written_just_now_is_not_trusted(tmp_path: Path) -> None:
    """It could be written once more and keep its time."""
    index, _ = opened(tmp_path)
    now = time.time_ns()
    for name, mtime in (("new", now), ("whole", (now // 10**9 - 1) * 10**9), ("old", now - 10**10)):
        index.keep(name, PHOTO._replace(mtime_ns=mtime))
    index.flush()

    assert [len(index), len(opened(tmp_path)[0])] == [1, 1]


def test_what_was_kept_before_a_kill_is_there_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from netspec.data.files.index import FolderIndex, Known\n"
        "index = FolderIndex(Path(sys.argv[1]), notify=print)\n"
        "for number in range(2500):\n"
        "    index.keep(f'{number}.png', Known(number, 5))\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    (file,) = (tmp_path / "home").rglob("*.sqlite")
    path_of(tmp_path).parent.mkdir(parents=True)
    file.rename(path_of(tmp_path))

    index, told = opened(tmp_path)

    assert 2000 <= len(index) < 2500
    assert told == []


@pytest.mark.parametrize(
    "damage", [b"", b"no database", b"SQLite format 3\0" + b"x" * 4000, b"cut", b"other layout"]
)
def test_a_damaged_index_begins_anew_and_says_so(damage: bytes, tmp_path: Path) -> None:
    filled(tmp_path)
    path = path_of(tmp_path)
    if damage == b"cut":
        path.write_bytes(path.read_bytes()[:5000])
    elif damage == b"other layout":
        with sqlite3.connect(path) as database:
            database.execute("ALTER TABLE files DROP COLUMN mode")
        database.close()
    else:
        path.write_bytes(damage)

    index, told = opened(tmp_path)

    assert len(index) == 0
    if damage:  # an empty file is an empty database
        assert len(told) == 1
        assert "was damaged and begins anew" in told[0]
    filled(tmp_path)
    assert opened(tmp_path)[0].find("cat/1.jpg", 500, LONG_AGO) == PHOTO


def test_another_netspec_s_layout_is_replaced(tmp_path: Path) -> None:
    filled(tmp_path)
    with sqlite3.connect(path_of(tmp_path)) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()

    index, told = opened(tmp_path)

    assert (len(index), told) == (0, [])
    filled(tmp_path)
    assert len(opened(tmp_path)[0]) == 2


def test_other_decoders_are_asked_again_and_nothing_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(tmp_path)
    monkeypatch.setattr(index_module, "version", lambda name: f"a later {name}")

    found = opened(tmp_path)[0].find("cat/1.jpg", 500, LONG_AGO)

    assert found is not None
    assert (found.sha256, found.header, found.tensorflow) == (b"s" * 32, None, None)


def test_a_cache_that_cannot_be_written_is_told_once(tmp_path: Path) -> None:
    path_of(tmp_path).parent.parent.mkdir(parents=True)
    path_of(tmp_path).parent.write_bytes(b"a file where a folder should be")
    index, told = opened(tmp_path)

    for _ in range(3):
        index.keep("cat/1.jpg", PHOTO)
        index.flush()

    assert len(told) == 1
    assert str(path_of(tmp_path)) in told[0]
    assert index.find("cat/1.jpg", 500, LONG_AGO) == PHOTO


def test_one_that_another_process_holds_is_waited_for_and_then_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "_SECONDS_WAITED", 0.1)
    filled(tmp_path)
    holder = sqlite3.connect(path_of(tmp_path), isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")

    index, told = opened(tmp_path)
    index.keep("dog/1.jpg", PHOTO)
    index.flush()
    holder.close()

    assert len(told) == 1
    assert "cannot be read" in told[0]
    assert len(opened(tmp_path)[0]) == 2


def test_several_at_once_lose_nothing(tmp_path: Path) -> None:
    """Each begins with no index there, as two runs that start together do."""
    told: list[str] = []

    def keep(part: int) -> None:
        index = FolderIndex(tmp_path, notify=told.append)
        for number in range(50):
            index.keep(f"{part}-{number}.jpg", PHOTO)
            index.flush()

    threads = [threading.Thread(target=keep, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert told == []
    assert len(opened(tmp_path)[0]) == 200


def test_what_is_gone_is_forgotten_and_records_are_by_their_file(tmp_path: Path) -> None:
    for name in ("photo.jpg", "train.tfrecord"):
        (tmp_path / name).touch()
    index, _ = opened(tmp_path)
    for name in ("photo.jpg", "gone.jpg", "train.tfrecord:3", "gone.tfrecord:3 small"):
        index.keep(name, PHOTO)
    index.flush()

    index.forget_gone(["listed.jpg"])
    index.flush()

    again, _ = opened(tmp_path)
    names = ("photo.jpg", "gone.jpg", "train.tfrecord:3", "gone.tfrecord:3 small")
    there = [again.find(name, PHOTO.size, LONG_AGO) is not None for name in names]
    assert there == [True, False, True, False]


def test_what_nobody_has_used_for_long_is_removed_and_what_was_read_lately_is_not(
    tmp_path: Path,
) -> None:
    for name, days in (("used", 80), ("forgotten", 91)):
        (tmp_path / name).mkdir()
        filled(tmp_path / name)
        then = time.time() - days * 24 * 3600
        os.utime(path_of(tmp_path / name), (then, then))

    opened(tmp_path / "used")

    assert path_of(tmp_path / "used").exists()
    assert time.time() - path_of(tmp_path / "used").stat().st_mtime < 3600
    assert not path_of(tmp_path / "forgotten").exists()
