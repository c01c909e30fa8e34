"""What is called as in inference stays so while the network trains, whatever Keras tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from netspec.analysis import analyse
from netspec.lowering import model as lowering

if TYPE_CHECKING:
    from pathlib import Path

    import keras

pytestmark = pytest.mark.keras

SPEC = """netspec: 1
model:
  input: [32, 32, 3]
  layers:
    - Application: {architecture: MobileNet, alpha: 0.25, weights: null, classes: 3, dropout: 0.5,
        classifier_activation: linear, FIELDS}
"""


def built(folder: Path, fields: str) -> keras.Model:
    path = folder / "spec.yaml"
    path.write_text(SPEC.replace("FIELDS", fields))
    _, graph = analyse(path).require()
    return lowering.to_keras(graph, seed=1)


PIXELS = np.random.default_rng(0).uniform(0, 255, (4, 32, 32, 3)).astype(np.float32)


def test_normalization_in_inference_keeps_its_means_while_its_offset_learns(tmp_path: Path) -> None:
    model = built(tmp_path, "batch_normalization: inference")
    normalization = next(each for each in model.layers if "conv_pw_13_bn" in each.name)
    _, beta, mean, variance = [np.array(each) for each in normalization.weights]
    model.compile("sgd", "mse")
    model.train_on_batch(PIXELS, np.eye(3)[[0, 1, 2, 0]])
    now = [np.array(each) for each in normalization.weights]
    np.testing.assert_array_equal(now[2], mean)
    np.testing.assert_array_equal(now[3], variance)
    assert (now[1] != beta).any()


def test_normalization_that_trains_follows_the_batches(tmp_path: Path) -> None:
    model = built(tmp_path, "batch_normalization: auto")
    normalization = next(each for each in model.layers if "conv1_bn" in each.name)
    mean = np.array(normalization.weights[2])
    model(PIXELS, training=True)
    assert (np.array(normalization.weights[2]) != mean).any()


@pytest.mark.parametrize(
    ("fields", "same"), [("trainable: false", True), ("trainable: true", False)]
)
def test_dropout_of_what_is_frozen_does_nothing(tmp_path: Path, fields: str, same: bool) -> None:
    model = built(tmp_path, f"{fields}, batch_normalization: inference")
    training, inference = (np.array(model(PIXELS, training=each)) for each in (True, False))
    assert np.array_equal(training, inference) is same
