"""Which class an output names does not depend on who asks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspec.evaluation.probabilities import (
    class_probabilities,
    predicted_classes,
    ranked_classes,
)
from netspec.things.registries import LOSSES

FLOATS = st.floats(-(2.0**99), 2.0**99, width=32)


@given(
    st.integers(1, 4).flatmap(
        lambda units: st.lists(
            st.lists(FLOATS, min_size=units, max_size=units), min_size=1, max_size=4
        )
    ),
    st.sampled_from([0.0, 0.5]),
)
def test_the_first_in_rank_is_the_class_that_evaluation_predicts(
    rows: list[list[float]], middle: float
) -> None:
    outputs = np.array(rows, np.float32)

    ranks = ranked_classes(outputs, middle=middle)

    classes = max(2, outputs.shape[-1])
    assert (ranks[:, 0] == predicted_classes(outputs, middle=middle)).all()
    assert (np.sort(ranks) == np.arange(classes)).all()


@pytest.mark.parametrize(
    ("loss", "fields", "outputs", "order"),
    [
        # Equal as probabilities, and not as the network gives them.
        ("SparseCategoricalCrossentropy", {"from_logits": True}, [-1e-20, 1e-20, -100], [1, 0, 2]),
        ("SparseCategoricalCrossentropy", {"from_logits": True}, [-900, 0, -800], [1, 2, 0]),
        ("BinaryCrossentropy", {"from_logits": True}, [1e-20], [1, 0]),
        ("BinaryCrossentropy", {"from_logits": True}, [0], [0, 1]),
        ("CategoricalCrossentropy", {}, [0.25, 0.5, 0.25], [1, 0, 2]),
    ],
)
def test_equal_probabilities_are_in_the_order_of_the_outputs(
    loss: str, fields: dict[str, bool], outputs: list[float], order: list[int]
) -> None:
    values = np.array([outputs], np.float32)
    thing = LOSSES.find(loss)(**fields)

    (ranks,) = ranked_classes(values, middle=0.0 if fields else 0.5)
    (shares,) = class_probabilities(values, loss=thing, activation="linear")

    assert ranks.tolist() == order
    assert (np.diff(shares[ranks]) <= 0).all()
