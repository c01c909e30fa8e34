"""Which layers a stage means, by names, blocks' instances and patterns."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from random import Random
from typing import TYPE_CHECKING

import pytest

from netspec.analysis import analyse
from netspec.fields import read_model
from netspec.spec.freezing import (
    most_trained,
    parameters_by_stage,
    trainable_names,
    trained_by_stage,
    trained_layers,
    trained_parameters,
    unmatched,
)
from netspec.spec.training import Stage, TrainingSection

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.graph.graph import Graph, LayerNode

TEXT = """
netspec: 1
model:
  input: [16, 16, 3]
  blocks:
    pair:
      layers:
        - Conv2D: {name: conv, filters: 4, kernel_size: 3, padding: same}
        - BatchNormalization
  layers:
    - pair: {name: stage1, repeat: 2}
    - pair: {name: stage10}
    - GlobalAveragePooling2D
    - Dense: {name: hidden, units: 4, activation: relu, trainable: false}
    - Reuse: {name: again, layer: hidden}
    - Dense: {name: head, units: 3, activation: softmax}
"""


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    path: Path = tmp_path_factory.mktemp("spec") / "spec.yaml"
    path.write_text(TEXT)
    return analyse(path).require()[1]


def stage(*patterns: str) -> Stage:
    return read_model(Stage, {"epochs": 1, "trainable": list(patterns)}, noun="a stage")


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("head", {"head"}),
        ("hea", set()),
        ("stage10", {"stage10.conv", "stage10.batch_normalization"}),
        ("stage1.1", {"stage1.1.conv", "stage1.1.batch_normalization"}),
        ("stage1.?.conv", {"stage1.0.conv", "stage1.1.conv"}),
        ("*.conv", {"stage1.0.conv", "stage1.1.conv", "stage10.conv"}),
        ("stage1", {f"stage1.{i}.{n}" for i in (0, 1) for n in ("conv", "batch_normalization")}),
        ("h*", {"hidden", "head"}),
        ("again", {"hidden"}),
    ],
)
def test_a_name_means_a_layer_or_all_within_a_block(
    graph: Graph, pattern: str, names: set[str]
) -> None:
    assert trainable_names(graph, [pattern]) == names


def test_what_no_layer_is_called_is_found(graph: Graph) -> None:
    assert unmatched(graph, ["head", "haed", "stage1", "stage2*"]) == [1, 3]


def test_a_stage_counts_what_it_trains(graph: Graph) -> None:
    assert trained_parameters(graph, stage("head")) == 4 * 3 + 3
    # Four moving statistics of each normalization do not train.
    assert trained_parameters(graph, stage("stage10")) == (3 * 3 * 4 * 4 + 4) + 8
    # A layer that is frozen by its own flag trains where the stage names it.
    assert [node.name for node in trained_layers(graph, stage("hidden"))] == ["hidden"]
    whole = Stage.model_construct(epochs=1)
    assert trained_parameters(graph, whole) == graph.trainable_parameters
    assert "hidden" not in [node.name for node in trained_layers(graph, whole)]


def test_what_each_stage_trains_is_known_by_its_name_or_number(graph: Graph) -> None:
    fields = {
        "stages": [
            {"name": "first", "epochs": 1, "trainable": ["head"]},
            {"epochs": 1, "trainable": ["hidden", "head"]},
        ]
    }
    training = read_model(TrainingSection, fields, noun="training")
    head, hidden = 4 * 3 + 3, 4 * 4 + 4
    assert trained_by_stage(graph, training) == {
        "first": {"head": head},
        "2": {"hidden": hidden, "head": head},
    }
    assert parameters_by_stage(graph, training) == {"first": head, "2": hidden + head}
    assert most_trained(graph, training) == hidden + head


def test_without_stages_the_layers_own_flags_say_what_trains(graph: Graph) -> None:
    training = read_model(TrainingSection, {"epochs": 1}, noun="training")
    for each in (training, None):
        assert parameters_by_stage(graph, each) == {}
        assert most_trained(graph, each) == graph.trainable_parameters


def test_a_pattern_means_what_it_does_in_a_shell(graph: Graph) -> None:
    draw = Random(0)  # noqa: S311 - no secret
    names = {"".join(draw.choices("ab.", k=draw.randint(1, 7))): () for _ in range(300)}
    other = replace(graph, nodes={name: node_called(graph, name) for name in names})

    for _ in range(1000):
        pattern = "".join(draw.choices("ab.*?", k=draw.randint(1, 6)))
        expected = {
            name
            for name in names
            for end in range(1, len(name) + 1)
            if name[end : end + 1] in {"", "."} and fnmatchcase(name[:end], pattern)
        }
        assert trainable_names(other, [pattern]) == expected, pattern


def test_no_name_keeps_a_pattern_busy(graph: Graph) -> None:
    """Were every place of what stands between two `*` tried, this would take years."""
    names = ["a" * 60 + f"{number}" for number in range(50)]
    other = replace(graph, nodes={name: node_called(graph, name) for name in names})

    assert trainable_names(other, ["*a" * 12 + "b"]) == frozenset()


def node_called(graph: Graph, name: str) -> LayerNode:
    return replace(graph.nodes["head"], name=name)
