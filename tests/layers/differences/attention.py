"""Of attention, embeddings and einsum equations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.layers.attention import AdditiveAttention, Attention
from netspec.layers.base import ArgumentLayer
from netspec.layers.einsum import EinsumDense
from netspec.layers.heads import GroupQueryAttention, MultiHeadAttention
from tests.layers.differences.base import Difference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.layers.base import Layer
    from netspec.layers.shapes import Shape


def _by_name(layer: Layer, shapes: Sequence[Shape]) -> dict[str, Shape]:
    assert isinstance(layer, ArgumentLayer)
    return {name: each for name, (each, *_) in layer.by_argument(shapes).items()}


def _attention_axes(layer: Layer, shapes: Sequence[Shape]) -> bool:
    if not isinstance(layer, MultiHeadAttention) or layer.attention_axes is None:
        return False
    axes = layer.attention_axes
    axes = (axes,) if isinstance(axes, int) else axes
    rank = len(_by_name(layer, shapes)["value"]) + 1
    places = [axis % rank for axis in axes if -rank <= axis < rank]
    return len({*places} - {0, rank - 1}) < len(axes)


def _positions(layer: Layer, shapes: Sequence[Shape]) -> bool:
    if not isinstance(layer, Attention | AdditiveAttention):
        return False
    ranks = {len(shape) for shape in _by_name(layer, shapes).values()}
    return len(ranks) > 1 or min(ranks) < 2


def _untold_scores(layer: Layer, shapes: Sequence[Shape]) -> bool:
    if not isinstance(layer, MultiHeadAttention) or not layer.wants_scores:
        return False
    given = _by_name(layer, shapes)
    return len(given["query"]) == 2 and given["value"][0] is None


def _mask(layer: Layer, shapes: Sequence[Shape]) -> bool:
    if not isinstance(layer, MultiHeadAttention):
        return False
    causal = layer.call is not None and layer.call.use_causal_mask
    given = _by_name(layer, shapes)
    other = given["query"][:1] == (1,) or layer.attention_axes not in {None, 1, (1,)}
    return other and (causal or layer.sliding_window is not None)


def _short_mask(layer: Layer, shapes: Sequence[Shape]) -> bool:
    if not isinstance(layer, MultiHeadAttention | GroupQueryAttention):
        return False
    given = _by_name(layer, shapes)
    axes = getattr(layer, "attention_axes", None)
    attended = (
        len(given["value"]) - 1 if axes is None else 1 if isinstance(axes, int) else len(axes)
    )
    return len(given.get("attention_mask", (1,) * 2 * attended)) < 2 * attended


def _equation(layer: Layer, shapes: Sequence[Shape]) -> bool:
    if not isinstance(layer, EinsumDense):
        return False
    taken, kernel, given = layer.terms.taken, layer.terms.kernel, layer.terms.given
    twice = any(len({*letters}) < len(letters) for letters in (taken, kernel, given))
    return twice or (layer.terms.side != "before" and given[0] != taken[0])


def _reversed(layer: Layer, shapes: Sequence[Shape]) -> bool:
    if not isinstance(layer, EinsumDense) or layer.terms.side != "before":
        return False
    others = shapes[0][: max(len(shapes[0]) - len(layer.terms.taken), 0)]
    return None in others and others != others[::-1]


DIFFERENCES = (
    Difference("An ellipsis for several axes, some of them unknown", _reversed),
    Difference(
        "attention_axes that name the batch, the features, or an axis twice", _attention_axes
    ),
    Difference("Attention without positions, or over inputs of different ranks", _positions),
    Difference("Scores of a MultiHeadAttention for an unknown number of values", _untold_scores),
    Difference("A causal mask or a window along another axis than attention", _mask),
    Difference("An attention_mask of fewer axes than queries and values have", _short_mask),
    Difference("An equation that names a letter twice in a term, or loses the batch", _equation),
)

TAKEN_BY_KERAS = {
    "AdditiveAttention.dropout: -0.5": "A negative rate",
    "AdditiveAttention.dropout: 1": "A rate of 1",
    "AdditiveAttention.seed: -1": "A negative seed",
    "Attention.dropout: -0.5": "A negative rate",
    "Attention.dropout: 1": "A rate of 1",
    "Attention.seed: -1": "A negative seed",
    "GroupQueryAttention.dropout: 1": "A rate of 1",
    "GroupQueryAttention.seed: -1": "A negative seed",
    "MultiHeadAttention.attention_axes: []": "An output_shape or attention_axes of nothing",
    "MultiHeadAttention.dropout: 1": "A rate of 1",
    "MultiHeadAttention.output_shape: 0": "An output_shape or attention_axes of nothing",
    "MultiHeadAttention.output_shape: []": "An output_shape or attention_axes of nothing",
    "MultiHeadAttention.output_shape: [0]": "An output_shape or attention_axes of nothing",
    "MultiHeadAttention.seed: -1": "A negative seed",
    "ReversibleEmbedding.logit_soft_cap: 0": "A cap of 0 or below",
}
