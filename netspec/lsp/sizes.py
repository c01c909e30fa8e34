"""What the layers that are written in one place give: shapes and parameters, for each use of the blocks around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph, LayerNode
    from netspec.source.nodes import Place

Spot = tuple[str, int, int]


class Size(NamedTuple):
    """What an item gives in one use of the blocks around it: its last copy's shapes, and the parameters of all."""

    shapes: tuple[tuple[int | None, ...], ...]
    parameters: int


class Sizes:
    """What is known of the items of a network, by where they are written."""

    def __init__(self, graph: Graph) -> None:
        """Takes a network.

        Args:
            graph: The network, known as far as it is.
        """
        self._found: dict[Spot, dict[tuple[Spot, ...], list[LayerNode]]] = {}
        for node in graph.nodes.values():
            chain = node.item.used_at
            self._add(node.item.place(), chain, node)
            for depth, place in enumerate(chain):
                self._add(place, chain[depth + 1 :], node)

    def at(self, spot: Spot, within: tuple[Place, ...] = ()) -> tuple[Size, ...]:
        """What the layer or the block's use at a place gives, once for each use of the blocks around it.

        Args:
            spot: The place.
            within: The uses that count, the innermost first; all without.
        """
        around = tuple(map(spot_of, within))
        found = self._found.get(spot, {})
        sizes = [_size(nodes) for uses, nodes in found.items() if uses[: len(around)] == around]
        return tuple(size for size in sizes if size is not None)

    def within(self, name: str, first: int, last: int) -> Iterator[tuple[Spot, tuple[Size, ...]]]:
        """What is written within some lines of a source, in their order; lines count from 1, the last is included."""
        spots = [spot for spot in self._found if spot[0] == name and first <= spot[1] <= last]
        for spot in sorted(spots):
            sizes = [_size(nodes) for nodes in self._found[spot].values()]
            known = tuple(size for size in sizes if size is not None)
            if known:
                yield spot, known

    def _add(self, place: Place, chain: tuple[Place, ...], node: LayerNode) -> None:
        uses = tuple(map(spot_of, chain))
        self._found.setdefault(spot_of(place), {}).setdefault(uses, []).append(node)


def spelled(sizes: tuple[Size, ...]) -> str:
    """``26 x 26 x 64 · 640``: shape and parameters; of several uses the first and the last where they differ."""
    shapes = _ends([", ".join(map(shape_text, size.shapes)) for size in sizes])
    parameters = _ends([f"{size.parameters:,}" for size in sizes])
    return shapes if parameters == "0" else f"{shapes} · {parameters}"


def _ends(texts: list[str]) -> str:
    return texts[0] if len({*texts}) == 1 else f"{texts[0]} … {texts[-1]}"


def shape_text(shape: tuple[int | None, ...]) -> str:
    """``26 x 26 x 64``."""
    return " x ".join("?" if size is None else str(size) for size in shape) or "one number"


def _size(nodes: list[LayerNode]) -> Size | None:
    """What the layers of one use give; None where that is not known."""
    inference = nodes[-1].inference
    if inference is None or any(node.inference is None for node in nodes):
        return None
    return Size(inference.output_shapes, sum(node.parameters for node in nodes))


def spot_of(place: Place) -> Spot:
    """A place by its source's name, line and column, counted from 1."""
    return place.source.name, place.line, place.column
