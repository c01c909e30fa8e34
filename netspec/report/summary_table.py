"""A summary as a table: on a terminal as many columns as fit, in a pipe or page all of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from netspec.graph.folding import names_of
from netspec.layers.base import spell
from netspec.report.bars import bar
from netspec.report.console import aligned
from netspec.report.escape import markdown, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from rich.console import Console

    from netspec.report.summary import LayerSummary, SortKey, Summary

_FIELD = "receptive field"
_COLUMNS = (
    "name",
    "type",
    "output shape",
    "parameters",
    "share",
    "MACs",
    "memory",
    _FIELD,
    "stride",
    "takes",
)
# What a narrow terminal can do without, in this order.
_LEFT_OUT_FIRST = ("takes", "stride", _FIELD, "memory", "share", "MACs")
_NUMBERS = frozenset({"parameters", "share", "MACs", "memory", _FIELD, "stride"})
# Texts that may be broken, each with the width below which a column is left out instead.
_BREAKABLE = {"name": 24, "type": 24, "takes": 20}
# Where they may be broken: after these, and within a name only where there is no other way.
_PIECES = re.compile(r"(?<=, )|(?<=\.)(?=[a-z])|(?<= )(?=\()")
_PARTS_OF_A_NAME = re.compile(r"(?<=_)|(?<=[a-z])(?=[A-Z])")
# The columns that the table can be sorted by, and shares be of.
_SORTED_BY: dict[SortKey | None, str] = {"macs": "MACs", "memory": "memory"}
_BAR = 8
_NARROWEST = 12
# More rows than these are many.
_MANY = 60


@dataclass(frozen=True)
class _Row:
    """A row's texts.

    Attributes:
        cells: By column.
        part: What its share is, from 0 to 1; None where it has none.
        top: The outermost name of its path.
        inside: Whether it is part of the layer above it, whose numbers include it.
    """

    cells: dict[str, str]
    part: float | None
    top: str
    inside: bool = False


def markdown_table(summary: Summary) -> str:
    """A table for a pull request."""
    columns, rows = _columns_and_rows(summary)
    lines = [
        f"### {markdown(summary.name)}",
        "",
        f"| {' | '.join(_header(name, summary).replace(chr(10), ' ') for name in columns)} |",
        f"| {' | '.join('---:' if name in _NUMBERS else '---' for name in columns)} |",
    ]
    lines += [f"| {' | '.join(markdown(row.cells[name]) for name in columns)} |" for row in rows]
    lines += ["", *(f"- {name}: **{value}**" for name, value in _totals(summary))]
    return "\n".join(lines)


def print_table(summary: Summary, console: Console) -> None:
    """Prints the table and the totals.

    On a terminal, columns that do not fit are left out, shares have bars, and what a name repeats of the one above it
    is dim.
    """
    console.print(Text(printable(summary.name), style="bold"))
    columns, rows = _columns_and_rows(summary)
    if console.is_terminal:
        rows = _with_bars(rows, console.encoding)
    widths = {name: max(_width(name, row.cells[name]) for row in rows) for name in columns}
    for name in columns:
        header = _header(name, summary)
        widths[name] = max(widths[name], *map(cell_len, header.split("\n")))
    chosen = _chosen(widths, console.width, wanted=_SORTED_BY.get(summary.sorted_by))
    console.print(_table(chosen, rows, summary))
    if len(chosen) < len(columns):
        console.print(Text("a wider terminal, or a pipe, shows more columns", style="dim"))
    if console.is_terminal and (hint := _depth_hint(summary)):
        console.print(Text(hint, style="dim"))
    console.print(aligned(_totals(summary), right=True))


def _columns_and_rows(summary: Summary) -> tuple[list[str], list[_Row]]:
    """The columns that say something, and what stands in them."""
    rows = [*_input_rows(summary), *_layer_rows(summary, summary.layers)]
    empty = {_FIELD, "stride"} if not any(row.cells[_FIELD] for row in rows) else set()
    return [name for name in _COLUMNS if name not in empty], rows


def _input_rows(summary: Summary) -> Iterator[_Row]:
    for name, shape in summary.inputs.items():
        texts = (name, "Input", spell(shape), "0", "", "0", "", "", "", "")
        yield _Row(dict(zip(_COLUMNS, texts, strict=True)), None, name)


def _layer_rows(
    summary: Summary, layers: Sequence[LayerSummary], *, inside: bool = False
) -> Iterator[_Row]:
    names = {layer.name: layer for layer in summary.layers}
    for layer in layers:
        part = None if inside else _part(summary, layer)
        field, stride = layer.receptive_field, layer.stride
        numbers = (f"{layer.parameters:,}", _count(layer.macs), _bytes(layer.activation_bytes))
        parameters, macs, memory = (f"({each})" if inside else each for each in numbers)
        texts = (
            layer.name,
            type_text(layer),
            _shapes(layer),
            parameters,
            f"{part:.1%}" if part else "",
            macs,
            memory,
            "" if field is None else _by(field),
            "" if stride is None else _by(stride),
            ", ".join(_taken(tensor, names) for tensor in layer.inputs),
        )
        cells = dict(zip(_COLUMNS, texts, strict=True))
        yield _Row(cells, part, names_of(layer.name)[0], inside)
        yield from _layer_rows(summary, layer.inside, inside=True)


def _part(summary: Summary, layer: LayerSummary) -> float | None:
    """The layer's share of what the table is sorted by, else of the parameters."""
    part, whole = {
        "macs": (layer.macs, summary.macs),
        "memory": (layer.activation_bytes, summary.activation_bytes),
    }.get(summary.sorted_by or "", (layer.parameters, summary.total_parameters))
    return part / whole if part and whole else None


def type_text(layer: LayerSummary) -> str:
    """The layer's class or block, with what it holds, how many layers it is, and whose weights it has."""
    text = layer.type if layer.holds is None else f"{layer.type} ({layer.holds})"
    if layer.layer_count:
        layers = "layer" if layer.layer_count == 1 else "layers"
        text += f", {layer.layer_count} {layers}"
    return text if layer.shares is None else f"{text}, {layer.shares} again"


def _shapes(layer: LayerSummary) -> str:
    if len(layer.output_shapes) == 1:
        return spell(layer.output_shape)
    names = (*layer.output_names, *[""] * len(layer.output_shapes))
    named = zip(names, layer.output_shapes, strict=False)
    return ", ".join(f"{name} {spell(shape)}".lstrip() for name, shape in named)


def _taken(tensor: str, layers: dict[str, LayerSummary]) -> str:
    """What a tensor is called where the spec names it: `lstm:1` is the name of the second output."""
    name, _, index = tensor.partition(":")
    if not index or name not in layers:
        return tensor
    scope = name.rpartition(".")[0]
    output = layers[name].output_names[int(index)]
    return f"{scope}.{output}" if scope else output


def _by(sizes: Sequence[int | Fraction]) -> str:
    """Sizes of the axes, one where all are the same."""
    return str(sizes[0]) if len({*sizes}) == 1 else " x ".join(map(str, sizes))


def _totals(summary: Summary) -> list[tuple[str, str]]:
    return [
        ("parameters", f"{summary.total_parameters:,}"),
        ("trainable", f"{summary.trainable_parameters:,}"),
        ("non-trainable", f"{summary.non_trainable_parameters:,}"),
        ("MACs per sample", _total(summary.macs)),
        ("FLOPs per sample", _total(summary.flops)),
        ("weights", _mebibytes(summary.weight_bytes)),
        ("activations per sample", _mebibytes(summary.activation_bytes)),
        (
            f"memory to train (estimate, batch {summary.batch_size})",
            _mebibytes(summary.training_bytes),
        ),
    ]


def _count(number: int | None) -> str:
    return "?" if number is None else f"{number:,}"


def _total(number: int | None) -> str:
    return "unknown: a size of the input is not given" if number is None else f"{number:,}"


def _bytes(size: int | None) -> str:
    if size is None:
        return "?"
    if size < 2**10:
        return f"{size} B"
    return f"{size / 2**20:,.1f} MiB" if size >= 2**20 else f"{size / 2**10:,.1f} KiB"


def _mebibytes(size: int | None) -> str:
    return _total(None) if size is None else f"{size / 2**20:,.2f} MiB"


def _with_bars(rows: Sequence[_Row], encoding: str) -> list[_Row]:
    """The shares with bars, as long as the largest share is to them."""
    largest = max((row.part for row in rows if row.part), default=1.0)
    return [
        _Row(
            {
                **row.cells,
                "share": f"{_drawn(row.part / largest, encoding)} {row.cells['share']:>5}",
            }
            if row.part
            else row.cells,
            row.part,
            row.top,
            row.inside,
        )
        for row in rows
    ]


def _drawn(part: float, encoding: str) -> str:
    return bar(part, width=_BAR, encoding=encoding)


def _width(column: str, text: str) -> int:
    return cell_len(printable(text)) if column in _BREAKABLE else cell_len(text)


def _header(column: str, summary: Summary) -> str:
    """What stands above a column, in two lines where that is longer than what stands below."""
    if column == "share" and summary.sorted_by in _SORTED_BY:
        return f"share of\n{_SORTED_BY[summary.sorted_by]}"
    return column.replace(" ", "\n") if column == _FIELD else column


def _chosen(widths: dict[str, int], width: int, *, wanted: str | None) -> dict[str, int]:
    """The columns that fit, each with its width; texts are broken before a column is left out."""
    chosen = dict(widths)
    others = tuple(name for name in _LEFT_OUT_FIRST if name != wanted)
    # What a table is sorted by is of more interest than the shapes.
    for column in (None, *others, *(() if wanted is None else ("output shape",))):
        chosen.pop(column or "", None)
        least = {name: min(size, _BREAKABLE.get(name, size)) for name, size in chosen.items()}
        free = width - sum(least.values()) - 3 * len(least) - 1
        if free >= 0:
            break
    for name in _BREAKABLE:
        if name in least:
            more = min(free, chosen[name] - least[name])
            least[name] = max(least[name] + more, _NARROWEST)
            free = max(free - more, 0)
    return least


def _table(columns: dict[str, int], rows: Sequence[_Row], summary: Summary) -> Table:
    table = Table()
    by_block = summary.sorted_by is None
    for name, width in columns.items():
        table.add_column(
            _header(name, summary),
            justify="right" if name in _NUMBERS else "left",
            no_wrap=name in _NUMBERS,
            overflow="fold",
            min_width=width if name in _BREAKABLE else None,
            max_width=width if name in _BREAKABLE else None,
        )
    above = ""
    for row, following in zip_longest(rows, rows[1:]):
        texts = []
        for name, width in columns.items():
            text = printable(row.cells[name])
            if name in _BREAKABLE:
                text = _broken(text, width)
            texts.append(Text(text, style="dim" if row.inside else ""))
        _dim_repeated(texts[0], above, row.cells["name"])
        above = row.cells["name"]
        ends = following is not None and row.top != following.top
        blocks = "." in above or (following is not None and "." in following.cells["name"])
        table.add_row(*texts, end_section=by_block and ends and blocks)
    return table


def _dim_repeated(text: Text, above: str, name: str) -> None:
    """What a name begins with as the one above it does is of less interest."""
    same = 0
    for ours, theirs in zip(names_of(name)[:-1], names_of(above), strict=False):
        if ours != theirs:
            break
        same += len(ours) + 1
    end = 0
    for character in text.plain:
        if same <= 0:
            break
        end += 1
        same -= not character.isspace()  # lines were broken and indented
    text.stylize("dim", 0, end)


def _broken(text: str, width: int) -> str:
    """The text in lines of a width, broken where a reader would break it; all but the first are indented."""
    if cell_len(text) <= width:
        return text
    pieces = [
        part
        for piece in _PIECES.split(text)
        for part in ([piece] if cell_len(piece) <= width - 2 else _PARTS_OF_A_NAME.split(piece))
    ]
    lines = [""]
    for piece in pieces:
        if lines[-1].strip() and cell_len(lines[-1]) + cell_len(piece.rstrip()) > width:
            lines.append("  ")
        lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)


def _depth_hint(summary: Summary) -> str:
    """The deepest folding that makes a long table short."""
    rows = len(summary.layers)
    short = [
        (depth, count)
        for depth, count in enumerate(summary.rows_by_depth, 1)
        if count <= _MANY or depth == 1
    ]
    if rows <= _MANY or not short or short[-1][1] >= rows:
        return ""
    depth, count = short[-1]
    return f"{rows} rows: --depth {depth} folds blocks into {count}"
