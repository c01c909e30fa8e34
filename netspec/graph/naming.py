"""What items are called: their own names, or their kinds with the first free number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netspec.diagnostics import Code
from netspec.layers.wiring import NAME_PATTERN
from netspec.wording import short, snake_case

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from netspec.graph.item import Item
    from netspec.source.nodes import Place


def names_of(
    items: Sequence[Item], inputs: Collection[str], report: Callable[[Code, str, Place, str], None]
) -> list[str]:
    """The name of each item of a list.

    Args:
        items: The items.
        inputs: The names of inputs that stand beside them.
        report: Is told of every name that is given twice.
    """
    taken = set(inputs)
    own: list[str | None] = []
    for item in items:
        own.append(None if item.name in taken or not _is_name(item.name) else item.name)
        for name, place in _given(item):
            if name in taken:
                by = "an input" if name in inputs else "an earlier layer"
                message = f"the name '{short(name)}' is taken by {by}"
                report(Code.DUPLICATE_NAME, message, place, "give every layer a name of its own")
            taken.add(name)
    numbers: dict[str, int] = {}
    return [name or _free(item, taken, numbers) for name, item in zip(own, items, strict=True)]


def are_clear(items: Sequence[Item]) -> bool:
    """Whether each name that is given is one, and given once: else it may be another's that somebody asks for."""
    given = [item.name for item in items if item.name is not None]
    return len({*given}) == len(given) and all(map(_is_name, given))


def _given(item: Item) -> Iterator[tuple[str, Place]]:
    """The names that an item gives itself and its outputs, each with where it is written."""
    if item.name is not None and _is_name(item.name):
        yield item.name, item.place("name")
    outputs = item.field("outputs")
    values = outputs.value() if outputs is not None else None
    for index, name in enumerate(values if isinstance(values, list) else []):
        if isinstance(name, str) and _is_name(name) and name != item.name:
            yield name, item.place("outputs", element=index)


def _is_name(name: str | None) -> bool:
    """Whether a name is one; else that is the field's mistake."""
    return name is not None and re.match(NAME_PATTERN, name) is not None


def _free(item: Item, taken: set[str], numbers: dict[str, int]) -> str:
    base = (item.kind or "") if item.is_block else snake_case(item.keras_kind or item.kind or "")
    if re.fullmatch(r"[a-z][a-z0-9_]{0,99}", base) is None:  # it is no kind at all
        base = "layer"
    number = numbers.get(base, 0)
    while (name := base if number == 0 else f"{base}_{number}") in taken:
        number += 1
    numbers[base] = number + 1
    taken.add(name)
    return name
