"""An image is known by its bytes, however closely the data was looked at, and unchanged files are not read twice."""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netspec.data.features.digests import content_digests, of_version, unchanged
from netspec.data.files import checking
from netspec.data.files.listed import NO_FILE
from netspec.data.images import ArrayImages, FileImages
from netspec.data.source import Reports
from netspec.errors import DataError
from netspec.things.labels import LABEL
from tests.data.made_records import opened, picture, write_shard

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

TWO = np.array([2, 0])


def files(folder: Path, *contents: bytes) -> FileImages:
    folder.mkdir(exist_ok=True)
    for number, each in enumerate(contents):
        path = folder / f"{number}.png"
        path.write_bytes(each)
        os.utime(path, (10**9, 10**9))
    names = tuple(f"{number}.png" for number in range(len(contents)))
    labels = {LABEL: np.zeros(len(contents), np.int64)}
    sizes = np.array([len(each) for each in contents])
    mtimes = np.full(len(contents), 10**18)
    return FileImages(folder, names, labels, sizes=sizes, mtimes=mtimes)


@pytest.mark.parametrize("how", ["decode", "header", "off", None])
def test_files_are_known_by_their_contents_whatever_the_look_has_read(
    tmp_path: Path, how: str | None
) -> None:
    contents = [b"first", b"second", b"first"]
    images = files(tmp_path / "data", *contents)
    if how == "decode":
        images = images.looked_at(contents=tuple(sha256(each).digest() for each in contents))
    elif how is not None:
        images = images.looked_at(
            contents=tuple(
                name.encode() + b"\0" + str(len(each)).encode()
                for name, each in zip(images.names, contents, strict=True)
            )
        )
    assert content_digests(images, TWO) == [sha256(b"first").digest()] * 2


def test_a_name_and_size_of_32_bytes_are_no_digest(tmp_path: Path) -> None:
    name = "a-name-of-twenty-nine-let.png"
    assert len(name) == 29
    (tmp_path / name).write_bytes(b"xy" * 10)
    told = name.encode() + b"\x0020"
    assert len(told) == 32
    images = FileImages(tmp_path, (name,), {LABEL: np.zeros(1, np.int64)}, contents=(told,))
    assert content_digests(images, np.array([0])) == [sha256(b"xy" * 10).digest()]


def test_an_unchanged_file_is_read_once_over_runs_and_a_changed_one_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    reading = checking._read_file

    def counted(path: str, *more: Any) -> Any:
        read.append(path)
        return reading(path, *more)

    monkeypatch.setattr(checking, "_read_file", counted)
    png = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0\0\0\1" * 2 + b"\x08\2\0\0\0"
    images = files(tmp_path / "data", png, png + b"1", png + b"2")
    content_digests(images, TWO)
    assert len(read) == 2
    content_digests(images, np.arange(3))
    assert len(read) == 3
    changed = files(tmp_path / "data", png, png + b"1", png + b"9x")
    assert content_digests(changed, TWO)[0] == sha256(png + b"9x").digest()
    assert len(read) == 4


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    images = files(tmp_path / "data", b"first", b"second")
    (tmp_path / "data" / "1.png").unlink()
    images = images.looked_at(sizes=np.array([5, NO_FILE[0]]), mtimes=np.array([0, NO_FILE[1]]))
    assert content_digests(images, np.array([0])) == [sha256(b"first").digest()]
    with pytest.raises(DataError, match=r"1\.png: No such file"):
        content_digests(images, np.array([0, 1]))


def test_images_of_arrays_are_known_by_their_pixels_shape_and_type() -> None:
    pixels = np.arange(24, dtype=np.uint8).reshape(2, 2, 2, 3)
    labels = {LABEL: np.zeros(2, np.int64)}

    def first(array: NDArray[Any]) -> bytes:
        return content_digests(ArrayImages(array, labels), np.array([0]))[0]

    assert first(pixels) == first(np.array(pixels[::-1])[::-1])
    others: list[NDArray[Any]] = [
        pixels[::-1],
        pixels.reshape(2, 1, 4, 3),
        pixels.view(np.int8),
        pixels.astype(np.float32),
        pixels.astype(">f4"),
    ]
    assert len({first(pixels), *map(first, others)}) == 1 + len(others)
    assert len(first(pixels)) == 32


def test_an_augmented_image_is_known_by_its_bytes_key_and_version() -> None:
    each = [sha256(b"one").digest(), sha256(b"two").digest()]
    made = [
        *of_version(each, np.array([1, 2]), 0),
        *of_version(each, np.array([1, 2]), 1),
        *of_version(each, np.array([2, -1]), 0),
        *each,
    ]
    assert len(set(made)) == len(made)
    assert {len(digest) for digest in made} == {32}


def test_a_file_that_changed_after_it_was_listed_is_told(tmp_path: Path) -> None:
    images = files(tmp_path / "data", b"first", b"second", b"third", b"fourth")
    os.utime(tmp_path / "data" / "0.png")
    (tmp_path / "data" / "2.png").unlink()
    (tmp_path / "data" / "3.png").write_bytes(b"sixth!!")
    os.utime(tmp_path / "data" / "3.png", (10**9, 10**9))
    assert unchanged(images, np.array([1, 0, 2, 3, 1])).tolist() == [
        True,
        False,
        False,
        False,
        True,
    ]
    arrays = ArrayImages(np.zeros((2, 1, 1, 1), np.uint8), {LABEL: np.zeros(2, np.int64)})
    assert unchanged(arrays, np.array([1, 0])).tolist() == [True, True]


def test_a_record_whose_file_changed_is_told(tmp_path: Path) -> None:
    write_shard(tmp_path / "shards" / "train-1", picture(b"a", 0), picture(b"b", 1))
    write_shard(tmp_path / "shards" / "train-2", picture(b"c", 1))
    source = opened(tmp_path / "shards", train="train-*")
    images = source.load(Reports.to_nobody(), offline=True)["train"]
    assert content_digests(images, np.array([1])) == [sha256(b"b").digest()]
    os.utime(tmp_path / "shards" / "train-1", (10**9, 10**9))
    assert unchanged(images, np.arange(3)).tolist() == [False, False, True]
