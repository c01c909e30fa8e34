"""What an optimizer keeps for each parameter is what Keras's keeps."""

from __future__ import annotations

import math
from typing import Any

import pytest

from netspec.fields import ThingOf
from netspec.things.registries import OPTIMIZERS

pytestmark = pytest.mark.keras

VARIANTS: list[dict[str, Any]] = [
    {"SGD": {"momentum": 0.9}},
    {"RMSprop": {"momentum": 0.9, "centered": True}},
    {"Adam": {"amsgrad": True}},
    {"AdamW": {"use_ema": True}},
    {"SGD": {"gradient_accumulation_steps": 2}},
]


@pytest.mark.parametrize(
    "written", [*({name: {}} for name in OPTIMIZERS.names()), *VARIANTS], ids=str
)
def test_state_per_parameter_is_keras_s(written: dict[str, Any]) -> None:
    import keras

    from netspec.lowering import things

    thing = ThingOf(OPTIMIZERS).read(written)
    optimizer = things.optimizer(thing)
    matrix = keras.Variable(keras.ops.zeros((64, 64)), name="kernel")

    optimizer.build([matrix])

    kept = sum(math.prod(variable.shape) for variable in optimizer.variables)
    assert round(kept / 64**2) == thing.state_per_parameter()
