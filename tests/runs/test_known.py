"""What a run's own files say of its size, its data and how it was judged, whichever netspec wrote them."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from netspec.runs.listed.known import look_at
from tests.runs.run_folders import FINISHED, a_run

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.report.runs import RunRecord

SUMMARY = """\
│ parameters 7 │
parameters                             1,250,858
trainable                              1,250,000
MACs per sample                       20,741,120
"""


def known(path: Path) -> RunRecord:
    return look_at(path, now=datetime(2026, 1, 2, 4, 0, tzinfo=UTC)).run


def test_how_large_the_network_of_an_older_run_is_stands_below_its_table_of_layers(
    tmp_path: Path,
) -> None:
    path = a_run(tmp_path, **FINISHED)
    (path / "summary.txt").write_text(SUMMARY)
    run = known(path)
    assert run["parameters"] == {"total": 1_250_858, "trainable": 1_250_000}
    assert run["macs"] == 20_741_120


@pytest.mark.parametrize("text", ["", "parameters many\n", f"parameters {'9' * 5000}\n"])
def test_of_a_damaged_table_of_layers_nothing_is_believed(tmp_path: Path, text: str) -> None:
    path = a_run(tmp_path, **FINISHED)
    (path / "summary.txt").write_text(text)
    assert known(path)["parameters"] is None


def test_a_run_that_was_judged_after_it_was_interrupted_has_those_metrics(tmp_path: Path) -> None:
    path = a_run(tmp_path, status="interrupted")
    for split, metrics in (("validation", {}), ("test", {"loss": 0.5})):
        (path / "evaluation.json").write_text(
            json.dumps({"split": split, "metrics": {"loss": 0.5}})
        )
        assert known(path)["metrics"] == metrics


def test_metrics_from_before_the_run_was_continued_are_not_those_of_its_weights(
    tmp_path: Path,
) -> None:
    for name, time in (("before", 0), ("since", None)):
        path = a_run(
            tmp_path,
            name,
            status="interrupted",
            resumed=[{"at": "2026-01-02T03:30:00+00:00"}, {"at": 3}, None],
        )
        file = path / "evaluation.json"
        file.write_text(json.dumps({"split": "test", "metrics": {"loss": 0.5}}))
        os.utime(file, None if time is None else (time, time))
    assert known(tmp_path / "before")["metrics"] == {}
    assert known(tmp_path / "since")["metrics"] == {"loss": 0.5}


@pytest.mark.parametrize(
    ("record", "name"),
    [
        ({"source": "cifar10"}, "cifar10"),
        ({"source": "ImageFolder", "root": "/data/pets", "path": "."}, "pets"),
        ({"source": "ImageFiles", "root": "/data", "path": "pets/**/*.png"}, "pets"),
        ({"source": "ImageFolder", "folder": "/data/pets"}, "pets"),
        ({"source": "ImageFolder", "root": [], "path": ""}, "ImageFolder"),
    ],
)
def test_data_is_called_as_its_folder_or_its_source_is(
    tmp_path: Path, record: dict[str, object], name: str
) -> None:
    data = known(a_run(tmp_path, **FINISHED, data=record))["data"]
    assert data is not None
    assert data["name"] == name
