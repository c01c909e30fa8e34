"""Runs listed, compared and shown on a page: neither TensorFlow nor Keras nor NumPy is loaded."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.api.given import directories_of, enabled, path_of, texts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netspec.report.comparison.document import RunComparison
    from netspec.report.runs import RunRecord
    from netspec.training.job import RunResult


def list_runs(  # noqa: PLR0913 - each has a default and a name
    folder: Path | str = "runs",
    *,
    status: str | Sequence[str] = (),
    name: str | None = None,
    data: str | None = None,
    where: str | Sequence[str] = (),
    sort: str | None = None,
    last: int | None = None,
) -> list[RunRecord]:
    """The runs of a folder, the newest last: how each ended, how good it was, how large, how long, on what data.

    Args:
        folder: It holds the runs, or is one itself.
        status: Only runs of this status, such as `finished`, or of one of several.
        name: Only runs whose folder or spec is called so, as in `cifar10*`.
        data: Only runs whose data is called so.
        where: Only runs of which this condition holds, such as `val_accuracy>=0.9`, or all of several.
        sort: The order: by `name`, `status`, `started`, or a number as in a condition; `-KEY` turns it round.
        last: Only the last so many.

    Returns:
        What `netspec runs --format json` prints under `runs`. A run that the system ended is `killed`, a folder that is
        no run `foreign`, one whose record cannot be read `damaged`.

    Raises:
        UsageError: The folder is not there, or something is wanted that there cannot be.
    """
    from netspec.runs.listed.listing import list_runs as runs_of
    from netspec.runs.listed.selection import read_selection, select

    wanted = read_selection(
        statuses=texts_of(status),
        name=name,
        data=data,
        conditions=texts_of(where),
        sort=sort,
        last=last,
    )
    return select(runs_of(Path(folder), now=datetime.now(UTC))["runs"], wanted)


def compare_runs(runs: Iterable[RunResult | Path | str]) -> RunComparison:
    """Runs side by side: how good, large and long each was, how their specs differ, and their curves.

    A run that is named twice is there once; one that is unfinished or damaged is there with what it has.

    Args:
        runs: Run directories, or what `run` gave: two or more.

    Returns:
        What `netspec runs compare --format json` prints.

    Raises:
        UsageError: One is not there, or fewer than two are runs at all.
    """
    from netspec.runs.comparing.named import compare_named

    return compare_named(directories_of(runs))


def write_report(
    runs: RunResult | Path | str | Iterable[RunResult | Path | str],
    *,
    output: Path | str | None = None,
    plugins: Sequence[str] = (),
) -> Path:
    """Shows a run, or several side by side, in one HTML page that needs no network.

    Runs that are unfinished, damaged or made by another version are shown with what they have. Nothing is trained or
    computed: `evaluate` and `look` add to what there is to show. A page of netspec's that is there already is replaced.

    Args:
        runs: A run directory or what `run` gave, or several to compare.
        output: The page; without, `report.html` in the one run, or `comparison-A-B.html` in the current folder.
        plugins: The plugins that the runs were made with.

    Returns:
        The page.

    Raises:
        UsageError: One is not there, the only one is no run, something else is where the page is to be, or it cannot be
            written there.
    """
    from netspec.runs import reporting

    with enabled(plugins):
        return reporting.write_report(directories_of(runs), output=path_of(output))
