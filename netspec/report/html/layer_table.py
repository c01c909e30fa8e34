"""The layers of a network as a table of a page, with bars for their shares of what the network costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.report.html.markup import Markup, element, join
from netspec.report.html.page import table
from netspec.report.summary_rows import FIELD, NUMBERS, columns_and_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netspec.report.summary import LayerSummary, Summary

# Of the summary's columns, those that a bar says.
_SAID_BY_BARS = "share"
_BARS = ("parameters", "MACs")
_WHERE = "line"


def layer_table(
    summary: Summary, *, anchors: Mapping[str, str] | None = None, graph: str | None = None
) -> Markup:
    """The table, a row a layer.

    Args:
        summary: The layers, in the order in which they are shown.
        anchors: What the ids of a file's lines begin with, by its name, where the page shows its text.
        graph: The id of the page's graph, in which a layer is shown when its name is chosen.
    """
    columns, rows = columns_and_rows(summary)
    titles = [name for name in columns if name != _SAID_BY_BARS]
    layers: list[LayerSummary | None] = [None] * len(summary.inputs)
    layers += _flat(summary.layers)
    lines = []
    for layer, row in zip(layers, rows, strict=True):
        cells: dict[str, Markup | str] = {name: row.cells[name] for name in titles}
        cells["name"] = element(
            "span",
            breakable(row.cells["name"]),
            data_layer=_named(layer, graph),
            data_graph=graph,
        )
        cells["takes"] = breakable(row.cells["takes"])
        if layer is not None:
            cells |= _numbers(summary, layer, row.cells, inside=row.inside)
        lines.append([*cells.values(), "" if layer is None else _place(layer, anchors or {})])
    heads = [*titles, _WHERE]
    right = [at for at, name in enumerate(heads) if name in NUMBERS]
    caption = f"The layers of {summary.name}" + (
        ", those of a block within a layer in brackets" if any(row.inside for row in rows) else ""
    )
    shown = table(heads, lines, right=right, caption=caption, sortable=True)
    return element("div", shown, class_="layer-table")


def breakable(name: str) -> Markup:
    """A dotted name, which may be broken after a dot."""
    head, *rest = name.split(".")
    return join(head, [(".", element("wbr"), part) for part in rest])


def _flat(layers: Sequence[LayerSummary]) -> Iterator[LayerSummary]:
    for layer in layers:
        yield layer
        yield from _flat(layer.inside)


def _named(layer: LayerSummary | None, graph: str | None) -> str | None:
    return None if layer is None or graph is None else layer.name


def _numbers(
    summary: Summary, layer: LayerSummary, texts: Mapping[str, str], *, inside: bool
) -> dict[str, Markup | str]:
    """The cells that are sorted by a number other than the one they begin with, and those with a bar."""
    wholes = {
        "parameters": (layer.parameters, summary.total_parameters),
        "MACs": (layer.macs, summary.macs),
        "memory": (layer.activation_bytes, None),
        FIELD: (None if layer.receptive_field is None else layer.receptive_field[0], None),
        "stride": (None if layer.stride is None else float(layer.stride[0]), None),
    }
    cells: dict[str, Markup | str] = {}
    for name, (value, whole) in wholes.items():
        if name not in texts or value is None:
            continue
        share = value / whole if whole and not inside else 0
        bar = _bar(share) if name in _BARS and share else None
        cells[name] = join(element("data", texts[name], value=value), bar)
    return cells


def _bar(share: float) -> Markup:
    """A share from 0 to 1, as a length; said in words, too."""
    told = f"{share:.1%}"
    return element(
        "span",
        element("span", style=f"width:{share:.1%}"),
        class_="bar",
        title=told,
        role="img",
        aria_label=told,
    )


def _place(layer: LayerSummary, anchors: Mapping[str, str]) -> Markup | str:
    """Where a layer is written."""
    prefix = anchors.get(layer.file)
    told = (
        str(layer.line)
        if len(anchors) == 1 and prefix is not None
        else f"{layer.file}:{layer.line}"
    )
    if prefix is None:
        return told
    return element("a", told, href=f"#{prefix}{layer.line}")
