"""Layers that apply another layer: in both directions of a sequence, or at every step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from netspec.diagnostics import Code
from netspec.fields import Choice, Nullable, Problem, optional, required
from netspec.layers.base import Argument, ArgumentLayer, Example, Layer, UnaryLayer
from netspec.layers.fields import InnerLayer
from netspec.layers.inner import infer_inner
from netspec.layers.reach import SAME
from netspec.layers.recurrent import INITIAL_STATE, SEQUENCES, SequenceLayer, check_states
from netspec.layers.shapes import (
    Inference,
    Shape,
    ShapeError,
    only,
    product,
    rank_error,
    spell,
    total,
)
from netspec.wording import snake_case, with_article

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netspec.layers.reach import Reach

RECURRENT = ("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "GRU", "LSTM", "RNN", "SimpleRNN")
_RECURRENT = InnerLayer(only=RECURRENT)


class Bidirectional(ArgumentLayer):
    """Goes through a sequence in both directions, with a recurrent layer for each, and joins what they give.

    Its states: those of the layer that goes forward, then those of the one that goes backward.

    Source: keras/src/layers/rnn/bidirectional.py; Schuster and Paliwal 1997.
    """

    arguments = (SEQUENCES, INITIAL_STATE)
    example = Example({"layer": {"LSTM": {"units": 3}}}, ((5, 4),))

    layer: Annotated[SequenceLayer, _RECURRENT] = required(
        "The recurrent layer; a second one like it goes the other way."
    )
    merge_mode: Annotated[str | None, Nullable(Choice("concat", "sum", "mul", "ave"))] = optional(
        "concat",
        "How the two outputs are joined: along the channels, added, multiplied or averaged; null gives both.",
    )
    backward_layer: Annotated[SequenceLayer | None, Nullable(_RECURRENT)] = optional(
        None, "Another layer for the way back; it has `go_backwards: true`."
    )

    def contradictions(self) -> Iterator[Problem]:
        """The two layers go different ways and give the same."""
        yield from self._direction_problems()
        for field in ("return_sequences", "return_state"):
            if getattr(self.layer, field) != getattr(self._backward(), field):
                yield Problem(
                    f"layer and backward_layer have different {field}",
                    "give both the same",
                    Code.CONTRADICTION,
                    ("backward_layer",),
                )
        first = getattr(self.layer, "data_format", "channels_last") == "channels_first"
        if self.merge_mode == "concat" and first:
            yield Problem(
                "merge_mode concat joins the last axis, which with channels_first is no channels",
                "use data_format: channels_last, or another merge_mode",
                Code.CONTRADICTION,
                ("merge_mode",),
            )
        for field in ("layer", "backward_layer"):
            layer = getattr(self, field)
            if layer is not None and not layer.trainable and layer.kind().startswith("ConvLSTM"):
                yield Problem(
                    f"Keras forgets that {with_article(layer.kind())} inside Bidirectional is frozen",
                    "set trainable: false on the Bidirectional",
                    Code.REFUSED,
                    (field,),
                )

    def _direction_problems(self) -> Iterator[Problem]:
        if self.backward_layer is None and self.layer.go_backwards:
            yield Problem(
                "layer has go_backwards: true, and the second layer goes backwards already",
                "remove go_backwards",
                Code.CONTRADICTION,
                ("layer", self.layer.kind(), "go_backwards"),
            )
        elif self.layer.go_backwards == self._backward().go_backwards:
            yield Problem(
                "layer and backward_layer go the same way",
                "set go_backwards: true on backward_layer",
                Code.CONTRADICTION,
                ("backward_layer",),
            )

    def spelled_out(self) -> Layer:
        """The second layer is said, so that it starts from values of its own and not from the first one's."""
        backward = self._backward()
        name = f"backward_{backward.name or snake_case(backward.kind())}"
        return self.model_copy(
            update={"backward_layer": backward.model_copy(update={"name": name})}
        )

    def infer_call(self, shapes: Mapping[str, tuple[Shape, ...]]) -> Inference:
        """What the two layers give, joined or both; then the states of both."""
        sequences = shapes[SEQUENCES.name]
        forward = infer_inner(self.layer, sequences)
        backward = infer_inner(self._backward(), sequences, field="backward_layer")
        if forward.output_shapes != backward.output_shapes:
            raise ShapeError(
                f"gets {_listed(forward)} from its layer, and {_listed(backward)} from its backward_layer",
                code=Code.MERGE_SHAPES,
                field="backward_layer",
                hint="give both the same units and states",
            )
        self._check_states(shapes, sequences[0])
        joined = self._joined(forward.output_shape)
        return Inference(
            joined[0],
            (*forward.weights, *backward.weights),
            total(forward.macs, backward.macs),
            more_outputs=(*joined[1:], *forward.more_outputs, *backward.more_outputs),
        )

    def given(self, argument: Argument, tensors: Sequence[Any]) -> Any:
        """Keras takes the first half of the states for the way forward."""
        if argument != INITIAL_STATE:
            return super().given(argument, tensors)
        half = sum(self.layer.state_counts())
        forward = self.layer.given(argument, tensors[:half])
        return [*forward, *self._backward().given(argument, tensors[half:])]

    def _backward(self) -> SequenceLayer:
        if self.backward_layer is not None:
            return self.backward_layer
        return self.layer.model_copy(update={"go_backwards": True})

    def _joined(self, output: Shape) -> tuple[Shape, ...]:
        if self.merge_mode is None:
            return output, output
        if self.merge_mode != "concat":
            return (output,)
        *head, channels = output
        return ((*head, product(channels, 2)),)

    def _check_states(self, shapes: Mapping[str, tuple[Shape, ...]], sequences: Shape) -> None:
        given = shapes.get(INITIAL_STATE.name, ())
        if not given:
            return
        forward, backward = (
            layer.step(sequences[1:]).more_outputs for layer in (self.layer, self._backward())
        )
        if len(forward) != len(backward):
            raise ShapeError(
                "cannot share initial states between layers with different numbers of them",
                code=Code.INPUT_COUNT,
                field="inputs",
                hint="use layers of one kind",
            )
        check_states(given, (*forward, *backward))


class TimeDistributed(UnaryLayer):
    """Applies one layer to every step of a sequence, such as a Conv2D to every image of a film.

    Source: keras/src/layers/rnn/time_distributed.py.
    """

    example = Example({"layer": {"Dense": {"units": 3}}}, ((5, 4),))

    layer: Annotated[Layer, InnerLayer()] = required("The layer that is applied to each step.")

    def contradictions(self) -> Iterator[Problem]:
        """Keras calls the layer without what stands around its call."""
        kind = self.layer.kind()
        regularizer = getattr(self.layer, "activity_regularizer", None)
        if regularizer is not None or kind == "ActivityRegularization":
            yield Problem(
                f"Keras drops the activity penalty of {with_article(kind)} inside TimeDistributed",
                "place an ActivityRegularization after the TimeDistributed",
                Code.REFUSED,
                ("layer",),
            )

    def infer(self, shapes: Sequence[Shape]) -> Inference:
        """``(steps, …)`` to ``(steps, …')``: what the layer makes of a step, for each of them."""
        shape = only(shapes)
        if len(shape) < 2:  # noqa: PLR2004 - steps, and something at each
            raise rank_error(
                shape,
                takes="sequences, (steps, …)",
                hint="a Reshape above it can add the missing axis",
            )
        steps, *at_a_step = shape
        if steps is None:
            raise ShapeError(
                f"needs to know how many steps there are, and gets {spell(shape)}",
                code=Code.UNKNOWN_SIZE,
                hint="give model.input a number of steps",
            )
        inner = infer_inner(self.layer, [tuple(at_a_step)])
        if inner.more_outputs:
            raise ShapeError(
                f"holds {with_article(self.layer.kind())} that gives {len(inner.output_shapes)} outputs at a step",
                code=Code.FIELD_AGAINST_INPUT,
                field="layer",
                hint="the layer inside gives one",
            )
        return Inference(
            (steps, *inner.output_shape),
            inner.weights,
            product(inner.macs, steps),
            nested=inner.nested,
        )

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:
        """Each step looks at itself, as far as the layer does."""
        return (SAME, *self.layer.reach([only(shapes)[1:]]))


def _listed(inference: Inference) -> str:
    return " and ".join(map(spell, inference.output_shapes))
