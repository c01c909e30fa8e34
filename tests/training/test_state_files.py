"""A run's states on the disk: two are kept, a damaged one is told from a whole one, and none can do harm."""

from __future__ import annotations

import json
import os
import shutil
import time
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netspec.errors import UsageError
from netspec.runs.directory import RunDirectory
from tests.training.small_runs import newest, rewrite

if TYPE_CHECKING:
    from collections.abc import Callable

    from netspec.training.state import State

pytestmark = pytest.mark.keras

SPEC = {"netspec": 1, "seed": 3}
WEIGHTS = ["net/kernel (2, 3) float32", "net/seed_generator (2) uint32", "net/bias (3) float32"]


def state(step: int = 0, *, best: list[Any] | None = None) -> State:
    from netspec.training.state import Position, State

    kernel, seed = np.full((2, 3), 0.5, np.float32), np.arange(2, dtype=np.uint32)
    return State(
        position=Position(stage=0, begun=0, epoch=1, step=step),
        variables={
            "model": [kernel, seed, np.full(3, step, np.float32)],
            "optimizer": [np.array(step)],
            "metrics": [],
        },
        names={"model": WEIGHTS, "optimizer": ["iteration () int64"], "metrics": []},
        weights=[0, 2],
        frozen=frozenset({0}),
        callbacks=[{"wait": 1, "best": np.array(0.25), "best_weights": best}, {}],
        progress={
            "rows": [{"epoch": 1, "loss": 0.5, "seconds": 1.5}],
            "seconds": 2.5,
            "seconds_in_epoch": 0.5,
            "best": {"epoch": 1, "by": "loss", "sign": 1, "value": (0.5).hex()},
        },
    )


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run with two states, the second with a callback's weights in a part of its own."""
    from netspec.training.state_files import StateFiles

    path = tmp_path / "run"
    path.mkdir()
    files = StateFiles(RunDirectory.of(path), settled=SPEC)
    files.write(state(1))
    files.write(state(2, best=[np.full((2, 3), 0.5, np.float32), np.zeros(3, np.float32)]))
    return path


def read(run: Path) -> Any:
    from netspec.training.state_reading import read_newest

    found = read_newest(run)
    assert found is not None
    return found


def names(run: Path) -> list[str]:
    return sorted(each.name for each in (run / "state").iterdir())


def test_what_is_read_is_what_was_written(run: Path) -> None:
    found = read(run)
    then = state(2)

    assert (found.state.position, found.settled) == (then.position, SPEC)
    for group, values in then.variables.items():
        for value, now in zip(values, found.state.variables[group], strict=True):
            assert (value.tobytes(), value.dtype) == (now.tobytes(), now.dtype)
    known = found.state.callbacks[0]
    assert (known["wait"], known["best"]) == (1, 0.25)
    assert [each.shape for each in known["best_weights"]] == [(2, 3), (3,)]
    assert found.state.progress == then.progress


def test_two_states_are_kept_and_frozen_weights_once(run: Path) -> None:
    from netspec.training.state_files import StateFiles

    assert names(run) == [
        "callback-0-best_weights-00000002.npz",
        "frozen-00000001.npz",
        "state-00000001.npz",
        "state-00000002.npz",
    ]
    with np.load(run / "state" / "callback-0-best_weights-00000002.npz") as file:
        assert file.files == ["1"]  # the other is frozen

    files = StateFiles(RunDirectory.of(run), settled=SPEC)
    for step in (3, 4, 5):
        files.write(state(step))
    assert names(run) == ["frozen-00000003.npz", "state-00000004.npz", "state-00000005.npz"]


def test_the_order_is_that_of_the_numbers_whatever_the_clock_says(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from netspec.training import state_files

    class LongAgo(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> LongAgo:
            return cls(1971, 2, 3, tzinfo=tz)

    monkeypatch.setattr(state_files, "datetime", LongAgo)
    monkeypatch.setattr(time, "time", lambda: 1.0)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(1))
    state_files.StateFiles(RunDirectory.of(run), settled=SPEC).write(state(7))
    os.utime(newest(run), (1, 1))

    found = read(run)
    assert found.state.position.step == 7
    assert found.saved is not None
    assert found.saved.year == 1971


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path) -> None:
    os.truncate(path, 0)


def flip(path: Path) -> None:
    """Changes one bit in the middle of an array's numbers."""
    with zipfile.ZipFile(path) as archive:
        largest = max(archive.infolist(), key=lambda each: each.file_size)
    data = bytearray(path.read_bytes())
    data[largest.header_offset + largest.file_size - 20] ^= 1
    path.write_bytes(data)


def compress(path: Path) -> None:
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    arrays["bomb"] = np.zeros(2**20)
    np.savez_compressed(path, **arrays)


def pickle(path: Path) -> None:
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    arrays["model/2"] = np.array([print, print, print])
    np.savez(path, **arrays)


def lie_about_size(path: Path) -> None:
    """Has a header say that an array takes 8 TiB."""
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(f"{path}.new", "w") as other:
        for each in archive.infolist():
            text = archive.read(each)
            if each.filename == "model/2.npy":
                text = text.replace(b"(3,), }" + b" " * 12, b"(1099511627776,), }")
                assert len(text) == each.file_size
            other.writestr(each.filename, text)
    Path(f"{path}.new").replace(path)
    assert path.read_bytes() != data


@pytest.mark.parametrize(
    "damage", [truncate, empty, flip, compress, pickle, lie_about_size, os.remove]
)
def test_of_a_damaged_state_the_one_before_is_read_and_it_is_said(
    run: Path, damage: Callable[[Path], object]
) -> None:
    path = newest(run)
    damage(path)

    found = read(run)

    assert found.state.position.step == 1
    assert list(found.damaged) == ([path] if damage is not os.remove else [])
    if damage is lie_about_size:
        assert found.damaged[path] == "an array in it is not what it says"


@pytest.mark.parametrize("damage", [truncate, empty, flip, os.remove])
@pytest.mark.parametrize("part", ["callback-0-best_weights-00000002.npz"])
def test_a_state_is_as_damaged_as_its_parts(
    run: Path, part: str, damage: Callable[[Path], object]
) -> None:
    damage(run / "state" / part)

    found = read(run)

    assert found.state.position.step == 1
    assert [each.name for each in found.damaged] == ["state-00000002.npz"]


def test_where_all_are_damaged_it_is_said_what_can_be_done(run: Path) -> None:
    truncate(run / "state" / "frozen-00000001.npz")

    with pytest.raises(UsageError, match=r"no kept state of the run .* can be read: ") as caught:
        read(run)

    assert "state-00000001.npz" in str(caught.value)
    assert "resolved.yaml starts it again" in (caught.value.hint or "")


def test_a_state_of_a_newer_netspec_is_not_passed_over(run: Path) -> None:
    rewrite(newest(run), lambda about: about.update(format=2))

    with pytest.raises(UsageError, match="was written by a newer netspec"):
        read(run)


@pytest.mark.parametrize("name", ["state-00000002.npz", "frozen-00000001.npz"])
def test_links_that_lead_out_of_the_run_are_refused(run: Path, tmp_path: Path, name: str) -> None:
    path = run / "state" / name
    shutil.move(path, tmp_path / name)
    path.symlink_to(tmp_path / name)

    with pytest.raises(UsageError, match="is a link that leads out of"):
        read(run)


WRONG = [None, True, -1, 10**30, float("nan"), "x", [None], {"x": None}]


def wrong_versions(about: Any) -> list[tuple[str, Any]]:
    """The description with each of its values, however deep, replaced by values of wrong types."""
    found: list[tuple[str, Any]] = [("", value) for value in WRONG[1:]]

    def visit(value: Any, path: tuple[Any, ...]) -> None:
        for key in value if isinstance(value, dict) else range(len(value)):
            for wrong in WRONG:
                copy = json.loads(json.dumps(about))
                place = copy
                for step in path:
                    place = place[step]
                place[key] = wrong
                found.append((str((*path, key)), copy))
            if isinstance(value[key], dict | list):
                visit(value[key], (*path, key))

    visit({name: value for name, value in about.items() if name != "spec"}, ())
    return found


def test_whatever_a_state_says_of_itself_is_read_or_called_damaged(run: Path) -> None:
    from netspec.training.state_reading import read_newest

    path = newest(run)
    whole = path.read_bytes()
    with np.load(path) as file:
        about = json.loads(file["about"].tobytes())
    versions = wrong_versions(about)
    assert len(versions) > 300

    taken = set()
    for place, wrong in versions:
        path.write_bytes(whole)
        rewrite(path, lambda _, wrong=wrong: wrong)  # type: ignore[misc]
        try:
            found = read_newest(run)
        except UsageError:  # a newer netspec's, of which another test tells
            assert place == "('format',)"
            continue
        assert found is not None
        if not found.damaged:
            taken.add(place.partition(",")[0])
            position = found.state.position
            assert type(position.epoch) is int
            assert found.state.progress["seconds"] >= 0

    # What callbacks know is theirs to judge; of the others some have several values that can be.
    assert taken <= {f"('{name}'" for name in ("callbacks", "saved", "progress", "position")}


def test_a_state_that_says_too_deep_things_is_damaged(run: Path) -> None:
    path = newest(run)
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    arrays["about"] = np.frombuffer(b"[" * 100_000, np.uint8)
    np.savez(path, **arrays)

    assert read(run).state.position.step == 1


def test_a_state_that_cannot_be_written_leaves_those_before(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from netspec.training import state_files

    before = {each.name: each.read_bytes() for each in (run / "state").iterdir()}
    save = state_files._save

    def full(path: Path, arrays: Any) -> None:
        save(path, arrays)
        if "-state-" in path.name:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(state_files, "_save", full)
    files = state_files.StateFiles(RunDirectory.of(run), settled=SPEC)
    with pytest.raises(OSError, match="No space left"):
        files.write(replace(state(3), frozen=frozenset()))

    assert {each.name: each.read_bytes() for each in (run / "state").iterdir()} == before


def test_a_state_that_is_larger_than_its_network_makes_it_is_refused(run: Path) -> None:
    from netspec.training.state_reading import largest_of, read_newest

    assert read_newest(run, largest=largest_of(10)) is not None
    with (run / "state" / "state-00000003.npz").open("wb") as sparse:
        sparse.truncate(largest_of(10) + 1)
    with pytest.raises(UsageError, match="too large"):
        read_newest(run, largest=largest_of(10))
