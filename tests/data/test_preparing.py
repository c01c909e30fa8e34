"""A source becomes splits that are fit to train on: what is bad is refused or left out before anything is split."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netspec.data.counts import SplitCounts, Splitting
from netspec.data.files.looking import plan_look
from netspec.data.images import ArrayImages, FileImages
from netspec.data.preparing import Prepared, Wanted, prepare
from netspec.data.source import ImageSource, Reports
from netspec.data.sources.folder import FolderSource
from netspec.data.sources.place import Place
from netspec.data.splits import Split
from netspec.errors import DataError
from netspec.spec.facts import DataFacts
from netspec.things.labels import LABEL
from tests.data.made_pictures import NOISE, class_folders, encoded, numbered, write
from tests.data.made_records import LABEL as LABEL_FEATURE
from tests.data.made_records import opened, picture, write_shard

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.data.images import Images

pytestmark = pytest.mark.keras

CLASSES = ("cat", "dog")


def prepared(  # noqa: PLR0913 - each has a name
    root: Path,
    *,
    verify: str | None = None,
    notices: list[str] | None = None,
    chosen: Any = None,
    balanced: bool = False,
    on_error: str = "stop",
    source: ImageSource | None = None,
    **rule: Any,
) -> Prepared:
    """A folder's splits, a quarter held out for validation if nothing else is said."""
    source = source or FolderSource(Place(root, root.parent))
    splitting = Splitting(**(rule or {"validation": 0.25}))
    wanted = Wanted(
        splitting=splitting,
        counts=SplitCounts(0, 0, 0),
        stratum=LABEL,
        classes=CLASSES,
        seed=1,
        channels=3,
        on_error=on_error,
        look=plan_look(source.files.values(), verify=verify, limit=splitting.limit, channels=3),
        balanced=balanced,
    )
    notice = (notices if notices is not None else []).append
    reports = Reports(notice=notice, fetching=lambda *_: None, checking=lambda *_: None)
    return prepare(source, wanted, reports, offline=True, chosen=chosen)


def names(data: Prepared) -> dict[str, list[str]]:
    return {
        name: [part.images.name(int(index)) for index in part.indices]
        for name, part in data.splits.items()
    }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return class_folders(tmp_path / "pets", {"cat": 12, "dog": 8})


def test_splits_have_counts_decoders_and_a_fingerprint_each(root: Path) -> None:
    data = prepared(root)

    assert data.counts == SplitCounts(15, 5, 0)
    assert {name: len(part) for name, part in data.splits.items()} == {"train": 15, "validation": 5}
    assert list(data.fingerprints) == ["train", "validation"]
    assert len({data.fingerprint, *data.fingerprints.values()}) == 3
    images = data.splits["train"].images
    assert isinstance(images, FileImages)
    assert images is data.splits["validation"].images
    assert len(images.in_pillow) == len(images.contents) == 20
    assert data.skipped == ()


def test_one_bad_file_stops_it_with_its_name(root: Path) -> None:
    write(root, {"cat/notes.txt": b"a cat"})

    with pytest.raises(DataError) as raised:
        prepared(root)

    assert raised.value.exit_code == 3
    assert raised.value.message == (
        "an image cannot be trained on\n"
        f"{root}/cat/notes.txt: it is no JPEG, PNG, BMP, GIF or WebP picture"
    )
    assert raised.value.hint is not None
    assert "data.on_error=skip" in raised.value.hint


def test_ten_bad_files_are_named_in_order_and_the_rest_are_counted(root: Path) -> None:
    write(root, {f"dog/x{number:04}\n.jpg": b"no picture" for number in range(1013)})

    with pytest.raises(DataError) as raised:
        prepared(root)

    first, *named, last = raised.value.message.splitlines()
    assert first == "1,013 images cannot be trained on"
    assert [line.split(": ")[0] for line in named] == [
        f"{root}/dog/x{number:04}\\u000a.jpg" for number in range(10)
    ]
    assert last == "and 1,003 more"


def test_what_is_skipped_is_listed_told_and_as_if_it_were_not_there(root: Path) -> None:
    without = prepared(root)
    cut = encoded(NOISE, "JPEG")
    write(root, {"cat/a.jpg": cut[: len(cut) // 2], "dog/z\x1b.gif": b""})
    notices: list[str] = []

    data = prepared(root, on_error="skip", notices=notices)

    assert names(data) == names(without)
    assert data.counts == without.counts
    assert data.fingerprints == without.fingerprints
    assert [(each.name, each.reason) for each in data.skipped] == [
        ("cat/a.jpg", "its JPEG data is damaged"),
        ("dog/z\\u001b.gif", "it is empty"),
    ]
    assert notices == [
        "2 images cannot be used and are left out, the first is cat/a.jpg: its JPEG data is damaged"
    ]


def test_a_class_of_which_nothing_is_left_is_an_error(root: Path) -> None:
    for path in (root / "dog").iterdir():
        path.write_bytes(b"")

    with pytest.raises(
        DataError,
        match=r"^of dog no training image can be used; the first is .*dog/00\.png: it is empty$",
    ):
        prepared(root, on_error="skip")


def test_a_given_split_of_which_nothing_is_left_is_an_error(tmp_path: Path) -> None:
    root = tmp_path / "pets"
    for split in ("train", "test"):
        class_folders(root / split, {"cat": 2, "dog": 2})
    for path in (root / "test").rglob("*.png"):
        path.write_bytes(b"no picture")

    with pytest.raises(DataError, match=r"^no test image is left"):
        prepared(root, on_error="skip", test_from="test")


def test_a_split_that_serves_for_nothing_is_not_looked_at(tmp_path: Path) -> None:
    root = tmp_path / "pets"
    for split in ("train", "test", "extra"):
        class_folders(root / split, {"cat": 2, "dog": 2})
    write(root, {"extra/cat/00.png": b"no picture"})

    assert prepared(root, test_from="test").counts == SplitCounts(4, 0, 4)


@pytest.mark.parametrize("on_error", ["stop", "skip"])
def test_with_a_limit_only_what_is_chosen_is_decoded(on_error: str, root: Path) -> None:
    cut = encoded(NOISE, "JPEG")
    damaged = {f"cat/cut{number:02}.jpg": cut[: len(cut) // 2 + number] for number in range(12)}
    write(root, damaged)

    if on_error == "stop":
        with pytest.raises(DataError, match="JPEG data is damaged"):
            prepared(root, on_error="stop", limit=20)
        return
    data = prepared(root, on_error="skip", limit=8)

    chosen = names(data)["train"]
    assert len(chosen) == 8
    assert not {*chosen} & damaged.keys()
    assert len(data.skipped) < 12
    # What the first one learned changes nothing of the second.
    assert names(prepared(root, on_error="skip", limit=8)) == names(data)


def test_splits_that_are_known_are_found_and_nothing_else_is_looked_at(root: Path) -> None:
    before = prepared(root)
    write(root, {"cat/broken.png": b"no picture"})

    def same(given: dict[str, Images]) -> dict[str, Split]:
        images = given["train"]
        wanted = names(before)["validation"]
        return {
            "validation": Split.of(
                images, (index for index in range(len(images)) if images.name(index) in wanted)
            )
        }

    after = prepared(root, chosen=same)

    assert names(after) == {"validation": names(before)["validation"]}
    assert after.fingerprints == {"validation": before.fingerprints["validation"]}
    (root / names(before)["validation"][0]).write_bytes(b"no picture")
    for on_error in ("stop", "skip"):
        with pytest.raises(DataError, match="cannot be trained on"):
            prepared(root, chosen=same, on_error=on_error)


def test_a_fingerprint_follows_content_name_and_label_and_nothing_else(root: Path) -> None:
    same = prepared(root).fingerprint
    (root / "cat" / "00.png").chmod(0o600)
    (root / "cat" / "00.png").touch()
    moved = root.rename(root.parent / "elsewhere")
    assert prepared(moved).fingerprint == same

    prints = {same}
    (moved / "cat" / "00.png").write_bytes(numbered(99))
    prints.add(prepared(moved).fingerprint)
    (moved / "cat" / "00.png").rename(moved / "cat" / "other.png")
    prints.add(prepared(moved).fingerprint)
    (moved / "cat" / "other.png").rename(moved / "dog" / "other.png")
    prints.add(prepared(moved).fingerprint)
    assert len(prints) == 4


def test_the_first_bytes_alone_leave_contents_out_of_the_fingerprint(root: Path) -> None:
    (root / "cat" / "00.png").write_bytes(numbered(76, kind="BMP"))
    before = prepared(root, verify="header").fingerprint
    (root / "cat" / "00.png").write_bytes(numbered(77, kind="BMP"))
    assert prepared(root, verify="header").fingerprint == before
    (root / "cat" / "00.png").write_bytes(numbered(77, kind="BMP") + b"more")
    assert prepared(root, verify="header").fingerprint != before


def test_what_is_known_from_before_changes_nothing(root: Path) -> None:
    first, second = prepared(root), prepared(root)

    assert names(first) == names(second)
    assert first.fingerprint == second.fingerprint


def test_a_file_that_has_vanished_since_it_was_listed_is_bad(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = FolderSource.load

    def vanishing(*which: Any, **how: Any) -> dict[str, Images]:
        (root / "cat" / "03.png").unlink()
        return real(*which, **how)

    monkeypatch.setattr(FolderSource, "load", vanishing)

    with pytest.raises(DataError, match=r"cat/03\.png: No such file or directory"):
        prepared(root)


def test_every_class_counts_alike_where_that_is_wished(root: Path) -> None:
    weights = prepared(root, balanced=True).class_weights

    assert weights == pytest.approx((15 / (2 * 9), 15 / (2 * 6)))
    assert prepared(root).class_weights is None


class _Arrays(ImageSource):
    title, record = "arrays", {"source": "arrays"}
    facts = DataFacts(name="arrays", labels={}, splits={"train": 9})

    def __init__(self, fingerprint: str = "") -> None:
        self.fingerprint = fingerprint

    def load(self, reports: Reports, *, offline: bool) -> dict[str, Images]:
        del reports, offline
        pixels = np.arange(9 * 12, dtype=np.uint8).reshape(9, 2, 2, 3)
        return {"train": ArrayImages(pixels, {LABEL: np.arange(9) % 2})}


def test_arrays_have_fingerprints_of_their_pixels_and_a_proved_whole_its_own() -> None:
    wanted = Wanted(Splitting(validation=2), SplitCounts(0, 0, 0), LABEL, CLASSES, 1, 3)

    own = prepare(_Arrays(), wanted, Reports.to_nobody(), offline=True)
    proved = prepare(_Arrays("f" * 64), wanted, Reports.to_nobody(), offline=True)

    assert own.counts == proved.counts == SplitCounts(7, 2, 0)
    assert len(own.fingerprints) == 2
    assert (proved.fingerprint, proved.fingerprints) == ("f" * 64, {})


def test_a_label_that_nobody_gave_is_no_class_that_could_be_lost(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has no label is given the first class's number by the source."""
    load = FolderSource.load

    def unlabelled(source: FolderSource, reports: Reports, *, offline: bool) -> dict[str, Images]:
        images = load(source, reports, offline=offline)["train"]
        assert isinstance(images, FileImages)
        cats = np.flatnonzero(images.labels[LABEL] == 0).tolist()
        problems = dict.fromkeys(cats, "it has no label")
        return {"train": images.looked_at(problems=problems, unlabelled={LABEL: cats})}

    monkeypatch.setattr(FolderSource, "load", unlabelled)

    data = prepared(root, on_error="skip")

    assert len(data.skipped) == 12
    assert data.counts.train == 6


def test_a_class_whose_records_all_lack_a_picture_is_lost_as_a_folder_s_would_be(
    tmp_path: Path,
) -> None:
    shown = [picture(encoded(NOISE, "PNG"), "dog") for _ in range(8)]
    path = write_shard(tmp_path / "shards" / "train", *shown, picture(b"", "cat"))
    label = {"feature": LABEL_FEATURE, "type": "bytes"}
    source = opened(path.parent, label=label)
    assert source.facts.labels[LABEL].names == CLASSES

    with pytest.raises(
        DataError, match=r"^of cat no training image can be used; the first is .*shards/train:8: "
    ):
        prepared(path.parent, source=source, on_error="skip")
