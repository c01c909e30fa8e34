"""Small folders of pictures that show a code, for the specs on its page."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from netspec.diagnostics import Code
from tests.data.made_pictures import encoded, write
from tests.inspection.damaged import jpeg, picture, sound

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


# In the others' folders nothing is found but what is done to them.
OF_THEIR_OWN = {Code.FEW_IMAGES, Code.IMBALANCE, Code.GROUP_IN_TWO_SPLITS}


def make(root: Path, code: Code, *, fails: bool) -> None:
    """Makes a folder in which a code is found, or nothing but what small folders are always told of."""
    if code == Code.CLASSES_BY_CASE and fails:
        _classes(root, {"cat": 4, "Cat": 4})
    elif code == Code.FEW_IMAGES:
        _classes(root, {"cat": 24, "dog": 6 if fails else 24})
    elif code == Code.IMBALANCE:
        _classes(root, {"cat": 24, "dog": 4 if fails else 24})
    elif code == Code.GROUP_IN_TWO_SPLITS:
        _groups(root, tested=1 if fails else 2)
    else:
        sound(root)
        if fails:
            _FAILING[code](root)


def _groups(root: Path, *, tested: int) -> None:
    """Two pictures of one cat and of one dog to train on, two of another dog and of a cat of a number to test."""
    number = 0
    for split in ("train", "test"):
        for name in ("cat", "dog"):
            group = 1 if split == "train" else tested if name == "cat" else 2
            for part in "ab":
                write(root, {f"{split}/{name}/{name}-{group}{part}.jpg": jpeg(number)})
                number += 1


def _classes(root: Path, counts: dict[str, int]) -> None:
    number = 0
    for name, count in counts.items():
        for index in range(count):
            write(root, {f"{name}/{index}.jpg": jpeg(number)})
            number += 1


def _empty(root: Path) -> None:
    shutil.rmtree(root / "train/dog")
    (root / "train/dog").mkdir()


def _formats(root: Path) -> None:
    """Cats are GIFs, dogs are JPEGs and PNGs."""
    for number, path in enumerate([*root.glob("*/cat/*.jpg")]):
        path.unlink()
        image = Image.fromarray(picture(50 + number))
        path.with_suffix(".gif").write_bytes(encoded(image, "GIF"))
    write(root, {"train/dog/9.png": encoded(picture(99), "PNG")})


def _copied(source: str, target: str) -> Callable[[Path], object]:
    return lambda root: write(root, {target: (root / source).read_bytes()})


def _added(name: str, contents: bytes) -> Callable[[Path], object]:
    return lambda root: write(root, {name: contents})


_WHITE = encoded(np.full((40, 40, 3), 255, np.uint8), "PNG")
_FAILING: dict[Code, Callable[[Path], object]] = {
    Code.UNREADABLE_IMAGE: _added("train/cat/bad.jpg", b""),
    Code.EMPTY_CLASS: _empty,
    Code.UNKNOWN_CLASS: _added("test/fish/0.jpg", jpeg(70)),
    Code.DATA_LAYOUT: _added("train/lost.jpg", jpeg(71)),
    Code.MISNAMED_IMAGE: _added("train/cat/a.jpg", encoded(picture(72), "PNG")),
    Code.IMAGE_IN_TWO_SPLITS: _copied("train/cat/0.jpg", "test/cat/again.jpg"),
    Code.IMAGE_UNDER_TWO_LABELS: _copied("train/cat/0.jpg", "train/dog/again.jpg"),
    Code.NEAR_DUPLICATE_IN_TWO_SPLITS: _added("test/cat/again.jpg", jpeg(0, size=80)),
    Code.NEAR_DUPLICATE_UNDER_TWO_LABELS: _added("train/dog/again.jpg", jpeg(0, size=80)),
    Code.SUSPICIOUS_CLASS: _formats,
    Code.PLAIN_IMAGES: _added("train/cat/white.png", _WHITE),
    Code.DUPLICATE_IMAGES: _copied("train/cat/0.jpg", "train/cat/again.jpg"),
    Code.NEAR_DUPLICATES: _added("train/cat/again.jpg", jpeg(0, size=80)),
    Code.SMALL_IMAGES: _added("train/cat/small.png", encoded(picture(73, size=12), "PNG")),
    Code.PASSED_OVER: _added("train/.DS_Store", b"\0\0\0\1Bud1"),
}
