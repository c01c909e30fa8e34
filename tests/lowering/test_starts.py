"""First weights of layers that hold several under one field, and whole numbers on their way on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.layers.examples import layer

if TYPE_CHECKING:
    from netspec.layers.base import Layer

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.keras

HEADS = {"num_heads": 2, "key_dim": 3, "inputs": ["x", "x"]}
GROUPS = {"head_dim": 3, "num_query_heads": 2, "num_key_value_heads": 2, "inputs": ["x", "x"]}


def call(of: Layer, *, tensors: int = 1, name: str = "layer", seed: int = 42) -> tuple[Any, Any]:
    from netspec.lowering.layers import call as call_keras
    from netspec.lowering.layers import to_keras

    built = to_keras(of, name=name, seed=seed)
    return built, call_keras(built, of, [keras.Input((6, 4))] * tensors)[0]


def values(built: Any) -> list[list[float]]:
    return [weight.numpy().ravel().tolist() for weight in built.weights]


@pytest.mark.parametrize(
    "attention", [layer("MultiHeadAttention", **HEADS), layer("GroupQueryAttention", **GROUPS)]
)
def test_projections_of_one_shape_start_differently(attention: Layer) -> None:
    query, _, key, _, value, *_ = values(call(attention, tensors=2)[0])
    assert query != key
    assert key != value


@pytest.mark.parametrize(
    "attention",
    [
        layer("MultiHeadAttention", **HEADS),
        layer("GroupQueryAttention", **GROUPS),
        layer("AdditiveAttention", inputs=["x", "x"]),
    ],
)
def test_attention_starts_by_seed_and_name_alone(attention: Layer) -> None:
    first = values(call(attention, tensors=2)[0])
    keras.utils.set_random_seed(7)
    assert values(call(attention, tensors=2)[0]) == first
    assert values(call(attention, tensors=2, name="other")[0]) != first
    assert values(call(attention, tensors=2, seed=43)[0]) != first


def test_an_initializers_own_seed_is_that_of_every_projection() -> None:
    seeded = layer("MultiHeadAttention", **HEADS, kernel_initializer={"HeNormal": {"seed": 3}})
    query, _, key, *_ = values(call(seeded, tensors=2)[0])
    assert query == key


@pytest.mark.parametrize(
    "encoding",
    [
        layer("Discretization", bin_boundaries=[0.5]),
        layer("Hashing", num_bins=3),
        layer("IntegerLookup", vocabulary=[1, 2]),
    ],
)
def test_whole_numbers_go_on_as_every_layer_takes_them(encoding: Layer) -> None:
    _, numbers = call(encoding, name="bins")
    assert numbers.dtype == "float32"
    assert keras.layers.Conv1D(2, 3)(numbers).shape == (None, 4, 2)
    assert numbers._keras_history.operation.name == "bins-cast"


def test_a_spectrograms_window_needs_no_scipy_to_come_back() -> None:
    built, _ = call(layer("STFTSpectrogram", frame_length=4))
    assert built.get_config()["window"] == pytest.approx([0, 0.75, 0.75, 0])
    assert keras.layers.STFTSpectrogram.from_config(built.get_config()).window == built.window
