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
from netspec.training import environment
from netspec.training.directory import RunDirectory
from netspec.training.events import Fetching, Listener, Notice, Planned, Started, ignore
from netspec.training.job import Job, RunResult
from netspec.training.plan import Plan, make_plan

if TYPE_CHECKING:
    from netspec.analysis import Analysis
    from netspec.data.arrays import ImageArrays
    from netspec.spec.document import Document

Capture = Callable[[Path], AbstractContextManager[object]]

RUN_FORMAT = 1


def run_analysis(  # noqa: PLR0913 - each has a default and a name
    analysis: Analysis,
    *,
    output: Path | None = None,
    offline: bool = False,
    listener: Listener = ignore,
    capture: Capture | None = None,
    command: list[str] | None = None,
) -> RunResult:
    """Trains a checked spec and leaves a run directory.

    Args:
        analysis: What is known of the spec.
        output: The run directory itself; `runs/NAME-DATE-TIME` without.
        offline: Whether nothing may be fetched.
        listener: Is told what goes on.
        capture: Takes the path of the run's log and keeps TensorFlow's chatter there while it is open.
        command: What the user typed, for the record.

    Raises:
        SpecError: The spec has errors, or lacks what a run needs.
        UsageError: The directory cannot be made, or TensorFlow is not installed.
        DataError: The data cannot be had.
        TrainingError: Training started and failed.
    """
    document, graph = analysis.require()
    plan = make_plan(document, graph)
    environment.require_tensorflow()
    started = datetime.now(UTC)
    directory = RunDirectory.create(output, name=document.name, now=started)
    assert document.spec is not None  # noqa: S101 - required above
    try:
        listener(Planned(plan))
        arrays = _load(plan, offline=offline, listener=listener)
        job = Job(document.spec, graph, plan, arrays, directory, listener)
        record = {
            "format": RUN_FORMAT,
            "name": document.name,
            "status": "running",
            "started": started.isoformat(timespec="seconds"),
            "command": command,
            "seed": plan.seed,
            "data": {
                "source": plan.dataset.name,
                "fingerprint": arrays.fingerprint,
                **asdict(plan.counts),
            },
            **environment.describe(Path(analysis.path)),
        }
        _write_start(job, document, record)
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


def _load(plan: Plan, *, offline: bool, listener: Listener) -> ImageArrays:
    from netspec.data import named

    return named.load(
        plan.dataset.name,
        offline=offline,
        notify=lambda message: listener(Notice(message)),
        progress=lambda label, done, total: listener(Fetching(label, done, total)),
    )


def _openly(log: Path) -> AbstractContextManager[object]:
    """Leaves the process's output as it is."""
    del log
    return nullcontext()


def _write_start(job: Job, document: Document, record: dict[str, Any]) -> None:
    from netspec.report.summary import summarize_graph
    from netspec.spec.resolved import resolved_yaml

    directory = job.directory
    directory.write_json("run.json", record)
    directory.write_text("spec.yaml", document.root.source.text)
    directory.write_text("resolved.yaml", resolved_yaml(document))
    directory.write_text("classes.txt", "".join(f"{name}\n" for name in job.plan.dataset.classes))
    directory.write_text("summary.txt", f"{summarize_graph(job.graph, document)}\n")


def _train(job: Job, record: dict[str, Any], capture: Capture) -> RunResult:
    directory = job.directory
    begun = time.monotonic()
    try:
        with capture(directory.path / "log.txt"):
            from netspec.training import session

            result = session.train(job)
    except KeyboardInterrupt:
        _finish(directory, record, "interrupted", begun)
        raise
    except Exception as error:
        # The disk may be what failed, and then the record of it must not hide the reason.
        with suppress(OSError):
            with (directory.path / "log.txt").open("a", encoding="utf-8") as log:
                traceback.print_exc(file=log)
            _finish(directory, record, "failed", begun, reason=str(error))
        raise
    _finish(
        directory,
        record,
        "finished",
        begun,
        best_epoch=result.best_epoch,
        metrics=result.metrics,
        training_seconds=result.seconds,
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
