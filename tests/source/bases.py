"""Files that extend others, written for the tests, and what they are merged to or refused with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.source.inherit import Loaded, load
from netspec.source.nodes import MapNode, Place, find

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.diagnostics import Finding

SECRET = "TOKEN=hunter2"  # noqa: S105 - none


def write(folder: Path, **files: str) -> Path:
    """Writes specs, `netspec: 1` at the top of each; gives the first one's path."""
    for name, text in files.items():
        path = folder / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"netspec: 1\n{text}\n")
    return folder / f"{next(iter(files))}.yaml"


def merged(path: Path, *overrides: str) -> dict[str, Any]:
    loaded = load(path, overrides)
    assert [str(finding) for finding in loaded.findings] == []
    assert isinstance(loaded.root, MapNode)
    value = loaded.root.value()
    assert isinstance(value, dict)
    assert value.pop("netspec") == 1
    return value


def refused(path: Path, root: Path | None = None) -> Finding:
    """The one finding about `extends` of a file, which shows nothing of what it names."""
    loaded = load(path, root=root)
    (finding,) = loaded.findings
    shown = f"{finding.message} {finding.hint} {finding.place.source.text}"
    assert SECRET not in shown
    return finding


def place_of(loaded: Loaded, *path: str | int) -> Place:
    assert loaded.root is not None
    return find(loaded.root, path)[0].place
