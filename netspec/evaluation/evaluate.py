"""`evaluate`: a run judged on one of its splits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.errors import UsageError
from netspec.runs.again import data_again, plan_again
from netspec.runs.directory import RunDirectory
from netspec.runs.environment import require_tensorflow
from netspec.runs.saved import open_run
from netspec.wording import did_you_mean, nearest, short

if TYPE_CHECKING:
    from pathlib import Path

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
    plan = plan_again(run, data_root=data_root)
    data = data_again(run, plan, reports, offline=offline, only=split_name)
    part = data.splits[split_name]
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
