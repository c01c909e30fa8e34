"""The loop is Keras's `fit`, bit by bit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import netspec
from netspec.training.events import EpochDone, Kept, Stopped
from netspec.training.run import run_analysis

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.training.events import Event

pytestmark = pytest.mark.keras

SPEC = """netspec: 1
seed: 5
data: {source: fashion_mnist_sample, validation: 40, limit: 200, test: null}
augmentation:
  - RandomFlip: {mode: horizontal}
model:
  input: [28, 28, 1]
  layers:
    - Rescaling: {scale: 1/255}
    - Conv2D: {filters: 4, kernel_size: 3, strides: 2, activation: relu}
    - BatchNormalization
    - Flatten
    - Dropout: {rate: 0.3}
    - Dense: {name: head, units: 10, activation: softmax}
compile:
  optimizer: {Adam: {learning_rate: 1e-2, use_ema: true}}
  loss: categorical_crossentropy
  metrics: [accuracy]
training: {epochs: 4, batch_size: 16, class_weight: {"0": 2}}
callbacks:
  - ReduceLROnPlateau: {monitor: val_loss, patience: 1, factor: 0.5, min_delta: 0.5}
  - EarlyStopping: {monitor: val_accuracy, patience: 3, restore_best_weights: true}
"""


def fitted(spec: Path, directory: Path) -> tuple[Any, dict[str, list[float]]]:
    """The model and history of Keras's own `fit`, on the same batches."""
    import keras

    from netspec.data.pipeline import Pipeline
    from netspec.data.preparing import prepare
    from netspec.data.source import Reports
    from netspec.lowering.augmentation import Augmentation
    from netspec.runs.plan import make_plan

    analysis = netspec.load(spec).analysis
    document, _ = analysis.require()
    assert document.spec is not None
    plan = make_plan(analysis)
    data = prepare(plan.data, plan.wanted, Reports.to_nobody(), offline=True)
    plan = plan.prepared(data)
    pipeline = Pipeline(
        batch_size=plan.batch_size, targets=plan.targets, by_key=plan.by_key, form=plan.form
    )
    assert plan.class_weights is not None
    model = netspec.build(spec)
    history = model.fit(
        pipeline.training(
            data.splits["train"],
            epochs=plan.epochs,
            seed=plan.seed,
            shuffle=True,
            augment=Augmentation(document.spec.augmentation, seed=plan.seed),
        ),
        epochs=plan.epochs,
        steps_per_epoch=plan.steps,
        validation_data=pipeline.evaluation(data.splits["validation"]),
        class_weight=dict(enumerate(plan.class_weights)),
        callbacks=[
            keras.callbacks.ReduceLROnPlateau(
                monitor="val_loss", patience=1, factor=0.5, min_delta=0.5, mode="min"
            ),
            keras.callbacks.EarlyStopping(
                monitor="val_accuracy", patience=3, restore_best_weights=True, mode="max"
            ),
        ],
        shuffle=False,
        verbose=0,
    )
    return model, history.history


def test_weights_and_history_are_those_of_keras_s_fit(tmp_path: Path) -> None:
    import keras

    spec = tmp_path / "spec.yaml"
    spec.write_text(SPEC)
    result = run_analysis(netspec.load(spec).analysis, output=tmp_path / "run")
    model, history = fitted(spec, tmp_path)
    ours = keras.saving.load_model(tmp_path / "run" / "model.keras")
    for weight, known in zip(ours.get_weights(), model.get_weights(), strict=True):
        assert weight.tobytes() == known.tobytes()
    assert result.history.keys() == history.keys()
    for name, values in history.items():
        assert result.history[name] == [float(value) for value in values], name


def test_stages_follow_one_another_in_one_history(tmp_path: Path) -> None:
    spec, told = tmp_path / "spec.yaml", list[Any]()
    stages = "{batch_size: 16, checkpoint: {every: 4 steps}, stages: [{epochs: 2, trainable: [head]}, {epochs: 1}]}"
    text = SPEC.replace('{epochs: 4, batch_size: 16, class_weight: {"0": 2}}', stages)
    spec.write_text(text)

    def listener(event: Event) -> None:
        told.append(event)

    result = run_analysis(netspec.load(spec).analysis, output=tmp_path / "run", listener=listener)
    assert [event.epoch for event in told if isinstance(event, EpochDone)] == [1, 2, 3]
    assert len(result.history["loss"]) == 3
    steps = -(-200 // 16)
    kept = [(event.epoch, event.step) for event in told if isinstance(event, Kept)]
    due = [done for done in range(4, 3 * steps, 4) if done % steps]
    assert kept == [(done // steps + 1, done % steps) for done in due]
    assert not [event for event in told if isinstance(event, Stopped)]
    record = json.loads((tmp_path / "run" / "run.json").read_text())
    assert record["epochs"] == 3
    assert record["stages"] == [{"stage": 1, "first_epoch": 1}, {"stage": 2, "first_epoch": 3}]


def test_a_stage_that_ends_early_makes_room_for_the_next(tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    text = SPEC.replace(
        '{epochs: 4, batch_size: 16, class_weight: {"0": 2}}',
        "{batch_size: 16, stages: [{epochs: 9, learning_rate: 0}, {epochs: 2, learning_rate: 0}]}",
    ).replace("patience: 3", "patience: 1")
    spec.write_text(text)
    result = run_analysis(netspec.load(spec).analysis, output=tmp_path / "run")
    assert len(result.history["loss"]) == 4
    record = json.loads((tmp_path / "run" / "run.json").read_text())
    assert record["stages"] == [{"stage": 1, "first_epoch": 1}, {"stage": 2, "first_epoch": 3}]
