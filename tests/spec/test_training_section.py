"""The section `training`: its stages, and what excludes what."""

from __future__ import annotations

from typing import Any

import pytest

from netspec.diagnostics import Code
from netspec.fields import Mismatch, Problem, read_model
from netspec.spec.training import TrainingSection


def read(**fields: Any) -> TrainingSection:
    return read_model(TrainingSection, fields, noun="training")


def problems(**fields: Any) -> tuple[Problem, ...]:
    with pytest.raises(Mismatch) as caught:
        read(**fields)
    return caught.value.problems


def test_without_stages_the_whole_training_is_one() -> None:
    (stage,) = read(epochs=7, warmup="2 epochs").phases

    assert (stage.name, stage.epochs, stage.warmup) == (None, 7, "2 epochs")
    assert (stage.learning_rate, stage.trainable) == (None, None)
    assert read(epochs=7).total_epochs == 7


def test_stages_come_one_after_another() -> None:
    training = read(
        stages=[
            {"name": "head", "epochs": 2, "trainable": ["head", "block14*"]},
            {"epochs": 3, "learning_rate": "1/1000", "warmup": 100},
        ]
    )

    assert training.total_epochs == 5
    assert [stage.epochs for stage in training.phases] == [2, 3]
    assert training.phases[0].trainable == ("head", "block14*")
    assert training.phases[1].learning_rate == 0.001
    assert training.phases[1].warmup == "100 steps"


def test_a_run_s_state_is_kept_after_times_steps_or_epochs() -> None:
    for written, said in (("5 min", "5 min"), (500, "500 steps"), ("2 epochs", "2 epochs")):
        checkpoint = read(epochs=1, checkpoint={"every": written}).checkpoint
        assert checkpoint is not None
        assert checkpoint.every == said


@pytest.mark.parametrize(
    ("fields", "code", "path"),
    [
        ({}, Code.MISSING_FIELD, ()),
        ({"epochs": 1, "stages": [{"epochs": 1}]}, Code.CONTRADICTION, ("epochs",)),
        ({"warmup": 5, "stages": [{"epochs": 1}]}, Code.CONTRADICTION, ("warmup",)),
        (
            {"stages": [{"name": "a", "epochs": 1}, {"name": "a", "epochs": 1}]},
            Code.DUPLICATE_NAME,
            ("stages", 1, "name"),
        ),
        ({"stages": []}, Code.VALUE, ("stages",)),
        ({"stages": [{"name": "a"}]}, Code.MISSING_FIELD, ("stages", 0)),
        ({"stages": [{"epochs": 1, "trainable": []}]}, Code.VALUE, ("stages", 0, "trainable")),
        (
            {"stages": [{"epochs": 1, "trainable": ["[ab]"]}]},
            Code.VALUE,
            ("stages", 0, "trainable", 0),
        ),
    ],
)
def test_what_cannot_stand_together_is_refused_where_it_stands(
    fields: dict[str, Any], code: Code, path: tuple[str | int, ...]
) -> None:
    (problem,) = problems(**fields)

    assert (problem.code, problem.path) == (code, path)


def test_a_misspelt_number_of_epochs_is_not_missing_besides() -> None:
    (problem,) = problems(epoch=3)

    assert problem.hint == "did you mean epochs?"


def test_a_checkpoint_without_its_field_is_told_how_it_is_written() -> None:
    for written in ("5 min", "5 minutes"):
        (problem,) = problems(epochs=1, checkpoint=written)
        assert problem.hint == "write `checkpoint: {every: 5 min}`"
