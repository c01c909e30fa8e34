"""What a run hands on: whole files in a folder of their own, never over others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netspec.errors import UsageError
from netspec.export.formats import FORMATS, export_run
from netspec.extension import Group, Plugin, Plugins
from tests.cli.commands import here
from tests.runs.test_saved import make_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from netspec.runs.saved import SavedRun


@pytest.fixture
def run(tmp_path: Path) -> Path:
    path = make_run(tmp_path / "run")
    (path / "model.keras").write_bytes(b"network")
    (path / "model.weights.h5").write_bytes(b"numbers")
    return path


@pytest.mark.parametrize(
    ("form", "name", "contents"),
    [("keras", "model.keras", b"network"), ("weights", "model.weights.h5", b"numbers")],
)
def test_a_format_copies_what_the_run_holds(
    form: str, name: str, contents: bytes, run: Path, tmp_path: Path
) -> None:
    (inside,) = export_run(run, form=form)
    assert inside == run / "exports" / form / name
    (outside,) = export_run(run, form=form, output=tmp_path / "a" / "b")
    assert (outside.name, outside.read_bytes()) == (name, contents)


def test_the_command_prints_what_it_wrote(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "export", str(run), "--format", "keras")
    assert (done.status, done.out) == (0, f"{run}/exports/keras/model.keras\n")


def test_nothing_is_overwritten(run: Path, tmp_path: Path) -> None:
    export_run(run, form="keras")
    with pytest.raises(UsageError, match="is there already, and nothing is overwritten"):
        export_run(run, form="keras")
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="is there already"):
        export_run(run, form="keras", output=tmp_path / "file")
    (tmp_path / "empty").mkdir()
    (written,) = export_run(run, form="keras", output=tmp_path / "empty")
    assert written == tmp_path / "empty" / "model.keras"


def test_a_format_that_is_not_there_is_told_with_those_that_are(run: Path) -> None:
    with pytest.raises(UsageError, match="there is no format 'onnx'") as caught:
        export_run(run, form="onnx")
    assert caught.value.hint == f"there are {', '.join(FORMATS)}"
    with pytest.raises(UsageError) as caught:
        export_run(run, form="kera")
    assert caught.value.hint == "did you mean keras?"


def test_a_run_without_its_model_leaves_nothing(run: Path) -> None:
    (run / "model.keras").unlink()
    with pytest.raises(UsageError, match=r"has no model.keras"):
        export_run(run, form="keras")
    assert list((run / "exports").iterdir()) == []


def test_what_is_no_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="a run is a directory"):
        export_run(tmp_path / "nowhere", form="keras")


def test_a_folder_that_cannot_be_made_is_told(run: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot write"):
        export_run(run, form="keras", output=tmp_path / "file" / "below")


def writes_nothing(run: SavedRun, folder: Path) -> None:
    del run, folder


def fails(run: SavedRun, folder: Path) -> None:
    (folder / "half").touch()
    raise KeyError(run.path)


@pytest.fixture
def plugged() -> Iterator[None]:
    added = {Group.EXPORTS: {"nothing": writes_nothing, "fails": fails}}
    with Plugins((Plugin("acme", "1", "--plugin", added, frozenset({"acme"})),)).enabled():
        yield


@pytest.mark.usefixtures("plugged")
def test_a_plugin_s_format_appears_when_it_is_whole(run: Path) -> None:
    with pytest.raises(UsageError, match="the format nothing wrote nothing"):
        export_run(run, form="nothing")
    with pytest.raises(KeyError):
        export_run(run, form="fails")
    assert list((run / "exports").iterdir()) == []
