"""The page of `netspec diff --format html`: two networks side by side, and what differs between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.report.diff_rows import all_rows, differing, rows
from netspec.report.diff_table import sides, tally, title, totals
from netspec.report.html import architecture, spec_text
from netspec.report.html.layer_table import breakable
from netspec.report.html.markup import Markup, element, join
from netspec.report.html.page import Section, facts, figure, figures, folded, page, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.fields.difference import FieldChange
    from netspec.graph.comparison import Comparison, LayerChange
    from netspec.graph.graph import Graph
    from netspec.report.diff import Diff
    from netspec.report.diff_rows import Row
    from netspec.report.html.graph_records import Mark
    from netspec.spec.document import Document

_BEFORE, _AFTER = "before", "after"
_SIGNS = {
    "added": "+",
    "removed": "\N{MINUS SIGN}",
    "changed": "±",
    "moved": "→",
    "renamed": "≈",
    "follows": "·",
}
_COLUMNS = ("change", "layer", "type", "what", "parameters", "MACs")
_NUMBERS = (4, 5)
_FIELDS = ("field", _BEFORE, _AFTER)


def diff_page(
    before: tuple[Document, Graph],
    after: tuple[Document, Graph],
    compared: Diff,
    *,
    everything: bool = False,
) -> str:
    """The page.

    Args:
        before: The one spec's document and network.
        after: The other's.
        compared: What differs between them.
        everything: Whether every layer that differs has a row of its own.
    """
    found = all_rows(compared.network) if everything else rows(compared.network)
    following = [] if everything else _following(compared.network)
    parts: list[Markup] = []
    texts: list[tuple[str, Markup]] = []
    data: dict[str, object] = {}
    for name, spec, other in ((_BEFORE, before, _AFTER), (_AFTER, after, _BEFORE)):
        document, graph = spec
        file = (compared.before if name == _BEFORE else compared.after).file
        text, anchors = spec_text.texts(
            f"{name}-files", spec_text.files_of(document), prefix=f"{name}-L"
        )
        drawn, more = architecture.architecture(
            graph,
            document,
            name=name,
            anchors=anchors,
            marks=_marks(compared.network, name),
            partner=other,
        )
        heading = element("h3", f"{name}: {file}")
        parts.append(element("div", heading, drawn, class_="side"))
        texts.append((f"{name}: {file}", text))
        data |= more
    data["changes-data"] = [_layers_of(row) for row in (*found, *following)]
    sections = [
        Section("changes", "What differs", _changes(compared, found, following)),
        Section("networks", "Architectures", element("div", parts, class_="two")),
        Section("specs", "Specs", join([folded(name, text) for name, text in texts])),
    ]
    return page(
        title=title(compared),
        head=_head(compared),
        sections=sections,
        styles=(*architecture.STYLES, *spec_text.STYLES),
        scripts=(*architecture.SCRIPTS, "architecture/changes.js"),
        data=data,
    )


def _head(compared: Diff) -> Markup:
    named = [
        (name, join(side.name, " ", element("code", side.file)))
        for name, side in ((_BEFORE, compared.before), (_AFTER, compared.after))
    ]
    told = [
        figure(after, name, f"{difference} {share}, was {was}" if difference else "as before")
        for name, was, after, difference, share in totals(compared)
    ]
    return join(facts(named), figures(told))


def _changes(compared: Diff, found: Sequence[Row], following: Sequence[Row]) -> Markup:
    network = compared.network
    wiring = (*network.inputs, *network.outputs)
    return join(
        element("p", _sentence(compared)),
        _rows(
            found, first=0, caption="The layers that differ; choose one to see it in both networks"
        )
        if found
        else None,
        folded(
            f"{len(following):,} more, which only follow from these, with other shapes or sizes",
            _rows(following, first=len(found), caption="Layers that only follow from others"),
        )
        if following
        else None,
        _renumbered(network),
        _fields(wiring, "Inputs and outputs"),
        _fields(compared.settings, "Besides the network"),
    )


def _sentence(compared: Diff) -> str:
    if compared.equal:
        return "Nothing differs: the networks and the settings of the two specs are equal."
    told = tally(compared)
    return f"{told[0].upper()}{told[1:]}."


def _rows(each: Sequence[Row], *, first: int, caption: str) -> Markup:
    lines = [list(_cells(row, number)) for number, row in enumerate(each, start=first)]
    return table(_COLUMNS, lines, right=_NUMBERS, caption=caption, sortable=True)


def _cells(row: Row, number: int) -> Iterator[Markup | str]:
    yield element("span", f"{_SIGNS[row.change]} {row.change}", class_=f"change {row.change}")
    yield element("span", breakable(row.name), data_change=number)
    yield row.type
    yield join([element("div", what) for what in row.what])
    yield f"{row.parameters:+,}" if row.parameters else ""
    if row.macs is None:
        yield "?"
    else:
        yield f"{row.macs:+,}" if row.macs else ""


def _fields(changes: Sequence[FieldChange], heading: str) -> Markup | None:
    if not changes:
        return None
    lines = [
        (element("code", breakable(change.path), class_="key"), *sides(change))
        for change in changes
    ]
    return table(_FIELDS, lines, caption=heading)


def _renumbered(network: Comparison) -> Markup | None:
    if not network.renumbered:
        return None
    names = [f"{before} → {after}" for before, after in network.renumbered.items()]
    return folded(
        f"{len(names):,} unnamed layers have another number, and so other initial weights"
        if len(names) > 1
        else "An unnamed layer has another number, and so other initial weights",
        element("ul", [element("li", name) for name in names]),
    )


def _following(network: Comparison) -> list[Row]:
    return [row for row in all_rows(network) if row.change == "follows"]


def _layers_of(row: Row) -> dict[str, list[str]]:
    """The names of the layers that a row is about, in both networks."""
    return {
        _BEFORE: [change.before.name for change in row.changes if change.before is not None],
        _AFTER: [change.after.name for change in row.changes if change.after is not None],
    }


def _marks(network: Comparison, side: str) -> dict[str, Mark]:
    """What became of each layer of one side."""
    matching = network.matching
    own, others = (
        (matching.before, matching.after) if side == _BEFORE else (matching.after, matching.before)
    )
    pairs = [pair if side == _BEFORE else pair[::-1] for pair in matching.pairs]
    marks: dict[str, Mark] = {
        own[here].name: {"change": "same", "partner": others[there].name, "what": []}
        for here, there in pairs
    }
    for change in network.layers:
        here, there = _both(change, side)
        if here is not None:
            marks[here] = {"change": change.change, "partner": there, "what": _what(change)}
    return marks


def _both(change: LayerChange, side: str) -> tuple[str | None, str | None]:
    before = None if change.before is None else change.before.name
    after = None if change.after is None else change.after.name
    return (before, after) if side == _BEFORE else (after, before)


def _what(change: LayerChange) -> list[str]:
    return list(differing(change)) if change.before is not None and change.after is not None else []
