"""The tables of names and the modules behind them agree, without Keras."""

from __future__ import annotations

import importlib
import inspect
import re
import subprocess
import sys

import jsonschema
import pytest

from netspec.fields import FieldType, Registry, Thing, ThingOf
from netspec.report.schemas import spec_schema
from netspec.things import registries
from netspec.things.activations import ACTIVATION
from netspec.things.base import Loss, Metric, Optimizer
from netspec.things.metric_field import METRIC

REGISTRIES = {
    "initializers": registries.INITIALIZERS,
    "regularizers": registries.REGULARIZERS,
    "constraints": registries.CONSTRAINTS,
    "schedules": registries.SCHEDULES,
    "optimizers": registries.OPTIMIZERS,
    "losses": registries.LOSSES,
    "metrics": registries.METRICS,
    "augmentations": registries.AUGMENTATIONS,
    "callbacks": registries.CALLBACKS,
}

every_registry = pytest.mark.parametrize("registry", REGISTRIES.values(), ids=REGISTRIES)


def classes(registry: Registry) -> list[type[Thing]]:
    return [registry.get(name) for name in registry.names()]


@pytest.mark.parametrize(
    ("name", "family"),
    [(name, family) for name, registry in REGISTRIES.items() for family in registry.families],
)
def test_a_module_defines_exactly_what_its_table_names(name: str, family: str) -> None:
    module = importlib.import_module(family)
    defined = {
        kind.__name__
        for kind in vars(module).values()
        if isinstance(kind, type)
        and issubclass(kind, Thing)
        and kind.__module__ == module.__name__
        and not kind.__name__.startswith("_")
        and not inspect.isabstract(kind)
    }
    assert defined == set(REGISTRIES[name].families[family])


@every_registry
def test_every_string_names_a_thing_that_stands_without_fields(registry: Registry) -> None:
    assert all(registry.get(kind).bare() for kind in registry.strings.values())


@every_registry
def test_a_name_is_either_taken_or_refused(registry: Registry) -> None:
    taken = {*registry.modules, *registry.strings}
    assert not taken & set(registry.refused)


@every_registry
def test_every_default_is_what_its_field_takes(registry: Registry) -> None:
    for kind in classes(registry):
        for name, info in kind.model_fields.items():
            if info.is_required():
                continue
            (field_type,) = info.metadata
            written = list(info.default) if isinstance(info.default, tuple) else info.default
            read = field_type.read(written)
            assert (type(read), read) == (type(info.default), info.default), (kind, name)


@every_registry
def test_every_thing_and_field_is_described_in_a_sentence(registry: Registry) -> None:
    for kind in classes(registry):
        assert kind.__doc__, kind
        assert kind.__doc__ != (kind.__base__ or Thing).__doc__
        for name, info in kind.model_fields.items():
            assert re.fullmatch(r"[A-Z].+\.", info.description or "", re.DOTALL), (kind, name)


def test_every_loss_and_metric_says_which_labels_it_takes() -> None:
    for kind in classes(registries.LOSSES):
        assert issubclass(kind, Loss)
        assert kind.labels in {"integer", "one_hot", "binary", "numbers"}
    for kind in classes(registries.METRICS):
        assert issubclass(kind, Metric)
        assert kind.labels in {"integer", "one_hot", "binary", "numbers", "any"}
    assert all(issubclass(kind, Optimizer) for kind in classes(registries.OPTIMIZERS))


def validator_of(field_type: FieldType) -> jsonschema.Draft202012Validator:
    schema = {**field_type.schema(), "$defs": spec_schema()["$defs"]}
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@every_registry
def test_the_schema_takes_what_the_type_takes(registry: Registry) -> None:
    validator = validator_of(ThingOf(registry))
    for kind in classes(registry):
        assert validator.is_valid(kind.kind()) == kind.bare()
        assert validator.is_valid({kind.kind(): None}) == kind.bare()
    assert not validator.is_valid("Nonsense")
    assert not validator.is_valid({"Nonsense": None})
    assert all(validator.is_valid(name) for name in registry.strings)
    assert not any(validator.is_valid(name) for name in registry.refused)


def test_the_schema_of_a_metric_takes_the_special_strings() -> None:
    assert "anyOf" not in {**METRIC.schema(), **METRIC.definition()}
    validator = validator_of(METRIC)
    assert all(validator.is_valid(name) for name in ("accuracy", "acc", "mse", "AUC"))
    assert not any(validator.is_valid(name) for name in ("Accuracy", "crossentropy", "accuracyx"))


def test_the_schema_of_a_learning_rate_takes_numbers_fractions_and_schedules() -> None:
    adam = ThingOf(registries.OPTIMIZERS).definition()["properties"]["Adam"]
    assert "anyOf" not in adam["properties"]["learning_rate"]
    validator = jsonschema.Draft202012Validator({**adam, "$defs": spec_schema()["$defs"]})
    decay = {"CosineDecay": {"initial_learning_rate": 0.1, "decay_steps": 10}}
    assert all(validator.is_valid({"learning_rate": rate}) for rate in (0.1, 1, "1/1000", decay))
    wrong: tuple[object, ...] = (-1, "0.1", "CosineDecay", {"CosineDecay": {}}, None)
    assert not any(validator.is_valid({"learning_rate": rate}) for rate in wrong)


def test_the_schema_of_an_activation_lists_the_names() -> None:
    assert ACTIVATION.definition() == {"enum": [*ACTIVATION.names, None]}
    assert validator_of(ACTIVATION).is_valid("relu")
    assert not validator_of(ACTIVATION).is_valid(None)
    assert len(set(ACTIVATION.names)) == len(ACTIVATION.names)
    assert not set(ACTIVATION.names) & set(ACTIVATION.refused)


def test_the_tables_load_no_thing_and_no_heavy_library() -> None:
    code = (
        "import sys, netspec.things.registries, netspec.things.metric_field\n"
        "print(*sorted(sys.modules))"
    )
    output = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout
    loaded = set(output.split())
    assert not loaded & {"keras", "tensorflow", "numpy"}
    assert not loaded & {f"netspec.things.{name}" for name in REGISTRIES}
