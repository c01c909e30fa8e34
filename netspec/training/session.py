"""Training itself. Importing this module imports TensorFlow."""

from __future__ import annotations

import math
import shutil
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from netspec.data.pipeline import Pipeline
from netspec.data.splits import split
from netspec.errors import TrainingError
from netspec.lowering import model as lowering
from netspec.training.events import EpochDone, Evaluated, StepDone
from netspec.training.job import Job, RunResult

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.data.splits import Split
    from netspec.training.directory import RunDirectory
    from netspec.training.plan import Plan

_SECONDS_BETWEEN_STEPS_TOLD = 0.1


def train(job: Job) -> RunResult:
    """Builds, trains, keeps and judges the model of a plan.

    From here on TensorFlow's operations are deterministic in this process, and its random streams seeded.

    Raises:
        TrainingError: Keras or TensorFlow failed, or the loss is no longer a number.
    """
    plan, training, section = job.plan, job.spec.training, job.spec.compile
    assert training is not None  # noqa: S101 - there is a plan
    assert section is not None  # noqa: S101
    tf.config.experimental.enable_op_determinism()
    keras.utils.set_random_seed(plan.seed)
    splits = split(job.arrays, plan.counts, seed=plan.seed)
    pipeline = Pipeline(batch_size=plan.batch_size, labels=plan.labels)
    recorder = _Recorder(job)
    with _keras_at_work(job):
        model = lowering.to_keras(job.graph, seed=plan.seed)
        lowering.compile_model(model, section)
        begun = time.monotonic()
        model.fit(
            pipeline.training(
                splits["train"], epochs=plan.epochs, seed=plan.seed, shuffle=training.shuffle
            ),
            epochs=plan.epochs,
            steps_per_epoch=plan.steps,
            validation_data=(
                pipeline.evaluation(splits["validation"]) if "validation" in splits else None
            ),
            callbacks=[recorder],
            shuffle=False,  # the batches come in their order already
            verbose=0,
        )
        seconds = time.monotonic() - begun
        _keep_model(job.directory, model)
        metrics: dict[str, float] = {}
        if "test" in splits:
            metrics = _judge(job, model, splits["test"], pipeline.evaluation(splits["test"]))
    if metrics:
        job.listener(Evaluated(metrics))
    return RunResult(
        directory=job.directory.path,
        history=recorder.history(),
        metrics=metrics,
        best_epoch=recorder.best_epoch,
        seconds=seconds,
    )


@contextmanager
def _keras_at_work(job: Job) -> Iterator[None]:
    """Turns what Keras and TensorFlow raise into one sentence; the run's log has the rest."""
    try:
        yield
    except TrainingError:
        raise
    except Exception as error:
        hint: str | None
        if isinstance(error, OSError) and error.strerror:
            message = f"cannot write to {job.directory.path}: {error.strerror}"
            hint = "free some space, or name another place with --output"
        elif isinstance(error, tf.errors.ResourceExhaustedError | MemoryError):
            message = "the memory is not enough"
            hint = "take a smaller batch_size, or a smaller network"
        else:
            lines = str(error).strip().splitlines() or [type(error).__name__]
            message = lines[0]
            hint = f"the run's log has more: {job.directory.path / 'log.txt'}"
        raise TrainingError(f"training failed: {message}", hint=hint) from error


class _Recorder(keras.callbacks.Callback):  # type: ignore[misc] # Keras has no types
    """Keeps what every epoch gave, in the run directory and for the listener."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.directory = job.directory
        self.listener = job.listener
        self.rows: list[dict[str, Any]] = []
        self.best_epoch = 0
        self.best = float("inf")
        self.epoch = 0
        self.begun = 0.0
        self.told = 0.0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        del logs
        self.epoch = epoch + 1
        self.begun = time.monotonic()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        now = time.monotonic()
        if now - self.told >= _SECONDS_BETWEEN_STEPS_TOLD:
            # Reading the logs waits for the device, so it is done a few times a second only.
            self.told = now
            self.listener(StepDone(self.epoch, batch + 1, _loss_first(logs or {})))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        values = _loss_first(logs or {})
        seconds = time.monotonic() - self.begun
        self.rows.append({"epoch": epoch + 1, **values, "seconds": round(seconds, 3)})
        self._stop_without_numbers(epoch + 1, values)
        watched = values.get("val_loss", values["loss"])
        improved = watched < self.best or not self.best_epoch
        if improved:
            self.best, self.best_epoch = watched, epoch + 1
        self._keep(improved=improved)
        self.listener(EpochDone(epoch + 1, values, seconds, improved))

    def history(self) -> dict[str, list[float]]:
        """Metrics by name, one value an epoch."""
        names = [name for name in self.rows[0] if name not in {"epoch", "seconds"}]
        return {name: [row[name] for row in self.rows] for name in names}

    def _stop_without_numbers(self, epoch: int, values: dict[str, float]) -> None:
        if not math.isfinite(values["loss"]):
            self.directory.write_csv("metrics.csv", self.rows)
            raise TrainingError(
                f"the loss is no longer a number in epoch {epoch}",
                hint="take a smaller learning_rate; check the loss against the last activation",
            )

    def _keep(self, *, improved: bool) -> None:
        self.directory.write_csv("metrics.csv", self.rows)
        self.directory.write_json("history.json", self.history())
        self.directory.write_with("state/last.keras", self.model.save)
        if improved:
            last = self.directory.path / "state" / "last.keras"
            self.directory.write_with("state/best.keras", lambda path: shutil.copyfile(last, path))


def _loss_first(logs: dict[str, Any]) -> dict[str, float]:
    """The logs as floats: losses before metrics, training before validation, else as Keras has them."""
    return {
        name: float(logs[name])
        for name in sorted(logs, key=lambda name: (name.startswith("val_"), "loss" not in name))
    }


def _keep_model(directory: RunDirectory, model: keras.Model) -> None:
    """The model whole, and its structure and weights apart."""
    directory.write_with("model.keras", model.save)
    directory.write_text("model.json", model.to_json(indent=2))
    directory.write_with("model.weights.h5", model.save_weights)


def _judge(job: Job, model: keras.Model, part: Split, batches: tf.data.Dataset) -> dict[str, float]:
    """Loss, metrics and confusion matrix on the test split."""
    metrics = _loss_first(model.evaluate(batches, verbose=0, return_dict=True))
    predicted = _classes(model.predict(batches, verbose=0), job.plan)
    actual = part.labels[part.indices]
    directory = job.directory
    directory.write_json(
        "evaluation.json", {"split": "test", "images": len(part), "metrics": metrics}
    )
    names = job.plan.dataset.classes
    matrix = np.zeros((len(names), len(names)), dtype=np.int64)
    np.add.at(matrix, (actual, predicted), 1)
    directory.write_csv(
        "confusion.csv",
        [
            {
                "true": name,
                **{other: int(matrix[row, column]) for column, other in enumerate(names)},
            }
            for row, name in enumerate(names)
        ],
    )
    return metrics


def _classes(outputs: Any, plan: Plan) -> Any:
    """The class each output names: the largest of several units, the side of the middle for one."""
    if outputs.shape[-1] > 1:
        return outputs.argmax(axis=-1)
    return (outputs[:, 0] > plan.labels.middle).astype(np.int64)
