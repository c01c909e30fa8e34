"""What is shown of runs side by side, as titled rows with a cell a run: the same for a terminal and for Markdown."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netspec.errors import UsageError
from netspec.report.run_values import TEST
from netspec.report.runs_table import spoken_data, spoken_value
from netspec.report.spoken import clock
from netspec.wording import nearest, short

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.report.comparison.document import ComparedRun, MetricComparison, RunComparison

NOTHING = "-"
SPECS = "specs differ"
AROUND = "surroundings differ"
_LONGEST = 500


@dataclass(frozen=True)
class Row:
    """A title and a cell for each run.

    `best` are the places of the best ones; `is_whole` says that no cell is to be cut where one has room.
    """

    title: str
    cells: tuple[str, ...]
    best: tuple[int, ...] = ()
    is_whole: bool = False


@dataclass(frozen=True)
class Section:
    """Rows that belong together, and what they are about."""

    title: str
    rows: tuple[Row, ...]


def sections_of(document: RunComparison) -> Iterator[Section]:
    """All that is shown of a comparison, the curves aside; without sections that would be empty."""
    runs = document["runs"]
    of_test = [each for each in document["metrics"] if each["name"].startswith(TEST)]
    of_best = [each for each in document["metrics"] if each not in of_test]
    for section in (
        Section("", tuple(_figures(runs))),
        Section("best epoch", tuple(_metric(each) for each in of_best)),
        Section("test", tuple(_metric(each, without=TEST) for each in of_test)),
        Section(
            SPECS,
            tuple(
                Row(each["path"] or "spec", tuple(map(_spoken, each["values"], each["has"])))
                for each in document["differences"]
            ),
        ),
        Section(
            AROUND,
            tuple(
                Row(each["name"], tuple(value or NOTHING for value in each["values"]))
                for each in document["environment"]
            ),
        ),
    ):
        if section.rows:
            yield section


def shown_of(document: RunComparison) -> list[int]:
    """The places of the runs of which there is something to show besides the reason for there being nothing."""
    runs = document["runs"]
    return [
        place
        for place, run in enumerate(runs)
        if run["started"] or run["epochs_done"] or run["metrics"] or run["network"] is not None
    ]


def require_metrics(document: RunComparison, wanted: Sequence[str]) -> list[str]:
    """The metrics whose curves are wanted; without any, those that say most.

    Raises:
        UsageError: No run has logged one.
    """
    logged = dict.fromkeys(name for run in document["runs"] for name in run["curves"]["values"])
    for name in wanted:
        if name not in logged:
            known = f"they have {', '.join(logged)}" if logged else "they have no epochs yet"
            raise UsageError(
                f"no epoch of these runs has a metric '{short(name)}'",
                hint=nearest(name, list(logged)) or known,
            )
    return list(dict.fromkeys(wanted)) or document["watched"]


def notes_of(document: RunComparison) -> Iterator[str]:
    """What is to be known of the runs besides, a sentence each, with the user's own texts as they are."""
    for run in document["runs"]:
        if run["reason"]:
            yield f"{run['label']}: {run['status']}, {run['reason'].strip().splitlines()[0]}"
        if run["unread"] and run["unread"] != run["reason"]:
            yield f"{run['label']}: {run['unread']}, so that it is not known how its spec differs"
    yield from chance_of(document)
    if document["same_data"] is False:
        yield "the runs have not learned from the same images, so that metrics say less"
    if document["diffs"]:
        yield "the networks differ; this shows how:"
        yield from (f"  {command}" for command in document["diffs"])


def chance_of(document: RunComparison) -> Iterator[str]:
    """A sentence for each metric of which no run is marked as the best, as chance may have made the difference."""
    for metric in document["metrics"]:
        places = metric.get("alike", [])
        if places:
            labels = [document["runs"][place]["label"] for place in places]
            told = f"{', '.join(labels[:-1])} and {labels[-1]}"
            name = metric["name"].replace("_", " ")
            yield f"the difference of {told} in {name} lies within the intervals, so that none is marked"


def _figures(runs: Sequence[ComparedRun]) -> Iterator[Row]:
    yield Row("status", tuple(run["status"] for run in runs))
    totals = [_count(run["parameters"] and run["parameters"]["total"]) for run in runs]
    trained = [_count(run["parameters"] and run["parameters"]["trainable"]) for run in runs]
    rows = (
        ("spec", [run["spec"] or "" for run in runs]),
        ("data", [spoken_data(run["data"]) for run in runs]),
        ("parameters", totals),
        ("trainable", trained if trained != totals else []),
        ("MACs", [_count(run["macs"]) for run in runs]),
        ("epochs", [_epochs(run) for run in runs]),
        ("duration", ["" if run["seconds"] is None else clock(run["seconds"]) for run in runs]),
        ("best epoch", [_best(run) for run in runs]),
    )
    for title, cells in rows:
        if any(cells):
            yield Row(title, tuple(cell or NOTHING for cell in cells))


def _metric(metric: MetricComparison, *, without: str = "") -> Row:
    cells = tuple(spoken_value(value) for value in metric["values"])
    if intervals := metric.get("intervals"):
        cells = tuple(
            told
            if each is None
            else f"{told} ({spoken_value(each['low'])} to {spoken_value(each['high'])})"
            for told, each in zip(cells, intervals, strict=True)
        )
    return Row(
        metric["name"].removeprefix(without), cells, tuple(metric["best"]), is_whole=bool(intervals)
    )


def _count(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _epochs(run: ComparedRun) -> str:
    done, planned = run["epochs_done"], run["epochs"]
    if done is None:
        return ""
    return f"{done}/{planned}" if planned is not None else str(done)


def _best(run: ComparedRun) -> str:
    best = run["best"]
    return "" if best is None else f"{best['epoch']} by {best['by']}"


def _spoken(value: Any, has: bool) -> str:  # noqa: FBT001 - `map` gives it by place
    """A value of a spec as a person writes it, on one line."""
    if not has:
        return NOTHING
    if isinstance(value, dict) and len(value) == 1:
        ((key, only),) = value.items()
        told = f"{key}: {_flow(only)}"
    else:
        told = _flow(value)
    return told if len(told) <= _LONGEST else f"{told[: _LONGEST - 1]}…"


def _flow(value: Any) -> str:
    """A value in YAML's flow style, with texts bare where nothing is lost by it."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_flow(each)}' for key, each in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    return value if isinstance(value, str) else json.dumps(value)
