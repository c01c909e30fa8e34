"""Attention without weights of projections: how much of each value a query takes, by one score a pair."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, ClassVar

from netspec.diagnostics import Code
from netspec.fields import Choice, Fields, Nullable, optional
from netspec.layers.base import Argument, ArgumentLayer, CallOf, Example
from netspec.layers.fields import Rate, Seed, Truth
from netspec.layers.shapes import (
    Inference,
    Shape,
    ShapeError,
    Weight,
    known_channels,
    product,
    rank_error,
    spell,
    total,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


# Positions and their features.
SEQUENCE_RANK = 2
# With the batch: what TensorFlow's softmax takes.
MOST_SCORE_AXES = 5
DROPOUT = "The share of the scores to drop while training."
SEED = (
    "A seed of its own for the dropout; without one, the spec's seed and the layer's name give it."
)


class AttentionCall(Fields):
    """Constant arguments of an attention's call."""

    return_attention_scores: Truth = optional(
        False,  # noqa: FBT003 - a default, not a call
        "Whether it gives, as a second output, how much of each value each query took.",
    )
    use_causal_mask: Truth = optional(
        False,  # noqa: FBT003 - a default, not a call
        "Whether a position sees only those up to its own.",
    )


CallField = Annotated[AttentionCall | None, Nullable(CallOf(AttentionCall))]
CALL = "Constant arguments of its call."


class _Scored(ArgumentLayer):
    """Attention with a score for each pair of a query and a key; the key is the value unless it is given."""

    takes = "list"
    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument("query"),
        Argument("value"),
        Argument("key", required=False),
    )

    dropout: Rate = optional(0.0, DROPOUT)
    call: CallField = optional(None, CALL)

    def infer_call(self, shapes: Mapping[str, tuple[Shape, ...]]) -> Inference:
        """``(…, queries, features)`` and ``(…, values, n)`` to ``(…, queries, n)``, and the scores."""
        (query,), (value,) = shapes["query"], shapes["value"]
        (key,) = shapes.get("key", (value,))
        for name, shape in (("query", query), ("value", value), ("key", key)):
            _check_rank(name, shape, query)
        self._check_features(query, key)
        _check_positions(value, key)
        check_scores(query, len(query) + 1, most=MOST_SCORE_AXES)
        _check_before(query, value, key)
        scores = (*query[:-1], key[-2])
        return Inference(
            (*query[:-1], value[-1]),
            tuple(self._weights(query)),
            total(self._score_macs(query, key), product(*scores, value[-1])),
            (scores,) if self.call is not None and self.call.return_attention_scores else (),
        )

    @abstractmethod
    def _check_features(self, query: Shape, key: Shape) -> None:
        """Scores compare the features of query and key, one by one; a single one may be repeated.

        Raises:
            ShapeError: They cannot be compared.
        """

    @abstractmethod
    def _weights(self, query: Shape) -> Iterator[Weight]:
        """What is learned about the scores, in Keras's order."""

    @abstractmethod
    def _score_macs(self, query: Shape, key: Shape) -> int | None:
        """Multiply-accumulates of all scores of one sample."""


class Attention(_Scored):
    """Gives each query a mean of the values, weighted by how the query's product with each key compares.

    It is called on `inputs: [query, value]`, or `[query, value, key]`; a name can stand there twice.

    Source: keras/src/layers/attention/attention.py; Luong 2015, arXiv 1508.04025.
    """

    example = Example({}, ((6, 4), (5, 3), (5, 4)))

    use_scale: Truth = optional(
        False,  # noqa: FBT003 - a default, not a call
        "Whether a number that scores are multiplied by is learned.",
    )
    score_mode: Annotated[str, Choice("dot", "concat")] = optional(
        "dot",
        "What a score is: the product of query and key, or the sum of their sums' tanh, "
        "times a number that is learned.",
    )
    seed: Seed = optional(None, SEED)

    def _check_features(self, query: Shape, key: Shape) -> None:
        _check_alike(query, key, repeated=self.score_mode == "concat")

    def _weights(self, query: Shape) -> Iterator[Weight]:  # noqa: ARG002 - for those that look at it
        if self.use_scale:
            yield Weight("scale", ())
        if self.score_mode == "concat":
            yield Weight("concat_score_weight", ())

    def _score_macs(self, query: Shape, key: Shape) -> int | None:
        return product(*query, key[-2]) if self.score_mode == "dot" else 0


class AdditiveAttention(_Scored):
    """Gives each query a mean of the values, weighted by the tanh of its sum with each key.

    It is called on `inputs: [query, value]`, or `[query, value, key]`; a name can stand there twice.

    Source: keras/src/layers/attention/additive_attention.py; Bahdanau 2014, arXiv 1409.0473.
    """

    example = Example({}, ((6, 4), (5, 3), (5, 4)))

    use_scale: Truth = optional(
        True,  # noqa: FBT003 - a default, not a call
        "Whether a weight of each feature in the score is learned.",
    )
    seed: Seed = optional(None, SEED)

    def _check_features(self, query: Shape, key: Shape) -> None:
        _check_alike(query, key, repeated=True)

    def _weights(self, query: Shape) -> Iterator[Weight]:
        if self.use_scale:
            yield Weight("scale", (known_channels(query),))

    def _score_macs(self, query: Shape, key: Shape) -> int | None:
        if not self.use_scale:
            return 0
        features = query[-1] if key[-1] == 1 else key[-1]
        return product(*query[:-1], key[-2], features)


def no_positions(name: str, shape: Shape) -> ShapeError:
    """A query, key or value is no sequence."""
    return rank_error(
        shape,
        takes=f"a {name} of positions and features, (positions, features)",
        hint="a Reshape above it can make positions of a map: [-1, channels]",
    )


def check_scores(shape: Shape, axes: int, *, most: int) -> None:
    """TensorFlow can handle scores of so many axes, the batch's counted.

    Raises:
        ShapeError: It cannot.
    """
    if axes > most:
        raise ShapeError(
            f"makes scores of {axes} axes of {spell(shape)}, and TensorFlow takes {most} here",
            code=Code.RANK,
            hint="a Reshape above it can join two axes",
        )


def _check_rank(name: str, shape: Shape, query: Shape) -> None:
    if len(shape) < SEQUENCE_RANK:
        raise no_positions(name, shape)
    if len(shape) != len(query):
        raise ShapeError(
            f"gets a {name} {spell(shape)} for a query {spell(query)}",
            code=Code.RANK,
            hint="both have as many axes",
        )


def _check_alike(query: Shape, key: Shape, *, repeated: bool) -> None:
    sizes = {query[-1], key[-1]} - {None}
    if len(sizes) > 1 and not (repeated and 1 in sizes):
        raise ShapeError(
            f"compares a query {spell(query)} with keys {spell(key)}: "
            f"{query[-1]} and {key[-1]} features differ",
            code=Code.MERGE_SHAPES,
            field="inputs",
            hint="a Dense on one of them gives it the other's features",
        )


def _check_positions(value: Shape, key: Shape) -> None:
    if len({value[-2], key[-2]} - {None}) > 1:
        raise ShapeError(
            f"has a key for each value, and gets {key[-2]} keys, {spell(key)}, "
            f"for {value[-2]} values, {spell(value)}",
            code=Code.MERGE_SHAPES,
            field="inputs",
            hint="keys and values are two views of the same positions",
        )


def _check_before(query: Shape, value: Shape, key: Shape) -> None:
    """Axes before the positions: those of value and key are the query's, or 1."""
    for name, shape in (("value", value), ("key", key)):
        for size, wanted in zip(shape[:-2], query[:-2], strict=True):
            if size not in {None, 1, wanted} and wanted is not None:
                raise ShapeError(
                    f"gets a {name} {spell(shape)} for a query {spell(query)}: "
                    f"{size} and {wanted} differ",
                    code=Code.MERGE_SHAPES,
                    field="inputs",
                    hint="axes before the positions are the same, or 1 in value and key",
                )
