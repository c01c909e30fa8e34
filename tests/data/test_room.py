"""What is free: of the machine, and of the container that a process is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netspec.data import room

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with 64,000 bytes free, and a place for its control groups."""
    (tmp_path / "meminfo").write_text("MemTotal: 99 kB\nMemAvailable:   64 kB\n")
    monkeypatch.setattr(room, "_MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(room, "_CGROUPS", tmp_path / "cgroup")
    monkeypatch.setattr(room, "_CGROUP_ROOT", tmp_path / "groups")
    return tmp_path / "groups"


def fill(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)


def test_without_a_container_the_machine_decides(groups: Path) -> None:
    assert room.free_memory() == 64 * 1024


def test_of_groups_within_each_other_the_one_with_the_least_left_decides(groups: Path) -> None:
    groups.with_name("cgroup").write_text("0::/a/b\n")
    fill(groups / "a", memory__max="5000\n", memory__current="4000\n")
    fill(groups / "a" / "b", memory__max="max\n", memory__current="9\n")
    assert room.free_memory() == 1000

    fill(groups / "a", memory__stat="anon 9\ninactive_file 500\n")
    assert room.free_memory() == 1500


def test_the_first_version_of_groups_is_known_too(groups: Path) -> None:
    groups.with_name("cgroup").write_text("5:cpu:/\n4:memory:/of the host\n")
    fill(
        groups / "memory",
        memory__limit_in_bytes="800\n",
        memory__usage_in_bytes="900\n",
    )
    assert room.free_memory() == 0


def test_the_disk_of_a_folder_that_is_not_there_yet_is_its_parent_s(tmp_path: Path) -> None:
    assert room.free_disk(tmp_path / "not" / "yet") > 0
