"""What a network's graph is folded into: blocks, copies, and parts of a long list of layers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby, takewhile
from typing import TYPE_CHECKING, Literal, TypeAlias

from netspec.graph.folding import names_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

Kind = Literal["block", "copies", "part"]

# So many boxes side by side are more than one takes in, so that they are folded into parts.
MANY = 40
# Copies that are folded together.
_COPIES = 3
# A part has at least so many layers, and where nothing else divides a list, about so many.
_FEW, _SOME = 3, 12
# From one part to the next a map becomes so many times smaller or larger.
_OTHER_SIZE = 1.6


@dataclass(frozen=True)
class Leaf:
    """A layer.

    Attributes:
        name: Its dotted name.
        index: Its number among the layers.
        size: The places of what it gives, such as height times width; None where it has none, or they are unknown.
        takes: The numbers of the layers that it takes from.
        finishes: Whether it belongs to what stands before it, as an activation does.
    """

    name: str
    index: int
    size: int | None
    takes: tuple[int, ...]
    finishes: bool = False


@dataclass(frozen=True)
class Group:
    """Layers that are shown as one box until it is unfolded.

    Attributes:
        name: Of a block its use's name, of copies that without a number; of a part what its layers' names begin with,
            or the first and the last of them.
        kind: `block` by a dotted name, `copies` of a repeated item, `part` of a list that is too long.
        children: What is in it, in the order of the text.
        depth: How many names a block's has; of copies and parts that of what they stand in, and one more.
    """

    name: str
    kind: Kind
    children: tuple[Item, ...] = field(repr=False)
    depth: int

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """All layers in it."""
        return tuple(leaves(self.children))


Item: TypeAlias = "Leaf | Group"


def grouped(layers: Sequence[Leaf]) -> tuple[Item, ...]:
    """The layers in their blocks; each box has few others directly in it, where the network can be divided so."""
    return _divided(_level(layers, 0), depth=1)


def leaves(items: Sequence[Item]) -> Iterator[Leaf]:
    """The layers among items and in them."""
    for item in items:
        if isinstance(item, Leaf):
            yield item
        else:
            yield from leaves(item.children)


def groups(items: Sequence[Item]) -> Iterator[Group]:
    """The groups among items, each before those in it."""
    for item in items:
        if isinstance(item, Group):
            yield item
            yield from groups(item.children)


def first_view(items: Sequence[Item], *, towards: Collection[str] = ()) -> list[int]:
    """Which groups are unfolded at first, in the order of `groups`: level by level, while at most `MANY` boxes show.

    Args:
        items: What stands outside of all groups.
        towards: The layers that are of interest; only groups around these are unfolded then.
    """
    opened: set[int] = set()
    shown = len(items)
    level = _around(items, towards)
    while level:
        shown += sum(len(group.children) - 1 for group in level)
        if shown > MANY:
            break
        opened.update(map(id, level))
        level = [inner for group in level for inner in _around(group.children, towards)]
    return [number for number, group in enumerate(groups(items)) if id(group) in opened]


def _around(items: Sequence[Item], towards: Collection[str]) -> list[Group]:
    """The groups that hold a layer of interest."""
    return [
        item
        for item in items
        if isinstance(item, Group)
        and (not towards or any(leaf.name in towards for leaf in leaves([item])))
    ]


def at_depth(items: Sequence[Item], depth: int) -> list[int]:
    """Which groups are unfolded where as many names of each path are told apart; no parts."""
    return [
        number
        for number, group in enumerate(groups(items))
        if (group.kind == "block" and group.depth < depth)
        or (group.kind == "copies" and group.depth <= depth)
    ]


def _level(layers: Sequence[Leaf], depth: int) -> list[Item]:
    """The layers by the name that stands after so many others, copies of one item together."""
    items: list[Item] = []
    for name, run in groupby(layers, key=lambda leaf: names_of(leaf.name)[: depth + 1]):
        inside = list(run)
        if len(inside) == 1 and len(names_of(inside[0].name)) == len(name):
            items.append(inside[0])
        else:
            children = _divided(_level(inside, depth + 1), depth=depth + 2)
            items.append(Group(".".join(name), "block", _only(children), depth + 1))
    return list(_copies_together(items, depth + 1))


def _only(children: tuple[Item, ...]) -> tuple[Item, ...]:
    """What is in a block; where that is nothing but copies, these themselves."""
    if len(children) == 1 and isinstance(children[0], Group) and children[0].kind == "copies":
        return children[0].children
    return children


def _copies_together(items: Sequence[Item], depth: int) -> Iterator[Item]:
    for base, run in groupby(items, key=_base):
        same = list(run)
        if base is None or len(same) < _COPIES:
            yield from same
        else:
            yield Group(base, "copies", _divided(same, depth=depth), depth)


def _base(item: Item) -> str | None:
    """The name of a copy without its number; None of what is no copy."""
    base, _, number = item.name.rpartition(".")
    return base if number.isdigit() else None


def _divided(items: Sequence[Item], *, depth: int) -> tuple[Item, ...]:
    """The items, in parts where they are too many."""
    if len(items) <= MANY:
        return tuple(items)
    modules = _modules(items, depth)
    if len(modules) == 1:
        modules = list(items)
    for divided in (_by_size(modules, depth), modules):
        if 1 < len(divided) <= MANY:
            return tuple(_divided_again(divided, depth))
    chunks = [modules[at : at + _SOME] for at in range(0, len(modules), _SOME)]
    return _divided([_part(chunk, depth) for chunk in chunks], depth=depth)


def _divided_again(items: Sequence[Item], depth: int) -> Iterator[Item]:
    for item in items:
        if isinstance(item, Group) and item.kind == "part" and len(item.children) > MANY:
            yield replace(item, children=_divided(item.children, depth=depth))
        else:
            yield item


def _modules(items: Sequence[Item], depth: int) -> list[Item]:
    """The items, those together that lie between two places at which one tensor alone goes on.

    Source: such a place is a cut vertex of the graph; what lies between two of them is a residual block, say, or an
    inception. What only finishes a module, such as the activation after it, is part of it.
    """
    runs: list[list[Item]] = [[]]
    for item, is_cut in zip(items, _cuts(items), strict=True):
        if not runs[-1] and len(runs) > 1 and len(runs[-2]) >= _FEW and _finishes(item):
            runs[-2].append(item)
            continue
        runs[-1].append(item)
        if is_cut:
            runs.append([])
    return [item for run in runs for item in ([_part(run, depth)] if len(run) >= _FEW else run)]


def _finishes(item: Item) -> bool:
    return isinstance(item, Leaf) and item.finishes


def _cuts(items: Sequence[Item]) -> list[bool]:
    """Whether all that comes after an item takes from it, and from nothing before it."""
    at = {leaf.index: number for number, item in enumerate(items) for leaf in leaves([item])}
    last_use = list(range(len(items)))
    for number, item in enumerate(items):
        for leaf in leaves([item]):
            for taken in leaf.takes:
                giver = at.get(taken)
                if giver is not None:
                    last_use[giver] = max(last_use[giver], number)
    cuts, needed = [], -1
    for number, last in enumerate(last_use):
        cuts.append(needed <= number)
        needed = max(needed, last)
    return cuts


def _by_size(items: Sequence[Item], depth: int) -> list[Item]:
    """The items in runs whose maps have about the same size."""
    runs: list[list[Item]] = []
    size: int | None = None
    for item in items:
        own = list(leaves([item]))[-1].size
        if not runs or _is_other(size, own):
            runs.append([])
            size = own
        runs[-1].append(item)
    merged: list[list[Item]] = []
    for run in runs:
        if merged and (len(run) < _FEW or len(merged[-1]) < _FEW):
            merged[-1] += run
        else:
            merged.append(run)
    return [_part(run, depth) if len(run) > 1 else run[0] for run in merged]


def _is_other(size: int | None, other: int | None) -> bool:
    if size is None or other is None:
        return size is not other
    small, large = sorted((size, other))
    return large > _OTHER_SIZE**2 * small


def _part(items: Sequence[Item], depth: int) -> Group:
    inside = list(leaves(items))
    return Group(_name(inside), "part", tuple(items), depth)


def _name(layers: Sequence[Leaf]) -> str:
    """The words that the layers' names begin with, in the block that they stand in; else the first and the last."""
    names = [layer.name for layer in layers]
    scope, dot, _ = names[0].rpartition(".")
    if all(name.startswith(scope + dot) for name in names):
        words = zip(*(name.removeprefix(scope + dot).split("_") for name in names), strict=False)
        common = [each[0] for each in takewhile(lambda each: len({*each}) == 1, words)]
        if common:
            return scope + dot + "_".join(common)
    first, last = (_block(name.rpartition(".")[2]) for name in (names[0], names[-1]))
    return f"{scope}{dot}{first} … {last}"


def _block(name: str) -> str:
    """The block that a layer's name begins with, where Keras has named it so: `block2a` of `block2a_dwconv`."""
    word, _, rest = name.partition("_")
    is_block = any(each.isdigit() for each in word) and rest and not rest.isdigit()
    return word if is_block else name
