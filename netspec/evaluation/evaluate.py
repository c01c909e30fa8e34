"""`evaluate`: a run judged on one of its splits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from netspec.data.files.looking import VERIFY
from netspec.data.sources.place import locate_again
from netspec.errors import DataError, UsageError
from netspec.runs.directory import RunDirectory
from netspec.runs.environment import require_tensorflow
from netspec.runs.plan import Plan, make_plan
from netspec.runs.saved import SavedRun, open_run
from netspec.wording import did_you_mean, nearest, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from netspec.data.images import Images
    from netspec.data.source import Reports
    from netspec.data.splits import Split
    from netspec.evaluation.judge import Judgement

# What a run can be judged by.
SPLITS = ("test", "validation", "train")
_MOST_NAMES = 5  # that a message has


def evaluate_run(  # noqa: PLR0913 - each has a default and a name
    path: Path,
    *,
    split_name: str = "test",
    checkpoint: str | None = None,
    data_root: Path | None = None,
    offline: bool = False,
    reports: Reports,
) -> Judgement:
    """Judges a run's network on a split; the run itself is only read.

    Args:
        path: The run directory.
        split_name: `test`, `validation` or `train`.
        checkpoint: Another file of the run than its model.
        data_root: The folder that an image folder's path is relative to; without it, the folder that the run found.
        offline: Whether nothing may be fetched.
        reports: Is told what goes on.

    Raises:
        UsageError: It is no run, it has no model or no such split, or TensorFlow is not installed.
        DataError: The data is not there any more, has changed, or changes while it is read.
    """
    if split_name not in SPLITS:
        meant = next((each for each in SPLITS if split_name and each.startswith(split_name)), None)
        raise UsageError(
            f"there is no split '{short(split_name)}'",
            hint=(did_you_mean(split_name, meant) if meant else nearest(split_name, SPLITS))
            or f"choose one of {', '.join(SPLITS)}",
        )
    require_tensorflow()
    run = open_run(path)
    run.weights(checkpoint)
    plan = _plan(run, data_root)
    part = _data(run, plan, split_name, offline=offline, reports=reports)
    from netspec.data.files.failing import named_if_unreadable
    from netspec.data.pipeline import Pipeline
    from netspec.evaluation.judge import judge
    from netspec.evaluation.network import trained_network

    document, graph = run.analysis.require()
    assert document.compile is not None  # noqa: S101 - there is a plan
    pipeline = Pipeline(
        batch_size=plan.batch_size, targets=plan.targets, by_key=plan.by_key, form=plan.form
    )
    network = trained_network(run, checkpoint=checkpoint)
    with named_if_unreadable(part, channels=plan.form.channels):
        return judge(
            network,
            part,
            pipeline.evaluation(part),
            name=split_name,
            checkpoint=run.checkpoint_name(checkpoint),
            plan=plan,
            graph=graph,
            section=document.compile,
        )


def keep_judgement(judgement: Judgement, path: Path, *, hint: str | None = None) -> None:
    """Keeps a judgement in its run.

    Args:
        judgement: What `evaluate_run` gave.
        path: The run directory.
        hint: What to do where it cannot be written.

    Raises:
        UsageError: It cannot be written: it may only be read, or the disk is full.
    """
    from netspec.evaluation.judge import keep

    try:
        keep(judgement, RunDirectory.of(path))
    except OSError as error:
        reason = error.strerror or error
        raise UsageError(f"cannot write to the run {path}: {reason}", hint=hint) from None


def _plan(run: SavedRun, data_root: Path | None) -> Plan:
    root, path = run.data.get("root"), run.data.get("path")
    # By how closely files were looked at the run knows them.
    verify = next((each for each in VERIFY if each == run.data.get("verify")), None)
    if data_root is not None or not isinstance(root, str) or not isinstance(path, str):
        return make_plan(run.analysis, data_root=data_root, verify=verify, is_split=True)
    place = locate_again(path, root=Path(root), run=run.path)
    return make_plan(run.analysis, place=place, verify=verify, is_split=True)


def _require_learned(plan: Plan, run: SavedRun) -> None:
    """Makes sure that the data's labels are those that the run learned.

    Raises:
        DataError: They are not.
    """
    for now, then in zip(plan.targets, run.targets, strict=True):
        if (now.output, now.kind, now.names) == (then.output, then.kind, then.names):
            continue
        what = "classes" if now.kind == then.kind == "class" else "labels"
        of = f" of the output {now.output}" if len(plan.targets) > 1 else ""
        raise DataError(
            f"the data has other {what}{of} than the run: {_first(now.names)}",
            hint=f"the run learned {_first(then.names)}",
        )


def _first(names: Sequence[str]) -> str:
    return f"{', '.join(names[:_MOST_NAMES])}{' …' if len(names) > _MOST_NAMES else ''}"


def _data(run: SavedRun, plan: Plan, name: str, *, offline: bool, reports: Reports) -> Split:
    """The split that is judged, the same images as the run had."""
    from netspec.data.preparing import prepare
    from netspec.runs.split_table import SplitTable

    _require_learned(plan, run)
    table = SplitTable.read(run.path)

    def chosen(given: Mapping[str, Images]) -> dict[str, Split]:
        assert table is not None  # noqa: S101 - it is not called without one
        return {name: table.find(name, given, plan.splitting)}

    if table is not None:
        _require_split(name, table.names)
    data = prepare(
        plan.data, plan.wanted, reports, offline=offline, chosen=None if table is None else chosen
    )
    _require_split(name, data.splits)
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
    return data.splits[name]


def _require_split(name: str, splits: Iterable[str]) -> None:
    there = list(splits)
    if name not in there:
        raise UsageError(
            f"the run has no {name} images", hint=f"it has {', '.join(there)}: say --split"
        )
