"""`evaluate`: a run judged on one of its splits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from netspec.data.form import image_form
from netspec.errors import UsageError
from netspec.runs.again import data_again, plan_again
from netspec.runs.directory import RunDirectory
from netspec.runs.environment import require_tensorflow
from netspec.runs.saved import open_run
from netspec.wording import did_you_mean, nearest, short

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from netspec.data.source import Reports
    from netspec.data.splits import Split
    from netspec.evaluation.judge import Judgement
    from netspec.report.evaluation import EvaluationDocument, JudgedDataRecord
    from netspec.runs.saved import SavedRun
    from netspec.spec.labels import Target

# What a run can be judged by.
SPLITS = ("test", "validation", "train")


@dataclass(frozen=True)
class _Subject:
    """What a run is judged by.

    Attributes:
        part: The images.
        split: What their split is called.
        targets: What each output learned, by the images' labels.
        record: What the judgement says of the data; None for the run's own.
        name: What files' names call it; None for the run's own.
    """

    part: Split
    split: str
    targets: tuple[Target, ...]
    record: JudgedDataRecord | None = None
    name: str | None = None


def evaluate_run(  # noqa: PLR0913 - each has a default and a name
    path: Path,
    *,
    split_name: str | None = None,
    checkpoint: str | None = None,
    data: str | None = None,
    shifts: int | None = None,
    data_root: Path | None = None,
    offline: bool = False,
    reports: Reports,
) -> Judgement:
    """Judges a run's network on a split of its own data or of other data; the run itself is only read.

    Args:
        path: The run directory.
        split_name: `test`, `validation` or `train`, `test` without; of other data one of its own splits, `test` without
            where it has one, else `train`.
        checkpoint: Another file of the run than its model.
        data: Other data, as `netspec.evaluation.other.naming` reads it; the run's own without.
        shifts: By how many pixels images are moved at most in a shift test; there is none without.
        data_root: The folder that paths of data are relative to; without it, the folder that the run found, and for
            other data the current one.
        offline: Whether nothing may be fetched.
        reports: Is told what goes on.

    Raises:
        UsageError: It is no run, it has no model or no such split, the shift test makes no sense for it, or TensorFlow
            is not installed.
        DataError: The data is not there (any more), has changed, changes while it is read, or says something else of
            its images than the network has learned.
    """
    if data is None:
        split_name = "test" if split_name is None else split_name
        require_split(split_name)
    require_tensorflow()
    run = open_run(path)
    run.weights(checkpoint)
    document, graph = run.analysis.require()
    section, training, spec = document.compile, document.training, document.spec
    assert section and training and spec  # noqa: S101, PT018 - a run has them
    form = image_form(document, graph)
    from netspec.data.files.failing import named_if_unreadable
    from netspec.data.pipeline import Pipeline
    from netspec.evaluation.judge import judge
    from netspec.evaluation.looking.mistakes import with_looks
    from netspec.evaluation.network import trained_network
    from netspec.evaluation.outputs import outputs_of
    from netspec.evaluation.shifts import ShiftTest, with_shifts

    test = ShiftTest(shifts, spec.seed, reports.moving) if shifts is not None else None
    if test is not None:
        test.require_sense(run.targets, form)
    if data is None:
        subject = _own(run, split_name or "", reports, data_root=data_root, offline=offline)
    else:
        subject = _other(
            run, data, split_name, reports=reports, data_root=data_root, offline=offline
        )
    pipeline = Pipeline(
        batch_size=training.batch_size,
        targets=subject.targets,
        by_key=not graph.single_output,
        form=form,
    )
    network = trained_network(run, checkpoint=checkpoint)
    with named_if_unreadable(subject.part, channels=form.channels):
        judgement = judge(
            network,
            subject.part,
            pipeline.evaluation(subject.part),
            name=subject.split,
            checkpoint=run.checkpoint_name(checkpoint),
            targets=subject.targets,
            graph=graph,
            section=section,
            pipeline=pipeline,
        )
        outputs = outputs_of(subject.targets, section=section, graph=graph)
        judgement = with_shifts(judgement, test, network, pipeline, outputs=outputs)
    targets, notice = subject.targets, reports.notice
    judgement = with_looks(judgement, network, graph, targets=targets, notice=notice)
    if subject.record is None:
        return judgement
    told: EvaluationDocument = {**judgement.document, "data": subject.record}
    return replace(judgement, document=told, data_name=subject.name)


def _own(
    run: SavedRun, name: str, reports: Reports, *, data_root: Path | None, offline: bool
) -> _Subject:
    """A split of the run's own data."""
    plan = plan_again(run, data_root=data_root)
    data = data_again(run, plan, reports, offline=offline, only=name)
    return _Subject(data.splits[name], name, plan.targets)


def _other(  # noqa: PLR0913 - each has a name
    run: SavedRun,
    data: str,
    split_name: str | None,
    *,
    reports: Reports,
    data_root: Path | None,
    offline: bool,
) -> _Subject:
    """Other data."""
    from netspec.evaluation.other.data import open_other

    other = open_other(
        run, data, split_name=split_name, data_root=data_root, offline=offline, reports=reports
    )
    return _Subject(other.part, other.split, other.targets, other.record, other.name)


def require_split(name: str) -> None:
    """Makes sure that there is such a split.

    Raises:
        UsageError: There is none.
    """
    if name not in SPLITS:
        meant = next((each for each in SPLITS if name and each.startswith(name)), None)
        raise UsageError(
            f"there is no split '{short(name)}'",
            hint=(did_you_mean(name, meant) if meant else nearest(name, SPLITS))
            or f"choose one of {', '.join(SPLITS)}",
        )


def keep_judgement(
    judgement: Judgement,
    path: Path,
    *,
    hint: str | None = None,
    notice: Callable[[str], object] | None = None,
) -> EvaluationDocument:
    """Keeps a judgement in its run.

    Args:
        judgement: What `evaluate_run` gave.
        path: The run directory.
        hint: What to do where it cannot be written.
        notice: Is told where a shift test that was kept is lost.

    Returns:
        The document as it is kept: with the paths of the mistakes' pictures.

    Raises:
        UsageError: It cannot be written: it may only be read, or the disk is full.
    """
    from netspec.evaluation.keeping import keep
    from netspec.evaluation.other.ending import ending_of_other

    name = judgement.data_name
    ending = None if name is None else ending_of_other(judgement.document, name, path)
    try:
        return keep(judgement, RunDirectory.of(path), ending=ending, notice=notice)
    except OSError as error:
        reason = error.strerror or error
        raise UsageError(f"cannot write to the run {path}: {reason}", hint=hint) from None
