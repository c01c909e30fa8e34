"""What a state must have of networks and optimizers that keep numbers in unusual places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import pytest

from netspec.training.state import frozen_variables
from tests.training.small_runs import (
    SPEC,
    Heard,
    after_step,
    bits,
    interrupted,
    resume,
    train,
    write,
)

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.keras


def test_a_kernel_that_is_normalized_in_every_step_is_never_still() -> None:
    inner = keras.layers.Dense(2)
    model = keras.Sequential(
        [keras.Input((3,)), keras.layers.SpectralNormalization(inner), keras.layers.Dense(2)]
    )
    model.trainable = False

    still = {model.variables[place].path for place in frozen_variables(model)}

    assert still == {each.path for each in model.layers[-1].weights}


def test_a_loss_scale_goes_on_in_the_middle_of_an_epoch(tmp_path: Path) -> None:
    text = SPEC.replace("training: {epochs: 3", "training: {epochs: 1")
    spec = write(tmp_path, f"{text}runtime: {{precision: mixed_float16}}\n")
    train(spec, tmp_path / "whole")
    interrupted(spec, tmp_path / "run", after_step(1, 1))

    heard = Heard()
    resume(tmp_path / "run", heard=heard)

    assert heard.resumed == [(1, 1)]
    assert bits(tmp_path / "run") == bits(tmp_path / "whole")
