"""A run directory read again: what was trained, and whether this netspec understands it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netspec.errors import UsageError

if TYPE_CHECKING:
    from netspec.analysis import Analysis

# The layout of a run directory, raised when an older netspec would misread it.
RUN_FORMAT = 1
MODEL = "model.keras"
_ENDINGS = (".keras", ".weights.h5")
_LARGEST_RECORD = 10 * 2**20


@dataclass(frozen=True)
class SavedRun:
    """A run directory.

    Attributes:
        path: The directory.
        record: What `run.json` holds.
        analysis: What is known of the resolved spec.
        classes: The classes' display names in label order.
    """

    path: Path
    record: dict[str, Any]
    analysis: Analysis
    classes: tuple[str, ...]

    @property
    def data(self) -> dict[str, Any]:
        """What the record says of the data."""
        data = self.record.get("data")
        return data if isinstance(data, dict) else {}

    def weights(self, checkpoint: str | None = None) -> Path:
        """The file that holds the trained weights.

        Args:
            checkpoint: Another file of the run than its model, such as `state/best.keras`.

        Raises:
            UsageError: There is none.
        """
        path = self.path / (checkpoint or MODEL)
        if not path.name.endswith(_ENDINGS):
            raise UsageError(
                f"{path.name} is no model that netspec reads",
                hint="name a file of the run that ends in .keras or .weights.h5",
            )
        if not path.is_file():
            raise UsageError(f"{self._without(path, checkpoint)}", hint=self._others())
        return path

    def _without(self, path: Path, checkpoint: str | None) -> str:
        if checkpoint is not None:
            return f"the run {self.path} has no {checkpoint}"
        status = self.record.get("status")
        why = {
            "running": "it was killed, or is still going on",
            "failed": "its training failed",
            "interrupted": "it was interrupted before its first step",
        }.get(str(status), "it has been removed")
        return f"the run {self.path} has no {path.name}: {why}"

    def _others(self) -> str | None:
        kept = sorted(
            str(path.relative_to(self.path))
            for ending in _ENDINGS
            for path in self.path.rglob(f"*{ending}")
            if path.is_file() and not path.name.startswith("writing-")
        )
        return f"use what it has with --checkpoint: {', '.join(kept[-5:])}" if kept else None


def open_run(path: Path) -> SavedRun:
    """Reads what a run directory says of itself; neither NumPy nor TensorFlow is needed.

    Raises:
        UsageError: It is no run directory, it is damaged, or a newer netspec wrote it.
    """
    from netspec.analysis import analyse

    record = _read_record(path)
    analysis = analyse(path / "resolved.yaml")
    if analysis.failed:
        raise UsageError(
            f"the run {path} is damaged: its resolved.yaml is no valid spec",
            hint=f"`netspec validate {path / 'resolved.yaml'}` says more",
        )
    try:
        classes = (path / "classes.txt").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the run {path} is damaged: classes.txt cannot be read ({error})") from None
    return SavedRun(path, record, analysis, tuple(classes))


def _read_record(path: Path) -> dict[str, Any]:
    if not path.is_dir():
        what = "a file" if path.exists() else "not there"
        raise UsageError(
            f"{path} is {what}, and a run is a directory", hint="`netspec run` prints it last"
        )
    file = path / "run.json"
    if not file.is_file():
        raise UsageError(
            f"{path} is no run directory: it has no run.json", hint="`netspec run` prints it last"
        )
    try:
        if file.stat().st_size > _LARGEST_RECORD:
            raise ValueError("too large")
        record = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(record, dict) or type(record.get("format")) is not int:
            raise ValueError("no record of a run")
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"the run {path} is damaged: run.json cannot be read ({error})") from None
    if record["format"] > RUN_FORMAT:
        raise UsageError(
            f"the run {path} was written by a newer netspec (format {record['format']}; this one "
            f"reads {RUN_FORMAT})",
            hint="update netspec",
        )
    return record
