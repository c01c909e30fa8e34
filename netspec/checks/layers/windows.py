"""What rules ask of a convolution or a pooling: its window, how it moves, and the map it moves over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.checks.layers.families import CONVOLUTIONS, POOLINGS
from netspec.layers.spatial import dilated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph, LayerNode
    from netspec.layers.spatial import Map

_WITH_WINDOW = CONVOLUTIONS | POOLINGS


@dataclass(frozen=True)
class Window:
    """A window, axis by axis of the map.

    Attributes:
        node: The layer.
        sizes: How many values it takes.
        spans: How far it reaches, dilation and all.
        strides: How far it moves.
        dilation: How far apart its values stand.
        padding: `valid`, `same` or `causal`.
        given: The sizes of the map that it moves over.
    """

    node: LayerNode
    sizes: tuple[int, ...]
    spans: tuple[int, ...]
    strides: tuple[int, ...]
    dilation: tuple[int, ...]
    padding: str
    given: Map

    @property
    def is_convolution(self) -> bool:
        """Whether it multiplies by weights."""
        return self.node.kind in CONVOLUTIONS

    @property
    def field(self) -> str:
        """The field that says how large it is."""
        return "kernel_size" if self.is_convolution else "pool_size"


def windows(graph: Graph) -> Iterator[Window]:
    """The windows of all convolutions and poolings that take a map which is known."""
    for node in graph.written:
        window = window_of(graph, node)
        if window is not None:
            yield window


def window_of(graph: Graph, node: LayerNode) -> Window | None:
    """A layer's window; None where it is no convolution and no pooling, or takes what is not known."""
    layer = node.layer if node.kind in _WITH_WINDOW and len(node.inputs) == 1 else None
    shape = graph.shape(node.inputs[0]) if layer is not None else None
    if layer is None or shape is None or node.inference is None:
        return None
    field = "kernel_size" if node.kind in CONVOLUTIONS else "pool_size"
    sizes: tuple[int, ...] = getattr(layer, field)
    dilation: tuple[int, ...] = getattr(layer, "dilation_rate", (1,) * len(sizes))
    last = getattr(layer, "data_format", "channels_last") == "channels_last"
    given = shape[:-1] if last else shape[1:]
    if len(given) != len(sizes):
        return None
    return Window(
        node=node,
        sizes=sizes,
        spans=dilated(sizes, dilation),
        strides=getattr(layer, "strides", None) or sizes,
        dilation=dilation,
        padding=getattr(layer, "padding", "valid"),
        given=given,
    )
