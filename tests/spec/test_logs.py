"""The direction of a metric is Keras's, where Keras knows it, and what one would expect where it does not."""

from __future__ import annotations

import pytest

from netspec.spec.logs import ERRORS, direction
from netspec.things.registries import METRICS
from tests.things.test_things_against_keras import EXAMPLES

pytestmark = pytest.mark.keras

# Keras says nothing of these.
COUNTS = {"FalseNegatives": True, "FalsePositives": True, "TrueNegatives": False, "TruePositives": False}  # fmt: skip


def test_a_metric_s_better_direction_is_keras_s() -> None:
    import keras

    assert set(METRICS.names()) >= ERRORS
    for name in METRICS.names():
        built = getattr(keras.metrics, name)(**EXAMPLES.get(name, {}))
        known = getattr(built, "_direction", None)
        assert (known is None) == (name in COUNTS), name
        expected = COUNTS[name] if known is None else known == "down"
        assert (name in ERRORS) == expected, name


def test_validation_has_the_direction_of_training() -> None:
    assert direction("val_accuracy", {"accuracy": "max"}) == "max"
    assert direction("loss", {"loss": "min"}) == "min"
    assert direction("val_val_loss", {"loss": "min"}) is None
    assert direction("acc", {"loss": "min"}) is None
