"""A look at an image is there as a whole, and is that image's own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from netspec.errors import UsageError
from netspec.evaluation.looking.keeping import (
    file_name,
    free_name,
    open_folder,
    place_of,
    refused,
    replacing_folder,
)

if TYPE_CHECKING:
    from pathlib import Path


def look_at(folder: Path, image: Path, what: str = "") -> str:
    """Keeps what was seen of an image, and gives its folder's name."""
    name = free_name(folder, image)
    with replacing_folder(folder, name) as new:
        (new / "look.json").write_text(json.dumps({"place": place_of(image)}))
        (new / f"seen{what}").touch()
    return name


def test_images_of_one_name_have_folders_of_their_own(tmp_path: Path) -> None:
    names = [look_at(tmp_path, tmp_path / each / "cat.jpg") for each in ("a", "b", "c")]

    assert names == ["cat", "cat-2", "cat-3"]


def test_the_same_image_replaces_its_folder(tmp_path: Path) -> None:
    for name in ("a", "b"):
        look_at(tmp_path, tmp_path / name / "cat.jpg", "before")

    assert look_at(tmp_path, tmp_path / "b/../b/cat.jpg", "now") == "cat-2"
    assert sorted(each.name for each in (tmp_path / "cat-2").iterdir()) == ["look.json", "seennow"]
    assert (tmp_path / "cat/seenbefore").exists()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["cat", "cat-2"]


@pytest.mark.parametrize("what", ["folder", "file", "link", "damaged", "deep"])
def test_what_is_no_look_is_left_alone(tmp_path: Path, what: str) -> None:
    taken = tmp_path / "look/cat"
    taken.parent.mkdir()
    if what == "file":
        taken.write_text("mine")
    elif what == "link":
        look_at(tmp_path, tmp_path / "cat.jpg")
        taken.symlink_to(tmp_path / "cat")
    else:
        taken.mkdir()
        text = {"folder": None, "damaged": '{"place": 3}', "deep": "[" * 100_000}[what]
        if text is not None:
            (taken / "look.json").write_text(text)

    assert look_at(taken.parent, tmp_path / "cat.jpg") == "cat-2"
    assert taken.is_symlink() == (what == "link")
    assert sorted(each.name for each in taken.parent.iterdir()) == ["cat", "cat-2"]


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("a b\n\x1b[2J.png", "a-b-2J"),
        ("...png", "picture"),
        ("é.jpg", "picture"),
        (".writing-1-x.png", "writing-1-x"),
        ("x" * 200 + ".png", "x" * 80),
    ],
)
def test_a_folder_s_name_is_one_everywhere(tmp_path: Path, file: str, name: str) -> None:
    assert free_name(tmp_path, tmp_path / file) == name


def test_pictures_of_layers_never_share_a_file() -> None:
    assert file_name("base.conv", []) == "base.conv.png"
    assert file_name("picture", ["picture.png"]) == "picture-2.png"
    assert file_name("Conv1", ["conv1.png", "conv1-2.png"]) == "Conv1-3.png"
    assert len(file_name("x" * 400, [])) < 100


def test_where_it_fails_what_was_there_stays(tmp_path: Path) -> None:
    look_at(tmp_path, tmp_path / "cat.jpg", "before")

    def write_half() -> None:
        with refused(tmp_path), replacing_folder(tmp_path, "cat") as new:
            (new / "half").touch()
            raise OSError("the disk is full")

    with pytest.raises(UsageError, match=r"cannot write to .*: the disk is full") as caught:
        write_half()

    assert "--output" in (caught.value.hint or "")
    assert [each.name for each in tmp_path.iterdir()] == ["cat"]
    assert (tmp_path / "cat/seenbefore").exists()


def test_what_a_killed_process_left_goes_with_the_next_look(tmp_path: Path) -> None:
    left = tmp_path / ".writing-1-cat/new"
    others = [tmp_path / f".writing-1-{name}" for name in ("big-cat", "cat-2")]
    for each in (left, *others):
        each.mkdir(parents=True)

    look_at(tmp_path, tmp_path / "cat.jpg")

    assert {*tmp_path.iterdir()} == {*others, tmp_path / "cat"}


def test_a_link_in_a_run_leads_nowhere(tmp_path: Path) -> None:
    run, elsewhere = tmp_path / "run", tmp_path / "elsewhere"
    run.mkdir()
    elsewhere.mkdir()
    (run / "look").symlink_to(elsewhere)

    look_at(open_folder(run, None), tmp_path / "cat.jpg")

    assert (run / "look/cat/seen").exists()
    assert list(elsewhere.iterdir()) == []


def test_a_folder_that_is_asked_for_is_made(tmp_path: Path) -> None:
    assert open_folder(tmp_path / "run", tmp_path / "a/b").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot write"), refused(tmp_path):
        open_folder(tmp_path, tmp_path / "file")
