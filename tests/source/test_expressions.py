"""`${…}` in a text becomes a value or a text, with every mistake at its place within the whole text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspec.source.expressions import expression, has_expression, template
from netspec.source.nodes import UNKNOWN
from netspec.source.terms import ExpressionError
from tests.source.computing import NAMES, hold, same


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${x}", 3),
        ("${sizes}", [32, 64, 128]),
        ("${nothing}", None),
        ("${yes}", True),
        ("${x}${x}", "33"),
        ("a${x}", "a3"),
        ("${x} ", "3 "),
        ("${y}!", "0.5!"),
        ("${word}-${x + 1}", "relu-4"),
        ("${yes}/${nothing}", "true/null"),
        ("$x ${x}", "$x 3"),
        ("$${x}", "$3"),
        ("}${x}{", "}3{"),
        ("${'}'}", "}"),
        ('${"${x}"}', "${x}"),
        ("${'a'}b", "ab"),
        ("no expression", "no expression"),
        ("$x", "$x"),
    ],
)
def test_a_text_that_is_one_expression_takes_its_type_and_else_it_is_put_in(
    text: str, expected: object
) -> None:
    assert same(template(text).evaluate(NAMES), expected)


@pytest.mark.parametrize(
    ("text", "message", "stretch"),
    [
        ("${", "this expression has no closing }", "${"),
        ("a ${x", "this expression has no closing }", "${x"),
        ("${x} ${'}", "this expression has no closing }", "${'}"),
        ("${}", "this expression is empty", ""),
        ("a ${ } b", "this expression is empty", " "),
        ("a ${x +} b", "this expression ends too early", "+"),
        ("${x}${y z}", "'z' is not expected here", "z"),
        ("${x${x}}", "'$' is not understood here", "$"),
        ("a ${sizes}", "is [32, 64, 128], inside a text", "sizes"),
        ("a ${fields}", "is a mapping, inside a text", "fields"),
        ("a ${1 / 0} b", "divides by zero", "1 / 0"),
        ("a ${missing}", "there is no variable 'missing'", "missing"),
    ],
)
def test_a_mistake_is_found_within_the_whole_text(text: str, message: str, stretch: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        template(text).evaluate(NAMES)
    error = caught.value
    assert (error.message, text[error.start : error.end]) == (message, stretch)


def test_a_text_is_bounded_before_it_is_made() -> None:
    names = {"long": "x" * 1000, "longer": "x" * 1001}
    assert template("${long}y").evaluate(names) == "x" * 1000 + "y"
    with pytest.raises(ExpressionError, match="too long a text"):
        template("${longer}y").evaluate(names)
    with pytest.raises(ExpressionError):
        template("${long}" * 9_000).evaluate(names)


def test_the_names_that_are_used_are_known_without_computing() -> None:
    read = template("${a + max(b, c[d])} and ${not e or f < 'g'} ${true}")
    assert read.names == {*"abcdef"}
    assert expression("a == a").names == {"a"}
    assert template("a").names == frozenset()


def test_only_a_text_holds_an_expression() -> None:
    assert has_expression("a${")
    for other in ("$x", "$ {x}", 3, None, True, ["${x}"], UNKNOWN):
        assert not has_expression(other)


@given(text=st.text(st.sampled_from("x12.5e+-*/%<>=!()[],'\" andortfl${}∞é\n"), max_size=40))
def test_any_text_is_computed_or_told_of(text: str) -> None:
    for read in (expression, template):
        try:
            read(text).evaluate(NAMES)
        except ExpressionError as error:
            hold(text, error)
