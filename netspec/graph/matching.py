"""Which layers of two networks are the same ones, by name and by structure.

Layers are laid side by side in the order of the text, again and again by less and less: first those that are equal in
name and fields, then, between the ones that were found, those that share less. What comes first is tried in several
ways, and the way counts that leaves the least to say. Numbers that netspec gives to unnamed layers do not count.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from netspec.fields.difference import differences
from netspec.graph.alignment import align
from netspec.graph.placed import WIRING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from netspec.graph.placed import PlacedLayer

    Layers = Sequence[PlacedLayer]
    Key = Callable[[PlacedLayer], Hashable]


def _equal(layer: PlacedLayer) -> Hashable:
    return layer.path, layer.fields


def _called_alike(layer: PlacedLayer) -> Hashable:
    return layer.path, layer.node.kind


def _made_alike(layer: PlacedLayer) -> Hashable:
    return layer.fields


def _of_a_kind(layer: PlacedLayer) -> Hashable:
    return layer.node.kind


_ORDERS: tuple[tuple[Key, ...], ...] = (
    (_equal, _called_alike, _made_alike, _of_a_kind),
    (_equal, _made_alike, _called_alike, _of_a_kind),
    (_made_alike, _called_alike, _of_a_kind),
)
# How much there is to say of a layer without a partner, of one with other fields, of one with another name.
_ALONE, _CHANGED, _RENAMED = 6, 4, 1


@dataclass(frozen=True)
class Matching:
    """The layers of two networks that are the same.

    Attributes:
        before, after: The layers.
        pairs: Positions of the same layer, in the order of `after`.
        moved: The positions in `after` of those that stand in another order.
    """

    before: tuple[PlacedLayer, ...]
    after: tuple[PlacedLayer, ...]
    pairs: tuple[tuple[int, int], ...]
    moved: frozenset[int]

    @cached_property
    def partners(self) -> dict[int, int]:
        """The position in `before` by the one in `after`."""
        return {right: left for left, right in self.pairs}

    @cached_property
    def removed(self) -> frozenset[int]:
        """The positions in `before` of the layers that are gone."""
        return frozenset(range(len(self.before))) - {left for left, _ in self.pairs}


def match(before: tuple[PlacedLayer, ...], after: tuple[PlacedLayer, ...]) -> Matching:
    """Finds the layers of one network again in another."""
    found = []
    for order in _ORDERS:
        pairs = _in_order(before, after, order)
        if len(pairs) == len(before) == len(after) and not _cost(before, after, pairs):
            return Matching(before, after, tuple(pairs), frozenset())
        found.append(pairs)
    pairs = min(found, key=lambda pairs: _cost(before, after, pairs))
    moved = _out_of_order(before, after, pairs)
    everything = sorted((*pairs, *moved), key=lambda pair: pair[1])
    return Matching(before, after, tuple(everything), frozenset(right for _, right in moved))


def _cost(before: Layers, after: Layers, pairs: Sequence[tuple[int, int]]) -> int:
    alone = len(before) + len(after) - 2 * len(pairs)
    changed = renamed = 0
    for left, right in pairs:
        changed += before[left].fields != after[right].fields
        renamed += before[left].loose_path != after[right].loose_path
    return _ALONE * alone + _CHANGED * changed + _RENAMED * renamed


def _in_order(before: Layers, after: Layers, order: tuple[Key, ...]) -> list[tuple[int, int]]:
    """The layers that follow one another alike in both."""
    pairs: list[tuple[int, int]] = []
    for key in order:
        keys = [key(layer) for layer in before], [key(layer) for layer in after]
        more: list[tuple[int, int]] = []
        start = (0, 0)
        for end in (*pairs, (len(before), len(after))):
            if start[0] < end[0] and start[1] < end[1]:
                more += [
                    (start[0] + left, start[1] + right)
                    for left, right in align(keys[0][start[0] : end[0]], keys[1][start[1] : end[1]])
                    if _can_be_one(before[start[0] + left], after[start[1] + right])
                ]
            start = end[0] + 1, end[1] + 1
        pairs = sorted((*pairs, *more))
    return _without_strays(before, after, pairs)


def _without_strays(
    before: Layers, after: Layers, pairs: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The pairs without those in which two blocks that have little in common would lend each other a layer.

    A layer is moved from one block to another only with most of what left the one, or of what came into the other.
    """
    same = {pair for pair in pairs if before[pair[0]].around == after[pair[1]].around}
    at_home = {left for left, _ in same}, {right for _, right in same}
    left_over = [
        Counter(layer.prefix for index, layer in enumerate(layers) if index not in known)
        for layers, known in zip((before, after), at_home, strict=True)
    ]
    moves = Counter(
        (before[left].prefix, after[right].prefix)
        for left, right in pairs
        if (left, right) not in same
    )
    return [
        (left, right)
        for left, right in pairs
        if (left, right) in same
        or 2 * moves[move := (before[left].prefix, after[right].prefix)]
        > min(left_over[0][move[0]], left_over[1][move[1]])
    ]


def _can_be_one(before: PlacedLayer, after: PlacedLayer) -> bool:
    """Whether two layers of a kind may be taken for one: not if both names and fields say that they are two."""
    if before.fields == after.fields or before.loose_path == after.loose_path:
        return True
    if before.own.written and after.own.written:
        return before.own.text == after.own.text
    if before.around == after.around:
        return True
    changes = differences(before.node.layer, after.node.layer, without=WIRING)
    return next(islice(changes, 1, None), None) is None


def _out_of_order(
    before: Layers, after: Layers, pairs: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The layers among those left over that stand in another order, and those of another kind by their names."""
    left = dict.fromkeys(sorted({*range(len(before))} - {one for one, _ in pairs}))
    right = dict.fromkeys(sorted({*range(len(after))} - {other for _, other in pairs}))
    found: list[tuple[int, int]] = []
    for key in (_equal, _name, _weights):
        places: dict[Hashable, list[int]] = defaultdict(list)
        for index in left:
            places[key(before[index])].append(index)
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for index in right:
            waiting[key(after[index])].append(index)
        for which, ones in places.items():
            others = waiting.get(which, [])
            # One of several that are alike is moved by nobody.
            if which is None or len(ones) != len(others):
                continue
            for pair in zip(ones, others, strict=True):
                found.append(pair)
                del left[pair[0]], right[pair[1]]
    return found


def _name(layer: PlacedLayer) -> Hashable:
    """Its name, where that is written."""
    return layer.path if layer.own.written else None


def _weights(layer: PlacedLayer) -> Hashable:
    """Its fields, where it has weights."""
    return layer.fields if layer.node.parameters else None
