"""Receptive fields are those of the literature, those computed by hand, and those that Keras shows."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import yaml

import netspec
from netspec.graph.receptive import ReceptiveField, reaches, receptive_fields

if TYPE_CHECKING:
    from netspec.graph.graph import Graph

ZOO = Path("specs/zoo")
# Araujo, Norris and Sim 2019, doi:10.23915/distill.00021, table of popular networks.
PUBLISHED = {
    "vgg16": 212,
    "resnet50": 483,
    "resnet101": 1027,
    "resnet152": 1507,
    "inceptionv3": 1311,
    "mobilenet": 315,
}


def graph_of(tmp_path: Path, layers: list[Any], *, shape: Any = (64, 64, 3), **model: Any) -> Graph:
    path = tmp_path / "spec.yaml"
    inputs = shape if isinstance(shape, dict) else list(shape)
    spec = {"netspec": 1, "model": {"input": inputs, "layers": layers, **model}}
    path.write_text(yaml.safe_dump(spec, sort_keys=False))
    graph = netspec.load(path).analysis.graph
    assert graph is not None
    return graph


def fields_of(tmp_path: Path, layers: list[Any], **model: Any) -> dict[str, ReceptiveField]:
    return receptive_fields(graph_of(tmp_path, layers, **model))


def square(size: int, stride: int | Fraction) -> ReceptiveField:
    return ReceptiveField((size, size), (Fraction(stride), Fraction(stride)))


@pytest.mark.parametrize("name", PUBLISHED)
def test_known_networks_have_their_published_field(name: str) -> None:
    graph = netspec.load(ZOO / f"{name}.yaml").analysis.graph
    assert graph is not None
    *_, last = receptive_fields(graph).values()
    assert last == square(PUBLISHED[name], 32)


def test_vgg16_grows_as_computed_by_hand() -> None:
    graph = netspec.load(ZOO / "vgg16.yaml").analysis.graph
    assert graph is not None
    fields = receptive_fields(graph)
    assert fields["stage.conv2d.1"] == square(5, 1)
    assert fields["stage_2.conv2d.2"] == square(40, 4)
    assert fields["stage_4.conv2d.2"] == square(196, 16)
    assert fields["stage_4.max_pooling2d"] == square(212, 32)
    assert "flatten" not in fields


def test_dilations_spread_the_window(tmp_path: Path) -> None:
    layers = [
        {"Conv2D": {"filters": 2, "kernel_size": 3, "padding": "same", "dilation_rate": rate}}
        for rate in (1, 2, 4)
    ]
    fields = fields_of(tmp_path, layers)
    assert [field.sizes for field in fields.values()] == [(3, 3), (7, 7), (15, 15)]


def test_axes_are_told_apart(tmp_path: Path) -> None:
    layer = {"Conv2D": {"filters": 2, "kernel_size": [5, 3], "strides": [1, 2]}}
    fields = fields_of(tmp_path, [layer, {"MaxPooling2D": {"pool_size": [1, 2]}}])
    assert fields["max_pooling2d"] == ReceptiveField((5, 5), (Fraction(1), Fraction(4)))


def test_the_first_axis_holds_the_channels_where_a_layer_says_so(tmp_path: Path) -> None:
    layers = ["ReLU", {"Conv2D": {"filters": 2, "kernel_size": 3, "data_format": "channels_first"}}]
    fields = fields_of(tmp_path, layers, shape=(3, 64, 32))
    assert fields == {"re_lu": square(1, 1), "conv2d": square(3, 1)}


def test_the_largest_branch_counts(tmp_path: Path) -> None:
    layers = [
        {"Conv2D": {"name": "short", "filters": 2, "kernel_size": 1}},
        {"Conv2D": {"inputs": "input", "filters": 2, "kernel_size": 5, "padding": "same"}},
        {"Add": {"inputs": ["short", "conv2d"]}},
    ]
    assert fields_of(tmp_path, layers)["add"] == square(5, 1)


def test_what_enlarges_makes_the_stride_smaller(tmp_path: Path) -> None:
    layers = [
        {"MaxPooling2D": {}},
        {"UpSampling2D": {"size": 4}},
        {"Conv2D": {"filters": 2, "kernel_size": 3}},
    ]
    fields = fields_of(tmp_path, layers)
    assert fields["up_sampling2d"] == square(2, Fraction(1, 2))
    assert fields["conv2d"] == square(
        4, Fraction(1, 2)
    )  # three neighbours come from two pools at most


def test_a_weight_for_every_channel_is_of_no_place(tmp_path: Path) -> None:
    layers = [
        {"Conv2D": {"name": "map", "filters": 4, "kernel_size": 3}},
        {"GlobalAveragePooling2D": {"keepdims": True}},
        {"Conv2D": {"filters": 4, "kernel_size": 1, "activation": "sigmoid"}},
        {"Multiply": {"inputs": ["map", "conv2d"]}},
    ]
    fields = fields_of(tmp_path, layers)
    assert [*fields] == ["map", "multiply"]
    assert fields["multiply"] == square(3, 1)


@pytest.mark.parametrize(
    "end", ["Flatten", "GlobalMaxPooling2D", {"Reshape": {"target_shape": [-1]}}], ids=str
)
def test_fields_end_where_places_do(tmp_path: Path, end: Any) -> None:
    fields = fields_of(tmp_path, [end, {"Dense": {"units": 2}}])
    assert fields == {}


def test_attention_sees_everything(tmp_path: Path) -> None:
    layers = [
        {"Conv1D": {"name": "seen", "filters": 4, "kernel_size": 3}},
        {"MultiHeadAttention": {"num_heads": 1, "key_dim": 4, "inputs": ["seen", "seen"]}},
        {"Add": {"inputs": ["seen", "multi_head_attention"]}},
    ]
    assert [*fields_of(tmp_path, layers, shape=(32, 4))] == ["seen"]


def test_words_are_places_and_steps_are(tmp_path: Path) -> None:
    embedded = [
        {"Embedding": {"input_dim": 9, "output_dim": 4}},
        {"Conv1D": {"filters": 2, "kernel_size": 5, "strides": 2}},
    ]
    fields = fields_of(tmp_path, embedded, shape=(32,))
    assert fields["conv1d"] == ReceptiveField((5,), (Fraction(2),))
    film = {"TimeDistributed": {"layer": {"Conv2D": {"filters": 2, "kernel_size": 3}}}}
    fields = fields_of(tmp_path, [film], shape=(8, 16, 16, 3))
    assert fields["time_distributed"].sizes == (1, 3, 3)


def drawn_layers(seed: int) -> list[dict[str, Any]]:
    """Layers over a sequence that are linear, so that a pulse shows all that comes from it."""
    draw = random.Random(seed)  # noqa: S311 - no secret

    def padding() -> str:
        return draw.choice(["same", "valid"])

    def layer() -> dict[str, Any]:
        size = draw.randint(1, 5)
        makers: list[dict[str, Any]] = [
            {"Conv1D": {"kernel_size": size, "strides": draw.randint(1, 3), "padding": padding()}},
            {
                "Conv1D": {
                    "kernel_size": size,
                    "dilation_rate": draw.randint(1, 3),
                    "padding": "causal",
                }
            },
            {
                "AveragePooling1D": {
                    "pool_size": size,
                    "strides": draw.randint(1, 3),
                    "padding": padding(),
                }
            },
            {"UpSampling1D": {"size": draw.randint(1, 3)}},
            {
                "Conv1DTranspose": {
                    "kernel_size": size,
                    "strides": draw.randint(1, size),
                    "padding": padding(),
                }
            },
            {"ZeroPadding1D": {"padding": [draw.randint(0, 3), draw.randint(0, 3)]}},
            {"Cropping1D": {"cropping": [draw.randint(0, 2), draw.randint(0, 2)]}},
        ]
        made = draw.choice(makers)
        for kind, fields in made.items():
            if kind.startswith("Conv"):
                fields |= {"filters": 1, "kernel_initializer": "ones"}
        return made

    layers = [layer() for _ in range(draw.randint(2, 4))]
    same = [
        {
            "filters": 1,
            "kernel_size": draw.randint(1, 7),
            "padding": "same",
            "kernel_initializer": "ones",
        }
        for _ in range(2)
    ]
    return [
        *layers,
        {"Identity": {"name": "fork"}},
        {"Conv1D": {"name": "one", "inputs": "fork", **same[0]}},
        {"Conv1D": {"name": "other", "inputs": "fork", **same[1]}},
        {"Add": {"inputs": ["one", "other"]}},
    ]


@pytest.mark.parametrize("seed", range(12))
def test_every_position_comes_from_what_it_does_in_keras(tmp_path: Path, seed: int) -> None:
    from netspec.lowering.model import to_keras

    size = 120
    graph = graph_of(tmp_path, drawn_layers(seed), shape=(size, 1))
    reach, _ = reaches(graph)["add"]
    assert reach is not None
    # One input a position, that is 1 there and 0 elsewhere: what is linear gives its own derivative.
    pulses = np.eye(size, dtype="float32")[..., None]
    derivatives = np.asarray(to_keras(graph, seed=1)(pulses))[..., 0].T
    middle = 0
    for position, seen in enumerate(derivatives):
        first, last = reach.stretch(position)
        places = np.flatnonzero(seen)
        if places.size:
            assert first <= places.min() <= places.max() <= last, position
        # Away from the borders, where what layers pad takes the place of what they would see.
        if places.size and size // 3 <= first <= last <= 2 * size // 3:
            assert (places.min(), places.max()) == (first, last), position
            middle += 1
    assert middle
