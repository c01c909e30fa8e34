"""Which specs a change concerns: those among the changed files, and those that extend one."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.errors import UsageError
from netspec.source import decode
from netspec.source.inherit import IS_SPEC
from netspec.source.nodes import ListNode, MapNode, ScalarNode
from netspec.source.parse import parse
from netspec.source.revision import removed_from_index

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SUFFIXES = {".yaml", ".yml"}


def concerned(files: Iterable[str], top: Path) -> list[str]:
    """The specs among files, then those below a folder that extend one of the files, directly or not.

    A file that is no spec is left out: it does not say `netspec:` at the beginning of a line. So is one that is gone.
    One that cannot be read stays, as whoever reads it says why.

    Args:
        files: Files as the user named them.
        top: The folder whose specs may extend them.
    """
    named = {Path(os.path.realpath(file)): file for file in files}
    found = [file for path, file in named.items() if os.path.lexists(file) and _text(path) != ""]
    extended_by: dict[Path, list[Path]] = {}
    for path in _specs_below(top):
        for base in _bases(path):
            extended_by.setdefault(base, []).append(path)
    waiting = list(named)
    seen = set(named)
    further = []
    while waiting:
        for path in extended_by.get(waiting.pop(), ()):
            if path not in seen:
                seen.add(path)
                waiting.append(path)
                further.append(_shown(path))
    return [*found, *sorted(further)]


def removed(top: Path) -> list[str]:
    """The files that the next commit of a repository takes away, renamed ones among them; none outside of one."""
    try:
        names = removed_from_index(top)
    except UsageError:
        return []
    return [_shown(top.resolve() / name) for name in names]


def _specs_below(top: Path) -> Iterator[Path]:
    """YAML files, but for those of hidden folders and virtual environments."""
    for folder, below, names in os.walk(top.resolve()):
        if "pyvenv.cfg" in names:
            below.clear()
            continue
        below[:] = sorted(
            name for name in below if not name.startswith(".") and name != "node_modules"
        )
        for name in names:
            path = Path(folder, name)
            # A pipe would be waited for, and a link may lead out.
            if path.suffix in _SUFFIXES and path.is_file() and _is_below(path, top):
                yield path


def _is_below(path: Path, top: Path) -> bool:
    return path.resolve().is_relative_to(top.resolve())


def _text(path: Path) -> str | None:
    """A spec's text; empty where it is none, None where it cannot be read."""
    if not path.is_file():
        return None
    try:
        source, findings = decode.read(path)
    except UsageError:
        return None
    if findings:
        return None
    return source.text if IS_SPEC.search(source.text) else ""


def _bases(path: Path) -> Iterator[Path]:
    """The files that a spec extends."""
    text = _text(path)
    if not text or "extends" not in text:
        return
    source, _ = decode.read(path)
    root, _ = parse(source)
    node = root.get("extends") if isinstance(root, MapNode) else None
    for each in node.items if isinstance(node, ListNode) else [node]:
        if isinstance(each, ScalarNode) and isinstance(each.scalar, str):
            with suppress(ValueError):  # it is no path
                yield Path(os.path.realpath(path.parent / each.scalar))


def _shown(path: Path) -> str:
    """A path as the user would write it."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
