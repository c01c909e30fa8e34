"""What a run's own files say of it, as flat names and texts."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A network has thousands of settings, and the run directory has them all.
_LEFT_OUT = frozenset({"netspec", "name", "model", "budget", "ignore"})


def parameters(path: Path) -> dict[str, str]:
    """The settings in a run's `resolved.yaml`, the network's left out, such as `compile.optimizer.SGD.momentum`.

    Args:
        path: The run directory.
    """
    # As they are written: a number keeps its digits.
    read: dict[str, Any] = {}
    with suppress(OSError, ValueError, yaml.YAMLError):
        text = (path / "resolved.yaml").read_text(encoding="utf-8")
        read = yaml.load(text, Loader=yaml.BaseLoader) or {}  # noqa: S506 - it makes texts only
    sections = {name: value for name, value in read.items() if name not in _LEFT_OUT}
    return dict(_flat(sections, ""))


def tags(path: Path) -> dict[str, str]:
    """What tells a run from others, as `run.json` has it: its directory, its data, its commit.

    Args:
        path: The run directory.
    """
    record: dict[str, Any] = {}
    with suppress(OSError, ValueError):
        record = json.loads((path / "run.json").read_text(encoding="utf-8"))
    versions, data = record.get("versions") or {}, record.get("data") or {}
    values = {
        "netspec.name": record.get("name"),
        "netspec.directory": str(path),
        "netspec.version": versions.get("netspec-keras"),
        "netspec.data_fingerprint": data.get("fingerprint"),
        # MLflow's own name for it, which its pages show.
        "mlflow.source.git.commit": record.get("git_commit"),
    }
    return {name: str(value) for name, value in values.items() if value}


def _flat(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """A tree's ends, each with its path."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _flat(item, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        for number, item in enumerate(value):
            yield from _flat(item, f"{name}.{number}")
    elif isinstance(value, list):
        yield name, f"[{', '.join(value)}]"
    else:
        yield name, value
