"""Terms are computed here, never by Python's own evaluator, and whatever is computed is bounded before it is."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

from netspec.source.nodes import UNKNOWN
from netspec.source.terms import LARGEST, ExpressionError, Term, bounded, of_term, too_large
from netspec.wording import nearest, short, spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
}


def evaluate(term: Term, names: Mapping[str, Any]) -> Any:
    """What a term comes to.

    Args:
        term: The term.
        names: The values by name; UNKNOWN makes what follows from it UNKNOWN.

    Raises:
        ExpressionError: It cannot be computed.
    """
    match term.sort:
        case "value":
            return term.value
        case "name":
            return _look_up(term, names)
        case "and" | "or":
            return _connected(term, names)
        case "not":
            truth = _truth(term.parts[0], names)
            return truth if truth is UNKNOWN else not truth
    values = [evaluate(part, names) for part in term.parts]
    if UNKNOWN in values:
        return UNKNOWN
    match term.sort:
        case "sign":
            number = _number(term.parts[0], values[0])
            return -number if term.value == "-" else number
        case "compare":
            return _compared(term, values)
        case "element":
            return _element(term, *values)
        case "call":
            return _called(term, values)
        case _:
            return _computed(term, *values)


def _look_up(term: Term, names: Mapping[str, Any]) -> Any:
    if term.value in names:
        return names[term.value]
    known = [name for name in names if not name.startswith("$")]
    hint = nearest(term.value, known) or (
        f"known here: {', '.join(known[:8])}" if known else "no variable is known here"
    )
    raise ExpressionError(
        f"there is no variable '{short(term.value)}'", term.start, term.end, hint, unknown=True
    )


def _truth(term: Term, names: Mapping[str, Any]) -> Any:
    value = evaluate(term, names)
    if value is not UNKNOWN and type(value) is not bool:
        message = f"is {spoken(value)}, where true or false is needed"
        raise of_term(term, message, "compare it, as in x > 0")
    return value


def _connected(term: Term, names: Mapping[str, Any]) -> Any:
    decides = term.value == "or"  # what the left side must be for the right not to matter
    left = _truth(term.parts[0], names)
    if left is decides:
        return decides
    right = _truth(term.parts[1], names)
    return UNKNOWN if left is UNKNOWN and right is not decides else right


def _number(term: Term, value: Any) -> Any:
    if type(value) not in {int, float}:
        raise of_term(term, f"is {spoken(value)}, where a number is needed")
    return value


def _compared(term: Term, values: Sequence[Any]) -> bool:
    for place, sign in enumerate(term.value):
        left, right = values[place], values[place + 1]
        if sign in {"==", "!="}:
            for part, value in zip(term.parts[place:], (left, right), strict=False):
                if isinstance(value, list | dict):
                    raise of_term(part, f"is {spoken(value)}, which cannot be compared")
            same = left == right and (type(left) is bool) == (type(right) is bool)
            holds = same if sign == "==" else not same
        else:
            if not (isinstance(left, str) and isinstance(right, str)):
                _number(term.parts[place], left)
                _number(term.parts[place + 1], right)
            holds = _COMPARE[sign](left, right)
        if not holds:
            return False
    return True


def _element(term: Term, values: Any, index: Any) -> Any:
    of, at = term.parts
    if not isinstance(values, list):
        raise of_term(of, f"is {spoken(values)}, and has no elements")
    if type(index) is not int:
        raise of_term(at, f"is {spoken(index)}, where a whole number is needed")
    if not -len(values) <= index < len(values):
        message = f"has no element {index}: it has {len(values)}, counted from 0"
        raise of_term(of, message)
    return values[index]


def _called(term: Term, values: list[Any]) -> Any:
    function = term.value
    if function in {"min", "max"}:
        if len(values) == 1 and isinstance(values[0], list):
            values = values[0]
        if UNKNOWN in values:
            return UNKNOWN
        parts = term.parts if len(term.parts) == len(values) else (term,) * len(values)
        if not values:
            raise of_term(term, "needs a number")
        numbers = [_number(part, value) for part, value in zip(parts, values, strict=True)]
        return min(numbers) if function == "min" else max(numbers)
    most = 2 if function == "round" else 1
    if not 1 <= len(values) <= most:
        what = "one number" if most == 1 else "a number, and how many decimals"
        raise of_term(term, f"takes {what}")
    number = _number(term.parts[0], values[0])
    if function == "int":
        return bounded(int(number), term)
    if len(values) == 1:
        return bounded(round(number), term)
    decimals = values[1]
    if type(decimals) is not int or not 0 <= decimals <= 15:  # noqa: PLR2004 - a float has no more
        raise of_term(term, "rounds to 0 to 15 decimals")
    return round(number, decimals)


def _computed(term: Term, left: Any, right: Any) -> Any:
    _number(term.parts[0], left)
    _number(term.parts[1], right)
    if term.value == "**":
        _hold_power(term, left, right)
    try:
        result = _ARITHMETIC[term.value](left, right)
    except ZeroDivisionError:
        raise of_term(term, "divides by zero") from None
    except OverflowError:
        raise too_large(term) from None
    if isinstance(result, complex):
        raise of_term(term, "is a root of a negative number")
    return bounded(result, term)


def _hold_power(term: Term, base: Any, exponent: Any) -> None:
    """Refuses a power of whole numbers before it is computed: 9 ** 9 ** 9 has 369 million digits."""
    if type(base) is int and type(exponent) is int and abs(base) > 1:
        if exponent * math.log2(abs(base)) > LARGEST.bit_length():
            raise too_large(term)
        # A large negative exponent would first be computed as a large positive one.
        if -exponent > 2 * LARGEST.bit_length():
            raise of_term(term, "is too close to 0")
