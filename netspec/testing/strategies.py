"""Hypothesis strategies made from netspec's own field types: values as a spec would write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from hypothesis import strategies as st

from netspec.fields import (
    Choice,
    FieldType,
    Flag,
    ListOf,
    MapOf,
    Nullable,
    OneOf,
    Pair,
    Real,
    Text,
    ThingOf,
    Whole,
)
from netspec.layers.base import CallOf
from netspec.layers.fields import InnerLayer
from netspec.layers.registry import LAYERS
from netspec.things.activations import ActivationName
from netspec.things.spans import SpanField, StepsOrEpochs

if TYPE_CHECKING:
    from netspec.fields import Fields, Thing
    from netspec.layers.base import Layer
    from netspec.layers.shapes import Shape

# Values stay small, so that what is drawn often fits what it meets, and runs fast.
SPREAD = 4
LONGEST = 4
MOST_FIELDS = 6
LARGEST = 8

# What stands inside a layer when one is drawn: one of each sort, for the layers themselves are drawn elsewhere.
INNER = ("Dense", "Conv2D", "Dropout", "BatchNormalization", "Flatten", "Activation")

Values = st.SearchStrategy[Any]


def strategy_for(field_type: FieldType) -> Values:  # noqa: C901, PLR0912 - one case a type
    """Values that a field of this type takes."""
    match field_type:
        case Whole():
            low = -SPREAD if field_type.minimum is None else field_type.minimum
            return st.integers(low, min(field_type.maximum, low + 2 * SPREAD))
        case Real():
            return _numbers(field_type)
        case Flag():
            return st.booleans()
        case Choice():
            return st.sampled_from(field_type.options)
        case ActivationName():
            return st.sampled_from(field_type.names)
        case Pair():
            item = strategy_for(field_type.item)
            pair = st.lists(item, min_size=field_type.length, max_size=field_type.length)
            return item | pair
        case ListOf():
            most = LONGEST if field_type.maximum is None else field_type.maximum
            item = strategy_for(field_type.item)
            drawn = st.lists(item, min_size=field_type.minimum, max_size=most)
            first = getattr(field_type.item, "minimum", None)
            if not isinstance(field_type.item, Whole) or first is None:
                return drawn
            return drawn | _orders(first, field_type.minimum, most)
        case MapOf():
            keys, items = strategy_for(field_type.keys), strategy_for(field_type.item)
            return st.dictionaries(keys, items, min_size=1)
        case Nullable():
            return st.none() | strategy_for(field_type.item)
        case OneOf():
            return st.one_of(*(strategy_for(item) for item in field_type.types))
        case CallOf():
            return fields_of(field_type.model)
        case InnerLayer():
            names = field_type.only or (
                INNER if field_type.registry is LAYERS else field_type.registry.names()
            )
            return st.sampled_from(names).flatmap(
                lambda name: _inner(cast("type[Layer]", field_type.registry.get(name)))
            )
        case ThingOf():
            return st.sampled_from(field_type.registry.names()).flatmap(
                lambda name: _thing(name, field_type.registry.get(name))
            )
        case StepsOrEpochs() | SpanField():
            low = getattr(field_type, "minimum", 1)
            return st.integers(low, low + 2 * SPREAD) | st.sampled_from(
                ["1 epoch", "2.5 epochs", "7 steps", "3epochs"]
            )
        case Text():
            return st.from_regex(re.sub(r"(?<!\\)\$", r"\\Z", field_type.pattern))
        case _:
            raise NotImplementedError(type(field_type).__name__)


def fields_of(thing: type[Fields], *, without: frozenset[str] = frozenset()) -> Values:
    """Fields of a layer or thing: those it requires, and some of the others."""

    @st.composite
    def drawn(draw: st.DrawFn) -> dict[str, Any]:
        types = {name: part for name, part in field_types(thing).items() if name not in without}
        needed = {name for name in types if thing.model_fields[name].is_required()}
        others = sorted(set(types) - needed)
        chosen = draw(st.sets(st.sampled_from(others), max_size=MOST_FIELDS)) if others else set()
        return {name: draw(strategy_for(types[name])) for name in sorted(needed | chosen)}

    return drawn()


def field_types(thing: type[Fields]) -> dict[str, FieldType]:
    """The type of each field."""
    return {
        name: next(part for part in info.metadata if isinstance(part, FieldType))
        for name, info in thing.model_fields.items()
    }


def shapes() -> st.SearchStrategy[Shape]:
    """Shapes without batch: mostly images, of known sizes."""
    size: st.SearchStrategy[int | None] = st.integers(1, 8)
    mostly_known = st.one_of(size, size, size, size, st.none())
    ranks = st.sampled_from([3, 3, 3, 3, 3, 1, 2, 4])
    return ranks.flatmap(lambda rank: st.tuples(*[size] * rank) | st.tuples(*[mostly_known] * rank))


@st.composite
def related_shapes(draw: st.DrawFn) -> tuple[Shape, ...]:
    """Shapes that a merge could take: alike but for a few sizes, or for axes left out."""
    first = draw(shapes())
    others = []
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 1, 2, 2, 3]))):
        other = [draw(st.sampled_from([size, size, size, size, 1, 2, None])) for size in first]
        cut = draw(st.sampled_from([0, 0, 0, 1, 2]))
        others.append(tuple(other[cut:] or other))
    drawn = [first, *others]
    return tuple(draw(st.permutations(drawn)))


@st.composite
def shapes_like(draw: st.DrawFn, examples: tuple[Shape, ...]) -> tuple[Shape, ...]:
    """Shapes of other sizes, equal where the examples' are equal; now and then one differs, or is unknown."""
    sizes = sorted({size for shape in examples for size in shape if size is not None})
    near = {size: draw(st.sampled_from([size, size, *range(1, LARGEST + 1)])) for size in sizes}
    drawn = [[None if size is None else near[size] for size in shape] for shape in examples]
    if draw(st.integers(0, 3)) == 0:
        shape = draw(st.sampled_from(drawn))
        place = draw(st.integers(0, max(len(shape) - 1, 0)))
        change: list[int | None] = draw(
            st.sampled_from([[None], [None], [1], [2], [LARGEST], [], [3, 2]])
        )
        shape[place : place + 1] = change
    return tuple(tuple(shape) for shape in drawn)


def layer_fields(layer: type[Layer]) -> Values:
    """A layer's own fields, and ``trainable``; not its name and wiring. Some are its example's."""
    drawn = fields_of(layer, without=(layer.wiring | {"name"}) - {"call"})
    like_example = drawn.map(lambda fields: {**fields, **layer.example.fields})
    return st.one_of(drawn, drawn, like_example)


def _orders(first: int, shortest: int, longest: int) -> Values:
    """As many whole numbers as they are, in any order: axes, often."""
    lengths = st.integers(shortest, longest)
    return lengths.flatmap(lambda length: st.permutations(range(first, first + length)))


def _numbers(field_type: Real) -> Values:
    low = next((bound for bound in (field_type.minimum, field_type.above) if bound is not None), -3)
    high = next((bound for bound in (field_type.maximum, field_type.below) if bound is not None), 3)
    numbers = st.floats(
        low,
        max(low, high),
        exclude_min=field_type.above is not None,
        exclude_max=field_type.below is not None,
        width=16,
    )
    fraction = st.just("1/255") if low <= 0 else st.nothing()
    return numbers | fraction


def _thing(name: str, thing: type[Thing]) -> Values:
    with_fields = fields_of(thing).map(lambda fields: {name: fields})
    return st.just(name) | with_fields if thing.bare() else with_fields


def _inner(layer: type[Layer]) -> Values:
    """A layer inside another: its own fields, without its name and wiring."""
    with_fields = layer_fields(layer).map(lambda fields: {layer.kind(): fields})
    return st.just(layer.kind()) | with_fields if layer.bare() else with_fields
