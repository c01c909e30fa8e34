"""Of the layers that move a window or change a map's size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.layers.spatial import dilated, split
from netspec.layers.transposed import Conv1DTranspose, Conv2DTranspose, Conv3DTranspose
from tests.layers.differences.base import Difference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.layers.base import Layer
    from netspec.layers.shapes import Shape


def _empty(layer: Layer, shapes: Sequence[Shape]) -> bool:
    if not isinstance(layer, Conv1DTranspose | Conv2DTranspose | Conv3DTranspose):
        return False
    if layer.padding != "same" or layer.output_padding is None:
        return False
    sizes, _ = split(shapes[0], layer.data_format, rank=len(layer.kernel_size))
    spans = dilated(layer.kernel_size, layer.dilation_rate)
    return any(
        size in {1, None} and span % 2 == 0 and more == 0
        for size, span, more in zip(sizes, spans, layer.output_padding, strict=True)
    )


DIFFERENCES = (Difference("A transposed convolution that gives an empty map", _empty),)

TAKEN_BY_KERAS = {
    f"SpatialDropout{rank}D.{bound}": title
    for rank in (1, 3)
    for bound, title in (("rate: 1", "A rate of 1"), ("seed: -1", "A negative seed"))
}
