"""Runs that a plugin took part in, and data sources that a plugin opens."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from netspec.data.source import ImageSource, Reports
from netspec.data.sources.opening import open_source
from netspec.errors import UsageError
from netspec.extension import Plugin, Plugins
from netspec.runs.saved import open_run, plugins_of
from netspec.spec.data import DataSection
from netspec.spec.facts import DataFacts, facts_of
from netspec.spec.logs import logged
from netspec.spec.training import CompileSection
from netspec.things.base import Metric
from netspec.things.labels import LABEL, LabelFacts
from netspec.things.losses.regression import MeanSquaredError
from netspec.things.optimizers.descent import SGD
from netspec.things.sources import DataSource
from tests.runs.test_saved import make_run

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.data.sources.place import Place

HERE = "tests.plugins.test_runs"


def run_with(folder: Path, plugins: Any, *, layer: str = "Flatten") -> Path:
    run = make_run(folder / "run")
    (run / "run.json").write_text(json.dumps({"format": 1, "plugins": plugins}))
    spec = run / "resolved.yaml"
    spec.write_text(spec.read_text().replace("[Flatten,", f"[{layer},"))
    return run


def noted(*named: str) -> list[dict[str, str]]:
    return [{"name": name, "version": "1.0"} for name in named]


def enabled(name: str, version: str) -> Plugins:
    return Plugins((Plugin(name, version, "--plugin", {}, frozenset()),))


def test_a_run_that_needs_a_plugin_says_which(tmp_path: Path) -> None:
    run = run_with(tmp_path, noted("acme"), layer="Odd")
    with pytest.raises(
        UsageError, match=r"was made with acme 1\.0, which is not enabled"
    ) as caught:
        open_run(run)
    assert caught.value.hint == "say --plugin acme"


def test_a_run_that_needs_two_names_those_that_are_not_enabled(tmp_path: Path) -> None:
    run = run_with(tmp_path, noted("acme", "other", "third"), layer="Odd")
    with enabled("acme", "1.0").enabled(), pytest.raises(UsageError) as caught:
        open_run(run)
    assert "made with other 1.0 and third 1.0, which are not enabled" in caught.value.message
    assert caught.value.hint == "say --plugin other --plugin third"


def test_another_version_that_cannot_read_the_run_is_told(tmp_path: Path) -> None:
    run = run_with(tmp_path, noted("acme"), layer="Odd")
    with enabled("acme", "2.0").enabled(), pytest.raises(UsageError) as caught:
        open_run(run)
    assert "was made with acme 1.0, and acme 2.0 is enabled" in caught.value.message
    assert caught.value.hint == "install the version that it was made with"


def test_a_run_whose_spec_needs_none_of_it_opens_without(tmp_path: Path) -> None:
    assert open_run(run_with(tmp_path, noted("acme"))).path == tmp_path / "run"


@pytest.mark.parametrize("plugins", [None, 3, "acme", [1, None], [{}], {"name": "acme"}])
def test_a_record_that_says_nonsense_of_its_plugins_is_borne(plugins: Any, tmp_path: Path) -> None:
    assert isinstance(plugins_of({"plugins": plugins}), dict)
    assert open_run(run_with(tmp_path, plugins)).classes


class Wrong(DataSource):
    """A source that cannot be opened."""

    opener = f"{HERE}:nowhere"


class NoSource(DataSource):
    """A source that opens as something else."""

    opener = f"{HERE}:opens_as_text"


class NoTraining(DataSource):
    """A source without images to train with."""

    opener = f"{HERE}:opens_without_training"


class _Empty(ImageSource):
    title = "empty"
    record: dict[str, Any] = {}  # noqa: RUF012 - as the interface has it
    facts = DataFacts("empty", {LABEL: LabelFacts("class", ("a", "b"))}, (4, 4, 1), {"test": 3})

    def load(self, reports: Reports, *, offline: bool) -> Any:
        del reports, offline
        return {}


def never(path: str) -> Place:
    raise AssertionError(path)


def opens_as_text(thing: DataSource, find: object) -> str:
    return "text"


def opens_without_training(thing: DataSource, find: object) -> ImageSource:
    return _Empty()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (Wrong(), f"the data source Wrong needs {HERE}:nowhere, which cannot be imported"),
        (NoSource(), "the data source NoSource opens as 'text', which is no ImageSource"),
        (NoTraining(), "the data source NoTraining does not say its classes, or has no split"),
    ],
)
def test_a_source_that_cannot_be_opened_is_told(source: DataSource, message: str) -> None:
    data = DataSection.model_construct(source=source)
    with pytest.raises(UsageError, match=message):
        open_source(data, facts_of(data), find=never)


class Worse(Metric):
    """An error."""

    labels = "numbers"
    is_error = True


class Better(Metric):
    """No error."""

    labels = "numbers"


def test_a_plugin_s_metric_says_whether_less_of_it_is_better() -> None:
    section = CompileSection.model_construct(
        optimizer=SGD(), loss=MeanSquaredError(), metrics=(Worse(), Better())
    )
    assert logged(section, ["head"]) == {"loss": "min", "worse": "min", "better": "max"}
