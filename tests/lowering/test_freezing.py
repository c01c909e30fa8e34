"""What a stage trains, in Keras's layers: exactly what it names, and otherwise what the spec says of each layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netspec.analysis import analyse
from netspec.fields import read_model
from netspec.spec.freezing import trained_parameters
from netspec.spec.training import CompileSection, Stage

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.graph.graph import Graph

keras = pytest.importorskip("keras")

from netspec.lowering import model as lowering  # noqa: E402 - after the check that Keras is there
from netspec.lowering.freezing import set_trainable  # noqa: E402

pytestmark = pytest.mark.keras

TEXT = """
netspec: 1
model:
  input: [6, 4]
  blocks:
    step:
      layers:
        - Dense: {name: first, units: 3, trainable: false}
        - Dense: {name: second, units: 3}
    pair:
      layers:
        - Dense: {name: first, units: 4}
        - BatchNormalization
  layers:
    - pair: {name: stage1, repeat: 2}
    - MultiHeadAttention: {name: attention, num_heads: 2, key_dim: 2, inputs: [stage1, stage1]}
    - TimeDistributed: {name: frames, layer: step}
    - TimeDistributed: {name: frozen, layer: {Dense: {units: 3, trainable: false}}}
    - Bidirectional: {name: both, layer: {LSTM: {units: 2}}, trainable: false}
    - Dense: {name: hidden, units: 4, trainable: false}
    - Dense: {name: head, units: 3, activation: softmax}
"""


@pytest.fixture
def network(tmp_path: Path) -> tuple[Any, Graph]:
    path = tmp_path / "spec.yaml"
    path.write_text(TEXT)
    _, graph = analyse(path).require()
    return lowering.to_keras(graph, seed=0), graph


def stage(*patterns: str) -> Stage:
    return read_model(
        Stage, {"epochs": 1, **({"trainable": list(patterns)} if patterns else {})}, noun="a stage"
    )


def trained(model: Any) -> dict[str, int]:
    """The layers that have weights which train, each with how many numbers."""
    found = {
        layer.name: sum(int(np.prod(weight.shape)) for weight in layer.trainable_weights)
        for layer in model.layers
    }
    return {name: size for name, size in found.items() if size}


def flags(model: Any) -> list[bool]:
    return [layer.trainable for layer in model._flatten_layers()]


STAGES = [
    ["head"],
    ["stage1"],
    ["*.first", "head"],
    ["frames"],
    ["frozen", "head"],
    ["both", "attention"],
    ["hidden"],
    ["*"],
    [],
]


@pytest.mark.parametrize("patterns", STAGES, ids=str)
def test_a_stage_trains_as_many_numbers_as_it_says(
    network: tuple[Any, Graph], patterns: list[str]
) -> None:
    model, graph = network
    set_trainable(model, graph, stage("hidden"))

    set_trainable(model, graph, stage(*patterns))

    expected = trained_parameters(graph, stage(*patterns))
    assert sum(trained(model).values()) == expected
    assert sum(int(np.prod(each.shape)) for each in model.trainable_variables) == expected


def test_exactly_the_layers_that_are_named_train(network: tuple[Any, Graph]) -> None:
    model, graph = network

    set_trainable(model, graph, stage("stage1.1", "both"))

    assert set(trained(model)) == {"stage1-1-first", "stage1-1-batch_normalization", "both"}


def test_what_is_frozen_inside_a_layer_stays_so(network: tuple[Any, Graph]) -> None:
    model, graph = network

    set_trainable(model, graph, stage("frames", "frozen"))

    assert trained(model) == {"frames": 3 * 3 + 3}


def test_the_layers_own_flags_come_back(network: tuple[Any, Graph]) -> None:
    model, graph = network
    own, before = trained(model), flags(model)

    set_trainable(model, graph, stage())
    assert flags(model) == before
    set_trainable(model, graph, stage("both", "hidden"))
    assert trained(model) != own
    set_trainable(model, graph, stage("head"))
    set_trainable(model, graph, stage())

    assert trained(model) == own
    assert sum(own.values()) == graph.trainable_parameters


def test_a_step_changes_the_weights_that_train_and_no_others(network: tuple[Any, Graph]) -> None:
    model, graph = network
    section = read_model(
        CompileSection,
        {"optimizer": {"SGD": {"learning_rate": 1.0}}, "loss": "categorical_crossentropy"},
        noun="compile",
    )
    images = np.random.default_rng(0).random((8, 6, 4), dtype="float32")
    labels = np.eye(3)[np.arange(8) % 3]
    for patterns in (["head"], ["both", "stage1.0"]):
        set_trainable(model, graph, stage(*patterns))
        lowering.compile_model(model, section, stage=stage(*patterns))
        before = {weight.path: weight.numpy() for weight in model.weights}

        keras.utils.set_random_seed(0)
        model.train_on_batch(images, labels)

        trains = {weight.path for weight in model.trainable_weights}
        changed = {w.path for w in model.weights if not np.array_equal(w.numpy(), before[w.path])}
        # A trained normalization moves its statistics as well; a frozen one does not.
        statistics = {path for path in changed if "/moving_" in path}
        assert changed - statistics == trains
        assert all(path.startswith("stage1-0-") for path in statistics)
        assert bool(statistics) == ("stage1.0" in patterns)
