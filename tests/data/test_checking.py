"""Every file is looked at before the first step: what is no picture is named, and data has a fingerprint."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from netspec.data.files import checking
from netspec.data.files.checking import check_files
from netspec.data.images import FileImages
from netspec.data.sources.folder import look
from netspec.data.splits import Split
from netspec.errors import DataError
from tests.data.made_pictures import NOISE, bomb, class_folders, encoded, numbered, write

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.data.files.checking import Checked

pytestmark = pytest.mark.keras


def split_of(root: Path, name: str = "train") -> Split:
    files = look(root).splits[name]
    labels = np.array([number for _, number in files], np.int64)
    images = FileImages(root, tuple(file for file, _ in files), labels)
    return Split(images, np.arange(len(images), dtype=np.int64))


def check(root: Path, *, channels: int = 3) -> Checked:
    return check_files({"train": split_of(root)}, channels=channels, progress=lambda *_: None)


def complaint(root: Path) -> list[str]:
    with pytest.raises(DataError) as raised:
        check(root)
    assert raised.value.exit_code == 3
    assert raised.value.hint == "remove or replace what is named"
    return raised.value.message.splitlines()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return class_folders(tmp_path / "pets", {"cat": 3, "dog": 2})


def test_each_file_gets_its_decoder_and_progress_is_told(root: Path) -> None:
    (root / "cat" / "00.png").write_bytes(numbered(1, kind="WEBP"))
    (root / "dog" / "00.png").write_bytes(encoded(NOISE, "JPEG"))
    told: list[tuple[int, int]] = []

    checked = check_files(
        {"train": split_of(root)}, channels=3, progress=lambda *counts: told.append(counts)
    )

    images = checked.splits["train"].images
    assert isinstance(images, FileImages)
    assert images.in_pillow.tolist() == [True, False, False, False, False]
    assert told == [(done, 5) for done in range(1, 6)]


def test_one_bad_file_is_named_with_what_is_wrong(root: Path) -> None:
    bad = root / "cat" / "notes.txt"
    bad.write_text("a cat")

    assert complaint(root) == [
        "a file is no picture that can be trained on",
        f"{bad}: it is no JPEG, PNG, BMP, GIF or WebP picture",
    ]


def test_ten_bad_files_are_named_in_order_and_the_rest_are_counted(root: Path) -> None:
    write(root, {f"dog/x{number:04}.jpg": b"no picture" for number in range(1013)})

    first, *named, last = complaint(root)

    assert first == "1,013 files are no picture that can be trained on"
    assert [line.split(": ")[0] for line in named] == [f"{root}/dog/x{n:04}.jpg" for n in range(10)]
    assert last == "and 1,003 more"


def test_every_kind_of_bad_file_has_its_reason(root: Path) -> None:
    whole = encoded(NOISE, "JPEG")
    write(
        root,
        {
            "dog/a-empty.jpg": b"",
            "dog/b-cut.jpg": whole[: len(whole) // 2],
            "dog/c-bomb.png": bomb(60_000, 60_000),
        },
    )
    (root / "dog" / "d-broken-link.png").symlink_to("nowhere.png")
    os.mkfifo(root / "dog" / "e-pipe.png")
    (root / "dog" / "f-device.png").symlink_to("/dev/zero")

    _, *named = complaint(root)

    assert [line.removeprefix(f"{root}/dog/") for line in named] == [
        "a-empty.jpg: it is empty",
        "b-cut.jpg: its JPEG data is damaged",
        "c-bomb.png: it has more than 89,478,485 pixels, the limit",
        "d-broken-link.png: No such file or directory",
        "e-pipe.png: it is a pipe or a device",
        "f-device.png: it is a pipe or a device",
    ]


def test_a_file_that_goes_after_it_was_listed_is_named(root: Path) -> None:
    split = split_of(root)
    (root / "cat" / "01.png").unlink()

    with pytest.raises(DataError, match=r"cat/01\.png: No such file or directory"):
        check_files({"train": split}, channels=3, progress=lambda *_: None)


def test_only_the_images_of_the_splits_are_looked_at(root: Path) -> None:
    (root / "cat" / "01.png").write_bytes(b"no picture")
    split = split_of(root)

    check_files(
        {"train": Split(split.images, np.array([0, 2, 3]))}, channels=3, progress=lambda *_: None
    )


def test_above_a_size_only_headers_are_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = encoded(NOISE, "PNG")
    (root / "cat" / "01.png").write_bytes(whole[: len(whole) // 2])
    assert complaint(root)[1].endswith("cat/01.png: its PNG data is damaged")

    monkeypatch.setattr(checking, "DECODED_UP_TO", 100)
    (root / "cat" / "00.png").write_bytes(numbered(76, kind="BMP"))
    before = check(root)
    (root / "cat" / "00.png").write_bytes(numbered(77, kind="BMP"))
    assert check(root).fingerprint == before.fingerprint  # the size is the same
    (root / "cat" / "00.png").write_bytes(numbered(77, kind="BMP") + b"more")
    assert check(root).fingerprint != before.fingerprint
    (root / "dog" / "00.png").write_bytes(b"no picture")
    assert complaint(root)[1].endswith("dog/00.png: it is no JPEG, PNG, BMP, GIF or WebP picture")


def test_a_fingerprint_follows_content_name_and_label_and_nothing_else(root: Path) -> None:
    same = check(root)
    assert len(same.fingerprint) == 64
    assert set(same.fingerprints) == {"train"}

    os.utime(root / "cat" / "00.png", (1, 1))
    (root / "cat" / "00.png").chmod(0o600)
    moved = root.rename(root.parent / "elsewhere")
    assert check(moved).fingerprint == same.fingerprint

    prints = {same.fingerprint}
    (moved / "cat" / "00.png").write_bytes(numbered(99))
    prints.add(check(moved).fingerprint)
    (moved / "cat" / "00.png").rename(moved / "cat" / "other.png")
    prints.add(check(moved).fingerprint)
    (moved / "bird").mkdir()
    write(moved, {"bird/0.png": numbered(3)})
    prints.add(check(moved).fingerprint)
    assert len(prints) == 4


def test_a_label_alone_changes_the_fingerprint(root: Path) -> None:
    split = split_of(root)
    other = FileImages(root, split.images.names, 1 - split.images.labels)  # type: ignore[union-attr]
    prints = {
        check_files(
            {"train": Split(images, split.indices)}, channels=3, progress=lambda *_: None
        ).fingerprint
        for images in (split.images, other)
    }
    assert len(prints) == 2


def test_each_split_has_a_fingerprint_of_its_own(tmp_path: Path) -> None:
    for name in ("train", "test"):
        class_folders(tmp_path / name, {"cat": 2, "dog": 2})

    def prints() -> dict[str, str]:
        splits = {name: split_of(tmp_path, name) for name in ("train", "test")}
        return check_files(splits, channels=3, progress=lambda *_: None).fingerprints

    before = prints()
    (tmp_path / "test" / "cat" / "00.png").write_bytes(numbered(99))
    after = prints()
    assert before["train"] == after["train"]
    assert before["test"] != after["test"]


def test_splits_of_the_same_images_share_them_and_each_file_is_looked_at_once(root: Path) -> None:
    split = split_of(root)
    splits = {
        "train": Split(split.images, np.array([0, 3])),
        "validation": Split(split.images, np.array([1, 2, 4])),
        "test": Split(split.images, np.array([1, 2, 4])),
    }
    told: list[tuple[int, int]] = []

    checked = check_files(splits, channels=3, progress=lambda *counts: told.append(counts))

    assert told[-1] == (5, 5)
    assert len({id(part.images) for part in checked.splits.values()}) == 1
    assert checked.splits["test"].indices.tolist() == [1, 2, 4]


def test_names_that_are_no_text_of_one_line_are_checked_and_named(root: Path) -> None:
    for name, shown in (
        (os.fsdecode(b"caf\xe9.png"), "caf\\udce9.png"),
        ("a\nb.png", "a\\u000ab.png"),
    ):
        (root / "cat" / name).write_bytes(numbered(1))
        assert check(root).fingerprint
        (root / "cat" / name).write_bytes(b"no picture")
        assert complaint(root)[1].startswith(f"{root}/cat/{shown}: it is no")
        (root / "cat" / name).unlink()


def test_an_interruption_ends_it_soon_and_leaves_no_thread(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(root, {f"cat/more-{number}.png": numbered(1) for number in range(500)})
    looked: list[Path] = []
    real = checking._look

    def counted(path: Path, *, channels: int, whole: bool) -> checking.Seen | str:
        looked.append(path)
        return real(path, channels=channels, whole=whole)

    def interrupt(done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    check(root)
    monkeypatch.setattr(checking, "_look", counted)
    threads = threading.active_count()
    # What was raised is held on to, as whoever handles it does, and with it all that was under way.
    with pytest.raises(KeyboardInterrupt) as raised:
        check_files({"train": split_of(root)}, channels=3, progress=interrupt)
    assert threading.active_count() <= threads, raised
    assert len(looked) < 500
