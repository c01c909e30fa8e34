"""The estimate of memory to train counts what the backward pass needs, and nothing besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import netspec
from netspec.fields import read_model
from netspec.graph.backward import kept
from netspec.graph.cost import activations, most_training_bytes, training_bytes
from netspec.spec.freezing import trained_by_stage
from netspec.spec.training import TrainingSection

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.graph.graph import Graph

MAP = 8 * 8 * 4  # what a layer below gives


def graph_of(tmp_path: Path, *layers: str, shape: str = "[8, 8, 4]") -> Graph:
    path = tmp_path / "spec.yaml"
    items = "".join(f"    - {layer}\n" for layer in layers)
    path.write_text(f"netspec: 1\nmodel:\n  input: {shape}\n  layers:\n{items}")
    graph = netspec.load(path).analysis.graph
    assert graph is not None
    return graph


CONV = "Conv2D: {filters: 4, kernel_size: 1}"


@pytest.mark.parametrize(
    ("layers", "tensors"),
    [
        ([CONV], 1),  # the input
        (["Rescaling: {scale: 2.0}", CONV], 1),  # the scaled input
        ([CONV, "ZeroPadding2D: {padding: 0}"], 1),
        ([CONV, "BatchNormalization", "ReLU"], 3),  # input, convolution's and ReLU's result
        ([CONV, "Activation: {activation: swish}"], 2),  # input, and what swish takes
        (["Conv2D: {filters: 4, kernel_size: 1, activation: relu}"], 2),
        (["Conv2D: {filters: 4, kernel_size: 1, activation: gelu}"], 4),
        ([CONV, "Dropout: {rate: 0.5}"], 1.25),  # the input, and a mask of bytes
        ([CONV, "Add: {inputs: [conv2d, input]}"], 1),
        ([CONV, "Subtract: {inputs: [input, conv2d]}"], 1),
        ([CONV, "Multiply: {inputs: [conv2d, input]}"], 2),
        (["Conv2D: {filters: 4, kernel_size: 1, trainable: false}", CONV], 1),
        (["Conv2D: {filters: 4, kernel_size: 1, trainable: false}"], 0),
    ],
    ids=str,
)
def test_what_is_kept_of_a_sample(tmp_path: Path, layers: list[str], tensors: float) -> None:
    assert kept(graph_of(tmp_path, *layers)) == tensors * MAP


def test_a_network_inside_a_layer_counts_at_every_step(tmp_path: Path) -> None:
    graph = graph_of(tmp_path, "TimeDistributed: {layer: {Dense: {units: 3}}}", shape="[5, 4]")
    assert kept(graph) == 5 * 4
    assert activations(graph.nodes["time_distributed"]) == 5 * 3


def test_memory_is_that_of_the_stage_that_takes_most(tmp_path: Path) -> None:
    frozen = "Conv2D: {name: first, filters: 4, kernel_size: 1, trainable: false}"
    graph = graph_of(tmp_path, frozen, CONV.replace("{", "{name: second, ", 1))
    training = read_model(
        TrainingSection,
        {
            "stages": [
                {"epochs": 1, "trainable": ["second"]},
                {"epochs": 1, "trainable": ["*"]},
                {"epochs": 1, "trainable": ["second"]},
            ]
        },
        noun="training",
    )
    head, whole, _ = trained_by_stage(graph, training).values()
    assert kept(graph, head) == kept(graph) == MAP
    assert kept(graph, whole) == 2 * MAP
    own, most = (
        most_training_bytes(graph, batch_size=8, optimizer=None, training=each)
        for each in (None, training)
    )
    assert own == training_bytes(graph, batch_size=8, optimizer=None, trained=head)
    assert most == training_bytes(graph, batch_size=8, optimizer=None, trained=whole)
    # Another convolution trains, with a gradient and Adam's two means, and its input is kept, and half as much besides.
    assert most is not None
    assert own is not None
    assert most - own == 4 * ((4 * 4 + 4) * 3 + 8 * MAP * 3 // 2)


def test_unknown_sizes_have_no_estimate(tmp_path: Path) -> None:
    graph = graph_of(tmp_path, CONV, shape="[null, 8, 4]")
    assert kept(graph) is None
    assert training_bytes(graph, batch_size=1, optimizer=None) is None
