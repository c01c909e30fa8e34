"""Training step by step, as Keras's `fit` has it, except that it can begin at any step. It imports TensorFlow.

Source: `fit` and `evaluate` in keras/src/backend/tensorflow/trainer.py.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from netspec.lowering import model as lowering
from netspec.lowering import runtime
from netspec.lowering.freezing import set_trainable
from netspec.spec.runtime import RuntimeSection
from netspec.spec.shares import as_trained
from netspec.training import state as states
from netspec.training.events import Kept, Notice, Stopped
from netspec.training.finite import LossWatch
from netspec.training.hooks import LastLogs, listens_to_steps, listens_to_tests, numbers_of
from netspec.training.state import Position, State

if TYPE_CHECKING:
    from collections.abc import Sequence

    import tensorflow as tf

    from netspec.data.waiting import Waiting
    from netspec.spec.training import Stage
    from netspec.training.feeding import Feeding
    from netspec.training.job import Job
    from netspec.training.recorder import Recorder
    from netspec.training.state_files import StateFiles


class Trainer:
    """Trains one network through all stages of a run, and keeps its state.

    Attributes:
        model: The network.
        pipeline: Makes the batches.
        position: How far it is.
        step: The step in progress, counted from 0 within its epoch.
        has_trained: Whether one step was made, now or before a resume.
        validates: Whether validation is in progress.
        feeding: Makes the batches.
    """

    def __init__(  # noqa: PLR0913 - each has a name
        self,
        job: Job,
        model: keras.Model,
        *,
        feeding: Feeding,
        callbacks: Sequence[keras.callbacks.Callback],
        recorder: Recorder,
        files: StateFiles | None,
        waiting: Waiting,
    ) -> None:
        """Begins.

        Args:
            job: The run.
            model: The network, not compiled.
            feeding: Makes the batches.
            callbacks: The spec's, in its order.
            recorder: Is told of steps and epochs.
            files: Where states are kept; nowhere without.
            waiting: Measures how long batches are waited for.
        """
        training = job.spec.training
        assert training is not None  # noqa: S101 - there is a plan
        self.position = Position()
        self.step = 0
        self.has_trained = False
        self.validates = False
        self.model, self._job, self.feeding = model, job, feeding
        self._callbacks, self._recorder, self._files = list(callbacks), recorder, files
        self._waiting, self._training = waiting, training
        self._frozen: frozenset[int] = frozenset()
        self._watch = LossWatch()
        self._last_logs = LastLogs()
        self._clock = time.monotonic()
        self._validation: tf.data.Dataset | None = None
        self._validation_stream: Any = None

    def train(self, start: State | None = None) -> None:
        """Trains to the end, from the beginning or from a state.

        Raises:
            Interrupted: It was to end; the state is kept.
            NotANumberError: The loss, or a weight, is no longer a number.
            UsageError: The state is that of other training.
            OSError: A state cannot be kept.
        """
        if start is not None:
            self.position = start.position
            self._recorder.restore(start.progress)
        for number, stage in enumerate(self._training.phases):
            if number < self.position.stage:
                continue
            if number > self.position.stage:
                done = self.position.epoch
                self.position = Position(stage=number, begun=done, epoch=done)
            self._train_stage(stage, start if start and number == start.position.stage else None)

    def compile(self, stage: Stage) -> None:
        """Makes the network ready for a stage: what trains, a new optimizer, and the variables of both.

        Metrics get their variables too where training begins within an epoch, as `position` says.
        """
        job, section = self._job, self._job.spec.compile
        assert section is not None  # noqa: S101 - there is a plan
        set_trainable(self.model, job.graph, stage)
        lowering.compile_model(
            self.model,
            as_trained(section, job.spec.augmentation),
            stage=stage,
            steps_per_epoch=job.plan.steps,
            runtime=job.spec.runtime,
        )
        # What Keras does at the first step: a state is put into variables that are there.
        if self.position.step:  # else metrics begin anew, and Keras takes seconds over it
            self.model._symbolic_build(data_batch=self.feeding.form)  # noqa: SLF001 - as `fit` does under a strategy
        if not self.model.optimizer.built:  # LossScaleOptimizer would have its variables twice
            self.model.optimizer.build(self.model.trainable_variables)
        if not job.resolved:
            self._tell_runtime()
        self._frozen = states.frozen_variables(self.model)
        self._watch = LossWatch()

    def _tell_runtime(self) -> None:
        """Keeps for the record what came of the section `runtime`, and tells what of it does not hold."""
        settings = self._job.spec.runtime or RuntimeSection()
        self._job.resolved.update(runtime.resolved(settings, self.model))
        unheeded = runtime.unheeded(settings, self.model)
        if unheeded is not None:
            self._job.listener(Notice(unheeded))

    def _train_stage(self, stage: Stage, start: State | None) -> None:
        model, job = self.model, self._job
        end = self.position.begun + stage.epochs
        job.stages[self.position.stage + 1] = self.position.begun + 1
        self.compile(stage)
        if start is not None:  # features are those of the run's own weights
            self._put_variables(start, metrics=False)
        self.feeding.frozen.begin(self.position.stage)
        batches = self.feeding.training(
            epochs=end, first_epoch=self.position.epoch, first_step=self.position.step
        )
        self._validation, self._validation_stream = self.feeding.validation(), None
        callbacks = keras.callbacks.CallbackList(
            [*self._callbacks, self._last_logs],
            model=model,
            epochs=end,
            steps=self._job.plan.steps,
            verbose=0,
        )
        model.stop_training = False
        model.make_train_function()
        callbacks.on_train_begin()
        if start is None:
            self._keep()
        elif not self.position.step:
            self._put_back(start, metrics=False)
            if job.is_changed:  # from here on it is a run of the other spec
                if job.settle is not None:
                    job.settle()
                self._keep()
        # In the middle of an epoch it is for after callbacks have heard of the epoch's begin.
        within = start if self.position.step else None
        if not self.position.ended and self.position.epoch < end:
            stream = iter(self._waiting.measured(batches))
            while self.position.epoch < end and not self.position.ended:
                self._train_epoch(callbacks, stream, within)
                within = None
        model.optimizer.finalize_variable_values(model.trainable_weights)
        callbacks.on_train_end(self._last_logs.logs)
        if self.position.epoch < end:
            self._job.listener(Stopped(self.position.epoch, self._why_stopped()))

    def _put_back(self, start: State, *, metrics: bool) -> None:
        """Makes everything as it was in a state."""
        self._put_variables(start, metrics=metrics)
        states.put_callbacks(start, self._callbacks)
        self.has_trained = start.position != Position()

    def _put_variables(self, start: State, *, metrics: bool) -> None:
        states.put_variables(
            start,
            self.model,
            metrics=metrics,
            is_changed=self._job.is_changed,
            keeps_rate=self._job.has_other_rate,
        )

    def _train_epoch(
        self,
        callbacks: keras.callbacks.CallbackList,
        stream: Any,
        start: State | None,
    ) -> None:
        """Trains an epoch, from a state within it if there is one."""
        model, recorder, steps = self.model, self._recorder, self._job.plan.steps
        epoch, first = self.position.epoch, self.position.step
        self.step, self.validates = first, False
        if not first:  # before callbacks hear of the epoch, which then has not begun in the state
            self._heed()
        recorder.begin_epoch(epoch, step=first)
        model.reset_metrics()
        callbacks.on_epoch_begin(epoch)
        if start is not None:
            self._put_back(start, metrics=True)
        # Where nobody listens, numbers need not come from the device after every step.
        listened = any(map(listens_to_steps, self._callbacks))
        for step in range(first, steps):
            self.step = step
            if step > first:
                self._heed()
            callbacks.on_train_batch_begin(step)
            logs = model.train_function(stream)
            if listened:
                callbacks.on_train_batch_end(step, logs)
            self.has_trained = True
            self._watch.saw(epoch, step, logs)
            self.position = replace(self.position, step=step + 1)
            recorder.step(step + 1, logs)
            if model.stop_training:
                break
            if step + 1 < steps and self._is_due(step + 1):  # at the end it is kept anyway
                self._keep()
                self._job.listener(Kept(epoch + 1, step + 1))
        self._watch.require_weights(model)  # before the best epoch is kept
        logs = dict(numbers_of(model.get_metrics_result()))
        recorder.all_steps(logs)
        logs |= self._validate(callbacks)
        callbacks.on_epoch_end(epoch, logs)
        self.position = replace(
            self.position, epoch=epoch + 1, step=0, ended=bool(model.stop_training)
        )
        recorder.end_epoch(model, self._last_logs.logs)
        self._keep()

    def _validate(self, callbacks: keras.callbacks.CallbackList) -> dict[str, float]:
        """Loss and metrics on the validation split, nothing without one."""
        if self._validation is None:
            return {}
        model = self.model
        of_training = [np.array(each) for each in model.metrics_variables]
        self.validates = True
        model.make_test_function()
        callbacks.on_test_begin()
        model.reset_metrics()
        listened = any(map(listens_to_tests, self._callbacks))
        # One for all epochs: TensorFlow takes a tenth of a second to begin one.
        if self._validation_stream is None:
            self._validation_stream = iter(self._validation.repeat())
        for step in range(len(self._validation)):
            self.step = step
            self._heed(metrics=of_training)
            callbacks.on_test_batch_begin(step)
            logs = model.test_function(self._validation_stream)
            if listened:
                callbacks.on_test_batch_end(step, logs)
        values = numbers_of(model.get_metrics_result())
        callbacks.on_test_end(values)
        self.validates = False
        return {f"val_{name}": value for name, value in values.items()}

    def _heed(self, *, metrics: Sequence[Any] | None = None) -> None:
        """Ends the run here if that was asked for, with its state kept."""
        if self._job.interruption.requested is None:
            return
        swapped = metrics is not None and any(
            isinstance(each, keras.callbacks.SwapEMAWeights) for each in self._callbacks
        )
        if not swapped:  # else the state before this epoch is the last
            self._keep(metrics=metrics)
        self._job.interruption.check()

    def _is_due(self, step: int) -> bool:
        """Whether `checkpoint` wants the state kept after so many steps of the epoch."""
        if self._training.checkpoint is None:
            return False
        every, steps = self._training.checkpoint.every, self._job.plan.steps
        if every.seconds is not None:
            return time.monotonic() - self._clock >= every.seconds
        return (self.position.epoch * steps + step) % every.in_steps(steps) == 0

    def _keep(self, *, metrics: Sequence[Any] | None = None) -> None:
        """Keeps the state as it is now, all of whose weights are numbers.

        Args:
            metrics: The running metrics, where validation has begun its own.
        """
        if self._files is None:
            return
        in_epoch = self.position.step > 0
        state = states.take(
            self.model,
            self._callbacks,
            position=self.position,
            frozen=self._frozen,
            progress=self._recorder.progress(in_epoch=in_epoch),
        )
        if metrics is not None:
            state = replace(state, variables={**state.variables, "metrics": list(metrics)})
        self._watch.require_finite(state)
        self._files.write(state)
        self._clock = time.monotonic()

    def _why_stopped(self) -> str:
        back = self._recorder.best.restored
        restored = "" if back is None else f"; the weights of epoch {back} are back"
        return f"EarlyStopping{restored}"
