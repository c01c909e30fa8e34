"""Attention in several heads, each with projections of query, key and value of its own."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from netspec.diagnostics import Code
from netspec.fields import ListOf, Nullable, OneOf, Problem, Whole, optional, required
from netspec.layers.attention import (
    CALL,
    DROPOUT,
    MOST_SCORE_AXES,
    SEED,
    SEQUENCE_RANK,
    CallField,
    check_scores,
    no_positions,
)
from netspec.layers.axes import positions
from netspec.layers.base import Argument, ArgumentLayer, Example
from netspec.layers.fields import (
    Constraint,
    Count,
    Initializer,
    Rate,
    Regularizer,
    Seed,
    Truth,
)
from netspec.layers.shapes import (
    Inference,
    Shape,
    ShapeError,
    Weight,
    known_channels,
    product,
    spell,
    total,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


# With the batch: what TensorFlow's operations take, but for its softmax.
MOST_JOINED_AXES = 8
# Where a sequence's positions stand in its shape.
FIRST = (0,)


@dataclass(frozen=True)
class Projection:
    """A dense layer inside.

    Attributes:
        places: The axes of which it sees one position after another.
        taken: What it sees of a position.
        given: What it makes of that.
    """

    places: Shape
    taken: tuple[int, ...]
    given: tuple[int, ...]

    @property
    def macs(self) -> int | None:
        """One multiplication for each kernel element and position."""
        return product(*self.places, *self.taken, *self.given)


class _Heads(ArgumentLayer):
    """Attention with projections; the key is the value unless it is given."""

    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument("query"),
        Argument("value"),
        Argument("key", required=False),
        Argument("attention_mask", required=False),
    )

    dropout: Rate = optional(0.0, DROPOUT)
    use_bias: Truth = optional(True, "Whether projections add a bias.")  # noqa: FBT003
    sliding_window: Annotated[int | None, Nullable(Whole(1))] = optional(
        None, "How far a position sees to both sides, itself counted; null: all of it."
    )
    kernel_initializer: Initializer = optional("glorot_uniform", "How each kernel starts.")
    bias_initializer: Initializer = optional("zeros", "How each bias starts.")
    kernel_regularizer: Regularizer = optional(None, "A penalty on each kernel.")
    bias_regularizer: Regularizer = optional(None, "A penalty on each bias.")
    activity_regularizer: Regularizer = optional(None, "A penalty on what each projection gives.")
    kernel_constraint: Constraint = optional(None, "What each kernel is held to.")
    bias_constraint: Constraint = optional(None, "What each bias is held to.")
    use_gate: Truth = optional(
        False,  # noqa: FBT003 - a default, not a call
        "Whether a gate, made of the query, scales what each head gives (arXiv 2505.06708).",
    )
    seed: Seed = optional(None, SEED)
    call: CallField = optional(None, CALL)

    @property
    def wants_scores(self) -> bool:
        """Whether the scores are given too."""
        return self.call is not None and self.call.return_attention_scores

    def infer_call(self, shapes: Mapping[str, tuple[Shape, ...]]) -> Inference:
        """``(queries, features)`` and ``(values, n)`` to ``(queries, features)``, and the scores."""
        (query,), (value,) = shapes["query"], shapes["value"]
        (key,) = shapes.get("key", (value,))
        attended = self.attended(query, value)
        _check_key(key, value)
        if attended != FIRST:
            self._check_causal(value)
        heads, key_size, value_size = self.heads()
        apart = [size for place, size in enumerate(value[:-1]) if place not in attended]
        compared = [shape[place] for shape in (query, value) for place in attended]
        # Along several axes, Keras computes the softmax from its parts.
        most = MOST_SCORE_AXES if len(attended) == 1 else MOST_JOINED_AXES
        check_scores(value, 2 + len(apart) + len(compared), most=most)
        for mask in shapes.get("attention_mask", ()):
            _check_mask(mask, (*apart, heads), compared)
        projections = tuple(self.projections(query, key, value))
        weights = tuple(self._weights(projections))
        output_shape = (*query[:-1], *projections[-1].given)
        self.check_attachments(weights, output_shape)
        products = product(*apart, *compared, heads, key_size + value_size)
        return Inference(
            output_shape,
            weights,
            total(products, *(each.macs for each in projections)),
            (self.scores(query, value),) if self.wants_scores else (),
        )

    @abstractmethod
    def heads(self) -> tuple[int, int, int]:
        """How many there are, and the size of a key and of a value in one."""

    @abstractmethod
    def attended(self, query: Shape, value: Shape) -> tuple[int, ...]:
        """The axes that attention runs over, once the shapes are known to fit."""

    @abstractmethod
    def projections(self, query: Shape, key: Shape, value: Shape) -> Iterator[Projection]:
        """The dense layers inside, in Keras's order."""

    @abstractmethod
    def scores(self, query: Shape, value: Shape) -> Shape:
        """The shape of the scores."""

    def _weights(self, projections: tuple[Projection, ...]) -> Iterator[Weight]:
        for each in projections:
            yield Weight("kernel", (*each.taken, *each.given))
            if self.use_bias:
                yield Weight("bias", each.given)

    def _check_causal(self, value: Shape) -> None:
        causal = self.call is not None and self.call.use_causal_mask
        if causal or self.sliding_window is not None:
            raise ShapeError(
                f"masks the first axis of {spell(value)}, and attends along others too",
                code=Code.FIELD_AGAINST_INPUT,
                field="call" if causal else "sliding_window",
                hint="write attention_axes: 1, or make one axis of the positions by a Reshape",
            )


class MultiHeadAttention(_Heads):
    """Attention in several heads: each compares queries with keys in its own projection, and gives a mean of values.

    It is called on `inputs: [query, value]`, or `[query, value, key]`; for self-attention a name stands there twice.

    Source: keras/src/layers/attention/multi_head_attention.py; Vaswani 2017, arXiv 1706.03762.
    """

    example = Example({"num_heads": 2, "key_dim": 3}, ((6, 4), (5, 7), (5, 8)))

    num_heads: Count = required("How many heads there are.")
    key_dim: Count = required("The size of a query and of a key in a head.")
    value_dim: Annotated[int | None, Nullable(Whole(1))] = optional(
        None, "The size of a value in a head; null: the key's."
    )
    output_shape: Annotated[
        int | tuple[int, ...] | None,
        Nullable(OneOf(Whole(1), ListOf(Whole(1), minimum=1, what="a list of sizes"))),
    ] = optional(
        None, "What it makes of a position, in one axis or several; null: the query's features."
    )
    attention_axes: Annotated[
        int | tuple[int, ...] | None,
        Nullable(OneOf(Whole(), ListOf(Whole(), minimum=1, what="a list of axes"))),
    ] = optional(
        None,
        "The axes that attention runs over, counted with the batch as axis 0; "
        "null: all between the batch and the features.",
    )

    def heads(self) -> tuple[int, int, int]:
        """How many there are, and the size of a key and of a value in one."""
        return self.num_heads, self.key_dim, self.value_dim or self.key_dim

    def attended(self, query: Shape, value: Shape) -> tuple[int, ...]:
        """The axes that attention runs over; along the others, query and value have the same sizes."""
        for name, shape in (("query", query), ("value", value)):
            if len(shape) < SEQUENCE_RANK:
                raise no_positions(name, shape)
        if len(query) != len(value):
            raise ShapeError(
                f"gets a query {spell(query)} and a value {spell(value)}",
                code=Code.RANK,
                hint="both have as many axes",
            )
        axes = self._axes(value)
        for place, (asked, given) in enumerate(zip(query[:-1], value[:-1], strict=True)):
            if place not in axes and asked != given and None not in {asked, given}:
                raise ShapeError(
                    f"gets a query {spell(query)} and a value {spell(value)}: {asked} and {given} "
                    "differ, along an axis that attention does not run over",
                    code=Code.MERGE_SHAPES,
                    field="inputs",
                    hint=f"sizes must be the same, or axis {place + 1} one of attention_axes",
                )
        return axes

    def _axes(self, value: Shape) -> tuple[int, ...]:
        places = tuple(range(len(value) - 1))
        if self.attention_axes is None:
            return places
        chosen = positions(
            self.attention_axes,
            value,
            does="would compare the images of a batch",
            field="attention_axes",
        )
        if len(value) - 1 in chosen:
            raise ShapeError(
                f"would compare the features of {spell(value)} with each other",
                code=Code.FIELD_AGAINST_INPUT,
                field="attention_axes",
                hint=f"it takes {_one_to(len(places))}; the last axis holds the features",
            )
        return chosen

    def projections(self, query: Shape, key: Shape, value: Shape) -> Iterator[Projection]:
        """Query, key, the gate, value, and what the heads' values become."""
        heads, key_size, value_size = self.heads()
        yield _projection(query, heads, key_size)
        yield _projection(key, heads, key_size)
        if self.use_gate:
            yield _projection(query, heads, value_size)
        yield _projection(value, heads, value_size)
        made = self.output_shape or known_channels(query)
        yield Projection(
            query[:-1], (heads, value_size), (made,) if isinstance(made, int) else made
        )

    def scores(self, query: Shape, value: Shape) -> Shape:
        """``(heads, queries, values)``: the shape that Keras says, where that is right."""
        if len(query) != SEQUENCE_RANK:
            raise self._untold(query, "where there are several axes of positions")
        if query[0] is not None and query[0] != value[0]:
            raise self._untold(query, "where queries and values are not as many")
        return (self.num_heads, query[0], query[0])

    def _untold(self, query: Shape, where: str) -> ShapeError:
        return ShapeError(
            f"cannot give its scores for a query {spell(query)}: Keras names a wrong shape {where}",
            code=Code.FIELD_AGAINST_INPUT,
            field="call",
            hint="remove return_attention_scores; GroupQueryAttention and Attention name the right one",
        )


class GroupQueryAttention(_Heads):
    """Attention in several heads, where groups of query heads share a head of keys and values.

    It is called on `inputs: [query, value]`, or `[query, value, key]`; for self-attention a name stands there twice.

    Source: keras/src/layers/attention/grouped_query_attention.py; Ainslie 2023, arXiv 2305.13245.
    """

    example = Example(
        {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2},
        ((6, 7), (5, 7), (5, 8)),
    )

    head_dim: Count = required("The size of a query, a key and a value in a head.")
    num_query_heads: Count = required("How many heads of queries there are.")
    num_key_value_heads: Count = required(
        "How many heads of keys and values there are; it divides num_query_heads."
    )

    def contradictions(self) -> Iterator[Problem]:
        """Heads of queries divide into groups."""
        if self.num_query_heads % self.num_key_value_heads:
            yield Problem(
                f"{self.num_query_heads} heads of queries cannot share "
                f"{self.num_key_value_heads} heads of keys and values evenly",
                "num_key_value_heads must divide num_query_heads",
                Code.CONTRADICTION,
                ("num_key_value_heads",),
            )

    def heads(self) -> tuple[int, int, int]:
        """How many heads of queries there are, and the size of a key and of a value in one."""
        return self.num_query_heads, self.head_dim, self.head_dim

    def attended(self, query: Shape, value: Shape) -> tuple[int, ...]:
        """The one axis of positions; query and value have as many features."""
        for name, shape in (("query", query), ("value", value)):
            if len(shape) != SEQUENCE_RANK:
                raise no_positions(name, shape)
        if query[-1] != value[-1]:
            raise ShapeError(
                f"gets a query {spell(query)} and a value {spell(value)}, "
                "and takes as many features of both",
                code=Code.MERGE_SHAPES,
                field="inputs",
                hint="a Dense on one of them gives it the other's; MultiHeadAttention takes both",
            )
        return FIRST

    def projections(self, query: Shape, key: Shape, value: Shape) -> Iterator[Projection]:
        """Query, key, the gate, value, and what the heads' values become."""
        yield _projection(query, self.num_query_heads, self.head_dim)
        yield _projection(key, self.num_key_value_heads, self.head_dim)
        if self.use_gate:
            yield _projection(query, self.num_query_heads, self.head_dim)
        yield _projection(value, self.num_key_value_heads, self.head_dim)
        yield Projection(
            query[:-1], (self.num_query_heads, self.head_dim), (known_channels(query),)
        )

    def scores(self, query: Shape, value: Shape) -> Shape:
        """``(heads, queries, values)``."""
        return (self.num_query_heads, query[0], value[0])


def _projection(shape: Shape, heads: int, size: int) -> Projection:
    return Projection(shape[:-1], (known_channels(shape),), (heads, size))


def _check_key(key: Shape, value: Shape) -> None:
    # Keras compares an unknown size with a known one as unequal.
    if key[:-1] != value[:-1] or not key:
        raise ShapeError(
            f"gets a key {spell(key)} and a value {spell(value)}",
            code=Code.MERGE_SHAPES,
            field="inputs",
            hint="there is a key for each value: all sizes but the last are the same",
        )


def _check_mask(mask: Shape, before: tuple[int | None, ...], compared: list[int | None]) -> None:
    """A mask's last axes are queries and values; its first ones, if it has more, are those before the scores."""
    wanted = (*before[: max(len(mask) - len(compared), 0)], *compared)
    if len(mask) == len(wanted) and all(
        size in {None, 1, other} or other is None for size, other in zip(mask, wanted, strict=True)
    ):
        return
    raise ShapeError(
        f"gets an attention_mask {spell(mask)} for scores {spell(tuple(compared))}",
        code=Code.MERGE_SHAPES,
        field="inputs",
        hint="a mask has a value for each pair of a query and a value, or a size of 1",
    )


def _one_to(last: int) -> str:
    return "axis 1" if last == 1 else f"axes 1 to {last}"
