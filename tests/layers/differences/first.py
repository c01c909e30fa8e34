"""Of the layers that image networks began with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.layers.activation import PReLU, Softmax
from netspec.layers.base import Layer, MergeLayer
from netspec.layers.core import Dense
from netspec.layers.embedding import Embedding, ReversibleEmbedding
from netspec.layers.merging import Concatenate
from netspec.layers.normalization import LayerNormalization
from netspec.layers.preprocessing import Resizing
from netspec.layers.regularization import Dropout
from netspec.things.regularizers import OrthogonalRegularizer
from tests.layers.differences.base import Difference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.layers.shapes import Shape


def _one_input(layer: Layer, shapes: Sequence[Shape]) -> bool:
    return isinstance(layer, MergeLayer) and len(shapes) == 1


def _batch_axis(layer: Layer, shapes: Sequence[Shape]) -> bool:
    if not isinstance(layer, Concatenate | LayerNormalization | Softmax):
        return False
    axes = (layer.axis,) if isinstance(layer.axis, int) else layer.axis
    return any(axis in {0, -len(shapes[0]) - 1} for axis in axes)


def _noise_shape(layer: Layer, shapes: Sequence[Shape]) -> bool:
    if not isinstance(layer, Dropout) or layer.noise_shape is None:
        return False
    unused = layer.rate == 0
    return unused or len(layer.noise_shape) <= len(shapes[0]) or layer.noise_shape[0] == 2


def _unbatched(layer: Layer, shapes: Sequence[Shape]) -> bool:
    return isinstance(layer, Resizing) and len(shapes[0]) == 2


def _never_applied(layer: Layer, shapes: Sequence[Shape]) -> bool:
    return not layer.trainable and any(
        isinstance(value, OrthogonalRegularizer)
        for field, value in vars(layer).items()
        if field != "activity_regularizer"
    )


def _orthogonal(layer: Layer, shapes: Sequence[Shape]) -> bool:
    if isinstance(layer, Embedding | ReversibleEmbedding):
        table = layer.embeddings_regularizer
        if not isinstance(table, OrthogonalRegularizer):
            return False
        return (layer.input_dim if table.mode == "rows" else layer.output_dim) == 1
    if isinstance(layer, PReLU):
        slopes = layer.alpha_regularizer
        if not isinstance(slopes, OrthogonalRegularizer) or len(shapes[0]) != 2:
            return False
        axis = 0 if slopes.mode == "rows" else 1
        shared = layer.shared_axes or ()
        shared = (shared,) if isinstance(shared, int) else shared
        return shapes[0][axis] == 1 or axis + 1 in shared
    if not isinstance(layer, Dense):
        return False
    kernel, activity = layer.kernel_regularizer, layer.activity_regularizer
    if isinstance(activity, OrthogonalRegularizer):
        return activity.mode == "rows" or layer.units == 1
    if isinstance(kernel, OrthogonalRegularizer):
        return (shapes[0][-1] if kernel.mode == "rows" else layer.units) == 1
    return False


DIFFERENCES = (
    Difference("A merge of one input", _one_input),
    Difference("An axis that is the batch", _batch_axis),
    Difference(
        "A noise_shape that leaves axes out, names the batch's size, or does not fit at rate 0",
        _noise_shape,
    ),
    Difference("Resizing of unbatched images", _unbatched),
    Difference("A regularizer that does not fit, in a frozen layer", _never_applied),
    Difference("OrthogonalRegularizer where it divides by 0 or compares images", _orthogonal),
)

TAKEN_BY_KERAS = {
    "BatchNormalization.epsilon: -0.5": "A negative epsilon",
    "BatchNormalization.momentum: -0.5": "A momentum outside 0 to 1",
    "BatchNormalization.momentum: 1.5": "A momentum outside 0 to 1",
    "BatchNormalization.renorm_momentum: -0.5": "A momentum outside 0 to 1",
    "BatchNormalization.renorm_momentum: 1.5": "A momentum outside 0 to 1",
    "Dropout.noise_shape: []": "A noise_shape that leaves axes out",
    "Dropout.rate: 1": "A rate of 1",
    "Dropout.seed: -1": "A negative seed",
    "LayerNormalization.axis: []": "An empty list of axes",
    "LayerNormalization.epsilon: -0.5": "A negative epsilon",
    "SpatialDropout2D.rate: 1": "A rate of 1",
    "SpatialDropout2D.seed: -1": "A negative seed",
}
