"""Which layers give feature maps, and which are meant by a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netspec.analysis import analyse
from netspec.errors import UsageError
from netspec.evaluation.looking.maps import feature_maps, last_map, meant_maps, telling_maps
from tests.evaluation.looking.networks import graph_of

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.graph.graph import Graph

PLAIN = """Rescaling: {scale: 1/255}
Conv2D: {filters: 4, kernel_size: 3, padding: same}
ReLU
MaxPooling2D
Conv2D: {filters: 4, kernel_size: 3, padding: same, name: second}
MaxPooling2D: {name: small}
Dropout: {rate: 0.1}
Flatten
Dense: {units: 2, name: after}
Dense: {units: 2, name: head}"""


@pytest.fixture
def plain(tmp_path: Path) -> Graph:
    return graph_of(tmp_path, PLAIN)


@pytest.fixture
def application(tmp_path: Path) -> Graph:
    layers = "Application: {architecture: VGG16, include_top: false, weights: null, name: base}"
    return graph_of(tmp_path, f"{layers}\nFlatten\nDense: {{units: 2}}", shape="[32, 32, 3]")


def names(graph: Graph, *patterns: str) -> list[str]:
    return [each.name for each in meant_maps(graph, patterns)]


def test_only_what_has_a_height_and_a_width_is_a_map(plain: Graph) -> None:
    assert list(feature_maps(plain)) == [
        *("rescaling", "conv2d", "re_lu", "max_pooling2d", "second", "small", "dropout")
    ]


def test_a_map_of_one_position_is_none(tmp_path: Path) -> None:
    graph = graph_of(tmp_path, "Conv2D: {filters: 4, kernel_size: 8}\nFlatten\nDense: {units: 2}")

    assert feature_maps(graph) == {}
    assert last_map(graph, "dense") is None
    assert telling_maps(graph, "dense") == []


def test_grad_cam_is_made_before_pooling_and_dropout(plain: Graph) -> None:
    (key,) = plain.outputs
    at = last_map(plain, key)

    assert at is not None
    assert at.name == "second"


def test_a_picture_of_which_nothing_is_learned_is_no_feature_map(tmp_path: Path) -> None:
    graph = graph_of(
        tmp_path, "Rescaling: {scale: 2}\nBatchNormalization\nFlatten\nDense: {units: 2}"
    )

    assert last_map(graph, "dense") is None
    assert telling_maps(graph, "dense") == []
    assert list(feature_maps(graph)) == ["rescaling", "batch_normalization"]


def test_the_first_the_last_and_the_last_of_each_size_are_shown(plain: Graph) -> None:
    (key,) = plain.outputs

    assert [each.name for each in telling_maps(plain, key)] == ["conv2d", "re_lu", "second"]


def test_of_a_deep_network_four_are_shown(application: Graph) -> None:
    shown = [each.name for each in telling_maps(application, "dense")]

    assert shown == [
        f"base.{name}" for name in ("block1_conv1", "block2_conv2", "block3_conv3", "block5_conv3")
    ]


def test_what_leads_to_another_output_is_not_shown(tmp_path: Path) -> None:
    layers = """Conv2D: {filters: 4, kernel_size: 3, name: shared}
Conv2D: {filters: 4, kernel_size: 3, name: other}
Flatten: {name: flat}
Dense: {units: 2, name: one, inputs: flat}
Flatten: {name: early, inputs: shared}
Dense: {units: 2, name: two, inputs: early}"""
    graph = graph_of(tmp_path, layers, more="  output: [one, two]\n")

    assert [each.name for each in telling_maps(graph, "one")] == ["shared", "other"]
    assert [each.name for each in telling_maps(graph, "two")] == ["shared"]
    at = last_map(graph, "two", feature_maps(graph).values())
    assert at is not None
    assert at.name == "shared"


@pytest.mark.parametrize(
    "name", ["base.block5_conv3", "base-block5_conv3", "block5_conv3", "*5_conv3"]
)
def test_a_layer_is_found_by_its_names_in_netspec_in_keras_and_in_the_application(
    application: Graph, name: str
) -> None:
    assert names(application, name) == ["base.block5_conv3"]


def test_layers_come_in_the_order_of_the_network_and_once(application: Graph) -> None:
    asked = names(application, "block2_conv1", "base.block1_*", "block1_conv2")

    assert asked == [f"base.block{name}" for name in ("1_conv1", "1_conv2", "1_pool", "2_conv1")]
    assert len(names(application, "base")) > len(asked)


def test_a_pattern_leaves_out_what_has_no_map(plain: Graph) -> None:
    assert names(plain, "*d") == ["conv2d", "max_pooling2d", "second"]


@pytest.mark.parametrize(
    ("pattern", "message", "hint"),
    [
        ("secnd", "the network has no layer 'secnd'", "did you mean second?"),
        ("conv2d_9", "the network has no layer 'conv2d_9'", "did you mean conv2d?"),
        ("head", "the layer 'head' gives no feature map: its 2 numbers have", "given by rescaling"),
        ("*a*te*", "none of the layers '*a*te*' gives a feature map", "given by rescaling, conv2d"),
        ("x*", "no layer fits 'x*'", "given by rescaling, conv2d"),
    ],
)
def test_what_gives_no_map_is_refused_and_what_does_is_said(
    plain: Graph, pattern: str, message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as caught:
        meant_maps(plain, ["second", pattern])

    assert caught.value.message.startswith(message)
    assert hint in (caught.value.hint or "")


def test_what_stands_inside_a_layer_is_said_to(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text("""netspec: 1
model:
  input: [5, 8, 8, 3]
  blocks:
    pair:
      layers: [{Conv2D: {filters: 4, kernel_size: 3}}]
  layers:
    - TimeDistributed: {layer: pair, name: frames}
    - Flatten
    - Dense: {units: 2}
""")
    _, graph = analyse(path).require()

    with pytest.raises(UsageError, match="what stands inside the layer 'frames'"):
        meant_maps(graph, ["frames.conv2d"])
