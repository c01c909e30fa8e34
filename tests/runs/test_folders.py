"""Folders inside a run are made and removed there, whatever links a stranger has put in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netspec.runs.folders import make_folder, remove_folder

if TYPE_CHECKING:
    from pathlib import Path


def test_a_folder_is_made_once_and_removed_with_all_that_is_in_it(tmp_path: Path) -> None:
    path = make_folder(tmp_path, "look/cat")
    (path / "x.png").touch()
    assert make_folder(tmp_path, "look/cat") == path == tmp_path / "look" / "cat"
    assert (path / "x.png").exists()

    remove_folder(tmp_path, "look/cat")
    remove_folder(tmp_path, "look/cat")

    assert [*tmp_path.rglob("*")] == [tmp_path / "look"]


@pytest.mark.parametrize("link", ["look", "look/cat"])
def test_of_a_link_the_link_alone_goes(tmp_path: Path, link: str) -> None:
    run, mine = tmp_path / "run", tmp_path / "mine"
    (mine / "cat").mkdir(parents=True)
    (mine / "cat" / "x").touch()
    for act in (make_folder, remove_folder):
        (run / link).parent.mkdir(parents=True, exist_ok=True)
        (run / link).symlink_to(mine)
        act(run, "look/cat")
        assert not (run / link).is_symlink()
        assert (mine / "cat" / "x").exists()
        remove_folder(run, "look")


def test_a_file_in_the_way_is_left_and_told(tmp_path: Path) -> None:
    (tmp_path / "look").write_text("mine")
    with pytest.raises(OSError, match="look"):
        make_folder(tmp_path, "look/cat")
    remove_folder(tmp_path, "look/cat")
    assert (tmp_path / "look").read_text() == "mine"
