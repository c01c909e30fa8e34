"""The learning rate of every step, and what is left of it in a file."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import netspec
from netspec.analysis import analyse
from netspec.errors import UsageError
from netspec.fields import read_model
from netspec.runs.directory import RunDirectory
from netspec.spec.training import CompileSection, Stage

if TYPE_CHECKING:
    from pathlib import Path

keras = pytest.importorskip("keras")

from netspec.lowering import callbacks as lowered  # noqa: E402 - after the check that Keras is there
from netspec.lowering.model import compile_model  # noqa: E402
from netspec.lowering.warmup import saved_plainly  # noqa: E402
from netspec.things.callbacks import ModelCheckpoint  # noqa: E402

pytestmark = pytest.mark.keras

IMAGES = np.random.default_rng(0).random((4, 3), dtype="float32")
LABELS = np.arange(4) % 2
EPOCH = 5
COSINE = {"CosineDecay": {"initial_learning_rate": 0.1, "decay_steps": "2 epochs"}}


def network(optimizer: object, *, steps: int | None = EPOCH, **stage: object) -> Any:
    section = read_model(
        CompileSection,
        {"optimizer": optimizer, "loss": "sparse_categorical_crossentropy"},
        noun="compile",
    )
    part = read_model(Stage, {"epochs": 2, **stage}, noun="a stage")
    keras.utils.set_random_seed(0)
    given = keras.Input((3,))
    model = keras.Model(given, keras.layers.Dense(2, activation="softmax")(given))
    compile_model(model, section, stage=part, steps_per_epoch=steps)
    return model


def rates(model: Any, steps: int) -> list[float]:
    """The learning rates with which the steps are made."""
    found = []
    for _ in range(steps):
        found.append(float(model.optimizer.learning_rate))
        model.train_on_batch(IMAGES, LABELS)
    return found


def cosine(step: int) -> float:
    return float(0.05 * (1 + np.cos(np.pi * min(step / (2 * EPOCH), 1))))


def test_a_number_rises_in_equal_parts_and_stays() -> None:
    model = network({"SGD": {"learning_rate": 0.4}}, warmup=4)

    assert rates(model, 6) == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.4, 0.4])


def test_a_schedule_is_multiplied_and_goes_on_meanwhile() -> None:
    model = network({"SGD": {"learning_rate": COSINE}}, warmup="1 epoch")

    expected = [cosine(step) * min(1, (step + 1) / EPOCH) for step in range(12)]
    assert rates(model, 12) == pytest.approx(expected, abs=1e-7)


def test_a_stage_s_own_learning_rate_is_in_place_of_the_optimizer_s() -> None:
    model = network({"SGD": {"learning_rate": 0.4, "momentum": 0.9}}, learning_rate=COSINE)

    assert rates(model, 12) == pytest.approx([cosine(step) for step in range(12)], abs=1e-7)
    assert model.optimizer.momentum == 0.9


@pytest.mark.parametrize("warmup", [None, 4])
def test_a_step_is_a_batch_where_gradients_are_accumulated(warmup: int | None) -> None:
    optimizer = {"SGD": {"learning_rate": COSINE, "gradient_accumulation_steps": 3}}

    found = rates(network(optimizer, warmup=warmup), 12)

    expected = [cosine(step) * min(1, (step + 1) / (warmup or 1)) for step in range(12)]
    assert found == pytest.approx(expected, abs=1e-7)


def test_the_weights_move_by_the_rates_that_are_said() -> None:
    """SGD by hand, with the factor of the warm-up written out."""
    model = network({"SGD": {"learning_rate": 0.4}}, warmup=3)
    own = network({"SGD": {"learning_rate": 0.4}})

    for step in range(5):
        model.train_on_batch(IMAGES, LABELS)
        own.optimizer.learning_rate = 0.4 * min(1, (step + 1) / 3)
        own.train_on_batch(IMAGES, LABELS)

    for left, right in zip(model.get_weights(), own.get_weights(), strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-6)


def test_a_plateau_lowers_what_a_warm_up_raises() -> None:
    model = network({"SGD": {"learning_rate": 0.4}}, warmup=4)
    rates(model, 2)

    model.optimizer.learning_rate = 0.03

    assert rates(model, 4) == pytest.approx([0.03, 0.04, 0.04, 0.04])


def test_epochs_without_their_steps_are_refused() -> None:
    for fields in ({"learning_rate": COSINE}, {"warmup": "1 epoch"}):
        with pytest.raises(UsageError, match="counts epochs"):
            network("sgd", steps=None, **fields)
    assert rates(network({"SGD": {"learning_rate": 0.4}}, steps=None, warmup=2), 2)


def keep(model: Any, path: Path, name: str) -> None:
    """Has a ModelCheckpoint save a model."""
    only_weights = name.endswith(".weights.h5")
    checkpoint = ModelCheckpoint(filepath=name, save_freq=1, save_weights_only=only_weights)
    directory = RunDirectory(path, ours=False)
    (callback,) = lowered.to_keras([checkpoint], directory=directory, names={})
    callback.set_model(model)
    callback.on_train_begin()
    callback.on_epoch_begin(0)
    callback.on_train_batch_end(0, {})


def test_what_is_saved_opens_in_plain_keras(tmp_path: Path) -> None:
    expected = {"number": 0.4, "schedule": cosine(1), "scaled": cosine(1)}
    for name, rate in expected.items():
        model = network({"SGD": {"learning_rate": 0.4 if name == "number" else COSINE}}, warmup=4)
        if name == "scaled":  # as under mixed precision
            scaling = keras.optimizers.LossScaleOptimizer(model.optimizer)
            model.compile(scaling, "sparse_categorical_crossentropy")
        model.train_on_batch(IMAGES, LABELS)
        before = float(model.optimizer.learning_rate)
        keep(model, tmp_path, f"{name}.keras")
        assert float(model.optimizer.learning_rate) == before < rate
    program = (
        "import sys, keras\n"
        f"for name in {list(expected)}:\n"
        "    model = keras.models.load_model(f'{name}.keras', safe_mode=True)\n"
        "    print(float(model.optimizer.learning_rate))\n"
        "    model.train_on_batch(keras.ops.ones((4, 3)), keras.ops.ones((4,)))\n"
        "assert 'netspec' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    rates_there = [float(line) for line in done.stdout.split()]
    assert rates_there == pytest.approx(list(expected.values()))


def test_weights_alone_are_kept_during_a_warm_up(tmp_path: Path) -> None:
    model = network({"SGD": {"learning_rate": 0.4}}, warmup=4)

    keep(model, tmp_path, "kept.weights.h5")

    other = network("sgd")
    other.load_weights(tmp_path / "kept.weights.h5")
    np.testing.assert_array_equal(other.get_weights()[0], model.get_weights()[0])


def test_a_failed_save_leaves_the_warm_up_in_place() -> None:
    model = network({"SGD": {"learning_rate": 0.4}}, warmup=4)

    with pytest.raises(OSError, match="full"), saved_plainly(model):
        raise OSError("full")

    assert float(model.optimizer.learning_rate) == pytest.approx(0.1)


def test_a_model_without_an_optimizer_is_saved_as_it_is() -> None:
    with saved_plainly(keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])):
        pass


TEXT = """
netspec: 1
data: {source: %s}
model:
  input: [28, 28, 1]
  layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
compile:
  optimizer: {SGD: {learning_rate: {CosineDecay: {initial_learning_rate: 0.1, decay_steps: 2 epochs}}}}
  loss: categorical_crossentropy
training: {epochs: 2, batch_size: 100, warmup: 1 epoch}
"""


def test_a_network_is_built_with_the_schedule_of_its_images_and_no_warm_up(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(TEXT % "fashion_mnist_sample")

    model = netspec.build(netspec.load(path))

    schedule = model.optimizer._learning_rate
    assert schedule.decay_steps == 2 * 60
    assert float(model.optimizer.learning_rate) == pytest.approx(0.1)


def test_a_network_of_unknown_images_cannot_count_epochs(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(TEXT % "{ImageFolder: {path: pictures}}")
    assert not [each for each in analyse(path).findings if each.code != "NS502"]

    with pytest.raises(UsageError, match="CosineDecay counts epochs") as caught:
        netspec.build(netspec.load(path))

    assert "1000 steps" in (caught.value.hint or "")
