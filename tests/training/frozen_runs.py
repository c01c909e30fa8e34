"""Small runs whose network has a frozen part, with what it computes kept or computed in every step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.training.events import FeaturesReady
from tests.training.small_runs import Heard, record, train, write
from tests.training.test_exact_resume import arrays, weights

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "    - Dense: {name: head, units: 10, activation: softmax}\n"
# The last batch of each split is a part of one.
SPEC = f"""netspec: 1
seed: 5
data: {{source: fashion_mnist_sample, validation: 20, limit: 70, test: 15}}
model:
  input: [28, 28, 1]
  layers:
    - Rescaling: {{scale: 1/255}}
    - Conv2D: {{name: first, filters: 4, kernel_size: 3, strides: 2, activation: relu, trainable: false}}
    - BatchNormalization: {{name: norm, trainable: false}}
    - Conv2D: {{name: second, filters: 6, kernel_size: 3, strides: 2, activation: relu, trainable: false}}
    - GlobalAveragePooling2D
{HEAD}compile:
  optimizer: {{SGD: {{learning_rate: 0.1, momentum: 0.9}}}}
  loss: sparse_categorical_crossentropy
  metrics: [accuracy]
training: {{epochs: 2, batch_size: 16}}
"""
# The second stage trains a part of what the first one computes once.
STAGES = SPEC.replace(
    "training: {epochs: 2, batch_size: 16}",
    """training:
  batch_size: 16
  class_weight: {Sneaker: 3.0, Bag: 0.5}
  checkpoint: {every: 2 steps}
  stages:
    - {name: head, epochs: 2, trainable: [head]}
    - {name: more, epochs: 2, learning_rate: 0.01, trainable: {from: second}}
callbacks:
  - ReduceLROnPlateau: {monitor: val_loss, patience: 1, factor: 0.5, min_delta: 0.2}
  - EarlyStopping: {monitor: val_loss, patience: 4, restore_best_weights: true}
  - ModelCheckpoint: {monitor: val_loss, save_best_only: true}
  - SwapEMAWeights: {swap_on_epoch: true}""",
).replace("momentum: 0.9", "momentum: 0.9, use_ema: true")
OFF = "runtime.feature_cache=off"


def ready(heard: Heard) -> list[tuple[int, tuple[str, ...], int, int]]:
    """For which stages and splits features were there: how many were found, and how many computed."""
    return [
        (each.stage, each.splits, each.found, each.computed)
        for each in heard.events
        if isinstance(each, FeaturesReady)
    ]


def outcome(run: Path) -> dict[str, Any]:
    """All that a run gave, to the bit."""
    import keras

    told = record(run)
    return {
        **arrays(run),
        "history": (run / "history.json").read_text(),
        "model": weights(run),
        "structure": (run / "model.json").read_text(),
        "test": told["metrics"],
        "evaluation": (run / "evaluation.json").read_text(),
        "predictions": (run / "predictions.csv").read_text(),
        "checkpoints": [
            each.tobytes()
            for path in sorted(run.glob("checkpoints/*.keras"))
            for each in keras.saving.load_model(path).get_weights()
        ],
    }


def both(folder: Path, text: str, *overrides: str) -> tuple[Path, Path, Heard]:
    """A run with features that are kept and one without any, and what the first one told."""
    spec, heard = write(folder, text), Heard()
    train(spec, folder / "kept", *overrides, heard=heard)
    without = Heard()
    train(spec, folder / "computed", *overrides, OFF, heard=without)
    assert not ready(without)
    return folder / "kept", folder / "computed", heard


def require_same(folder: Path, text: str, *overrides: str) -> Heard:
    """Holds the results of both equal, to the bit."""
    kept, computed, heard = both(folder, text, *overrides)
    require_equal(outcome(kept), outcome(computed))
    return heard


def require_equal(now: dict[str, Any], then: dict[str, Any]) -> None:
    """Holds two outcomes equal."""
    assert then.keys() == now.keys()
    assert [name for name in then if then[name] != now[name]] == []
