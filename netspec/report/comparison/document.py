"""Runs side by side as data, and as JSON.

`netspec.runs.comparing.comparison.compare_runs` makes it; terminal, CSV, Markdown and HTML only show it.
"""

from __future__ import annotations

import json
from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict  # the one that pydantic reads on Python 3.11

from netspec.report.escape import json_text
from netspec.report.evaluation import IntervalRecord  # noqa: TC001 - pydantic reads it
from netspec.report.runs import ROW, RunRecord, csv_text, row_of


class CurvesRecord(TypedDict):
    """What every epoch of a run gave: in each list a number an epoch, null where there is none.

    `values` are by the names that training logs, such as `loss` and `val_accuracy`.
    """

    epochs: list[int]
    seconds: list[float | None]
    values: dict[str, list[float | None]]


class ComparedRun(RunRecord):
    """A run among others.

    `label` tells it from the others in as few words as that takes: the folder's name, or its path. `network` is the
    place of the first run that has the same network, counted from 0; null where its resolved spec cannot be read, as
    `unread` says then.
    """

    label: str
    network: int | None
    unread: str | None
    curves: CurvesRecord


class MetricComparison(TypedDict):
    """One metric of every run, in the runs' order.

    `name` is what training logs, of the best epoch (`loss`, `val_accuracy`), or begins with `test_`. `better` says
    whether less (`min`) or more of it is better, null where nobody knows; `best` are the places of the runs with the
    best value, none where there is nothing to choose.

    `intervals` has the interval of each run's test accuracy, null where it is not known; it is left out where none is.
    `alike` are the places of the highest value and of the runs whose intervals overlap its own: `best` is empty then,
    for the difference may be chance. It is left out where no interval does.
    """

    name: str
    better: Literal["min", "max"] | None
    values: list[float | None]
    best: list[int]
    intervals: NotRequired[list[IntervalRecord | None]]
    alike: NotRequired[list[int]]


class SpecDifference(TypedDict):
    """One value of the resolved specs that is not the same in all runs.

    `path` joins names and places by dots; `values` are the runs' in their order, and `has` says of each whether there
    is one, for null may be a value, too.
    """

    path: str
    values: list[Any]
    has: list[bool]


class EnvironmentDifference(TypedDict):
    """One thing that was not the same for all runs when they began: a package's version, the commit, the processor."""

    name: str
    values: list[str | None]


class RunComparison(TypedDict):
    """What `netspec runs compare --format json` prints; every list of values has one for each run, in their order.

    What is no run, or damaged, is among the `runs` with its status and the reason. `differences` are those of the
    resolved specs apart from their networks; those of networks, too, where these are built alike. `diffs` are commands
    that show how the other networks differ from the first. `same_data` says whether all learned from the same images
    with the same labels, and had as many in each split; null where that is not known. `watched` are the metrics whose
    curves say most.
    """

    runs: list[ComparedRun]
    metrics: list[MetricComparison]
    differences: list[SpecDifference]
    diffs: list[str]
    environment: list[EnvironmentDifference]
    same_data: bool | None
    watched: list[str]


def comparison_json(document: RunComparison) -> str:
    """The comparison as a JSON document."""
    return json_text(document, ascii_only=True)


def comparison_csv(document: RunComparison) -> str:
    """The comparison as CSV, a row a run: what `netspec runs` knows, the metrics, and every value that differs."""
    metrics, differences = document["metrics"], document["differences"]
    titles = [
        *("label", *ROW),
        *(each["name"] for each in metrics),
        *(each["path"] for each in differences),
        *(each["name"] for each in document["environment"]),
    ]
    rows = [
        [
            *(run["label"], *row_of(run).values()),
            *(each["values"][place] for each in metrics),
            *(_cell(each["values"][place]) for each in differences),
            *(each["values"][place] for each in document["environment"]),
        ]
        for place, run in enumerate(document["runs"])
    ]
    return csv_text(titles, rows)


def _cell(value: Any) -> Any:
    """A value of a spec for one cell: a text or a number as it is, all else as JSON."""
    return json.dumps(value) if isinstance(value, dict | list | bool) else value
