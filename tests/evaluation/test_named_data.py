"""What `--data` may say, and which source that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netspec.errors import DataError, NetspecError, UsageError
from netspec.evaluation.other.naming import NamedData, read_data
from netspec.fields import ThingOf
from netspec.things.registries import SOURCES

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that one works in, with data of every kind beside a folder that is elsewhere."""
    folder = tmp_path / "work"
    for name in ("photos/cat/a.png", "rows.csv", "old.npz", "arrays/x.npy", "part-0", "a b!.csv"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (folder / "rows.csv").write_text("image,breed\na.png,cat\n")
    (tmp_path / "elsewhere" / "photos").mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def source(value: Any) -> Any:
    return ThingOf(SOURCES).read(value)


def read(text: str, like: object = "mnist", data_root: Path | None = None) -> NamedData:
    return read_data(text, like=like, data_root=data_root)


def refused(text: str, **more: Any) -> NetspecError:
    with pytest.raises(NetspecError) as caught:
        read(text, **more)
    return caught.value


def test_a_name_is_a_data_set_s_though_a_folder_has_it_too(here: Path) -> None:
    (here / "cifar10").mkdir()

    assert read("cifar10").source == "cifar10"
    assert getattr(read("./cifar10").source, "path", None) == "cifar10"


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("photos", "ImageFolder", "photos"),
        ("photos/", "ImageFolder", "photos"),
        (".", "ImageFolder", "work"),
        ("old.npz", "Arrays", "old"),
        ("arrays", "Arrays", "arrays"),
        ("rows.csv", "Csv", "rows"),
        ("a b!.csv", "Csv", "a-b"),
        ("ImageFolder: {path: photos}", "ImageFolder", "photos"),
        (r"ImageFiles: {path: photos, label: '(\w+)/'}", "ImageFiles", "photos"),
        ("{Arrays: {path: old.npz, label: z}}", "Arrays", "old"),
    ],
)
def test_a_path_is_the_source_that_it_looks_like_and_yaml_the_one_that_it_says(
    here: Path, text: str, kind: str, name: str
) -> None:
    named = read(text)

    assert not isinstance(named.source, str)
    # YAML is called by the path in it.
    called = "old.npz" if "old.npz" in text else "photos" if ":" in text else text
    assert (named.source.kind(), named.name, named.called) == (kind, name, called)
    found = named.find("photos" if ":" in text else "any")
    assert found.root == here


def test_data_of_the_run_s_own_kind_is_read_as_the_run_s_is() -> None:
    table = source({"Csv": {"path": "own.csv", "label": "breed", "split": "part", "weight": "w"}})
    files = source({"ImageFiles": {"path": "own", "label": r"^(cat|dog)\."}})
    records = source({"TFRecord": {"path": "own", "train": "part-*"}})

    read_so: Any = read("rows.csv", like=table).source
    # It has no column for splits, and weights count in training only.
    assert (read_so.label.column, read_so.split, read_so.weight) == ("breed", None, None)
    assert read("photos", like=files).source == files.model_copy(update={"path": "photos"})
    assert read(".", like=records).source == records.model_copy(update={"path": "work"})
    assert read("old.npz", like=table).source == source({"Arrays": {"path": "old.npz"}})


@pytest.mark.parametrize(
    ("held", "judged"),
    [
        (("x_test", "y_test"), ("x_test", "y_test")),
        (("x_val", "y_val", "test_x", "test_y"), ("test_x", "test_y")),
        (("images", "labels"), ("images", "labels")),
        (("x", "y", "images", "labels"), ("x", "y")),
        (("train_x", "train_y", "x_test", "y_test"), ("x", "y")),
        (("x_test", "labels"), ("x", "y")),
    ],
)
def test_arrays_to_judge_need_none_to_train_with(
    here: Path, held: tuple[str, ...], judged: tuple[str, str]
) -> None:
    np.savez(here / "mine.npz", **{name: np.zeros(1) for name in held})  # type: ignore[arg-type]
    named: Any = read("mine.npz").source

    assert (named.images, named.all_labels()["label"].array) == judged


def test_a_table_that_has_the_run_s_column_of_splits_has_splits(here: Path) -> None:
    own = source({"Csv": {"path": "own.csv", "split": "part"}})
    (here / "rows.csv").write_text("image;label; part\na.png;cat;test\n")

    assert getattr(read("rows.csv", like=own).source, "split", None) == "part"


@pytest.mark.parametrize(
    ("text", "error", "message", "hint"),
    [
        ("", UsageError, "--data names no data", "a folder of class folders"),
        ("fotos", DataError, "no data set 'fotos', and no such folder or file", "mean photos?"),
        ("mnst", DataError, "there is no data set 'mnst'", "did you mean mnist?"),
        ("part-0", UsageError, "part-0 is no data that netspec reads", "an .npz or .csv file"),
        ("photos/cat/a.png", UsageError, "is one picture", "netspec predict"),
        ("ImageFolder", UsageError, "ImageFolder needs 'path'", "The folder"),
        ("ImageFolder: {pth: photos}", UsageError, "has no field 'pth'", "did you mean path?"),
        ("Folder: {path: photos}", UsageError, "there is no data source 'Folder'", "ImageFolder"),
        ("ImageFolder: {path: /}", UsageError, "'/' is absolute", "--data-root"),
        ("{ImageFolder: ", UsageError, "--data: ", ""),
        ("a\0b", DataError, "there is no data set", "a folder of class folders"),
    ],
)
def test_what_names_no_data_is_told_with_what_to_do(
    text: str, error: type[NetspecError], message: str, hint: str
) -> None:
    told = refused(text)

    assert type(told) is error
    assert message in told.message
    assert hint in (told.hint or "")


def test_the_user_s_own_path_leads_anywhere_and_its_links_stay_below_it(here: Path) -> None:
    elsewhere = here.parent / "elsewhere"
    for text in (str(elsewhere / "photos"), "../elsewhere/photos"):
        assert read(text).find("").root == elsewhere / "photos"
    with pytest.raises(DataError, match="lies outside of"):
        read("ImageFolder: {path: ../elsewhere/photos}").find("../elsewhere/photos")


def test_with_a_data_root_it_is_relative_to_that_and_stays_below_it(here: Path) -> None:
    elsewhere = here.parent / "elsewhere"

    assert read("photos", data_root=elsewhere).find("").at == elsewhere / "photos"
    assert "no such folder or file" in refused("rows.csv", data_root=elsewhere).message
    assert "lies outside of" in refused("../work/photos", data_root=elsewhere).message
    assert "lies outside of" in refused(str(here / "photos"), data_root=elsewhere).message
