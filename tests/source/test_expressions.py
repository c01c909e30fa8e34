"""`${…}` computes what Python's own operators would, says where it cannot, and never computes without bounds."""

from __future__ import annotations

import math
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspec.source.expressions import (
    FUNCTIONS,
    LARGEST,
    MAX_DEPTH,
    MAX_LENGTH,
    MAX_OPERATORS,
    RESERVED,
    ExpressionError,
    expression,
    has_expression,
    template,
)
from netspec.source.nodes import UNKNOWN

NAMES: dict[str, Any] = {
    "x": 3,
    "y": 0.5,
    "zero": 0,
    "yes": True,
    "nothing": None,
    "word": "relu",
    "sizes": [32, 64, 128],
    "grid": [[1, 2], [3, 4]],
    "fields": {"a": 1},
    "big": LARGEST,
    "unknown": UNKNOWN,
}


def value(text: str) -> Any:
    return expression(text).evaluate(NAMES)


def refused(text: str) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        expression(text).evaluate(NAMES)
    return caught.value


def same(left: Any, right: Any) -> bool:
    """Equal, and of one type: 1 is not 1.0, and not true."""
    return type(left) is type(right) and bool(left == right)


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


def test_what_is_left_of_and_and_or_can_decide_alone() -> None:
    assert value("x == 0 or 1 / x > 0") is True
    assert value("zero == 0 or 1 / zero > 0") is True
    assert value("zero != 0 and 1 / zero > 0") is False
    assert value("false and sizes[99] > 0") is False
    assert (
        refused("true and sizes[99] > 0").message == "has no element 99: it has 3, counted from 0"
    )


def test_what_follows_from_an_unknown_value_is_unknown() -> None:
    computed = (
        "unknown",
        "unknown + 1",
        "-unknown",
        "unknown[0]",
        "max(1, unknown)",
        "unknown == 1",
    )
    decided = (
        "not unknown",
        "unknown and true",
        "true and unknown",
        "false or unknown",
        "1 < unknown < 2",
    )
    for text in (*computed, *decided):
        assert value(text) is UNKNOWN, text
    assert template("a${unknown}b").evaluate(NAMES) is UNKNOWN
    # Whatever it is, these are known.
    assert value("unknown and false") is False
    assert value("unknown or true") is True
    assert value("true or unknown") is True
    # What is wrong all the same is told.
    assert refused("unknown + missing").unknown
    assert refused("unknown and x").message.startswith("is 3")


@pytest.mark.parametrize(
    ("text", "message", "stretch", "hint"),
    [
        ("1 / 0", "divides by zero", "1 / 0", None),
        ("2 + 1 // zero", "divides by zero", "1 // zero", None),
        ("(x % 0) + 1", "divides by zero", "x % 0", None),
        ("0 ** -1", "divides by zero", "0 ** -1", None),
        ("0.0 ** -1", "divides by zero", "0.0 ** -1", None),
        ("(-8) ** 0.5", "is a root of a negative number", "-8) ** 0.5", None),
        ("(-8.0) ** (1 / 3)", "is a root of a negative number", "-8.0) ** (1 / 3", None),
        ("1 + word", "is the text 'relu', where a number is needed", "word", None),
        ("word * 2", "is the text 'relu', where a number is needed", "word", None),
        ("-word", "is the text 'relu', where a number is needed", "word", None),
        ("yes + 1", "is true, where a number is needed", "yes", None),
        ("1 + nothing", "is null, where a number is needed", "nothing", None),
        ("sizes + sizes", "is [32, 64, 128], where a number is needed", "sizes", None),
        ("x + (1 > 0)", "is true, where a number is needed", "1 > 0", None),
        ("1 < word", "is the text 'relu', where a number is needed", "word", None),
        ("yes < 2", "is true, where a number is needed", "yes", None),
        ("1 < 2 < nothing", "is null, where a number is needed", "nothing", None),
        ("not x", "is 3, where true or false is needed", "x", "compare it, as in x > 0"),
        ("x and yes", "is 3, where true or false is needed", "x", "compare it, as in x > 0"),
        ("yes and word", "is the text 'relu', where true or false is needed", "word", "compare it, as in x > 0"),
        ("false or nothing", "is null, where true or false is needed", "nothing", "compare it, as in x > 0"),
        ("sizes[3]", "has no element 3: it has 3, counted from 0", "sizes", None),
        ("sizes[-4]", "has no element -4: it has 3, counted from 0", "sizes", None),
        ("grid[0][2]", "has no element 2: it has 2, counted from 0", "grid[0]", None),
        ("sizes[1.0]", "is 1.0, where a whole number is needed", "1.0", None),
        ("sizes[yes]", "is true, where a whole number is needed", "yes", None),
        ("sizes['0']", "is the text '0', where a whole number is needed", "'0'", None),
        ("x[0]", "is 3, and has no elements", "x", None),
        ("word[0]", "is the text 'relu', and has no elements", "word", None),
        ("fields[0]", "is a mapping, and has no elements", "fields", None),
        ("min()", "needs a number", "min()", None),
        ("max(word)", "is the text 'relu', where a number is needed", "word", None),
        ("max(1, 'a')", "is the text 'a', where a number is needed", "'a'", None),
        ("max(grid)", "is [1, 2], where a number is needed", "max(grid)", None),
        ("round()", "takes a number, and how many decimals", "round()", None),
        ("round(1, 2, 3)", "takes a number, and how many decimals", "round(1, 2, 3)", None),
        ("int(1, 2)", "takes one number", "int(1, 2)", None),
        ("int('3')", "is the text '3', where a number is needed", "'3'", None),
        ("round(1.5, -1)", "rounds to 0 to 15 decimals", "round(1.5, -1)", None),
        ("round(1.5, 16)", "rounds to 0 to 15 decimals", "round(1.5, 16)", None),
        ("round(1.5, 1.0)", "rounds to 0 to 15 decimals", "round(1.5, 1.0)", None),
        ("round(1.5, true)", "rounds to 0 to 15 decimals", "round(1.5, true)", None),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_is_told_with_the_part_that_it_is(
    text: str, message: str, stretch: str, hint: str | None
) -> None:
    error = refused(text)
    assert (error.message, text[error.start : error.end], error.hint) == (message, stretch, hint)
    assert error.of_term
    assert not error.unknown


@pytest.mark.parametrize(
    ("text", "message", "stretch", "hint"),
    [
        ("widht + 1", "there is no variable 'widht'", "widht", "did you mean width?"),
        ("width + zzz", "there is no variable 'zzz'", "zzz", "known here: width, depth"),
    ],
)
def test_an_unknown_name_comes_with_the_nearest_or_those_that_there_are(
    text: str, message: str, stretch: str, hint: str
) -> None:
    with pytest.raises(ExpressionError) as caught:
        expression(text).evaluate({"width": 1, "depth": 2})
    error = caught.value
    assert (error.message, text[error.start : error.end], error.hint) == (message, stretch, hint)
    assert error.unknown


def test_where_there_is_no_variable_that_is_said() -> None:
    with pytest.raises(ExpressionError, match="there is no variable 'a'") as caught:
        expression("a").evaluate({})
    assert caught.value.hint == "no variable is known here"


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


TOO_LARGE = "is larger than any number that a spec can hold"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("9**9**9", TOO_LARGE),
        ("9**9**9**9**9", TOO_LARGE),
        ("(-9)**9**9", TOO_LARGE),
        ("2**63", TOO_LARGE),
        ("2**(x**20)", TOO_LARGE),
        ("big + 1", TOO_LARGE),
        ("-big - 1", TOO_LARGE),
        ("big * big", TOO_LARGE),
        ("big ** big", TOO_LARGE),
        ("9223372036854775808", TOO_LARGE),
        ("9" * 900, TOO_LARGE),
        ("1e400", TOO_LARGE),
        ("1e308 * 10", TOO_LARGE),
        ("1e308 + 1e308", TOO_LARGE),
        ("1e200 ** 2", TOO_LARGE),
        ("10 ** 400.0", TOO_LARGE),
        ("1e308 // 1e-308", TOO_LARGE),
        ("int(1e19)", TOO_LARGE),
        ("round(1e300)", TOO_LARGE),
        ("2 ** -9223372036854775807", "is too close to 0"),
        ("big ** -big", "is too close to 0"),
    ],
)
def test_a_number_is_bounded_before_it_is_computed(text: str, message: str) -> None:
    started = time.process_time()
    error = refused(text)
    assert error.message == message
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2**62 + (2**62 - 1)", LARGEST),
        ("1 ** big", 1),
        ("(-1) ** big", -1),
        ("zero ** big", 0),
        ("1.5 ** 100", 1.5**100),
        ("0.5 ** big", 0.0),
        ("2 ** -60", 2**-60),
    ],
)
def test_what_stays_within_the_bounds_is_computed(text: str, expected: object) -> None:
    assert same(value(text), expected)


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


def test_what_means_something_in_expressions_is_reserved() -> None:
    assert {*FUNCTIONS, "true", "false", "null", "and", "or", "not", "index"} <= RESERVED
    for name in RESERVED - {"index", "true", "false", "null"}:
        with pytest.raises(ExpressionError):
            expression(name).evaluate(dict.fromkeys(RESERVED, 1))


# Against Python: texts that mean the same to both.

NUMBERS = st.one_of(
    st.integers(0, 200).map(str),
    st.integers(0, 2000).map(lambda n: str(n / 8)),
    st.sampled_from(("0", "1", "2", "3.0", "1e2", "1e-3", "9223372036854775807")),
)


def _arithmetic(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} {} {})".format, parts, st.sampled_from(("+", "-", "*", "/", "//", "%")), parts),
        st.builds("{} {} {}".format, parts, st.sampled_from(("+", "-", "*")), parts),
        st.builds("{} {} {}".format, parts, st.sampled_from(("/", "//", "%")), parts),
        st.builds("({}) ** {}".format, parts, st.integers(-3, 4).map(str)),
        st.builds("-{}".format, parts),
        st.builds("+ {}".format, parts),
        st.builds("{}({}, {})".format, st.sampled_from(("min", "max")), parts, parts),
        st.builds("round({})".format, parts),
        st.builds("round({}, {})".format, parts, st.integers(0, 4)),
        st.builds("int({})".format, parts),
        st.builds("[3, 5, 7][{}]".format, st.integers(-4, 4)).map(lambda t: t.replace("[3, 5, 7]", "items")),
    )  # fmt: skip


def _truths(numbers: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = st.sampled_from(("<", "<=", ">", ">=", "==", "!="))
    comparisons = st.one_of(
        st.builds("{} {} {}".format, numbers, signs, numbers),
        # Here every part of a chain is computed; in Python, none after the first that does not hold.
        st.builds("{} {} {} {} {}".format, numbers, signs, numbers, signs, NUMBERS),
    )
    return st.recursive(
        st.one_of(st.sampled_from(("True", "False")), comparisons),
        lambda parts: st.one_of(
            st.builds("not {}".format, parts),
            st.builds("({} {} {})".format, parts, st.sampled_from(("and", "or")), parts),
            st.builds("{} {} {}".format, parts, st.sampled_from(("and", "or")), parts),
        ),
        max_leaves=6,
    )


EXPRESSIONS = st.recursive(NUMBERS, _arithmetic, max_leaves=8)


def _python(text: str) -> Any:
    """What Python makes of a text that was drawn here; None where it makes nothing that a spec can hold."""
    names = {
        "items": [3, 5, 7],
        "__builtins__": {"min": min, "max": max, "round": round, "int": int},
    }
    try:
        found = eval(text, names)  # noqa: S307 - drawn from a few words, and nothing else
    except (ArithmeticError, LookupError):
        return None
    if isinstance(found, complex) or (isinstance(found, float) and not math.isfinite(found)):
        return None
    return None if isinstance(found, int) and abs(found) > LARGEST else found


@given(text=st.one_of(EXPRESSIONS, _truths(EXPRESSIONS)))
def test_drawn_expressions_are_computed_as_python_computes_them(text: str) -> None:
    ours = text.replace("True", "true").replace("False", "false")
    expected = _python(text)
    try:
        found = expression(ours).evaluate({"items": [3, 5, 7]})
    except ExpressionError as error:
        within = "larger than any number" in error.message or "too close to 0" in error.message
        # A part of it can be too large where the whole is not.
        hold(ours, error, expected=within or expected is None)
        return
    assert same(found, expected)


def hold(text: str, error: ExpressionError, *, expected: bool = True) -> None:
    """A refusal is meant, and says something of a stretch within the text."""
    assert expected, error.message
    assert error.message
    assert 0 <= error.start <= error.end <= len(text)


@given(text=st.text(st.sampled_from("x12.5e+-*/%<>=!()[],'\" andortfl${}∞é\n"), max_size=40))
def test_any_text_is_computed_or_told_of(text: str) -> None:
    for read in (expression, template):
        try:
            read(text).evaluate(NAMES)
        except ExpressionError as error:
            hold(text, error)
