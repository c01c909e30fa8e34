"""The form, the fingerprint and the file of a data set's arrays."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netspec.data.named.arrays import ImageArrays, prove, read_npz
from netspec.errors import DataError
from tests.data import tiny

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def published() -> dict[str, Any]:
    contents = tiny.idx().contents
    return {
        "x_train": contents.x_train,
        "y_train": contents.y_train,
        "x_test": contents.x_test,
        "y_test": contents.y_test,
    }


def test_published_forms_of_the_same_contents_have_one_fingerprint(
    published: dict[str, Any],
) -> None:
    plain = ImageArrays.of(**published)
    keras = ImageArrays.of(
        x_train=published["x_train"][..., 0],
        y_train=published["y_train"].astype(np.uint8)[:, None],
        x_test=published["x_test"][..., 0],
        y_test=published["y_test"].astype(">i2"),
    )
    assert keras.x_train.shape == (6, 4, 3, 1)
    assert keras.y_train.shape == (6,)
    assert keras.y_test.dtype == np.int64
    assert keras.fingerprint == plain.fingerprint


@pytest.mark.parametrize("name", ["x_train", "y_train", "x_test", "y_test"])
def test_one_changed_value_changes_the_fingerprint(published: dict[str, Any], name: str) -> None:
    before = ImageArrays.of(**published).fingerprint
    changed = published[name].copy()
    changed.flat[0] ^= 1
    assert ImageArrays.of(**(published | {name: changed})).fingerprint != before


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_an_npz_in_keras_layout_is_read(
    tmp_path: Path, published: dict[str, Any], save: Any
) -> None:
    labels = {name: published[name].astype(np.uint8)[:, None] for name in ("y_train", "y_test")}
    save(tmp_path / "a.npz", **(published | labels))
    read = read_npz(tmp_path / "a.npz", tiny.idx().dataset)
    assert read.fingerprint == tiny.idx().contents.fingerprint


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("y_test", None, "no array y_test"),
        ("x_train", np.zeros((6, 4, 3), np.float32), "float32"),
        ("x_train", np.zeros((5, 4, 3), np.uint8), r"\(5, 4, 3\)"),
        ("x_train", np.zeros((6, 4, 3), np.uint8), "differ from the published"),
        ("y_train", np.zeros((6, 3), np.uint8), r"\(6, 3\)"),
        ("y_train", np.zeros(10**5, np.int64), "larger than 6 numbers"),
    ],
)
def test_an_npz_with_other_contents_is_refused(
    tmp_path: Path, published: dict[str, Any], name: str, value: Any, said: str
) -> None:
    published[name] = value
    path = tmp_path / "a.npz"
    np.savez(path, **{key: array for key, array in published.items() if array is not None})
    with pytest.raises(DataError, match=said) as caught:
        read_npz(path, tiny.idx().dataset)
    assert str(path) in caught.value.message
    assert caught.value.hint


class Trap:
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return pytest.fail, ("unpickled",)


def test_an_npz_is_never_unpickled(tmp_path: Path, published: dict[str, Any]) -> None:
    published["y_train"] = np.array([Trap()] * 6, object)
    np.savez(tmp_path / "a.npz", **published)
    with pytest.raises(DataError, match="object"):
        read_npz(tmp_path / "a.npz", tiny.idx().dataset)


@pytest.mark.parametrize("contents", [b"", b"not a zip", b"PK\x03\x04half"])
def test_a_file_that_is_no_npz_is_refused(tmp_path: Path, contents: bytes) -> None:
    (tmp_path / "a.npz").write_bytes(contents)
    with pytest.raises(DataError, match=r"damaged or no \.npz"):
        read_npz(tmp_path / "a.npz", tiny.idx().dataset)


@pytest.mark.parametrize("header", [b"(((", b"{'shape': (6,), ", b"\x93NUMPY\x09\x00", b""])
def test_an_array_with_a_mad_header_is_refused(
    tmp_path: Path, published: dict[str, Any], header: bytes
) -> None:
    out = io.BytesIO()
    np.savez(out, **published)
    whole = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
    with zipfile.ZipFile(out) as good, zipfile.ZipFile(tmp_path / "a.npz", "w") as bad:
        for name in good.namelist():
            bad.writestr(name, whole if name == "y_test.npy" else good.read(name))
    with pytest.raises(DataError, match="damaged"):
        read_npz(tmp_path / "a.npz", tiny.idx().dataset)


def test_a_flipped_bit_in_a_file_is_found_without_a_fingerprint(tmp_path: Path) -> None:
    small = tiny.cifar100()
    np.savez(
        tmp_path / "a.npz",
        x_train=small.contents.x_train,
        y_train=small.contents.y_train,
        x_test=small.contents.x_test,
        y_test=small.contents.y_test,
    )
    read_npz(tmp_path / "a.npz", small.dataset)
    damaged = bytearray((tmp_path / "a.npz").read_bytes())
    damaged[damaged.index(small.contents.x_train.tobytes()) + 5] ^= 1
    (tmp_path / "a.npz").write_bytes(damaged)
    with pytest.raises(DataError, match="damaged"):
        read_npz(tmp_path / "a.npz", small.dataset)


def test_without_a_fingerprint_labels_must_be_in_range_and_evenly_spread() -> None:
    small = tiny.cifar100()
    prove(small.contents, small.dataset, where="here")
    high = replace(small.contents, y_test=np.array([0, 1, 2, 4]))
    with pytest.raises(DataError, match="outside 0 to 3"):
        prove(high, small.dataset, where="here")
    uneven = replace(small.contents, y_test=np.array([0, 1, 2, 2]))
    with pytest.raises(DataError, match="equally many"):
        prove(uneven, small.dataset, where="here")
