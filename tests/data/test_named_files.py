"""Files whose names say what they show: a pattern finds the class of each, or says which it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netspec.data.images import FileImages
from netspec.errors import DataError
from netspec.fields import Mismatch
from netspec.spec.data import Source
from netspec.things.labels import LabelFacts
from tests.data.made_pictures import write
from tests.data.opened import loaded, opened

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.data.source import ImageSource


def files(here: Path, pattern: str, *names: str) -> ImageSource:
    write(here / "pets", dict.fromkeys(names, b"nobody opens it"))
    return opened(here, {"ImageFiles": {"path": "pets", "label": pattern}})


def refused(here: Path, pattern: str, *names: str) -> DataError:
    with pytest.raises(DataError) as raised:
        files(here, pattern, *names)
    assert raised.value.exit_code == 3
    return raised.value


def test_the_group_is_the_class_and_all_pictures_are_for_training(tmp_path: Path) -> None:
    source = files(tmp_path, r"^(cat|dog)\.", "dog.1.png", "cat.10.JPG", "cat.9.jpg")

    assert source.facts.labels == {"label": LabelFacts("class", ("cat", "dog"))}
    assert source.facts.splits == {"train": 3}
    assert source.facts.name == "the folder pets"
    assert source.record == {"source": "ImageFiles", "root": str(tmp_path), "path": "pets"}
    images = loaded(source)["train"]
    assert isinstance(images, FileImages)
    assert images.names == source.files["train"].names == ("cat.10.JPG", "cat.9.jpg", "dog.1.png")
    assert images.labels["label"].tolist() == [0, 0, 1]


def test_the_pattern_is_searched_in_the_path_below_the_folder(tmp_path: Path) -> None:
    source = files(tmp_path, r"(\d+)/", "10/a.png", "9/x/b.png", "old/2/c.png")
    assert source.facts.labels["label"].names == ("2", "9", "10")
    assert loaded(source)["train"].labels["label"].tolist() == [2, 1, 0]


def test_named_groups_are_several_labels(tmp_path: Path) -> None:
    source = files(tmp_path, r"(?P<breed>[a-z]+)_(?P<fur>\w+)\.", "a_long.png", "b_short.png")
    assert source.facts.labels == {
        "breed": LabelFacts("class", ("a", "b")),
        "fur": LabelFacts("class", ("long", "short")),
    }


def test_what_is_no_picture_by_its_ending_is_passed_over(tmp_path: Path) -> None:
    litter = (".DS_Store", "Thumbs.db", "README.md", "labels.csv", "__MACOSX/._cat.1.png")
    source = files(tmp_path, r"^(\w+)\.", "cat.1.png", "dog.1.png", *litter)
    assert source.facts.splits == {"train": 2}


@pytest.mark.parametrize(
    ("pattern", "names", "message"),
    [
        (
            r"^(cat|dog)\.",
            ["bee.1.png"],
            "finds no class in the name of a picture of HERE: bee.1.png",
        ),
        (
            r"^(cat|dog)\.",
            list(map("{}.png".format, "abcdef")),
            "6 pictures of HERE: a.png, b.png, c.png, d.png, e.png and 1 more",
        ),
        (
            r"^(cat|dog)?",
            ["bee.1.png"],
            "finds no class in the name of a picture of HERE: bee.1.png",
        ),
        (
            r"^(.+)\.",
            ["\x1b[2J.png"],
            "finds no class in the name of a picture of HERE: \\u001b[2J.png",
        ),
        (r"^(.+)\.", [f"{'a' * 101}.png"], "finds no class in the name of a picture of HERE: aaa"),
    ],
)
def test_a_picture_without_a_class_is_named(
    pattern: str, names: list[str], message: str, tmp_path: Path
) -> None:
    error = refused(tmp_path, pattern, "cat.1.png", "dog.1.png", *names)
    assert message.replace("HERE", str(tmp_path / "pets")) in error.message
    assert error.message.startswith("the pattern ^(")
    assert error.hint is not None


def test_pictures_in_class_folders_are_another_source(tmp_path: Path) -> None:
    error = refused(tmp_path, r"^(cat|dog)\.", "cat/cat.1.png", "dog/dog.1.png")
    assert error.hint == (
        "it is searched in the path below the folder, here cat/cat.1.png, and a class has at most 100 characters; if "
        "its folder is its class, write `ImageFolder: {path: pets}`"
    )


def test_a_folder_without_pictures_or_with_one_class_is_refused(tmp_path: Path) -> None:
    assert (
        refused(tmp_path, r"^(\w+)\.", "a.txt").message
        == f"the folder {tmp_path}/pets has no pictures"
    )
    error = refused(tmp_path, r"^(\w+)\.", "cat.1.png")
    assert (
        error.message == "the folder pets has one class, cat, and there is nothing to tell it from"
    )
    error = refused(tmp_path, r"^(\w+)\.", "Cat.1.png")
    assert error.message == "the folder pets has two classes that differ by case only: Cat, cat"


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    here = tmp_path / "here"
    write(tmp_path, {"private/dog.1.png": b"", "here/pets/cat.1.png": b""})
    (here / "pets" / "more").symlink_to(tmp_path / "private")
    assert "is a link that leads outside of" in refused(here, r"(cat|dog)").message


def test_a_link_to_the_folder_itself_ends(tmp_path: Path) -> None:
    write(tmp_path, {"pets/cat.1.png": b"", "pets/dog.1.png": b""})
    (tmp_path / "pets" / "again").symlink_to(tmp_path / "pets")
    assert files(tmp_path, r"(cat|dog)").facts.splits == {"train": 2}


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("pets", "for a folder with pictures write `ImageFolder: {path: pets}`"),
        ("mnits", "did you mean mnist?"),
        (["pets", "dogs"], "or list all in a table for `Csv`"),
    ],
)
def test_what_is_no_name_may_be_a_folder(source: object, hint: str) -> None:
    with pytest.raises(Mismatch) as raised:
        Source().read(source)
    assert str(raised.value.problems[0].hint).endswith(hint)
