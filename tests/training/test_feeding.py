"""How a run is fed: what it says of it, and what it says when a picture cannot be read any more."""

from __future__ import annotations

import errno
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

import netspec
from netspec.data.files.checking import look_at
from netspec.errors import DataError
from netspec.training.events import EpochDone
from tests.data.made_pictures import class_folders

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.keras

SPEC = """netspec: 1
name: shades
data: {source: {ImageFolder: {path: pictures}}, validation: validation, test: null}
model:
  input: [4, 6, 3]
  layers: [Flatten, Dense: {units: 2, activation: softmax}]
compile: {optimizer: sgd, loss: sparse_categorical_crossentropy}
training: {epochs: 3, batch_size: 4}
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    class_folders(tmp_path / "pictures" / "train", {"dark": 9, "light": 9})
    class_folders(tmp_path / "pictures" / "validation", {"dark": 3, "light": 3}, first=100)
    (tmp_path / "spec.yaml").write_text(SPEC)
    return tmp_path


def run(place: Path, name: str, listener: Callable[[Any], None] = print, **fields: str) -> Any:
    overrides = [f"data.{field}={value}" for field, value in fields.items()]
    return netspec.run(
        place / "spec.yaml", output=place / name, listener=listener, overrides=overrides
    )


def test_a_run_keeps_how_fast_it_was_fed(place: Path) -> None:
    epochs: list[EpochDone] = []

    result = run(place, "run", lambda event: epochs.extend([event] * isinstance(event, EpochDone)))

    record = json.loads((place / "run" / "run.json").read_text())
    assert record["images_per_second"] == result.images_per_second > 0
    assert 0 <= record["data_wait"] == result.data_wait <= 1
    assert len(epochs) == 3
    assert all(epoch.data_wait is not None and 0 <= epoch.data_wait <= 1 for epoch in epochs)


def test_where_images_are_kept_changes_nothing(place: Path) -> None:
    runs = [run(place, cache, cache=cache) for cache in ("off", "memory", "disk")]

    assert all(each.history == runs[0].history for each in runs)


@pytest.mark.parametrize("name", ["train/dark/05.png", "validation/light/01.png"])
def test_a_file_that_turns_out_damaged_is_named(name: str, place: Path) -> None:
    """Nobody looks at contents with `verify: header`, and what they are has not changed since."""
    damaged = place / "pictures" / name
    damaged.write_bytes(damaged.read_bytes()[:50])

    with pytest.raises(DataError, match=rf"cannot read {damaged}: its PNG data is damaged"):
        run(place, "run", verify="header")

    assert json.loads((place / "run" / "run.json").read_text())["status"] == "failed"


def test_a_run_is_judged_with_as_close_a_look_as_it_was_made_with(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first bytes of so many files were read, and the same is done with fewer: what they are is unchanged."""
    run(place, "run", verify="header")
    record = place / "run" / "run.json"
    assert json.loads(record.read_text())["data"]["verify"] == "header"
    for name in ("spec.yaml", "resolved.yaml"):
        spec = place / "run" / name
        spec.write_text(spec.read_text().replace("verify: header", "verify: null"))
    looks: list[str] = []

    def seen(files: Any, how: Any, **rest: Any) -> Any:
        looks.append(how)
        return look_at(files, how=how, **rest)

    monkeypatch.setattr("netspec.data.preparing.look_at", seen)

    for verify in ("header", "off", "decode"):
        told = json.loads(record.read_text())
        told["data"]["verify"] = verify
        record.write_text(json.dumps(told))
        with suppress(DataError):  # what contents are is not the same where they are not read
            netspec.evaluate(place / "run", split="validation", data_root=place)

    assert looks == ["header", "off", "decode"]


def test_a_disk_that_fills_up_is_told(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        """A file on a disk that has room for nothing."""

        def __init__(self, **_: Any) -> None: ...

        def close(self) -> None: ...

        def truncate(self, _: int) -> None: ...

        def seek(self, _: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", Full)
    monkeypatch.setattr("numpy.memmap", lambda *_, **__: None)

    with pytest.raises(DataError, match=r"cannot keep decoded images in .*: No space left"):
        run(place, "run", cache="disk")
