"""What a schedule says of its rates is what Keras computes."""

from __future__ import annotations

from typing import Any

import pytest

from netspec.fields import ThingOf
from netspec.things.registries import SCHEDULES

pytestmark = pytest.mark.keras

FROM = {"initial_learning_rate": 0.1}
EXAMPLES: list[tuple[str, dict[str, Any], int | None]] = [
    ("ExponentialDecay", {**FROM, "decay_steps": 7, "decay_rate": 0.9}, None),
    ("ExponentialDecay", {**FROM, "decay_steps": 7, "decay_rate": 0.9, "staircase": True}, None),
    ("InverseTimeDecay", {**FROM, "decay_steps": 7, "decay_rate": 0.9}, None),
    ("InverseTimeDecay", {**FROM, "decay_steps": 7, "decay_rate": 0.9, "staircase": True}, None),
    ("PolynomialDecay", {**FROM, "decay_steps": 7}, 7),
    ("PolynomialDecay", {**FROM, "decay_steps": 7, "power": 2.0, "cycle": True}, None),
    ("PolynomialDecay", {**FROM, "decay_steps": 7, "end_learning_rate": 0.5}, 7),
    ("CosineDecay", {**FROM, "decay_steps": 7, "alpha": 0.1}, 7),
    ("CosineDecay", {**FROM, "decay_steps": 20, "warmup_steps": 5, "warmup_target": 0.3}, 25),
    ("CosineDecayRestarts", {**FROM, "first_decay_steps": 5, "alpha": 0.1}, None),
    ("CosineDecayRestarts", {**FROM, "first_decay_steps": 4, "t_mul": 1.0, "m_mul": 0.5}, None),
    ("CosineDecayRestarts", {**FROM, "first_decay_steps": 5, "t_mul": 1.7, "m_mul": 0.9}, None),
    ("PiecewiseConstantDecay", {"boundaries": [3, 10], "values": [0.1, 0.5, 0.2]}, 11),
]


@pytest.mark.parametrize(("kind", "fields", "length"), EXAMPLES)
def test_the_rate_of_every_step_is_keras_s(
    kind: str, fields: dict[str, Any], length: int | None
) -> None:
    import keras

    schedule = ThingOf(SCHEDULES).read({kind: fields})
    own = getattr(keras.optimizers.schedules, kind)(**fields)

    rates = [float(own(step)) for step in range(40)]

    assert [schedule.rate(step) for step in range(40)] == pytest.approx(rates, abs=1e-6)
    assert schedule.highest == pytest.approx(max(rates))
    assert schedule.length == length
    if length is not None:
        assert len(set(rates[length:])) == 1
        assert rates[length - 1] != rates[length]


def test_a_rate_that_grows_beyond_all_bounds_is_a_number() -> None:
    growing = {**FROM, "decay_steps": 1, "decay_rate": 1e9}
    restarts = {**FROM, "first_decay_steps": 1, "t_mul": 1, "m_mul": 1e9}

    for schedule in ({"ExponentialDecay": growing}, {"CosineDecayRestarts": restarts}):
        assert ThingOf(SCHEDULES).read(schedule).rate(10**9) > 1e100


LENGTHS = [
    ("ExponentialDecay", {**FROM, "decay_rate": 0.9}, {"decay_steps": "2 epochs"}, {"decay_steps": 14}),
    ("InverseTimeDecay", {**FROM, "decay_rate": 0.9}, {"decay_steps": "2 epochs"}, {"decay_steps": 14}),
    ("PolynomialDecay", FROM, {"decay_steps": "0.5 epochs"}, {"decay_steps": 4}),
    ("CosineDecay", {**FROM, "warmup_target": 0.3}, {"decay_steps": "2 epochs", "warmup_steps": "1 epoch"},
     {"decay_steps": 14, "warmup_steps": 7}),
    ("CosineDecay", {**FROM, "warmup_target": 0.3}, {"decay_steps": "2 epochs", "warmup_steps": 5},
     {"decay_steps": 14, "warmup_steps": 5}),
    ("CosineDecayRestarts", FROM, {"first_decay_steps": "1 epoch"}, {"first_decay_steps": 7}),
    # Steps count from 0, so that the second epoch's last step is the 13th.
    ("PiecewiseConstantDecay", {"values": [0.1, 0.5, 0.2]}, {"boundaries": ["1 epoch", "2 epochs"]},
     {"boundaries": [6, 13]}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "fields", "written", "steps"), LENGTHS)
def test_epochs_are_the_steps_that_they_have(
    kind: str, fields: dict[str, Any], written: dict[str, Any], steps: dict[str, Any]
) -> None:
    in_epochs = ThingOf(SCHEDULES).read({kind: {**fields, **written}})
    in_steps = ThingOf(SCHEDULES).read({kind: {**fields, **steps}})

    assert in_epochs.counts_epochs
    assert not in_steps.counts_epochs
    counted = in_epochs.in_steps(7)
    assert not counted.counts_epochs
    assert [counted.rate(step) for step in range(30)] == [in_steps.rate(step) for step in range(30)]
    assert in_epochs.highest == in_steps.highest
    assert in_steps.in_steps(3).rate(5) == in_steps.rate(5)


def test_every_schedule_takes_its_lengths_in_epochs() -> None:
    assert {kind for kind, *_ in LENGTHS} == set(SCHEDULES.modules)


def test_a_rate_of_ten_epochs_holds_for_ten_epochs() -> None:
    fields = {"boundaries": ["10 epochs"], "values": [0.1, 0.01]}

    schedule = ThingOf(SCHEDULES).read({"PiecewiseConstantDecay": fields}).in_steps(100)

    assert (schedule.rate(999), schedule.rate(1000)) == (0.1, 0.01)
