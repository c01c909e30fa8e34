"""Spectral normalization: the weights of the layer inside, with its vector between them."""

from __future__ import annotations

from typing import Any

import pytest

from netspec.fields import Mismatch
from netspec.layers.registry import LAYERS
from netspec.layers.spectral import EMBEDDINGS, WITH_A_KERNEL
from tests.layers.examples import example_of, infer, layer

CONV = {"Conv2D": {"filters": 8, "kernel_size": 3}}


def test_the_vector_stands_between_kernel_and_bias() -> None:
    inference = infer("SpectralNormalization", (10, 10, 4), layer=CONV)
    assert [(each.name, each.shape, each.trainable) for each in inference.weights] == [
        ("kernel", (3, 3, 4, 8), True),
        ("vector_u", (1, 8), False),
        ("bias", (8,), True),
    ]
    assert inference.output_shape == (8, 8, 8)


def test_it_costs_what_the_layer_inside_costs() -> None:
    inside = infer("Conv2D", (10, 10, 4), **CONV["Conv2D"])
    wrapped = infer("SpectralNormalization", (10, 10, 4), layer=CONV, power_iterations=5)
    assert wrapped.macs == inside.macs == 9 * 4 * 8 * 64


def test_a_frozen_layer_inside_trains_nothing() -> None:
    frozen = {"Dense": {"units": 5, "trainable": False}}
    weights = infer("SpectralNormalization", (4,), layer=frozen).weights
    assert [each.trainable for each in weights] == [False, False, False]


@pytest.mark.parametrize("kind", ["Flatten", "Dropout", "BatchNormalization", "SeparableConv2D"])
def test_a_layer_without_one_kernel_is_refused(kind: str) -> None:
    fields, _ = example_of(kind)
    with pytest.raises(Mismatch, match=f"{kind} has no kernel of its own") as caught:
        layer("SpectralNormalization", layer={kind: fields})
    assert caught.value.problems[0].path == ("layer",)


@pytest.mark.keras
def test_an_embedding_is_refused_for_keras_rounds_it_to_whole_numbers() -> None:
    keras = pytest.importorskip("keras")
    with pytest.raises(Mismatch, match="rounded to 0"):
        layer("SpectralNormalization", layer={"Embedding": {"input_dim": 5, "output_dim": 3}})
    built = keras.layers.SpectralNormalization(keras.layers.Embedding(5, 3))
    given = built(keras.ops.convert_to_tensor([[0, 1, 2]], dtype="int32"))
    assert not given.numpy().any()


@pytest.mark.keras
@pytest.mark.parametrize("kind", LAYERS.names())
def test_those_with_a_kernel_are_those_in_keras(kind: str) -> None:
    keras = pytest.importorskip("keras")
    from netspec.lowering.layers import to_keras

    fields, shapes = example_of(kind)
    inner = layer(kind, **fields)
    nested = inner.infer(shapes).nested
    try:
        built: Any = to_keras(inner, name="inner", seed=1, nested=nested)
        keras.layers.SpectralNormalization(built)(keras.Input(shapes[0]))
    except Exception:  # noqa: BLE001 - whatever Keras raises is a refusal
        assert kind not in WITH_A_KERNEL
        return
    # One in another has two vectors, and normalizes a kernel that is normalized.
    assert kind in WITH_A_KERNEL | EMBEDDINGS | {"SpectralNormalization"}


@pytest.mark.keras
@pytest.mark.parametrize("kind", sorted(WITH_A_KERNEL & LAYERS.modules.keys()))
@pytest.mark.parametrize("frozen", ["inside", "outside", "nowhere"])
def test_weights_are_those_in_keras(kind: str, frozen: str) -> None:
    pytest.importorskip("keras")
    from netspec.testing.keras_side import build

    fields, shapes = example_of(kind)
    inner = {kind: {**fields, "trainable": frozen != "inside"}}
    wrapped = layer("SpectralNormalization", layer=inner, trainable=frozen != "outside")
    alone, inside = infer(kind, *shapes, **fields), wrapped.infer(shapes)
    assert (inside.output_shapes, inside.macs) == (alone.output_shapes, alone.macs)
    built = build(wrapped, shapes)
    assert built.output_shapes == inside.output_shapes
    assert built.weights == tuple(
        (each.name, each.shape, each.trainable and wrapped.trainable) for each in inside.weights
    )


@pytest.mark.keras
def test_the_kernel_is_brought_to_length_1_in_a_training_step() -> None:
    keras = pytest.importorskip("keras")
    import numpy as np

    from netspec.lowering.layers import to_keras

    inner = {"Dense": {"units": 3, "kernel_initializer": {"RandomNormal": {"stddev": 5}}}}
    built: Any = to_keras(
        layer("SpectralNormalization", layer=inner, power_iterations=50), name="sn", seed=1
    )
    built(keras.ops.ones((2, 4)), training=True)
    largest = np.linalg.svd(built.layer.kernel.numpy(), compute_uv=False)[0]
    assert largest == pytest.approx(1, abs=1e-3)


@pytest.mark.keras
def test_its_vector_starts_by_seed_and_name_and_leaves_pythons_generator_alone() -> None:
    keras = pytest.importorskip("keras")
    import random

    from netspec.lowering.layers import to_keras

    def vector(name: str, *, seed: int = 1) -> list[float]:
        wrapped = layer("SpectralNormalization", layer={"Dense": {"units": 3}})
        built: Any = to_keras(wrapped, name=name, seed=seed)
        before = random.getstate()
        built(keras.Input((4,)))
        assert random.getstate() == before
        values: list[float] = built.vector_u.numpy().ravel().tolist()
        return values

    random.seed(5)
    first = vector("a")
    random.seed(6)
    assert vector("a") == first
    assert vector("b") != first
    assert vector("a", seed=2) != first
