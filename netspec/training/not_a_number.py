"""Which layer it was where a loss or a weight is no longer a number. Importing this module imports TensorFlow.

Training is made again from the last kept state, which gives the same bits, and looked at more closely.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import keras
import tensorflow as tf

from netspec.errors import TrainingError
from netspec.lowering.names import keras_name
from netspec.report.escape import printable
from netspec.training import state as states
from netspec.training.events import Notice
from netspec.training.finite import is_number
from netspec.training.state_reading import read_newest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.graph.graph import Graph
    from netspec.training.finite import NotANumberError
    from netspec.training.job import Job
    from netspec.training.state import State
    from netspec.training.trainer import Trainer


def tell_where(error: NotANumberError, job: Job, trainer: Trainer) -> TrainingError:
    """What to tell of it: the step, the layer, and the last good state.

    Args:
        error: The step after which it was seen.
        job: The run.
        trainer: What trained; it is of no use afterwards.
    """
    what = str(error)
    kept, cause = None, None
    try:
        found = read_newest(job.directory.path)
        if found is not None:
            kept = found.state
            cause = _cause(error, kept, job, trainer)
    except Exception:  # noqa: BLE001 - a network of any layers; what is known already is told all the same
        cause = None
    hints = ["take a smaller learning_rate; check the loss against the last activation"]
    if kept is not None:
        run = printable(shlex.quote(str(job.directory.path)))
        hints.append(
            f"the state of {kept.position} is kept: `netspec resume {run} --force --set …` goes on from it"
        )
    return TrainingError(what if cause is None else f"{what}: {cause}", hint="; ".join(hints))


def _cause(error: NotANumberError, state: State, job: Job, trainer: Trainer) -> str | None:
    """What went wrong first, in words; None where it does not go wrong again."""
    training = job.spec.training
    assert training is not None  # noqa: S101 - there is a plan
    position = state.position
    again = error.step - position.step
    if position.epoch != error.epoch or again < 0:
        return None
    if again:
        steps = f"the {again:,} steps since then are" if again > 1 else "the step since then is"
        job.listener(
            Notice(
                f"a loss or weight is no number: the state of {position} is taken again, and {steps} "
                "made anew, to see where"
            )
        )
    model = trainer.model
    trainer.feeding.frozen.end()  # the layer may be one that was computed before
    batches = _batches(trainer, error.epoch, position.step)
    trainer.position = position
    trainer.compile(training.phases[position.stage])
    model.make_train_function()
    model.reset_metrics()
    states.put_variables(state, model, metrics=position.step > 0)
    stream = iter(batches)
    for step in range(position.step, error.step + 1):
        job.interruption.check()
        before = [tf.identity(each.value) for each in model.variables]
        logs = model.train_function(stream)
        bad = [each for each in model.weights if not is_number(each)]
        if bad or not is_number(logs["loss"]):
            batch = next(iter(_batches(trainer, error.epoch, step)))
            told = _Step(model, batch, before, job.graph).cause(bad)
            return told if step == error.step else f"{told}, in step {step + 1:,}"
    return None


def _batches(trainer: Trainer, epoch: int, step: int) -> tf.data.Dataset:
    return trainer.feeding.training(epochs=epoch + 1, first_epoch=epoch, first_step=step)


class _Step:
    """A step that went wrong, made again part by part."""

    def __init__(
        self, model: keras.Model, batch: Any, before: Sequence[tf.Tensor], graph: Graph
    ) -> None:
        self._model, self._before = model, before
        self._x, self._y, self._weight = keras.utils.unpack_x_y_sample_weight(batch)
        self._names = {keras_name(name): name for name in graph.nodes}

    def cause(self, bad: Sequence[Any]) -> str:
        """What went wrong first.

        Args:
            bad: The model's weights after it that are no numbers.
        """
        self._go_back()
        output = _first_output(self._model, self._x)
        if output is not None:
            return (
                f"the output of {self._called(output)} is the first that is infinite or undefined"
            )
        self._go_back()
        loss, gradients = self._gradients()
        if not is_number(loss):
            return "all outputs are finite, and the loss of them is not"
        of_gradients = [variable for variable, given in gradients if not is_number(given)]
        if of_gradients:  # they are made from the last layer to the first
            return f"all outputs are finite, and the gradient of {self._owner(of_gradients[-1])} is not"
        if bad:
            return (
                f"all outputs and gradients are finite, and the weights of {self._owner(bad[-1])} "
                "are not after they were changed"
            )
        return "all outputs and gradients are finite, and the mean loss is not"

    def _go_back(self) -> None:
        for variable, value in zip(self._model.variables, self._before, strict=True):
            variable.assign(value)

    def _gradients(self) -> tuple[Any, list[tuple[Any, Any]]]:
        """The loss, and the gradient of each variable that has one."""
        variables = self._model.trainable_variables
        with tf.GradientTape() as tape:
            given = self._model(self._x, training=True)
            loss = self._model.compute_loss(
                x=self._x, y=self._y, y_pred=given, sample_weight=self._weight, training=True
            )
        gradients = tape.gradient(loss, [each.value for each in variables])
        pairs = zip(variables, gradients, strict=True)
        return loss, [(each, gradient) for each, gradient in pairs if gradient is not None]

    def _owner(self, variable: Any) -> str:
        return self._called(str(variable.path).partition("/")[0])

    def _called(self, layer: str) -> str:
        return f"'{self._names.get(layer, layer)}'"


def _first_output(model: keras.Model, images: Any) -> str | None:
    """The first layer, in the order of computation, that gives something infinite or undefined; by Keras's name."""
    by_depth = model._nodes_by_depth  # noqa: SLF001 - from the inputs, which are deepest, to the outputs
    nodes = [node for depth in sorted(by_depth, reverse=True) for node in by_depth[depth]]
    probe = keras.Model(model.inputs, [list(node.output_tensors) for node in nodes])
    for node, tensors in zip(nodes, probe(images, training=True), strict=True):
        if not all(map(is_number, keras.tree.flatten(tensors))):
            return str(node.operation.name)
    return None
