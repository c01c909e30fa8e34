"""Files of weights that were made to stop whoever reads them are refused at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import h5py
import numpy as np
import pytest

from netspec.errors import DataError
from netspec.weights.files import opened
from tests.weights.written import legacy

if TYPE_CHECKING:
    from pathlib import Path


def read_all(path: Path) -> None:
    with opened(path) as stored:
        for layer in stored.layers:
            for weight in layer.weights:
                weight.read()


def refused(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        read_all(path)
    return caught.value.message


def test_groups_that_hold_each_other_many_times_over_are_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "w.weights.h5"
    with h5py.File(path, "w") as file:
        inner = file.create_group("0")
        for number in range(1, 40):  # 2 ** 39 ways to the innermost
            group = file.create_group(str(number))
            group["a"] = group["b"] = inner
            inner = group
        file.create_group("layers")["dense"] = inner
    assert "under several names" in refused(path)


def test_a_layer_or_weight_that_is_named_twice_is_refused(tmp_path: Path) -> None:
    path = legacy(tmp_path / "w.h5", {"a": {"a/k": (1,)}})
    with h5py.File(path, "a") as file:
        file["a"].attrs["weight_names"] = [b"a/k", b"a/k"]
    assert "weight_names is there twice" in refused(path)
    with h5py.File(path, "a") as file:
        file.attrs["layer_names"] = [b"a", b"a"]
    assert "layer_names is there twice" in refused(path)


def test_a_number_of_a_gigabyte_is_no_bfloat16(tmp_path: Path) -> None:
    path = legacy(tmp_path / "w.h5", {"a": {"a/k": (1,)}})
    with h5py.File(path, "a") as file:
        del file["a/a/k"]
        file["a"].create_dataset("a/k", (4, 4), np.dtype("V1000000")).attrs["dtype"] = "bfloat16"
    assert "holds no numbers" in refused(path)
