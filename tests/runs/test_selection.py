"""Runs are chosen by what they are called and by their numbers, and put in the order that is asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from netspec.errors import UsageError
from netspec.runs.listed.listing import list_runs
from netspec.runs.listed.selection import Selection, read_condition, select
from tests.runs.run_folders import FINISHED, a_run

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.report.runs import RunRecord

NOW = datetime(2026, 1, 2, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[RunRecord]:
    """Three runs that are finished, one that was interrupted, and a folder that is none."""
    folder = tmp_path_factory.mktemp("runs")
    for place, name in enumerate(("small", "large", "other")):
        facts = {
            "started": f"2026-01-0{place + 1}T00:00:00+00:00",
            "name": "pets" if name == "other" else "clothes",
            "best_epoch": place + 1,
            "metrics": {"accuracy": (0.7, 0.9, 0.8)[place]},
            "parameters": {"total": (1_000, 3_000, 2_000)[place], "trainable": 1},
            "data": {"source": "ImageFolder", "root": "/", "path": f"data/{name[0]}", "train": 5},
        }
        a_run(folder, name, **{**FINISHED, **facts})
    a_run(folder, "stopped", status="interrupted", started="2026-01-09T00:00:00+00:00")
    (folder / "notes").mkdir()
    return list_runs(folder, now=NOW)["runs"]


def names(runs: list[RunRecord], *conditions: str, **wanted: Any) -> list[str]:
    selection = Selection(conditions=tuple(map(read_condition, conditions)), **wanted)
    return [run["name"] for run in select(runs, selection)]


def test_without_a_wish_all_stay_as_they_are(runs: list[RunRecord]) -> None:
    assert names(runs) == ["notes", "small", "large", "other", "stopped"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"statuses": frozenset({"interrupted"})}, ["stopped"]),
        ({"statuses": frozenset({"interrupted", "foreign"})}, ["notes", "stopped"]),
        ({"name": "s*"}, ["small", "stopped"]),
        ({"name": "pets"}, ["other"]),
        ({"data": "l"}, ["large"]),
        ({"data": "Image*"}, ["small", "large", "other"]),
        ({"last": 2}, ["other", "stopped"]),
        ({"last": 99, "name": "large"}, ["large"]),
    ],
)
def test_runs_are_chosen_by_what_they_are_called(
    runs: list[RunRecord], wanted: dict[str, Any], found: list[str]
) -> None:
    assert names(runs, **wanted) == found


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("test_accuracy>0.8", ["large"]),
        ("test_accuracy>=.8", ["large", "other"]),
        ("test_accuracy<8e-1", ["small"]),
        ("parameters <= 2,000", ["small", "other"]),
        ("epochs=3", ["small", "large", "other", "stopped"]),
        ("accuracy = 0.75", ["large", "stopped"]),
        ("val_loss!=3", ["large", "other", "stopped"]),
        ("best=1.5", ["stopped"]),
        ("images>4", ["small", "large", "other"]),
        ("seconds>1e3", []),
    ],
)
def test_runs_are_chosen_by_their_numbers_and_a_number_that_is_not_known_is_none(
    runs: list[RunRecord], condition: str, found: list[str]
) -> None:
    assert names(runs, condition) == found


def test_all_conditions_must_hold(runs: list[RunRecord]) -> None:
    assert names(runs, "parameters>=2000", "test_accuracy<0.9") == ["other"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "accuracy",
        "accuracy>",
        ">0.9",
        "a>b",
        "a>nan",
        "a<inf",
        "a==1",
        "a>1 and b>2",
        "1<a<2",
        "a>=0.9%",
    ],
)
def test_what_is_no_condition_is_a_misuse(text: str) -> None:
    with pytest.raises(UsageError, match="is no condition"):
        read_condition(text)


def test_a_name_that_no_run_has_is_a_misuse_that_names_the_nearest(runs: list[RunRecord]) -> None:
    with pytest.raises(UsageError, match="'test_acuracy'") as raised:
        names(runs, "test_acuracy>0.5")
    assert raised.value.hint == "did you mean test_accuracy?"
    with pytest.raises(UsageError, match="'strted'"):
        names(runs, sort="-strted")


def test_before_an_epoch_has_ended_anywhere_every_name_may_come(tmp_path: Path) -> None:
    a_run(tmp_path, table="")
    runs = list_runs(tmp_path, now=NOW)["runs"]
    assert names(runs, "val_accuracy>0.5") == []
    assert names([], "val_accuracy>0.5", sort="val_accuracy") == []


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("test_accuracy", ["notes", "stopped", "small", "other", "large"]),
        ("-test_accuracy", ["notes", "stopped", "large", "other", "small"]),
        ("name", ["large", "notes", "other", "small", "stopped"]),
        ("-started", ["notes", "stopped", "other", "large", "small"]),
        ("duration", ["notes", "stopped", "small", "large", "other"]),
    ],
)
def test_runs_are_sorted_and_first_are_those_of_which_it_is_not_known(
    runs: list[RunRecord], key: str, found: list[str]
) -> None:
    assert names(runs, sort=key) == found


def test_the_last_of_the_sorted_ones_are_the_best(runs: list[RunRecord]) -> None:
    assert names(runs, sort="test_accuracy", last=1) == ["large"]
