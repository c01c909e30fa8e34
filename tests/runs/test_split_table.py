"""A run's splits are found again by what is written of them."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from netspec.data.counts import Splitting
from netspec.data.images import FileImages
from netspec.data.splits import Split
from netspec.errors import DataError, UsageError
from netspec.runs.directory import RunDirectory
from netspec.runs.split_table import SPLIT_TABLE, SplitTable, write_split_table

NAMES = ("a/p1_0.jpg", 'a/p2 "1", x.jpg', "b/p1_\udcff\n\r.jpg", "b/p3_3.jpg")


def images(*names: str) -> FileImages:
    return FileImages(Path("pets"), names, {"label": np.zeros(len(names), np.int64)})


def written(path: Path, rule: Splitting, **parts: Split) -> SplitTable:
    run = RunDirectory.create(path / "run", name="net", now=datetime(2026, 1, 1, tzinfo=UTC))
    write_split_table(run, parts, rule)
    table = SplitTable.read(path / "run")
    assert table is not None
    return table


def test_splits_are_found_again_whatever_the_files_are_called_and_however_they_lie(
    tmp_path: Path,
) -> None:
    rule, before = Splitting(0.5), images(*NAMES)
    table = written(
        tmp_path, rule, train=Split.of(before, [0, 2]), validation=Split.of(before, [1])
    )
    now = images("a/new.jpg", *reversed(NAMES))

    train = table.find("train", {"train": now}, rule)

    assert {now.names[index] for index in train.indices} == {NAMES[0], NAMES[2]}
    assert table.find("validation", {"train": now}, rule).indices.tolist() == [3]


def test_groups_stand_beside_the_images_that_they_part(tmp_path: Path) -> None:
    rule, given = Splitting(0.5, test_from="test", group=r"p(\d)"), images(*NAMES)

    written(tmp_path, rule, train=Split.of(given, [0, 3]), test=Split.of(images("x.jpg"), [0]))

    assert (tmp_path / "run" / SPLIT_TABLE).read_text() == (
        "image,split,group\na/p1_0.jpg,train,1\nb/p3_3.jpg,train,3\nx.jpg,test,\n"
    )


def test_a_given_split_that_serves_twice_is_found_for_both(tmp_path: Path) -> None:
    rule = Splitting(validation_from="test", test_from="test")
    given = {"train": images("1", "2"), "test": images("1", "2")}
    table = written(
        tmp_path,
        rule,
        train=Split.of(given["train"], [0, 1]),
        validation=Split.of(given["test"], [1]),
        test=Split.of(given["test"], [0, 1]),
    )

    found = table.find("validation", given, rule)

    assert found.images is given["test"]
    assert found.indices.tolist() == [1]


def test_an_image_that_is_listed_twice_is_found_twice(tmp_path: Path) -> None:
    rule, given = Splitting(), images("a", "b", "a")
    table = written(tmp_path, rule, train=Split.of(given, [0, 1, 2]))

    assert table.find("train", {"train": given}, rule).indices.tolist() == [0, 1, 2]


def test_images_that_are_gone_are_named(tmp_path: Path) -> None:
    rule, before = Splitting(0.5), images(*NAMES)
    table = written(tmp_path, rule, train=Split.of(before, [0, 1, 3]))

    with pytest.raises(DataError, match=r"2 of the run's 3 train images are gone: a/p1_0\.jpg, a/"):
        table.find("train", {"train": images(NAMES[3])}, rule)
    with pytest.raises(DataError, match="no split 'train' any more"):
        table.find("train", {}, rule)


def test_a_run_without_a_table_has_none(tmp_path: Path) -> None:
    assert SplitTable.read(tmp_path) is None


@pytest.mark.parametrize(
    "text", ["", "name,side\na,train\n", "image,split\na\n", 'image,split\n"a']
)
def test_a_damaged_table_is_told(text: str, tmp_path: Path) -> None:
    (tmp_path / SPLIT_TABLE).write_text(text)

    with pytest.raises(UsageError, match="is no table of a run's splits"):
        SplitTable.read(tmp_path)


@pytest.mark.parametrize("sort", ["link", "pipe"])
def test_a_table_that_is_no_file_of_the_run_is_not_read(sort: str, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    path = tmp_path / "run" / SPLIT_TABLE
    if sort == "link":
        (tmp_path / "private").write_text("image,split\nsecret,train\n")
        path.symlink_to(tmp_path / "private")
    else:
        os.mkfifo(path)

    with pytest.raises(UsageError, match=r"its splits\.csv is"):
        SplitTable.read(tmp_path / "run")
