"""Training itself. Importing this module imports TensorFlow."""

from __future__ import annotations

import math
import os
import shutil
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import keras
import tensorflow as tf

from netspec.data.files.changed import find_changed
from netspec.data.files.failing import find_unreadable
from netspec.data.pipeline import Pipeline
from netspec.data.waiting import Waiting
from netspec.data.weights import with_class_weights
from netspec.errors import NetspecError, TrainingError
from netspec.evaluation.judge import judge, keep, losses_first
from netspec.lowering import callbacks
from netspec.lowering import model as lowering
from netspec.lowering.augmentation import Augmentation
from netspec.lowering.saving import extract_weights
from netspec.runs.saved import MODEL
from netspec.spec.logs import logged
from netspec.spec.shares import as_trained
from netspec.training.best import Best
from netspec.training.events import EpochDone, Evaluated, StepDone, Stopped
from netspec.training.interruption import Interrupted
from netspec.training.job import Job, RunResult

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.data.pipeline import Augment
    from netspec.runs.directory import RunDirectory

_SECONDS_BETWEEN_STEPS_TOLD = 0.1
_SHORTEST = 1e-6  # a clock may not see a step


def train(job: Job) -> RunResult:
    """Builds, trains, keeps and judges the model of a plan.

    From here on TensorFlow's operations are deterministic in this process, and its random streams seeded.

    Raises:
        TrainingError: Keras or TensorFlow failed, or the loss is no longer a number.
        Interrupted: The run was ended from outside; the model is kept as it is by then.
    """
    section = job.spec.compile
    assert section is not None  # noqa: S101 - there is a plan
    tf.config.experimental.enable_op_determinism()
    keras.utils.set_random_seed(job.plan.seed)
    pipeline = Pipeline(
        batch_size=job.plan.batch_size,
        targets=job.plan.targets,
        by_key=job.plan.by_key,
        form=job.plan.form,
        cache=job.plan.cache.place if job.plan.cache is not None else "off",
    )
    waiting = Waiting()
    with _keras_at_work(job):
        watching = callbacks.to_keras(
            job.spec.callbacks,
            directory=job.directory,
            names=logged(section, list(job.graph.outputs)),
        )
        recorder = _Recorder(job, Best(watching), waiting)
        model = lowering.to_keras(job.graph, seed=job.plan.seed)
        lowering.compile_model(model, as_trained(section, job.spec.augmentation))
        begun = time.monotonic()
        try:
            with job.interruption.deferred():
                # The recorder is the last, so that it sees what the others have done.
                with _named_if_unreadable(job, pipeline, recorder):
                    _fit(job, model, pipeline, waiting, [*watching, recorder])
                seconds = time.monotonic() - begun
                _keep_model(job.directory, model)
        except KeyboardInterrupt as interrupt:
            if recorder.steps:
                _keep_model(job.directory, model)
            raise Interrupted.of(interrupt, epoch=recorder.epoch or None) from None
        if recorder.epoch < job.plan.epochs:
            back = recorder.best.restored
            restored = "" if back is None else f"; the weights of epoch {back} are back"
            job.listener(Stopped(recorder.epoch, f"EarlyStopping{restored}"))
        metrics: dict[str, float] = {}
        if "test" in job.splits:
            metrics = _judge(job, model, pipeline)
    if metrics:
        job.listener(Evaluated(metrics))
    return RunResult(
        directory=job.directory.path,
        history=recorder.history(),
        metrics=metrics,
        best_epoch=recorder.best.epoch,
        best_by=recorder.best.by,
        model_epoch=recorder.best.restored or recorder.epoch,
        seconds=seconds,
        images_per_second=recorder.images_per_second,
        data_wait=recorder.data_wait,
    )


def _fit(
    job: Job,
    model: keras.Model,
    pipeline: Pipeline,
    waiting: Waiting,
    watching: Sequence[keras.callbacks.Callback],
) -> None:
    plan, training = job.plan, job.spec.training
    assert training is not None  # noqa: S101 - there is a plan
    validation = job.splits.get("validation")
    train, class_weights = job.splits["train"], plan.class_weights
    if class_weights is not None and train.images.weights is not None:
        # Keras takes one or the other.
        train = with_class_weights(train, plan.targets[0].label, class_weights)
        class_weights = None
    batches = pipeline.training(
        train,
        epochs=plan.epochs,
        seed=plan.seed,
        shuffle=training.shuffle,
        augment=_augment(job),
    )
    model.fit(
        waiting.measured(batches),
        epochs=plan.epochs,
        steps_per_epoch=plan.steps,
        validation_data=pipeline.evaluation(validation, keep=True)
        if validation is not None
        else None,
        callbacks=list(watching),
        class_weight=None if class_weights is None else dict(enumerate(class_weights)),
        shuffle=False,  # the batches come in their order already
        verbose=0,
    )


def _augment(job: Job) -> Augment | None:
    if not job.spec.augmentation:
        return None
    return Augmentation(job.spec.augmentation, seed=job.plan.seed)


@contextmanager
def _keras_at_work(job: Job) -> Iterator[None]:
    """Turns what Keras and TensorFlow raise into one sentence; the run's log has the rest."""
    try:
        yield
    except NetspecError:
        raise
    except Exception as error:
        changed = find_changed(job.splits.values()) if _may_be_the_data_s(error) else None
        if changed is not None:
            raise changed from error
        hint: str | None
        if isinstance(error, OSError) and error.strerror:
            # HDF5 puts its whole story into the error's text.
            reason = os.strerror(error.errno) if error.errno else error.strerror
            message = f"cannot write to {job.directory.path}: {reason}"
            hint = "free some space, or name another place with --output"
        elif isinstance(error, tf.errors.ResourceExhaustedError | MemoryError):
            message = "the memory is not enough"
            hint = "take a smaller batch_size, or a smaller network"
        else:
            message = _reason(error)
            hint = f"the run's log has more: {job.directory.path / 'log.txt'}"
        raise TrainingError(f"training failed: {message}", hint=hint) from error


def _may_be_the_data_s(error: Exception) -> bool:
    """Whether TensorFlow may have failed over a file."""
    return isinstance(error, tf.errors.OpError) and not isinstance(
        error, tf.errors.ResourceExhaustedError
    )


def _reason(error: Exception) -> str:
    """The line of a long message that says what happened."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if lines and lines[0] == "in user code:":  # then comes a trace, and the reason last
        return lines[-1]
    telling = [
        line for line in lines if not line.endswith(":") and not line.startswith("Detected at node")
    ]
    return next(iter(telling or lines), type(error).__name__)


@contextmanager
def _named_if_unreadable(job: Job, pipeline: Pipeline, recorder: _Recorder) -> Iterator[None]:
    """Names the file where training fails because one cannot be read, and says why none can be kept."""
    training = job.spec.training
    assert training is not None  # noqa: S101 - there is a plan
    try:
        yield
    except tf.errors.OpError as error:
        if not _may_be_the_data_s(error):
            raise
        part = job.splits["validation" if recorder.validates else "train"]
        order = pipeline.order(
            part,
            epoch=max(0, recorder.epoch - 1),
            seed=job.plan.seed,
            shuffle=training.shuffle and not recorder.validates,
        )
        # What failed is in this batch, or in the next where images are mixed.
        begin, size = recorder.batch * job.plan.batch_size, job.plan.batch_size
        read = map(int, order[begin : begin + 2 * size])
        told = (
            pipeline.failure
            or find_changed(job.splits.values())
            or find_unreadable(part.images, read, channels=job.plan.form.channels)
        )
        if told is None:
            raise
        raise told from error


class _Recorder(keras.callbacks.Callback):  # type: ignore[misc] # Keras has no types
    """Keeps what every epoch gave, in the run directory and for the listener, and ends the run when it shall end."""

    def __init__(self, job: Job, best: Best, waiting: Waiting) -> None:
        super().__init__()
        self.best = best
        self.waiting = waiting
        self.waited = 0.0
        self.seconds_training = self.seconds_waiting = 0.0
        self.batch = 0
        self.validates = False
        self.directory = job.directory
        self.listener = job.listener
        self.interruption = job.interruption
        self.plan = job.plan
        self.rows: list[dict[str, Any]] = []
        self.epoch = 0
        self.steps = 0
        self.begun = 0.0
        self.trained = 0.0
        self.told = 0.0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        del logs
        self.epoch = epoch + 1
        self.batch, self.validates = 0, False
        self.begun = self.trained = self.told = time.monotonic()
        self.waited = self.waiting.seconds

    # Overriding the hooks at a batch's end would make Keras wait for the device after every step.
    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        del logs
        self.steps = max(self.steps, batch)
        self.batch = batch
        self.interruption.check()
        if batch and time.monotonic() - self.told >= _SECONDS_BETWEEN_STEPS_TOLD:
            self._tell(batch)

    def on_test_begin(self, logs: Any = None) -> None:
        del logs
        self.steps = self.plan.steps
        self._tell(self.plan.steps)
        self.trained = time.monotonic()
        self.batch, self.validates = 0, True

    def on_test_batch_begin(self, batch: int, logs: Any = None) -> None:
        del logs
        self.batch = batch
        self.interruption.check()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        values = losses_first(logs or {})
        now = time.monotonic()
        seconds = now - self.begun
        self.trained = max(self.trained, self.begun) if "val_loss" in values else now
        training = max(self.trained - self.begun, _SHORTEST)
        waiting = min(self.waiting.seconds - self.waited, training)
        self.seconds_training += training
        self.seconds_waiting += waiting
        self.steps = self.plan.steps
        self.rows.append({"epoch": epoch + 1, **values, "seconds": round(seconds, 3)})
        self._stop_without_numbers(epoch + 1, values)
        improved = self.best.after(epoch + 1, values)
        self._keep(improved=improved)
        speed = self.plan.counts.train / training
        self.listener(EpochDone(epoch + 1, values, seconds, improved, speed, waiting / training))

    @property
    def images_per_second(self) -> float | None:
        """Those of all whole epochs' training steps; None without one."""
        if not self.rows:
            return None
        return len(self.rows) * self.plan.counts.train / self.seconds_training

    @property
    def data_wait(self) -> float | None:
        """The share of those steps' time that was waited for data."""
        return self.seconds_waiting / self.seconds_training if self.rows else None

    def _tell(self, steps: int) -> None:
        """Tells of an epoch's steps so far; reading the metrics waits for the device."""
        logs = losses_first(self.model.get_metrics_result())
        self.told = time.monotonic()
        images = min(steps * self.plan.batch_size, self.plan.counts.train)
        speed = images / max(self.told - self.begun, _SHORTEST)
        self.listener(StepDone(self.epoch, steps, logs, speed))

    def history(self) -> dict[str, list[float]]:
        """Metrics by name, one value an epoch."""
        names = dict.fromkeys(name for row in self.rows for name in row)
        return {
            name: [row[name] for row in self.rows if name in row]
            for name in names
            if name not in {"epoch", "seconds"}
        }

    def _stop_without_numbers(self, epoch: int, values: dict[str, float]) -> None:
        if not math.isfinite(values["loss"]):
            self._keep_records()
            raise TrainingError(
                f"the loss is no longer a number in epoch {epoch}",
                hint="take a smaller learning_rate; check the loss against the last activation",
            )

    def _keep_records(self) -> None:
        self.directory.write_csv("metrics.csv", self.rows)
        self.directory.write_json("history.json", self.history())

    def _keep(self, *, improved: bool) -> None:
        self._keep_records()
        self.directory.write_with("state/last.keras", self.model.save)
        if improved:
            last = self.directory.path / "state" / "last.keras"
            self.directory.write_with("state/best.keras", lambda path: shutil.copyfile(last, path))


def _keep_model(directory: RunDirectory, model: keras.Model) -> None:
    """The model whole, and its structure and weights apart."""
    directory.write_with(MODEL, model.save)
    directory.write_text("model.json", model.to_json(indent=2))
    archive = directory.path / MODEL
    directory.write_with("model.weights.h5", lambda path: extract_weights(archive, path))


def _judge(job: Job, model: keras.Model, pipeline: Pipeline) -> dict[str, float]:
    """Loss and metrics on the test split; the run keeps them with all that was predicted."""
    section, part = job.spec.compile, job.splits["test"]
    assert section is not None  # noqa: S101 - there is a plan
    judgement = judge(
        model,
        part,
        pipeline.evaluation(part),
        name="test",
        checkpoint=MODEL,
        plan=job.plan,
        graph=job.graph,
        section=section,
    )
    keep(judgement, job.directory)
    return judgement.metrics
