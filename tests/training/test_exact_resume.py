"""Runs that are killed and continued end in the bits of those that were not."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import netspec
from netspec.training.run import run_analysis

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

pytestmark = pytest.mark.keras

DATA_AND_MODEL = """
seed: 3
data: {source: fashion_mnist_sample, validation: 40, limit: 200, test: null}
augmentation:
  - RandomFlip: {mode: horizontal}
  - RandomTranslation: {height_factor: 0.1, width_factor: 0.1}
model:
  input: [28, 28, 1]
  layers:
    - Rescaling: {scale: 1/255}
    - Conv2D: {filters: 4, kernel_size: 3, strides: 2, activation: relu}
    - BatchNormalization
    - Dropout: {rate: 0.3}
    - Flatten
    - Dropout: {rate: 0.3}
    - Dense: {name: head, units: 10, activation: softmax}
"""
STAGES = f"""netspec: 1
{DATA_AND_MODEL}
compile:
  optimizer: {{Adam: {{learning_rate: 1e-2, use_ema: true, gradient_accumulation_steps: 3}}}}
  loss: categorical_crossentropy
  metrics: [accuracy]
training:
  batch_size: 16
  checkpoint: {{every: 3 steps}}
  stages:
    - {{name: first, epochs: 4, trainable: [head]}}
    - {{name: all, epochs: 6, learning_rate: 1e-3}}
callbacks:
  - ReduceLROnPlateau: {{monitor: val_loss, patience: 1, factor: 0.5, min_delta: 0.2}}
  - EarlyStopping: {{monitor: val_accuracy, patience: 4, restore_best_weights: true}}
  - ModelCheckpoint: {{save_freq: 7, save_weights_only: true}}
  - CSVLogger
"""
SCHEDULE = f"""netspec: 1
{DATA_AND_MODEL}
compile:
  optimizer:
    SGD:
      momentum: 0.9
      nesterov: true
      use_ema: true
      clipnorm: 1.0
      learning_rate: {{CosineDecay: {{initial_learning_rate: 0.1, decay_steps: 6 epochs}}}}
  loss: {{CategoricalCrossentropy: {{label_smoothing: 0.1}}}}
  metrics: [accuracy]
training: {{epochs: 8, batch_size: 16, warmup: 2 epochs, checkpoint: {{every: 5 steps}}}}
callbacks:
  - EarlyStopping: {{monitor: val_loss, patience: 3, restore_best_weights: true}}
  - SwapEMAWeights: {{swap_on_epoch: true}}
"""


def run(spec: Path, directory: Path) -> Path:
    """A run from its beginning or its last state to its end, in this process."""
    run_analysis(netspec.load(spec).analysis, output=directory, resume=True)
    return directory


def killed(spec: Path, directory: Path, when: str) -> bool:
    """Whether a run was still going on when it was to be killed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.training.killed", str(spec), str(directory), when],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode in {0, -9}, done.stderr
    return done.returncode == -9


def arrays(directory: Path) -> dict[str, Any]:
    """All numbers of the newest state, by name; a part's number in its name aside."""
    newest = max((directory / "state").glob("state-*.npz"))
    with np.load(newest) as file:
        found = {name: file[name].tobytes() for name in file.files if name != "about"}
        about = json.loads(file["about"].tobytes())
    for part in about["parts"]:
        with np.load(directory / "state" / part) as file:
            stem = re.sub(r"-\d+\.npz$", "", part)
            found |= {f"{stem}/{name}": file[name].tobytes() for name in file.files}
    callbacks = re.sub(r"-\d+\.npz", ".npz", json.dumps(about["callbacks"]))
    return {**found, "position": about["position"], "callbacks": callbacks}


def require_equal(killed: Path, whole: Path) -> None:
    """Weights, optimizer, callbacks, history and what was saved are the same, bit by bit."""
    then, now = arrays(whole), arrays(killed)
    assert then.keys() == now.keys()
    assert [name for name in then if then[name] != now[name]] == []
    names = ["history.json", *(["training.csv"] if (whole / "training.csv").exists() else [])]
    for name in names:
        assert (killed / name).read_text() == (whole / name).read_text()
    assert weights(killed) == weights(whole)
    record, other = (json.loads((each / "run.json").read_text()) for each in (killed, whole))
    for key in ("status", "best_epoch", "best_by", "model_epoch", "metrics"):
        assert record[key] == other[key]
    kept = [sorted(each.name for each in run.glob("checkpoints/*")) for run in (killed, whole)]
    assert kept[0] == kept[1]
    assert not list(killed.rglob("writing-*"))


def weights(directory: Path) -> list[bytes]:
    import keras

    model = keras.saving.load_model(directory / "model.keras")
    return [each.tobytes() for each in model.get_weights()]


def moments(seed: int, kills: int) -> Sequence[str]:
    """When a run is killed: every third time in the middle of a save, else at any time."""
    drawn = random.Random(seed)  # noqa: S311 - no secret
    return [
        f"save:{drawn.randint(2, 5)}" if not number % 3 else f"time:{drawn.uniform(0, 0.4):.3f}"
        for number in range(kills)
    ]


@pytest.fixture
def spec(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "spec.yaml"
    path.write_text(request.param)
    return path


@pytest.mark.parametrize("spec", [STAGES], ids=["stages"], indirect=True)
def test_a_run_that_is_killed_three_times_ends_in_the_same_bits(spec: Path, tmp_path: Path) -> None:
    whole, again = run(spec, tmp_path / "whole"), tmp_path / "killed"
    was_killed = [killed(spec, again, when) for when in moments(7, 3)]
    assert all(was_killed)
    require_equal(run(spec, again), whole)


def longer(text: str) -> str:
    """A spec that is still at it after twenty kills."""
    for name, more in (("epochs: 4,", "epochs: 60,"), ("epochs: 6,", "epochs: 120,")):
        text = text.replace(name, more)
    text = text.replace("{epochs: 8,", "{epochs: 150,").replace("6 epochs", "140 epochs")
    return re.sub("patience: [34],", "patience: 500,", text)


@pytest.mark.slow
@pytest.mark.skipif(
    "NETSPEC_DRAWS" not in os.environ,
    reason="forty kills take minutes; NETSPEC_DRAWS asks for wide runs",
)
@pytest.mark.parametrize(
    "spec", [longer(STAGES), longer(SCHEDULE)], ids=["stages", "schedule"], indirect=True
)
def test_a_run_that_is_killed_twenty_times_ends_in_the_same_bits(
    spec: Path, tmp_path: Path
) -> None:
    whole, again = run(spec, tmp_path / "whole"), tmp_path / "killed"
    was_killed = [killed(spec, again, when) for when in moments(11, 20)]
    assert all(was_killed)
    require_equal(run(spec, again), whole)
