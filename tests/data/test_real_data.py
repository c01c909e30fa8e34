"""The real data sets, where this machine has them: what netspec knows of them is true."""

from __future__ import annotations

import os
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

from netspec.data.named import loading as named
from netspec.data.named.arrays import read_npz
from netspec.data.named.supplies import SUPPLIES
from netspec.data.named.unpack import read_official
from netspec.things.datasets import DATASETS
from tests.data import tiny

pytestmark = pytest.mark.real_data

FASHION = SUPPLIES["fashion_mnist"].installed or Path()
TOOL = Path(__file__).parents[2] / "tools" / "make_fashion_mnist_sample.py"
ZLIB = "1.2.13"

needs_fashion = pytest.mark.skipif(
    not FASHION.is_dir(), reason="Debian's package dataset-fashion-mnist is not installed"
)


def real(name: str) -> Path:
    folder = os.environ.get("NETSPEC_TEST_DATA")
    if not folder:
        pytest.skip("NETSPEC_TEST_DATA names no folder with mnist.npz and cifar10.npz")
    path = Path(folder) / f"{name}.npz"
    if not path.is_file():
        pytest.skip(f"there is no {path}")
    return path


@pytest.mark.parametrize("name", ["mnist", "cifar10"])
def test_the_published_contents_are_accepted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETSPEC_DATA", str(real(name).parent))
    arrays = named.load(name, offline=True)
    assert arrays.x_train.shape[1:] == DATASETS[name].image_shape


@pytest.mark.parametrize("name", ["mnist", "cifar10"])
def test_the_published_md5s_are_those_of_the_official_files(name: str, tmp_path: Path) -> None:
    dataset = DATASETS[name]
    arrays = read_npz(real(name), dataset)
    originals = SUPPLIES[name].originals
    files = tiny.idx_files(arrays) if name == "mnist" else tiny.cifar10_files(arrays)
    folder = tmp_path / originals.folder
    folder.mkdir(exist_ok=True)
    for file, contents in files.items():
        (folder / file).write_bytes(contents)
    read = read_official(dataset, originals, tmp_path)
    assert read is not None
    assert read.fingerprint == arrays.fingerprint


@needs_fashion
def test_fashion_mnist_is_taken_from_the_system_package() -> None:
    arrays = named.load("fashion_mnist", offline=True)
    assert np.bincount(arrays.y_train).tolist() == [6000] * 10


@needs_fashion
def test_the_shipped_sample_can_be_made_again(tmp_path: Path) -> None:
    made = tmp_path / "sample.npz"
    subprocess.run([sys.executable, str(TOOL), str(FASHION), str(made)], check=True)
    dataset = DATASETS["fashion_mnist_sample"]
    assert read_npz(made, dataset).fingerprint == dataset.fingerprint
    if zlib.ZLIB_RUNTIME_VERSION != ZLIB:
        pytest.skip(f"the contents are equal; the bytes are only compared with zlib {ZLIB}")
    assert made.read_bytes() == (named.SHIPPED / "fashion_mnist_sample.npz").read_bytes()
