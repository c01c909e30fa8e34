"""Of activations, merges, normalization and noise: layers that keep values where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.layers.core import Masking
from netspec.layers.normalization import RMSNormalization, UnitNormalization
from netspec.layers.regularization import AlphaDropout
from netspec.layers.spectral import EMBEDDINGS, SpectralNormalization
from tests.layers.differences.base import Difference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.layers.base import Layer
    from netspec.layers.shapes import Shape


def _batch_axis(layer: Layer, shapes: Sequence[Shape]) -> bool:
    if isinstance(layer, Masking):
        return not shapes[0]
    if not isinstance(layer, UnitNormalization):
        return False
    axes = (layer.axis,) if isinstance(layer.axis, int) else layer.axis
    return any(axis in {0, -len(shapes[0]) - 1} for axis in axes)


def _not_the_last(layer: Layer, shapes: Sequence[Shape]) -> bool:
    if not isinstance(layer, RMSNormalization):
        return False
    rank = len(shapes[0]) + 1
    axes = (layer.axis,) if isinstance(layer.axis, int) else sorted(layer.axis)
    return [axis % rank for axis in axes] != list(range(rank - len(axes), rank))


def _noise_shape(layer: Layer, shapes: Sequence[Shape]) -> bool:
    if not isinstance(layer, AlphaDropout) or layer.noise_shape is None:
        return False
    unused = layer.rate == 0
    return unused or len(layer.noise_shape) <= len(shapes[0]) or layer.noise_shape[0] == 2


def _rounded(layer: Layer, shapes: Sequence[Shape]) -> bool:
    return isinstance(layer, SpectralNormalization) and layer.layer.kind() in EMBEDDINGS


def _normalized_twice(layer: Layer, shapes: Sequence[Shape]) -> bool:
    return isinstance(layer, SpectralNormalization) and isinstance(
        layer.layer, SpectralNormalization
    )


DIFFERENCES = (
    Difference("An axis that is the batch", _batch_axis),
    Difference("SpectralNormalization of an embedding", _rounded),
    Difference("SpectralNormalization of a SpectralNormalization", _normalized_twice),
    Difference("An RMSNormalization over axes that are not the last", _not_the_last),
    Difference(
        "A noise_shape that leaves axes out, names the batch's size, or does not fit at rate 0",
        _noise_shape,
    ),
)

TAKEN_BY_KERAS = {
    "AlphaDropout.noise_shape: []": "A noise_shape that leaves axes out",
    "AlphaDropout.seed: -1": "A negative seed",
    "GaussianDropout.seed: -1": "A negative seed",
    "GaussianNoise.seed: -1": "A negative seed",
    "GroupNormalization.epsilon: -0.5": "A negative epsilon",
    "PReLU.shared_axes: 0": "A shared axis that is 0",
    "PReLU.shared_axes: [0]": "A shared axis that is 0",
    "RMSNormalization.axis: []": "An empty list of axes",
    "RMSNormalization.epsilon: -0.5": "A negative epsilon",
    "UnitNormalization.axis: []": "An empty list of axes",
}
