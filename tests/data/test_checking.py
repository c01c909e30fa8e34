"""Files are looked at as closely as is wished; what is known of an unchanged one is not read again."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from netspec.data.files import looking
from netspec.data.files.checking import look_at
from netspec.data.files.looking import Closeness, Indexes, plan_look
from netspec.data.images import EncodedImages, FileImages
from netspec.data.sources.folder import look
from netspec.things.labels import LABEL
from tests.data.made_pictures import NOISE, bomb, class_folders, encoded, numbered, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.keras

CLOSENESS: tuple[Closeness, ...] = ("decode", "hash", "header", "off")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = class_folders(tmp_path / "pets", {"cat": 3, "dog": 2})
    age(root)
    return root


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The files that are opened."""
    paths: list[str] = []
    real = os.open

    def counted(path: str, *how: int) -> int:
        paths.append(path)
        return real(path, *how)

    monkeypatch.setattr(os, "open", counted)
    yield paths
    monkeypatch.undo()


def age(root: Path) -> None:
    """Makes every file an hour old, which it is trusted not to change unseen."""
    for path in root.rglob("*"):
        if path.is_file() and not path.is_symlink():
            status = path.stat()
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - 3600 * 10**9 + 1))


def images_of(root: Path) -> FileImages:
    listing = look(root)
    return FileImages.listed(
        listing.splits["train"], {LABEL: np.array(listing.labels["train"], np.int64)}
    )


def seen(
    images: EncodedImages, how: Closeness = "decode", *, channels: int = 3, **more: object
) -> EncodedImages:
    told: list[str] = []
    looked = look_at(
        {"train": images},
        how=how,
        channels=channels,
        indexes=Indexes(told.append),
        progress=lambda *_: None,
        **more,  # type: ignore[arg-type]
    )["train"]
    assert told == []
    return looked


def problems(root: Path, how: Closeness = "decode") -> dict[str, str]:
    looked = seen(images_of(root), how)
    return {looked.name(index): problem for index, problem in looked.problems.items()}


def test_each_file_gets_its_decoder_and_progress_is_told(root: Path) -> None:
    (root / "cat" / "00.png").write_bytes(numbered(1, kind="WEBP"))
    (root / "dog" / "00.png").write_bytes(encoded(NOISE, "JPEG"))
    told: list[tuple[int, int]] = []

    for how in ("decode", "hash", "header"):
        images = look_at(
            {"train": images_of(root)},
            how=how,
            channels=3,
            indexes=Indexes(print),
            progress=lambda *counts: told.append(counts),
        )["train"]
        assert images.in_pillow.tolist() == [True, False, False, False, False]
        assert told[-1] == (5, 5)
        age(root)


def test_where_nothing_is_opened_each_is_asked_when_it_is_read(
    root: Path, opened: list[str]
) -> None:
    (root / "cat" / "00.png").write_bytes(b"no picture")

    images = seen(images_of(root), "off")

    assert opened == []
    assert len(images.in_pillow) == 0
    assert images.problems == {}
    assert images.contents[1] == b"cat/01.png\x0077"


def test_every_kind_of_bad_file_has_its_reason(root: Path) -> None:
    whole = encoded(NOISE, "JPEG")
    write(
        root,
        {
            "dog/a-empty.jpg": b"",
            "dog/b-cut.jpg": whole[: len(whole) // 2],
            "dog/c-bomb.png": bomb(60_000, 60_000),
            "dog/d-page.jpg": b"<!DOCTYPE html>",
        },
    )
    (root / "dog" / "e-broken-link.png").symlink_to("nowhere.png")
    os.mkfifo(root / "dog" / "f-pipe.png")
    (root / "dog" / "g-device.png").symlink_to("/dev/zero")
    (root / "dog" / "h-loop.png").symlink_to("h-loop.png")

    no_picture = "it is no JPEG, PNG, BMP, GIF or WebP picture"
    by_name = {
        "dog/e-broken-link.png": "No such file or directory",
        "dog/f-pipe.png": "it is a pipe or a device",
        "dog/g-device.png": "it is a pipe or a device",
        "dog/h-loop.png": "Too many levels of symbolic links",
    }
    by_header = {
        "dog/a-empty.jpg": "it is empty",
        "dog/c-bomb.png": "it has more than 89,478,485 pixels, the limit",
        "dog/d-page.jpg": no_picture,
        **by_name,
    }
    assert problems(root, "off") == by_name
    assert problems(root, "header") == by_header
    assert problems(root, "hash") == by_header
    assert problems(root, "decode") == {**by_header, "dog/b-cut.jpg": "its JPEG data is damaged"}
    # What is known from a closer look changes nothing of a less close one.
    age(root)
    assert problems(root, "decode")["dog/b-cut.jpg"] == "its JPEG data is damaged"
    assert problems(root, "header") == by_header


def test_a_file_that_may_not_be_read_is_named_and_asked_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open

    def barred(path: str, *how: int) -> int:
        if path.endswith("cat/00.png"):
            raise PermissionError(13, "Permission denied", path)
        return real(path, *how)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", barred)
        assert problems(root) == {"cat/00.png": "Permission denied"}
    assert problems(root) == {}


def test_a_file_that_goes_after_it_was_listed_is_named(root: Path) -> None:
    images = images_of(root)
    (root / "cat" / "01.png").unlink()

    assert dict(seen(images).problems) == {1: "No such file or directory"}


def test_a_file_that_is_too_large_to_be_held_is_named_and_not_read(root: Path) -> None:
    with (root / "cat" / "00.png").open("ab") as file:
        file.truncate(2**31)

    for how in CLOSENESS:
        assert problems(root, how) == {"cat/00.png": "it is larger than 1 GiB"}


@pytest.mark.parametrize("how", ["decode", "hash", "header"])
def test_an_unchanged_file_is_never_read_twice(
    how: Closeness, root: Path, opened: list[str]
) -> None:
    (root / "cat" / "00.png").write_bytes(b"no picture")
    age(root)

    first = seen(images_of(root), how)
    assert len(opened) == 5
    again = seen(images_of(root), how)
    assert len(opened) == 5

    assert again.contents == first.contents
    assert again.problems == first.problems
    assert again.in_pillow.tolist() == first.in_pillow.tolist()


def test_what_a_closer_look_knows_is_enough_for_a_less_close_one(
    root: Path, opened: list[str]
) -> None:
    seen(images_of(root), "decode")
    for how in ("hash", "header", "off"):
        seen(images_of(root), how)
    assert len(opened) == 5


def test_a_changed_file_alone_is_read_again(root: Path, opened: list[str]) -> None:
    before = seen(images_of(root))
    (root / "dog" / "01.png").write_bytes(numbered(99))
    (root / "cat" / "09.png").write_bytes(numbered(98))
    del opened[:]

    after = seen(images_of(root))

    assert sorted(opened) == [f"{root}/cat/09.png", f"{root}/dog/01.png"]
    assert after.contents[:3] == before.contents[:3]
    assert after.contents[-1] != before.contents[-1]


def test_another_decoder_is_asked_where_other_channels_are_wanted(
    root: Path, opened: list[str]
) -> None:
    """A coloured PNG is TensorFlow's in colour, and Pillow's in gray."""
    assert not seen(images_of(root), channels=3).in_pillow.any()
    assert seen(images_of(root), channels=1).in_pillow.all()
    assert len(opened) == 10
    seen(images_of(root), channels=1)
    seen(images_of(root), channels=3)
    assert len(opened) == 10


def test_contents_tell_copies_and_names_and_sizes_stand_for_what_is_not_read(root: Path) -> None:
    (root / "dog" / "00.png").write_bytes((root / "cat" / "01.png").read_bytes())

    read = seen(images_of(root), "hash").contents
    unread = seen(images_of(root), "header").contents

    assert len({*read}) == 4
    assert read[1] == read[3]
    assert unread[0] == b"cat/00.png\x00" + str((root / "cat" / "00.png").stat().st_size).encode()


def test_only_what_is_chosen_is_looked_at(root: Path, opened: list[str]) -> None:
    hashed = seen(images_of(root), "hash")
    del opened[:]

    looked = seen(hashed, "decode", chosen={"train": np.array([1, 4])})

    assert sorted(opened) == [f"{root}/cat/01.png", f"{root}/dog/01.png"]
    assert looked.contents == hashed.contents
    assert looked.in_pillow.tolist() == hashed.in_pillow.tolist()


def test_an_interruption_ends_it_soon_leaves_no_thread_and_keeps_what_was_seen(
    root: Path, opened: list[str]
) -> None:
    write(root, {f"cat/more-{number:04}.png": numbered(1) for number in range(2000)})
    age(root)

    def interrupt(done: int, total: int) -> None:
        if done >= 48:
            raise KeyboardInterrupt

    threads = threading.active_count()
    # What was raised is held on to, as whoever handles it does, and with it all that was under way.
    with pytest.raises(KeyboardInterrupt) as raised:
        look_at(
            {"train": images_of(root)},
            how="header",
            channels=3,
            indexes=Indexes(print),
            progress=interrupt,
        )
    assert threading.active_count() <= threads, raised
    read = len(opened)
    assert read < 2000
    seen(images_of(root), "header")
    assert len(opened) <= read + 2005 - 48


def test_the_first_look_at_many_files_is_written_now_and_then(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("netspec.data.files.index._BATCH", 2)
    written: list[int] = []
    indexes = Indexes(print)
    real = indexes.of(root).flush

    def counted() -> None:
        written.append(1)
        real()

    monkeypatch.setattr(indexes.of(root), "flush", counted)

    look_at({"train": images_of(root)}, how="header", channels=3, indexes=indexes, progress=print)

    assert len(written) >= 3


@pytest.mark.parametrize(
    ("verify", "limit", "decoded_up_to", "closeness", "words"),
    [
        (None, None, 10**6, "decode", "decode 5 images (383 B), less than a second"),
        (None, None, 10, "header", "read the first bytes of 5 images (383 B), less than a second"),
        ("decode", None, 10, "decode", "decode 5 images (383 B), less than a second"),
        ("header", 2, 10**6, "header", "read the first bytes of 5 images (383 B), less than a second"),
        (
            None,
            2,
            10**6,
            "hash",
            "read 5 images (383 B), decode those that are chosen, less than a second",
        ),
        ("off", None, 10**6, "off", "off: 5 images (383 B) are not looked at"),
    ],
)  # fmt: skip
def test_a_plan_says_what_will_be_looked_at(  # noqa: PLR0913, PLR0917 - a row of the table each
    verify: str | None,
    limit: int | None,
    decoded_up_to: int,
    closeness: str,
    words: str,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(looking, "DECODED_UP_TO", decoded_up_to)
    files = look(root).splits["train"]

    planned = plan_look([files], verify=verify, limit=limit, channels=3)

    assert planned is not None
    assert planned.closeness == closeness
    assert str(planned).replace(f"{sum(files.sizes)} B", "383 B") == words


def test_a_plan_says_how_many_are_known_and_for_how_long_the_others_take(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen(images_of(root))
    monkeypatch.setitem(looking._SECONDS_A_FILE, "decode", 50)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)

    def planned() -> str:
        return str(plan_look([look(root).splits["train"]], verify=None, limit=None, channels=3))

    assert planned().endswith(": all of them known already")
    write(root, {"cat/new.png": numbered(9)})
    assert planned().endswith(", 5 of them known already, about 25 s")
    write(root, {f"cat/new{number}.png": numbered(9) for number in range(9)})
    assert planned().endswith(", 5 of them known already, about 4 minutes")


def test_names_that_are_no_text_of_one_line_are_looked_at_and_known_again(
    root: Path, opened: list[str]
) -> None:
    for name in (os.fsdecode(b"caf\xe9.png"), "a\nb.png"):
        (root / "cat" / name).write_bytes(b"no picture")
    age(root)

    assert len(problems(root)) == len(problems(root)) == 2
    assert len(opened) == 7


def test_a_file_that_is_gone_is_forgotten_and_another_spec_s_is_not(root: Path) -> None:
    images = images_of(root)

    def known() -> list[bool]:
        indexes = Indexes(lambda _: None)
        look_at(
            {"train": images}, how="hash", channels=3, indexes=indexes, progress=lambda *_: None
        )
        indexes.close()
        index = Indexes(lambda _: None).of(root)
        return [
            index.find(name, size, time) is not None
            for name, size, time in zip(all_of.names, all_of.sizes, all_of.mtimes, strict=True)
        ]

    all_of = images
    assert known() == [True] * 5
    images.path(0).unlink()
    images = FileImages(root, images.names[1:2], {LABEL: np.zeros(1, np.int64)})

    assert known() == [False, *[True] * 4]


def test_a_time_that_no_number_of_the_index_holds_is_one_all_the_same(root: Path) -> None:
    try:
        os.utime(root / "cat" / "00.png", ns=(0, 2**63 + 10**12))
    except OverflowError:
        pytest.skip("this system has no such time")

    assert images_of(root).mtimes.max() <= 2**63 - 1
    assert problems(root) == {}
