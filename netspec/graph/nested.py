"""A block where a layer takes a layer: it becomes a network of its own, built for the shape it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import PrivateAttr

from netspec.diagnostics import Code
from netspec.graph.order import keras_weights
from netspec.layers.base import UnaryLayer
from netspec.layers.shapes import Inference, Shape, ShapeError
from netspec.source.nodes import ListNode, MapNode, Node, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from netspec.graph.graph import Graph
    from netspec.layers.reach import Reach

Path = tuple[str | int, ...]

# The field of wrappers that takes any layer.
_FIELD = "layer"


class BlockLayer(UnaryLayer):
    """The network that a block becomes inside a layer.

    Source: keras/src/models/functional.py.
    """

    _expand: Any = PrivateAttr()

    @classmethod
    def kind(cls) -> str:
        """What Keras calls such a network."""
        return "Functional"

    def infer(self, shapes: Sequence[Shape]) -> Inference:
        """What the block's layers make of a shape."""
        (shape,) = shapes
        graph: Graph | None = self._expand(shape)
        output = None if graph is None else next(iter(graph.output_shapes().values()))
        if graph is None or output is None:
            raise ShapeError("", code=Code.FIELD_AGAINST_INPUT)  # told where the mistake stands
        return Inference(output, keras_weights(graph), graph.macs, nested=graph)

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:  # noqa: ARG002 - of any
        """Not followed into the block."""
        return ()


def block_layer(name: str, expand: Callable[[Shape], Graph | None]) -> BlockLayer:
    """A block as a layer.

    Args:
        name: What it is called inside the layer.
        expand: Gives the network for an input's shape, None where it has mistakes, which are told then.
    """
    layer = BlockLayer.model_construct(name=name)
    layer._expand = expand  # noqa: SLF001 - its maker
    return layer


def inner_blocks(
    node: Node, blocks: Collection[str], path: Path = ()
) -> Iterator[tuple[Path, str, Node]]:
    """The blocks that stand where a layer takes a layer: path, block, and what is written."""
    if isinstance(node, MapNode):
        for key, entry in node.entries.items():
            here, below = entry.node, (*path, key)
            name = _block_name(here)
            if key == _FIELD and path and name in blocks:
                yield below, name, here
            else:
                yield from inner_blocks(here, blocks, below)
    elif isinstance(node, ListNode):
        for index, item in enumerate(node.items):
            yield from inner_blocks(item, blocks, (*path, index))


def _block_name(node: Node) -> str:
    if isinstance(node, ScalarNode):
        return node.text
    if isinstance(node, MapNode) and len(node.entries) == 1:
        return next(iter(node.entries))
    return ""
