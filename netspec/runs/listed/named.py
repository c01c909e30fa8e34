"""The runs that a command is given: each is there, and none is there twice."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from netspec.errors import UsageError
from netspec.report.escape import printable
from netspec.wording import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from netspec.report.runs import RunRecord


def named_runs(paths: Sequence[Path]) -> tuple[list[Path], list[str]]:
    """The runs that are named, each once, and what is to be said of those that are named again.

    Args:
        paths: What the user calls them, in the user's order.

    Raises:
        UsageError: One is not there.
    """
    firsts: dict[str, Path] = {}
    notices: dict[str, None] = {}
    for path in paths:
        if not os.path.exists(path):  # noqa: PTH110 - it takes any path, of whatever length
            raise UsageError(f"{printable(str(path))} is not there", hint=_instead(path))
        first = firsts.setdefault(os.path.realpath(path), path)
        if first is not path:
            again = "" if str(path) == str(first) else f", as {printable(str(path))}"
            notices[f"{printable(str(first))} is named again{again}: it is shown once"] = None
    return list(firsts.values()), list(notices)


def notices_of(runs: Sequence[RunRecord]) -> list[str]:
    """A line for each of several folders that is no run."""
    return [
        f"{printable(run['path'])} is shown, but is no run: {run['reason']}"
        for run in runs
        if run["status"] == "foreign"
    ]


def _instead(path: Path) -> str:
    """The neighbour that was probably meant, else how to find one."""
    try:
        with os.scandir(path.parent) as entries:
            names = [each.name for each in entries if each.is_dir()]
    except (OSError, ValueError):
        names = []
    meant = nearest(path.name, names)
    if meant is not None:
        return f"did you mean {printable(str(path.parent / meant.instead))}?"
    return "name run directories, such as runs/*; `netspec runs` lists them"
