"""The filters of a network's first convolution, as pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from netspec.evaluation.looking.colours import BLUE_RED, coloured
from netspec.evaluation.looking.maps import leading_to
from netspec.evaluation.looking.sheets import grid
from netspec.lowering.names import keras_name

if TYPE_CHECKING:
    import keras
    from numpy.typing import NDArray
    from PIL.Image import Image

    from netspec.evaluation.looking.colours import Picture
    from netspec.graph.graph import Graph, LayerNode
    from netspec.report.look import Drawn

_CONVOLUTIONS = frozenset({"Conv2D", "DepthwiseConv2D", "SeparableConv2D"})
_MOST = 256
_COLOURS = 3


class Filters(NamedTuple):
    """The filters of a layer.

    Attributes:
        layer: The layer's name.
        kind: Its class.
        kernels: `(height, width, inputs, filters)`; the inputs are a picture's colours where they are 3 and the layer
            sees the picture.
    """

    layer: str
    kind: str
    kernels: NDArray[np.float32]

    @property
    def drawn(self) -> Drawn:
        """How a filter becomes a picture."""
        inputs = self.kernels.shape[2]
        return "colours" if inputs == _COLOURS else "signs" if inputs == 1 else "mean signs"

    @property
    def shown(self) -> int:
        """How many of them are drawn: the first."""
        return min(int(self.kernels.shape[-1]), _MOST)

    def sheet(self) -> Image:
        """Each filter as a tile, on a scale of its own with 0 in the middle."""
        tiles = [self._tile(self.kernels[..., number]) for number in range(self.shown)]
        return grid(tiles, [str(number) for number in range(self.shown)])

    def _tile(self, kernel: NDArray[np.float32]) -> Picture:
        """`(height, width, inputs)` as colours: gray, or white, is 0."""
        if self.drawn == "colours":
            return (_around_half(kernel) * 255).round().astype(np.uint8)
        return coloured(_around_half(kernel.mean(axis=-1)), BLUE_RED)


def first_filters(model: keras.Model, graph: Graph) -> Filters | None:
    """The filters of the first convolution over height and width; None where there is none.

    Args:
        model: The network.
        graph: The same as netspec knows it.
    """
    node = next((each for each in graph.nodes.values() if each.kind in _CONVOLUTIONS), None)
    if node is None:
        return None
    built = next(each for each in model.layers if each.name == keras_name(node.layer_name))
    kernels = _kernels(node.kind, built)
    if kernels.shape[2] == _COLOURS and _is_turned(graph, node):
        kernels = kernels[:, :, ::-1]
    return Filters(node.name, node.kind, kernels)


def _kernels(kind: str, built: Any) -> NDArray[np.float32]:
    """What a convolution multiplies positions by, `(height, width, inputs, filters)`."""
    kernel = np.asarray(built.kernel if kind == "Conv2D" else _depthwise(built), np.float32)
    if kind == "Conv2D":
        return kernel
    height, width, inputs, multiplier = kernel.shape
    if kind == "DepthwiseConv2D":  # a filter sees one input
        return kernel.reshape(height, width, 1, inputs * multiplier)
    # Nothing stands between the two kernels, so that they are one.
    mixing = np.asarray(built.pointwise_kernel, np.float32).reshape(inputs, multiplier, -1)
    whole: NDArray[np.float32] = np.einsum("hwim,imf->hwif", kernel, mixing)
    return whole


def _depthwise(built: Any) -> Any:
    return built.depthwise_kernel if hasattr(built, "depthwise_kernel") else built.kernel


def _is_turned(graph: Graph, node: LayerNode) -> bool:
    """Whether a layer gets a picture's colours in the opposite order."""
    before = leading_to(graph, node.inputs)
    return sum(each.kind == "Flip" for each in before.values()) % 2 == 1


def _around_half(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Numbers from 0 to 1, of which 0.5 was 0."""
    largest = np.abs(values).max()
    if not np.isfinite(largest) or largest <= 0:
        return np.full_like(values, 0.5)
    shares: NDArray[np.float32] = values / (2 * largest) + np.float32(0.5)
    return shares
