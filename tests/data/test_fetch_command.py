"""`netspec data fetch`: data sets ahead of time, and where they are."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from netspec.cli import main
from netspec.data.named import cache
from tests.cli.commands import here
from tests.cli.displayed import SHOW_CURSOR, Terminal, screen
from tests.data import tiny
from tests.data.tiny import write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from tests.data.conftest import Server

    Known = Callable[..., None]


def test_what_is_fetched_is_kept_and_found_the_next_time(
    server: Server, known: Known, cache_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = tiny.cifar100()
    known(small, base=server.url)
    server.offer(small.served)

    first = here(capsys, "data", "fetch", "cifar100")
    asked = list(server.asked)
    second = here(capsys, "data", "fetch", "cifar100", "--offline")

    kept = cache_folder / "cifar100.npz"
    counts = f"({small.dataset.train} and {small.dataset.test} images as published)"
    assert first.out == f"cifar100: was fetched from 127.0.0.1: {kept} {counts}\n"
    assert second.out == f"cifar100: is in netspec's cache: {kept} {counts}\n"
    assert (first.status, second.status, second.err) == (0, 0, "")
    assert "fetching CIFAR100 from 127.0.0.1" in first.err
    assert server.asked == asked


def test_it_says_of_each_where_it_is(
    known: Known,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    small = tiny.idx()
    known(small)
    write(tmp_path / "data" / "mnist", small.served)
    monkeypatch.setenv("NETSPEC_DATA", str(tmp_path / "data"))

    done = here(capsys, "data", "fetch", "mnist", "fashion_mnist_sample", "mnist")

    by_hand, shipped = done.out.splitlines()
    assert by_hand.startswith(f"mnist: is in $NETSPEC_DATA: {tmp_path / 'data' / 'mnist'} ")
    assert shipped.startswith("fashion_mnist_sample: ships with netspec: ")
    assert done.status == 0


def test_one_that_cannot_be_had_keeps_no_other_from_coming(
    server: Server, known: Known, capsys: pytest.CaptureFixture[str]
) -> None:
    small = tiny.idx()
    known(small, base=server.url)

    done = here(capsys, "data", "fetch", "mnist", "fashion_mnist_sample")

    assert done.status == 3
    assert done.out.startswith("fashion_mnist_sample: ships with netspec: ")
    assert "error: MNIST is not on this machine and could not be fetched" in done.err
    assert all(place in done.err for place in ("$NETSPEC_DATA: ", "the cache: ", "127.0.0.1: "))


def test_offline_only_looks(
    server: Server, known: Known, capsys: pytest.CaptureFixture[str]
) -> None:
    small = tiny.cifar100()
    known(small, base=server.url)
    server.offer(small.served)

    done = here(capsys, "data", "fetch", "cifar100", "--offline")

    assert (done.status, done.out, server.asked) == (3, "", [])
    assert "127.0.0.1: not tried (offline)" in done.err


def test_a_name_that_is_none_is_told_before_anything_is_fetched(
    server: Server, known: Known, capsys: pytest.CaptureFixture[str]
) -> None:
    small = tiny.cifar100()
    known(small, base=server.url)

    done = here(capsys, "data", "fetch", "cifar100", "cifar11")

    assert (done.status, done.out, server.asked) == (2, "", [])
    assert "there is no data set named 'cifar11'" in done.err


def test_a_bad_copy_put_there_by_hand_is_named_where_the_cache_has_a_good_one(
    known: Known,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    small = tiny.idx()
    known(small)
    with cache.workspace(small.dataset):
        cache.store(small.dataset, small.contents)
    write(tmp_path / "data", {"mnist.npz": b"no archive"})
    monkeypatch.setenv("NETSPEC_DATA", str(tmp_path / "data"))

    done = here(capsys, "data", "fetch", "mnist")

    assert done.status == 0
    assert done.out.startswith("mnist: is in netspec's cache: ")
    assert f"not used from $NETSPEC_DATA: {tmp_path / 'data' / 'mnist.npz'}" in done.err


def test_on_a_terminal_what_moved_is_gone_before_the_result_is_said(
    server: Server, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = tiny.cifar100()
    known(small, base=server.url)
    server.offer(small.served)
    terminal = Terminal()
    for name, value in (("TERM", "xterm"), ("COLUMNS", "300"), ("LINES", "20")):
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setattr(sys, "stderr", terminal)

    assert main(["data", "fetch", "cifar100"]) == 0

    assert SHOW_CURSOR in terminal.getvalue()
    lines = [line for line in screen(terminal.getvalue()) if line]
    assert lines[-1].startswith("cifar100: was fetched from 127.0.0.1: ")


def test_tensorflow_is_not_loaded() -> None:
    code = (
        "import sys; from netspec.cli import main; main(['data', 'fetch', 'fashion_mnist_sample'])\n"
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"tensorflow", "keras"} & set(done.stdout.split())
