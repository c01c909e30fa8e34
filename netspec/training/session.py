"""Training itself. Importing this module imports TensorFlow."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from netspec.data.features.store import FeatureStore
from netspec.data.pipeline import Pipeline
from netspec.data.waiting import Waiting
from netspec.evaluation.judge import judge
from netspec.evaluation.keeping import keep
from netspec.lowering import callbacks, runtime
from netspec.lowering import model as lowering
from netspec.lowering.saving import extract_weights
from netspec.lowering.tracking import end_tracking
from netspec.lowering.warmup import saved_plainly
from netspec.runs.saved import MODEL
from netspec.spec.logs import logged
from netspec.spec.runtime import RuntimeSection
from netspec.training.best import Best
from netspec.training.events import Evaluated, Notice
from netspec.training.failures import keras_at_work, named_if_unreadable
from netspec.training.feeding import Feeding
from netspec.training.finite import NotANumberError
from netspec.training.frozen import FrozenTraining
from netspec.training.interruption import Interrupted
from netspec.training.job import Job, RunResult
from netspec.training.not_a_number import tell_where
from netspec.training.recorder import Recorder
from netspec.training.starting import put_weights
from netspec.training.state_files import StateFiles
from netspec.training.trainer import Trainer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import keras

    from netspec.runs.directory import RunDirectory


def train(job: Job) -> RunResult:
    """Builds, trains, keeps and judges the model of a plan, from the beginning or from a state.

    From here on TensorFlow's operations are deterministic in this process, unless the spec says otherwise, and its
    random streams seeded.

    Raises:
        TrainingError: Keras or TensorFlow failed, or the loss is no longer a number.
        UsageError: The state does not fit, or TensorFlow was set up otherwise before.
        Interrupted: The run was ended from outside; the model is kept as it is by then.
    """
    section = job.spec.compile
    assert section is not None  # noqa: S101 - there is a plan
    settings = job.spec.runtime or RuntimeSection()
    runtime.set_up(settings, job.plan.seed)
    with keras_at_work(job):
        watching = callbacks.to_keras(
            job.spec.callbacks,
            directory=job.directory,
            names=logged(section, list(job.graph.outputs)),
            tell=lambda message: job.listener(Notice(message)),
            settings={
                "batch_size": job.plan.batch_size,
                "epochs": job.plan.epochs,
                "seed": job.plan.seed,
            },
        )
        with _tracked(watching) as metrics:
            return _train(job, settings, watching, metrics)


@contextmanager
def _tracked(watching: Sequence[keras.callbacks.Callback]) -> Iterator[dict[str, float]]:
    """Tells what tracks a run how it has ended; takes the metrics of the test split."""
    metrics: dict[str, float] = {}
    try:
        yield metrics
    except KeyboardInterrupt:
        end_tracking(watching, "KILLED")
        raise
    except BaseException:
        end_tracking(watching, "FAILED")
        raise
    end_tracking(watching, "FINISHED", metrics)


def _train(
    job: Job,
    settings: RuntimeSection,
    watching: Sequence[keras.callbacks.Callback],
    metrics: dict[str, float],
) -> RunResult:
    waiting = Waiting()
    recorder = Recorder(job, Best(watching), waiting)
    tensors: dict[str, Any] = {}
    model = lowering.to_keras(
        job.graph, seed=job.plan.seed, precision=settings.precision, tensors=tensors
    )
    if job.start is None:
        put_weights(model, job.starts)
    pipeline = _pipeline(job)
    frozen = FrozenTraining(job, model, tensors, pipeline=pipeline, store=FeatureStore())
    trainer = Trainer(
        job,
        model,
        feeding=Feeding(job, pipeline, frozen),
        callbacks=watching,
        recorder=recorder,
        files=StateFiles(job.directory, settled=job.settled),
        waiting=waiting,
    )
    try:
        return _carried_out(job, model, trainer, recorder, metrics)
    finally:
        frozen.end()


def _carried_out(
    job: Job,
    model: keras.Model,
    trainer: Trainer,
    recorder: Recorder,
    metrics: dict[str, float],
) -> RunResult:
    """Trains, keeps the model, and judges it on the test split, whose metrics are added to these."""
    try:
        with job.interruption.deferred(), named_if_unreadable(job, trainer):
            trainer.train(job.start)
        seconds = recorder.seconds
        _keep_model(job.directory, model)
    except KeyboardInterrupt as interrupt:
        if trainer.has_trained:
            _keep_model(job.directory, model)
        raise Interrupted.of(interrupt, epoch=trainer.position.epoch + 1) from None
    except NotANumberError as error:
        recorder.write()
        raise tell_where(error, job, trainer) from error
    if "test" in job.splits:
        metrics.update(_judge(job, model, trainer.feeding))
        job.listener(Evaluated(dict(metrics)))
    return RunResult(
        directory=job.directory.path,
        history=recorder.history(),
        metrics=dict(metrics),
        best_epoch=recorder.best.epoch,
        best_by=recorder.best.by,
        model_epoch=recorder.best.restored or trainer.position.epoch,
        seconds=seconds,
        images_per_second=recorder.images_per_second,
        data_wait=recorder.data_wait,
    )


def _pipeline(job: Job) -> Pipeline:
    plan = job.plan
    return Pipeline(
        batch_size=plan.batch_size,
        targets=plan.targets,
        by_key=plan.by_key,
        form=plan.form,
        cache=plan.cache.place if plan.cache is not None else "off",
    )


def _keep_model(directory: RunDirectory, model: keras.Model) -> None:
    """The model whole, and its structure and weights apart."""
    with saved_plainly(model):
        directory.write_with(MODEL, model.save)
        directory.write_text("model.json", model.to_json(indent=2))
    archive = directory.path / MODEL
    directory.write_with("model.weights.h5", lambda path: extract_weights(archive, path))


def _judge(job: Job, model: keras.Model, feeding: Feeding) -> dict[str, float]:
    """Loss and metrics on the test split; the run keeps them with all that was predicted."""
    section, part = job.spec.compile, job.splits["test"]
    assert section is not None  # noqa: S101 - there is a plan
    judgement = judge(
        model,
        part,
        feeding.test(),
        name="test",
        checkpoint=MODEL,
        targets=job.plan.targets,
        graph=job.graph,
        section=section,
        pipeline=feeding.pipeline,
    )
    keep(judgement, job.directory)
    return judgement.metrics
