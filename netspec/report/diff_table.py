"""A diff as tables, for a terminal and for a pull request."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from netspec.fields.difference import FieldChange, spelled
from netspec.report.console import aligned
from netspec.report.diff_rows import Row, all_rows, follow, rows
from netspec.report.escape import markdown, printable
from netspec.wording import spoken_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from netspec.report.diff import Diff

_COLUMNS = ("change", "layer", "type", "what", "parameters", "MACs")
_NUMBERS = frozenset({"parameters", "MACs"})
# What a narrow terminal can do without, in this order; and what its texts should have left.
_LEFT_OUT_FIRST = ("MACs", "type")
_READABLE = 26
# More rows than anybody reads are shown only where they are asked for.
MAX_ROWS = 500

_COLOURS = {
    "added": "green",
    "removed": "red",
    "changed": "yellow",
    "moved": "cyan",
    "renamed": "cyan",
    "follows": "dim",
}
# Of parameters; told where stages of training change others than the layers' own flags say.
MOST_TRAINED = "most_trained_by_a_stage"
# What each total is called in a table.
_TOTALS = {
    "layers": "layers",
    "total_parameters": "parameters",
    "trainable_parameters": "trainable",
    "non_trainable_parameters": "non-trainable",
    MOST_TRAINED: "trained by a stage (most)",
    "macs": "MACs per sample",
    "flops": "FLOPs per sample",
    "weight_bytes": "weights",
    "training_bytes": "training memory (est.)",
}
_MEBIBYTES = frozenset({"weight_bytes", "training_bytes"})


def markdown_of(diff: Diff, *, everything: bool) -> str:
    """The tables for a pull request.

    Args:
        diff: What differs.
        everything: Whether every layer has a row of its own.
    """
    lines = [f"### {markdown(title(diff))}", "", markdown(tally(diff))]
    wiring = (*diff.network.inputs, *diff.network.outputs)
    for heading, changes in (("network", wiring), ("besides the network", diff.settings)):
        if changes:
            lines += ["", f"| {heading} | before | after |", "| --- | --- | --- |"]
            lines += [
                f"| {' | '.join(markdown(cell) for cell in (change.path, *sides(change)))} |"
                for change in changes
            ]
    cells = [_cells(row) for row in _rows(diff, everything=everything)[0]]
    if cells:
        rule = ("---:" if name in _NUMBERS else "---" for name in _COLUMNS)
        lines += ["", f"| {' | '.join(_COLUMNS)} |", f"| {' | '.join(rule)} |"]
        lines += [
            f"| {' | '.join('<br>'.join(map(markdown, cell)) for cell in row)} |" for row in cells
        ]
    lines += [f"\n{markdown(note)}" for note in notes(diff, everything=everything)]
    lines += [
        "",
        "| total | before | after | difference | |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [f"| {' | '.join(map(markdown, total))} |" for total in totals(diff)]
    return "\n".join(lines)


def print_diff(diff: Diff, console: Console, *, everything: bool) -> None:
    """Prints the tables.

    Args:
        diff: What differs.
        console: Where.
        everything: Whether every layer has a row of its own.
    """
    console.print(Text(printable(title(diff)), style="bold"))
    console.print(Text(tally(diff)))
    found, _ = _rows(diff, everything=everything)
    _print_fields(console, (*diff.network.inputs, *diff.network.outputs))
    if found:
        columns = list(_COLUMNS)
        for name in _LEFT_OUT_FIRST:
            if _wanted(columns, found) > console.width:
                columns.remove(name)
        narrow = _wanted(_COLUMNS, found) > console.width
        console.print(_table(columns, found, narrow=narrow))
        if len(columns) < len(_COLUMNS):
            console.print(Text("a wider terminal, or a pipe, shows more columns", style="dim"))
    for note in notes(diff, everything=everything):
        console.print(Text(printable(note), style="dim"))
    if diff.settings:
        console.print(Text("besides the network", style="bold"))
        _print_fields(console, diff.settings)
    console.print(Text("\n".join(_totals_lines(diff, console.width))))


def title(diff: Diff) -> str:
    """What is compared."""
    before, after = diff.before, diff.after
    if before.name == after.name:
        return f"{before.file} → {after.file}"
    return f"{before.name} → {after.name}"


def tally(diff: Diff) -> str:
    """How many layers differ, and how."""
    if diff.equal:
        return "nothing differs"
    counts: Counter[str] = Counter(change.change for change in diff.network.layers)
    words: list[tuple[int, str]] = [
        (counts[change], change) for change in _COLOURS if counts[change]
    ]
    if not words:
        return "the layers are the same"
    return ", ".join(
        f"{count:,} {'' if index else _layers(count)}{_verb(change, count)}"
        for index, (count, change) in enumerate(words)
    )


def _layers(count: int) -> str:
    return "layer " if count == 1 else "layers "


def _verb(change: str, count: int) -> str:
    return "follow" if change == "follows" and count != 1 else change


def _rows(diff: Diff, *, everything: bool) -> tuple[list[Row], int]:
    """The rows that are shown, and how many are not."""
    if everything:
        return all_rows(diff.network), 0
    found = rows(diff.network)
    return found[:MAX_ROWS], max(0, len(found) - MAX_ROWS)


def notes(diff: Diff, *, everything: bool) -> Iterator[str]:
    """What is told in a line and not layer by layer."""
    _, left_out = _rows(diff, everything=everything)
    if left_out:
        yield f"{left_out:,} more rows; --all lists every layer"
    following = None if everything else follow(diff.network)
    if following is not None:
        count = following.layers
        more = f", {following.parameters:+,} parameters" if following.parameters else ""
        yield (
            f"{count:,} {_layers(count)}only {_verb('follows', count)} from these changes, with other "
            f"shapes or sizes{more}; --all lists {'it' if count == 1 else 'them'}"
        )
    renumbered = diff.network.renumbered
    if renumbered:
        before, after = next(iter(renumbered.items()))
        one = len(renumbered) == 1
        yield (
            f"{len(renumbered):,} unnamed layer{' has' if one else 's have'} another number, "
            f"and so other initial weights: {'' if one else 'such as '}{before} → {after}"
        )


def _cells(row: Row) -> tuple[tuple[str, ...], ...]:
    macs = "?" if row.macs is None else f"{row.macs:+,}" if row.macs else ""
    parameters = f"{row.parameters:+,}" if row.parameters else ""
    return (row.change,), (row.name,), (row.type,), row.what, (parameters,), (macs,)


def _wanted(columns: Sequence[str], found: Sequence[Row]) -> int:
    """How wide a terminal should be for the columns, texts folded as far as they can be read."""
    width = 1
    for name in columns:
        cells = [line for row in found for line in _cells(row)[_COLUMNS.index(name)]]
        widest = max(map(cell_len, (name, *cells)))
        width += 3 + (min(widest, _READABLE) if name in {"layer", "what"} else widest)
    return width


def _table(columns: Sequence[str], found: Sequence[Row], *, narrow: bool) -> Table:
    table = Table()
    for name in columns:
        fixed = name in _NUMBERS or name in {"change", "type"}
        justify: Literal["left", "right"] = "right" if name in _NUMBERS else "left"
        table.add_column(name, justify=justify, no_wrap=fixed, overflow="fold")
    for row in found:
        cells = dict(zip(_COLUMNS, _cells(row), strict=True))
        if narrow:
            cells["layer"] = tuple(_folded(row.name))
        style = _COLOURS[row.change]
        table.add_row(
            *(
                Text(
                    "\n".join(map(printable, cells[name])), style=style if name == "change" else ""
                )
                for name in columns
            )
        )
    return table


def _folded(name: str) -> Iterator[str]:
    """A long name on several lines, each ending at a dot."""
    line = ""
    for part in re.findall(r"[^.]+\.?|\.", name):
        if line and len(line) + len(part) > _READABLE:
            yield line
            line = ""
        line += part
    yield line


def sides(change: FieldChange) -> tuple[str, str]:
    """A field as it was, and as it is."""
    return spelled(change.before), spelled(change.after)


def _print_fields(console: Console, changes: Sequence[FieldChange]) -> None:
    if changes:
        told = ((change.path, " → ".join(sides(change))) for change in changes)
        console.print(aligned([(printable(path), printable(both)) for path, both in told]))


def _totals_lines(diff: Diff, width: int) -> list[str]:
    """The totals below each other; a narrow terminal can do without what was before."""
    found = [("total", "before", "after", "difference", ""), *totals(diff)]
    lines = _aligned(found)
    if max(map(len, lines)) > width:
        lines = _aligned([(row[0], *row[2:]) for row in found])
    return lines


def _aligned(table: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            f"{cell:<{width}}" if index == 0 else f"{cell:>{width}}"
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]


def totals(diff: Diff) -> Iterator[tuple[str, ...]]:
    """Each total's name, what it was and is, and by how much and what part that differs; empty where it does not."""
    both = (diff.before.totals, diff.after.totals)
    for field, name in _TOTALS.items():
        if field == MOST_TRAINED and all(
            side[field] == side["trainable_parameters"] for side in both
        ):
            continue
        before, after = (side[field] for side in both)
        shown = [_shown(value, field) for value in (before, after)]
        if before is None or after is None or before == after:
            yield name, *shown, "", ""
            continue
        share = f"{(after - before) / before:+.1%}" if before else ""
        yield name, *shown, _shown(after - before, field, is_change=True), share


def _shown(value: int | None, field: str, *, is_change: bool = False) -> str:
    if value is None:
        return "?"
    if field in _MEBIBYTES:
        return spoken_bytes(value, digits=2, unit="MiB", is_change=is_change)
    return f"{value:+,}" if is_change else f"{value:,}"
