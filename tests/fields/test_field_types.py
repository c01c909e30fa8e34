"""Field types are strict, say what they take in a person's words, and describe themselves as JSON Schema."""

from __future__ import annotations

import contextlib
import math
from typing import Annotated, ClassVar

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspec.diagnostics import Code
from netspec.fields import (
    Choice,
    Fields,
    FieldType,
    Flag,
    ListOf,
    MapOf,
    Mismatch,
    Nullable,
    OneOf,
    Pair,
    Problem,
    Real,
    Registry,
    Text,
    ThingOf,
    Whole,
    optional,
    read_model,
    required,
)
from netspec.fields.base import fields_schema
from netspec.fields.collections import any_of
from netspec.layers.registry import LAYERS
from netspec.layers.wiring import NAME
from netspec.spec.data import HELD_OUT
from netspec.things.registries import AUGMENTATIONS, SOURCES

NAN, INF = math.nan, math.inf
TYPES: dict[str, tuple[FieldType, list[tuple[object, object]], list[object]]] = {
    "a whole number": (
        Whole(),
        [(3, 3), (-3, -3), (0, 0)],
        ["3", 3.0, True, False, None, [3], {}, 2**31, -(2**31)],
    ),
    "a whole number of at least 1": (Whole(1), [(1, 1), (2**31 - 1, 2**31 - 1)], [0, -1, True]),
    "a whole number from 2 to 5": (Whole(2, 5), [(2, 2), (5, 5)], [1, 6]),
    "a number": (
        Real(),
        [(3, 3.0), (-0.5, -0.5), ("1/4", 0.25), ("-1 / 4", -0.25), ("1.5/3", 0.5), ("1./4", 0.25)],
        [
            "3",
            "0.5",
            "1/0",
            "1/4/2",
            "1//4",
            "1./",
            "1..3",
            "a/b",
            "1/-4",
            True,
            None,
            NAN,
            INF,
            -INF,
            [1],
            {},
        ],
    ),
    "a number above 0 and below 1": (Real(above=0, below=1), [("1/2", 0.5)], [0, 1, "2/2", "3/2"]),
    "true or false": (Flag(), [(True, True), (False, False)], ["yes", "true", 1, 0, None, []]),
    "a text": (Text(), [("a", "a"), ("ä b", "ä b")], ["", 3, True, None, ["a"], {"a": 1}]),
    "valid or same": (Choice("valid", "same"), [("same", "same")], ["Same", "", None, 1, ["same"]]),
    "a whole number of at least 1, or a pair of them": (
        Pair(Whole(1)),
        [(3, (3, 3)), ([3, 5], (3, 5))],
        [[3], [3, 5, 7], [], [3, "5"], "3", [3.0, 3], [[3, 3]], {}, None],
    ),
    "a list of at least 1, each true or false": (
        ListOf(Flag(), minimum=1),
        [([True], (True,)), ([True, False], (True, False))],
        [[], True, [1], None, {}, "true"],
    ),
    "a list of 2, each a number": (ListOf(Real(), 2, 2), [([1, 2], (1, 2))], [[1], [1, 2, 3]]),
    "a mapping of names to numbers": (
        MapOf(Real(), NAME, what="a mapping of names to numbers"),
        [({"a": 1}, {"a": 1.0})],
        [{}, {"A": 1}, {"a": "x"}, [1], None, 3],
    ),
    "true or false, or null": (Nullable(Flag()), [(None, None), (True, True)], [0, "null", []]),
    "a whole number, or a list of at least 1, each a whole number": (
        OneOf(Whole(), ListOf(Whole(), minimum=1)),
        [(1, 1), ([1, 2], (1, 2))],
        ["1", [], ["1"], 1.0, None],
    ),
}
# What JSON Schema takes and netspec does not: docs/schema.md says why.
UNSEEN = {"3.0", "nan", "inf", "-inf", "'1/0'", "'2/2'", "'3/2'", "[3.0, 3]", "1.0"}


def problems(field_type: FieldType, value: object) -> tuple[Problem, ...]:
    with pytest.raises(Mismatch) as caught:
        field_type.read(value)
    return caught.value.problems


SIZE = ListOf(Whole(1), minimum=2, maximum=2, what="[height, width]")
FLIPS = ListOf(ThingOf(AUGMENTATIONS), what="augmentations")


@pytest.mark.parametrize("words", TYPES)
def test_a_type_reads_what_it_takes(words: str) -> None:
    field_type, taken, _ = TYPES[words]
    for value, read in taken:
        got = field_type.read(value)
        assert (type(got), got) == (type(read), read)


@pytest.mark.parametrize("words", TYPES)
def test_a_type_refuses_everything_else_in_words(words: str) -> None:
    field_type, _, refused = TYPES[words]
    assert field_type.words == words
    for value in refused:
        for problem in problems(field_type, value):
            assert problem.message


@pytest.mark.parametrize("words", TYPES)
def test_the_schema_takes_the_same(words: str) -> None:
    field_type, taken, refused = TYPES[words]
    schema = field_type.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for value, _ in taken:
        assert validator.is_valid(value), value
    for value in refused:
        assert validator.is_valid(value) == (repr(value) in UNSEEN), value


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=6,
    )
)
def test_no_type_raises_anything_but_a_mismatch(value: object) -> None:
    for field_type, _, _ in TYPES.values():
        with contextlib.suppress(Mismatch):
            field_type.read(value)


@pytest.mark.parametrize(
    ("field_type", "value", "message", "hint"),
    [
        (Whole(1), "3", "takes a whole number of at least 1, not the text '3'", "remove the quotes"),
        (Whole(1), 1e3, "takes a whole number of at least 1, not 1000.0", "write 1000"),
        (Whole(1), 1.5, "takes a whole number of at least 1, not 1.5", None),
        (Whole(), 2**31, "takes a whole number, not 2147483648", "2147483647 is the limit"),
        (Whole(1), True, "takes a whole number of at least 1, not true", None),
        (Whole(), NAN, "takes a whole number, not nan", None),
        (Real(), "0.5", "takes a number, not the text '0.5'", "remove the quotes"),
        (Real(), NAN, "takes a number, not nan", None),
        (Real(), "1/0", "divides by zero: '1/0'", None),
        (Whole(2, 5), "6", "takes a whole number from 2 to 5, not the text '6'", None),
        (Whole(1), "1e3", "takes a whole number of at least 1, not the text '1e3'", "write 1000"),
        (Whole(1), "1..3", "takes a whole number of at least 1, not the text '1..3'", None),
        (Real(above=0, below=1), "1.5", "takes a number above 0 and below 1, not the text '1.5'", None),
        (Real(above=0, below=1), "20%", "takes a number above 0 and below 1, not the text '20%'", "write 0.2"),
        (Real(above=0, below=1), "120 %", "takes a number above 0 and below 1, not the text '120 %'", None),
        (Flag(), "no", "takes true or false, not the text 'no'", "write false"),
        (Flag(), "on", "takes true or false, not the text 'on'", "write true"),
        (Text(), 3, "takes a text, not 3", "quote it"),
        (Text("a word", "^[a-z]+$"), 1.5, "takes a word, not 1.5", None),
        (Text("a word", "^[a-z]+$"), True, "takes a word, not true", "quote it"),
        (
            HELD_OUT,
            1.5,
            f"takes {HELD_OUT.words}, not 1.5",
            "a fraction is below 1, such as 0.2 for 20 %; a number of images has no decimal point",
        ),
        (HELD_OUT, "1.5", f"takes {HELD_OUT.words}, not the text '1.5'", None),
        (HELD_OUT, True, f"takes {HELD_OUT.words}, not true", None),
        (HELD_OUT, "20%", f"takes {HELD_OUT.words}, not the text '20%'", "write 0.2"),
        (HELD_OUT, "0.2", f"takes {HELD_OUT.words}, not the text '0.2'", "remove the quotes"),
        (Text(), [3], "takes a text, not [3]", None),
        (Text(), "", "takes a text, not an empty text", None),
        (Choice("valid", "same"), "smae", "takes valid or same, not the text 'smae'", "did you mean same?"),
        (Choice(*"abcdefgh"), "x", "takes one of 8 names, such as a, b, c, not the text 'x'", None),
        (ListOf(Text(), what="a list of names"), "a", "takes a list of names, not the text 'a'", "write [a]"),
        (ListOf(Text(), 2, what="two names"), 5, "takes two names, not 5", None),
        (SIZE, 64, "takes [height, width], not 64", "write [64, 64]"),
        (SIZE, 0, "takes [height, width], not 0", None),
        (SIZE, True, "takes [height, width], not true", None),
        (SIZE, "(64, 32)", "takes [height, width], not the text '(64, 32)'", "write [64, 32]"),
        (SIZE, "(64, 64, 3)", "takes [height, width], not the text '(64, 64, 3)'", None),
        (Nullable(SIZE), 64, "takes [height, width], or null, not 64", "write [64, 64]"),
        (ListOf(Real(), 2, 2, what="a range"), 64, "takes a range, not 64", None),
        (ListOf(Whole(), what="axes"), 3, "takes axes, not 3", "write [3]"),
        (FLIPS, {"RandomFlip": {}, "RandomRotation": {"factor": "x"}}, "takes augmentations, not a mapping",
         "put `- ` before each, as in `- RandomFlip`"),
        (FLIPS, {"mode": "horizontal"}, "takes augmentations, not a mapping", None),
        (FLIPS, "RandomFlip", "takes augmentations, not the text 'RandomFlip'", "write [RandomFlip]"),
        (ListOf(Whole(), minimum=2), [1], "takes a list of at least 2, each a whole number, not a list of 1", None),
        (Nullable(Pair(Whole())), ["1"], "takes a whole number, or a pair of them, or null, not ['1']", None),
    ],
)  # fmt: skip
def test_a_mismatch_says_what_is_taken_and_what_was_given(
    field_type: FieldType, value: object, message: str, hint: str | None
) -> None:
    (problem,) = problems(field_type, value)
    assert (problem.message, problem.hint, problem.code) == (message, hint, Code.VALUE)


@pytest.mark.parametrize(
    ("registry", "value", "hint"),
    [
        (AUGMENTATIONS, {"RandomFlip": "horizontal"}, "write `RandomFlip: {mode: horizontal}`"),
        (AUGMENTATIONS, {"RandomFlip": "sideways"}, "write `RandomFlip: {mode: …}`"),
        (AUGMENTATIONS, {"RandomCrop": 28}, "write `RandomCrop: {height: …, width: …}`"),
        (LAYERS, {"Dense": 10}, "write `Dense: {units: 10}`"),
        (LAYERS, {"Dense": [10]}, "write `Dense: {units: 10}`"),
        (LAYERS, {"Conv2D": [64, 3]}, "write `Conv2D: {filters: 64, kernel_size: 3}`"),
        (LAYERS, {"MaxPooling2D": [2, 2]}, "write `MaxPooling2D: {pool_size: …}`"),
        (LAYERS, {"Activation": "relu"}, "write `Activation: {activation: relu}`"),
        (LAYERS, {"Add": "stem"}, "write `Add` alone"),
        (SOURCES, {"ImageFolder": "data/pets"}, "write `ImageFolder: {path: data/pets}`"),
        (SOURCES, {"ImageFolder": "my: pets"}, "write `ImageFolder: {path: …}`"),
    ],
)
def test_a_value_in_the_place_of_fields_is_told_the_field_that_it_belongs_to(
    registry: Registry, value: object, hint: str
) -> None:
    (problem,) = problems(ThingOf(registry), value)
    assert problem.hint == hint


def test_every_wrong_item_of_a_list_is_told_at_its_place() -> None:
    found = problems(ListOf(Whole(1)), [1, 0, 2, "x"])
    assert [problem.path for problem in found] == [(1,), (3,)]


class Thing(Fields):
    """A thing with fields.

    More of it.
    """

    not_yet: ClassVar[frozenset[str]] = frozenset({"later"})

    units: Annotated[int, Whole(1)] = required("How many.")
    rate: Annotated[float, Real()] = optional(0.5, "How much.")
    sizes: Annotated[tuple[int, ...] | None, Nullable(ListOf(Whole()))] = optional(None, "Sizes.")


def model_problems(
    value: object,
) -> list[tuple[Code, str, str | None, tuple[str | int, ...], bool]]:
    with pytest.raises(Mismatch) as caught:
        read_model(Thing, value, noun="a thing")
    return [(p.code, p.message, p.hint, p.path, p.at_key) for p in caught.value.problems]


def test_a_model_holds_what_was_read_and_the_defaults() -> None:
    thing = read_model(Thing, {"units": 3, "sizes": [1, 2]}, noun="a thing")
    assert (thing.units, thing.rate, thing.sizes) == (3, 0.5, (1, 2))
    with pytest.raises(ValueError, match="frozen"):
        thing.units = 4  # type: ignore[misc]


def test_an_unknown_key_is_told_with_the_nearest_field_and_is_no_missing_one() -> None:
    assert model_problems({"unts": 3}) == [
        (Code.UNKNOWN_KEY, "a thing has no field 'unts'", "did you mean units?", ("unts",), True)
    ]
    assert model_problems({"units:3": None}) == [
        (
            Code.UNKNOWN_KEY,
            "a thing has no field 'units:3'",
            "a space is missing: write `units: 3`",
            ("units:3",),
            True,
        )
    ]
    assert model_problems({"colour": 1, "units": 1}) == [
        (
            Code.UNKNOWN_KEY,
            "a thing has no field 'colour'",
            "it has units, rate, sizes",
            ("colour",),
            True,
        )
    ]


def test_a_field_to_come_is_told_as_such() -> None:
    ((code, message, _, path, at_key),) = model_problems({"units": 1, "later": 1})
    assert (code, path, at_key) == (Code.NOT_YET, ("later",), True)
    assert message == "'later' is not in this version of netspec yet"


def test_all_problems_of_a_model_come_together() -> None:
    found = model_problems({"rate": "x", "sizes": [1, "y"], "colour": 1})
    assert [(code, path) for code, _, _, path, _ in found] == [
        (Code.UNKNOWN_KEY, ("colour",)),
        (Code.MISSING_FIELD, ()),
        (Code.VALUE, ("rate",)),
        (Code.VALUE, ("sizes", 1)),
    ]
    assert [message for _, message, _, _, _ in found[2:]] == [
        "a thing: rate takes a number, not the text 'x'",
        "a thing: sizes[1] takes a whole number, not the text 'y'",
    ]


@pytest.mark.parametrize("value", [None, 3, "units", [1]])
def test_a_model_is_a_mapping(value: object) -> None:
    ((code, message, hint, _, _),) = model_problems(value)
    assert code is Code.VALUE
    assert message.startswith("a thing takes a mapping of fields, not ")
    assert hint == "it has units, rate, sizes"


def test_the_schema_of_a_model_has_its_fields_and_nothing_else() -> None:
    assert fields_schema(Thing) == {
        "description": "A thing with fields.",
        "type": "object",
        "properties": {
            "units": {"description": "How many.", **Whole(1).schema()},
            "rate": {"description": "How much.", **Real().schema(), "default": 0.5},
            "sizes": {"description": "Sizes.", **Nullable(ListOf(Whole())).schema()},
        },
        "required": ["units"],
        "additionalProperties": False,
    }


def test_types_that_exclude_each_other_are_one_schema() -> None:
    assert any_of(Whole(1).schema(), {"type": "null"}) == {
        "type": ["integer", "null"],
        "minimum": 1,
        "maximum": 2**31 - 1,
    }
    assert any_of(Choice("a").schema(), {"type": "null"}) == {
        "type": ["string", "null"],
        "enum": ["a", None],
    }
    assert "anyOf" in any_of(Whole(1).schema(), Real().schema())
    assert "anyOf" in any_of(Choice("a").schema(), Whole(1).schema())
    assert "anyOf" in any_of(Text().schema(), Choice("a").schema())
