"""The changes of a network's layers as a reviewer reads them: one row for what one edit did.

A block that is new is one row, and so are its copies; a line inside a block that is used many times is one row; a block
that is called otherwise is one row. What only follows from other changes has none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from netspec.fields.difference import spelled
from netspec.graph.placed import WIRING
from netspec.layers.shapes import spell

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from netspec.fields.difference import FieldChange
    from netspec.graph.comparison import Comparison, LayerChange
    from netspec.graph.placed import PlacedLayer, Step

_Steps = tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """What is told of one layer, or of several together.

    Attributes:
        change: What became of them.
        name: The layer, or the block.
        type: Keras's class; empty for a block.
        what: What differs, a text each.
        parameters, macs: How many more there are; None where that is not known.
        layers: How many layers it is about.
        changes: These layers.
    """

    change: str
    name: str
    type: str
    what: tuple[str, ...]
    parameters: int
    macs: int | None
    layers: int = 1
    changes: tuple[LayerChange, ...] = field(default=(), compare=False, repr=False)


def all_rows(comparison: Comparison) -> list[Row]:
    """A row for every layer that differs."""
    return [_row([change]) for change in comparison.layers]


def rows(comparison: Comparison) -> list[Row]:
    """The rows that say everything once, without what only follows."""
    told = [change for change in comparison.layers if change.change != "follows"]
    uses = {
        "added": _extents(comparison.matching.after),
        "removed": _extents(comparison.matching.before),
    }
    groups: dict[Hashable, list[LayerChange]] = {}
    ranges: dict[Hashable, tuple[_Steps, _Steps]] = {}
    for _, run in groupby(told, key=lambda change: change.change):
        changes = list(run)
        if changes[0].change not in uses:
            for change in changes:
                groups.setdefault(_edit(change), []).append(change)
            continue
        for first, last, whole in _wholes(changes, uses[changes[0].change]):
            if len(whole) == 1 and first == last:
                groups.setdefault(_edit(whole[0]), []).append(whole[0])
            else:
                key = changes[0].change, first, id(whole[0])
                groups[key], ranges[key] = whole, (first, last)
    return [_row(group, ranges.get(key)) for key, group in groups.items()]


def follow(comparison: Comparison) -> Row | None:
    """The layers together that only follow, None where there are none."""
    changes = [change for change in comparison.layers if change.change == "follows"]
    return _row(changes) if changes else None


def _extents(layers: Sequence[PlacedLayer]) -> dict[_Steps, int]:
    """How many layers there are below each beginning of a name."""
    counts: dict[_Steps, int] = {}
    for layer in layers:
        texts = _texts(layer.steps)
        for length in range(1, len(texts) + 1):
            counts[texts[:length]] = counts.get(texts[:length], 0) + 1
    return counts


def _texts(steps: tuple[Step, ...]) -> _Steps:
    return tuple(step.text for step in steps)


def _wholes(
    changes: list[LayerChange], extents: dict[_Steps, int]
) -> Iterator[tuple[_Steps, _Steps, list[LayerChange]]]:
    """Cuts a run of added or removed layers into whole uses of blocks, copies together: first and last name, layers."""
    found: list[tuple[_Steps, _Steps, list[LayerChange]]] = []
    names = [_texts(change.layer.steps) for change in changes]
    index = 0
    while index < len(changes):
        whole, count = names[index], 1
        for length in range(1, len(whole) + 1):
            extent = extents[whole[:length]]
            if names[index : index + extent][-1][:length] == whole[:length] and (
                index + extent <= len(names)
            ):
                whole, count = whole[:length], extent
                break
        part = changes[index : index + count]
        copies = part[0].layer.steps[len(whole) - 1].is_copy
        previous = found[-1] if found else None
        if previous is not None and copies and previous[1][:-1] == whole[:-1]:
            found[-1] = previous[0], whole, previous[2] + part
        else:
            found.append((whole, whole, part))
        index += count
    yield from found


def _edit(change: LayerChange) -> Hashable:
    """What changes have in common that one edit of the text made."""
    if change.change in {"renamed", "moved"} and not change.fields:
        names = _renaming(change)
        if names is not None:
            return change.change, *names
    places = tuple(
        None if layer is None else _place(layer) for layer in (change.before, change.after)
    )
    fields = tuple(
        each.path if each.path in {"inputs", "shares"} else repr(each) for each in change.fields
    )
    return change.change, places, fields


def _place(layer: PlacedLayer) -> tuple[str, int, int]:
    place = layer.node.item.place()
    return place.source.name, place.line, place.column


def _renaming(change: LayerChange) -> tuple[_Steps, _Steps] | None:
    """What a block is called that was called otherwise; None where the layer's own name differs."""
    if change.before is None or change.after is None:
        return None
    before, after = change.before.loose_path, change.after.loose_path
    alike = 0
    while alike < min(len(before), len(after)) and before[-1 - alike] == after[-1 - alike]:
        alike += 1
    if not alike or before == after:
        return None
    return before[: len(before) - alike], after[: len(after) - alike]


def _row(changes: list[LayerChange], named: tuple[_Steps, _Steps] | None = None) -> Row:
    first = changes[0]
    parameters = sum(_more(change, lambda layer: layer.parameters) or 0 for change in changes)
    costs = [_more(change, lambda layer: layer.macs) for change in changes]
    known = [cost for cost in costs if cost is not None]
    name, type_, what = first.layer.name, first.layer.node.kind, tuple(differing(first))
    renaming = _renaming(first) if len(changes) > 1 and not first.fields else None
    if named is not None:
        whole, last = ".".join(named[0]), named[1][-1]
        name = whole if named[0] == named[1] else f"{whole} … {last}"
        type_, what = "", (_count(changes, "layer"),)
        if named[0] != named[1]:
            copies = int(last) - int(named[0][-1]) + 1
            what = (f"{copies} copies, {what[0]}" if copies < len(changes) else f"{copies} copies",)
    elif renaming is not None and first.change in {"renamed", "moved"}:
        was, now = (".".join(each) for each in renaming)
        name, type_ = now or name, "" if now else type_
        verb = "was" if first.change == "renamed" else "stood in"
        count = _count(changes, "layer") if now else f"and so {_count(changes[1:], 'more layer')}"
        what = (f"{verb} {was or 'no block'}", count)
    elif len(changes) > 1:
        what = (*what, f"and so {_count(changes[1:], 'more layer')}")
    return Row(
        change=first.change,
        name=name,
        type=type_,
        what=what,
        parameters=parameters,
        macs=sum(known) if len(known) == len(costs) else None,
        layers=len(changes),
        changes=tuple(changes),
    )


def _count(changes: Sequence[object], noun: str) -> str:
    return f"{len(changes):,} {noun}{'s' * (len(changes) != 1)}"


def _more(change: LayerChange, of: Callable[[PlacedLayer], int | None]) -> int | None:
    """How much more there is now; None where that is not known."""
    before = 0 if change.before is None else of(change.before)
    after = 0 if change.after is None else of(change.after)
    return None if before is None or after is None else after - before


def differing(change: LayerChange) -> Iterator[str]:
    """What differs of a layer, a text each."""
    before, after = change.before, change.after
    if before is None or after is None:
        yield from _given(change.layer)
        return
    if change.renamed:
        yield f"was {before.name}"
    yield from map(told, change.fields)
    shapes = before.node.output_shape, after.node.output_shape
    if shapes[0] != shapes[1]:
        yield f"gives {spell(shapes[0] or ())} → {spell(shapes[1] or ())}"
    elif change.change == "moved" and not change.fields and not change.renamed:
        yield "stands elsewhere in the text, and takes the same"


def _given(layer: PlacedLayer) -> Iterator[str]:
    """What the text says of a layer, its expressions computed."""
    fields = layer.node.item.fields
    given = {} if fields is None else fields.value()
    assert isinstance(given, dict)  # noqa: S101 - as fields are
    told = [f"{name}: {spelled(value)}" for name, value in given.items() if name not in WIRING]
    if told:
        yield ", ".join(told)


def told(change: FieldChange) -> str:
    """A field that differs: ``filters: 32 → 64``."""
    return f"{change.path}: {spelled(change.before)} → {spelled(change.after)}"
