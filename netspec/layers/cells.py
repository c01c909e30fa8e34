"""What recurrent layers do at one step, and the cells that do it inside RNN."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, ClassVar

from netspec.fields import ListOf, Real, optional, required
from netspec.layers.base import Example, Layer
from netspec.layers.fields import (
    Activation,
    Constraint,
    Count,
    Initializer,
    InnerLayer,
    Regularizer,
    Seed,
    Truth,
)
from netspec.layers.inner import infer_inner
from netspec.layers.registry import CELLS
from netspec.layers.shapes import Inference, Shape, Weight, known_channels, rank_error, total

if TYPE_CHECKING:
    from collections.abc import Sequence

Rate = Annotated[float, Real(minimum=0, below=1)]


class StepLayer(Layer):
    """What makes a step: of an input and the states before it an output and the states after it."""

    @abstractmethod
    def step(self, shape: Shape) -> Inference:
        """The output at one step, the states as further outputs, the weights, and the cost of the step.

        Raises:
            ShapeError: The input at a step cannot be taken.
        """

    def state_counts(self) -> tuple[int, ...]:
        """How many states each of its cells has."""
        return (1,)


class RecurrentWeightsLayer(StepLayer):
    """Fields of everything with a kernel for the input and one for the state."""

    activation: Activation = optional("tanh", "What is applied to the result.")
    use_bias: Truth = optional(True, "Whether a bias is added.")  # noqa: FBT003 - a default
    kernel_initializer: Initializer = optional(
        "glorot_uniform", "How the kernel for the input starts."
    )
    recurrent_initializer: Initializer = optional(
        "orthogonal", "How the kernel for the state starts."
    )
    bias_initializer: Initializer = optional("zeros", "How the bias starts.")
    kernel_regularizer: Regularizer = optional(None, "A penalty on the kernel for the input.")
    recurrent_regularizer: Regularizer = optional(None, "A penalty on the kernel for the state.")
    bias_regularizer: Regularizer = optional(None, "A penalty on the bias.")
    kernel_constraint: Constraint = optional(None, "What the kernel for the input is held to.")
    recurrent_constraint: Constraint = optional(None, "What the kernel for the state is held to.")
    bias_constraint: Constraint = optional(None, "What the bias is held to.")
    dropout: Rate = optional(0.0, "The share of the input that is dropped, alike at every step.")
    recurrent_dropout: Rate = optional(
        0.0, "The share of the state that is dropped, alike at every step."
    )
    seed: Seed = optional(
        None, "A seed of its dropout; without one, the spec's seed and the layer's name give it."
    )


class DenseStepLayer(RecurrentWeightsLayer):
    """A step with dense kernels; one for each gate, side by side in one weight.

    Attributes:
        gates: How many kernels stand side by side.
        states: How many states there are.
    """

    gates: ClassVar[int] = 1
    states: ClassVar[int] = 1

    units: Count = required("How many values it gives at a step.")

    def step(self, shape: Shape) -> Inference:
        """``(features)`` to ``(units)``."""
        features, width = known_channels(shape), self.gates * self.units
        weights = [
            Weight("kernel", (features, width)),
            Weight("recurrent_kernel", (self.units, width), prefix="recurrent"),
        ]
        if self.use_bias:
            weights.append(Weight("bias", self.bias_shape()))
        state = (self.units,)
        macs = (features + self.units) * width
        return Inference(state, tuple(weights), macs, more_outputs=(state,) * self.states)

    def bias_shape(self) -> tuple[int, ...]:
        """The bias's shape: one for each gate."""
        return (self.gates * self.units,)

    def state_counts(self) -> tuple[int, ...]:
        """It is one cell."""
        return (self.states,)


class GatedStepLayer(DenseStepLayer):
    """A step with gates."""

    recurrent_activation: Activation = optional("sigmoid", "What is applied to the gates.")


class GRUStepLayer(GatedStepLayer):
    """A step of a gated recurrent unit."""

    gates = 3

    reset_after: Truth = optional(
        True,  # noqa: FBT003 - a default
        "Whether the reset gate acts after the product with the state, which then has a bias of its own.",
    )

    def bias_shape(self) -> tuple[int, ...]:
        """One for the input and one for the state where the reset comes after the product."""
        (width,) = super().bias_shape()
        return (2, width) if self.reset_after else (width,)


class LSTMStepLayer(GatedStepLayer):
    """A step of a long short-term memory: an output and a carry."""

    gates = 4
    states = 2

    unit_forget_bias: Truth = optional(
        True,  # noqa: FBT003 - a default
        "Whether the forget gate's bias starts at 1.",
    )


class CellLayer(StepLayer):
    """A cell: it stands inside RNN, which gives it a sequence step by step."""

    def infer(self, shapes: Sequence[Shape]) -> Inference:
        """What is known of a step, for what is given at a step."""
        (shape,) = shapes
        if len(shape) != 1:
            raise rank_error(shape, takes="steps of (features)")
        inference = self.step(shape)
        self.check_attachments(inference.weights, inference.output_shape)
        return inference


class SimpleRNNCell(DenseStepLayer, CellLayer):
    """A step of SimpleRNN: the input and the last output, each through a kernel, added up.

    Source: keras/src/layers/rnn/simple_rnn.py.
    """

    example = Example({"units": 3}, ((4,),))


class GRUCell(GRUStepLayer, CellLayer):
    """A step of GRU.

    Source: keras/src/layers/rnn/gru.py; Cho 2014, arXiv 1406.1078.
    """

    example = Example({"units": 3}, ((4,),))


class LSTMCell(LSTMStepLayer, CellLayer):
    """A step of LSTM.

    Source: keras/src/layers/rnn/lstm.py; Hochreiter and Schmidhuber 1997.
    """

    example = Example({"units": 3}, ((4,),))


# Keras cannot call a stack in a stack on symbols; of a stack of one, unrolled, it loses the form of the states.
CELL_LIST = ListOf(
    InnerLayer(CELLS, only=("GRUCell", "LSTMCell", "SimpleRNNCell")),
    minimum=2,
    what="a list of two cells or more",
)


class StackedRNNCells(CellLayer):
    """Cells one upon another: each takes the output of the one before it, at every step.

    Source: keras/src/layers/rnn/stacked_rnn_cells.py.
    """

    example = Example(
        {"cells": [{"LSTMCell": {"units": 3}}, {"GRUCell": {"units": 5}}]},
        ((4,),),
    )

    cells: Annotated[tuple[CellLayer, ...], CELL_LIST] = required("The cells, the first one first.")

    def step(self, shape: Shape) -> Inference:
        """``(features)`` through one cell after another."""
        inferences: list[Inference] = []
        for cell in self.cells:
            taken = inferences[-1].output_shape if inferences else shape
            inferences.append(infer_inner(cell, [taken], field="cells"))
        return Inference(
            inferences[-1].output_shape,
            tuple(weight for each in inferences for weight in each.weights),
            total(*(each.macs for each in inferences)),
            more_outputs=tuple(state for each in inferences for state in each.more_outputs),
        )

    def state_counts(self) -> tuple[int, ...]:
        """Those of all cells."""
        return tuple(count for cell in self.cells for count in cell.state_counts())
