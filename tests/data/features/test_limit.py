"""The cache keeps to its limit: what nobody uses goes, the longest unused first, and what is used stays."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from netspec.data import room
from netspec.data.features import entries, segments
from netspec.data.features.store import FeatureStore
from netspec.errors import DataError, UsageError
from tests.data.features.made import FORMS, KEY, another_process, digests, keep

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.data.features.kept import Features

# An entry of ten images takes somewhat more than one of nine, and less than a thousand bytes.
TEN = 1200
HOLD = "keep(features, range(10)); say('held'); time.sleep(60)"


def made(folder: Path, number: int, *, limit: int = 2**30) -> Features:
    """An entry that was last used at a time of its own."""
    features = FeatureStore(folder, limit).open({"number": number}, FORMS)
    with features:
        keep(features, range(10))
    os.utime(features.path / "lock", (number, number))
    return features


def there(folder: Path) -> set[str]:
    return {entry.name for entry in entries.entries(folder)}


def test_the_longest_unused_goes_for_a_new_one(tmp_path: Path) -> None:
    old, older = made(tmp_path, 2), made(tmp_path, 1)
    size = sum(entry.size for entry in entries.entries(tmp_path))
    assert size < 2 * TEN
    new = made(tmp_path, 3, limit=size + 100)
    assert there(tmp_path) == {old.path.name, new.path.name}
    assert not older.path.exists()


def test_what_nobody_uses_goes_for_a_new_one_where_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, older = made(tmp_path, 2), made(tmp_path, 1)
    monkeypatch.setattr(room, "free_disk", lambda _: 0)
    new = made(tmp_path, 3)
    assert there(tmp_path) == {other.path.name, new.path.name}
    assert not older.path.exists()


def test_opening_an_entry_is_using_it(tmp_path: Path) -> None:
    other, used = made(tmp_path, 2), made(tmp_path, 1)
    features = FeatureStore(tmp_path).open({"number": 1}, FORMS)
    # Whoever is killed does not close it.
    assert [entry.path for entry in entries.entries(tmp_path)] == [other.path, used.path]
    features.close()
    size = sum(entry.size for entry in entries.entries(tmp_path))
    new = made(tmp_path, 3, limit=size + 100)
    assert there(tmp_path) == {used.path.name, new.path.name}
    assert not other.path.exists()


def test_what_a_living_process_uses_stays_and_the_new_one_is_told_so(tmp_path: Path) -> None:
    with another_process(tmp_path, HOLD):
        (used,) = entries.entries(tmp_path)
        assert used.in_use
        assert entries.remove(used.path) is None
        store = FeatureStore(tmp_path, used.size + 100)
        assert not store.room_for(10, {"number": 1}, FORMS)
        with (
            pytest.raises(DataError, match="the cache of features is full") as caught,
            store.open({"number": 1}, FORMS) as features,
        ):
            keep(features, range(10))
        assert "netspec cache clear" in (caught.value.hint or "")
        with pytest.raises(DataError, match="is full"):
            features.flush()
        assert used.images() == 10
    assert used.in_use is False
    assert store.room_for(10, {"number": 1}, FORMS)
    made(tmp_path, 1, limit=used.size + 100)
    assert used.name not in there(tmp_path)


def test_what_an_entry_has_already_counts_once(tmp_path: Path) -> None:
    with FeatureStore(tmp_path).open(KEY, FORMS) as features:
        keep(features, range(10))
        size = entries.entries(tmp_path)[0].size
        store = FeatureStore(tmp_path, size)
        assert store.room_for(10, KEY, FORMS)
        assert not store.room_for(10, {"number": 1}, FORMS)
        assert not store.room_for(40, KEY, FORMS)


def test_the_disk_s_room_counts_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FeatureStore(tmp_path / "not" / "there")
    assert store.room_for(1000, KEY, FORMS)
    monkeypatch.setattr(room, "free_disk", lambda _: 1000)
    assert not store.room_for(1000, KEY, FORMS)


def test_a_full_disk_is_told_and_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    features = FeatureStore(tmp_path).open(KEY, FORMS)
    keep(features, range(3))

    def full(file: int, parts: object) -> None:
        del parts
        os.write(file, b"some")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(segments, "_write_all", full)
    with pytest.raises(DataError, match=r"cannot keep features in .*: No space left") as caught:
        keep(features, range(10))
    assert "feature_cache: off" in (caught.value.hint or "")
    assert list(features.path.glob("*.part")) == []
    # What was there is served on.
    assert features.missing(digests(range(4))).tolist() == [3]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="cannot keep features in"):
        FeatureStore(tmp_path / "file" / "features").open(KEY, FORMS)


@pytest.mark.parametrize(
    ("said", "limit"),
    [
        ("5 GB", 5 * 10**9),
        ("1.5 MiB", 3 * 2**19),
        ("1000", 1000),
        ("0", 0),
        ("", entries.DEFAULT_LIMIT),
    ],
)
def test_the_environment_says_the_limit(
    said: str, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETSPEC_FEATURE_CACHE", said)
    assert FeatureStore().limit == limit


@pytest.mark.parametrize("said", ["much", "-1", "5 bananas", "1e3"])
def test_what_is_no_size_is_told(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETSPEC_FEATURE_CACHE", said)
    with pytest.raises(UsageError, match=f"NETSPEC_FEATURE_CACHE is '{said}'") as caught:
        FeatureStore()
    assert "50 GB" in (caught.value.hint or "")


def test_without_a_word_features_are_in_the_platform_s_cache_folder(tmp_path: Path) -> None:
    assert FeatureStore().folder == tmp_path / "cache" / "netspec" / "features"


def test_who_opens_an_entry_while_it_is_removed_gets_a_new_one(tmp_path: Path) -> None:
    old = made(tmp_path, 1)
    assert entries.remove(old.path)
    assert not old.path.exists()
    assert entries.remove(tmp_path / ("0" * 64)) == 0
    with FeatureStore(tmp_path).open({"number": 1}, FORMS) as features:
        assert features.missing(digests([1])).tolist() == [0]


def test_where_files_have_no_locks_features_are_kept_and_none_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(file: int, *, shared: bool) -> bool:
        del file, shared
        raise OSError(errno.ENOLCK, "No locks available")

    for module in (entries, segments):
        monkeypatch.setattr(module, "lock", none)
    made(tmp_path, 1)
    with FeatureStore(tmp_path).open({"number": 1}, FORMS) as features:
        assert features.missing(digests(range(11))).tolist() == [10]
    (entry,) = entries.entries(tmp_path)
    assert entry.in_use is None
    assert entries.remove(entry.path) is None
    assert entry.images() == 10
