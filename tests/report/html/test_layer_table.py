"""The table of layers has what `netspec summary` says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.report.html.layer_table import layer_table
from netspec.report.summary import summarize_graph
from netspec.report.summary_rows import columns_and_rows
from tests.report.html.networks import RESIDUAL, Page, read

if TYPE_CHECKING:
    from pathlib import Path


def test_it_has_a_row_for_each_layer_with_the_numbers_to_sort_by(tmp_path: Path) -> None:
    document, graph = read(tmp_path, "residual", "Flatten", "Dense: {units: 3}", blocks=RESIDUAL)
    summary = summarize_graph(graph, document)
    page = Page(layer_table(summary))
    _, rows = columns_and_rows(summary)
    assert [tag for tag, _ in page.elements].count("tr") == len(rows) + 1
    values = [each["value"] for tag, each in page.elements if tag == "data"]
    for layer in summary.layers:
        assert str(layer.activation_bytes) in values
    assert all(row.cells["name"] in page.said for row in rows)


def test_bars_are_the_shares_of_parameters_and_macs(tmp_path: Path) -> None:
    layers = ("Conv2D: {filters: 1, kernel_size: 1}", "Flatten", "Dense: {units: 10}")
    document, graph = read(tmp_path, *layers)
    page = Page(layer_table(summarize_graph(graph, document)))
    told = [each["aria-label"] for _, each in page.elements if each.get("class") == "bar"]
    assert told == ["0.2%", "28.6%", "99.8%", "71.4%"]


def test_what_stands_within_a_layer_has_no_share_of_its_own(tmp_path: Path) -> None:
    blocks = "blocks: {unit: {layers: [{Dense: {units: 3}}]}}"
    document, graph = read(tmp_path, "TimeDistributed: {layer: unit}", blocks=blocks)
    page = Page(layer_table(summarize_graph(graph, document)))
    assert "(15)" in page.said
    told = [each["aria-label"] for _, each in page.elements if each.get("class") == "bar"]
    assert told == ["100.0%", "100.0%"]


def test_lines_lead_to_the_text_and_names_to_the_graph(tmp_path: Path) -> None:
    document, graph = read(tmp_path, "Flatten: {name: flat}")
    file = str(tmp_path / "small.yaml")
    page = Page(layer_table(summarize_graph(graph, document), anchors={file: "L"}, graph="net"))
    assert page.links() == ["#L6"]
    named = [each for _, each in page.elements if "data-layer" in each]
    assert [(each["data-layer"], each["data-graph"]) for each in named] == [("flat", "net")]
    alone = Page(layer_table(summarize_graph(graph, document)))
    assert alone.links() == []
    assert f"{file}:6" in alone.said


def test_what_is_not_known_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(
        "netspec: 1\nmodel:\n  input: [null, null, 3]\n  layers: [{Conv2D: {filters: 2, kernel_size: 3}}]\n"
    )
    from netspec.analysis import analyse

    document, graph = analyse(path).require()
    assert "?" in Page(layer_table(summarize_graph(graph, document))).said
