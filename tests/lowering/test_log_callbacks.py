"""What CSVLogger and TensorBoard write goes on through stages and after a kill, each row and event once."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import pytest

from netspec.fields import ThingOf
from netspec.runs.directory import RunDirectory
from netspec.things.registries import CALLBACKS

pytest.importorskip("keras")

from netspec.lowering.callbacks import to_keras
from tests.training.resuming import compile_anew, end_process, fit, network

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.keras

EVENTS = {"TensorBoard": {"update_freq": 1}}


def lowered(path: Path, written: object) -> list[Any]:
    thing = ThingOf(CALLBACKS).read(written)
    return to_keras([thing], directory=RunDirectory(path, ours=False), names={"loss": "min"})


def epochs_in(path: Path) -> list[int]:
    with (path / "training.csv").open(encoding="utf-8", newline="") as file:
        return [int(row["epoch"]) for row in csv.DictReader(file)]


def steps_in(folder: Path) -> dict[str, list[int]]:
    """The steps of each value in a folder of events, sorted: files of one second and one process have no order."""
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    events = accumulator.EventAccumulator(str(folder), {"tensors": 0}, purge_orphaned_data=False)
    events.Reload()
    return {
        tag: sorted(each.step for each in events.Tensors(tag)) for tag in events.Tags()["tensors"]
    }


@pytest.mark.parametrize("append", [False, True])
def test_a_killed_run_s_table_is_cut_to_its_state_and_goes_on(append: bool, tmp_path: Path) -> None:
    written = {"CSVLogger": {"append": append}}
    table = tmp_path / "training.csv"
    killed = lowered(tmp_path, written)
    kept = fit(network(), killed, epochs=4, killed_after=2)
    end_process(killed)
    begun = table.read_bytes()
    # What the run wrote after its last state: a row, and half of one.
    table.write_bytes(begun + b"2,9,9,9,9\r\n3,0.")

    fit(network(), lowered(tmp_path, written), epochs=4, back=kept)

    assert epochs_in(tmp_path) == [0, 1, 2, 3]
    assert table.read_bytes().startswith(begun)


def test_a_table_that_is_gone_or_shorter_than_the_state_knows_goes_on_with_its_columns(
    tmp_path: Path,
) -> None:
    killed = lowered(tmp_path, "CSVLogger")
    kept = fit(network(), killed, epochs=3, killed_after=2)
    end_process(killed)
    (tmp_path / "training.csv").unlink()

    fit(network(), lowered(tmp_path, "CSVLogger"), epochs=3, back=kept)

    assert epochs_in(tmp_path) == [2]


def test_a_table_is_never_written_through_a_link(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("kept")
    run = tmp_path / "run"
    run.mkdir()
    (run / "training.csv").symlink_to(elsewhere)

    fit(network(), lowered(run, "CSVLogger"), epochs=1)

    assert elsewhere.read_text() == "kept"
    assert epochs_in(run) == [0]


def test_a_run_that_begins_again_without_a_state_begins_its_files_again(tmp_path: Path) -> None:
    for written in ("CSVLogger", EVENTS):
        killed = lowered(tmp_path, written)
        fit(network(), killed, epochs=2, killed_after=1)
        end_process(killed)
        fit(network(), lowered(tmp_path, written), epochs=2)

    assert epochs_in(tmp_path) == [0, 1]
    assert steps_in(tmp_path / "tensorboard" / "train")["epoch_loss"] == [0, 1]


def test_two_stages_write_one_table_and_count_on_in_tensorboard(tmp_path: Path) -> None:
    callbacks = [*lowered(tmp_path, "CSVLogger"), *lowered(tmp_path, EVENTS)]
    model = network()
    fit(model, callbacks, epochs=2)
    compile_anew(model, rate=0.1)
    fit(model, callbacks, epochs=3, begun=2)

    assert epochs_in(tmp_path) == [0, 1, 2]
    training = steps_in(tmp_path / "tensorboard" / "train")
    assert training["epoch_loss"] == [0, 1, 2]
    assert training["batch_loss"] == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert training["keras"] == [0]
    validation = steps_in(tmp_path / "tensorboard" / "validation")
    assert validation["evaluation_loss_vs_iterations"] == [3, 6, 9]


def test_events_after_the_last_state_are_cut_off_and_written_again_once(tmp_path: Path) -> None:
    killed = lowered(tmp_path, EVENTS)
    kept = fit(network(), killed, epochs=4, killed_after=2).earlier
    # The killed process goes on in a second file, for an epoch that no state knows.
    fit(network(), killed, epochs=3, begun=2)
    train = tmp_path / "tensorboard" / "train"
    assert steps_in(train)["epoch_loss"] == [0, 1, 2]

    fit(network(), lowered(tmp_path, EVENTS), epochs=3, back=kept)

    steps = steps_in(train)
    assert steps["batch_loss"] == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert steps["epoch_loss"] == [0, 1, 2]
    assert steps["keras"] == [0]
    validation = steps_in(tmp_path / "tensorboard" / "validation")
    assert validation["evaluation_loss_vs_iterations"] == [3, 6, 9]


def test_a_folder_of_events_that_is_gone_is_begun_anew(tmp_path: Path) -> None:
    killed = lowered(tmp_path, EVENTS)
    kept = fit(network(), killed, epochs=2, killed_after=1)
    for path in (tmp_path / "tensorboard").rglob("events*"):
        path.unlink()

    fit(network(), lowered(tmp_path, EVENTS), epochs=2, back=kept)

    assert steps_in(tmp_path / "tensorboard" / "train")["epoch_loss"] == [1]
