"""A run continued from its last kept state, so that it ends as if it had never been ended before."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from netspec.errors import SpecError, UsageError
from netspec.lowering.tracking_store import require_store
from netspec.runs import environment
from netspec.runs.changes import Change, adds_epochs, adds_nothing, changes, settled, spoken, unsafe
from netspec.runs.directory import RunDirectory
from netspec.runs.lock import RunLock
from netspec.runs.saved import RECORD, RESOLVED, SavedRun, open_run
from netspec.training.conduct import LOG, Capture, carry_out, openly
from netspec.training.continued import Continued, Request, continued
from netspec.training.events import (
    Listener,
    Notice,
    Resumed,
    ignore,
)
from netspec.training.finished import finished_result
from netspec.training.interruption import Interrupted, Interruption

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from netspec.analysis import Analysis
    from netspec.training.job import RunResult
    from netspec.training.state_reading import Found

FINISHED = "finished"


def resume_run(  # noqa: PLR0913 - each has a default and a name
    path: Path,
    *,
    overrides: Sequence[str] = (),
    data_root: Path | None = None,
    offline: bool = False,
    force: bool = False,
    interruption: Interruption | None = None,
    listener: Listener = ignore,
    capture: Capture | None = None,
    command: list[str] | None = None,
) -> RunResult:
    """Continues a run by its own spec; one that is finished stays as it is.

    Args:
        path: The run directory.
        overrides: Assignments such as `training.epochs=20`.
        data_root: The folder that an image folder's path is relative to, if it has moved.
        offline: Whether nothing may be fetched.
        force: Whether the run is continued although its spec has changed.
        interruption: Says when the run shall end before its time.
        listener: Is told what goes on.
        capture: Takes the path of the run's log and keeps TensorFlow's chatter there while it is open.
        command: What the user typed, for the record.

    Raises:
        SpecError: The changed spec has errors.
        UsageError: It is no run, another process trains there, the spec has changed, or no state can be read.
        DataError: The data is not that of the run any more.
        TrainingError: Training went on and failed.
        Interrupted: It was ended from outside; what there is so far is kept.
    """
    run = open_run(path)
    analysis = run.analysis
    if overrides:
        from netspec.analysis import analyse

        analysis = analyse(path / RESOLVED, tuple(overrides))
        if analysis.failed:
            raise SpecError(analysis.findings)
    request = Request(
        *(data_root, offline, force, interruption or Interruption()),
        *(listener, capture or openly, command),
    )
    return _resume(run, analysis, request)


def resume_analysis(  # noqa: PLR0913 - each has a name
    analysis: Analysis,
    path: Path,
    *,
    data_root: Path | None,
    offline: bool,
    force: bool,
    interruption: Interruption | None,
    listener: Listener,
    capture: Capture | None,
    command: list[str] | None,
) -> RunResult:
    """Continues a run by a spec that lies elsewhere, which is the run's or differs in what is safe.

    Args and errors are those of `resume_run`; the data is found from the spec's own place.
    """
    request = Request(
        *(data_root, offline, force, interruption or Interruption()),
        *(listener, capture or openly, command),
        is_elsewhere=True,
    )
    return _resume(open_run(path), analysis, request)


def holds_run(path: Path) -> bool:
    """Whether a run has begun in a directory."""
    return (path / RECORD).is_file()


def _resume(run: SavedRun, analysis: Analysis, request: Request) -> RunResult:
    try:
        return _resume_locked(run, analysis, request)
    except KeyboardInterrupt as interrupt:  # before training goes on, too
        raise Interrupted.of(interrupt, directory=run.path) from None


def _resume_locked(run: SavedRun, analysis: Analysis, request: Request) -> RunResult:
    environment.require_tensorflow()
    document, _ = analysis.require()
    things = document.spec.callbacks if document.spec is not None else ()
    environment.require_packages(things)
    require_store(things, offline=request.offline)
    from netspec.training.state_reading import FOLDER, largest_of, numbered_states, read_newest

    directory = RunDirectory.of(run.path)
    directory.require_own(besides={path for _, path in numbered_states(run.path / FOLDER)})
    with RunLock(run.path, notice=lambda message: request.listener(Notice(message))) as lock:
        directory.clear_halves()
        # It may have gone on between the first look at it and the lock.
        run = replace(open_run(run.path), analysis=run.analysis)
        # Where it cannot go on, a run that was killed is still one.
        lock.stays = run.record.get("status") == "running"
        with request.capture(run.path / LOG):
            _, graph = run.analysis.require()
            found = read_newest(run.path, largest=largest_of(graph.parameters))
        damaged = found.damaged if found is not None else {}
        for path, reason in damaged.items():
            request.listener(
                Notice(f"{path.name} is damaged ({reason}): the state before it is taken")
            )
        changed = _changed(run, analysis, found)
        if run.record.get("status") == FINISHED and all(map(adds_nothing, changed)):
            return finished_result(run)
        refused = unsafe(changed, stages=_stages(analysis))
        _require_going_on(run, found, changed, refused, force=request.force)
        job, record = continued(
            Continued(run, analysis, found, tuple(changed), tuple(refused)), directory, request
        )
        for path in damaged:  # so that the two that are kept are whole
            with suppress(OSError):
                path.unlink()
        resumed = None
        if found is not None and job.start is not None:
            position = job.start.position
            resumed = Resumed(position.epoch + 1, position.step, found.saved)
        lock.stays = False
        try:
            return carry_out(job, record, request.capture, resumed=resumed)
        except UsageError:  # the state does not fit, and nothing has happened
            with suppress(OSError):
                directory.write_json(RECORD, run.record)
            raise


def _stages(analysis: Analysis) -> int:
    document, _ = analysis.require()
    return len(document.training.stages) if document.training is not None else 0


def _require_going_on(
    run: SavedRun,
    found: Found | None,
    changed: Sequence[Change],
    refused: Sequence[Change],
    *,
    force: bool,
) -> None:
    """Makes sure that a run may go on by a spec with these changes, and that something is left to train.

    Raises:
        UsageError: It may not, or nothing is.
    """
    if refused and not force:
        raise UsageError(
            f"the spec has changed since the run {run.path} began:\n{spoken(refused)}",
            hint="take it back, train it in a directory of its own, or say --force to go on with it",
        )
    if run.record.get("status") != FINISHED:
        return
    if not any(map(adds_epochs, changed)):
        raise UsageError(
            f"the run {run.path} is finished, and nothing is left to train with what has changed",
            hint="give it more epochs too, as in --set training.epochs=…",
        )
    if found is None:
        raise UsageError(
            f"the run {run.path} is finished, and its state is gone: it cannot go on",
            hint="train it anew, in a directory of its own",
        )


def _changed(run: SavedRun, analysis: Analysis, found: Found | None) -> list[Change]:
    document, _ = analysis.require()
    before = found.settled if found is not None else settled(run.analysis.require()[0])
    return changes(before, settled(document))
