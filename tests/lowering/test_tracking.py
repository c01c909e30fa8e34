"""What MLflow gets to know of a run, held against its own store in a file."""

from __future__ import annotations

import json
import math
import os
from typing import TYPE_CHECKING, Any

import pytest

from netspec.errors import MissingExtraError, UsageError
from netspec.fields import ThingOf
from netspec.lowering import mlflow_client
from netspec.lowering.tracking_store import LOCAL, VARIABLE, require_store
from netspec.lowering.tracking_text import parameters, tags
from netspec.runs.directory import RunDirectory
from netspec.things.registries import CALLBACKS
from netspec.things.tracking import MLflow

if TYPE_CHECKING:
    from pathlib import Path

RESOLVED = """netspec: 1
name: digits
seed: 7
data: {source: mnist, image_size: [28, 28]}
model: {input: [4], layers: [{Dense: {units: 3}}]}
compile: {optimizer: {SGD: {momentum: 0.90}}, metrics: [accuracy]}
callbacks: [MLflow, {EarlyStopping: {patience: 3}}]
"""


@pytest.fixture(autouse=True)
def no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.delenv("MLFLOW_ALLOW_FILE_STORE", raising=False)
    # What a run sets for its process shall not outlive the test.
    for name in ("MLFLOW_DISABLE_TELEMETRY", "MLFLOW_HTTP_REQUEST_MAX_RETRIES"):
        monkeypatch.setenv(name, os.environ.get(name, "1"))
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "2")


@pytest.mark.parametrize(
    "address",
    ["http://host:5000", "https://me:secret@host/x?token=a", "databricks", "postgresql://u:secret@h/d", "mysql+pymysql://h/d"],
)  # fmt: skip
def test_offline_nothing_is_sent_to_a_server(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, address)
    require_store([MLflow()], offline=False)
    require_store([], offline=True)
    with pytest.raises(UsageError, match="nothing goes to the network") as caught:
        require_store([MLflow()], offline=True)
    assert "secret" not in str(caught.value)
    assert "token" not in str(caught.value)


@pytest.mark.parametrize("address", ["mlruns", "file:///tmp/mlruns", r"C:\mlruns"])
def test_a_folder_is_refused_as_mlflow_refuses_it(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, address)
    with pytest.raises(UsageError, match="writes to folders no longer"):
        require_store([MLflow()], offline=False)
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    require_store([MLflow()], offline=True)


def test_what_a_file_needs_is_told_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match="sqlalchemy") as caught:
        require_store([MLflow()], offline=True)
    assert caught.value.hint == "pip install 'netspec-keras[mlflow]'"


def test_settings_are_flat_and_as_they_are_written_without_the_network(tmp_path: Path) -> None:
    (tmp_path / "resolved.yaml").write_text(RESOLVED)
    assert parameters(tmp_path) == {
        "seed": "7",
        "data.source": "mnist",
        "data.image_size": "[28, 28]",
        "compile.optimizer.SGD.momentum": "0.90",
        "compile.metrics": "[accuracy]",
        "callbacks.0": "MLflow",
        "callbacks.1.EarlyStopping.patience": "3",
    }


def test_a_directory_without_its_files_has_few_tags_and_no_settings(tmp_path: Path) -> None:
    (tmp_path / "resolved.yaml").write_text("a: [")
    (tmp_path / "run.json").write_text("{")
    assert parameters(tmp_path) == {}
    assert tags(tmp_path) == {"netspec.directory": str(tmp_path)}


keras = pytest.importorskip("keras")

from netspec.lowering.callbacks import to_keras  # noqa: E402 - after the check that Keras is there
from netspec.lowering.tracking import end_tracking  # noqa: E402
from tests.training.resuming import Kept, fit, network  # noqa: E402


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of runs whose `mlflow.db` is made once, which takes seconds."""
    pytest.importorskip("mlflow")
    pytest.importorskip("sqlalchemy")
    return tmp_path_factory.mktemp("my runs")


class Tracked:
    """A run directory with what tracks it."""

    def __init__(self, path: Path, written: object = "MLflow") -> None:
        path.mkdir(exist_ok=True)
        (path / "resolved.yaml").write_text(RESOLVED)
        record = {"name": "digits", "git_commit": "abc", "data": {"fingerprint": "f00"}}
        (path / "run.json").write_text(json.dumps(record))
        self.path = path
        self.told: list[str] = []
        self.callbacks = to_keras(
            [ThingOf(CALLBACKS).read(written)],
            directory=RunDirectory(path, ours=False),
            names={"loss": "min"},
            tell=self.told.append,
            settings={"batch_size": 4},
        )

    def fit(self, *, epochs: int, **options: Any) -> Kept:
        return fit(network(), self.callbacks, epochs=epochs, **options)

    @property
    def client(self) -> Any:
        return self.callbacks[0]._client

    def run(self) -> Any:
        return self.client.get_run(self.callbacks[0]._run)

    def steps(self, name: str = "loss") -> list[int]:
        return [each.step for each in self.client.get_metric_history(self.run().info.run_id, name)]


@pytest.mark.keras
def test_a_run_s_settings_epochs_and_end_are_in_the_store(
    runs: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    tracked = Tracked(runs / "one")
    tracked.fit(epochs=2)
    end_tracking(tracked.callbacks, "FINISHED", {"loss": 0.5, "accuracy": math.nan})

    run = tracked.run()
    assert (run.info.run_name, run.info.status) == ("one", "FINISHED")
    experiment = tracked.client.get_experiment(run.info.experiment_id)
    assert experiment.name == "digits"
    assert experiment.artifact_location == (runs / "mlartifacts").as_uri()
    assert run.data.params["compile.optimizer.SGD.momentum"] == "0.90"
    assert run.data.params["batch_size"] == "4"
    assert run.data.tags["netspec.data_fingerprint"] == "f00"
    assert run.data.tags["mlflow.source.git.commit"] == "abc"
    assert run.data.tags["netspec.directory"] == str(runs / "one")
    assert (
        tracked.steps() == tracked.steps("val_accuracy") == tracked.steps("learning_rate") == [1, 2]
    )
    assert run.data.metrics["test_loss"] == 0.5
    assert math.isnan(run.data.metrics["test_accuracy"])
    assert [f"MLflow writes to {runs / LOCAL}" in each for each in tracked.told] == [True]
    # Neither artifacts nor a folder whose name has the space as %20.
    assert not list(runs.parent.glob("my%20*"))
    assert sorted(path.name for path in runs.iterdir()) == [LOCAL, "one"]
    assert capfd.readouterr() == ("", "")


@pytest.mark.keras
def test_a_resumed_run_is_the_same_run_and_writes_no_epoch_again(runs: Path) -> None:
    written = {"MLflow": {"experiment": "my own", "run_name": "first try"}}
    killed = Tracked(runs / "two", written)
    kept = killed.fit(epochs=4, killed_after=1)
    # The killed process goes on for an epoch that no state knows.
    killed.fit(epochs=2, begun=1)
    assert killed.steps() == [1, 2]
    end_tracking(killed.callbacks, "KILLED")

    again = Tracked(runs / "two", written)
    again.fit(epochs=4, back=kept)

    assert again.run().info.run_id == killed.run().info.run_id
    assert again.run().info.status == "RUNNING"
    assert again.run().info.run_name == "first try"
    assert again.steps() == [1, 2, 3, 4]
    end_tracking(again.callbacks, "FAILED")
    assert again.run().info.status == "FAILED"


@pytest.mark.keras
def test_a_resumed_run_whose_store_does_not_have_it_is_a_new_run(runs: Path) -> None:
    tracked = Tracked(runs / "three")
    kept = tracked.fit(epochs=2, killed_after=1)
    gone = tracked.run().info.run_id
    tracked.client.delete_run(gone)

    again = Tracked(runs / "three")
    again.fit(epochs=2, back=kept)

    assert again.run().info.run_id != gone
    assert again.steps() == [2]


@pytest.mark.keras
def test_a_store_that_fails_in_the_middle_is_told_once_and_gets_what_is_missing(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracked = Tracked(runs / "four")
    tracked.fit(epochs=1)
    tracked.told.clear()

    def fail(*_: Any, **__: Any) -> None:
        message = "no answer from http://me:secret@host/api\nand a long story"
        raise ConnectionError(message)

    with monkeypatch.context() as patched:
        patched.setattr(tracked.client, "log_batch", fail)
        tracked.fit(epochs=3, begun=1)
    assert tracked.steps() == [1]
    (told,) = tracked.told
    assert "no answer from http://host/api; training goes on" in told
    kept = tracked.callbacks[0].get_state()
    assert json.loads(json.dumps(kept)) == kept

    tracked.fit(epochs=4, begun=3)
    assert tracked.steps() == [1, 2, 3, 4]
    assert tracked.told == [told]


@pytest.mark.keras
def test_a_store_that_is_silent_is_left_alone_after_three_epochs_and_asked_again_at_the_end(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracked = Tracked(runs / "five")
    tracked.fit(epochs=1)
    asked = []

    def fail(*_: Any, **__: Any) -> None:
        asked.append(1)
        raise TimeoutError

    with monkeypatch.context() as patched:
        patched.setattr(tracked.client, "log_batch", fail)
        tracked.fit(epochs=7, begun=1)
    assert len(asked) == 3

    end_tracking(tracked.callbacks, "FINISHED")
    assert tracked.steps() == [1, 2, 3, 4, 5, 6, 7]
    assert tracked.run().info.status == "FINISHED"


def test_a_file_that_another_run_has_made_meanwhile_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Opened:
        def __init__(self, path: Path) -> None:
            path.write_text("mine")
            local.write_text("the other's")
            self._tracking_client = self.store = self.engine = self

        def dispose(self) -> None:
            """The file is closed."""

    local = tmp_path / LOCAL
    monkeypatch.setattr(mlflow_client, "_opened", Opened)
    mlflow_client._make(local)
    assert [path.name for path in tmp_path.iterdir()] == [LOCAL]
    assert local.read_text() == "the other's"


@pytest.mark.keras
def test_a_run_does_not_begin_where_mlflow_cannot_be_reached(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "http://me:secret@127.0.0.1:9/")
    tracked = Tracked(tmp_path / "run")
    with pytest.raises(
        UsageError, match=r"MLflow cannot write to http://127\.0\.0\.1:9/"
    ) as caught:
        tracked.fit(epochs=1)
    assert "secret" not in str(caught.value)
    end_tracking(tracked.callbacks, "FAILED")  # there is nothing to end


@pytest.mark.keras
def test_a_resumed_run_goes_on_where_mlflow_cannot_be_reached(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Tracked(runs / "six").fit(epochs=3, killed_after=1)
    monkeypatch.setenv(VARIABLE, "http://127.0.0.1:9/")
    again = Tracked(runs / "six")

    after = again.fit(epochs=3, back=kept)

    assert after.epochs == 3
    assert len(again.told) == 1
    state = again.callbacks[0].get_state()
    assert state["run"] == kept.callbacks[0]["run"]
    assert [row["epoch"] for row in state["waiting"]] == [2, 3]
