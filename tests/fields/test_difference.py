"""Values differ by what they mean, not by how they are written."""

from __future__ import annotations

from typing import Any

import pytest

from netspec.fields import read_model
from netspec.fields.difference import ABSENT, canonical, differences, plain, spelled
from netspec.layers.registry import LAYERS
from netspec.things import registries


def layer(kind: str, **fields: object) -> Any:
    return read_model(LAYERS.get(kind), fields, noun=kind)


def changes(before: object, after: object, path: str = "") -> list[tuple[str, Any, Any]]:
    return [(each.path, each.before, each.after) for each in differences(before, after, path)]


def test_a_thing_is_its_kind_and_the_fields_that_are_not_as_by_default() -> None:
    assert plain(layer("ReLU")) == "ReLU"
    assert plain(layer("ReLU", max_value=None, negative_slope=0.0)) == "ReLU"
    dense = layer("Dense", units=3, kernel_initializer={"HeNormal": {"seed": 3}}, use_bias=True)
    assert plain(dense) == {"Dense": {"units": 3, "kernel_initializer": {"HeNormal": {"seed": 3}}}}


@pytest.mark.parametrize("registry", [LAYERS, registries.INITIALIZERS, registries.OPTIMIZERS])
def test_a_default_that_is_written_is_no_difference(registry: Any) -> None:
    for name in registry.names():
        model = registry.get(name)
        required = getattr(model, "example", None)
        fields = dict(required.fields) if required is not None else {}
        needed = [key for key, info in model.model_fields.items() if info.is_required()]
        if set(needed) - fields.keys():
            continue
        written = {
            key: info.default
            for key, info in model.model_fields.items()
            if key not in fields and isinstance(info.default, str | int | float)
        }
        before = read_model(model, fields, noun=name)
        after = read_model(model, {**fields, **written}, noun=name)
        assert changes(before, after) == []
        assert canonical(plain(before)) == canonical(plain(after))


def test_true_is_not_1_and_1_is_1_point_0() -> None:
    assert changes({"a": 1}, {"a": 1.0}) == []
    assert changes({"a": 1}, {"a": True}) == [("a", 1, True)]
    assert changes({"a": [1, {"b": 2.0}]}, {"a": [1, {"b": 2}]}) == []
    assert changes({"a": "1"}, {"a": 1}) == [("a", "1", 1)]


def test_mappings_differ_key_by_key() -> None:
    assert changes({"a": 1, "b": 2}, {"b": 3, "c": 4}, "x") == [
        ("x.a", 1, ABSENT),
        ("x.b", 2, 3),
        ("x.c", ABSENT, 4),
    ]
    assert changes(None, {"a": 1}, "x") == [("x", None, {"a": 1})]


def test_lists_of_things_differ_thing_by_thing() -> None:
    one, two, other = (layer("Dense", units=units) for units in (1, 2, 3))
    relu = layer("ReLU")
    assert changes((one, two), (one, other), "x") == [("x.Dense[1].units", 2, 3)]
    assert changes((one,), (one, relu), "x") == [("x.ReLU", ABSENT, "ReLU")]
    assert changes((one, relu), (relu, one), "x") == [("x", ["Dense", "ReLU"], ["ReLU", "Dense"])]
    named = layer("Dense", name="head", units=1), layer("Dense", name="head", units=2)
    assert changes((relu, named[0]), (relu, named[1]), "x") == [("x.head.units", 1, 2)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (ABSENT, "-"),
        (None, "null"),
        (True, "true"),
        (1e-3, "0.001"),
        (64.0, "64"),
        (1e300, "1e+300"),
        ("relu", "relu"),
        ([1, [2, None]], "[1, [2, null]]"),
        ({"L2": {"l2": 0.1}}, "{L2: {l2: 0.1}}"),
    ],
)
def test_a_value_is_told_on_one_line(value: object, text: str) -> None:
    assert spelled(value) == text
