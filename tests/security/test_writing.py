"""What is written stays in the run, and a run from elsewhere leads nowhere."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from netspec.errors import UsageError
from netspec.exporting.formats import export_run
from netspec.fields import Mismatch, read_model
from netspec.runs.directory import RunDirectory
from netspec.runs.saved import open_run
from netspec.things.callbacks import CSVLogger, ModelCheckpoint, TensorBoard
from tests.runs.test_saved import make_run

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "hunter2"  # noqa: S105 - none


@pytest.mark.parametrize("name", ["evaluation.json", "writing-PID-evaluation.json"])
def test_a_link_in_a_run_is_replaced_and_not_written_through(name: str, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    run = make_run(tmp_path / "run")
    (run / name.replace("PID", str(os.getpid()))).symlink_to(precious)
    RunDirectory.of(run).write_json("evaluation.json", {"a": 1})
    assert precious.read_text() == "mine"
    assert json.loads((run / "evaluation.json").read_text()) == {"a": 1}
    assert not (run / "evaluation.json").is_symlink()


def test_what_is_exported_follows_no_link_out_of_the_run(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    (tmp_path / "elsewhere").mkdir()
    (run / "exports").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="is a link that leads out of the run"):
        export_run(run, form="keras")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_model_that_is_a_link_out_of_the_run_is_not_read(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    (tmp_path / "other.keras").write_text(SECRET)
    (run / "model.keras").unlink()
    (run / "model.keras").symlink_to(tmp_path / "other.keras")
    with pytest.raises(UsageError, match="a checkpoint is a file inside the run"):
        export_run(run, form="keras")


@pytest.mark.parametrize("name", ["classes.txt", "run.json", "resolved.yaml"])
@pytest.mark.parametrize("target", ["secret", "/dev/zero", "large"])
def test_a_run_s_own_files_are_neither_links_out_of_it_nor_endless(
    name: str, target: str, tmp_path: Path
) -> None:
    run = make_run(tmp_path / "run")
    (tmp_path / "secret").write_text(f"{SECRET}\n" * 10)
    (run / name).unlink()
    if target == "large":
        with (run / name).open("wb") as file:
            file.truncate(2**40)
    else:
        (run / name).symlink_to(tmp_path / target)
    with pytest.raises(UsageError) as caught:
        open_run(run)
    assert SECRET not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize(
    "name",
    [
        *("../x", "/x", "a/../../x", "..", "a\\..\\x", "C:x", "C:\\x", "~/x", "\\\\server\\x", "a\0b"),
        *("NUL", "nul.csv", "a/Con", "COM1.txt", "lpt9/x", "aux.x/y", "x/prn.", "run.json", "STATE/x"),
        *("run.json.", "writing-1-model.keras", "x" * 101, "{epoch.__class__}", "${HOME}", "$HOME", "-x"),
    ],
)  # fmt: skip
def test_a_callback_names_only_files_of_the_run(name: str) -> None:
    fields = ((CSVLogger, "filename", name), (TensorBoard, "log_dir", name))
    for thing, field, value in (*fields, (ModelCheckpoint, "filepath", f"{name}.keras")):
        if thing is ModelCheckpoint and name.lower() in {"run.json", "run.json."}:
            continue  # with its ending it is another name
        with pytest.raises(Mismatch):
            read_model(thing, {field: value}, noun=thing.kind())


@pytest.mark.parametrize("name", ["console.csv", "auxiliary/a", "com.csv", "null", "a.nul"])
def test_what_only_looks_like_a_device_may_be_a_name(name: str) -> None:
    assert read_model(CSVLogger, {"filename": name}, noun="CSVLogger").filename == name


@pytest.mark.parametrize("name", ["tensorboard/train", "log.txt", "a/b/c", "loop"])
def test_a_run_with_a_link_out_of_it_or_a_pipe_does_not_go_on(name: str, tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    (run / "inside").symlink_to(run / "run.json")
    RunDirectory.of(run).require_own()
    strange = run / name
    strange.parent.mkdir(parents=True, exist_ok=True)
    strange.symlink_to(strange if name == "loop" else tmp_path)
    with pytest.raises(UsageError, match=f"{name} is a link that leads out of the run"):
        RunDirectory.of(run).require_own()
    strange.unlink()
    if hasattr(os, "mkfifo"):
        os.mkfifo(strange)
        with pytest.raises(UsageError, match=f"{name} is a pipe or a device"):
            RunDirectory.of(run).require_own()
