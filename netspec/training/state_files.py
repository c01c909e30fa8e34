"""A run's states on the disk: the two newest, each whole or not there, and each told from a damaged one."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from netspec.training.state_reading import (
    ABOUT,
    FOLDER,
    PART,
    STATE_FORMAT,
    frozen_weights,
    numbered_states,
    parts_of,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from netspec.runs.directory import RunDirectory
    from netspec.training.state import State

_KEPT = 2


class StateFiles:
    """Writes states of one run, each beside the last and numbered on, whatever the clock says.

    A state is an `.npz` file, numbers without pickle, that NumPy alone opens. What does not change between two states
    lies in files of its own: the frozen weights of a stage, and the weights that a callback keeps.
    """

    def __init__(self, directory: RunDirectory, *, settled: Any) -> None:
        """Begins after the states that are there.

        Args:
            directory: The run's.
            settled: The resolved spec as plain values.
        """
        self._directory = directory
        self._folder = directory.path / FOLDER
        self._settled = settled
        self._number = max((number for number, _ in numbered_states(self._folder)), default=0)
        # What was written as which part, and its name.
        self._parts: dict[str, tuple[object, str]] = {}

    def write(self, state: State) -> None:
        """Writes a state, then removes what only states older than the last two need.

        Raises:
            OSError: It cannot be written; those before are still there.
        """
        self._folder.mkdir(exist_ok=True)
        self._number += 1
        arrays: dict[str, NDArray[Any]] = {}
        parts: list[str] = []
        frozen = sorted(state.frozen)
        if frozen:
            still = {str(place): state.variables["model"][place] for place in frozen}
            key = f"{state.position.stage} {frozen}"
            parts.append(self._part("frozen", key, still))
        for group, values in state.variables.items():
            for place, value in enumerate(values):
                if group != "model" or place not in state.frozen:
                    arrays[f"{group}/{place}"] = value
        callbacks = [
            self._callback(number, known, state, arrays, parts)
            for number, known in enumerate(state.callbacks)
        ]
        about = {
            "format": STATE_FORMAT,
            "spec": self._settled,
            "saved": datetime.now(UTC).isoformat(timespec="seconds"),
            "position": asdict(state.position),
            "names": {group: list(names) for group, names in state.names.items()},
            "weights": list(state.weights),
            "frozen": frozen,
            "parts": parts,
            "callbacks": callbacks,
            "progress": state.progress,
        }
        text = json.dumps(about).encode()
        arrays[ABOUT] = np.frombuffer(text, np.uint8)
        name = f"{FOLDER}/state-{self._number:08}.npz"
        self._directory.write_with(name, lambda path: _save(path, arrays))
        _sync_folder(self._folder)
        self._remove_old()

    def _callback(
        self,
        number: int,
        known: Any,
        state: State,
        arrays: dict[str, NDArray[Any]],
        parts: list[str],
    ) -> Any:
        """What a callback knows as JSON, with its arrays put into the state or into a part of their own."""
        packed: dict[str, Any] = {}
        for name, value in known.items():
            if isinstance(value, list) and value and isinstance(value[0], np.ndarray):
                # The model's weights, of which the frozen ones are in the state already.
                still = frozen_weights(state, value)
                own = {str(place): each for place, each in enumerate(value) if place not in still}
                part = self._part(f"callback-{number}-{name}", value, own)
                parts.append(part)
                packed[name] = {"part": part, "arrays": len(value)}
            elif isinstance(value, np.ndarray):
                key = f"callback/{number}/{name}"
                arrays[key] = value
                packed[name] = {"array": key}
            else:
                packed[name] = {"value": value}
        return packed

    def _part(self, kind: str, content: object, arrays: dict[str, NDArray[Any]]) -> str:
        """The file that has some arrays; it is written where they are not those that it was last written with."""
        before = self._parts.get(kind)
        if before is not None and (before[0] is content or _is_same(before[0], content)):
            return before[1]
        name = f"{kind}-{self._number:08}.npz"
        self._directory.write_with(f"{FOLDER}/{name}", lambda path: _save(path, arrays))
        self._parts[kind] = content, name
        return name

    def _remove_old(self) -> None:
        """Removes what the two newest states do not need."""
        states = sorted(
            (number, path) for number, path in numbered_states(self._folder) if path.is_file()
        )
        for _, path in states[:-_KEPT]:
            path.unlink(missing_ok=True)
        needed = {name for _, path in states[-_KEPT:] for name in parts_of(path)}
        for path in self._folder.glob("*.npz"):
            if PART.fullmatch(path.name) and path.name not in needed and path.is_file():
                path.unlink(missing_ok=True)


def _save(path: Path, arrays: dict[str, NDArray[Any]]) -> None:
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def _sync_folder(folder: Path) -> None:
    """Makes sure that a renamed file is found under its name after a power failure, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _is_same(before: object, content: object) -> bool:
    """Whether it is the same text, or a list of the very same arrays."""
    if isinstance(content, list) and isinstance(before, list):
        return len(before) == len(content) and all(
            old is new for old, new in zip(before, content, strict=True)
        )
    return isinstance(content, str) and before == content
