"""Runs that a user names, compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.runs.comparing.comparison import compare_runs
from netspec.runs.listed.named import named_runs, notices_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from netspec.report.comparison.document import RunComparison


def compare_named(paths: Sequence[Path], *, tell: Callable[[str], object] = str) -> RunComparison:
    """Runs side by side, each once, in the order in which they are named.

    Args:
        paths: The run directories, as the user calls them.
        tell: Is given a line for each that is named again, and for each that is no run.

    Raises:
        UsageError: One is not there, or fewer than two of them are runs at all.
    """
    runs, notices = named_runs(paths)
    for notice in notices:
        tell(notice)
    document = compare_runs(runs)
    for notice in notices_of(document["runs"]):
        tell(notice)
    return document
