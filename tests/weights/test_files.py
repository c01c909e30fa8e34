"""Files of weights of each form are read, and whatever is none is told in one sentence."""

from __future__ import annotations

import contextlib
import zipfile
from typing import TYPE_CHECKING

import h5py
import numpy as np
import pytest

from netspec.errors import DataError, NetspecError, UsageError
from netspec.weights.files import opened
from tests.weights.written import archive, described, legacy, modern, values

if TYPE_CHECKING:
    from pathlib import Path

    from tests.weights.written import Keyed, Layers

CONV = {"conv/kernel:0": (3, 3, 1, 2), "conv/bias:0": (2,)}


def listed(path: Path) -> list[tuple[str | None, list[tuple[str, tuple[int, ...]]]]]:
    with opened(path) as stored:
        return [
            (layer.name, [(weight.name, weight.shape) for weight in layer.weights])
            for layer in stored.layers
        ]


def read_all(path: Path) -> None:
    with opened(path) as stored:
        for layer in stored.layers:
            for weight in layer.weights:
                weight.read()


def refused(path: Path) -> NetspecError:
    with pytest.raises((DataError, UsageError)) as caught:
        read_all(path)
    assert caught.value.hint
    assert str(path) in caught.value.message
    assert "\n" not in caught.value.message
    return caught.value


@pytest.mark.parametrize("below", [None, "model_weights"])
def test_the_older_form_has_layers_in_order_with_their_names(
    tmp_path: Path, below: str | None
) -> None:
    layers: Layers = {"zebra": CONV, "input": {}, "ant": {"ant/kernel": (2, 5)}}
    path = legacy(tmp_path / "w.h5", layers, below=below)
    assert listed(path) == [
        ("zebra", [("kernel", (3, 3, 1, 2)), ("bias", (2,))]),
        ("ant", [("kernel", (2, 5))]),
    ]
    with opened(path) as stored:
        assert stored.in_order
        assert np.array_equal(stored.layers[0].weights[1].read(), values((2,), 1))


def test_names_of_layers_may_be_spread_over_several_attributes(tmp_path: Path) -> None:
    path = legacy(tmp_path / "w.h5", {"a": {"a/k": (1,)}, "b": {"b/k": (2,)}})
    with h5py.File(path, "a") as file:
        del file.attrs["layer_names"]
        file.attrs["layer_names0"], file.attrs["layer_names1"] = [b"a"], [b"b"]
    assert [name for name, _ in listed(path)] == ["a", "b"]


def test_a_file_of_keras_3_has_keys_and_no_order(tmp_path: Path) -> None:
    keys: Keyed = {
        f"conv2d_{number}" if number else "conv2d": [(number + 1,)] for number in range(11)
    }
    with opened(modern(tmp_path / "x.weights.h5", keys)) as stored:
        assert not stored.in_order
        assert [layer.key for layer in stored.layers] == list(keys)
        assert [layer.weights[0].shape for layer in stored.layers] == [(n + 1,) for n in range(11)]
        assert stored.layers[2].name == "name_of_conv2d_2"


def test_arrays_of_keras_3_are_counted_beyond_nine(tmp_path: Path) -> None:
    shapes: list[tuple[int, ...]] = [(number + 1,) for number in range(12)]
    assert [
        shape for _, shape in listed(modern(tmp_path / "w.h5", {"odd": shapes}))[0][1]
    ] == shapes


def test_seeds_are_no_weights_and_inner_networks_are_opened(tmp_path: Path) -> None:
    path = modern(
        tmp_path / "x.weights.h5",
        {
            "dropout/seed_generator": [(2,)],
            "functional/layers/dense": [(2, 3)],
            "lstm/cell": [(4, 8)],
        },
    )
    with opened(path) as stored:
        assert [layer.key for layer in stored.layers] == ["functional/dense", "lstm"]


def test_an_archive_says_the_order_and_the_names(tmp_path: Path) -> None:
    config = described(("Dense", "last"), ("InputLayer", "in"), ("Conv2D", "c"), ("Dense", "d"))
    layers: Keyed = {"conv2d": [(3, 3, 1, 2)], "dense": [(1, 2)], "dense_1": [(7, 8)]}
    path = archive(tmp_path / "m.keras", layers, config)
    with opened(path) as stored:
        assert stored.in_order
        assert [(layer.name, layer.key) for layer in stored.layers] == [
            ("last", "dense"),
            ("c", "conv2d"),
            ("d", "dense_1"),
        ]


@pytest.mark.parametrize("config", [{}, {"config": {"layers": 7}}, described(("Dense", "other"))])
def test_an_archive_with_a_strange_description_is_read_without_it(
    tmp_path: Path, config: object
) -> None:
    with opened(archive(tmp_path / "m.keras", {"conv2d": [(3,)]}, config)) as stored:
        assert not stored.in_order
        assert stored.layers[0].key == "conv2d"


def test_a_file_that_is_not_there_and_a_folder_are_told(tmp_path: Path) -> None:
    assert "no file" in refused(tmp_path / "none.h5").message
    assert "is a folder" in refused(tmp_path).message


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        (b"", "the file is empty"),
        (b"GIF89a", "neither HDF5 nor"),
        (b"PK\x03\x04broken", "cannot be read"),
        (b"\x89HDF\r\n\x1a\n" + bytes(600), "cannot be read"),
    ],
)
def test_other_files_are_told(tmp_path: Path, contents: bytes, said: str) -> None:
    path = tmp_path / "w.h5"
    path.write_bytes(contents)
    assert said in refused(path).message


def test_a_file_cut_short_anywhere_is_told(tmp_path: Path) -> None:
    path = legacy(tmp_path / "whole.h5", {"a": {"a/k": (50, 50)}, "b": {"b/k": (50,)}})
    contents = path.read_bytes()
    cut = tmp_path / "cut.h5"
    for length in range(9, len(contents), len(contents) // 40):
        cut.write_bytes(contents[:length])
        assert "cannot be read" in refused(cut).message


def test_a_file_with_bytes_changed_is_read_or_told(tmp_path: Path) -> None:
    path = legacy(tmp_path / "whole.h5", {"a": {"a/k": (3,)}, "b": {"b/k": (4,)}})
    contents = bytearray(path.read_bytes())
    changed = tmp_path / "changed.h5"
    for place in range(8, len(contents), 37):
        one = contents.copy()
        one[place] ^= 0xFF
        changed.write_bytes(one)
        with contextlib.suppress(DataError):
            read_all(changed)


def test_hdf5_of_another_program_and_files_without_weights_are_told(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["temperature"] = [1, 2]
    assert "another program" in refused(tmp_path / "other.h5").message
    assert "none of its layers" in refused(legacy(tmp_path / "no.h5", {"a": {}})).message
    with zipfile.ZipFile(tmp_path / "a.keras", "w") as packed:
        packed.writestr("readme", "x")
    assert "model.weights.h5" in refused(tmp_path / "a.keras").message


def test_a_file_that_names_what_it_does_not_hold_is_told(tmp_path: Path) -> None:
    path = legacy(tmp_path / "w.h5", {"a": CONV})
    with h5py.File(path, "a") as file:
        del file["a/conv/bias:0"]
    assert "conv/bias:0" in refused(path).message


def test_nothing_outside_the_file_is_read(tmp_path: Path) -> None:
    secret = legacy(tmp_path / "secret.h5", {"a": {"a/k": (3,)}})
    path = legacy(tmp_path / "w.h5", {"a": {"a/k": (3,)}})
    with h5py.File(path, "a") as file:
        del file["a/a/k"]
        file["a/a/k"] = h5py.ExternalLink(str(secret), "a/a/k")
    assert "link" in refused(path).message
    with h5py.File(path, "a") as file:
        del file["a/a/k"]
        layout = h5py.VirtualLayout(shape=(3,), dtype="f4")
        layout[:] = h5py.VirtualSource(str(secret), "a/a/k", shape=(3,))
        file["a/a"].create_virtual_dataset("k", layout)
    assert "another file" in refused(path).message


def test_what_is_no_number_is_told(tmp_path: Path) -> None:
    path = legacy(tmp_path / "w.h5", {"a": {"a/k": (3,)}})
    with h5py.File(path, "a") as file:
        del file["a/a/k"]
        file["a/a/k"] = ["text"]
    assert "holds no numbers" in refused(path).message


def test_an_archive_that_unpacks_to_far_more_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("model.weights.h5", bytes(10_000_000))
    assert "unpacks to 10,000,000" in refused(path).message
