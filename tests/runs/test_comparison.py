"""Runs laid side by side: the best is found by its direction, and only what differs is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from netspec.errors import UsageError
from netspec.report.comparison.document import comparison_json
from netspec.report.comparison.markdown import comparison_markdown
from netspec.report.comparison.text import comparison_text
from netspec.report.schemas import schema_text
from netspec.runs.comparing.comparison import compare_runs
from tests.runs.run_folders import FINISHED, a_run, with_spec

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.report.comparison.document import RunComparison

NOW = datetime(2026, 1, 2, 4, 0, tzinfo=UTC)
OTHER = "epoch,loss,accuracy,val_loss,seconds\n1,1.5,0.6,2.5,10\n2,,0.7,1.0,10\n"
DROPOUT = "Dropout: {rate: 0.3}"


def compared(*runs: Path) -> RunComparison:
    document = compare_runs(runs, now=NOW)
    jsonschema.validate(
        json.loads(comparison_json(document)), json.loads(schema_text("runs-comparison"))
    )
    return document


def two(
    folder: Path, *replaced: tuple[str, str], first: dict[str, Any] | None = None, **second: Any
) -> RunComparison:
    """Two runs, in whose second spec some texts are replaced."""
    a = with_spec(a_run(folder, "a", **{**FINISHED, **(first or {})}))
    b = with_spec(a_run(folder, "b", table=OTHER, **{**FINISHED, **second}), *replaced)
    return compared(a, b)


def metric(document: RunComparison, name: str) -> tuple[Any, ...]:
    found = next(each for each in document["metrics"] if each["name"] == name)
    return found["better"], found["values"], found["best"]


def test_metrics_stand_side_by_side_and_the_best_is_known_by_its_direction(tmp_path: Path) -> None:
    metrics = {"loss": 1.0, "accuracy": 0.5, "mae": 0.25, "odd": 1.0}
    document = two(
        tmp_path,
        first={"metrics": {**metrics, "mae": 0.5, "odd": 2.0}},
        best_epoch=2,
        metrics=metrics,
    )
    assert metric(document, "val_loss") == ("min", [3.0, 1.0], [1])
    assert metric(document, "accuracy") == ("max", [0.5, 0.7], [1])
    assert metric(document, "loss") == ("min", [2.0, None], [])
    assert metric(document, "test_mae") == ("min", [0.5, 0.25], [1])
    assert metric(document, "test_accuracy") == ("max", [0.5, 0.5], [])
    assert metric(document, "test_odd") == (None, [2.0, 1.0], [])


def test_the_curves_have_every_epoch(tmp_path: Path) -> None:
    document = two(tmp_path)
    assert document["runs"][1]["curves"] == {
        "epochs": [1, 2],
        "seconds": [10.0, 10.0],
        "values": {"loss": [1.5, None], "accuracy": [0.6, 0.7], "val_loss": [2.5, 1.0]},
    }
    assert document["watched"] == ["val_loss", "accuracy"]


def test_only_what_differs_between_specs_is_told(tmp_path: Path) -> None:
    replaced = (
        ("name: clothes", "name: others"),
        ("seed: 1", "seed: 2"),
        ("{Adam: {learning_rate: 1e-3}}", "{Adam: {learning_rate: 1e-2}}"),
        ("validation: 0.1", "limit: 50"),
    )
    document = two(tmp_path, *replaced)
    assert [(each["path"], each["values"], each["has"]) for each in document["differences"]] == [
        ("seed", [1, 2], [True, True]),
        ("data.validation", [0.1, None], [True, False]),
        ("data.limit", [None, 50], [False, True]),
        ("compile.optimizer.Adam.learning_rate", [0.001, 0.01], [True, True]),
    ]
    assert [run["network"] for run in document["runs"]] == [0, 0]
    assert document["diffs"] == []


def test_another_thing_in_a_place_is_one_difference(tmp_path: Path) -> None:
    document = two(tmp_path, ("{Adam: {learning_rate: 1e-3}}", "{SGD: {momentum: 0.9}}"))
    (found,) = document["differences"]
    assert found["path"] == "compile.optimizer"
    assert found["values"] == [{"Adam": {"learning_rate": 0.001}}, {"SGD": {"momentum": 0.9}}]


def test_of_networks_that_are_built_alike_the_values_are_told_too(tmp_path: Path) -> None:
    document = two(tmp_path, (DROPOUT, "Dropout: {rate: 0.5}"))
    (found,) = document["differences"]
    assert (found["path"], found["values"]) == ("model.layers.1.Dropout.rate", [0.3, 0.5])
    assert [run["network"] for run in document["runs"]] == [0, 1]
    assert document["diffs"] == [
        f"netspec diff {tmp_path}/a/resolved.yaml {tmp_path}/b/resolved.yaml"
    ]


@pytest.mark.parametrize("layer", ["Dense: {units: 5}", f"{DROPOUT}\n    - ReLU"])
def test_how_other_networks_differ_is_left_to_diff(tmp_path: Path, layer: str) -> None:
    document = two(tmp_path, (DROPOUT, layer))
    assert document["differences"] == []
    assert len(document["diffs"]) == 1


def test_surroundings_are_told_where_they_differ(tmp_path: Path) -> None:
    def began(keras: str, commit: str | None, **more: Any) -> dict[str, Any]:
        return {
            "versions": {"keras": keras, "numpy": "2.0"},
            "git_commit": commit,
            "git_dirty": True,
            "hardware": {"cores": 2, "gpus": ["H100"] if keras == "3.1" else []},
            **more,
        }

    document = two(
        tmp_path,
        first=began("3.1", "a" * 40),
        **began("3.2", None, plugins=[{"name": "p", "version": "1"}]),
    )
    assert [(each["name"], each["values"]) for each in document["environment"]] == [
        ("keras", ["3.1", "3.2"]),
        ("GPU", ["H100", "none"]),
        ("plugin p", [None, "1"]),
    ]


@pytest.mark.parametrize(
    ("data", "same"),
    [
        ({}, True),
        ({"fingerprint": "b"}, False),
        ({"train": 6}, False),
        ({"fingerprint": None}, None),
    ],
)
def test_whether_runs_learned_from_the_same_images_is_told(
    tmp_path: Path, data: dict[str, Any], same: bool | None
) -> None:
    one = {"source": "mnist", "fingerprint": "a", "train": 5}
    assert two(tmp_path, first={"data": one}, data={**one, **data})["same_data"] is same


def test_runs_that_are_called_alike_go_by_their_paths_and_one_that_is_there_twice_by_a_number(
    tmp_path: Path,
) -> None:
    a, other = a_run(tmp_path / "x", **FINISHED), a_run(tmp_path / "y", **FINISHED)
    document = compared(a, other, a, a_run(tmp_path, "b", **FINISHED))
    labels = [run["label"] for run in document["runs"]]
    assert labels == [str(a), str(other), f"{a} (2)", "b"]


def test_what_is_unfinished_damaged_or_no_run_is_shown_with_what_it_has(tmp_path: Path) -> None:
    runs = [with_spec(a_run(tmp_path, "a", **FINISHED)), a_run(tmp_path, "b", status="interrupted")]
    damaged = with_spec(a_run(tmp_path, "damaged"))
    (damaged / "run.json").write_text("{")
    newer = a_run(tmp_path, "newer", format=99)
    document = compared(*runs, damaged, newer, tmp_path / "gone")
    told = [(run["status"], run["epochs_done"], run["network"]) for run in document["runs"]]
    assert told == [
        ("finished", 3, 0),
        ("interrupted", 3, None),
        ("damaged", 3, 0),
        ("foreign", None, None),
        ("foreign", None, None),
    ]
    assert document["runs"][1]["unread"] == "its resolved.yaml is not there"
    assert document["runs"][4]["reason"] == "it is not there"
    assert metric(document, "val_loss")[1] == [3.0, 1.5, 1.5, None, None]


def test_fewer_than_two_runs_are_a_misuse_that_says_what_the_others_are(tmp_path: Path) -> None:
    run = a_run(tmp_path, **FINISHED)
    (tmp_path / "notes").mkdir()
    with pytest.raises(UsageError, match=r"one is named \(.*notes: it has no run.json"):
        compare_runs([run, tmp_path / "notes"])
    with pytest.raises(UsageError, match="none is named"):
        compare_runs([tmp_path / "notes", tmp_path / "gone"])


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "[]",
            "a: [",
            "\0",
            "compile: 3",
            "compile: {metrics: {a: 1}}\nmodel: {output: [a, b]}",
        ),
        *(
            "compile: {metrics: [{Nobodys: {}}, 1, [2]]}",
            "seed: .nan",
            "model: {output: {a: {}}}\n",
            "1: 2",
        ),
    ],
)
def test_a_spec_of_any_kind_fails_nothing(tmp_path: Path, text: str) -> None:
    run = a_run(tmp_path, "b", **FINISHED)
    (run / "resolved.yaml").write_text(text)
    document = compared(with_spec(a_run(tmp_path, "a", **FINISHED)), run)
    assert document["runs"][1]["status"] == "finished"


def test_each_output_s_metrics_have_their_direction(tmp_path: Path) -> None:
    text = "model: {output: [a, b]}\ncompile: {metrics: {a: [accuracy], b: [mae]}}\n"
    metrics = {"a_accuracy": 0.5, "b_mae": 0.5, "b_loss": 1.0}
    runs = [
        a_run(
            tmp_path,
            name,
            **{**FINISHED, "metrics": {each: factor * value for each, value in metrics.items()}},
        )
        for name, factor in (("x", 1), ("y", 2))
    ]
    for run in runs:
        (run / "resolved.yaml").write_text(text)
    document = compared(*runs)
    best = {
        each["name"]: each["best"]
        for each in document["metrics"]
        if each["name"].startswith("test_")
    }
    assert best == {"test_a_accuracy": [1], "test_b_mae": [0], "test_b_loss": [0]}


def judged(run: Path, accuracy: float, low: float, high: float, /, **more: Any) -> Path:
    """The run, with what an evaluation says of its test split."""
    interval = {"level": 0.95, "low": low, "high": high, "samples": 1000}
    document = {
        "split": "test",
        "accuracy": accuracy,
        "metrics": {"accuracy": accuracy},
        "interval": interval,
    }
    (run / "evaluation.json").write_text(json.dumps({**document, **more}))
    return run


def of_accuracies(folder: Path, *bounds: tuple[float, float, float]) -> RunComparison:
    runs = []
    for name, (accuracy, low, high) in zip("abc", bounds, strict=False):
        run = with_spec(a_run(folder, name, **{**FINISHED, "metrics": {"accuracy": accuracy}}))
        runs.append(judged(run, accuracy, low, high))
    return compared(*runs)


def test_a_test_accuracy_is_not_the_best_where_intervals_overlap(tmp_path: Path) -> None:
    document = of_accuracies(tmp_path, (0.878, 0.86, 0.9), (0.891, 0.871, 0.91), (0.5, 0.4, 0.6))
    found = next(each for each in document["metrics"] if each["name"] == "test_accuracy")
    assert (found["best"], found["alike"]) == ([], [0, 1])
    assert [each and each["low"] for each in found["intervals"]] == [0.86, 0.871, 0.4]
    for width in (None, 80, 60):
        text = comparison_text(document, metrics=[], width=width).plain
        assert "0.8910 (0.8710 to 0.9100)" in text
        assert "the difference of a and b in test accuracy lies" in text


def test_a_test_accuracy_is_the_best_where_intervals_are_apart(tmp_path: Path) -> None:
    document = of_accuracies(tmp_path, (0.8, 0.79, 0.81), (0.9, 0.89, 0.91))
    found = next(each for each in document["metrics"] if each["name"] == "test_accuracy")
    assert found["best"] == [1]
    assert "alike" not in found


@pytest.mark.parametrize(
    "more",
    [
        {"split": "validation"},
        {"data": {"source": "other"}},
        {"accuracy": 0.7},
        {"interval": {"low": 0.1}},
        {"interval": {"level": 0.95, "low": 0.9, "high": 0.95, "samples": 9}},
    ],
)
def test_an_interval_of_something_else_is_not_shown(tmp_path: Path, more: dict[str, Any]) -> None:
    metrics = {"metrics": {"accuracy": 0.8}}
    a = judged(a_run(tmp_path, "a", **{**FINISHED, **metrics}), 0.8, 0.7, 0.9, **more)
    document = compared(a, a_run(tmp_path, "b", **{**FINISHED, **metrics}))
    assert not [each for each in document["metrics"] if "intervals" in each]


def test_a_damaged_run_has_what_its_evaluation_says(tmp_path: Path) -> None:
    runs = [judged(a_run(tmp_path, name, table="", **FINISHED), 0.8, 0.7, 0.9) for name in "ab"]
    for run in runs:
        (run / "run.json").write_text("{")
    document = compared(*runs)
    assert metric(document, "test_accuracy")[1] == [0.8, 0.8]
    assert "0.8000 (0.7000 to 0.9000)" in comparison_markdown(document, metrics=[])
