"""Data sets that a user put into `$NETSPEC_DATA`: right ones, wrong ones, and others' ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from netspec.data.named import cache
from netspec.data.named import loading as named
from netspec.errors import DataError
from tests.data import tiny
from tests.data.tiny import MAKERS, same, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.data.tiny import Tiny

    Known = Callable[..., None]


def write_npz(path: Path, small: Tiny) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    contents = small.contents
    np.savez(
        path,
        x_train=contents.x_train,
        y_train=contents.y_train,
        x_test=contents.x_test,
        y_test=contents.y_test,
    )


BY_HAND: dict[str, tuple[str, Callable[[Tiny, Path], None]]] = {
    "npz in the folder": ("mnist", lambda small, root: write_npz(root / "mnist.npz", small)),
    "npz in its own": ("mnist", lambda small, root: write_npz(root / "mnist/mnist.npz", small)),
    "packed idx": ("mnist", lambda small, root: write(root, small.served)),
    "packed idx in its own": ("mnist", lambda small, root: write(root / "mnist", small.served)),
    "plain idx": ("mnist", lambda small, root: write(root, tiny.idx_files(small.contents))),
    "archive": ("cifar10", lambda small, root: write(root, small.served)),
    "archive in its own": ("cifar100", lambda small, root: write(root / "cifar100", small.served)),
    "unpacked archive": (
        "cifar10",
        lambda small, root: write(
            root / "cifar-10-batches-bin", tiny.cifar10_files(small.contents)
        ),
    ),
}


@pytest.mark.parametrize("case", BY_HAND)
def test_data_put_there_by_hand_is_used_and_left_alone(
    case: str, known: Known, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache_folder: Path
) -> None:
    name, put = BY_HAND[case]
    small = MAKERS[name]()
    known(small)
    root = tmp_path / "data"
    root.mkdir()
    put(small, root)
    before = sorted(root.rglob("*"))
    monkeypatch.setenv("NETSPEC_DATA", str(root))
    assert same(small, name)
    assert sorted(root.rglob("*")) == before
    assert not cache_folder.exists()


WRONG: dict[str, tuple[str, Callable[[Tiny, Path], None], str]] = {
    "other npz": (
        "mnist",
        lambda _small, root: write_npz(root / "mnist.npz", tiny.idx(seed=1)),
        "mnist.npz is not MNIST as published: its values differ",
    ),
    "half archive": (
        "cifar10",
        lambda small, root: write(
            root, {name: packed[:-40] for name, packed in small.served.items()}
        ),
        "damaged",
    ),
    "half gz": (
        "mnist",
        lambda small, root: write(
            root, {name: packed[:-9] for name, packed in small.served.items()}
        ),
        "damaged",
    ),
    "one file is missing": (
        "mnist",
        lambda small, root: write(root, dict(list(small.served.items())[:3])),
        "t10k-labels-idx1-ubyte is missing",
    ),
    "a file is too long": (
        "mnist",
        lambda small, root: write(
            root, {name: text + b"x" for name, text in tiny.idx_files(small.contents).items()}
        ),
        "does not have",
    ),
    "other files": (
        "mnist",
        lambda _small, root: write(root / "mnist", tiny.idx(seed=1).served),
        "has the MD5",
    ),
    "a member is too large": (
        "cifar100",
        lambda _small, root: write(
            root,
            {"cifar-100-binary.tar.gz": tiny.tar_gz({"cifar-100-binary/train.bin": b"x" * 999})},
        ),
        "larger than 112 bytes",
    ),
    "members are missing": (
        "cifar100",
        lambda _small, root: write(
            root, {"cifar-100-binary.tar.gz": tiny.tar_gz({"train.bin": b""})}
        ),
        "train.bin, test.bin is missing",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_data_put_there_by_hand_is_an_error_that_names_it(
    case: str, known: Known, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, put, said = WRONG[case]
    small = MAKERS[name]()
    known(small)
    put(small, tmp_path / "data")
    monkeypatch.setenv("NETSPEC_DATA", str(tmp_path / "data"))
    with pytest.raises(DataError, match=said) as caught:
        named.load(name)
    assert str(tmp_path / "data") in caught.value.message
    assert caught.value.hint
    assert caught.value.exit_code == 3


def test_files_of_the_twin_in_the_shared_folder_are_no_mistake(
    known: Known, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clothes = tiny.idx("fashion_mnist", seed=1)
    known(tiny.idx())
    known(clothes)
    write(tmp_path / "data", clothes.served)
    monkeypatch.setenv("NETSPEC_DATA", str(tmp_path / "data"))
    assert same(clothes, "fashion_mnist")
    with pytest.raises(DataError, match="are those of fashion_mnist"):
        named.load("mnist", offline=True)


def test_the_pickled_archive_is_named_as_what_is_not_read(
    known: Known, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(tiny.cifar10())
    write(tmp_path / "data", {"cifar-10-python.tar.gz": b""})
    monkeypatch.setenv("NETSPEC_DATA", str(tmp_path / "data"))
    with pytest.raises(DataError, match=r"cifar-10-python\.tar\.gz is pickled"):
        named.load("cifar10", offline=True)


def test_a_netspec_data_that_is_no_folder_is_told_and_passed_by(
    known: Known, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = tiny.idx()
    known(small)
    monkeypatch.setenv("NETSPEC_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="nowhere is no folder"):
        named.load("mnist", offline=True)
    with cache.workspace(small.dataset):
        cache.store(small.dataset, small.contents)
    assert same(small, "mnist")


def test_a_bad_copy_beside_a_good_one_is_named(
    known: Known, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = tiny.idx()
    known(small)
    root = tmp_path / "data"
    for good, bad in ((root / "mnist", root), (root, root / "mnist")):
        write_npz(good / "mnist.npz", small)
        write_npz(bad / "mnist.npz", tiny.idx(seed=1))
        monkeypatch.setenv("NETSPEC_DATA", str(root))
        lines: list[str] = []

        found = named.find("mnist", notify=lines.append)

        assert found.path == good / "mnist.npz"
        (line,) = lines
        assert line.startswith(f"not used from $NETSPEC_DATA: {bad / 'mnist.npz'} is not MNIST")


def test_what_cannot_serve_is_named_where_the_data_set_comes_from_elsewhere(
    known: Known, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = tiny.cifar10()
    known(small)
    with cache.workspace(small.dataset):
        cache.store(small.dataset, small.contents)
    write(tmp_path / "data", {"cifar-10-python.tar.gz": b""})
    lines: list[str] = []
    monkeypatch.setenv("NETSPEC_DATA", str(tmp_path / "data"))
    named.load("cifar10", notify=lines.append)
    monkeypatch.setenv("NETSPEC_DATA", str(tmp_path / "nowhere"))
    named.load("cifar10", notify=lines.append)
    monkeypatch.setenv("NETSPEC_DATA", str(tmp_path))
    named.load("cifar10", notify=lines.append)
    pickled, no_folder = lines
    assert pickled.endswith("cifar-10-python.tar.gz is pickled, which is never read")
    assert no_folder.endswith("nowhere is no folder")
