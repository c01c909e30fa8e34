"""What a run tells and keeps of its epochs: history, times, and which epoch is the best."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from netspec.evaluation.judge import losses_first
from netspec.lowering.warmup import saved_plainly
from netspec.runs.listed.epochs import BEST_EPOCH
from netspec.training.events import EpochDone, StepDone
from netspec.training.hooks import numbers_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import keras

    from netspec.data.waiting import Waiting
    from netspec.training.best import Best
    from netspec.training.job import Job

_SECONDS_BETWEEN_STEPS_TOLD = 0.1
_SHORTEST = 1e-6  # a clock may not see a step
BEST_STATE = "state/best.keras"


class Recorder:
    """Keeps what every epoch gave, in the run directory and for the listener.

    Attributes:
        best: Which epoch is the best so far.
        rows: What each epoch gave, in the columns of `metrics.csv`.
        seconds: Seconds of training so far, those before a resume counted in.
    """

    def __init__(self, job: Job, best: Best, waiting: Waiting) -> None:
        self.best = best
        self.rows: list[dict[str, Any]] = []
        self._directory = job.directory
        self._listener = job.listener
        self._plan = job.plan
        self._waiting = waiting
        self._spent = 0.0
        self._since = time.monotonic()
        # Of steps that this process made.
        self._images = 0
        self._seconds_training = self._seconds_waiting = 0.0
        self._epoch = self._first_step = 0
        self._begun = self._trained = self._told = self._since
        self._spent_in_epoch = 0.0
        self._waited = 0.0

    @property
    def seconds(self) -> float:
        """Seconds of training so far."""
        return self._spent + time.monotonic() - self._since

    def begin_epoch(self, epoch: int, *, step: int = 0) -> None:
        """An epoch begins, or goes on after so many steps.

        Args:
            epoch: Counted from 0.
            step: How many of its steps are done.
        """
        self._epoch, self._first_step = epoch, step
        if not step:
            self._spent_in_epoch = 0.0
        self._begun = self._trained = self._told = time.monotonic()
        self._waited = self._waiting.seconds

    def step(self, done: int, logs: Mapping[str, Any]) -> None:
        """So many steps of the epoch are done, of which the last has given these metrics, as tensors."""
        if time.monotonic() - self._told >= _SECONDS_BETWEEN_STEPS_TOLD:
            self._tell(done, numbers_of(logs))

    def all_steps(self, logs: Mapping[str, float]) -> None:
        """All steps of the epoch are done, and validation is next, if there is one."""
        self._tell(self._plan.steps, logs)
        self._trained = time.monotonic()

    def end_epoch(self, model: keras.Model, logs: Mapping[str, float]) -> None:
        """An epoch has ended, and callbacks have seen what it gave."""
        values = losses_first(dict(logs))
        now = time.monotonic()
        seconds = now - self._begun + self._spent_in_epoch
        training = max(self._trained - self._begun, _SHORTEST)
        waiting = min(self._waiting.seconds - self._waited, training)
        # After a resume that found all of its steps done, none.
        images = max(0, self._plan.counts.train - self._first_step * self._plan.batch_size)
        self._images += images
        self._seconds_training += training
        self._seconds_waiting += waiting
        epoch = self._epoch + 1
        self.rows.append({"epoch": epoch, **values, "seconds": round(seconds, 3)})
        improved = self.best.after(epoch, values)
        self.write()
        if improved:
            with saved_plainly(model):
                self._directory.write_with(BEST_STATE, model.save)
            # The record names it at the run's end; until then who lists runs reads it here.
            self._directory.write_json(BEST_EPOCH, {"best_epoch": epoch, "best_by": self.best.by})
        speed = images / training
        self._listener(EpochDone(epoch, values, seconds, improved, speed, waiting / training))

    def write(self) -> None:
        """Writes the history as it is by now."""
        self._directory.write_csv("metrics.csv", self.rows)
        self._directory.write_json("history.json", self.history())

    def history(self) -> dict[str, list[float]]:
        """Metrics by name, one value an epoch."""
        names = dict.fromkeys(name for row in self.rows for name in row)
        return {
            name: [row[name] for row in self.rows if name in row]
            for name in names
            if name not in {"epoch", "seconds"}
        }

    @property
    def images_per_second(self) -> float | None:
        """Those of all whole epochs' training steps that this process made; None without one."""
        return self._images / self._seconds_training if self._images else None

    @property
    def data_wait(self) -> float | None:
        """The share of those steps' time that was waited for data."""
        return self._seconds_waiting / self._seconds_training if self._images else None

    def progress(self, *, in_epoch: bool) -> dict[str, Any]:
        """What `restore` needs, as JSON has it.

        Args:
            in_epoch: Whether an epoch is in progress.
        """
        spent = self._spent_in_epoch + time.monotonic() - self._begun if in_epoch else 0.0
        return {
            "rows": self.rows,
            "seconds": self.seconds,
            "seconds_in_epoch": spent,
            "best": self.best.get_state(),
        }

    def restore(self, progress: Mapping[str, Any]) -> None:
        """Goes on from what `progress` gave, perhaps in another process."""
        self.rows = list(progress["rows"])
        self._spent = progress["seconds"]
        self._spent_in_epoch = progress["seconds_in_epoch"]
        self.best.set_state(progress["best"])
        self._since = time.monotonic()

    def _tell(self, steps: int, logs: Mapping[str, float]) -> None:
        """Tells of an epoch's steps so far; reading the metrics has waited for the device."""
        self._told = time.monotonic()
        images = min(steps * self._plan.batch_size, self._plan.counts.train)
        images -= self._first_step * self._plan.batch_size
        speed = images / max(self._told - self._begun, _SHORTEST)
        self._listener(StepDone(self._epoch + 1, steps, losses_first(dict(logs)), speed))
