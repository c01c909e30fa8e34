"""MLflow's names are short texts that a terminal and a page can show, and a spec says no address."""

from __future__ import annotations

from typing import Any

import pytest

from netspec.diagnostics import Code
from netspec.errors import MissingExtraError
from netspec.fields import Mismatch, ThingOf
from netspec.runs.environment import require_packages
from netspec.things.registries import CALLBACKS
from netspec.things.tracking import MLflow

CALLBACK = ThingOf(CALLBACKS)


def test_it_stands_without_fields_and_takes_two_names() -> None:
    assert CALLBACK.read("MLflow") == MLflow(experiment=None, run_name=None)
    written = {"experiment": "CIFAR-10 / ResNet", "run_name": "third try (small)"}
    assert CALLBACK.read({"MLflow": written}) == MLflow(**written)


@pytest.mark.parametrize("name", ["", " a", "a ", "a  b", "a\nb", "a\x1bb", "a" * 201, 3])
def test_a_name_is_a_short_text_on_one_line(name: Any) -> None:
    with pytest.raises(Mismatch) as caught:
        CALLBACK.read({"MLflow": {"experiment": name}})
    (problem,) = caught.value.problems
    assert problem.code is Code.VALUE


@pytest.mark.parametrize("field", ["tracking_uri", "uri", "artifact_location"])
def test_a_spec_does_not_say_where_it_writes(field: str) -> None:
    with pytest.raises(Mismatch):
        CALLBACK.read({"MLflow": {field: "http://host"}})


def test_a_missing_package_is_told_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match="MLflow needs mlflow") as caught:
        require_packages([MLflow()])
    assert caught.value.hint == "pip install 'netspec-keras[mlflow]'"
