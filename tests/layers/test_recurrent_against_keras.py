"""Recurrent layers and those that hold layers, beside Keras: what the drawn test of all layers does not reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from netspec.fields import Mismatch
from netspec.layers.recurrent import SequenceLayer
from netspec.layers.registry import LAYERS
from netspec.layers.shapes import Shape, ShapeError
from netspec.layers.wrappers import Bidirectional, TimeDistributed
from netspec.testing.strategies import layer_fields
from tests.layers.examples import class_of, example_of, layer
from tests.layers.test_layer_parity import hold_equal

if TYPE_CHECKING:
    from netspec.layers.base import Layer

keras = pytest.importorskip("keras")
np = pytest.importorskip("numpy")
tf = pytest.importorskip("tensorflow")
pytestmark = pytest.mark.keras

RECURRENT = ("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "GRU", "LSTM", "RNN", "SimpleRNN")
STACK = [{"LSTMCell": {"units": 3}}, {"GRUCell": {"units": 6}}]


def lower(of: Layer, *, name: str = "layer", seed: int = 42) -> Any:
    from netspec.lowering.layers import to_keras

    return to_keras(of, name=name, seed=seed)


def call(built: Any, of: Layer, *tensors: Any, **further: Any) -> list[Any]:
    from netspec.lowering import layers

    return [np.asarray(each) for each in layers.call(built, of, tensors, **further)]


def numbers(*shape: int) -> Any:
    return np.random.default_rng(1).random(shape, dtype=np.float32)


@st.composite
def states_of(draw: st.DrawFn, taken: tuple[Shape, ...]) -> tuple[Shape, ...]:
    """Initial states that fit, or nearly."""
    drawn = list(taken)
    match draw(st.sampled_from(["same", "same", "same", "fewer", "more", "size"])):
        case "fewer":
            drawn.pop()
        case "more":
            drawn.append(draw(st.sampled_from(drawn)))
        case "size":
            place = draw(st.integers(0, len(drawn) - 1))
            size = draw(st.integers(1, 8))
            drawn[place] = (size, *drawn[place][1:])
    return tuple(drawn)


@pytest.mark.parametrize("kind", [*RECURRENT, "Bidirectional"])
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(data=st.data())
def test_initial_states_are_taken_where_keras_takes_them(kind: str, data: st.DataObject) -> None:
    fields = data.draw(layer_fields(class_of(kind)), label="fields")
    sequences = example_of(kind)[1]
    try:
        of = layer(kind, **fields)
        states = of.infer(sequences)
        inner = of.layer if isinstance(of, Bidirectional) else of
        assert isinstance(inner, SequenceLayer)
        step = inner.step(sequences[0][1:]).more_outputs
    except (Mismatch, ShapeError):
        assume(False)  # noqa: FBT003 - what it draws may exclude itself
    assert states.output_shape
    taken = step * 2 if kind == "Bidirectional" else step
    hold_equal(of, (*sequences, *data.draw(states_of(taken), label="states")))


@pytest.mark.parametrize("kind", sorted(LAYERS.modules))
def test_every_layer_is_applied_at_every_step_as_keras_applies_it(kind: str) -> None:
    fields, shapes = example_of(kind)
    steps = tuple((3, *shape) for shape in shapes)
    # Made without its contradictions, which are asked for in the comparison.
    hold_equal(TimeDistributed.model_construct(layer=layer(kind, **fields)), steps[:1])


@pytest.mark.parametrize("kind", RECURRENT)
@pytest.mark.parametrize(
    ("merge_mode", "return_sequences", "return_state"),
    [("concat", True, True), ("sum", False, True), (None, True, False), (None, False, True)],
)
def test_every_recurrent_layer_goes_both_ways(
    kind: str, merge_mode: str | None, return_sequences: bool, return_state: bool
) -> None:
    fields, shapes = example_of(kind)
    flags = {"return_sequences": return_sequences, "return_state": return_state}
    inner = {kind: {**fields, **flags}}
    hold_equal(layer("Bidirectional", layer=inner, merge_mode=merge_mode), shapes)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("SimpleRNN", {"units": 3}),
        ("GRU", {"units": 3}),
        ("LSTM", {"units": 3}),
        ("RNN", {"cell": STACK}),
        ("RNN", {"cell": STACK, "unroll": True}),
        ("ConvLSTM1D", {"filters": 3, "kernel_size": 2}),
    ],
)
def test_a_sequence_in_two_parts_ends_where_the_whole_does(
    kind: str, fields: dict[str, Any]
) -> None:
    of = layer(kind, **fields, return_state=True)
    built = lower(of)
    sequence = numbers(2, 6, 5, 4) if kind == "ConvLSTM1D" else numbers(2, 6, 4)
    whole = call(built, of, sequence)
    _, *states = call(built, of, sequence[:, :4])
    parts = call(built, of, sequence[:, 4:], *states)
    for one, other in zip(whole, parts, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5)


def test_the_first_half_of_the_states_is_the_way_forwards() -> None:
    of = layer("Bidirectional", layer={"LSTM": {"units": 3}}, merge_mode=None)
    built = lower(of)
    sequence, states = numbers(2, 6, 4), list(numbers(4, 2, 3))
    ahead, back = call(built, of, sequence, *states)
    alone = built.forward_layer(sequence, initial_state=states[:2])
    np.testing.assert_allclose(ahead, alone, rtol=1e-5)
    alone = built.backward_layer(sequence, initial_state=states[2:])
    np.testing.assert_allclose(back, alone, rtol=1e-5)


@pytest.mark.parametrize("backward", [None, {"LSTM": {"units": 3, "go_backwards": True}}])
def test_two_directions_start_from_different_values_that_their_names_give(backward: Any) -> None:
    of = layer(
        "Bidirectional", layer={"LSTM": {"units": 3, "dropout": 0.5}}, backward_layer=backward
    )

    def kernels(seed: int = 42) -> list[Any]:
        built = lower(of, seed=seed)
        call(built, of, numbers(2, 6, 4))
        return [built.forward_layer.cell.kernel.numpy(), built.backward_layer.cell.kernel.numpy()]

    keras.utils.set_random_seed(7)
    first, second = kernels()
    assert not np.array_equal(first, second)
    again = kernels()
    np.testing.assert_array_equal([first, second], again)
    assert not np.array_equal(first, kernels(seed=43)[0])


def test_cells_of_a_stack_start_and_drop_by_their_own_names() -> None:
    cell = {"LSTMCell": {"units": 4, "dropout": 0.5}}
    built = lower(layer("RNN", cell=[cell, cell]))
    built(numbers(2, 6, 4))
    one, other = built.cell.cells
    assert not np.array_equal(one.kernel.numpy(), other.kernel.numpy())
    assert one.seed != other.seed
    assert [one.name, other.name] == [
        "layer-stacked_rnn_cells-0-lstm_cell",
        "layer-stacked_rnn_cells-1-lstm_cell",
    ]


@pytest.mark.parametrize("place", ["inside", "outside"])
def test_what_is_frozen_inside_stays_frozen(place: str) -> None:
    frozen = {"trainable": False}
    inside, outside = (frozen, {}) if place == "inside" else ({}, frozen)
    for of in (
        layer("RNN", cell={"LSTMCell": {"units": 3, **inside}}, **outside),
        layer("Bidirectional", layer={"GRU": {"units": 3, **inside}}, **outside),
        layer("TimeDistributed", layer={"Dense": {"units": 3, **inside}}, **outside),
    ):
        inputs = keras.Input((6, 4))
        model = keras.Model(inputs, lower(of)(inputs))
        assert model.trainable_weights == []
        again = keras.models.model_from_json(model.to_json())
        assert again.trainable_weights == []


# Each was measured; see /docs/parity.md.


def test_keras_takes_the_batch_for_the_steps_where_these_are_unknown() -> None:
    inputs = keras.Input((None, 4))
    model = keras.Model(inputs, keras.layers.TimeDistributed(keras.layers.Dense(3))(inputs))
    signature = [tf.TensorSpec((None, None, 4))]
    graph = tf.function(model, input_signature=signature)
    assert graph(numbers(2, 5, 4)).shape == (2, 2, 3)
    with pytest.raises(ShapeError, match="needs to know how many steps"):
        layer("TimeDistributed", layer={"Dense": {"units": 3}}).infer([(None, 4)])


def test_keras_cannot_train_what_is_unrolled_over_unknown_steps() -> None:
    built = keras.layers.LSTM(3, unroll=True)
    assert built(keras.Input((None, 4))).shape == (None, 3)
    with pytest.raises(ValueError, match="Cannot unroll"):
        tf.function(built).get_concrete_function(tf.TensorSpec((2, None, 4)))


def test_keras_drops_two_activity_penalties() -> None:
    penalty = {"activity_regularizer": "l2"}
    dropped = [
        keras.layers.SimpleRNN(3, **penalty),
        keras.layers.TimeDistributed(keras.layers.Dense(3, **penalty)),
    ]
    for built in dropped:
        built(numbers(2, 5, 4))
        assert built.losses == []
    kept = keras.layers.Bidirectional(keras.layers.LSTM(3, **penalty))
    kept(numbers(2, 5, 4))
    assert len(kept.losses) == 2


def test_keras_forgets_that_a_conv_lstm_inside_bidirectional_is_frozen() -> None:
    frozen = keras.layers.ConvLSTM1D(3, 2, trainable=False)
    built = keras.layers.Bidirectional(frozen)
    built(keras.Input((5, 6, 4)))
    assert len(built.trainable_weights) == 6


def test_a_stack_of_one_cell_loses_the_form_of_its_states() -> None:
    built = keras.layers.RNN([keras.layers.LSTMCell(3)], unroll=True)
    with pytest.raises(IndexError):
        built(numbers(2, 5, 4))
