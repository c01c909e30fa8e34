"""A spec's layers as Keras layers: their fields arrive, and their weights depend on their names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from netspec.layers.registry import LAYERS
from netspec.lowering.seeds import derive_seed
from tests.layers.examples import example_of, layer

if TYPE_CHECKING:
    from netspec.layers.base import Layer

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.keras


def lower(of: Layer, *, name: str = "layer", seed: int = 42, nested: object = None) -> Any:
    from netspec.lowering.layers import to_keras

    return to_keras(of, name=name, seed=seed, nested=nested)


def call(built: Any, of: Layer, tensors: list[Any]) -> list[Any]:
    from netspec.lowering import layers

    return list(layers.call(built, of, tensors))


def kernel(of: Layer, *, name: str, seed: int = 42) -> list[float]:
    built = lower(of, name=name, seed=seed)
    built(keras.Input((8, 8, 3)))
    values: list[float] = built.kernel.numpy().ravel().tolist()
    return values


CONV = layer("Conv2D", filters=4, kernel_size=3)


def test_initial_weights_depend_on_seed_and_name_only() -> None:
    first = kernel(CONV, name="stem")
    lower(layer("Dropout", rate=0.5), name="dropout")
    keras.utils.set_random_seed(7)
    assert kernel(CONV, name="stem") == first
    assert kernel(CONV, name="head") != first
    assert kernel(CONV, name="stem", seed=43) != first


def test_an_initializers_own_seed_wins() -> None:
    seeded = layer("Conv2D", filters=4, kernel_size=3, kernel_initializer={"HeNormal": {"seed": 3}})
    assert kernel(seeded, name="a") == kernel(seeded, name="b")


def test_two_kernels_of_one_layer_start_differently() -> None:
    separable = layer(
        "SeparableConv2D",
        filters=4,
        kernel_size=1,
        depth_multiplier=1,
        depthwise_initializer="random_normal",
        pointwise_initializer="random_normal",
    )
    built = lower(separable)
    assert built.depthwise_initializer.seed != built.pointwise_initializer.seed


def test_dropout_draws_by_its_name_unless_it_has_a_seed() -> None:
    drop = layer("Dropout", rate=0.5)
    assert lower(drop, name="a").seed == derive_seed(42, "a", "seed")
    assert lower(drop, name="a").seed != lower(drop, name="b").seed
    assert lower(layer("SpatialDropout2D", rate=0.5, seed=5)).seed == 5


def test_names_are_joined_by_hyphens() -> None:
    assert lower(CONV, name="stage2.residual.1.conv2d").name == "stage2-residual-1-conv2d"


@pytest.mark.parametrize("kind", LAYERS.names())
def test_a_frozen_layer_trains_nothing(kind: str) -> None:
    fields, shapes = example_of(kind)
    frozen = layer(kind, **fields, trainable=False)
    built = lower(frozen, nested=frozen.infer(shapes).nested)
    call(built, frozen, [keras.Input(shape) for shape in shapes])
    assert built.trainable is False
    assert built.trainable_weights == []


@pytest.mark.parametrize("kind", LAYERS.names())
def test_a_layer_comes_back_from_its_config_in_plain_keras(kind: str) -> None:
    fields, shapes = example_of(kind)
    spec_layer = layer(kind, **fields)
    inputs = [keras.Input(shape) for shape in shapes]
    built = lower(spec_layer, nested=spec_layer.infer(shapes).nested)
    text = keras.Model(inputs, call(built, spec_layer, inputs)).to_json()
    again = keras.models.model_from_json(text)
    assert json.loads(again.to_json()) == json.loads(text)


def test_fields_arrive_as_keras_takes_them() -> None:
    built = lower(
        layer(
            "Conv2D",
            filters=6,
            kernel_size=[3, 5],
            strides=2,
            padding="same",
            activation="relu",
            kernel_regularizer={"L2": {"l2": 0.5}},
            bias_constraint="non_neg",
        )
    )
    assert (built.kernel_size, built.strides, built.padding) == ((3, 5), (2, 2), "same")
    assert built.activation is keras.activations.relu
    assert float(built.kernel_regularizer.l2) == 0.5
    assert isinstance(built.bias_constraint, keras.constraints.NonNeg)
