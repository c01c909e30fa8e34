"""`evaluate`: a run judged on one of its splits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from netspec.data.sources.place import locate_again
from netspec.data.splits import split
from netspec.errors import DataError, UsageError
from netspec.runs.directory import RunDirectory
from netspec.runs.environment import require_tensorflow
from netspec.runs.plan import Plan, make_plan
from netspec.runs.saved import SavedRun, open_run

if TYPE_CHECKING:
    from netspec.data.files.checking import Checked
    from netspec.data.source import Reports
    from netspec.evaluation.judge import Judgement

# What a run can be judged by.
SPLITS = ("test", "validation", "train")


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
        DataError: The data is not there any more, or has changed.
    """
    if split_name not in SPLITS:
        raise UsageError(
            f"there is no split {split_name!r}", hint=f"choose one of {', '.join(SPLITS)}"
        )
    require_tensorflow()
    run = open_run(path)
    run.weights(checkpoint)
    plan = _plan(run, data_root)
    checked = _data(run, plan, split_name, offline=offline, reports=reports)
    from netspec.data.pipeline import Pipeline
    from netspec.evaluation.judge import judge
    from netspec.evaluation.network import trained_network

    document, graph = run.analysis.require()
    assert document.compile is not None  # noqa: S101 - there is a plan
    pipeline = Pipeline(batch_size=plan.batch_size, labels=plan.labels, form=plan.form)
    part = checked.splits[split_name]
    return judge(
        trained_network(run, checkpoint=checkpoint),
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
    if data_root is not None or not isinstance(root, str) or not isinstance(path, str):
        return make_plan(run.analysis, data_root=data_root)
    return make_plan(run.analysis, place=locate_again(path, root=Path(root), run=run.path))


def _data(run: SavedRun, plan: Plan, name: str, *, offline: bool, reports: Reports) -> Checked:
    """The split that is judged, the same images as the run had."""
    if plan.classes != run.classes:
        raise DataError(
            f"the data has other classes than the run: {', '.join(plan.classes[:5])} …",
            hint=f"the run learned {', '.join(run.classes[:5])} …",
        )
    given = plan.data.load(reports, offline=offline)
    splits = split(given, plan.counts, seed=plan.seed)
    if name not in splits:
        raise UsageError(
            f"the run has no {name} images", hint=f"it has {', '.join(splits)}: say --split"
        )
    checked = plan.data.check({name: splits[name]}, reports, channels=plan.form.channels)
    prints = run.data.get("fingerprints")
    before = (
        prints.get(name) if isinstance(prints, dict) and prints else run.data.get("fingerprint")
    )
    now = checked.fingerprints.get(name, checked.fingerprint)
    if before is not None and before != now:
        raise DataError(
            f"the {name} images are not those of the run: files were added, removed or changed",
            hint="restore the data, or name the folder above it with --data-root",
        )
    return checked
