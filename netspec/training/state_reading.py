"""A run's states read again: each told from a damaged one, and none of them trusted, as a run may be from anywhere."""

from __future__ import annotations

import json
import math
import os
import re
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib import format as npy

from netspec.errors import UsageError
from netspec.report.escape import printable
from netspec.runs.saved import require_own
from netspec.training.state import GROUPS, Position, State, is_called
from netspec.training.weights_left import begin_again

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

FOLDER = "state"
# Raised when an older netspec would misread a state.
STATE_FORMAT = 1
ABOUT = "about"
PART = re.compile(r"(?:frozen|callback-\d+-\w+)-\d{8,}\.npz")
_NAME = re.compile(r"state-(\d{8,})\.npz")
_MOST_COPIES = 16
_LARGEST_REST = 256 * 2**20
_LARGEST_ABOUT = 100 * 2**20
# What Python, NumPy and zipfile raise over a file that says anything at all.
_SIGNS_OF_DAMAGE = (
    *(ArithmeticError, AttributeError, EOFError, LookupError, MemoryError, OSError, RuntimeError),
    *(TypeError, ValueError, zipfile.BadZipFile, zlib.error),
)


class _DamagedError(ValueError):
    """A file is not what was written."""


@dataclass(frozen=True)
class Found:
    """A state that was read.

    Attributes:
        state: The state.
        settled: The resolved spec that it belongs to, as plain values.
        saved: When it was kept.
        damaged: Newer files that could not be read, each with the reason.
    """

    state: State
    settled: Any
    saved: datetime | None
    damaged: Mapping[Path, str]


def largest_of(parameters: int) -> int:
    """The most bytes that a file of a state can have, for a network of so many parameters.

    The most that an optimizer and its averages keep of each is seven float32 numbers.
    """
    return _LARGEST_REST + parameters * 4 * _MOST_COPIES


def read_newest(run: Path, *, largest: int | None = None) -> Found | None:
    """The newest state of a run that can be read; None where there is none.

    Args:
        run: The run directory.
        largest: The most bytes that one of its files may have, as `largest_of` says; None for any number.

    Raises:
        UsageError: There are states, and none of them can be read; one leads out of the run, or is too large; or a
            newer netspec wrote it.
    """
    folder = run / FOLDER
    damaged: dict[Path, str] = {}
    for _, path in sorted(numbered_states(folder), reverse=True):
        try:
            _require_plain(path, "it")
            require_own(run, f"{FOLDER}/{path.name}", largest=largest)
            state, about = _read(folder, path, largest=largest)
        except _SIGNS_OF_DAMAGE as error:
            lines = str(error).strip().splitlines() or [type(error).__name__]
            damaged[path] = printable(lines[0])
            continue
        return Found(state, about["spec"], _moment(about.get("saved")), damaged)
    if damaged:
        reasons = (f"{FOLDER}/{path.name} ({reason})" for path, reason in damaged.items())
        raise UsageError(
            f"no kept state of the run {run} can be read: {', '.join(reasons)}",
            hint=begin_again(run),
        )
    return None


def numbered_states(folder: Path) -> Iterator[tuple[int, Path]]:
    """The states in a folder, each with its number; their order is that of these, whatever the clock says."""
    with suppress(OSError):
        for path in folder.iterdir():
            match = _NAME.fullmatch(path.name)
            if match is not None:
                yield int(match[1]), path


def parts_of(path: Path) -> list[str]:
    """The names of the other files that a state needs; none of one that is damaged."""
    try:
        with _open(path) as file:
            return list(filter(PART.fullmatch, _about(file)["parts"]))
    except _SIGNS_OF_DAMAGE:
        return []


def frozen_weights(state: State, arrays: Sequence[Any]) -> Mapping[int, int]:
    """Of arrays that are the model's weights, the places of frozen ones, each with its place in the model."""
    if len(arrays) != len(state.weights):
        return {}
    return {at: place for at, place in enumerate(state.weights) if place in state.frozen}


def _require_plain(path: Path, called: str) -> None:
    """Makes sure that a file that is there is one, before it is opened: a pipe would be waited for."""
    if os.path.lexists(path) and not path.is_file():
        raise _DamagedError(f"{called} is no file")


def _open(path: Path) -> Any:
    """An `.npz` file whose arrays take no more room in memory than on the disk."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if any(each.compress_type != zipfile.ZIP_STORED for each in members):
            raise _DamagedError("it is compressed")
        if sum(each.file_size for each in members) > path.stat().st_size:
            raise _DamagedError("it says that it has more than is there")
        for each in members:
            with archive.open(each) as member:
                _require_size(member, each.file_size)
    return np.load(path, allow_pickle=False)


def _require_size(member: Any, size: int) -> None:
    """Makes sure that an array is as large as its header says, for which NumPy makes room before it reads."""
    version = npy.read_magic(member)
    reads = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
    shape, _, dtype = reads[version](member)
    if dtype.hasobject or member.tell() + math.prod(shape) * dtype.itemsize != size:
        raise _DamagedError("an array in it is not what it says")


def _about(file: Any) -> dict[str, Any]:
    text = file[ABOUT].tobytes()
    if len(text) > _LARGEST_ABOUT:
        raise _DamagedError("it says too much of itself")
    about = json.loads(text)
    if not isinstance(about, dict):
        raise _DamagedError("it is no state")
    return about


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None


def _read(folder: Path, path: Path, *, largest: int | None) -> tuple[State, dict[str, Any]]:
    with _open(path) as file:
        about = _about(file)
        _require_format(about["format"], path)
        arrays = {name: file[name] for name in file.files if name != ABOUT}
    parts = {name: _read_part(folder, name, largest=largest) for name in about["parts"]}
    frozen = frozenset(about["frozen"])
    still: Mapping[str, Any] = next(
        (part for name, part in parts.items() if name.startswith("frozen-")), {}
    )
    names = {group: _texts(about["names"][group]) for group in GROUPS}
    variables = {
        group: [
            _of_form(
                called,
                still[str(place)]
                if group == "model" and place in frozen
                else arrays[f"{group}/{place}"],
            )
            for place, called in enumerate(called_so)
        ]
        for group, called_so in names.items()
    }
    weights = about["weights"]
    places = [*weights, *frozen]
    if not all(type(place) is int and 0 <= place < len(names["model"]) for place in places):
        raise _DamagedError("it has weights of no variable")
    state = State(
        position=_position(about["position"]),
        variables=variables,
        names=names,
        weights=weights,
        frozen=frozen,
        callbacks=[],
        progress=_progress(about["progress"]),
    )
    callbacks = [
        {str(name): _unpacked(value, arrays, parts, state) for name, value in known.items()}
        for known in about["callbacks"]
    ]
    return replace(state, callbacks=callbacks), about


def _require_format(number: object, path: Path) -> None:
    """Makes sure that this netspec reads a state.

    Raises:
        UsageError: A newer one wrote it.
    """
    if type(number) is int and number > STATE_FORMAT:
        raise UsageError(
            f"{path} was written by a newer netspec (format {number}; this one reads {STATE_FORMAT})",
            hint="update netspec",
        )
    if type(number) is not int or number != STATE_FORMAT:
        raise _DamagedError("it has no format that there is")


def _read_part(folder: Path, name: str, *, largest: int | None) -> dict[str, Any]:
    if not PART.fullmatch(name):
        raise _DamagedError("it names a file that is no part of a state")
    _require_plain(folder / name, f"its {name}")
    require_own(folder.parent, f"{FOLDER}/{name}", largest=largest)
    with _open(folder / name) as file:
        return {key: file[key] for key in file.files}


def _texts(values: Any) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        raise _DamagedError("it does not say what its variables are")
    return values


def _of_form(called: str, array: Any) -> Any:
    if not is_called(called, array):
        raise _DamagedError("an array in it is not what it says")
    return array


def _position(values: Any) -> Position:
    position = Position(**values)
    counts = (position.stage, position.begun, position.epoch, position.step)
    if any(type(each) is not int or each < 0 for each in counts):
        raise _DamagedError("it does not say where it is")
    if type(position.ended) is not bool or position.begun > position.epoch:
        raise _DamagedError("it does not say where it is")
    return position


def _progress(values: Any) -> dict[str, Any]:
    """What the run had told, if it can have told that."""
    seconds = [values["seconds"], values["seconds_in_epoch"]]
    numbers = [number for row in values["rows"] for number in row.values()]
    if any(type(each) not in {int, float} for each in (*seconds, *numbers)):
        raise _DamagedError("its history is none")
    if not all(math.isfinite(each) and each >= 0 for each in seconds):
        raise _DamagedError("its times are none")
    best = values["best"]
    float.fromhex(best["value"])
    kinds = [type(best[name]) for name in ("epoch", "by", "sign")]
    if kinds != [int, str, int]:
        raise _DamagedError("its best epoch is none")
    return dict(values)


def _unpacked(value: dict[str, Any], arrays: Any, parts: Any, state: State) -> Any:
    if "part" not in value:
        return arrays[value["array"]] if "array" in value else value["value"]
    part = parts[value["part"]]
    still = frozen_weights(state, range(value["arrays"]))
    return [
        state.variables["model"][still[place]] if place in still else part[str(place)]
        for place in range(value["arrays"])
    ]
