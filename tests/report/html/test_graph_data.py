"""What is drawn of a network is all of it, each layer once, with the numbers of its summary."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import pytest

from netspec.analysis import analyse
from netspec.report.html.graph_data import graph_record
from tests.report.html.networks import RESIDUAL, read, written
from tests.spec.corpora import VALID

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.report.html.graph_records import GraphRecord, GroupRecord, NodeRecord

SPECS = [
    path
    for path in VALID
    if path.stem.startswith(("language", "layers", "several", "residual", "backbone", "unknown"))
    or path.stem in {"application-skips", "application-twice"}
]


def node(record: GraphRecord, name: str) -> NodeRecord:
    return next(each for each in record["nodes"] if each["name"] == name)


def group(record: GraphRecord, name: str) -> GroupRecord:
    return next(each for each in record["groups"] if each["name"] == name)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_every_layer_is_drawn_once_with_what_it_takes_and_costs(path: Path) -> None:
    document, graph = analyse(path).require()
    record = graph_record(graph, document)
    nodes, groups = record["nodes"], record["groups"]
    standing = [*record["top"], *chain.from_iterable(each["children"] for each in groups)]
    assert sorted(standing) == list(range(-len(groups), len(nodes)))
    assert sum(each.get("parameters", 0) for each in nodes) == graph.parameters
    assert set(graph.nodes) <= {each["name"] for each in (*nodes, *groups)}
    for each in nodes:
        assert bool(each["takes"]) == (each["kind"] != "input")
        for giver, output in each["takes"]:
            assert output < len(nodes[giver]["shapes"])
            assert giver < nodes.index(each)


def test_a_block_has_what_its_layers_come_to(tmp_path: Path) -> None:
    document, graph = read(tmp_path, "residual: {name: first}", "Flatten", blocks=RESIDUAL)
    record = graph_record(graph, document)
    block = group(record, "first")
    assert (block["kind"], block["type"], block["layers"]) == ("block", "residual", 7)
    assert block["parameters"] == graph.parameters
    assert block["shapes"] == ["(16, 16, 4)"]
    assert record["files"][block["at"][0]]["name"] == str(tmp_path / "small.yaml")
    assert block["at"][1] == 17


def test_a_layer_says_what_the_text_says_of_it(tmp_path: Path) -> None:
    document, graph = read(
        tmp_path, "Conv2D: {name: c, filters: 8, kernel_size: 3, activation: relu}"
    )
    record = graph_record(graph, document, anchors={str(tmp_path / "small.yaml"): "L"})
    layer = node(record, "c")
    assert layer["short"] == "kernel 3, filters 8, relu"
    assert layer["fields"] == [("filters", "8"), ("kernel_size", "3"), ("activation", "relu")]
    assert (layer["field"], layer["stride"], layer["macs"]) == ("3", "1", 14 * 14 * 8 * 9 * 4)
    assert record["files"] == [{"name": "small.yaml", "anchor": "L"}]


def test_frozen_and_shared_layers_are_marked(tmp_path: Path) -> None:
    layers = (
        "Dense: {name: fixed, units: 4, trainable: false}",
        "Dense: {name: free, units: 4}",
        "Reuse: {layer: free, name: again}",
        "Dropout: {name: drop, rate: 0.5, trainable: false}",
    )
    document, graph = read(tmp_path, *layers)
    record = graph_record(graph, document)
    assert [each["name"] for each in record["nodes"] if each.get("frozen")] == ["fixed"]
    assert node(record, "again")["shares"] == "free"


STAGES = """\
training:
  stages:
    - {name: first, epochs: 1, trainable: [free]}
    - {name: tune, epochs: 1, trainable: [free, each, pair.late]}
"""


def test_a_layer_is_frozen_but_for_the_stages_that_train_it(tmp_path: Path) -> None:
    blocks = (
        "blocks:\n    unit: {layers: [{Dense: {units: 4}}]}\n"
        "    pair: {layers: [{Dense: {name: early, units: 4}}, {Dense: {name: late, units: 4}}]}\n"
    )
    layers = (
        "Dense: {name: fixed, units: 4, trainable: false}",
        "TimeDistributed: {name: each, layer: unit, trainable: false}",
        "pair: {name: pair}",
        "Dense: {name: forgotten, units: 4}",
        "Dense: {name: free, units: 4}",
    )
    path = written(tmp_path / "small.yaml", *layers, blocks=blocks)
    path.write_text(path.read_text() + STAGES)
    document, graph = analyse(path).require()
    record = graph_record(graph, document)
    told = {
        each["name"]: (each["trainable"], each.get("frozen"), each.get("stages"))
        for each in (*record["nodes"], *record["groups"])
        if each.get("parameters")
    }
    assert told == {
        "fixed": (0, True, None),
        "each.unit.dense": (20, None, ["tune"]),
        "each": (20, None, ["tune"]),
        "each.unit": (20, None, ["tune"]),
        "pair.early": (0, True, None),
        "pair.late": (20, None, ["tune"]),
        "pair": (20, None, ["tune"]),
        "forgotten": (0, True, None),
        "free": (20, None, None),
    }


def test_a_block_within_a_layer_takes_what_that_layer_takes(tmp_path: Path) -> None:
    blocks = "blocks: {unit: {layers: [{Dense: {units: 3}}, ReLU]}}"
    layers = ("TimeDistributed: {name: each, layer: unit}", "Flatten")
    document, graph = read(tmp_path, *layers, blocks=blocks)
    record = graph_record(graph, document)
    assert group(record, "each")["kind"] == "holder"
    inner, last = (node(record, f"each.unit.{name}") for name in ("dense", "re_lu"))
    assert inner["takes"] == [[0, 0]]
    assert inner["gets"] == ["(16, 4)"]
    assert node(record, "flatten")["takes"] == [[record["nodes"].index(last), 0]]


def test_a_layer_that_holds_another_one_s_block_stays_one_box(tmp_path: Path) -> None:
    blocks = "blocks: {unit: {layers: [{Dense: {units: 4}}]}}"
    layers = ("TimeDistributed: {name: each, layer: unit}", "Reuse: {layer: each, name: again}")
    document, graph = read(tmp_path, *layers, blocks=blocks)
    record = graph_record(graph, document)
    assert [each["name"] for each in record["nodes"]] == [
        *("input", "each.unit.dense", "again", "again"),
    ]


def test_a_second_output_is_taken_as_that(tmp_path: Path) -> None:
    layers = (
        "Reshape: {target_shape: [16, 64]}",
        "LSTM: {name: read, units: 4, return_state: true, outputs: [all, kept, held]}",
        "Add: {inputs: [all, held]}",
    )
    document, graph = read(tmp_path, *layers)
    record = graph_record(graph, document)
    assert [output for _, output in node(record, "add")["takes"]] == [0, 2]
    assert node(record, "read")["outputs"] == ["all", "kept", "held"]


def test_marks_are_the_layers_own_and_decide_what_is_unfolded(tmp_path: Path) -> None:
    layers = ("residual: {name: one}", "residual: {name: two}")
    document, graph = read(tmp_path, *layers, blocks=RESIDUAL)
    record = graph_record(
        graph,
        document,
        marks={
            "two.add": {"change": "changed", "partner": None, "what": []},
            "one.add": {"change": "same", "partner": "one.add", "what": []},
        },
    )
    assert node(record, "two.add")["mark"]["change"] == "changed"
    assert [record["groups"][at]["name"] for at in record["open"]] == ["two"]


def test_a_depth_says_what_is_unfolded(tmp_path: Path) -> None:
    document, graph = read(tmp_path, "residual", blocks=RESIDUAL)
    assert graph_record(graph, document, depth=1)["open"] == []
    opened = graph_record(graph, document, depth=2)
    assert [opened["groups"][at]["name"] for at in opened["open"]] == ["residual"]
