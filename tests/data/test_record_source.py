"""Pictures in TFRecord files: which files are whose, what labels mean, and each picture where it lies."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from netspec.data.records.images import RecordImages
from netspec.data.source import Reports
from netspec.errors import DataError
from netspec.things.labels import LABEL as NAMELESS
from netspec.things.labels import LabelFacts
from tests.data.made_pictures import numbered
from tests.data.made_records import LABEL, example, framed, loaded, opened, picture, write_shard

if TYPE_CHECKING:
    from pathlib import Path


SEVERAL = {"kind": "multi_label"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "shards"


def with_labels(folder: Path, *labels: Any) -> Path:
    write_shard(folder / "train", *(picture(b"p", label) for label in labels))
    return folder


def complaint(folder: Path, **fields: Any) -> DataError:
    with pytest.raises(DataError) as raised:
        opened(folder, **fields)
    assert "\n" not in raised.value.message
    return raised.value


def test_shards_are_read_in_order_of_their_names(folder: Path) -> None:
    for name, labels in (("train-10", [2]), ("train-02", [0, 1]), ("val", [1]), ("train-1x", [])):
        write_shard(folder / name, *(picture(bytes([97 + label]), label) for label in labels))

    source = opened(folder, train="train-*", validation="val")
    images = source.load(Reports.to_nobody(), offline=True)["train"]

    assert source.facts.splits == {"train": 3, "validation": 1}
    assert source.facts.label == LabelFacts("class", ("0", "1", "2"))
    assert source.record == {"source": "TFRecord", "root": str(folder.parent), "path": "shards"}
    assert isinstance(images, RecordImages)
    assert images.names == ("train-02:0", "train-02:1", "train-10:0")
    assert [images.read(index) for index in range(3)] == [b"a", b"b", b"c"]
    assert images.labels[NAMELESS].tolist() == [0, 1, 2]
    assert images.labels[NAMELESS].dtype == np.int64
    assert len(set(images.keys.tolist())) == 3


def test_the_index_lists_the_pictures_of_each_split(folder: Path) -> None:
    path = write_shard(folder / "train", picture(b"p" * 7, 0), picture(b"q" * 70_000, 1))

    listed = opened(folder).files["train"]

    assert listed.root == folder
    assert listed.names == ("train:0", "train:1")
    assert list(listed.sizes) == [7, 70_000]
    assert list(listed.mtimes) == [path.stat().st_mtime_ns] * 2


def test_pictures_of_another_feature_or_form_are_others_to_the_index(folder: Path) -> None:
    record = {"image/encoded": b"p", "small": b"q" * 4, LABEL: 0}
    write_shard(folder / "train", example(record), example({**record, LABEL: 1}))

    assert opened(folder, image="small").files["train"].names[0] == "train:0 small"
    assert (
        opened(folder, image="small", raw=[2, 2, 1]).files["train"].names[0]
        == "train:0 small 2x2x1"
    )


@pytest.mark.parametrize(
    ("label", "values", "facts", "labels"),
    [
        ({}, [2, 0, 1], LabelFacts("class", ("0", "1", "2")), [2, 0, 1]),
        ({"first": 1}, [1, 3, 1], LabelFacts("class", ("1", "2", "3")), [0, 2, 0]),
        ({"size": 4}, [2, 3], LabelFacts("class", ("0", "1", "2", "3")), [2, 3]),
        ({"names": ["a", "b"]}, [1, 1], LabelFacts("class", ("a", "b")), [1, 1]),
        ({}, ["dog", "cat", "dog"], LabelFacts("class", ("cat", "dog")), [1, 0, 1]),
        ({"names": ["dog", "cat"]}, ["dog", "cat"], LabelFacts("class", ("dog", "cat")), [0, 1]),
        (SEVERAL, [[0, 2], [], [1]], LabelFacts("multi_label", ("0", "1", "2")), [[1, 0, 1], [0, 0, 0], [0, 1, 0]]),
        (SEVERAL, [["b", "a"], "b"], LabelFacts("multi_label", ("a", "b")), [[1, 1], [0, 1]]),
        ({**SEVERAL, "flags": True}, [[0, 1], [1, 1]], LabelFacts("multi_label", ("0", "1")), [[0, 1], [1, 1]]),
        ({"kind": "number"}, [0.5, -3.0], LabelFacts("number", ("label",)), [[0.5], [-3]]),
        ({"kind": "number", "names": ["x", "y"]}, [[1, 2], [3, 4]], LabelFacts("number", ("x", "y")), [[1, 2], [3, 4]]),
        ({"kind": "number"}, [[1.0, 2.0]], LabelFacts("number", ("0", "1")), [[1, 2]]),
    ],
)  # fmt: skip
def test_labels_of_every_kind(
    folder: Path, label: dict[str, Any], values: list[Any], facts: LabelFacts, labels: list[Any]
) -> None:
    with_labels(folder, *values)
    fields = {"label": {"feature": LABEL, **label}}

    images = loaded(folder, **fields)

    assert opened(folder, **fields).facts.label == facts
    assert images.problems == {}
    assert images.labels[NAMELESS].tolist() == labels
    assert images.labels[NAMELESS].dtype == (np.int64 if facts.kind == "class" else np.float32)


@pytest.mark.parametrize(
    ("label", "value", "told"),
    [
        ({"size": 3}, 3, "holds 3, and the 3 classes are 0 to 2; where numbering starts at 1, say `first: 1`"),
        ({"size": 3}, -1, "holds -1, and the 3 classes are 0 to 2"),
        ({"size": 3}, [1, 1], "holds 2 values, and an image has one class"),
        ({"size": 3}, [], "holds 0 values, and an image has one class"),
        ({"kind": "multi_label", "size": 3}, [0, 9], "holds 9, and the 3 classes are 0 to 2"),
        ({"kind": "multi_label", "size": 3, "flags": True}, [0, 2, 1], "holds other values than 0 and 1"),
        ({"kind": "number", "size": 2}, [1, 2, 3], "holds 3 values, not 2"),
    ],
)  # fmt: skip
def test_a_label_that_is_none_is_the_images_problem(
    folder: Path, label: dict[str, Any], value: Any, told: str
) -> None:
    good = [0, 1] if label.get("kind") == "number" else [0, 1, 1] if "flags" in label else 1
    with_labels(folder, good, value, good)

    images = loaded(folder, label={"feature": LABEL, **label})

    assert images.problems == {1: f"the feature '{LABEL}' {told}"}


def test_numbers_that_are_not_finite_are_problems(folder: Path) -> None:
    with_labels(folder, 0.5, float("nan"), float("inf"))

    images = loaded(folder, label={"feature": LABEL, "kind": "number"})

    assert list(images.problems) == [1, 2]
    assert np.isfinite(images.labels[NAMELESS]).all()


def test_a_class_that_only_validation_has_is_told(folder: Path) -> None:
    with_labels(folder, 0, 1)
    write_shard(folder / "val", picture(b"p", 2))
    images = opened(folder, validation="val").load(Reports.to_nobody(), offline=True)
    assert list(images["validation"].problems) == [0]

    with_labels(folder, "a", "b")
    write_shard(folder / "val", picture(b"p", "c"))
    assert "classes that train does not have: c" in complaint(folder, validation="val").message


@pytest.mark.parametrize(
    ("label", "values", "told", "hint"),
    [
        ({}, [1, 2], "holds the numbers 1 to 2, and no image is of class 0", "`first: 1`"),
        ({}, [0, 0], "holds 0 in every record, and there is nothing to tell it from", "`size`"),
        ({}, [0, 1 << 40], "holds 1099511627776, and the number of a class is 0 to 65535", "`kind: number`"),
        ({}, [0, -1], "holds -1, and the number of a class is 0 to 65535", "`kind: number`"),
        ({}, [0.5, 1.0], "holds floats, and a class is an int64 or a name", "`kind: number`"),
        ({"kind": "number"}, ["a"], "holds bytes, and numbers are int64 or float", None),
        ({"kind": "multi_label"}, [[0.0, 1.0]], "holds floats, and classes are int64 or names", "`flags: true`"),
        ({"kind": "multi_label"}, [[], []], "is empty in every record", "another feature"),
        ({"kind": "number"}, [[], []], "is empty in every record", "another feature"),
    ],
)  # fmt: skip
def test_a_feature_that_cannot_be_the_label_is_told_at_once(
    folder: Path, label: dict[str, Any], values: list[Any], told: str, hint: str | None
) -> None:
    with_labels(folder, *values)

    error = complaint(folder, label={"feature": LABEL, **label})

    assert error.message == f"the feature '{LABEL}' {told}"
    assert hint is None or hint in (error.hint or "")


def test_shards_that_differ_in_type_are_told(folder: Path) -> None:
    write_shard(folder / "train-0", picture(b"p", 0), picture(b"p", 1))
    write_shard(folder / "train-1", picture(b"p", "cat"))

    assert (
        complaint(folder).message
        == f"the feature '{LABEL}' is bytes in some records, int64 in others"
    )


def test_a_description_that_no_record_fits_is_told_with_what_they_have(folder: Path) -> None:
    with_labels(folder, 0, 1)

    error = complaint(folder, label="image/label")

    assert error.message == (
        "shards/train:0: it has no feature 'image/label', but image/class/label (int64), image/encoded (bytes)"
    )
    assert "correct its features" in (error.hint or "")


def test_one_record_without_a_feature_is_its_own_problem(folder: Path) -> None:
    write_shard(
        folder / "train", picture(b"p", 0), example({"image/encoded": b"q"}), picture(b"r", 1)
    )

    images = loaded(folder)

    assert images.problems == {1: f"it has no feature '{LABEL}', but image/encoded (bytes)"}
    assert images.labels[NAMELESS][[0, 2]].tolist() == [0, 1]


def test_several_labels_weights_and_names(folder: Path) -> None:
    write_shard(
        folder / "train",
        picture(b"p", 0, age=30.0, w=2.0, n="rex"),
        picture(b"q", 1, age=4.0, w=0.5, n="tom"),
        picture(b"q", 1, age=4.0, w=1.0, n="tom"),
        picture(b"q", 1, age=4.0, w=-1.0, n="ina"),
    )
    labels = {"breed": LABEL, "age": {"feature": "age", "kind": "number"}}

    images = loaded(folder, labels=labels, weight="w", name="n")

    assert set(images.labels) == {"breed", "age"}
    assert images.labels["age"].tolist() == [[30], [4], [4], [4]]
    assert images.weights is not None
    assert images.weights.dtype == np.float32
    assert images.weights.tolist() == [2, 0.5, 1, 0]
    assert images.problems == {3: "the feature 'w' holds no weight, a number of at least 0"}
    names = [images.name(index) for index in range(4)]
    assert names == ["rex", "tom (train:1)", "tom (train:2)", "ina"]


def test_bare_pixels_are_read_as_pictures(folder: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (2, 5, 4, 3), np.uint8)
    write_shard(
        folder / "train",
        *(picture(each.tobytes(), number) for number, each in enumerate(pixels)),
        picture(b"too few", 1),
    )

    images = loaded(folder, raw=[5, 4, 3])

    assert isinstance(images, RecordImages)
    for number, each in enumerate(pixels):
        assert np.array_equal(np.asarray(Image.open(io.BytesIO(images.read(number)))), each)
        assert images.read_whole(number) == images.read(number)
    with pytest.raises(OSError, match="it has 7 bytes, and raw says 60"):
        images.read(2)


def test_a_picture_can_be_read_in_parts(folder: Path) -> None:
    write_shard(folder / "train", picture(numbered(1), 0), picture(numbered(2), 1))
    images = loaded(folder)

    assert isinstance(images, RecordImages)
    with images.open(1) as file:
        with Image.open(file) as seen:
            assert seen.size == (6, 4)
        file.seek(-4, os.SEEK_END)
        assert file.read() == numbered(2)[-4:]


def test_damage_within_a_record_is_seen_when_it_is_read_whole(folder: Path) -> None:
    path = write_shard(folder / "train", picture(b"p" * 100, 0), picture(b"q" * 100, 1))
    contents = bytearray(path.read_bytes())
    contents[contents.index(b"qqqqqqqqqqqq") + 50] ^= 1
    path.write_bytes(contents)

    images = loaded(folder)

    assert isinstance(images, RecordImages)
    assert images.read_whole(0) == b"p" * 100
    with pytest.raises(OSError, match="does not have the checksum that it was written with"):
        images.read_whole(1)


def test_a_file_that_changes_or_goes_after_it_was_looked_at_is_not_read_on(folder: Path) -> None:
    path = write_shard(folder / "train", picture(b"p", 0), picture(b"q", 1))
    images = loaded(folder)
    assert isinstance(images, RecordImages)

    path.write_bytes(path.read_bytes() + framed(picture(b"r", 0)))
    with pytest.raises(OSError, match="has changed since it was looked at"):
        images.read(0)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        images.read(0)


def test_patterns_that_match_no_file_say_which_there_are(folder: Path) -> None:
    with_labels(folder, 0, 1)

    error = complaint(folder, train="training-*")

    assert (
        error.message == f"no file in {folder} matches training-*, which data.source has for train"
    )
    assert error.hint == "it has train"


def test_a_file_cannot_be_in_two_splits(folder: Path) -> None:
    with_labels(folder, 0, 1)

    told = complaint(folder, train="*", test="train").message

    assert told == "train would be for train and for test: both patterns match it"


def test_a_split_without_records_is_told(folder: Path) -> None:
    with_labels(folder, 0, 1)
    write_shard(folder / "test-0")

    assert (
        complaint(folder, test="test-*").message
        == "shards has no records for test: test-0 are empty"
    )


def test_a_link_does_not_lead_out_of_the_place(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "own"
    (place / "shards").mkdir(parents=True)
    outside = write_shard(tmp_path / "elsewhere" / "train", picture(b"p", 0), picture(b"q", 1))
    (place / "shards" / "train").symlink_to(outside)

    assert f"lies outside of {place}" in complaint(place / "shards").message


def test_hidden_files_and_folders_are_not_matched_by_chance(folder: Path) -> None:
    with_labels(folder, 0, 1)
    (folder / ".part").write_bytes(b"what a writer left behind")
    (folder / "folder").mkdir()

    assert opened(folder, train="*").facts.splits == {"train": 2}


def test_a_plan_needs_neither_numpy_nor_tensorflow(folder: Path) -> None:
    with_labels(folder, 0, 1)
    code = (
        "import sys; from pathlib import Path; from tests.data.made_records import opened; "
        f"print(opened(Path({str(folder)!r})).facts.splits); "
        "print(sorted({'numpy', 'tensorflow', 'PIL'} & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "XDG_CACHE_HOME": str(folder.parent)},
    )

    assert done.stdout == "{'train': 2}\n[]\n"


def test_a_file_s_name_may_be_any_bytes(folder: Path) -> None:
    write_shard(folder / os.fsdecode(b"caf\xe9"), picture(b"p", 0), picture(b"q", 1))

    images = loaded(folder, train="caf?")

    assert len(set(images.keys.tolist())) == 2


def test_a_record_that_no_picture_takes_is_not_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_shard(folder / "train", picture(b"p", 0, more=b"m" * 100), picture(b"q", 1))
    images = loaded(folder)
    assert isinstance(images, RecordImages)
    assert images.read_whole(0) == b"p"

    monkeypatch.setattr("netspec.data.records.images.LARGEST_FILE", 50)

    with pytest.raises(OSError, match="larger than 1 GiB"):
        images.read_whole(0)


@pytest.mark.parametrize("labels", [([1, 0, 1], [0, 0, 1]), ([1, 0], [0, 1])])
def test_flags_are_not_read_as_numbers_of_classes(folder: Path, labels: Any) -> None:
    error = complaint(with_labels(folder, *labels), label={"feature": LABEL, **SEVERAL})
    assert error.hint is not None
    assert "`flags: true`" in error.hint


def test_the_class_of_each_of_several_things_may_come_twice(folder: Path) -> None:
    images = loaded(with_labels(folder, [1, 1, 0], [1]), label={"feature": LABEL, **SEVERAL})
    assert images.labels[NAMELESS].tolist() == [[1, 1], [0, 1]]


def test_raw_over_whole_picture_files_is_told(folder: Path) -> None:
    write_shard(folder / "train", picture(numbered(1), 0), picture(b"pixels", 1))
    images = loaded(folder, raw=[1, 2, 3])
    assert isinstance(images, RecordImages)
    with pytest.raises(OSError, match="leave raw out"):
        images.read(0)


@pytest.mark.parametrize("fields", [{}, {"name": "called"}])
def test_a_plan_knows_what_the_images_are_called(folder: Path, fields: dict[str, str]) -> None:
    write_shard(
        folder / "train", *(picture(b"p", at, called=name) for at, name in enumerate([b"x", b"y"]))
    )
    images = loaded(folder, **fields)
    names = opened(folder, **fields).names("train")
    assert list(names) == [images.name(at) for at in range(2)]


def test_a_record_without_a_picture_says_its_class_and_a_damaged_one_says_nothing(
    folder: Path,
) -> None:
    records = (picture(b"p", "ant"), picture(b"", "bee"), picture([], "cat"), picture(b"q", "dog"))
    path = write_shard(folder / "train", *records)
    label = {"feature": LABEL, "names": ["ant", "bee", "cat", "dog"], "type": "bytes"}
    images = loaded(folder, label=label)
    assert (list(images.problems), images.labels[NAMELESS].tolist()) == ([1, 2], [0, 1, 2, 3])
    assert images.unlabelled == {NAMELESS: ()}

    contents = bytearray(path.read_bytes())
    contents[contents.rindex(b"bee")] ^= 1
    path.write_bytes(contents)

    images = loaded(folder, label=label)
    assert (list(images.problems), images.unlabelled) == ([1, 2], {NAMELESS: (1,)})
