"""A run directory read again: what was trained, and whether this netspec understands it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netspec.errors import UsageError
from netspec.extension import enabled
from netspec.report.escape import printable
from netspec.runs.learned import OUTPUTS, is_one_class, learned_classes, read_learned
from netspec.runs.unbegun import without_record

if TYPE_CHECKING:
    from netspec.analysis import Analysis
    from netspec.spec.labels import Target

# The layout of a run directory, raised when an older netspec would misread it.
RUN_FORMAT = 1
MODEL = "model.keras"
RECORD = "run.json"
RESOLVED = "resolved.yaml"
CLASSES = "classes.txt"
_ENDINGS = (".keras", ".weights.h5")
_LARGEST_RECORD = 10 * 2**20


@dataclass(frozen=True)
class SavedRun:
    """A run directory.

    Attributes:
        path: The directory.
        record: What `run.json` holds.
        analysis: What is known of the resolved spec.
        targets: What each output learned, in the outputs' order.
        chosen: The file of the run whose weights count where no other is asked for.
    """

    path: Path
    record: dict[str, Any]
    analysis: Analysis
    targets: tuple[Target, ...]
    chosen: str = MODEL

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes' display names in label order, where the network has one output that names a class; else none."""
        return self.targets[0].names if is_one_class(self.targets) else ()

    @property
    def data(self) -> dict[str, Any]:
        """What the record says of the data."""
        data = self.record.get("data")
        return data if isinstance(data, dict) else {}

    def weights(self, checkpoint: str | None = None) -> Path:
        """The file that holds the trained weights.

        Args:
            checkpoint: Another file of the run than the chosen one, as `checkpoint_name` takes it.

        Raises:
            UsageError: There is none, or it is not the run's.
        """
        name = self.checkpoint_name(checkpoint)
        path = self.path / name
        if not name.endswith(_ENDINGS):
            raise UsageError(
                f"{printable(name)} is no model that netspec reads",
                hint="name a file of the run that ends in .keras or .weights.h5",
            )
        if not path.is_file():
            raise UsageError(self._without(name), hint=self._others())
        return path

    def checkpoint_name(self, checkpoint: str | None = None) -> str:
        """A file of the run by its path inside the run, whether it is there or not.

        Args:
            checkpoint: Its path inside the run, such as `state/best.keras`, or one that leads there from the current
                folder, as a shell completes it; the chosen one without.

        Raises:
            UsageError: It lies outside of the run.
        """
        name = self.chosen if checkpoint is None else checkpoint
        inside = _inside(self.path / name, self.path)
        if inside is None or not (self.path / inside).is_file():
            elsewhere = _inside(Path(name), self.path)
            if elsewhere is not None and (self.path / elsewhere).is_file():
                inside = elsewhere
        if inside is None:
            raise UsageError(
                f"a checkpoint is a file inside the run {self.path}, and {name!r} is none",
                hint=self._others(),
            )
        return inside

    def _without(self, name: str) -> str:
        without = f"the run {self.path} has no {printable(name)}"
        if name != MODEL:
            return without
        why = {
            "running": "it was killed, or is still going on",
            "failed": "its training failed",
        }.get(str(self.record.get("status")), "it has been removed")
        return f"{without}: {why}"

    def _others(self) -> str | None:
        kept = sorted(
            str(path.relative_to(self.path))
            for ending in _ENDINGS
            for path in self.path.rglob(f"*{ending}")
            if path.is_file() and not path.name.startswith("writing-")
        )
        return f"use what it has with --checkpoint: {', '.join(kept[-5:])}" if kept else None


def _inside(path: Path, folder: Path) -> str | None:
    """A path's way from the folder, links followed; None where it leads out of it or is the folder itself."""
    try:
        inside = path.resolve().relative_to(folder.resolve())
        (folder / inside).is_file()  # a name may be too long to ask for
    except (OSError, RuntimeError, ValueError):  # RuntimeError is a loop of links
        return None
    return inside.as_posix() if inside.parts else None


def open_run(path: Path) -> SavedRun:
    """Reads what a run directory says of itself; neither NumPy nor TensorFlow is needed.

    Raises:
        UsageError: It is no run directory, it is damaged (a file is missing, or says what no run's does), or a newer
            netspec wrote it.
    """
    record = read_record(path)
    analysis = _read_spec(path, record)
    return SavedRun(path, record, analysis, _read_targets(path, record, analysis))


def _damaged(path: Path, why: str, *, hint: str | None = None) -> UsageError:
    return UsageError(f"the run {path} is damaged: {why}", hint=hint)


def _read_spec(path: Path, record: dict[str, Any]) -> Analysis:
    """The spec that was trained, which has all that a run needs."""
    from netspec.analysis import analyse

    file = path / RESOLVED
    require_own(path, RESOLVED)
    try:
        analysis = analyse(file)
    except UsageError as error:
        raise _damaged(path, f"its {RESOLVED} cannot be read ({error})") from None
    if analysis.failed:
        _require_plugins(path, record)
        raise _damaged(
            path, f"its {RESOLVED} is no valid spec", hint=f"`netspec validate {file}` says more"
        )
    document, graph = analysis.require()
    missing = [
        name for name in ("data", "compile", "training") if getattr(document, name, None) is None
    ]
    if missing:
        raise _damaged(path, f"its {RESOLVED} has no {' and no '.join(missing)}")
    if len(graph.inputs) != 1:
        raise _damaged(path, f"its {RESOLVED} has a network of several inputs")
    loss = document.compile.loss if document.compile is not None else None
    if isinstance(loss, dict) and loss.keys() != graph.outputs.keys():
        raise _damaged(path, f"its {RESOLVED} has losses of other outputs than its network's")
    if len(graph.outputs) > 1 and not isinstance(loss, dict):
        raise _damaged(path, f"its {RESOLVED} has no loss for each of its network's outputs")
    return analysis


def plugins_of(record: Any) -> dict[str, str]:
    """The plugins that took part in a run, each with its version."""
    each = record.get("plugins") if isinstance(record, dict) else None
    return {
        str(plugin.get("name")): str(plugin.get("version"))
        for plugin in (each if isinstance(each, list) else [])
        if isinstance(plugin, dict)
    }


def _require_plugins(path: Path, record: dict[str, Any]) -> None:
    """Makes sure that the plugins are enabled that took part in a run whose spec cannot be read.

    Raises:
        UsageError: One is not, or has another version than it had.
    """
    now = {plugin.name: plugin.version for plugin in enabled().each}
    lacking = {
        name: version for name, version in plugins_of(record).items() if now.get(name) != version
    }
    if not lacking:
        return
    named = " and ".join(f"{name} {version}" for name, version in lacking.items())
    made = f"the run {path} was made with {printable(named)}"
    present = ", ".join(f"{name} {now[name]}" for name in lacking if name in now)
    if present:
        message = f"{made}, and {printable(present)} is enabled"
        raise UsageError(message, hint="install the version that it was made with")
    options = " ".join(f"--plugin {name}" for name in lacking)
    message = f"{made}, which {'is' if len(lacking) == 1 else 'are'} not enabled"
    raise UsageError(message, hint=f"say {printable(options)}")


def _read_targets(path: Path, record: dict[str, Any], analysis: Analysis) -> tuple[Target, ...]:
    """What each output learned: as the record says, else a class for each name that is kept of them."""
    document, graph = analysis.require()
    assert document.compile is not None  # noqa: S101 - a run has one
    if len(graph.outputs) > 1 or OUTPUTS in record:
        try:
            return read_learned(record.get(OUTPUTS), graph, document.compile)
        except ValueError as error:
            raise _damaged(path, f"{RECORD} cannot be read ({error})") from None
    names = _read_classes(path)
    try:
        return learned_classes(names, graph, document.compile)
    except ValueError as error:
        raise _damaged(path, f"{CLASSES} has {error}") from None


def _read_classes(path: Path) -> tuple[str, ...]:
    """The classes' names."""
    require_own(path, CLASSES)
    try:
        # Names may have any character but this one, and `splitlines` knows many.
        text = (path / CLASSES).read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(path, f"{CLASSES} cannot be read ({error})") from None
    return tuple(text.removesuffix("\n").split("\n"))


def read_record(path: Path) -> dict[str, Any]:
    """The record of a run directory.

    Raises:
        UsageError: It is no run directory, its record is damaged, or a newer netspec wrote it.
    """
    if not path.is_dir():
        what = "a file" if path.exists() else "not there"
        raise UsageError(
            f"{path} is {what}, and a run is a directory", hint="`netspec run` prints it last"
        )
    file = path / RECORD
    if not file.is_file():
        raise without_record(path, RECORD)
    require_own(path, RECORD)
    try:
        record = _record(file)
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(path, f"{RECORD} cannot be read ({error})") from None
    if record["format"] > RUN_FORMAT:
        raise UsageError(
            f"the run {path} was written by a newer netspec (format {record['format']}; this one "
            f"reads {RUN_FORMAT})",
            hint="update netspec",
        )
    return record


def require_own(path: Path, name: str, *, largest: int | None = _LARGEST_RECORD) -> None:
    """Makes sure that a file of a run that is there is one, lies in the run, and can be read whole.

    Args:
        path: The run.
        name: The file's name.
        largest: The most bytes that it may have, None for any number.

    Raises:
        UsageError: It is a link that leads elsewhere, a pipe or a device, or too large.
    """
    file = path / name
    if not os.path.lexists(file):
        return
    if _inside(file, path) is None:
        raise _damaged(path, f"its {name} is a link that leads out of it")
    if not file.is_file() or (largest is not None and file.stat().st_size > largest):
        raise _damaged(path, f"its {name} is no file, or too large")


def _record(file: Path) -> dict[str, Any]:
    record = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(record, dict) or type(record.get("format")) is not int:
        raise ValueError("no record of a run")
    if record["format"] < 1:
        raise ValueError(f"there is no format {record['format']}")
    return record
