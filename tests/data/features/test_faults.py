"""Killed processes, several at once and damaged files: what is served is whole, and the rest is computed anew."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from netspec.data.features import entries
from netspec.data.features.store import FeatureStore
from tests.data.features.made import (
    FORMS,
    KEY,
    ROW,
    another_process,
    digests,
    keep,
    numbers_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from netspec.data.features.kept import Features

HALF_WRITTEN = """
keep(features, [1, 2, 3])
write = segments._write_all
def half(file, parts):
    parts = list(parts)
    write(file, [parts[0][: len(parts[0]) // 2]])
    say("half")
    time.sleep(60)
segments._write_all = half
keep(features, [4, 5, 6])
"""
# Writes a segment after another, and tells of each that is whole.
ONE_BY_ONE = """
for number in range(10_000):
    keep(features, [number])
    say(number)
"""
BOTH = """
say("open")
sys.stdin.readline()
for first in range(0, 200, 10):
    keep(features, range(first, first + 20))
say("done")
"""


def opened(folder: Path) -> Features:
    return FeatureStore(folder, 2**30).open(KEY, FORMS)


def files(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(f"*/{pattern}"))


def test_what_a_killed_process_had_begun_to_write_is_cleared_and_the_rest_is_whole(
    tmp_path: Path,
) -> None:
    with another_process(tmp_path, HALF_WRITTEN):
        with opened(tmp_path) as features:
            assert features.missing(digests(range(7))).tolist() == [0, 4, 5, 6]
        assert len(files(tmp_path, "*.part")) == 1  # whose writer lives
    assert len(files(tmp_path, "*.part")) == 1
    with opened(tmp_path) as features:
        assert numbers_of(features, [1, 2, 3]) == [1, 2, 3]
        assert features.missing(digests([4, 5, 6])).tolist() == [0, 1, 2]
        keep(features, [4, 5, 6])
    assert files(tmp_path, "*.part") == []


def test_what_a_process_had_finished_before_it_was_killed_stays(tmp_path: Path) -> None:
    with another_process(tmp_path, ONE_BY_ONE) as process:
        assert process.stdout is not None
        while int(process.stdout.readline()) < 20:
            pass
    with opened(tmp_path) as features:
        assert numbers_of(features, range(21)) == list(range(21))


def test_two_processes_may_compute_the_same_at_once(tmp_path: Path) -> None:
    with another_process(tmp_path, BOTH) as one, another_process(tmp_path, BOTH) as two:
        here = opened(tmp_path)
        assert here.missing(digests([5])).tolist() == [0]
        for process in (one, two):
            assert process.stdin is not None
            process.stdin.write(b"go\n")
            process.stdin.flush()
        for process in (one, two):
            assert process.stdout is not None
            assert process.stdout.readline() == b"done\n"
        # Who had opened it before sees what they have added.
        assert here.missing(digests(range(210))).tolist() == []
        assert numbers_of(here, range(210)) == list(range(210))
    assert entries.entries(tmp_path)[0].images() == 210


def cut(contents: bytearray) -> None:
    del contents[-30:]


def emptied(contents: bytearray) -> None:
    contents.clear()


def longer(contents: bytearray) -> None:
    contents += b"\0" * ROW


def of_another_image(contents: bytearray) -> None:
    contents[3 * ROW] ^= 1


def of_other_features(contents: bytearray) -> None:
    contents[ROW + 3] ^= 64


def of_another_checksum(contents: bytearray) -> None:
    contents[3 * ROW + 3 * 32 + 1] ^= 1


def of_another_entry(contents: bytearray) -> None:
    contents[-50] ^= 1


def exchanged(contents: bytearray) -> None:
    contents[: 2 * ROW] = contents[ROW : 2 * ROW] + contents[:ROW]


def zeros(contents: bytearray) -> None:
    contents[:ROW] = bytes(ROW)


@pytest.mark.parametrize(
    "damage",
    [
        cut,
        emptied,
        longer,
        of_another_image,
        of_other_features,
        of_another_checksum,
        of_another_entry,
        exchanged,
        zeros,
    ],
)
def test_a_damaged_segment_is_given_up_and_made_anew(
    tmp_path: Path, damage: Callable[[bytearray], None]
) -> None:
    with opened(tmp_path) as features:
        keep(features, [1, 2, 3])
        keep(features, [4, 5])
    path = max(files(tmp_path, "*.segment"), key=lambda path: path.stat().st_size)
    contents = bytearray(path.read_bytes())
    damage(contents)
    path.write_bytes(contents)
    with opened(tmp_path) as features:
        assert features.missing(digests([1, 2, 3, 4, 5])).tolist() == [0, 1, 2]
        assert not path.exists()
        assert features.rows(digests([1, 2, 3])).tolist() == [-1, -1, -1]
        keep(features, [1, 2, 3])
        assert numbers_of(features, range(1, 6)) == [1, 2, 3, 4, 5]


def test_a_segment_of_another_entry_is_not_served(tmp_path: Path) -> None:
    with opened(tmp_path) as features:
        keep(features, [1])
    (path,) = files(tmp_path, "*.segment")
    with FeatureStore(tmp_path).open({"another": 1}, FORMS) as other:
        os.link(path, other.path / path.name)
        assert other.missing(digests([1])).tolist() == [0]


def test_rows_are_held_to_their_checksums_before_they_are_served(tmp_path: Path) -> None:
    with opened(tmp_path) as features:
        keep(features, [1, 2])
    (path,) = files(tmp_path, "*.segment")
    contents = bytearray(path.read_bytes())
    zeros(contents)
    path.write_bytes(contents)
    with opened(tmp_path) as features:
        assert features.rows(digests([2])).tolist() != [-1]
        assert features.rows(digests([1, 2])).tolist() == [-1, -1]
