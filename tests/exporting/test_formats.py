"""What a run hands on: whole files in a folder of their own, never over others."""

from __future__ import annotations

import importlib.util
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from netspec.errors import MissingExtraError, UsageError
from netspec.exporting.formats import FORMATS, export_run
from netspec.extension import Group, Plugin, Plugins
from tests.runs.test_saved import make_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from netspec.runs.saved import SavedRun


@pytest.fixture
def run(tmp_path: Path) -> Path:
    path = make_run(tmp_path / "run")
    (path / "model.keras").write_bytes(b"network")
    (path / "state" / "best.keras").write_bytes(b"best")
    return path


def test_another_file_of_the_run_may_be_the_one(run: Path, tmp_path: Path) -> None:
    with plugged():
        _, copy = export_run(run, form="copy")
        _, best = export_run(
            run, form="copy", output=tmp_path / "a" / "b", checkpoint="state/best.keras"
        )
        with pytest.raises(UsageError, match=r"has no state/last\.keras"):
            export_run(run, form="copy", output=tmp_path / "c", checkpoint="state/last.keras")
    assert (copy.read_bytes(), best.read_bytes()) == (b"network", b"best")


def test_nothing_is_overwritten(run: Path, tmp_path: Path) -> None:
    with plugged():
        export_run(run, form="copy")
        with pytest.raises(UsageError, match="is there already, and nothing is overwritten"):
            export_run(run, form="copy")
        (tmp_path / "file").touch()
        with pytest.raises(UsageError, match="is there already"):
            export_run(run, form="copy", output=tmp_path / "file")
        (tmp_path / "empty").mkdir()
        written = export_run(run, form="copy", output=tmp_path / "empty")
    assert written == [tmp_path / "empty" / name for name in ("MODEL_CARD.md", "weights")]


def test_a_format_that_is_not_there_is_told_with_those_that_are(run: Path) -> None:
    with pytest.raises(UsageError, match="there is no format 'gguf'") as caught:
        export_run(run, form="gguf")
    assert caught.value.hint == f"there are {', '.join(FORMATS)}"
    with pytest.raises(UsageError) as caught:
        export_run(run, form="kera")
    assert caught.value.hint == "did you mean keras?"


def test_a_run_without_its_model_leaves_nothing(run: Path) -> None:
    (run / "model.keras").unlink()
    with pytest.raises(UsageError, match=r"has no model.keras"):
        export_run(run, form="keras")
    assert not (run / "exports").exists()


def test_what_is_no_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="a run is a directory"):
        export_run(tmp_path / "nowhere", form="keras")


def test_a_folder_that_cannot_be_made_is_told(run: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with plugged(), pytest.raises(UsageError, match="cannot write"):
        export_run(run, form="copy", output=tmp_path / "file" / "below")


@pytest.mark.keras
@pytest.mark.parametrize(
    ("form", "package"),
    [("onnx", "tf2onnx"), ("litert", "ai_edge_litert"), ("openvino", "openvino")],
)
def test_a_package_that_is_missing_is_told_with_what_brings_it(
    form: str, package: str, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == package else found(name)
    )
    with pytest.raises(MissingExtraError, match=f"this needs {package}, which") as caught:
        export_run(run, form=form)
    assert caught.value.hint == f"pip install 'netspec-keras[{form}]'"
    assert not (run / "exports").exists()


def copy(run: SavedRun, folder: Path) -> None:
    (folder / "weights").write_bytes(run.weights().read_bytes())


def writes_nothing(run: SavedRun, folder: Path) -> None:
    del run, folder


def fails(run: SavedRun, folder: Path) -> None:
    (folder / "half").touch()
    raise KeyError(run.path)


@contextmanager
def plugged() -> Iterator[None]:
    added = {Group.EXPORTS: {"copy": copy, "nothing": writes_nothing, "fails": fails}}
    with Plugins((Plugin("acme", "1", "--plugin", added, frozenset({"acme"})),)).enabled():
        yield


def test_a_plugin_s_format_appears_when_it_is_whole(run: Path, tmp_path: Path) -> None:
    with plugged():
        with pytest.raises(UsageError, match="the format nothing wrote nothing"):
            export_run(run, form="nothing")
        with pytest.raises(KeyError):
            export_run(run, form="fails", output=tmp_path / "a" / "b")
    assert not (run / "exports").exists()
    assert not (tmp_path / "a").exists()
