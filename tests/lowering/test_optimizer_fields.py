"""Clipping, accumulation and averages do what Keras does by hand, bit by bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from netspec.fields import read_model
from netspec.spec.training import CompileSection, Stage

keras = pytest.importorskip("keras")

from netspec.lowering.model import compile_model  # noqa: E402 - after the check that Keras is there

pytestmark = pytest.mark.keras

IMAGES = np.random.default_rng(0).random((24, 5), dtype="float32") * 9
LABELS = np.arange(24) % 3
STEPS = 24 // 4

BY_HAND: list[tuple[str, dict[str, Any], Any]] = [
    ("SGD", {"learning_rate": 0.5, "clipvalue": 0.1, "momentum": 0.9}, 0.5),
    ("Adam", {"learning_rate": 0.1, "global_clipnorm": 0.5}, 0.1),
    ("Adam", {"learning_rate": 0.1, "use_ema": True, "ema_momentum": 0.6}, 0.1),
    (
        "SGD",
        {
            "learning_rate": 0.5,
            "use_ema": True,
            "ema_overwrite_frequency": 2,
            "gradient_accumulation_steps": 2,
        },
        0.5,
    ),
    (
        "AdamW",
        {
            "learning_rate": {
                "CosineDecay": {"initial_learning_rate": 0.1, "decay_steps": "2 epochs"}
            },
            "clipnorm": 1.0,
            "gradient_accumulation_steps": 3,
        },
        keras.optimizers.schedules.CosineDecay(0.1, 2 * STEPS),
    ),
]


def network() -> Any:
    keras.utils.set_random_seed(0)
    given = keras.Input((5,))
    return keras.Model(given, keras.layers.Dense(3, activation="softmax")(given))


def fitted(model: Any) -> list[Any]:
    """The weights and the optimizer's numbers after two epochs, the last step of which may be in mid-accumulation."""
    model.fit(IMAGES, LABELS, batch_size=4, epochs=2, shuffle=False, verbose=0)
    return [each.numpy() for each in (*model.weights, *model.optimizer.variables)]


@pytest.mark.parametrize(("kind", "fields", "rate"), BY_HAND)
def test_training_is_what_keras_does_by_hand(kind: str, fields: dict[str, Any], rate: Any) -> None:
    section = read_model(
        CompileSection,
        {"optimizer": {kind: fields}, "loss": "sparse_categorical_crossentropy"},
        noun="compile",
    )
    own = network()
    stage = Stage.model_construct(epochs=2)
    compile_model(own, section, stage=stage, steps_per_epoch=STEPS)
    by_hand = network()
    by_hand.compile(
        getattr(keras.optimizers, kind)(**{**fields, "learning_rate": rate}),
        "sparse_categorical_crossentropy",
    )

    expected = fitted(by_hand)

    found = fitted(own)
    assert len(found) == len(expected)
    for left, right in zip(found, expected, strict=True):
        np.testing.assert_array_equal(left, right)
