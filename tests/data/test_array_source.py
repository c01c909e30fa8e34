"""Arrays of images and labels are found by their names, mapped and never unpickled; what is none is told why."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netspec.data.images import ArrayImages
from netspec.data.source import Reports
from netspec.errors import DataError
from netspec.things.labels import LabelFacts
from tests.data.opened import loaded, opened

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from netspec.data.source import ImageSource

    Arrays = dict[str, Any]

X = np.random.default_rng(0).integers(0, 256, (6, 4, 5, 3), np.uint8)
Y = np.array([0, 1, 2, 2, 1, 0])


def as_npz(here: Path, arrays: Arrays) -> str:
    np.savez(here / "made.npz", **arrays)
    return "made.npz"


def as_packed_npz(here: Path, arrays: Arrays) -> str:
    np.savez_compressed(here / "made.npz", **arrays)
    return "made.npz"


def as_folder(here: Path, arrays: Arrays) -> str:
    (here / "made").mkdir()
    for name, array in arrays.items():
        np.save(here / "made" / f"{name}.npy", array)
    return "made"


every_form = pytest.mark.parametrize("form", [as_npz, as_packed_npz, as_folder])


def source(here: Path, arrays: Arrays, form: Any = as_npz, **fields: Any) -> ImageSource:
    return opened(here, {"Arrays": {"path": form(here, arrays), **fields}})


def refused(here: Path, arrays: Arrays, form: Any = as_npz, **fields: Any) -> DataError:
    with pytest.raises(DataError) as raised:
        loaded(source(here, arrays, form, **fields))
    assert raised.value.exit_code == 3
    assert "\n" not in raised.value.message
    return raised.value


@every_form
def test_keras_s_names_are_found_in_every_form(form: Callable[..., str], tmp_path: Path) -> None:
    made = source(
        tmp_path,
        {
            "x_train": X,
            "y_train": Y[:, None],
            "x_test": X[:2],
            "y_test": Y[:2],
            "x_val": X[1:2],
            "y_val": Y[1:2],
        },
        form,
    )

    assert made.facts.labels == {"label": LabelFacts("class", ("0", "1", "2"))}
    assert made.facts.image_shape == (4, 5, 3)
    assert made.facts.splits == {"train": 6, "validation": 1, "test": 2}
    path = "made" if form is as_folder else "made.npz"
    assert made.title == path
    assert made.record == {"source": "Arrays", "root": str(tmp_path), "path": path}
    for split, (images, labels) in {
        "train": (X, Y),
        "validation": (X[1:2], Y[1:2]),
        "test": (X[:2], Y[:2]),
    }.items():
        found = loaded(made)[split]
        assert isinstance(found, ArrayImages)
        assert np.array_equal(found.pixels, images)
        assert found.labels["label"].dtype == np.int64
        assert np.array_equal(found.labels["label"], labels)


def test_what_is_not_compressed_is_mapped_and_what_is_is_said(tmp_path: Path) -> None:
    notices: list[str] = []
    reports = Reports(notices.append, lambda *_: None, lambda *_: None)
    for form in (as_npz, as_folder):
        images = source(tmp_path, {"x": X, "y": Y}, form).load(reports, offline=True)["train"]
        assert isinstance(images, ArrayImages)
        assert isinstance(images.pixels, np.memmap)
        assert not images.pixels.flags.writeable
    assert notices == []

    source(tmp_path, {"x": X, "y": Y}, as_packed_npz).load(reports, offline=True)

    assert notices == ["made.npz is compressed, and 360 B of images are read into memory"]


@every_form
def test_gray_images_need_no_axis_for_their_channel(
    form: Callable[..., str], tmp_path: Path
) -> None:
    made = source(tmp_path, {"x": np.asfortranarray(X[..., 0]), "y": Y.astype(np.uint8)}, form)
    images = loaded(made)["train"]
    assert isinstance(images, ArrayImages)
    assert np.array_equal(images.pixels, X[..., :1])
    assert made.facts.image_shape == (4, 5, 1)


def test_other_names_of_splits_and_arrays_are_found(tmp_path: Path) -> None:
    arrays = {"train_images": X, "train_labels": Y, "val_images": X, "val_labels": Y}
    made = source(tmp_path, arrays, images="images", label="labels")
    assert made.facts.splits == {"train": 6, "validation": 6}


def test_labels_of_every_kind(tmp_path: Path) -> None:
    flags, place = np.eye(6, 4, dtype=bool), np.arange(12).reshape(6, 2) / 2
    made = source(
        tmp_path,
        {"x": X.astype(np.float32), "digit": Y, "tags": flags, "at": place, "age": Y * 2.0},
        labels={
            "digit": {"array": "digit", "names": ["a", "b", "c", "d"]},
            "tags": {"array": "tags", "kind": "multi_label"},
            "place": {"array": "at", "kind": "number", "names": ["x", "y"]},
            "age": {"array": "age", "kind": "number"},
        },
    )

    assert made.facts.labels == {
        "digit": LabelFacts("class", ("a", "b", "c", "d")),
        "tags": LabelFacts("multi_label", ("0", "1", "2", "3")),
        "place": LabelFacts("number", ("x", "y")),
        "age": LabelFacts("number", ("age",)),
    }
    labels = loaded(made)["train"].labels
    assert {name: each.dtype for name, each in labels.items()} == {
        "digit": np.int64,
        "tags": np.float32,
        "place": np.float32,
        "age": np.float32,
    }
    assert np.array_equal(labels["tags"], flags)
    assert np.array_equal(labels["place"], place)
    assert labels["age"].tolist() == [[0], [2], [4], [4], [2], [0]]


BYTES = 'save them with pixels from 0 to 255, best as x.astype("uint8")'


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({}, "made.npz has no array x_train, nor x"),
        ({"a": X, "b": Y}, "made.npz has no array x_train, nor x"),
        ({"x": X}, "made.npz has x, and no y beside it"),
        ({"x_train": X, "y_train": Y, "x_test": X}, "made.npz has x_test, and no y_test beside it"),
        ({"x": X, "y": Y, "test_y": Y}, "made.npz has test_y, and no test_x beside it"),
        (
            {"x": X, "x_train": X, "y": Y},
            "made.npz has x_train and x, which are both called as the train images' are",
        ),
        ({"x": X[0, 0], "y": Y}, "x of made.npz has the shape (5, 3), which is not that of images"),
        (
            {"x": X[:0], "y": Y},
            "x of made.npz has the shape (0, 4, 5, 3), which is not that of images",
        ),
        (
            {"x": X[..., [0, 1, 2, 2]], "y": Y},
            "x of made.npz has 4 channels, and images have 3, or 1 in gray",
        ),
        (
            {"x": np.moveaxis(X, -1, 1), "y": Y},
            "x of made.npz has 5 channels, and images have 3, or 1 in gray",
        ),
        ({"x": X.astype(int), "y": Y}, "x of made.npz is int64, and pixels are uint8, or floats"),
        ({"x": X.astype(">f4"), "y": Y}, "x of made.npz is of another kind of machine, >f4"),
        (
            {"x": X / 255, "y": Y},
            "x of made.npz has pixels from 0 to 1, as if they were divided by 255 already",
        ),
        (
            {"x": X - 1.0, "y": Y},
            "x of made.npz has pixels from -1 to 254, and pixels are from 0 to 255",
        ),
        (
            {"x": X + 1.0, "y": Y},
            "x of made.npz has pixels from 1 to 256, and pixels are from 0 to 255",
        ),
        (
            {"x": X * np.nan, "y": Y},
            "x of made.npz has pixels that are no numbers: NaN, or infinite",
        ),
        (
            {"x": X, "y": Y, "x_test": X[:, 1:], "y_test": Y},
            "the test images of made.npz are (3, 5, 3), and those of train (4, 5, 3)",
        ),
        ({"x": X, "y": Y[:5]}, "y of made.npz has 5 labels, and there are 6 train images"),
        ({"x": X, "y": np.array(3)}, "y of made.npz has 1 labels, and there are 6 train images"),
        ({"x": X, "y": Y / 2}, "y of made.npz is float64, and classes are whole numbers"),
        (
            {"x": X, "y": np.array(list("abcabc"))},
            "y of made.npz is <U1, and classes are whole numbers",
        ),
        (
            {"x": X, "y": np.eye(6)},
            "y of made.npz has the shape (6, 6), and an image has one class",
        ),
        ({"x": X, "y": Y - 1}, "y of made.npz has the class -1"),
        ({"x": X, "y": Y + 2**40}, f"y of made.npz has the class {2**40 + 2}"),
        ({"x": X, "y": Y * 3}, "y of made.npz has classes up to 6, and no image of 1, 2, 4, 5"),
        ({"x": X, "y": Y * 0}, "y of made.npz has one class, and there is nothing to tell it from"),
        (
            {"x": X, "y": Y, "x_test": X, "y_test": Y + 1},
            "y_test of made.npz has the class 3, and train has 0 to 2",
        ),
    ],
)
def test_what_is_no_images_or_no_classes_is_told(
    arrays: Arrays, message: str, tmp_path: Path
) -> None:
    error = refused(tmp_path, arrays)
    assert error.message == message
    if "pixels" in message and "divided" not in message:
        assert error.hint == BYTES


@pytest.mark.parametrize(
    ("labels", "kind", "message"),
    [
        (Y, "multi_label", "y of made.npz is no table of 0 and 1"),
        (np.eye(6) * 2, "multi_label", "y of made.npz is no table of 0 and 1"),
        (np.array(list("abcabc")), "number", "y of made.npz is <U1 of the shape (6,)"),
        (np.zeros((6, 2, 2)), "number", "y of made.npz is float64 of the shape (6, 2, 2)"),
        (np.zeros((6, 0)), "number", "y of made.npz is float64 of the shape (6, 0)"),
        (
            np.array([0, 1, np.nan, 1, 1, 1]),
            "number",
            "y of made.npz has no finite float32 for image 2",
        ),
        (Y * 1e300, "number", "y of made.npz has no finite float32 for image 1 and 3 more"),
    ],
)
def test_what_is_no_label_of_its_kind_is_told(
    labels: NDArray[Any], kind: str, message: str, tmp_path: Path
) -> None:
    error = refused(tmp_path, {"x": X, "y": labels}, label={"array": "y", "kind": kind})
    assert error.message.startswith(message)


def test_names_and_splits_have_as_many_values(tmp_path: Path) -> None:
    label: dict[str, Any] = {"array": "y", "kind": "number", "names": ["a", "b"]}
    error = refused(tmp_path, {"x": X, "y": Y}, label=label)
    assert error.message == "y of made.npz has 1 values an image, and 2 names are given"
    arrays = {"x": X, "y": np.eye(6), "x_test": X, "y_test": Y}
    error = refused(tmp_path, arrays, label={"array": "y", "kind": "number"})
    assert error.message == "y_test of made.npz has 1 values an image, and train has 6"
    error = refused(tmp_path, {"x": X, "y": Y}, label={"array": "y", "names": ["a", "b"]})
    assert error.message == "y of made.npz has the class 2, and there are names for 0 to 1"


class Harm:
    """What must never be made."""

    def __reduce__(self) -> tuple[Any, ...]:
        return exec, ("raise SystemExit('it was unpickled')",)


@every_form
@pytest.mark.parametrize("name", ["x", "y"])
def test_nothing_is_unpickled(form: Callable[..., str], name: str, tmp_path: Path) -> None:
    harm = np.array([Harm()] * 6, dtype=object)
    error = refused(tmp_path, {"x": X, "y": Y, name: harm}, form)
    assert "holds Python objects, such as texts, which are not read" in error.message


def damaged(here: Path, name: str, change: Callable[[bytes], bytes]) -> str:
    path = here / as_folder(here, {"x": X, "y": Y}) / f"{name}.npy"
    path.write_bytes(change(path.read_bytes()))
    return "made"


@pytest.mark.parametrize("name", ["x", "y"])
@pytest.mark.parametrize(
    "change",
    [
        lambda whole: whole[:0],
        lambda whole: whole[:5],
        lambda whole: whole[:40],
        lambda whole: whole[:-1],
        lambda whole: whole + b"\0",
        lambda whole: whole.replace(b"(6,", b"(7,"),
        lambda whole: whole.replace(b"(6,", b"(9" + b"9" * 18 + b","),
        lambda whole: whole.replace(b"'shape'", b"'shapf'"),
        lambda whole: b"\x93NUMPY\x02\x00\xff\xff\xff\x7f" + whole[10:],
        lambda whole: b"<html>" + whole,
    ],
)
def test_a_damaged_array_is_one_error(
    name: str, change: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    error = refused(tmp_path, {}, lambda here, _: damaged(here, name, change))
    assert error.message.startswith(
        f"{name} in {tmp_path}/made is damaged or not what it is called: "
    )
    assert error.hint == "make it anew with numpy.savez or numpy.save, of numbers only"


def test_a_header_is_not_read_beyond_its_bound(tmp_path: Path) -> None:
    head = b"\x93NUMPY\x02\x00\xff\xff\xff\x7f"
    error = refused(
        tmp_path, {}, lambda here, _: damaged(here, "x", lambda whole: head + whole[10:])
    )
    assert error.message.endswith("its header has 2,147,483,647 bytes")


def cut(here: Path, form: Callable[..., str], keep: float) -> str:
    path = here / form(here, {"x": X, "y": Y})
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * keep)])
    return path.name


@pytest.mark.parametrize("form", [as_npz, as_packed_npz])
@pytest.mark.parametrize("keep", [0, 0.5, 0.95])
def test_a_cut_archive_is_one_error(form: Callable[..., str], keep: float, tmp_path: Path) -> None:
    error = refused(tmp_path, {}, lambda here, _: cut(here, form, keep))
    assert error.message.startswith(f"{tmp_path}/made.npz is damaged or not what it is called: ")


def test_an_archive_whose_members_lie_is_one_error(tmp_path: Path) -> None:
    as_npz(tmp_path, {"x": X, "y": Y})
    path = tmp_path / "made.npz"
    whole = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("y.npy").header_offset
    whole[start + 28 : start + 30] = b"\xff\xff"  # the length of what stands before the values
    path.write_bytes(whole)

    error = refused(tmp_path, {}, lambda *_: "made.npz")

    assert error.message.startswith(f"y in {path} is damaged or not what it is called: ")


def test_compressed_images_that_take_more_than_the_free_memory_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = source(tmp_path, {"x": X, "y": Y}, as_packed_npz)
    monkeypatch.setattr("netspec.data.sources.npy.free_memory", lambda: 300)
    with pytest.raises(
        DataError, match=r"is compressed and takes 360 B of memory, of which 300 B"
    ) as raised:
        loaded(made)
    assert "numpy.savez, uncompressed" in str(raised.value.hint)


def test_one_array_alone_and_what_is_not_there_are_told(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", X)
    for path, message in {
        "x.npy": "x.npy is one array, and images need their labels too",
        "none.npz": f"there is no file {tmp_path}/none.npz",
    }.items():
        with pytest.raises(DataError) as raised:
            opened(tmp_path, {"Arrays": {"path": path}})
        assert raised.value.message == message


def test_a_link_among_the_arrays_does_not_lead_out_of_the_place(tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    as_folder(here, {"x_train": X, "y_train": np.arange(6) % 2})
    path = here / "made" / "x_train.npy"
    path.rename(tmp_path / "private.npy")
    path.symlink_to(tmp_path / "private.npy")

    with pytest.raises(DataError, match="lies outside of"):
        opened(here, {"Arrays": {"path": "made"}})


def test_features_of_any_shape_are_taken_as_they_are(tmp_path: Path) -> None:
    x = np.random.default_rng(1).normal(size=(6, 7)).astype(np.float32) * 1000
    for values in (x, x.reshape(6, 7, 1), np.zeros((6, 2, 3, 4, 5), np.float16)):
        made = source(tmp_path, {"x": values, "y": Y}, holds="features")
        assert (made.facts.image_shape, made.facts.are_images) == (values.shape[1:], False)
        images = loaded(made)["train"]
        assert isinstance(images, ArrayImages)
        np.testing.assert_array_equal(images.pixels, values)


@pytest.mark.parametrize(
    ("x", "said"),
    [
        (np.zeros(6, np.float32), "which is not that of features"),
        (np.zeros((6, 3), np.int64), "features are floats"),
        (np.full((6, 3), np.nan, np.float32), "are no numbers: NaN, or infinite"),
    ],
)
def test_what_is_no_features_is_told(tmp_path: Path, x: NDArray[Any], said: str) -> None:
    error = refused(tmp_path, {"x": x, "y": Y}, holds="features")
    assert said in f"{error.message} {error.hint}"
