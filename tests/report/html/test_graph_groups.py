"""A network folds by its names, and where these do not help, by its structure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netspec.report.html.graph_groups import (
    MANY,
    Group,
    Leaf,
    at_depth,
    first_view,
    grouped,
    groups,
    leaves,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.report.html.graph_groups import Item


def chain(*names: str, sizes: Sequence[int] = ()) -> list[Leaf]:
    """Layers one after another."""
    return [
        Leaf(name, at, sizes[at] if sizes else 64, (at - 1,) if at else ())
        for at, name in enumerate(names)
    ]


def told(items: Sequence[Item]) -> list[object]:
    return [
        item.name if isinstance(item, Leaf) else (item.name, told(item.children)) for item in items
    ]


def test_dotted_names_are_blocks() -> None:
    items = grouped(chain("conv", "a.x.conv", "a.x.relu", "a.add", "b.conv", "head"))
    assert told(items) == [
        "conv",
        ("a", [("a.x", ["a.x.conv", "a.x.relu"]), "a.add"]),
        ("b", ["b.conv"]),
        "head",
    ]
    assert [group.depth for group in groups(items)] == [1, 2, 1]


def test_three_copies_and_more_fold_together() -> None:
    items = grouped(chain(*(f"s.unit.{number}.conv" for number in range(3)), "s.add"))
    (block,) = items
    assert isinstance(block, Group)
    copies = block.children[0]
    assert isinstance(copies, Group)
    assert (copies.name, copies.kind, len(copies.children)) == ("s.unit", "copies", 3)
    assert told(grouped(chain("u.0", "u.1"))) == ["u.0", "u.1"]


def test_a_block_of_nothing_but_copies_has_these_in_it() -> None:
    assert told(grouped(chain("s.u.0", "s.u.1", "s.u.2"))) == [("s", ["s.u.0", "s.u.1", "s.u.2"])]


def residual(blocks: int) -> list[Leaf]:
    """A list without blocks: convolutions, each three of them added to what went in."""
    found = [Leaf("stem", 0, 64, ())]
    for block in range(blocks):
        before = found[-1].index
        for number in range(3):
            at = len(found)
            found.append(Leaf(f"block{block}_conv{number}", at, 64 >> 2 * (block // 8), (at - 1,)))
        found.append(
            Leaf(f"block{block}_add", len(found), found[-1].size, (len(found) - 1, before))
        )
        found.append(
            Leaf(f"block{block}_relu", len(found), found[-1].size, (len(found) - 1,), finishes=True)
        )
    return found


def test_a_long_list_is_divided_at_other_sizes_and_where_one_tensor_alone_goes_on() -> None:
    items = grouped(residual(16))
    assert len(items) == 2
    large, small = items
    assert isinstance(large, Group)
    assert isinstance(small, Group)
    assert [item.name for item in small.children] == [f"block{number}" for number in range(8, 16)]
    assert [leaf.name for leaf in next(iter(groups(small.children))).leaves][-1] == "block8_relu"


@pytest.mark.parametrize(
    "layers",
    [
        residual(16),
        residual(200),
        [],
        chain(*(f"dense_{number}" for number in range(300))),
        # No cut anywhere: all take the first layer too.
        [Leaf(f"l{at}", at, 9, tuple({0, at - 1}) if at else ()) for at in range(500)],
        chain(*(f"a.b{number}" for number in range(90))),
    ],
    ids=["residual", "deep", "nothing", "dense", "skips", "block"],
)
def test_no_box_has_more_in_it_than_one_takes_in_and_no_layer_is_lost(layers: list[Leaf]) -> None:
    items = grouped(layers)
    assert list(leaves(items)) == layers
    assert all(
        len(inside) <= MANY for inside in [items, *(each.children for each in groups(items))]
    )


def shown(items: Sequence[Item], opened: list[int]) -> int:
    """How many boxes are seen."""
    numbers = {id(group): number for number, group in enumerate(groups(items))}

    def count(inside: Sequence[Item]) -> int:
        return sum(
            count(item.children) if isinstance(item, Group) and numbers[id(item)] in opened else 1
            for item in inside
        )

    return count(items)


def test_the_first_view_is_as_deep_as_forty_boxes_allow() -> None:
    items = grouped(residual(24))
    assert len(items) == 3
    assert shown(items, first_view(items)) == 1 + 24  # the stem, and a box each
    few = grouped(chain("a.x.conv", "a.x.relu", "b.conv"))
    assert first_view(few) == [0, 1, 2]


def test_a_view_towards_layers_unfolds_only_what_is_around_them() -> None:
    items = grouped(chain("a.x.conv", "a.relu", "b.y.conv", "c"))
    assert [list(groups(items))[at].name for at in first_view(items, towards={"b.y.conv"})] == [
        "b",
        "b.y",
    ]


def test_a_depth_unfolds_names_as_a_summary_does() -> None:
    items = grouped(chain(*(f"s.unit.{number}.conv" for number in range(3)), "s.add", "t.add"))
    names = [group.name for group in groups(items)]
    assert names == ["s", "s.unit", "s.unit.0", "s.unit.1", "s.unit.2", "t"]
    assert [names[at] for at in at_depth(items, 1)] == []
    assert [names[at] for at in at_depth(items, 2)] == ["s", "s.unit", "t"]
    assert len(at_depth(items, 3)) == len(names)
