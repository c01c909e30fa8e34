"""The page of a diff says what the table says, and leads to the layers of both networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.analysis import analyse
from netspec.report.diff import compare
from netspec.report.diff_rows import all_rows, rows
from netspec.report.html.diff_page import diff_page
from tests.report.html.networks import RESIDUAL, Page, written

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.report.diff import Diff

BEFORE = (
    "Conv2D: {name: c, filters: 4, kernel_size: 3, padding: same}",
    "residual: {name: a}",
    "ReLU",
    "Flatten",
)
AFTER = (
    "Rescaling: {scale: 2}",
    "Conv2D: {name: c, filters: 4, kernel_size: 5, padding: same}",
    "residual: {name: b}",
    "Dropout: {rate: 0.5}",
    "Flatten",
)


def diffed(
    folder: Path, before: tuple[str, ...], after: tuple[str, ...], *, everything: bool = False
) -> tuple[Page, Diff]:
    old, new = (
        analyse(written(folder / name, *layers, blocks=RESIDUAL)).require()
        for name, layers in (("a.yaml", before), ("b.yaml", after))
    )
    compared = compare(old, new, files=("a.yaml", "b.yaml"))
    return Page(diff_page(old, new, compared, everything=everything)), compared


def test_every_row_names_layers_of_both_graphs(tmp_path: Path) -> None:
    page, compared = diffed(tmp_path, BEFORE, AFTER)
    names = {
        side: {
            each["name"]
            for each in (*page.data[f"{side}-data"]["nodes"], *page.data[f"{side}-data"]["groups"])
        }
        for side in ("before", "after")
    }
    listed = page.data["changes-data"]
    follow = [row for row in all_rows(compared.network) if row.change == "follows"]
    assert len(listed) == len(rows(compared.network)) + len(follow)
    for row in listed:
        assert row["before"] or row["after"]
        assert all({*row[side]} <= names[side] for side in names)
    places = [each["data-change"] for _, each in page.elements if "data-change" in each]
    assert places == [str(number) for number in range(len(listed))]


def test_each_layer_knows_what_it_is_in_the_other_network(tmp_path: Path) -> None:
    page, _ = diffed(tmp_path, BEFORE, AFTER)
    marks = {
        each["name"]: (each["mark"]["change"], each["mark"]["partner"])
        for each in page.data["before-data"]["nodes"]
        if "mark" in each
    }
    assert marks["c"] == ("changed", "c")
    assert marks["a.add"] == ("renamed", "b.add")
    assert marks["re_lu"] == ("removed", None)
    back = {
        each["name"]: each["mark"]["partner"]
        for each in page.data["after-data"]["nodes"]
        if "mark" in each
    }
    assert back["b.add"] == "a.add"
    assert back["dropout"] is back["rescaling"] is None
    assert marks["flatten"] == ("same", back["flatten"])


def test_changes_are_told_in_words_and_signs(tmp_path: Path) -> None:
    page, _ = diffed(tmp_path, BEFORE, AFTER)
    for said in ("± changed", "≈ renamed", "+ added", "kernel_size: [3, 3] → [5, 5]", "+256"):
        assert said in page.said


def test_equal_specs_are_said_to_be(tmp_path: Path) -> None:
    page, _ = diffed(tmp_path, BEFORE, BEFORE)
    assert "Nothing differs" in page.said
    assert page.data["changes-data"] == []


def test_all_layers_have_rows_where_they_are_asked_for(tmp_path: Path) -> None:
    page, compared = diffed(tmp_path, BEFORE, AFTER, everything=True)
    assert len(page.data["changes-data"]) == len(compared.network.layers)


def test_ids_are_each_their_own_and_lead_somewhere(tmp_path: Path) -> None:
    page, _ = diffed(tmp_path, BEFORE, AFTER)
    ids = page.ids()
    assert len(set(ids)) == len(ids)
    assert {link.removeprefix("#") for link in page.links()} <= set(ids)
