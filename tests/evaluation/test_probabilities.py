"""What a network gives becomes a probability, whatever its last layer and loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspec.analysis import analyse
from netspec.evaluation.probabilities import class_probabilities, last_activation
from netspec.things.registries import LOSSES

if TYPE_CHECKING:
    from pathlib import Path

LOGITS = [[2.0, -1.0, 0.5], [0.0, 0.0, 0.0]]


def probabilities(
    outputs: Any, loss: str, *, activation: str = "linear", **fields: Any
) -> list[Any]:
    thing = LOSSES.find(loss)(**fields)
    shares = class_probabilities(np.array(outputs), loss=thing, activation=activation)
    rounded: list[Any] = shares.round(6).tolist()
    return rounded


def softmax(values: Any) -> Any:
    powers = np.exp(np.array(values))
    return powers / powers.sum(axis=-1, keepdims=True)


def test_a_softmax_s_outputs_stay() -> None:
    given_shares = [[0.2, 0.5, 0.3]]
    for loss in ("categorical_crossentropy", "sparse_categorical_crossentropy", "kl_divergence"):
        assert probabilities(given_shares, loss, activation="softmax") == given_shares


@pytest.mark.parametrize("loss", ["CategoricalCrossentropy", "SparseCategoricalCrossentropy"])
def test_logits_of_several_classes_go_through_a_softmax(loss: str) -> None:
    assert probabilities(LOGITS, loss, from_logits=True) == softmax(LOGITS).round(6).tolist()


def test_one_unit_gives_both_classes() -> None:
    outputs = [[0.75], [0.0], [1.0]]
    assert probabilities(outputs, "binary_crossentropy", activation="sigmoid") == [
        [0.25, 0.75],
        [1, 0],
        [0, 1],
    ]


def test_one_logit_goes_through_a_sigmoid() -> None:
    first, second, far = probabilities(
        [[0.0], [2.0], [-800.0]], "BinaryCrossentropy", from_logits=True
    )
    assert first == [0.5, 0.5]
    assert second == pytest.approx([0.119203, 0.880797], abs=1e-6)
    assert far == [1, 0]


def test_several_units_under_a_binary_loss_answer_each_for_itself() -> None:
    assert probabilities([[0.9, 0.8]], "binary_crossentropy", activation="sigmoid") == [[0.9, 0.8]]
    (shares,) = probabilities([[0.0, 2.0]], "BinaryCrossentropy", from_logits=True)
    assert shares == pytest.approx([0.5, 0.880797], abs=1e-6)


def test_sigmoids_under_a_loss_of_exclusive_classes_are_shares_of_their_sum() -> None:
    assert probabilities([[0.6, 0.2]], "categorical_crossentropy", activation="sigmoid") == [
        [0.75, 0.25]
    ]


def test_log_softmax_is_undone() -> None:
    logs = np.log(softmax(LOGITS)).tolist()
    shares = probabilities(logs, "mean_squared_error", activation="log_softmax")
    assert shares == softmax(LOGITS).round(6).tolist()


def test_hinge_losses_have_their_middle_at_zero() -> None:
    assert probabilities([[-1.0], [0.0], [3.0]], "hinge", activation="tanh") == [
        [1, 0],
        [0.5, 0.5],
        [0, 1],
    ]


@given(
    loss=st.sampled_from([kind for kind in LOSSES.names() if LOSSES.get(kind).bare()]),
    outputs=st.lists(
        st.lists(st.floats(-1e30, 1e30), min_size=3, max_size=3), min_size=1, max_size=3
    ),
    units=st.integers(1, 3),
    activation=st.sampled_from(["linear", "softmax", "sigmoid", "log_softmax", "tanh", "relu"]),
    from_logits=st.booleans(),
)
def test_it_is_always_a_probability(
    loss: str, outputs: list[list[float]], units: int, activation: str, *, from_logits: bool
) -> None:
    kind = LOSSES.get(loss)
    fields = {"from_logits": from_logits} if "from_logits" in kind.model_fields else {}
    thing = kind(**fields)
    values = np.array(outputs, np.float32)[:, :units]

    shares = class_probabilities(values, loss=thing, activation=activation)

    assert shares.shape == (len(outputs), max(2, units))
    assert np.isfinite(shares).all()
    assert ((shares >= 0) & (shares <= 1 + 1e-12)).all()


@pytest.mark.parametrize(
    ("layers", "activation"),
    [
        ("{Dense: {units: 2, activation: softmax}}", "softmax"),
        ("{Dense: {units: 2}}", "linear"),
        ("{Dense: {units: 2}}, Softmax", "softmax"),
        ("{Dense: {units: 2}}, {Activation: {activation: log_softmax}}", "log_softmax"),
        ("{Dense: {units: 2, activation: sigmoid}}, {Dropout: {rate: 0.1}}, Flatten", "sigmoid"),
        ("Flatten", "linear"),
    ],
)
def test_the_last_activation_is_found_through_layers_that_change_no_value(
    tmp_path: Path, layers: str, activation: str
) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(f"netspec: 1\nmodel: {{input: [4], layers: [{layers}]}}\n")

    _, graph = analyse(spec).require()

    (key,) = graph.outputs
    assert last_activation(graph, key) == activation
