"""Folding: what lies deep within blocks becomes one part, with the sums and the wiring of its layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import netspec
from netspec.analysis import analyse
from netspec.graph.folding import depth_of, fold, names_of
from tests.spec.corpora import VALID

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.graph.graph import Graph

UNET = """\
netspec: 1
model:
  input: [32, 32, 1]
  blocks:
    conv:
      params: {filters: }
      layers:
        - Conv2D: {filters: "${filters}", kernel_size: 3, padding: same}
        - Conv2D: {name: skip, filters: "${filters}", kernel_size: 3, padding: same}
    down:
      layers:
        - conv: {name: features, filters: 4}
        - MaxPooling2D
  layers:
    - down: {name: first}
    - conv: {repeat: 2, filters: 8}
    - UpSampling2D
    - Concatenate: {inputs: [up_sampling2d, first.features.skip]}
    - Reuse: {layer: first, name: again, inputs: input}
    - UpSampling2D: {name: enlarged}
    - Concatenate: {inputs: [concatenate, enlarged]}
"""


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    path = tmp_path / "unet.yaml"
    path.write_text(UNET)
    graph = netspec.load(path).analysis.graph
    assert graph is not None
    return graph


def test_the_number_of_a_copy_belongs_to_the_name_before_it() -> None:
    assert names_of("stage.residual.1.conv2d") == ("stage", "residual.1", "conv2d")
    assert names_of("conv2d") == ("conv2d",)


def test_without_a_depth_every_layer_is_a_part(graph: Graph) -> None:
    assert [part.name for part in fold(graph).parts] == [*graph.nodes]
    assert [part.kind for part in fold(graph).parts] == [n.kind for n in graph.nodes.values()]
    deepest = depth_of(graph)
    assert deepest == 3
    assert fold(graph, depth=deepest) == fold(graph)


def test_a_use_of_a_block_is_one_part(graph: Graph) -> None:
    parts = {part.name: part for part in fold(graph, depth=1).parts}
    assert [*parts] == [
        "first",
        "conv.0",
        "conv.1",
        "up_sampling2d",
        "concatenate",
        "again",
        "enlarged",
        "concatenate_1",
    ]
    first = parts["first"]
    assert (first.kind, len(first.nodes), first.inputs) == ("down", 3, ("input",))
    assert first.outputs == ("first.max_pooling2d", "first.features.skip")
    assert first.parameters == sum(node.parameters for node in first.nodes) > 0
    assert first.place.line == UNET[: UNET.index("down: {name: first}")].count("\n") + 1
    assert parts["conv.1"].inputs == ("conv.0.skip",)
    assert parts["conv.1"].place.line == parts["conv.0"].place.line


def test_depth_counts_names(graph: Graph) -> None:
    names = [part.name for part in fold(graph, depth=2).parts]
    assert names[:4] == ["first.features", "first.max_pooling2d", "conv.0.conv2d", "conv.0.skip"]


def test_a_block_that_is_called_again_has_no_weights_of_its_own(graph: Graph) -> None:
    parts = {part.name: part for part in fold(graph, depth=1).parts}
    assert (parts["again"].shares, parts["again"].parameters) == ("first", 0)
    assert parts["first"].shares is None
    assert sum(part.parameters for part in parts.values()) == graph.parameters


def test_every_depth_has_the_same_totals(graph: Graph) -> None:
    for depth in range(1, depth_of(graph) + 1):
        parts = fold(graph, depth=depth).parts
        assert sum(part.parameters for part in parts) == graph.parameters
        assert sum(part.macs or 0 for part in parts) == graph.macs


def test_a_block_within_a_run_s_network_stands_where_the_backbone_does() -> None:
    (path,) = (path for path in VALID if path.stem == "backbone")
    _, graph = analyse(path).require()
    deep = [part for part in fold(graph, depth=2).parts if part.folded]
    assert deep
    assert {part.place.line for part in deep} == {6}
