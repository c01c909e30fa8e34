"""The page of several runs side by side."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from netspec.errors import UsageError
from netspec.report.html.comparison_page import comparison_page
from netspec.runs.account import account_of
from netspec.runs.comparing.comparison import compare_runs
from tests.report.html.test_report_page import HOSTILE, Reader
from tests.runs.written import evaluation, write_run

if TYPE_CHECKING:
    from pathlib import Path


def compared(*runs: Path) -> Reader:
    accounts = [account_of(run, with_pictures=False) for run in runs]
    return Reader(comparison_page(compare_runs(runs), accounts))


@pytest.fixture
def runs(tmp_path: Path) -> tuple[Path, Path]:
    """Two runs, of which the second learned with another rate, for fewer epochs, and better."""
    first, second = write_run(tmp_path / "first"), write_run(tmp_path / "second", seed=8)
    for name in ("spec.yaml", "resolved.yaml"):
        text = (second / name).read_text(encoding="utf-8")
        (second / name).write_text(text.replace("learning_rate: 0.001", "learning_rate: 0.1"))
    rows = (second / "metrics.csv").read_text(encoding="utf-8").splitlines()
    (second / "metrics.csv").write_text("\n".join([*rows[:5], ""]), encoding="utf-8")
    classes = [{**each, "recall": 0.99} for each in evaluation()["classes"]]
    (second / "evaluation.json").write_text(json.dumps(evaluation(classes=classes)))
    return first, second


def test_what_differs_stands_side_by_side(runs: tuple[Path, Path]) -> None:
    page = compared(*runs)
    assert page.sections() == ["curves", "figures", "specs", "recall", "runs"]
    assert "2 runs compared" in page.text
    assert "All learned from the same images with the same labels." in page.text
    assert "compile.optimizer" in page.text
    assert "99.0%" in page.text


def test_each_run_has_its_colour_and_its_own_epochs(runs: tuple[Path, Path]) -> None:
    block: Any = compared(*runs).blocks["comparison-data"]
    assert [each["name"] for each in block["metrics"]] == ["loss", "accuracy"]
    assert block["metrics"][block["chosen"]]["name"] == "loss"
    series = block["metrics"][0]["series"]
    assert [
        (each["name"], each["part"], each["colour"], len(each["epochs"])) for each in series
    ] == [
        ("first", "validation", 0, 8),
        ("first", "training", 0, 8),
        ("second", "validation", 1, 4),
        ("second", "training", 1, 4),
    ]


def test_a_damaged_run_among_them_is_shown_as_what_it_is(
    runs: tuple[Path, Path], tmp_path: Path
) -> None:
    third = write_run(tmp_path / "third")
    (third / "run.json").write_text("{", encoding="utf-8")
    page = compared(*runs, third)
    assert "3 runs compared" in page.text
    assert "damaged" in page.text


def test_of_accuracies_that_chance_may_have_parted_none_is_the_best(
    runs: tuple[Path, Path],
) -> None:
    comparison = compare_runs(runs)
    metric: Any = next(each for each in comparison["metrics"] if each["name"] == "test_accuracy")
    interval: Any = {"level": 0.95, "low": 0.7, "high": 0.9, "samples": 10_000}
    metric |= {"values": [0.8, 0.82], "best": [], "intervals": [interval] * 2, "alike": [0, 1]}
    page = Reader(comparison_page(comparison, [None, None]))
    assert (
        "The difference of first and second in test accuracy lies within the intervals" in page.text
    )
    assert "(0.7000 to 0.9000)" in page.text


def test_names_become_no_markup(runs: tuple[Path, Path]) -> None:
    odd = json.loads((runs[1] / "run.json").read_text(encoding="utf-8")) | {"name": HOSTILE}
    (runs[1] / "run.json").write_text(json.dumps(odd), encoding="utf-8")
    page = compared(*runs)
    assert HOSTILE in page.text
    assert not [each for tag, each in page.elements if tag == "img"]


def test_one_run_alone_is_not_compared(runs: tuple[Path, Path]) -> None:
    with pytest.raises(UsageError, match="two runs or more"):
        compared(runs[0])
