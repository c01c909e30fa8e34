"""What differs between two specs, and which of it a run may go on with."""

from __future__ import annotations

from typing import Any

import pytest

from netspec.analysis import analyse
from netspec.runs.changes import (
    Change,
    adds_epochs,
    adds_nothing,
    changes,
    is_of_rate,
    settled,
    spoken,
    unsafe,
)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3, 4]}}, ["a.b.1: 2 -> 3", "a.b.2: nothing -> 4"]),
        ({"a": 1, "b": 2}, {"b": 2}, ["a: 1 -> nothing"]),
        ({"a": 1}, {"a": True}, ["a: 1 -> true"]),
        ({"a": 1}, {"a": 1.0}, ["a: 1 -> 1.0"]),
        ({"a": {}}, {"a": []}, ["a: {} -> []"]),
        ({"a": "\x1b[31m"}, {"a": "é"}, ['a: "\\u001b[31m" -> "é"']),
        ("x", None, ['"x" -> nothing']),
    ],
)
def test_every_value_that_differs_is_told_with_its_place(
    before: Any, after: Any, told: list[str]
) -> None:
    assert [str(each).removeprefix(": ") for each in changes(before, after)] == told


@pytest.mark.parametrize(
    ("path", "before", "after", "is_safe"),
    [
        ("training.epochs", 3, 4, True),
        ("training.epochs", 4, 3, False),
        ("training.epochs", None, 3, False),
        ("training.epochs", 1, True, False),
        ("training.stages.1.epochs", 3, 4, True),
        ("training.stages.0.epochs", 3, 4, False),
        ("training.stages.2.epochs", None, 4, False),
        ("training.checkpoint.every", "1 h", "2 h", True),
        ("training.checkpoint", None, {"every": "2 h"}, True),
        ("training.checkpoints", 1, 2, False),
        ("data.cache", "memory", "off", True),
        ("data.limit", 1, 2, False),
        ("budget.parameters", 1, 2, True),
        ("ignore.0", "NS401", None, True),
        ("seed", 1, 2, False),
    ],
)
def test_more_epochs_at_the_end_are_safe_and_what_no_step_follows_from(
    path: str, before: Any, after: Any, *, is_safe: bool
) -> None:
    assert (unsafe([Change(path, before, after)], stages=2) == []) is is_safe


@pytest.mark.parametrize(
    ("path", "before", "after", "adds"),
    [
        ("training.epochs", 1, 2, True),
        ("training.epochs", 2, 1, False),
        ("training.stages.1.epochs", 1, 2, True),
        ("training.stages.2", None, {"epochs": 1}, True),
        ("training.checkpoint", None, {"every": "2 h"}, False),
    ],
)
def test_what_adds_epochs_to_a_finished_run_is_known(
    path: str, before: object, after: object, adds: bool
) -> None:
    change = Change(path, before, after)
    assert (adds_epochs(change), adds_nothing(change)) == (adds, not adds)


def test_other_training_neither_adds_epochs_nor_nothing() -> None:
    change = Change("training.batch_size", 1, 2)
    assert not adds_epochs(change)
    assert not adds_nothing(change)


@pytest.mark.parametrize(
    ("path", "is_rate"),
    [
        ("compile.optimizer", True),
        ("compile.optimizer.SGD.learning_rate", True),
        ("compile.optimizer.SGD.learning_rate.CosineDecay.alpha", True),
        ("training.stages.0.learning_rate", True),
        ("compile.optimizer.SGD.momentum", False),
        ("training.epochs", False),
    ],
)
def test_only_a_change_of_the_learning_rate_is_one(path: str, *, is_rate: bool) -> None:
    assert is_of_rate(Change(path, 1, 2)) is is_rate


def test_many_changes_are_cut_short() -> None:
    found = [Change(f"a.{number}", number, None) for number in range(15)]

    lines = spoken(found).splitlines()

    assert lines[0] == "  a.0: 0 -> nothing"
    assert lines[-1] == "  and 3 more"


def test_where_a_spec_s_images_lie_is_no_part_of_what_is_settled(tmp_path: Any) -> None:
    text = (
        "netspec: 1\nname: net\ndata: {source: {ImageFolder: {path: PATH}}}\n"
        "model: {input: [8, 8, 1], layers: [Flatten, Dense: {units: 2}]}\n"
    )
    values = []
    for path in ("first", "second/deep"):
        (tmp_path / "spec.yaml").write_text(text.replace("PATH", path))
        document, _ = analyse(tmp_path / "spec.yaml").require()
        values.append(settled(document))

    assert values[0] == values[1]
    assert values[0]["data"]["source"] == {"ImageFolder": {}}
