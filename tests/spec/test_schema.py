"""The JSON Schema is generated from the models, agrees with them, and tells an editor's user what is wrong."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspec.diagnostics import Code
from netspec.report.schemas import SCHEMAS, schema_text, spec_schema
from netspec.source.parse import parse_file
from netspec.spec.spec import SECTIONS, WholeSpec
from tests.spec.corpora import INVALID, REASONS, SHIPPED, VALID, ZOO, expected
from tests.spec.reading import problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.fields import Problem

ROOT = Path(__file__).parents[2]
SCHEMA = spec_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def name(path: Path) -> str:
    return path.stem


def value(path: Path) -> Any:
    node, _ = parse_file(path)
    return None if node is None else node.value()


def nodes(schema: object) -> Iterator[dict[str, Any]]:
    """Every mapping within a schema."""
    if isinstance(schema, dict):
        yield schema
        for part in schema.values():
            yield from nodes(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from nodes(part)


def messages(spec: object) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(spec)]


@pytest.mark.parametrize("kind", SCHEMAS)
def test_the_file_in_schema_is_what_the_models_say(kind: str) -> None:
    path = ROOT / "schema" / SCHEMAS[kind]
    assert path.read_text(encoding="utf-8") == schema_text(kind), "run: make schema"


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_schema_is_a_schema(kind: str) -> None:
    schema = json.loads(schema_text(kind))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)


def test_the_schema_has_every_section_and_field_with_its_description() -> None:
    assert set(SCHEMA["properties"]) == set(WholeSpec.model_fields)
    for section, field_type in SECTIONS.items():
        properties = SCHEMA["$defs"][section]["properties"]
        assert set(properties) == set(field_type.model.model_fields)
        assert all(schema["description"] for schema in properties.values())


def test_every_reference_leads_somewhere() -> None:
    references = {node["$ref"] for node in nodes(SCHEMA) if isinstance(node.get("$ref"), str)}
    assert {f"#/$defs/{section}" for section in SECTIONS} <= references
    for reference in references:
        found: Any = SCHEMA
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        assert isinstance(found, dict)


def test_shared_parts_are_written_once() -> None:
    text = schema_text("spec")
    shared = ("layer", "activation", "initializer", "regularizer", "constraint", "optimizer")
    for definition in (*shared, "learning_rate_schedule", "loss", "metric"):
        assert definition in SCHEMA["$defs"]
    assert text.count('"GlorotUniform": {') == 1
    assert text.count('"CosineDecay": {') == 1
    assert text.count('"tanh_shrink"') == 1
    assert len(text) < 520_000
    assert max(map(len, text.splitlines())) < 2_500


def test_nothing_but_splits_and_margins_is_one_of_several_schemas() -> None:
    schema = {key: part for key, part in SCHEMA.items() if key != "if"}
    several = [node for node in nodes(schema) if "anyOf" in node or "oneOf" in node]
    data = SCHEMA["$defs"]["data"]["properties"]
    layers = SCHEMA["$defs"]["layer"]["properties"]
    margins = [
        layers[f"{kind}{rank}D"]["properties"][field]
        for kind, field in (("Cropping", "cropping"), ("ZeroPadding", "padding"))
        for rank in (2, 3)
    ]
    assert several == [data["validation"], data["test"], data["train"], *margins]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"layers": ["Flaten"]}, "'Flaten' does not match '^(Activation|"),
        ({"layers": [{"Conv2d": {}}]}, "'Conv2d' does not match any of the regexes"),
        ({"layers": [{"Dense": {"unts": 3}}]}, "'unts' was unexpected"),
        ({"layers": [{"Dense": {"units": "3"}}]}, "'3' does not match"),
        ({"layers": [{"Dense": {"units": 0}}]}, "0 is less than the minimum of 1"),
        ({"layers": [{"Dense": {"units": 1, "activation": "rleu"}}]}, "'rleu' does not match"),
        ({"layers": [{"Dense": {"units": 1, "kernel_regularizer": "l3"}}]}, "'l3' does not match"),
        ({"layers": [{"Conv2D": {"filters": 1, "kernel_size": [3]}}]}, "[3] is too short"),
    ],
)
def test_a_typo_is_told_as_what_it_is(wrong: dict[str, object], words: str) -> None:
    found = messages({"netspec": 1, "model": {"input": [3], **wrong}})
    assert any(words.replace("^(Activation|", "^(") in message for message in found), found
    assert not any("under any of the given schemas" in message for message in found)


def test_a_typo_in_a_thing_of_an_output_is_told_as_what_it_is() -> None:
    model = {"input": [3], "layers": ["Flatten"]}
    compiled = {"optimizer": "adam", "loss": {"a": "mes"}, "metrics": {"a": ["acuracy"]}}
    found = messages({"netspec": 1, "model": model, "compile": compiled})
    assert any("'mes' does not match" in message for message in found)
    assert any("'acuracy' does not match" in message for message in found)


@pytest.mark.parametrize("path", [*VALID, *SHIPPED, *ZOO], ids=name)
def test_the_schema_takes_every_valid_spec(path: Path) -> None:
    assert messages(value(path)) == []


@pytest.mark.parametrize("path", INVALID, ids=name)
def test_the_schema_refuses_what_it_can_see(path: Path) -> None:
    reason = expected(path).reason
    if reason is None:
        assert messages(value(path)) != []
    elif reason != "text":  # what is wrong with the text may be wrong with the value, too
        assert messages(value(path)) == []


def test_the_reasons_why_it_cannot_see_are_documented() -> None:
    page = (ROOT / "docs" / "schema.md").read_text(encoding="utf-8")
    for reason in REASONS:
        assert f"`{reason}`" in page


def paths_of(spec: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every value within a spec."""
    yield path
    items = (
        spec.items()
        if isinstance(spec, dict)
        else enumerate(spec)
        if isinstance(spec, list)
        else ()
    )
    for step, part in items:
        yield from paths_of(part, (*path, step))


def replaced(spec: Any, path: tuple[str | int, ...], new: object) -> Any:
    if not path:
        return new
    step, *rest = path
    if isinstance(spec, dict):
        return {key: replaced(v, tuple(rest), new) if key == step else v for key, v in spec.items()}
    return [replaced(v, tuple(rest), new) if key == step else v for key, v in enumerate(spec)]


def at(spec: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        spec = spec[step]
    return spec


# Where there are expressions or bases, what the models read is not what is written.
PLAIN = [
    path
    for path in [*VALID, *SHIPPED]
    if not any(part in path.read_text(encoding="utf-8") for part in ("${", "extends:", "when: "))
]
SPECS = [value(path) for path in PLAIN]
SPOTS = [(spec, path) for spec in SPECS for path in paths_of(spec) if path]
WRITTEN: list[Any] = [
    None, True, False, 0, 1, -1, 2, 3.5, 1.0, 0.5, 2**31, math.nan, math.inf, "", "x", "3", "relu", "mse",
    "adam", "same", "1/2", "1/0", "7/2", "test", "Flatten", "he_normal", "l2", "a.b", "Name", [], [1],
    [1, 2], [1, 2, 3], ["a"], ["a", "b"], [None], {}, {"a": 1}, {"a": "mse"}, {"Adam": None},
    {"Adam": {"learning_rate": "1/3"}}, {"L2": {}}, {"Flatten": None}, {"shape": [3]}, {"a": ["mae"]},
    [{"AUC": {"curve": "PR"}}], {"Dense": {"units": 3}}, {"a": 1, "b": 2},
]  # fmt: skip


def unseen(spec: Any, problem: Problem) -> bool:
    """Whether a problem is one of those that no schema can see."""
    if problem.code is Code.CONTRADICTION:
        return True
    spot = at(spec, problem.path)
    parts = spot if isinstance(spot, list) else [spot]
    return any(
        (isinstance(part, float) and (part.is_integer() or not math.isfinite(part)))
        or (isinstance(part, str) and "/" in part)
        for part in parts
    )


@given(
    spot=st.sampled_from(SPOTS),
    new=st.sampled_from(WRITTEN)
    | st.integers(-5, 5)
    | st.floats()
    | st.text("aA1_/. ", max_size=4),
)
def test_models_and_schema_agree_on_every_change_of_a_valid_spec(
    spot: tuple[Any, tuple[str | int, ...]], new: object
) -> None:
    spec = replaced(spot[0], spot[1], new)
    found = problems(spec)
    if messages(spec):
        assert found, messages(spec)
    else:
        assert [problem for problem in found if not unseen(spec, problem)] == []


@given(spot=st.sampled_from(SPOTS), key=st.sampled_from(["name", "units", "x", "X-y", "a b"]))
def test_models_and_schema_agree_on_every_key_more_or_less(
    spot: tuple[Any, tuple[str | int, ...]], key: str
) -> None:
    spec, path = spot
    part = at(spec, path)
    changes: list[Any] = []
    if isinstance(part, dict):
        changes = [
            {**part, key: 1},
            *({k: v for k, v in part.items() if k != gone} for gone in part),
        ]
    elif isinstance(part, list):
        changes = [[*part, *part[:1]], part[1:]]
    for change in changes:
        changed = replaced(spec, path, change)
        seen = [p for p in problems(changed) if not unseen(changed, p)]
        assert bool(messages(changed)) == bool(seen), (change, messages(changed), seen)
