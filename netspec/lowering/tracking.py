"""What a run tells MLflow: its settings, what every epoch gave, and how it ended."""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING, Any, Literal

import keras

from netspec.errors import UsageError
from netspec.lowering.mlflow_client import connect, quiet
from netspec.lowering.tracking_store import LOCAL, VARIABLE, spoken_address, without_credentials
from netspec.lowering.tracking_text import parameters, tags

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from netspec.runs.directory import RunDirectory
    from netspec.things.tracking import MLflow

Ending = Literal["FINISHED", "FAILED", "KILLED"]

_FAILURES_IN_A_ROW = 3
_AT_ONCE = 100  # how many parameters MLflow takes in one request


class Tracking(keras.callbacks.Callback):  # type: ignore[misc] # Keras has no types
    """Writes a run to MLflow.

    A run that begins fails where MLflow cannot be reached. After that nothing that MLflow does ends it: the user is
    told once, and what could not be written waits until it can be. A resumed run is the same run to MLflow, and writes
    no epoch again.
    """

    def __init__(
        self,
        thing: MLflow,
        directory: RunDirectory,
        tell: Callable[[str], object] | None = None,
        settings: Mapping[str, object] | None = None,
    ) -> None:
        """Remembers what to write; nothing is imported or asked before the first step.

        Args:
            thing: The callback as the spec has it.
            directory: The run's; `run.json` and `resolved.yaml` are there before training begins.
            tell: Takes a sentence that the user should read.
            settings: Settings besides those in `resolved.yaml`, by name.
        """
        super().__init__()
        self._thing = thing
        self._path = directory.path.absolute()
        self._tell = tell or (lambda _: None)
        self._settings = dict(settings or {})
        self._client: Any = None
        self._run: str | None = None
        self._has_begun = self._is_reached = False
        self._written_to = 0
        self._waiting: list[dict[str, Any]] = []
        self._failures = 0
        self._has_told = False

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Finds or makes the run in MLflow, once; by now it is known whether the run goes on from a state."""
        del batch, logs
        if not self._has_begun:
            self._has_begun = True
            self._begin()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Writes what the epoch gave, each value with all its digits, and NaN too."""
        values = {"learning_rate": self._learning_rate(), **(logs or {})}
        texts = {name: float(value).hex() for name, value in values.items()}
        self._waiting.append({"epoch": epoch + 1, "time": _now(), "values": texts})
        if self._failures < _FAILURES_IN_A_ROW:
            self._try(self._write)

    def end(self, how: Ending, metrics: Mapping[str, float] | None = None) -> None:
        """Tells MLflow how the run has ended, once; a run that never began is nothing to it.

        Args:
            how: FINISHED, FAILED, or KILLED for one that was ended from outside.
            metrics: Loss and metrics on the test split.
        """
        if self._run is None:
            return

        def finish() -> None:
            self._write()
            judged = {f"test_{name}": value for name, value in (metrics or {}).items()}
            self._log(judged, _now(), self._written_to)
            self._client.set_terminated(self._run, how)

        self._try(finish)

    def get_state(self) -> dict[str, Any]:
        """MLflow's name for the run, and what it has not taken yet."""
        return {"run": self._run, "waiting": [dict(row) for row in self._waiting]}

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Puts back what `get_state` gave."""
        self._run = state["run"]
        self._waiting = [dict(row) for row in state["waiting"]]
        self._is_reached = False

    def _begin(self) -> None:
        if self._run is not None:
            self._try(self._reach)
            return
        try:
            with quiet():
                self._reach()
        except Exception as error:
            where = spoken_address(os.environ.get(VARIABLE) or str(self._local))
            raise UsageError(
                f"MLflow cannot write to {where}: {_reason(error)}",
                hint=f"name another place with the environment variable {VARIABLE}",
            ) from error
        if not os.environ.get(VARIABLE):
            self._tell(f"MLflow writes to {self._local}; {VARIABLE} would name another place")

    @property
    def _local(self) -> Path:
        return self._path.parent / LOCAL

    def _write(self) -> None:
        """Writes what waits."""
        self._reach()
        while self._waiting:
            row = self._waiting[0]
            if row["epoch"] > self._written_to:
                values = {name: float.fromhex(text) for name, text in row["values"].items()}
                self._log(values, row["time"], row["epoch"])
                self._written_to = row["epoch"]
            self._waiting.pop(0)

    def _log(self, values: Mapping[str, float], at: int, epoch: int) -> None:
        from mlflow.entities import Metric

        metrics = [Metric(_name(name), value, at, epoch) for name, value in values.items()]
        self._client.log_batch(self._run, metrics=metrics)

    def _reach(self) -> None:
        """Makes sure that MLflow has the run, and that it is known how far."""
        if self._client is None:
            self._client = connect(os.environ.get(VARIABLE), local=self._local)
        if self._is_reached:
            return
        if self._run is None or not self._is_there(self._run):
            self._run = self._create()
        else:
            self._client.update_run(self._run, status="RUNNING")
            history = self._client.get_metric_history(self._run, "loss")
            self._written_to = max((metric.step for metric in history), default=0)
        self._is_reached = True

    def _is_there(self, run: str) -> bool:
        """Whether the store has the run; it may be another store than before."""
        from mlflow.exceptions import MlflowException

        try:
            return bool(self._client.get_run(run).info.lifecycle_stage == "active")
        except MlflowException as error:
            if error.error_code == "RESOURCE_DOES_NOT_EXIST":
                return False
            raise

    def _create(self) -> str:
        """A run of the experiment, with the settings."""
        from mlflow.entities import Param

        marks = tags(self._path)
        experiment = self._experiment(
            self._thing.experiment or marks.get("netspec.name", "netspec")
        )
        name = self._thing.run_name or self._path.name
        run = str(self._client.create_run(experiment, tags=marks, run_name=name).info.run_id)
        settings = {**parameters(self._path), **self._settings}
        values = [Param(_name(key), str(value)[:500]) for key, value in settings.items()]
        for first in range(0, len(values), _AT_ONCE):
            self._client.log_batch(run, params=values[first : first + _AT_ONCE])
        self._written_to = 0
        return run

    def _experiment(self, name: str) -> str:
        """The number of the experiment of that name, which is made where there is none."""
        from mlflow.exceptions import MlflowException

        found = self._client.get_experiment_by_name(name)
        if found is not None:
            return str(found.experiment_id)
        # A server has its own place for files; a file has none, and MLflow would take the current folder.
        place = None if os.environ.get(VARIABLE) else (self._path.parent / "mlartifacts").as_uri()
        try:
            return str(self._client.create_experiment(name, artifact_location=place))
        except MlflowException:  # another run has just made it
            found = self._client.get_experiment_by_name(name)
            if found is None:
                raise
            return str(found.experiment_id)

    def _learning_rate(self) -> float:
        optimizer = self.model.optimizer
        optimizer = getattr(optimizer, "inner_optimizer", optimizer)  # loss scaling wraps one
        return float(keras.ops.convert_to_numpy(optimizer.learning_rate))

    def _try(self, action: Callable[[], object]) -> None:
        try:
            with quiet():
                action()
        except Exception as error:  # noqa: BLE001 - whatever MLflow does, training goes on
            self._failures += 1
            if not self._has_told:
                self._tell(
                    f"MLflow does not take what the run gives: {_reason(error)}; training goes on, and what is "
                    "missing is written as soon as it can be"
                )
            self._has_told = True
        else:
            self._failures = 0


def end_tracking(
    callbacks: Iterable[keras.callbacks.Callback],
    how: Ending,
    metrics: Mapping[str, float] | None = None,
) -> None:
    """Tells what tracks a run how it has ended. Never fails.

    Args:
        callbacks: The callbacks that `to_keras` made.
        how: FINISHED, FAILED, or KILLED for one that was ended from outside.
        metrics: Loss and metrics on the test split.
    """
    for callback in callbacks:
        if isinstance(callback, Tracking):
            callback.end(how, metrics)


def _reason(error: Exception) -> str:
    """The first line of what went wrong, without passwords."""
    lines = [line.strip() for line in without_credentials(str(error)).splitlines() if line.strip()]
    return (lines or [type(error).__name__])[0][:300]


def _name(text: str) -> str:
    """A name as MLflow takes it."""
    return re.sub(r"[^\w\-. /:]", "_", text)[:250]


def _now() -> int:
    """The time in milliseconds, as MLflow has it."""
    return int(time.time() * 1000)
