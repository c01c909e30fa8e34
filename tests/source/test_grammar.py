"""Expressions are read as Python reads them, what is none is told where it ends, and all of it is bounded."""

from __future__ import annotations

import pytest

from netspec.source.expressions import expression
from netspec.source.grammar import FUNCTIONS, MAX_DEPTH, MAX_LENGTH, MAX_OPERATORS, RESERVED
from netspec.source.terms import LARGEST, ExpressionError
from tests.source.computing import NAMES, refused, same, value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", 12),
        ("0", 0),
        ("007", 7),
        ("1.5", 1.5),
        ("1.", 1.0),
        (".5", 0.5),
        ("1e-3", 0.001),
        ("1E3", 1000.0),
        ("2.5e+2", 250.0),
        ("true", True),
        ("false", False),
        ("null", None),
        ("'relu'", "relu"),
        ('"it\'s"', "it's"),
        ("''", ""),
        ("'}'", "}"),
        ("x", 3),
        (" x ", 3),
        ("\tx\n", 3),
        ("word", "relu"),
        ("nothing", None),
        ("sizes", [32, 64, 128]),
        ("9223372036854775807", LARGEST),
        ("-9223372036854775807", -LARGEST),
        ("((x))", 3),
    ],
)
def test_a_value_is_what_it_says(text: str, expected: object) -> None:
    assert same(value(text), expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 4 - 3", 3),
        ("2 * 7 // 3 * 3", 12),
        ("7 // 2", 3),
        ("-7 // 2", -4),
        ("7 % -3", -2),
        ("7 / 2", 3.5),
        ("4 / 2", 2.0),
        ("2 ** 3 ** 2", 512),
        ("2 ** -1", 0.5),
        ("-2 ** 2", -4),
        ("(-2) ** 2", 4),
        ("2 ** - - 1", 2),
        ("--x", 3),
        ("+-+x", -3),
        ("-x * -x", 9),
        ("1 - -1", 2),
        ("2*-3", -6),
        ("x*2+1", 7),
        ("6 / 3 * 2", 4.0),
        ("9 % 5 % 3", 1),
        ("4 ** 0.5", 2.0),
        ("0 ** 0", 1),
        ("-1 ** 2", -1),
        ("not false and false", False),
        ("not (false and false)", True),
        ("true or true and false", True),
        ("(true or true) and false", False),
        ("not 1 == 2", True),
        ("not not yes", True),
        ("1 + 1 == 2 and 3 > 2", True),
        ("1 < 2 < 3", True),
        ("1 < 3 < 2", False),
        ("3 > 2 >= 2 > 1", True),
        ("1 == 1.0", True),
        ("1 != 2 != 1", True),
        ("1 < 2 == 2", True),
        ("(1 < 2) == true", True),
        ("'a' < 'b'", True),
        ("'a' == 'a'", True),
        ("word == 'relu'", True),
        ("word != 'relu'", False),
        ("nothing == null", True),
        ("x == null", False),
        ("'1' == 1", False),
        ("true == 1", False),
        ("false == 0", False),
        ("true != 1", True),
        ("zero == false", False),
        ("sizes[0]", 32),
        ("sizes[-1]", 128),
        ("sizes[x - 1]", 128),
        ("sizes[0] * 2", 64),
        ("-sizes[0]", -32),
        ("2 ** sizes[0]", 2**32),
        ("grid[1][0]", 3),
        ("grid[0]", [1, 2]),
        ("min(3, 1, 2)", 1),
        ("max(sizes)", 128),
        ("min(sizes)", 32),
        ("max(x, 2.5)", 3),
        ("max(2.5, x) - 0.5", 2.5),
        ("max(5)", 5),
        ("max(1, 2,)", 2),
        ("round(2.5)", 2),
        ("round(3.5)", 4),
        ("round(2.675, 2)", 2.67),
        ("round(-0.4)", 0),
        ("round(7, 1)", 7),
        ("int(2.9)", 2),
        ("int(-2.9)", -2),
        ("int(7 / 2) * 2", 6),
        ("max(min(x, 2), round(0.9))", 2),
        ("nota", "found"),
        ("android + orange", 3),
        ("integer", 4),
    ],
)
def test_operators_bind_and_compute_as_python_s(text: str, expected: object) -> None:
    names = {**NAMES, "nota": "found", "android": 1, "orange": 2, "integer": 4}
    assert same(expression(text).evaluate(names), expected)


OPERATOR_MISSING = "an operator such as + may be missing"
HOLDS = "an expression holds names, numbers and + - * / // % **"
NO_IF = "there is no if in expressions; use the item's `when`"


@pytest.mark.parametrize(
    ("text", "message", "stretch", "hint"),
    [
        ("x y", "'y' is not expected here", "y", OPERATOR_MISSING),
        ("2x", "'2x' is not understood here", "2x", HOLDS),
        ("1.2.3", "'1.2.3' is not understood here", "1.2.3", HOLDS),
        ("x.real", "'.real' is not understood here", ".real", HOLDS),
        ("x = 1", "'=' is not understood here", "=", "two values are compared by =="),
        ("x & y", "'&' is not understood here", "&", "write and"),
        ("x | y", "'|' is not understood here", "|", "write or"),
        ("!x", "'!' is not understood here", "!", "write not"),
        ("x ? 1", "'?' is not understood here", "?", "there is no if; use the item's `when`"),
        ("x $ y", "'$' is not understood here", "$", HOLDS),
        ("x @ y", "'@' is not understood here", "@", HOLDS),
        ("x; y", "';' is not understood here", ";", HOLDS),
        ("'open", "''' is not understood here", "'", HOLDS),
        ("1 if yes else 2", "'if' is not expected here", "if", NO_IF),
        ("if", "'if' is not expected here", "if", NO_IF),
        ("else + 1", "'else' is not expected here", "else", NO_IF),
        ("lambda", "'lambda' is not expected here", "lambda", OPERATOR_MISSING),
        ("and x", "'and' is not expected here", "and", OPERATOR_MISSING),
        ("* x", "'*' is not expected here", "*", OPERATOR_MISSING),
        ("x + * y", "'*' is not expected here", "*", OPERATOR_MISSING),
        ("x)", "')' is not expected here", ")", OPERATOR_MISSING),
        ("()", "')' is not expected here", ")", OPERATOR_MISSING),
        ("[1, 2]", "'[' is not expected here", "[", OPERATOR_MISSING),
        ("sizes[]", "']' is not expected here", "]", OPERATOR_MISSING),
        ("sizes[0:1]", "':' is not understood here", ":", HOLDS),
        ("max(1 2)", "'2' is not expected here", "2", OPERATOR_MISSING),
        ("max(, 1)", "',' is not expected here", ",", OPERATOR_MISSING),
        ("max", "max is a function", "max", "write max(…)"),
        ("1 + int", "int is a function", "int", "write int(…)"),
        ("abs(x)", "there is no function 'abs'", "abs", "there are int, max, min, round"),
        ("mix(1, 2)", "there is no function 'mix'", "mix", "did you mean min?"),
        ("x(1)", "there is no function 'x'", "x", "there are int, max, min, round"),
        ("__import__('os')", "there is no function '__import__'", "__import__", "there are int, max, min, round"),
        ("True", "'True' is not understood here", "True", "write true"),
        ("x == None", "'None' is not understood here", "None", "write null"),
        ("x +", "this expression ends too early", "+", "a value is missing"),
        ("(x", "this expression ends too early", "x", "a value is missing"),
        ("max(1,", "this expression ends too early", ",", "a value is missing"),
        ("", "this expression is empty", "", "write a name"),
        ("   ", "this expression is empty", "   ", "write a name"),
    ],
)  # fmt: skip
def test_what_is_no_expression_is_told_where_it_stops_being_one(
    text: str, message: str, stretch: str, hint: str | None
) -> None:
    error = refused(text)
    assert (error.message, text[error.start : error.end], error.hint) == (message, stretch, hint)
    assert not error.of_term


def test_an_expression_is_bounded_in_length_depth_and_operators() -> None:
    assert value("1" + "+1" * MAX_OPERATORS) == MAX_OPERATORS + 1
    error = refused("1" + "+1" * (MAX_OPERATORS + 1))
    assert error.message == f"an expression has at most {MAX_OPERATORS} operators"
    assert (error.start, error.end) == (2 * MAX_OPERATORS + 1, 2 * MAX_OPERATORS + 2)
    deep = MAX_DEPTH - 1
    assert value("(" * deep + "x" + ")" * deep) == 3
    message = f"an expression is nested at most {MAX_DEPTH} levels deep"
    assert refused("(" * 400 + "x" + ")" * 400).message == message
    assert refused("-" * 900 + "x").message == message
    assert refused("not " * 200 + "yes").message == message
    assert refused("2**" * 200 + "1").message == message
    assert (
        refused("x" * (MAX_LENGTH + 1)).message
        == f"an expression has at most {MAX_LENGTH:,} characters"
    )
    assert value(" " * (MAX_LENGTH - 1) + "x") == 3


def test_the_longest_chains_need_little_stack() -> None:
    for text in (
        "yes and " * 120 + "yes",
        "false or " * 105 + "yes",
        "1" + "+1" * 200,
        "1" + "<=1" * 200,
    ):
        assert value(text) in {True, 201}
    deepest = "(yes and " * 20 + "yes" + ")" * 20
    assert value(deepest) is True


def test_what_means_something_in_expressions_is_reserved() -> None:
    assert {*FUNCTIONS, "true", "false", "null", "and", "or", "not", "index"} <= RESERVED
    for name in RESERVED - {"index", "true", "false", "null"}:
        with pytest.raises(ExpressionError):
            expression(name).evaluate(dict.fromkeys(RESERVED, 1))
