"""From Python, a network is looked into as `netspec look` does it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import netspec
from netspec.errors import DataError, UsageError
from tests.api.pages import shown
from tests.cli.commands import here

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.training.job import RunResult

pytestmark = pytest.mark.keras


def test_it_says_and_keeps_what_the_command_does(
    trained: RunResult, picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    how = {"class_name": "Red", "of": "dense", "checkpoint": "model.weights.h5"}

    document = netspec.look(trained, picture, layers="conv*", output=str(tmp_path / "own"), **how)

    words = [*("--layer", "conv*", "--class", "Red", "--of", "dense", "--format", "json")]
    words += ["--checkpoint", "model.weights.h5", "--output", str(tmp_path / "its")]
    done = here(capsys, "look", str(trained.directory), str(picture), *words)
    told = json.loads(done.out)
    assert told["folder"] == str(tmp_path / "its")
    assert document == {**told, "folder": str(tmp_path / "own")}
    (record,) = document["images"]
    assert record["grad_cam"] is not None
    assert record["grad_cam"]["name"] == "Red"
    assert (tmp_path / "own" / record["name"] / "conv2d.png").is_file()


def test_without_a_folder_it_is_kept_in_the_run(trained: RunResult, picture: Path) -> None:
    document = netspec.look(str(trained.directory), [str(picture), picture])

    assert document["folder"] == str(trained.directory / "look")
    assert [each["image"] for each in document["images"]] == [str(picture)] * 2


def test_a_picture_that_cannot_be_read_ends_it(
    trained: RunResult, picture: Path, tmp_path: Path
) -> None:
    (tmp_path / "text.png").write_text("no picture")

    with pytest.raises(DataError, match=r"cannot read .*text\.png: "):
        netspec.look(trained, [picture, tmp_path / "text.png"], output=tmp_path / "looks")
    with pytest.raises(UsageError, match="the output 'dense' has no class 'Green'"):
        netspec.look(trained, picture, class_name="Green")


def test_what_the_page_shows_runs(
    trained: RunResult,
    picture: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs/pets").symlink_to(trained.directory)
    picture.rename(tmp_path / "cat.jpg")
    (text,) = shown("docs/looking.md")

    # The page's network has deeper layers, and pets.
    text = text.replace("block5_*", "conv*").replace("Dog", "Red")
    exec(compile(text, "docs/looking.md", "exec"), {})  # noqa: S102 - it is our own page

    assert capsys.readouterr().out.startswith("runs/pets/look cat ")
