"""A prepared run carried out: trained, and its record brought to its end, whatever that is."""

from __future__ import annotations

import shlex
import time
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netspec.errors import TrainingError
from netspec.report.escape import printable
from netspec.runs.environment import peak_memory
from netspec.runs.saved import MODEL, RECORD
from netspec.training.events import Resumed, Started
from netspec.training.interruption import Interrupted

if TYPE_CHECKING:
    from netspec.runs.directory import RunDirectory
    from netspec.training.job import Job, RunResult

Capture = Callable[[Path], AbstractContextManager[object]]

LOG = "log.txt"


def openly(log: Path) -> AbstractContextManager[object]:
    """Leaves the process's output as it is."""
    del log
    return nullcontext()


def carry_out(
    job: Job, record: dict[str, Any], capture: Capture, *, resumed: Resumed | None = None
) -> RunResult:
    """Trains a job and completes the run's record.

    Args:
        job: What is trained. Its directory has the record already.
        record: What the record says so far.
        capture: Takes the path of the run's log and keeps TensorFlow's chatter there while it is open.
        resumed: Where it goes on, to be told.

    Raises:
        TrainingError: Training failed.
        Interrupted: It was ended from outside.
    """
    directory = job.directory
    before = float(job.start.progress["seconds"]) if job.start is not None else 0.0
    end = _End(directory, record, job, before)
    try:
        job.listener(Started(directory.path))
        if resumed is not None:
            job.listener(resumed)
        with capture(directory.path / LOG):
            from netspec.training import session

            result = session.train(job)
    except KeyboardInterrupt as interrupt:
        is_new = job.start is None and not record.get("resumed")
        if is_new and not _holds_training(directory.path):
            directory.discard()
            raise Interrupted.of(interrupt) from None
        interrupted = Interrupted.of(interrupt, directory=directory.path)
        with suppress(OSError):
            end.write("interrupted", epoch=interrupted.epoch)
        raise interrupted from None
    except Exception as error:
        # The disk may be what failed, and then the record of it must not hide the reason.
        with suppress(OSError), (directory.path / LOG).open("a", encoding="utf-8") as log:
            traceback.print_exc(file=log)
        with suppress(OSError):
            end.write("failed", reason=str(error))
        raise
    try:
        end.write("finished", **_told(result))
    except OSError as error:
        raise TrainingError(
            f"training is done, and its record cannot be written: {error.strerror or error}",
            hint=f"make room; then `netspec resume {printable(shlex.quote(str(directory.path)))}` writes it",
        ) from None
    return result


def _holds_training(run: Path) -> bool:
    """Whether a run keeps more than its beginning, which is its first state: a model, or another state."""
    return (run / MODEL).exists() or len(list(run.glob("state/state-*.npz"))) > 1


def _told(result: RunResult) -> dict[str, Any]:
    """What the record says of a result."""
    return {
        "best_epoch": result.best_epoch,
        "best_by": result.best_by,
        "model_epoch": result.model_epoch,
        "metrics": result.metrics,
        "training_seconds": result.seconds,
        "images_per_second": result.images_per_second,
        "data_wait": result.data_wait,
    }


class _End:
    """Writes how a run ended into its record."""

    def __init__(
        self,
        directory: RunDirectory,
        record: dict[str, Any],
        job: Job,
        spent: float,
    ) -> None:
        self._directory, self._record, self._job = directory, record, job
        self._spent = spent
        self._begun = time.monotonic()

    def write(self, status: str, **more: object) -> None:
        """Writes the record.

        Raises:
            OSError: It cannot be written.
        """
        seconds = round(self._spent + time.monotonic() - self._begun, 3)
        self._directory.write_json(
            RECORD,
            {
                **self._record,
                **({"runtime": self._job.resolved} if self._job.resolved else {}),
                **self._features(),
                **self._stages(),
                "status": status,
                "ended": datetime.now(UTC).isoformat(timespec="seconds"),
                "seconds": seconds,
                "peak_memory": self._peak_memory(),
                **more,
            },
        )

    def _features(self) -> dict[str, Any]:
        """What was computed once in each stage; of stages that were over before a resume, what was said then."""
        before = self._record.get("features")
        said = {
            each["stage"]: each
            for each in (before if isinstance(before, list) else [])
            if isinstance(each, dict) and isinstance(each.get("stage"), int)
        } | self._job.features
        return {"features": [said[stage] for stage in sorted(said)]} if said else {}

    def _stages(self) -> dict[str, Any]:
        """The first epoch of each stage that has begun, where there are several; those before a resume as said then."""
        before = self._record.get("stages")
        said = {
            each["stage"]: each
            for each in (before if isinstance(before, list) else [])
            if isinstance(each, dict) and isinstance(each.get("stage"), int)
        }
        # The first is not told where a run goes on after it.
        begun = {1: 1, **self._job.stages}.items()
        said |= {stage: {"stage": stage, "first_epoch": epoch} for stage, epoch in begun}
        return {"stages": [said[stage] for stage in sorted(said)]} if len(said) > 1 else {}

    def _peak_memory(self) -> int | None:
        """The most bytes that a process of the run has taken, this one or, before a resume, another."""
        before, now = self._record.get("peak_memory"), peak_memory()
        known = [each for each in (before, now) if type(each) is int]
        return max(known, default=None)
