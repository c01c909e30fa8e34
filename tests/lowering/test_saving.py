"""Weights reach the disk whole, or not at all, and Keras reads them."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netspec.lowering.saving import extract_weights, save_weights

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.keras

IMAGES = np.random.default_rng(0).random((12, 4), dtype="float32")


@pytest.fixture
def model() -> Any:
    """A trained network, whose optimizer, normalization and dropout have a state of their own."""
    keras.utils.set_random_seed(0)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(8),
            layers.BatchNormalization(),
            layers.Dropout(0.5, seed=1),
            layers.Dense(3),
        ]
    )
    model.compile("adam", "mse")
    model.fit(IMAGES, np.ones((12, 3)), epochs=2, verbose=0)
    return model


def extracted(model: Any, path: Path) -> None:
    model.save(path.parent / "model.keras")
    extract_weights(path.parent / "model.keras", path)
    (path.parent / "model.keras").unlink()


@pytest.mark.parametrize("write", [save_weights, extracted])
def test_plain_keras_reads_them_into_a_model_built_from_its_json(
    model: Any, tmp_path: Path, write: Any
) -> None:
    write(model, tmp_path / "model.weights.h5")

    fresh = keras.models.model_from_json(model.to_json())
    fresh.load_weights(tmp_path / "model.weights.h5")
    assert np.array_equal(fresh.predict(IMAGES, verbose=0), model.predict(IMAGES, verbose=0))
    assert [path.name for path in tmp_path.iterdir()] == ["model.weights.h5"]


@pytest.mark.parametrize("write", [save_weights, extracted])
def test_they_are_the_file_that_plain_keras_writes(model: Any, tmp_path: Path, write: Any) -> None:
    import h5py

    write(model, tmp_path / "model.weights.h5")
    model.save_weights(tmp_path / "plain.weights.h5")

    def contents(name: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        with h5py.File(tmp_path / name) as file:
            file.visititems(
                lambda place, item: (
                    found.update({place: item[()].tolist()})
                    if isinstance(item, h5py.Dataset)
                    else None
                )
            )
        return found

    assert contents("model.weights.h5") == contents("plain.weights.h5") != {}


@pytest.mark.parametrize("where", ["in the archive", "after it"])
def test_a_full_disk_is_an_error_and_leaves_no_archive(
    model: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def full(path: Path, *_: object) -> None:
        assert not list(tmp_path.glob("*.keras")) or where == "in the archive"
        with path.open("wb") as file:
            file.write(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if where == "in the archive":
        monkeypatch.setattr(model, "save", full)
    else:
        monkeypatch.setattr(Path, "write_bytes", full)

    with pytest.raises(OSError, match="No space left"):
        save_weights(model, tmp_path / "x.weights.h5")

    assert not list(tmp_path.glob("*.keras"))
