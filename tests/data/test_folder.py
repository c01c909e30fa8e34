"""A folder's classes and splits follow from its folders' names; what is not laid out so is one clear error."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from netspec.data.sources.folder import Listing, look
from netspec.errors import DataError
from tests.data.made_pictures import write

PICTURE = b"nobody opens it"


def laid(root: Path, *names: str) -> Path:
    return write(root, dict.fromkeys(names, PICTURE))


def named(listing: Listing) -> dict[str, tuple[tuple[str, int], ...]]:
    """Each split's files with the numbers of their classes."""
    return {
        name: tuple(zip(files.names, listing.labels[name], strict=True))
        for name, files in listing.splits.items()
    }


def complaint(root: Path) -> DataError:
    with pytest.raises(DataError) as raised:
        look(root)
    assert raised.value.exit_code == 3
    assert "\n" not in raised.value.message
    return raised.value


def test_class_folders_are_classes_in_order_of_their_names(tmp_path: Path) -> None:
    laid(tmp_path, "dog/2.png", "dog/10.jpg", "Zebra/z", "cat/b.jpeg", "cat/a.JPG")

    listing = look(tmp_path)

    assert listing.classes == ("Zebra", "cat", "dog")
    assert named(listing) == {
        "train": (
            ("Zebra/z", 0),
            ("cat/a.JPG", 1),
            ("cat/b.jpeg", 1),
            ("dog/10.jpg", 2),
            ("dog/2.png", 2),
        )
    }
    assert listing.facts.folders == ("Zebra", "cat", "dog")
    assert listing.facts.classes == 3
    assert listing.facts.splits == {"train": 5}
    assert listing.facts.name == f"the folder {tmp_path.name}"


def test_a_folder_train_makes_the_folders_beside_it_splits(tmp_path: Path) -> None:
    laid(tmp_path, "train/cat/1.png", "train/dog/1.png", "train/dog/2.png")
    laid(tmp_path, "test/cat/1.png", "validation/dog/1.png", "extra/cat/9.png")

    listing = look(tmp_path)

    assert listing.classes == ("cat", "dog")
    assert list(listing.splits) == ["train", "extra", "test", "validation"]
    assert named(listing)["validation"] == (("validation/dog/1.png", 1),)
    assert listing.facts.splits == {"train": 3, "extra": 1, "test": 1, "validation": 1}


def test_folders_within_a_class_belong_to_the_class(tmp_path: Path) -> None:
    laid(tmp_path, "cat/1.png", "cat/2019/may/1.png", "cat/2019/june/1.png", "dog/x.jpg/1.png")

    assert named(look(tmp_path))["train"] == (
        ("cat/1.png", 0),
        ("cat/2019/june/1.png", 0),
        ("cat/2019/may/1.png", 0),
        ("dog/x.jpg/1.png", 1),
    )


def test_what_file_managers_leave_behind_is_passed_over(tmp_path: Path) -> None:
    laid(tmp_path, "cat/1.png", "cat/Thumbs.db", "cat/.DS_Store", "cat/desktop.ini", "cat/._1.png")
    laid(tmp_path, "dog/1.png", ".git/1.png", "__MACOSX/cat/._1.png", "dog/.cache/1.png")
    laid(tmp_path, "dog/@eaDir/1.png")

    listing = look(tmp_path)

    assert listing.classes == ("cat", "dog")
    assert listing.facts.splits == {"train": 2}


def test_texts_beside_class_folders_are_passed_over_and_within_them_they_count(
    tmp_path: Path,
) -> None:
    laid(tmp_path, "LICENSE", "README.md", "labels.csv", "cat/1.png", "cat/notes.txt", "dog/1.png")

    assert [name for name, _ in named(look(tmp_path))["train"]] == [
        "cat/1.png",
        "cat/notes.txt",
        "dog/1.png",
    ]


def test_names_may_be_any_text_of_one_line(tmp_path: Path) -> None:
    names = ("Ein Hund", "chien 'd'été'", "kedi #1", "سگ", "犬", "a,b;c&d")
    laid(tmp_path, *(f"{name}/ein Bild.png" for name in names))
    (tmp_path / "犬" / os.fsdecode(b"caf\xe9\n.png")).write_bytes(PICTURE)

    listing = look(tmp_path)

    assert listing.classes == tuple(sorted(names))
    assert listing.facts.splits == {"train": 7}


@pytest.mark.parametrize(
    "name", ["two\nlines", "a\tb", "\x1b[31mred", "a\u2028b", os.fsdecode(b"caf\xe9"), "x" * 101]
)
def test_a_class_folder_s_name_can_be_shown_in_a_line(name: str, tmp_path: Path) -> None:
    laid(tmp_path, "cat/1.png", f"{name}/1.png")

    error = complaint(tmp_path)

    assert error.message == (
        f"the folder {tmp_path} has a class folder whose name cannot be shown in a line: {name!r}"
    )
    assert error.hint is not None


def test_many_classes_are_numbered_in_order(tmp_path: Path) -> None:
    names = [f"class{number:03}" for number in range(120)]
    laid(tmp_path, *(f"{name}/{index}.png" for name in names for index in range(2)))

    listing = look(tmp_path)

    assert listing.classes == tuple(names)
    assert [number for _, number in named(listing)["train"]] == [
        n for n in range(120) for _ in "12"
    ]


def test_train_may_be_a_class_among_others(tmp_path: Path) -> None:
    laid(tmp_path, "bus/1.png", "car/1.png", "train/1.png")

    assert look(tmp_path).classes == ("bus", "car", "train")


@pytest.mark.parametrize("name", ["Train", "TRAIN", "training"])
def test_a_folder_that_is_meant_to_be_train_is_no_class(name: str, tmp_path: Path) -> None:
    laid(tmp_path, f"{name}/cat/1.png", f"{name}/dog/1.png", "Test/cat/1.png")

    error = complaint(tmp_path)

    assert error.message == (
        f"the folder {tmp_path} has a folder {name}, and netspec looks for train"
    )
    assert error.hint == f"rename {name} to train"


def test_pictures_beside_splits_and_folders_that_are_no_splits_are_passed_over(
    tmp_path: Path,
) -> None:
    laid(tmp_path, "train/cat/1.png", "train/dog/1.png", "preview.png", "unlabelled/1.png")
    laid(tmp_path, "docs/page.md")
    (tmp_path / "test").mkdir()

    assert look(tmp_path).facts.splits == {"train": 2}


LAYOUT = "put the pictures of each class in a folder of their own, named after the class"


@pytest.mark.parametrize(
    ("names", "message", "hint"),
    [
        ([], "the folder ROOT is empty", LAYOUT),
        ([".hidden"], "the folder ROOT is empty", LAYOUT),
        (["1.png", "2.png"], "the folder ROOT has no class folders", LAYOUT),
        (["notes.txt"], "the folder ROOT has no class folders", LAYOUT),
        (["train/1.png", "test/1.png"], "the folder ROOT/train has no class folders", LAYOUT),
        (
            ["cat/1.png"],
            "the folder ROOT has one class, cat, and there is nothing to tell it from",
            "add a folder for each other class",
        ),
        (
            ["train/cat/1.png", "test/cat/1.png", "test/dog/1.png"],
            "the folder ROOT/train has one class, cat, and there is nothing to tell it from",
            "add a folder for each other class",
        ),
        (
            ["cat/1.png", "dog/1.png", "b.JPG", "a.webp"],
            "the folder ROOT has pictures beside its class folders: a.webp, b.JPG",
            "move them into the folder of their class",
        ),
        (
            ["train/cat/1.png", "train/dog/1.png", "train/x.gif"],
            "the folder ROOT/train has pictures beside its class folders: x.gif",
            "move them into the folder of their class",
        ),
        (
            ["train/cat/1.png", "train/dog/1.png", "test/x.gif"],
            "the folder ROOT/test has no class folders",
            LAYOUT,
        ),
        (
            ["train/cat/1.png", "train/dog/1.png", "test/cow/1.png", "test/bee/1.png"],
            "the folder ROOT/test has classes that train does not have: bee, cow",
            "train has cat, dog; a folder that is no split belongs elsewhere",
        ),
        (
            ["cat/1.png", "dog/.hidden", "owl/.hidden"],
            "the folder ROOT has no pictures of dog, owl",
            "add some, or remove the class's folder",
        ),
        (["cat/.a", "dog/.b"], "the class folders of ROOT are empty", "add pictures"),
        (
            ["train/cat/1.png", "train/dog/1.png", "test/cat/.a"],
            "the class folders of ROOT/test are empty",
            "add pictures",
        ),
    ],
)
def test_another_layout_is_an_error_that_says_what_to_do(
    names: list[str], message: str, hint: str, tmp_path: Path
) -> None:
    laid(tmp_path, *names)

    error = complaint(tmp_path)

    assert error.message.replace(str(tmp_path), "ROOT") == message
    assert error.hint == hint


def test_pictures_that_are_named_after_their_class_are_another_source(tmp_path: Path) -> None:
    laid(tmp_path, "cat.1.png", "cat.2.png", "dog.1.png")
    hint = str(complaint(tmp_path).hint)
    assert hint.startswith(LAYOUT)
    assert hint.endswith("write `ImageFiles: {path: …, label: '^([A-Za-z]+)'}`")


def test_many_names_are_cut_short(tmp_path: Path) -> None:
    laid(tmp_path, "a/1.png", "b/1.png", *(f"{n}.png" for n in range(9)))

    assert complaint(tmp_path).message.endswith(": 0.png, 1.png, 2.png, 3.png, 4.png and 4 more")


def test_links_to_files_and_folders_are_followed(tmp_path: Path) -> None:
    laid(tmp_path / "elsewhere", "1.png", "more/2.png")
    root = laid(tmp_path / "root", "cat/1.png")
    (root / "cat" / "linked.png").symlink_to(tmp_path / "elsewhere" / "1.png")
    (root / "dog").symlink_to(tmp_path / "elsewhere")

    assert named(look(root))["train"] == (
        ("cat/1.png", 0),
        ("cat/linked.png", 0),
        ("dog/1.png", 1),
        ("dog/more/2.png", 1),
    )


@pytest.mark.parametrize("target", [".", "..", "../..", "../../train", "deep"])
def test_a_link_that_leads_back_up_brings_nothing(target: str, tmp_path: Path) -> None:
    laid(tmp_path, "train/cat/1.png", "train/cat/deep/2.png", "train/dog/3.png")
    (tmp_path / "train" / "cat" / "loop").symlink_to(target)

    files = named(look(tmp_path))["train"]

    assert len(files) == 3
    assert sorted(Path(name).name for name, _ in files) == ["1.png", "2.png", "3.png"]


def test_a_link_to_itself_is_listed_for_the_check_to_name(tmp_path: Path) -> None:
    laid(tmp_path, "cat/1.png", "dog/1.png")
    (tmp_path / "cat" / "loop").symlink_to("loop")

    for within in (None, tmp_path):
        files = look(tmp_path, within=within).splits["train"]
        assert files.names == ("cat/1.png", "cat/loop", "dog/1.png")
        assert list(files.sizes) == [len(PICTURE), -1, len(PICTURE)]


def test_each_file_comes_with_its_size_and_time(tmp_path: Path) -> None:
    laid(tmp_path, "cat/1.png", "dog/deep/2.png")
    (tmp_path / "cat" / "1.png").write_bytes(b"longer than before")
    os.utime(tmp_path / "cat" / "1.png", ns=(1, 1_234_567_890_123_456_789))

    files = look(tmp_path).splits["train"]

    assert list(files.sizes) == [18, len(PICTURE)]
    assert files.mtimes[0] == 1_234_567_890_123_456_789
    assert files.mtimes[1] == (tmp_path / "dog" / "deep" / "2.png").stat().st_mtime_ns


def test_each_folder_is_listed_once_and_no_file_is_asked_besides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid(tmp_path, *(f"train/{name}/{n}.png" for name in ("cat", "dog") for n in range(20)))
    laid(tmp_path, "test/cat/1.png", "test/dog/1.png")
    listed: list[str] = []
    asked: list[str] = []
    scandir, stat = os.scandir, os.stat

    def listing(path: Path) -> object:
        listed.append(str(path))
        return scandir(path)

    def asking(path: Path, **how: bool) -> object:
        asked.append(str(path))
        return stat(path, **how)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", listing)
        patch.setattr(os, "stat", asking)
        look(tmp_path)

    assert sorted(set(listed)) == sorted(listed)
    assert not [path for path in asked if path.endswith(".png")]


def test_classes_that_differ_by_case_only_are_an_error_and_letters_are_not(tmp_path: Path) -> None:
    laid(tmp_path / "pets", "Cat/1.png", "cat/2.png", "dog/1.png")
    laid(tmp_path / "letters", "A/1.png", "a/2.png")
    if (tmp_path / "letters" / "A" / "2.png").exists():
        pytest.skip("this disk does not tell them apart")

    error = complaint(tmp_path / "pets")

    assert "Cat" in error.message
    assert "cat" in error.message
    assert "case" in error.message
    assert look(tmp_path / "letters").classes == ("A", "a")


def test_a_link_that_leads_nowhere_and_a_pipe_are_listed_for_the_check_to_name(
    tmp_path: Path,
) -> None:
    laid(tmp_path, "cat/1.png", "dog/1.png")
    (tmp_path / "cat" / "gone.png").symlink_to("nowhere")
    os.mkfifo(tmp_path / "dog" / "pipe.png")

    assert look(tmp_path).facts.splits == {"train": 4}


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="another user is needed")
def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    laid(tmp_path, "cat/1.png", "dog/1.png")
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from netspec.data.sources.folder import look\n"
        "from netspec.errors import DataError\n"
        "os.geteuid() or os.seteuid(65534)\n"
        "try:\n"
        "    look(Path(sys.argv[1]))\n"
        "except DataError as error:\n"
        "    print(error)\n"
    )
    for folder in (tmp_path, *tmp_path.parents):  # pytest's own are closed to others
        if "pytest-" in str(folder):
            folder.chmod(0o755)
    (tmp_path / "cat").chmod(0)
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    (tmp_path / "cat").chmod(0o755)

    assert done.stdout == f"cannot read the folder {tmp_path / 'cat'}: Permission denied\n"
