"""A network's graph for a page: the data that `assets/architecture/` draws, its place, and the layers as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.report.html.graph_data import graph_record
from netspec.report.html.layer_table import layer_table
from netspec.report.html.markup import Markup, element, join
from netspec.report.html.page import LAYOUT, absent, folded
from netspec.report.summary import summarize_graph

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netspec.graph.graph import Graph
    from netspec.report.html.graph_records import Mark
    from netspec.spec.document import Document

# What a page with a graph needs besides its own: `page(styles=STYLES, scripts=SCRIPTS, data=…)`.
STYLES = ("architecture.css",)
SCRIPTS = (
    LAYOUT,
    *(
        f"architecture/{name}.js"
        for name in (
            *("model", "words", "details", "layout", "drawing", "picture"),
            *("overview", "search", "tools", "steering", "view"),
        )
    ),
)


def architecture(  # noqa: PLR0913 - each has a name
    graph: Graph,
    document: Document,
    *,
    name: str = "architecture",
    depth: int | None = None,
    anchors: Mapping[str, str] | None = None,
    marks: Mapping[str, Mark] | None = None,
    partner: str | None = None,
    table: bool = True,
) -> tuple[Markup, dict[str, object]]:
    """The place of a network's graph, and the data block that goes with it.

    A page that shows it is made so, from a run's `resolved.yaml` as from any other spec:

        document, graph = analyse(run / "resolved.yaml").require()
        body, data = architecture(graph, document, anchors={document.file.source.name: "L"})
        page(..., sections=[Section("network", "Architecture", body)], styles=STYLES, scripts=SCRIPTS, data=data)

    Args:
        graph: A complete network.
        document: Its spec.
        name: An id of its own, which nothing else on the page may have, a section neither.
        depth: How many names of a layer's path are unfolded at first; chosen by the number of layers without it.
        anchors: What the ids of a file's lines begin with, by the name that `netspec summary` gives the file
            (`Place.source.name`), where the page shows its text: `spec_text.highlighted(text)` makes `L1`, `L2` ….
        marks: What became of layers between two specs, by their names.
        partner: The name of the graph that a page shows beside it.
        table: Whether the layers follow as a table, folded, for those who see no graph.

    Returns:
        The markup, and data blocks by their ids, for `page(data=…)`.
    """
    record = graph_record(graph, document, depth=depth, anchors=anchors, marks=marks)
    place = element(
        "div",
        absent("The graph", "it is drawn by a script, and none runs here"),
        class_="architecture",
        id=name,
        data_partner=partner,
    )
    layers = None
    if table:
        layers = folded(
            "All layers as a table",
            layer_table(summarize_graph(graph, document), anchors=anchors, graph=name),
        )
    return join(place, layers), {f"{name}-data": record}
