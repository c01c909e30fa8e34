"""Networks that begin with what was trained before: a run's first layers, or a file of weights for all of them."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

import netspec
from netspec.errors import SpecError
from netspec.evaluation.evaluate import evaluate_run
from netspec.evaluation.network import trained_network
from netspec.lowering.model import to_keras
from netspec.lowering.pretrained import put_file
from netspec.runs.plan import make_plan
from netspec.runs.saved import open_run
from netspec.runs.starts import in_kerass_order
from netspec.training.events import ignore, reports_to
from netspec.training.starting import put_weights
from tests.training.small_runs import after_step, interrupted, resume, train, write

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

pytestmark = pytest.mark.keras

OLD = """netspec: 1
seed: 3
data: {source: fashion_mnist_sample, limit: 64, validation: null, test: null}
model:
  input: [28, 28, 1]
  blocks:
    pair:
      layers:
        - Conv2D: {name: conv, filters: 3, kernel_size: 3, strides: 2, activation: relu}
        - BatchNormalization: {name: norm}
  layers:
    - Rescaling: {scale: 1/255}
    - pair: {name: stage, repeat: 2}
    - GlobalAveragePooling2D: {name: pooled}
    - Dense: {units: 10, activation: softmax}
compile: {optimizer: adam, loss: sparse_categorical_crossentropy}
training: {epochs: 1, batch_size: 32, checkpoint: {every: 1 steps}}
"""
NEW = """netspec: 1
seed: 4
data: {source: fashion_mnist_sample, limit: 64, validation: null, test: 32}
model:
  input: [28, 28, 1]
  layers:
    - Backbone: {run: old, trainable: false, name: base}
    - Dense: {name: head, units: 10, activation: softmax}
compile: {optimizer: adam, loss: sparse_categorical_crossentropy, metrics: [accuracy]}
training: {epochs: 1, batch_size: 32, checkpoint: {every: 1 steps}}
"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run in it."""
    folder = tmp_path_factory.mktemp("begun")
    train(write(folder, OLD), folder / "old")
    return folder


@pytest.fixture
def here(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    shutil.copytree(trained / "old", tmp_path / "old")
    (tmp_path / ".git").mkdir()  # so far a spec may read
    return tmp_path


def weights(run: Path) -> dict[str, list[NDArray[np.float32]]]:
    model = trained_network(open_run(run))
    return {layer.name: layer.get_weights() for layer in model.layers if layer.weights}


def require_taken(new: dict[str, list[NDArray[np.float32]]], old: Path) -> None:
    """The layers of `base` have the run's weights."""
    for name, values in weights(old).items():
        if name != "dense":
            for one, other in zip(new[f"base-{name}"], values, strict=True):
                np.testing.assert_array_equal(one, other)


def test_a_frozen_backbone_ends_with_its_run_s_weights_and_so_does_its_own_spec_run_anew(
    here: Path,
) -> None:
    train(write(here, NEW), here / "new")
    require_taken(weights(here / "new"), here / "old")
    train(here / "new" / "resolved.yaml", here / "again")
    assert evaluated(here / "again") == evaluated(here / "new")
    shutil.rmtree(here / "old")
    with pytest.raises(SpecError) as raised:
        train(here / "new" / "resolved.yaml", here / "third")
    (found,) = raised.value.findings
    assert (found.code, "with whose weights 'base' begins" in found.message) == ("NS531", True)


def test_a_run_goes_on_and_is_judged_when_the_runs_that_it_was_built_on_are_gone(
    here: Path,
) -> None:
    train(write(here, NEW), here / "new")
    third = NEW.replace("run: old", "run: new").replace("trainable: false", "trainable: {last: 3}")
    interrupted(write(here, third), here / "third", after_step(1, 1))
    shutil.rmtree(here / "old")
    shutil.rmtree(here / "new")
    resume((here / "third").rename(here / "moved"))
    assert "base-base-stage-0-conv" in weights(here / "moved")
    assert evaluated(here / "moved").keys() == {"loss", "accuracy"}


def evaluated(run: Path) -> dict[str, float]:
    return dict(evaluate_run(run, reports=reports_to(ignore)).metrics)


def test_a_run_that_kept_no_state_begins_anew_with_the_run_that_it_was_built_on(here: Path) -> None:
    train(write(here, NEW), here / "new")
    expected = weights(here / "new")
    record = json.loads((here / "new" / "run.json").read_text())
    (here / "new" / "run.json").write_text(json.dumps({**record, "status": "running"}))
    for state in (here / "new" / "state").iterdir():
        state.unlink()
    resume(here / "new")
    for name, values in weights(here / "new").items():
        for one, other in zip(values, expected[name], strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("form", ["model.keras", "model.weights.h5", "older.h5"])
def test_a_whole_network_begins_with_a_file_of_weights(here: Path, form: str) -> None:
    if form == "older.h5":
        import keras

        keras.models.load_model(here / "old" / "model.keras").save(here / "old" / form)
    analysis = netspec.load(write(here, OLD), overrides=[f"model.weights=old/{form}"]).analysis
    (start,) = make_plan(analysis).starts
    model = to_keras(analysis.require()[1], seed=1)
    put_weights(model, [start])
    for name, values in weights(here / "old").items():
        for one, other in zip(model.get_layer(name).get_weights(), values, strict=True):
            np.testing.assert_array_equal(one, other)


def test_a_run_goes_on_without_the_file_that_it_began_with(here: Path) -> None:
    given = OLD.replace("  blocks:", "  weights: old/model.weights.h5\n  blocks:")
    interrupted(write(here, given), here / "new", after_step(1, 1))
    record = json.loads((here / "new" / "run.json").read_text())
    assert record["weights"]["old/model.weights.h5"]["path"] == "old/model.weights.h5"
    shutil.rmtree(here / "old")
    resume(here / "new")


def test_weights_of_another_network_are_told_before_anything_is_trained(here: Path) -> None:
    spec = write(here, OLD.replace("filters: 3", "filters: 4"))
    with pytest.raises(SpecError) as raised:
        train(spec, here / "new", "model.weights=old/model.keras")
    (found,) = raised.value.findings
    assert found.code == "NS531"
    assert "'stage-0-conv': (3, 3, 1, 3) in the file and (3, 3, 1, 4) here" in found.message
    assert not (here / "new").exists()


def test_frozen_layers_are_not_told_to_be_random_where_weights_are_given(here: Path) -> None:
    frozen = OLD.replace("strides: 2,", "strides: 2, trainable: false,")
    codes = {finding.code for finding in netspec.load(write(here, frozen)).findings}
    assert "NS742" in codes
    given = frozen.replace("  layers:\n    - Resc", "  weights: w.keras\n  layers:\n    - Resc")
    assert "NS742" not in {finding.code for finding in netspec.load(write(here, given)).findings}
    assert "NS742" not in {finding.code for finding in netspec.load(write(here, NEW)).findings}


def test_both_layers_of_a_bidirectional_one_get_their_own_weights(tmp_path: Path) -> None:
    spec = """netspec: 1
model:
  input: [5, 3]
  layers: [{Bidirectional: {layer: {LSTM: {units: 2}}}}]
"""
    graph = netspec.load(write(tmp_path, spec)).analysis.require()[1]
    names, wanted = in_kerass_order(graph)
    for form in ("model.keras", "model.weights.h5"):
        old, new = to_keras(graph, seed=1), to_keras(graph, seed=2)
        (old.save if form.endswith(".keras") else old.save_weights)(tmp_path / form)
        put_file(new, tmp_path / form, layers=names, wanted=wanted, title="it")
        for one, other in zip(new.get_weights(), old.get_weights(), strict=True):
            np.testing.assert_array_equal(one, other)
