"""A layer's box says what it is in few words."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from netspec.layers.base import Layer
from netspec.layers.registry import LAYERS
from netspec.report.html import layer_words
from netspec.report.html.layer_words import FAMILIES, family, in_short
from tests.report.html.networks import read

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (
            "Conv2D: {filters: 8, kernel_size: 3, strides: 2, activation: relu}",
            "kernel 3, filters 8, stride 2, relu",
        ),
        (
            "Conv2D: {filters: 8, kernel_size: [1, 7], padding: same}",
            "kernel 1 x 7, filters 8, same",
        ),
        ("MaxPooling2D: {pool_size: 2, strides: 2}", "pool 2"),
        ("AveragePooling2D: {pool_size: 3, strides: 1}", "pool 3"),
        ("Rescaling: {scale: 1/255}", "scale 0.00392"),
        ("Flatten", ""),
    ],
)
def test_what_is_usual_goes_without_saying(tmp_path: Path, layer: str, words: str) -> None:
    _, graph = read(tmp_path, layer)
    assert in_short(next(iter(graph.nodes.values())).layer) == words


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        ("SeparableConv2D: {filters: 8, kernel_size: 3}", "convolution"),
        ("GlobalMaxPooling2D", "pooling"),
        ("TimeDistributed: {layer: {Dense: {units: 3}}}", "dense"),
        ("Identity", "other"),
    ],
)
def test_a_layer_belongs_to_the_family_of_what_it_does(
    tmp_path: Path, layer: str, name: str
) -> None:
    _, graph = read(tmp_path, layer)
    assert family(next(iter(graph.nodes.values())).layer) == name


def test_every_family_but_the_last_has_layers_and_has_colours() -> None:
    layers = [LAYERS.get(name).model_construct() for name in LAYERS.names()]
    assert {family(layer) for layer in layers if isinstance(layer, Layer)} == set(FAMILIES)
    style = (files("netspec.report.html") / "assets" / "architecture.css").read_text()
    for name in FAMILIES:
        assert style.count(f"--of-{name}: #") == 3  # light, dark by the system, dark by choice


def test_fields_are_told_as_they_are_written_or_as_they_differ(tmp_path: Path) -> None:
    _, graph = read(tmp_path, 'Conv2D: {name: c, filters: "${2 * 3}", kernel_size: 3, strides: 1}')
    node = graph.nodes["c"]
    assert layer_words.fields(node, as_written=True) == [
        ("filters", "6"),
        ("kernel_size", "3"),
        ("strides", "1"),
    ]
    assert dict(layer_words.fields(node, as_written=False)) == {
        "filters": "6",
        "kernel_size": "[3, 3]",
    }
