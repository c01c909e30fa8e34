"""Runs laid side by side: how good, how large and how long, and what was not the same. No TensorFlow, no NumPy."""

from __future__ import annotations

import json
import shlex
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from netspec.errors import UsageError
from netspec.report.escape import printable
from netspec.report.run_values import TEST
from netspec.runs.comparing.intervals import interval_of
from netspec.runs.comparing.spec_values import NETWORK, differing, directions, spec_values
from netspec.runs.comparing.surroundings import surroundings
from netspec.runs.listed.known import Known, look_at
from netspec.runs.saved import RESOLVED
from netspec.spec.logs import VALIDATION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from netspec.report.comparison.document import (
        ComparedRun,
        CurvesRecord,
        MetricComparison,
        RunComparison,
        SpecDifference,
    )
    from netspec.report.evaluation import IntervalRecord
    from netspec.report.runs import RunRecord
    from netspec.spec.logs import Direction

_NO_RUNS = frozenset({"damaged", "foreign"})
# Of networks that are built alike, at most so many values are listed.
_MOST_IN_NETWORKS = 12
# What a spec is called, and which language it is written in, makes no run another one.
_TRIFLES = ("name", "netspec")
_MOST_WATCHED = 3


class _Read(NamedTuple):
    """A run as its files tell of it; `values` are its resolved spec's, None where that cannot be read."""

    known: Known
    values: dict[str, Any] | None
    unread: str | None


def compare_runs(paths: Sequence[Path], *, now: datetime | None = None) -> RunComparison:
    """Runs side by side, in the order in which they are named, each with what it has.

    Args:
        paths: The run directories.
        now: Until when runs have lasted that go on; this moment without.

    Returns:
        A plain document: `netspec.report.comparison.document` says what stands in it.

    Raises:
        UsageError: Fewer than two of them are runs at all.
    """
    moment = now or datetime.now(UTC)
    read = [_read(path, look_at(path, now=moment)) for path in paths]
    _require_two([each.known.run for each in read])
    networks = _networks(read)
    runs = [
        _compared(each, label, network)
        for each, label, network in zip(read, _labels(read), networks, strict=True)
    ]
    return {
        "runs": runs,
        "metrics": list(_metrics(read, runs, paths)),
        "differences": list(_differences(read, networks)),
        "diffs": _diffs(paths, networks),
        "environment": list(surroundings([each.known.record for each in read])),
        "same_data": _same_data(runs),
        "watched": _watched(runs),
    }


def _read(path: Path, known: Known) -> _Read:
    if known.run["status"] == "foreign":
        return _Read(known, None, known.run["reason"])
    try:
        return _Read(known, spec_values(path), None)
    except UsageError as error:
        return _Read(known, None, error.message)


def _require_two(runs: Sequence[RunRecord]) -> None:
    """Makes sure that there is something to compare.

    Raises:
        UsageError: Fewer than two are runs.
    """
    others = [run for run in runs if run["status"] in _NO_RUNS and not _has_numbers(run)]
    count = len(runs) - len(others)
    if count > 1:
        return
    told = "; ".join(f"{printable(run['path'])}: {run['reason']}" for run in others[:4])
    known = "none" if not count else "one"
    message = f"two runs or more are compared, and {known} is named"
    raise UsageError(
        f"{message} ({told})" if told else message,
        hint="name run directories, such as runs/*; `netspec runs` lists them",
    )


def _has_numbers(run: RunRecord) -> bool:
    """Whether there is something to compare, though its record cannot be read."""
    return bool(run["epochs_done"] or run["metrics"])


def _compared(read: _Read, label: str, network: int | None) -> ComparedRun:
    epochs = read.known.epochs
    curves: CurvesRecord = {
        "epochs": epochs.numbers,
        "seconds": epochs.values("seconds"),
        "values": {name: epochs.values(name) for name in epochs.names},
    }
    return {
        **read.known.run,
        "label": label,
        "network": network,
        "unread": read.unread,
        "curves": curves,
    }


def _labels(read: Sequence[_Read]) -> list[str]:
    """What tells each run from the others: its folder's name, its path where another is called so, else a number."""
    names = Counter(each.known.run["name"] for each in read)
    labels: list[str] = []
    for each in read:
        run = each.known.run
        label = run["name"] if names[run["name"]] == 1 else run["path"]
        again = sum(other == label or other.startswith(f"{label} (") for other in labels)
        labels.append(f"{label} ({again + 1})" if again else label)
    return labels


def _directions(read: Sequence[_Read]) -> dict[str, Direction]:
    """Which is better of each thing logged; what two runs do not agree on is known of neither."""
    found: dict[str, Direction] = {}
    odd = set()
    for each in read:
        for name, better in directions(each.values or {}).items():
            if found.setdefault(name, better) != better:
                odd.add(name)
    return {name: better for name, better in found.items() if name not in odd}


def _metrics(
    read: Sequence[_Read], runs: Sequence[ComparedRun], paths: Sequence[Path]
) -> Iterator[MetricComparison]:
    """What each run's best epoch gave, and what the test split did."""
    better = _directions(read)
    of_epochs = dict.fromkeys(
        name for run in runs if run["best"] for name in run["best"]["metrics"]
    )
    of_test = dict.fromkeys(name for run in runs for name in run["metrics"])
    for name in of_epochs:
        values = [run["best"]["metrics"].get(name) if run["best"] else None for run in runs]
        yield _metric(name, better.get(name) or better.get(name.removeprefix(VALIDATION)), values)
    for name in of_test:
        values = [run["metrics"].get(name) for run in runs]
        found = _metric(f"{TEST}{name}", better.get(name), values)
        yield _with_intervals(
            found,
            [
                interval_of(path, each.known.record, name, value)
                for path, each, value in zip(paths, read, values, strict=True)
            ],
        )


def _with_intervals(
    found: MetricComparison, intervals: list[IntervalRecord | None]
) -> MetricComparison:
    """A metric with how sure each value is; none is the best where that may be chance."""
    if not any(intervals):
        return found
    found = {**found, "intervals": intervals}
    highest = intervals[found["best"][0]] if found["best"] else None
    if highest is None:
        return found
    alike = [
        place
        for place, each in enumerate(intervals)
        if each is not None and each["high"] >= highest["low"]
    ]
    if len(alike) == len(found["best"]):
        return found
    return {**found, "best": [], "alike": alike}


def _metric(name: str, better: Direction | None, values: list[float | None]) -> MetricComparison:
    known = [value for value in values if value is not None]
    best: list[int] = []
    if better is not None and len(set(known)) > 1:
        most = min(known) if better == "min" else max(known)
        best = [place for place, value in enumerate(values) if value == most]
    return {"name": name, "better": better, "values": values, "best": best}


def _networks(read: Sequence[_Read]) -> list[int | None]:
    """For each run, the first that has the same network."""
    firsts: dict[str, int] = {}
    places: list[int | None] = []
    for place, each in enumerate(read):
        if each.values is None:
            places.append(None)
        else:
            written = json.dumps(each.values.get(NETWORK), sort_keys=True)
            places.append(firsts.setdefault(written, place))
    return places


def _differences(read: Sequence[_Read], networks: Sequence[int | None]) -> Iterator[SpecDifference]:
    """What differs between the specs that can be read; of networks, if they are built alike."""
    known = [place for place, each in enumerate(read) if each.values is not None]
    values = [each.values for each in read if each.values is not None]
    if len(values) < 2:  # noqa: PLR2004 - to differ takes two
        return
    count = len(read)
    for found in differing([_without_trifles(each) for each in values]):
        yield _of_all(found, known, count)
    if len(set(networks) - {None}) > 1:
        inside = list(differing([each.get(NETWORK) for each in values], (NETWORK,)))
        are_values = all(all(each["has"]) and not _holds_more(each) for each in inside)
        if are_values and len(inside) <= _MOST_IN_NETWORKS:
            yield from (_of_all(each, known, count) for each in inside)


def _without_trifles(values: dict[str, Any]) -> dict[str, Any]:
    return {key: each for key, each in values.items() if key not in {*_TRIFLES, NETWORK}}


def _holds_more(found: SpecDifference) -> bool:
    """Whether layers, or lists of them, are what differs."""
    return any(isinstance(value, dict | list) for value in found["values"])


def _of_all(found: SpecDifference, known: Sequence[int], count: int) -> SpecDifference:
    """A difference between the specs that can be read, as one between all runs."""
    values, has = [None] * count, [False] * count
    for place, value, is_there in zip(known, found["values"], found["has"], strict=True):
        values[place], has[place] = value, is_there
    return {"path": found["path"], "values": values, "has": has}


def _diffs(paths: Sequence[Path], networks: Sequence[int | None]) -> list[str]:
    """The commands that show how other networks differ from the first."""
    others = [place for place, network in enumerate(networks) if place == network]
    specs = [shlex.quote(str(paths[place] / RESOLVED)) for place in others]
    return [f"netspec diff {specs[0]} {each}" for each in specs[1:]]


def _same_data(runs: Sequence[RunRecord]) -> bool | None:
    """Whether all learned from as many of the same images; None where that cannot be known of all."""
    data = [run["data"] for run in runs if run["status"] not in _NO_RUNS]
    known = [each for each in data if each is not None and each["fingerprint"] is not None]
    if any(each != known[0] for each in known[1:]):
        return False
    return True if known and len(known) == len(data) else None


def _watched(runs: Sequence[ComparedRun]) -> list[str]:
    """The metrics whose curves say most: what runs are best by, the validation loss, and an accuracy."""
    names = dict.fromkeys(name for run in runs for name in run["curves"]["values"])
    by = Counter(run["best"]["by"] for run in runs if run["best"])
    accuracies = [name for name in names if name.endswith("accuracy")]
    accuracies.sort(key=lambda name: not name.startswith(VALIDATION))
    losses = [name for name in ("val_loss", "loss") if name in names]
    chosen = dict.fromkeys([*losses[:1], *accuracies[:1], *(name for name, _ in by.most_common())])
    return [name for name in chosen if name in names][:_MOST_WATCHED]
