"""A loss or a weight that is no longer a number ends a run, which says where, and keeps the last good state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netspec.errors import TrainingError
from tests.training.small_runs import SPEC, Heard, record, resume, states, train, write

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.keras

# Two steps an epoch; states at the epochs' ends.
SPARSE = SPEC.replace(", checkpoint: {every: 1 steps}", "")
HEAD = "- Dense: {name: head, units: 10, activation: softmax}"
LAYERS = SPARSE[SPARSE.index("    - Rescaling") : SPARSE.index("compile:")]

REGULARIZED = """
    - Rescaling: {scale: 1/255}
    - Flatten
    - Dense: {name: head, units: 10, activation: softmax, kernel_regularizer: {L2: {l2: 3e38}}}
"""
SCALED_TWICE = f"""
    - Rescaling: {{scale: 1e30}}
    - Flatten
    - Dense: {{name: first, units: 4, kernel_initializer: zeros}}
    - Rescaling: {{scale: 1e30}}
    {HEAD}
"""


def spec(folder: Path, layers: str, *, rate: str = "0.1") -> Path:
    return write(folder, SPARSE.replace(LAYERS, layers).replace("rate: 0.1,", f"rate: {rate},"))


def failed(path: Path, run: Path) -> TrainingError:
    with pytest.raises(TrainingError) as caught:
        train(path, run)
    assert record(run)["status"] == "failed"
    kept = states(run)
    for state in kept:
        with np.load(state) as file:
            assert all(np.isfinite(file[name]).all() for name in file.files)
    assert kept
    return caught.value


def by_hand(run: Path, path: Path, steps: int) -> list[Any]:
    """The outputs of every layer in the last of so many steps, made with Keras alone; the data is the run's."""
    import keras

    import netspec
    from netspec.data.pipeline import Pipeline
    from netspec.data.source import Reports
    from netspec.runs.again import data_again, plan_again
    from netspec.runs.saved import open_run

    saved = open_run(run)
    plan = plan_again(saved)
    data = data_again(saved, plan, Reports.to_nobody(), offline=True)
    model = netspec.build(path)
    pipeline = Pipeline(
        batch_size=plan.batch_size, targets=plan.targets, by_key=False, form=plan.form
    )
    batches = list(pipeline.training(data.splits["train"], epochs=1, seed=plan.seed, shuffle=True))
    for x, y in batches[: steps - 1]:
        model.train_on_batch(x, y)
    probe = keras.Model(model.inputs, [layer.output for layer in model.layers])
    return [np.asarray(each) for each in probe(batches[steps - 1][0], training=True)]


def test_an_output_that_overflows_is_named_with_its_step_and_the_run_goes_on_with_another_rate(
    tmp_path: Path,
) -> None:
    layers = f"    - Rescaling: {{scale: 1/255}}\n    - Flatten\n    {HEAD}\n"
    path, run = spec(tmp_path, layers, rate="3e38"), tmp_path / "run"

    error = failed(path, run)

    assert str(error).startswith("the loss is no longer a finite number in epoch 1, step 2: ")
    assert "the output of 'head' is the first that is infinite or undefined" in str(error)
    assert "the state of the run's beginning is kept" in (error.hint or "")
    *before, last = by_hand(run, path, 2)
    assert all(np.isfinite(each).all() for each in before)
    assert not np.isfinite(last).all()

    with pytest.raises(TrainingError) as again:
        resume(run)
    assert str(again.value) == str(error)

    heard = Heard()
    resume(run, "compile.optimizer.SGD.learning_rate=0.01", force=True, heard=heard)
    assert heard.epochs == [1, 2, 3]
    assert record(run)["status"] == "finished"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("layers", "told"),
    [
        (
            REGULARIZED,
            "step 1: all outputs are finite, and the loss of them is not",
        ),
        (
            SCALED_TWICE,
            "step 2: all outputs are finite, and the gradient of 'first' is not, in step 1",
        ),
    ],
    ids=["loss", "gradient"],
)
def test_it_is_told_whether_it_was_the_loss_or_a_gradient(
    tmp_path: Path, layers: str, told: str
) -> None:
    error = failed(spec(tmp_path, layers), tmp_path / "run")

    assert told in str(error)


def test_weights_that_overflow_in_an_epoch_s_last_step_are_never_kept(tmp_path: Path) -> None:
    layers = (
        "    - Rescaling: {scale: 1e36}\n    - Flatten\n"
        "    - Dense: {name: head, units: 10, activation: softmax, kernel_initializer: zeros}\n"
    )
    path, run = spec(tmp_path, layers, rate="1e5"), tmp_path / "run"
    path.write_text(path.read_text().replace("batch_size: 32", "batch_size: 64"))

    error = failed(path, run)

    assert str(error).startswith("a weight is no longer a finite number in epoch 1, step 1: ")
    assert "the weights of 'head' are not after they were changed" in str(error)
    assert not (run / "state" / "best.keras").exists()
    assert (run / "metrics.csv").read_text().strip() == ""
