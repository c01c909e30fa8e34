"""One run, from a checked spec to a directory one can open."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netspec.errors import UsageError
from netspec.runs import environment
from netspec.runs.directory import RunDirectory
from netspec.runs.learned import OUTPUTS, learned
from netspec.runs.plan import Plan, make_plan
from netspec.runs.saved import CLASSES, MODEL, RUN_FORMAT
from netspec.training.events import Listener, Planned, Prepared, Started, ignore, reports_to
from netspec.training.interruption import Interrupted, Interruption
from netspec.training.job import Job, RunResult

if TYPE_CHECKING:
    from netspec.analysis import Analysis
    from netspec.data.preparing import Prepared as PreparedData
    from netspec.spec.document import Document

Capture = Callable[[Path], AbstractContextManager[object]]


def run_analysis(  # noqa: PLR0913 - each has a default and a name
    analysis: Analysis,
    *,
    output: Path | None = None,
    data_root: Path | None = None,
    offline: bool = False,
    interruption: Interruption | None = None,
    listener: Listener = ignore,
    capture: Capture | None = None,
    command: list[str] | None = None,
) -> RunResult:
    """Trains a checked spec and leaves a run directory.

    Args:
        analysis: What is known of the spec.
        output: The run directory itself; `runs/NAME-DATE-TIME` without.
        data_root: The folder that an image folder's path is relative to; the spec's own without.
        offline: Whether nothing may be fetched.
        interruption: Says when the run shall end before its time.
        listener: Is told what goes on.
        capture: Takes the path of the run's log and keeps TensorFlow's chatter there while it is open.
        command: What the user typed, for the record.

    Raises:
        SpecError: The spec has errors, or lacks what a run needs.
        UsageError: The directory cannot be made, or TensorFlow is not installed.
        DataError: The data cannot be had.
        TrainingError: Training started and failed.
        Interrupted: It was ended from outside; what there is so far is kept.
    """
    document, graph = analysis.require()
    plan = make_plan(analysis, data_root=data_root)
    environment.require_tensorflow()
    environment.require_packages(document.spec.callbacks if document.spec else ())
    started = datetime.now(UTC)
    directory = RunDirectory.create(output, name=document.name, now=started)
    assert document.spec is not None  # noqa: S101 - required above
    try:
        listener(Planned(plan))
        with (capture or _openly)(directory.path / "log.txt"):
            data = _data(plan, offline=offline, listener=listener)
        plan = plan.prepared(data)
        listener(Prepared(plan))
        job = Job(
            document.spec,
            graph,
            plan,
            data.splits,
            directory,
            listener,
            interruption or Interruption(),
        )
        record = {
            "format": RUN_FORMAT,
            "name": document.name,
            "status": "running",
            "started": started.isoformat(timespec="seconds"),
            "command": command,
            "seed": plan.seed,
            "data": {
                **plan.data.record,
                **({"verify": plan.look.verify} if plan.look is not None else {}),
                **({"skipped": len(data.skipped)} if data.skipped else {}),
                "fingerprint": data.fingerprint,
                **({"fingerprints": data.fingerprints} if data.fingerprints else {}),
                **asdict(plan.counts),
                **({"class_weights": data.class_weights} if data.class_weights else {}),
            },
            # Of a network that names a class, classes.txt says it.
            **({} if plan.classes else {OUTPUTS: learned(plan.targets)}),
            **environment.describe(Path(analysis.path)),
            **_plugins(analysis),
        }
        _write_start(job, document, record, data)
    except OSError as error:
        directory.discard()
        raise UsageError(
            f"cannot write the run directory {directory.path}: {error.strerror or error}",
            hint="name another with --output",
        ) from None
    except BaseException:
        directory.discard()
        raise
    listener(Started(directory.path))
    return _train(job, record, capture or _openly)


def _data(plan: Plan, *, offline: bool, listener: Listener) -> PreparedData:
    """The splits, every image of them fit to train on."""
    from netspec.data.preparing import prepare

    return prepare(plan.data, plan.wanted, reports_to(listener), offline=offline)


def _plugins(analysis: Analysis) -> dict[str, Any]:
    """The plugins that took part, nothing without any."""
    each = [{"name": each.name, "version": each.version} for each in analysis.plugins.each]
    return {"plugins": each} if each else {}


def _openly(log: Path) -> AbstractContextManager[object]:
    """Leaves the process's output as it is."""
    del log
    return nullcontext()


def _write_start(job: Job, document: Document, record: dict[str, Any], data: PreparedData) -> None:
    from netspec.report.summary import summarize_graph
    from netspec.runs.split_table import write_split_table
    from netspec.spec.resolved import resolved_yaml

    directory = job.directory
    directory.write_json("run.json", record)
    directory.write_text("spec.yaml", document.root.source.text)
    path = job.plan.data.record.get("path")
    directory.write_text("resolved.yaml", resolved_yaml(document, path=path))
    if job.plan.classes:
        directory.write_text(CLASSES, "".join(f"{name}\n" for name in job.plan.classes))
    write_split_table(directory, data.splits, job.plan.splitting)
    if data.skipped:
        rows = [[each.name, each.reason] for each in data.skipped]
        directory.write_table("skipped.csv", ["image", "reason"], rows)
    directory.write_text("summary.txt", f"{summarize_graph(job.graph, document)}\n")


def _train(job: Job, record: dict[str, Any], capture: Capture) -> RunResult:
    directory = job.directory
    begun = time.monotonic()
    try:
        with capture(directory.path / "log.txt"):
            from netspec.training import session

            result = session.train(job)
    except KeyboardInterrupt as interrupt:
        if not (directory.path / MODEL).exists():  # not even one step was made
            directory.discard()
            raise Interrupted.of(interrupt) from None
        interrupted = Interrupted.of(interrupt, directory=directory.path)
        _finish(directory, record, "interrupted", begun, epoch=interrupted.epoch)
        raise interrupted from None
    except Exception as error:
        # The disk may be what failed, and then the record of it must not hide the reason.
        with suppress(OSError), (directory.path / "log.txt").open("a", encoding="utf-8") as log:
            traceback.print_exc(file=log)
        with suppress(OSError):
            _finish(directory, record, "failed", begun, reason=str(error))
        raise
    _finish(
        directory,
        record,
        "finished",
        begun,
        best_epoch=result.best_epoch,
        best_by=result.best_by,
        model_epoch=result.model_epoch,
        metrics=result.metrics,
        training_seconds=result.seconds,
        images_per_second=result.images_per_second,
        data_wait=result.data_wait,
    )
    return result


def _finish(
    directory: RunDirectory, record: dict[str, Any], status: str, begun: float, **more: object
) -> None:
    ended = datetime.now(UTC).isoformat(timespec="seconds")
    seconds = round(time.monotonic() - begun, 3)
    directory.write_json(
        "run.json", {**record, "status": status, "ended": ended, "seconds": seconds, **more}
    )
