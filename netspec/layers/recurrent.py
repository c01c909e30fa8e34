"""Layers that go through a sequence step by step and carry a state along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from netspec.diagnostics import Code
from netspec.fields import Choice, Flag, OneOf, Problem, optional, required
from netspec.layers import cells
from netspec.layers.base import Argument, ArgumentLayer, Example, Layer
from netspec.layers.cells import (
    CELL_LIST,
    CellLayer,
    DenseStepLayer,
    GRUStepLayer,
    LSTMStepLayer,
    StepLayer,
)
from netspec.layers.fields import InnerLayer, Regularizer, Truth
from netspec.layers.inner import infer_inner
from netspec.layers.registry import CELLS
from netspec.layers.shapes import Inference, Shape, ShapeError, product, rank_error, spell
from netspec.wording import short

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

UseCuDNN = Annotated[str | bool, OneOf(Choice("auto"), Flag())]

SEQUENCES = Argument("sequences")
INITIAL_STATE = Argument("initial_state", required=False, many=True)


class SequenceLayer(ArgumentLayer, StepLayer):
    """A layer that makes its step at every position of a sequence."""

    arguments = (SEQUENCES, INITIAL_STATE)

    return_sequences: Truth = optional(
        False,  # noqa: FBT003 - a default
        "Whether it gives its output at every step, and not the last one only.",
    )
    return_state: Truth = optional(
        False,  # noqa: FBT003 - a default
        "Whether it gives its last state too, as further outputs.",
    )
    go_backwards: Truth = optional(
        False,  # noqa: FBT003 - a default
        "Whether it goes from the last step to the first; its outputs stand in that order.",
    )

    def infer_call(self, shapes: Mapping[str, tuple[Shape, ...]]) -> Inference:
        """``(steps, …)`` to the output of the last step, or of every step; then the states."""
        (sequences,) = shapes[SEQUENCES.name]
        self.check_sequences(sequences)
        steps, *at_a_step = sequences
        step = self.step(tuple(at_a_step))
        check_states(shapes.get(INITIAL_STATE.name, ()), step.more_outputs)
        output = (steps, *step.output_shape) if self.return_sequences else step.output_shape
        self.check_attachments(step.weights, output)
        return Inference(
            output,
            step.weights,
            product(step.macs, steps),
            more_outputs=step.more_outputs if self.return_state else (),
        )

    def check_sequences(self, shape: Shape) -> None:
        """The input is a sequence of what a step takes.

        Raises:
            ShapeError: It is none, or cannot be gone through.
        """
        if len(shape) != 2:  # noqa: PLR2004 - steps and features
            raise rank_error(shape, takes="sequences, (steps, features)", hint=_way_to(shape))
        if getattr(self, "unroll", False) and shape[0] is None:
            raise ShapeError(
                f"is unrolled, and gets {spell(shape)}, of unknown length",
                code=Code.UNKNOWN_SIZE,
                field="unroll",
                hint="give model.input a number of steps, or remove unroll",
            )

    def given(self, argument: Argument, tensors: Sequence[Any]) -> Any:
        """Keras takes the states of several cells in a list for each cell."""
        counts = self.state_counts()
        if argument != INITIAL_STATE or len(counts) == 1:
            return super().given(argument, tensors)
        return by_cell(tensors, counts)


class _DenseSequence(DenseStepLayer, SequenceLayer):
    """A recurrent layer with dense kernels."""

    activity_regularizer: Regularizer = optional(None, "A penalty on the output.")
    unroll: Truth = optional(
        False,  # noqa: FBT003 - a default
        "Whether the steps are written out one after another, which is faster for a few and takes more memory.",
    )


class SimpleRNN(_DenseSequence):
    """Adds up the input and its last output, each through a kernel, at every step of a sequence.

    Source: keras/src/layers/rnn/simple_rnn.py.
    """

    example = Example({"units": 3}, ((5, 4),))

    def contradictions(self) -> Iterator[Problem]:
        """Keras takes a penalty on the output and forgets it."""
        if self.activity_regularizer is not None:
            yield Problem(
                "Keras drops a SimpleRNN's activity_regularizer",
                "place an ActivityRegularization after it",
                Code.REFUSED,
                ("activity_regularizer",),
            )


class _OnGPU(_DenseSequence):
    """A layer that a GPU has a program of its own for."""

    use_cudnn: UseCuDNN = optional(
        "auto", "`auto`: a GPU's own program is used where there is one; `false`: it is not."
    )

    def contradictions(self) -> Iterator[Problem]:
        """A spec runs on any machine."""
        if self.use_cudnn is True:
            yield Problem(
                "use_cudnn: true fails on a machine without such a GPU",
                "write `use_cudnn: auto`, which uses it where there is one",
                Code.REFUSED,
                ("use_cudnn",),
            )


class GRU(GRUStepLayer, _OnGPU):
    """A gated recurrent unit: at every step two gates say how much of its state it keeps.

    Its states: the output.

    Source: keras/src/layers/rnn/gru.py; Cho 2014, arXiv 1406.1078.
    """

    example = Example({"units": 3}, ((5, 4),))


class LSTM(LSTMStepLayer, _OnGPU):
    """A long short-term memory: three gates say what its memory forgets, takes in and gives at every step.

    Its states: the output, then the carry.

    Source: keras/src/layers/rnn/lstm.py; Hochreiter and Schmidhuber 1997.
    """

    example = Example({"units": 3}, ((5, 4),))


class RNN(SequenceLayer):
    """A recurrent layer made of a cell, or of several cells one upon another.

    Source: keras/src/layers/rnn/rnn.py.
    """

    example = Example({"cell": {"LSTMCell": {"units": 3}}}, ((5, 4),))

    cell: Annotated[
        CellLayer | tuple[CellLayer, ...],
        OneOf(InnerLayer(CELLS), CELL_LIST, what="a cell, or a list of two cells or more"),
    ] = required("The cell, or a list of cells, of which each takes the output of the one before.")
    unroll: Truth = optional(
        False,  # noqa: FBT003 - a default
        "Whether the steps are written out one after another, which is faster for a few and takes more memory.",
    )
    zero_output_for_mask: Truth = optional(
        False,  # noqa: FBT003 - a default
        "Whether the output at skipped steps is 0, and not the one before.",
    )

    def spelled_out(self) -> Layer:
        """A list of cells is a stack of them."""
        return self.model_copy(update={"cell": self._cell()})

    def step(self, shape: Shape) -> Inference:
        """The cell's."""
        return infer_inner(self._cell(), [shape], field="cell")

    def state_counts(self) -> tuple[int, ...]:
        """The cell's."""
        return self._cell().state_counts()

    def _cell(self) -> CellLayer:
        if isinstance(self.cell, tuple):
            return cells.StackedRNNCells.model_construct(cells=self.cell)
        return self.cell


def by_cell(tensors: Sequence[Any], counts: Sequence[int]) -> list[list[Any]]:
    """The states of several cells, in a list for each."""
    each = iter(tensors)
    return [[next(each) for _ in range(count)] for count in counts]


def check_states(given: Sequence[Shape], taken: Sequence[Shape]) -> None:
    """Initial states, where there are some, have the states' shapes.

    Raises:
        ShapeError: They are too few, too many, or of other sizes.
    """
    if not given or (len(given) == len(taken) and all(map(_fits, given, taken))):
        return
    raise ShapeError(
        f"takes initial states of {_listed(taken)}, and gets {short(_listed(given))}",
        code=Code.INPUT_COUNT if len(given) != len(taken) else Code.MERGE_SHAPES,
        field="inputs",
        hint="a layer with the same units gives such states with return_state: true",
    )


def _fits(given: Shape, taken: Shape) -> bool:
    return len(given) == len(taken) and all(
        size in {None, wanted} for size, wanted in zip(given, taken, strict=True)
    )


def _listed(shapes: Sequence[Shape]) -> str:
    *head, last = map(spell, shapes)
    return f"{', '.join(head)} and {last}" if head else last


def _way_to(shape: Shape) -> str:
    if len(shape) < 2:  # noqa: PLR2004 - steps and features
        return "a recurrent layer above it gives every step with return_sequences: true"
    return "a Reshape above it can join the axes after the steps"
