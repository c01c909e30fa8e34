"""Receptive fields: how much of the network's input each position of a layer's output comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.layers.reach import SAME, Reach, followed, joined

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from netspec.graph.graph import Graph, LayerNode
    from netspec.layers.shapes import Shape

# What is known of a tensor's axes, from the first.
Reaches = tuple[Reach | None, ...]


@dataclass(frozen=True)
class ReceptiveField:
    """How a map looks at the input, along each axis that is one of places.

    Attributes:
        sizes: The longest stretch of the input that a position comes from, with what padding adds to it.
        strides: How far apart in the input two neighbours look, on average.
    """

    sizes: tuple[int, ...]
    strides: tuple[Fraction, ...]


def receptive_fields(graph: Graph) -> dict[str, ReceptiveField]:
    """The receptive fields of the layers whose output has places, by layer.

    Where ways of different lengths meet, a position comes from what any of them has seen. Of what is repeated to a
    larger map, such as the weights of squeeze and excitation, the places do not count. After a global pooling, a
    Flatten or an attention everything has been seen, and there is no field to tell.

    Source: the recurrences of Araujo, Norris and Sim 2019, doi:10.23915/distill.00021, by the stretch of each position
    in place of one size for all, so that they hold for maps that are made larger, too.
    """
    last = not any(
        getattr(node.layer, "data_format", None) == "channels_first"
        for node in graph.nodes.values()
    )
    found = {}
    for name, axes in reaches(graph).items():
        places = list(axes)
        if places and None not in places:  # no layer has told yet which axis holds the channels
            places.pop(-1 if last else 0)
        told = [reach for reach in places if reach is not None]
        if told:
            found[name] = ReceptiveField(
                tuple(reach.field for reach in told), tuple(reach.stride for reach in told)
            )
    return found


def reaches(graph: Graph) -> dict[str, Reaches]:
    """What the positions of each layer's first output come from, axis by axis."""
    known: dict[str, Reaches] = {name: (SAME,) * len(shape) for name, shape in graph.inputs.items()}
    asked: dict[tuple[int, tuple[Shape, ...]], Sequence[Reach | None]] = {}
    for node in graph.nodes.values():
        known[node.name] = _reaches(graph, node, known, asked)
    return {name: known[name] for name in graph.nodes}


def _reaches(
    graph: Graph,
    node: LayerNode,
    known: dict[str, Reaches],
    asked: dict[tuple[int, tuple[Shape, ...]], Sequence[Reach | None]],
) -> Reaches:
    """What is known of the first tensor that a layer gives."""
    shapes = tuple(graph.shape(tensor) for tensor in node.inputs)
    given = tuple(shape for shape in shapes if shape is not None)
    if node.layer is None or node.inference is None or len(given) < len(shapes):
        return ()
    key = id(node.layer), given
    if key not in asked:
        asked[key] = node.layer.reach(given)
    ranks = len(node.inference.output_shape)
    own = (*asked[key], *[None] * ranks)[:ranks]
    inputs = [known.get(tensor, ()) for tensor in node.inputs]
    if len(inputs) == 1:
        return tuple(_one(reach, axis, inputs[0]) for axis, reach in enumerate(own))
    return tuple(
        None if reach is None else _several(axis, given, inputs) for axis, reach in enumerate(own)
    )


def _one(reach: Reach | None, axis: int, taken: Reaches) -> Reach | None:
    before = taken[axis] if axis < len(taken) else None
    return None if reach is None or before is None else followed(before, reach)


def _several(axis: int, shapes: Sequence[Shape], inputs: Sequence[Reaches]) -> Reach | None:
    """What all inputs have seen together, but for those that are repeated along the axis."""
    ranks = max(len(shape) for shape in shapes)
    sizes = [shape[axis] if len(shape) == ranks else 1 for shape in shapes]
    whole = [taken for taken, size in zip(inputs, sizes, strict=True) if size != 1] or inputs
    merged: Reach | None = None
    for taken in whole:
        reach = taken[axis] if axis < len(taken) else None
        if reach is None:
            return None
        merged = reach if merged is None else joined(merged, reach)
        if merged is None:
            return None
    return merged
