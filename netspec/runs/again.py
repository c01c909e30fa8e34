"""A run's plan and images again, as it had them: for judging it, and for going on with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.data.files.looking import VERIFY
from netspec.data.sources.place import locate_again
from netspec.errors import DataError, UsageError
from netspec.runs.plan import Plan, make_plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from netspec.analysis import Analysis
    from netspec.data.images import Images
    from netspec.data.preparing import Prepared
    from netspec.data.source import Reports
    from netspec.data.splits import Split
    from netspec.runs.saved import SavedRun

_MOST_NAMES = 5  # that a message has


def plan_again(
    run: SavedRun,
    *,
    data_root: Path | None = None,
    analysis: Analysis | None = None,
    is_elsewhere: bool = False,
) -> Plan:
    """The plan of a run.

    Args:
        run: The run.
        data_root: The folder that an image folder's path is relative to; without it, the folder that the run found.
        analysis: Another spec than the run's own, whose data is the run's.
        is_elsewhere: Whether that spec lies elsewhere than the run, and the data where it says.

    Raises:
        SpecError: The spec does not fit the data.
        DataError: The data is not there any more.
    """
    analysis = analysis or run.analysis
    root, path = run.data.get("root"), run.data.get("path")
    # By how closely files were looked at the run knows them.
    verify = next((each for each in VERIFY if each == run.data.get("verify")), None)
    is_recorded = isinstance(root, str) and isinstance(path, str)
    if data_root is not None or is_elsewhere or not is_recorded:
        return make_plan(analysis, data_root=data_root, verify=verify, is_split=True, begins=False)
    place = locate_again(str(path), root=Path(str(root)), run=run.path)
    return make_plan(analysis, place=place, verify=verify, is_split=True, begins=False)


def data_again(
    run: SavedRun,
    plan: Plan,
    reports: Reports,
    *,
    offline: bool,
    only: str | None = None,
) -> Prepared:
    """The images that the run had, in its splits.

    Args:
        run: The run.
        plan: What `plan_again` gave.
        reports: Is told what goes on.
        offline: Whether nothing may be fetched.
        only: The one split that is wanted; all of them without.

    Raises:
        UsageError: The run has no such split.
        DataError: Images are gone, or are not those of the run.
    """
    from netspec.data.preparing import prepare
    from netspec.runs.split_table import SplitTable

    _require_learned(plan, run)
    table = SplitTable.read(run.path)

    def chosen(given: Mapping[str, Images]) -> dict[str, Split]:
        assert table is not None  # noqa: S101 - it is not called without one
        wanted = list(table.names) if only is None else [only]
        return {name: table.find(name, given, plan.splitting) for name in wanted}

    if table is not None and only is not None:
        _require_split(only, table.names)
    data = prepare(
        plan.data, plan.wanted, reports, offline=offline, chosen=None if table is None else chosen
    )
    if only is not None:
        _require_split(only, data.splits)
    for name in data.splits if only is None else [only]:
        _require_same(run, data, name)
    return data


def with_class_weights(run: SavedRun, plan: Plan) -> Plan:
    """The plan with the classes' weights that the run has counted in its images.

    Raises:
        UsageError: It has counted none.
    """
    weights = run.data.get("class_weights")
    if (
        not isinstance(weights, list)
        or len(weights) != len(plan.targets[0].names)
        or not all(isinstance(each, int | float) for each in weights)
    ):
        raise UsageError(f"the record of the run {run.path} has no weights of the classes")
    return replace(plan, class_weights=tuple(map(float, weights)))


def _require_same(run: SavedRun, data: Prepared, name: str) -> None:
    """Makes sure that a split has the run's images, and they the run's labels."""
    prints = run.data.get("fingerprints")
    before = (
        prints.get(name) if isinstance(prints, dict) and prints else run.data.get("fingerprint")
    )
    now = data.fingerprints.get(name, data.fingerprint)
    if before is not None and before != now:
        raise DataError(
            f"the {name} images are not those of the run: images or labels were added, removed or changed",
            hint="restore the data, or name the folder above it with --data-root",
        )


def _require_split(name: str, splits: Iterable[str]) -> None:
    there = list(splits)
    if name not in there:
        raise UsageError(
            f"the run has no {name} images", hint=f"it has {', '.join(there)}: say --split"
        )


def _require_learned(plan: Plan, run: SavedRun) -> None:
    """Makes sure that the data's labels are those that the run learned.

    Raises:
        DataError: They are not.
    """
    if len(plan.targets) != len(run.targets):
        raise UsageError(
            "the network has another number of outputs than the run's",
            hint="train the changed spec in a directory of its own",
        )
    for now, then in zip(plan.targets, run.targets, strict=True):
        if (now.output, now.kind, now.names) == (then.output, then.kind, then.names):
            continue
        if now.output != then.output:
            raise DataError(
                f"the network has the output {now.output}, and the run's had {then.output}",
                hint="its labels were learned under that name: keep it",
            )
        what = "classes" if now.kind == then.kind == "class" else "labels"
        of = f" of the output {now.output}" if len(plan.targets) > 1 else ""
        raise DataError(
            f"the data has other {what}{of} than the run: {_first(now.names)}",
            hint=f"the run learned {_first(then.names)}",
        )


def _first(names: Sequence[str]) -> str:
    return f"{', '.join(names[:_MOST_NAMES])}{' …' if len(names) > _MOST_NAMES else ''}"
