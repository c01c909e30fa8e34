"""TFRecord files are passed through once, whatever their records hold, and never believed more than they are worth."""

from __future__ import annotations

import gzip
import os
import struct
import time
from typing import TYPE_CHECKING

import pytest

from netspec.data.records import kept, scanning
from netspec.data.records.scanning import Scan, WantedFeatures, scan
from netspec.data.records.shards import Shard
from netspec.errors import DataError
from tests.data.made_records import LABEL, example, framed, part, picture, varint, write_shard

if TYPE_CHECKING:
    from pathlib import Path

WANTED = WantedFeatures("image/encoded", {LABEL: None})


def scanned(path: Path, wanted: WantedFeatures = WANTED) -> Scan:
    return scan(Shard.at(path), wanted)


def problem(tmp_path: Path, record: bytes, wanted: WantedFeatures = WANTED) -> str:
    """What is wrong with a record that stands between two good ones."""
    good = picture(b"first", 1)
    found = scanned(write_shard(tmp_path / "s", good, record, good), wanted)
    assert len(found) == 3
    assert list(found.problems) == [1]
    assert found.columns[LABEL].of(2) == found.columns[LABEL].of(0)
    return found.problems[1]


def complaint(path: Path) -> str:
    with pytest.raises(DataError) as raised:
        scanned(path)
    assert "\n" not in raised.value.message
    return raised.value.message


def test_a_pass_finds_where_pictures_lie_and_what_is_said_of_them(tmp_path: Path) -> None:
    large = bytes(range(256)) * 100
    path = write_shard(tmp_path / "s", picture(b"small", 7), picture(large, -3))

    found = scanned(path)

    whole = path.read_bytes()
    places = zip(found.picture_starts, found.picture_lengths, strict=True)
    assert [whole[start : start + length] for start, length in places] == [b"small", large]
    places = zip(found.starts, found.lengths, strict=True)
    assert whole[slice(*(start := found.starts[0], start + found.lengths[0]))] == picture(
        b"small", 7
    )
    assert len(list(places)) == 2
    assert [list(found.columns[LABEL].of(record)) for record in (0, 1)] == [[7], [-3]]
    assert found.problems == {}


def test_numbers_and_names_are_read_in_every_form_that_may_be_written(tmp_path: Path) -> None:
    unpacked = part(3, b"".join(varint(1 << 3) + varint(value) for value in (300, -1)))
    floats = part(2, b"".join(varint(1 << 3 | 5) + struct.pack("<f", value) for value in (0.5, -2)))
    entries = {"i": unpacked, "f": floats}
    swapped = b"".join(
        part(1, part(2, value) + part(1, name.encode())) for name, value in entries.items()
    )
    more = example({"image/encoded": b"p", "t": ["é", ""], "many": list(range(1_000))})
    wanted = WantedFeatures("image/encoded", {"i": None, "f": None, "t": None, "many": None})

    found = scanned(write_shard(tmp_path / "s", part(1, swapped) + more), wanted)

    assert found.problems == {}
    assert list(found.columns["i"].of(0)) == [300, -1]
    assert list(found.columns["f"].of(0)) == [0.5, -2.0]
    assert list(found.columns["t"].of(0)) == ["é", ""]
    assert list(found.columns["many"].of(0)) == list(range(1_000))


@pytest.mark.parametrize(
    ("record", "told"),
    [
        (b"no example", "it is no tf.train.Example"),
        (
            example({"picture": b"p", LABEL: 1}),
            "it has no feature 'image/encoded', but image/class/label (int64), picture (bytes)",
        ),
        (
            example({"image/encoded": b"p"}),
            "it has no feature 'image/class/label', but image/encoded (bytes)",
        ),
        (example({}), "it has no feature 'image/encoded', but no features at all"),
        (
            example({"image/encoded": 3, LABEL: 1}),
            "its feature 'image/encoded' is int64, not bytes",
        ),
        (picture(b"p", "cat"), "its feature 'image/class/label' is bytes, not int64"),
        (picture(b"", 1), "the picture in its feature 'image/encoded' is empty"),
        (picture([b"p", b"q"], 1), "its feature 'image/encoded' holds 2 pictures, not one"),
        (picture(b"p", list(range(70_000))), "a feature has more than 65,536 values"),
        (
            part(1, part(1, part(1, b"n" * 2_000) + part(2, b""))),
            "the name of a feature has more than 1,000 bytes",
        ),
        (part(1, varint(1 << 3 | 2) + varint(1 << 40)), "it is no tf.train.Example"),
        (b"\xff" * 40, "it is no tf.train.Example"),
    ],
)
def test_what_is_wrong_with_a_record_is_told_and_the_others_are_read(
    tmp_path: Path, record: bytes, told: str
) -> None:
    assert problem(tmp_path, record) == told


def test_a_feature_that_damage_hides_is_told_as_damage(tmp_path: Path) -> None:
    path = write_shard(tmp_path / "s", picture(b"p", 1), picture(b"q", 2))
    contents = bytearray(path.read_bytes())
    contents[contents.rindex(LABEL.encode())] ^= 1
    path.write_bytes(contents)

    assert list(scanned(path).problems) == [1]
    assert scanned(path).problems[1].startswith("the record is damaged: ")


def test_a_long_file_that_is_described_wrongly_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = write_shard(tmp_path / "s", *[b""] * 1_001)

    assert complaint(path) == f"{path}:0: it has no feature 'image/encoded', but no features at all"
    write_shard(path, picture(b"p", 1), *[b""] * 1_001)
    assert len(scanned(path).problems) == 1_001


def test_names_that_are_none_are_told(tmp_path: Path) -> None:
    wanted = WantedFeatures("image/encoded", {LABEL: None, "name": "bytes"})
    good = picture(b"p", 1, name="a")

    found = scanned(
        write_shard(
            tmp_path / "s",
            good,
            picture(b"p", 1, name=b"\xff"),
            picture(b"p", 1, name=b"n" * 2_000),
        ),
        wanted,
    )

    assert found.problems == {
        1: "a name in it is not in UTF-8",
        2: "a name in it has more than 1,000 bytes",
    }


def test_a_file_that_ends_in_the_middle_of_a_record_is_told_with_its_place(tmp_path: Path) -> None:
    path = write_shard(tmp_path / "s", picture(b"p", 1), picture(b"q", 2))
    whole, second = path.read_bytes(), len(framed(picture(b"p", 1)))

    for kept_bytes in (len(whole) - 1, second + 20, second + 5):
        path.write_bytes(whole[:kept_bytes])
        told = f"{path} ends in the middle of record 1, which begins at byte {second}"
        assert complaint(path) == told


def test_a_length_that_was_not_written_is_no_place_to_go_on_from(tmp_path: Path) -> None:
    path = write_shard(tmp_path / "s", picture(b"p", 1), picture(b"q", 2))
    damaged, second = bytearray(path.read_bytes()), len(framed(picture(b"p", 1)))
    damaged[second + 3] ^= 1
    path.write_bytes(damaged)

    assert complaint(path).startswith(f"{path} is damaged at record 1, byte {second}: ")


def test_a_length_beyond_the_file_is_never_read(tmp_path: Path) -> None:
    path = tmp_path / "s"
    length = struct.pack("<Q", 1 << 62)
    path.write_bytes(length + framed(length)[-4:] + b"x" * 100)

    assert complaint(path) == f"{path} ends in the middle of record 0, which begins at byte 0"


def test_compressed_files_and_others_are_told_apart(tmp_path: Path) -> None:
    path = write_shard(tmp_path / "s", picture(b"p", 1))
    packed = gzip.compress(path.read_bytes())
    path.write_bytes(packed)
    assert "is compressed as a whole, and single records cannot be read" in complaint(path)

    path.write_bytes(b"<html>not what you asked for</html>")
    assert complaint(path) == f"{path} is no TFRecord file"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "s")

    assert "is a pipe or a device" in complaint(tmp_path / "s")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A file that has not been changed for a while."""
    path = write_shard(tmp_path / "s", picture(b"p", 1, name="é"), picture(b"q", [2.5], name="b"))
    then = time.time() - 100
    os.utime(path, (then, then))
    return path


NAMED = WantedFeatures("image/encoded", {LABEL: None, "name": "bytes"})


def test_what_is_known_is_not_read_again(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = kept.known(Shard.at(old), NAMED)
    monkeypatch.setattr(kept, "scan", None)

    again = kept.known(Shard.at(old), NAMED)

    assert (
        first.problems
        == again.problems
        == {1: "its feature 'image/class/label' is float, not int64"}
    )
    assert again.picture_starts == first.picture_starts
    assert again.lengths == first.lengths
    assert [again.columns["name"].of(record) for record in (0, 1)] == [["é"], ["b"]]
    assert again.columns[LABEL].values == first.columns[LABEL].values


def test_another_time_size_or_description_is_looked_at_again(old: Path) -> None:
    kept.known(Shard.at(old), NAMED)

    assert "other" in kept.known(Shard.at(old), WantedFeatures("other", {})).problems[0]
    os.utime(old, (5, 5))
    write_shard(old, picture(b"p", 1, name="c"))
    os.utime(old, (5, 5))
    assert len(kept.known(Shard.at(old), NAMED)) == 1


def test_a_file_that_may_still_be_written_is_not_kept(tmp_path: Path) -> None:
    shard = Shard.at(write_shard(tmp_path / "s", picture(b"p", 1)))

    kept.known(shard, WANTED)

    assert not kept.path_of(shard, WANTED).exists()


@pytest.mark.parametrize("damage", [b"", b"nothing", b"{}\n1234"])
def test_damage_to_what_is_kept_costs_only_time(old: Path, damage: bytes) -> None:
    shard = Shard.at(old)
    first = kept.known(shard, NAMED)
    path = kept.path_of(shard, NAMED)
    whole = path.read_bytes()

    for contents in (damage, whole[:-9], whole[:200] + b"\0" + whole[201:]):
        path.write_bytes(contents)
        assert kept.known(shard, NAMED).starts == first.starts
        assert path.read_bytes() == whole


def test_a_cache_that_cannot_be_written_costs_only_time(old: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_bytes(b"a file where a folder should be")

    assert len(kept.known(Shard.at(old), NAMED)) == 2


@pytest.mark.keras
def test_what_tensorflow_writes_is_read_as_it_reads_it(tmp_path: Path) -> None:
    import tensorflow as tf

    values = {
        "image/encoded": tf.train.Feature(bytes_list=tf.train.BytesList(value=[b"x" * 9_000])),
        "i": tf.train.Feature(int64_list=tf.train.Int64List(value=[1, -(2**63), 2**63 - 1])),
        "f": tf.train.Feature(float_list=tf.train.FloatList(value=[0.1, -1e30])),
        "t": tf.train.Feature(bytes_list=tf.train.BytesList(value=[b"cat", b"dog"])),
        "none": tf.train.Feature(),
    }
    record = tf.train.Example(features=tf.train.Features(feature=values)).SerializeToString()
    path = tmp_path / "s"
    with tf.io.TFRecordWriter(str(path)) as writer:
        writer.write(record)
        writer.write(record)

    wanted = WantedFeatures("image/encoded", dict.fromkeys(("i", "f", "t", "none")))
    found = scanned(path, wanted)

    assert found.problems == {}
    assert len(found) == 2
    for record_number in (0, 1):
        assert list(found.columns["i"].of(record_number)) == [1, -(2**63), 2**63 - 1]
        assert list(found.columns["f"].of(record_number)) == pytest.approx([0.1, -1e30])
        assert list(found.columns["t"].of(record_number)) == ["cat", "dog"]
        assert list(found.columns["none"].of(record_number)) == []
    assert scanning.empty_values("int64").typecode == "q"
