"""A trained file from elsewhere brings numbers and nothing else: no code, no other file, no bomb."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from netspec.errors import UsageError
from netspec.runs.saved import open_run
from tests.runs.test_saved import make_run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

h5py = pytest.importorskip("h5py")
np = pytest.importorskip("numpy")

WEIGHTS = "model.weights.h5"


def read(run: Path) -> Any:
    from netspec.evaluation.network import trained_network

    return trained_network(open_run(run))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An untrained network's `.keras` file."""
    from netspec.lowering import model as lowering

    run = open_run(make_run(tmp_path_factory.mktemp("made") / "run"))
    path = run.path / "model.keras"
    lowering.to_keras(run.analysis.require()[1], seed=1).save(path)
    return path.read_bytes()


def changed(
    archive: bytes,
    path: Path,
    changes: dict[str, Callable[[bytes], bytes]],
    *,
    packed: bool = False,
) -> None:
    """Writes the archive with some of its members changed."""
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = changes.get(name, bytes)(old.read(name))
            new.writestr(name, data, zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED)


def test_what_a_model_s_file_says_of_classes_is_not_read(archive: bytes, tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    code = f"__import__('pathlib').Path({str(trap)!r}).touch()"
    config = {
        "module": "keras.layers",
        "class_name": "Lambda",
        "config": {"function": {"class_name": "__lambda__", "config": {"code": code}}},
        "build_config": {"input_shape": [1]},
    }
    run = make_run(tmp_path / "run")
    changed(archive, run / "model.keras", {"config.json": lambda _: json.dumps(config).encode()})
    assert read(run).count_params() == 7850
    changed(archive, run / "model.keras", {"config.json": lambda _: f"{code}".encode()})
    assert read(run).count_params() == 7850
    assert not trap.exists()


def _with_dataset(change: Callable[[Any, str], None]) -> Callable[[bytes], bytes]:
    """Replaces the largest array of a weights file."""

    def changed(data: bytes) -> bytes:
        buffer = io.BytesIO(data)
        with h5py.File(buffer, "r+") as file:
            names: list[str] = []
            file.visititems(
                lambda name, item: (
                    names.append(name)
                    if isinstance(item, h5py.Dataset) and item.shape == (784, 10)
                    else None
                )
            )
            del file[names[0]]
            change(file, names[0])
        return buffer.getvalue()

    return changed


@pytest.mark.parametrize("way", ["external storage", "external link", "giant", "wrong shape"])
def test_a_weights_file_reads_no_other_file_and_declares_no_giant(
    way: str, archive: bytes, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"hunter2!" * 3920)
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["kernel"] = np.ones((784, 10), "float32")

    def change(file: Any, name: str) -> None:
        if way == "external storage":
            file.create_dataset(name, (784, 10), "float32", external=[(str(secret), 0, 31360)])
        elif way == "external link":
            file[name] = h5py.ExternalLink(str(tmp_path / "other.h5"), "kernel")
        elif way == "giant":
            file.create_dataset(name, (2**20, 2**20), "float32", chunks=(1024, 1024))
        else:
            file.create_dataset(name, (10, 784), "float32")

    run = make_run(tmp_path / "run")
    changed(archive, run / "model.keras", {WEIGHTS: _with_dataset(change)})
    with pytest.raises(UsageError, match="cannot be read") as caught:
        read(run)
    assert "hunter2" not in str(caught.value)


def test_a_packed_bomb_is_not_unpacked(archive: bytes, tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    changed(archive, run / "model.keras", {WEIGHTS: lambda data: data + bytes(2**28)}, packed=True)
    with pytest.raises(UsageError, match="cannot be read"):
        read(run)
