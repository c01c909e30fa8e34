"""SwapEMAWeights judges and keeps averaged weights, wherever training ends and however often it goes on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("keras")

from netspec.lowering.averages import SwappedAverages
from tests.training.resuming import IMAGES, compile_anew, fit, network, variables

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.keras


def weights(model: Any) -> list[Any]:
    return [np.array(each) for each in model.trainable_variables]


@pytest.mark.parametrize("swap_on_epoch", [False, True])
def test_a_training_ends_with_the_numbers_that_keras_s_own_ends_with(swap_on_epoch: bool) -> None:
    ends = []
    for kind in (SwappedAverages, keras.callbacks.SwapEMAWeights):
        model = network(use_ema=True)
        fit(model, [kind(swap_on_epoch=swap_on_epoch)], epochs=4)
        ends.append(variables(model))
    for one, other in zip(*ends, strict=True):
        np.testing.assert_array_equal(one, other)


class Stopper(keras.callbacks.Callback):  # type: ignore[misc,name-defined] # Keras has no types
    """Keeps what the model predicts at each epoch's end, and ends training after an epoch."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after
        self.predicted: Any = None

    def on_epoch_end(self, epoch: int, *_: Any) -> None:
        self.predicted = np.array(self.model(IMAGES))
        if epoch + 1 == self.after:
            self.model.stop_training = True


def test_training_that_is_stopped_early_ends_with_the_averages_too() -> None:
    model = network(use_ema=True)
    stopper = Stopper(after=2)
    fit(model, [SwappedAverages(swap_on_epoch=True), stopper], epochs=4)
    np.testing.assert_array_equal(np.array(model(IMAGES)), stopper.predicted)


def test_what_was_to_be_the_last_epoch_can_be_followed_by_more() -> None:
    whole = network(use_ema=True)
    fit(whole, [SwappedAverages(swap_on_epoch=True)], epochs=4)
    short = fit(network(use_ema=True), [SwappedAverages(swap_on_epoch=True)], epochs=2)
    model = network(use_ema=True)
    fit(model, [SwappedAverages(swap_on_epoch=True)], epochs=4, back=short)
    for one, other in zip(variables(model), variables(whole), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_second_stage_begins_with_the_averages_of_the_first() -> None:
    swapping = SwappedAverages(swap_on_epoch=True)
    model = network(use_ema=True)
    fit(model, [swapping], epochs=2)
    begun = weights(model)
    seen = []

    class First(keras.callbacks.Callback):  # type: ignore[misc,name-defined] # Keras has no types
        def on_epoch_begin(self, *_: Any) -> None:
            seen.append(weights(self.model))

    compile_anew(model, use_ema=True, rate=0.1)
    fit(model, [swapping, First()], epochs=3, begun=2)

    np.testing.assert_equal(seen[0], begun)
