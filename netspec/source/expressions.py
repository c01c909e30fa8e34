"""`${…}`: arithmetic on names, numbers and texts, read and computed here, never by Python's own evaluator.

    or, and, not                         truth values
    == != < <= > >=                      comparisons, which can be chained
    + - * / // % **                      numbers
    x[0]  min() max() round() int()      elements of lists; functions
    true false null 12 1e-3 'text'       values

Whatever is computed is bounded before it is: a whole number has at most 63 bits, a text 10,000 characters.
"""

from __future__ import annotations

import math
import operator
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from netspec.source.nodes import UNKNOWN
from netspec.wording import nearest, short, spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

MAX_LENGTH = 1_000  # of an expression, and of what it puts into a text
MAX_TEXT = 10_000  # of a text with expressions in it
MAX_DEPTH = 50
MAX_OPERATORS = 200
LARGEST = 2**63 - 1

FUNCTIONS = ("int", "max", "min", "round")
_VALUES: dict[str, object] = {"true": True, "false": False, "null": None}
RESERVED = frozenset({*FUNCTIONS, *_VALUES, "and", "or", "not", "index"})

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?(?![\w.]))"
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<text>'[^']*'|\"[^\"]*\")"
    r"|(?P<sign>\*\*|//|==|!=|<=|>=|[-+*/%<>()\[\],])"
    r"|(?P<end>\Z))"
)
_OPEN = "${"

# How tightly each operator binds; `not` stands between `and` and the comparisons, a sign above a product.
_BINDING = {
    "or": 1,
    "and": 2,
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), 4),
    **dict.fromkeys(("+", "-"), 5),
    **dict.fromkeys(("*", "/", "//", "%"), 6),
    "**": 8,
    "[": 9,
}
_NOT, _COMPARISON, _SIGN, _POWER = 3, 4, 7, 8

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


class ExpressionError(Exception):
    """An expression cannot be read or computed.

    Attributes:
        message: What is wrong.
        start, end: Where in the whole text, counted from 0.
        hint: What to do about it.
        unknown: Whether a name is not known.
        of_term: Whether the message continues what stands between start and end: "divides by zero".
    """

    def __init__(  # noqa: PLR0913 - what a finding is made of
        self,
        message: str,
        start: int,
        end: int,
        hint: str | None = None,
        *,
        unknown: bool = False,
        of_term: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.hint = hint
        self.unknown = unknown
        self.of_term = of_term


@dataclass(frozen=True)
class _Token:
    sort: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Term:
    """A part of an expression: an operator, a function, a name or a value, with what it is applied to."""

    sort: str
    value: Any
    parts: tuple[Term, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Template:
    """A text with expressions in it.

    Attributes:
        parts: Its texts and expressions in order.
        names: Every name that the expressions use.
    """

    parts: tuple[str | Term, ...]
    names: frozenset[str]

    def evaluate(self, names: Mapping[str, Any]) -> Any:
        """The value: an expression's own where the text is one expression, else a text.

        Args:
            names: The values by name; UNKNOWN makes the result unknown.

        Raises:
            ExpressionError: It cannot be computed.
        """
        if len(self.parts) == 1 and isinstance(self.parts[0], Term):
            return _evaluate(self.parts[0], names)
        texts = [
            part if isinstance(part, str) else _as_text(part, _evaluate(part, names))
            for part in self.parts
        ]
        known = [text for text in texts if text is not None]
        if sum(map(len, known)) > MAX_TEXT:
            message = f"this text becomes longer than {MAX_TEXT:,} characters"
            raise ExpressionError(message, 0, len(known[0]))
        return "".join(known) if len(known) == len(texts) else UNKNOWN


def has_expression(text: object) -> bool:
    """Whether a scalar holds an expression."""
    return isinstance(text, str) and _OPEN in text


@lru_cache(maxsize=4096)
def template(text: str) -> Template:
    """Reads a text with expressions in it.

    Raises:
        ExpressionError: One of them is no expression.
    """
    parts: list[str | Term] = []
    done = 0
    while (start := text.find(_OPEN, done)) >= 0:
        if start > done:
            parts.append(text[done:start])
        done = _closing(text, start)
        parts.append(_Reader(text, start + len(_OPEN), done - 1).whole())
    if done < len(text):
        parts.append(text[done:])
    return Template(tuple(parts), frozenset(_names(parts)))


@lru_cache(maxsize=256)
def expression(text: str) -> Template:
    """Reads a text that is an expression as it stands, without `${` and `}`.

    Raises:
        ExpressionError: It is none.
    """
    term = _Reader(text, 0, len(text)).whole()
    return Template((term,), frozenset(_names([term])))


def _names(parts: Sequence[str | Term]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Term):
            if part.sort == "name":
                yield part.value
            yield from _names(part.parts)


def _closing(text: str, start: int) -> int:
    """The place after the brace that ends an expression; one inside quotes does not."""
    quote = ""
    for place in range(start + len(_OPEN), len(text)):
        character = text[place]
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == "}":
            return place + 1
    raise ExpressionError("this expression has no closing }", start, len(text), "write ${name}")


class _Reader:
    """Reads one expression by the operators' binding (Pratt's method)."""

    def __init__(self, text: str, start: int, end: int) -> None:
        if end - start > MAX_LENGTH:
            message = f"an expression has at most {MAX_LENGTH:,} characters"
            raise ExpressionError(message, start, end, "compute it in steps, as variables")
        self.text = text
        self.end = end
        self.depth = 0
        self.operators = 0
        self.tokens = self._tokens(start)
        self.token = next(self.tokens)
        self.start = start

    def _tokens(self, place: int) -> Iterator[_Token]:
        while True:
            match = _TOKEN.match(self.text, place, self.end)
            if match is None:
                while self.text[place].isspace():
                    place += 1
                raise self._strange(place)
            sort = str(match.lastgroup)
            yield _Token(sort, match[sort], match.start(sort), match.end(sort))
            place = match.end()

    def _strange(self, place: int) -> ExpressionError:
        rest = re.match(r"[\w.]+|.", self.text[place : self.end], re.DOTALL)
        found = rest.group() if rest else ""
        hints = {"=": "two values are compared by ==", "&": "write and", "|": "write or"}
        hints |= {"!": "write not", "?": "there is no if; use the item's `when`"}
        hint = hints.get(found) or "an expression holds names, numbers and + - * / // % **"
        return ExpressionError(
            f"'{short(found)}' is not understood here", place, place + max(1, len(found)), hint
        )

    def whole(self) -> Term:
        if self.token.sort == "end":
            raise ExpressionError("this expression is empty", self.start, self.end, "write a name")
        term = self.term(0)
        if self.token.sort != "end":
            raise self._unexpected()
        return term

    def _unexpected(self) -> ExpressionError:
        token = self.token
        if token.sort == "end":
            message = "this expression ends too early"
            return ExpressionError(
                message, max(token.start - 1, 0), token.end, "a value is missing"
            )
        hint = "there is no if in expressions; use the item's `when`"
        return ExpressionError(
            f"'{short(token.text)}' is not expected here",
            token.start,
            token.end,
            hint if token.text in {"if", "else"} else "an operator such as + may be missing",
        )

    def _advance(self) -> _Token:
        token = self.token
        self.token = next(self.tokens)
        return token

    def _expect(self, sign: str) -> _Token:
        if self.token.text != sign or self.token.sort != "sign":
            raise self._unexpected()
        return self._advance()

    def term(self, binding: int) -> Term:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            message = f"an expression is nested at most {MAX_DEPTH} levels deep"
            raise ExpressionError(message, self.token.start, self.token.end)
        left = self._first()
        while (next_binding := self._binding()) > binding:
            left = self._operator(left, next_binding)
        self.depth -= 1
        return left

    def _binding(self) -> int:
        if self.token.sort not in {"sign", "name"}:
            return 0
        return _BINDING.get(self.token.text, 0)

    def _first(self) -> Term:
        token = self._advance()
        if token.sort == "number":
            return Term("value", self._number(token), (), token.start, token.end)
        if token.sort == "text":
            return Term("value", token.text[1:-1], (), token.start, token.end)
        if token.text == "(" and token.sort == "sign":
            inner = self.term(0)
            self._expect(")")
            return inner
        if token.text in {"-", "+"}:
            part = self.term(_SIGN)
            return Term("sign", token.text, (part,), token.start, part.end)
        if token.text == "not":
            part = self.term(_NOT)
            return Term("not", None, (part,), token.start, part.end)
        if token.sort == "name" and token.text not in {"and", "or", "if", "else", "lambda"}:
            return self._name(token)
        self.token = token
        raise self._unexpected()

    def _number(self, token: _Token) -> Any:
        if re.fullmatch("[0-9]+", token.text):
            number: Any = int(token.text) if len(token.text) <= len(str(LARGEST)) else LARGEST + 1
        else:
            number = float(token.text)
        return _bounded(number, token)

    def _name(self, token: _Token) -> Term:
        if self.token.text == "(" and self.token.sort == "sign":
            return self._call(token)
        if token.text in FUNCTIONS:
            message = f"{token.text} is a function"
            raise ExpressionError(message, token.start, token.end, f"write {token.text}(…)")
        if token.text in _VALUES:
            return Term("value", _VALUES[token.text], (), token.start, token.end)
        if token.text in {"True", "False", "None"}:
            meant = {"None": "null"}.get(token.text, token.text.lower())
            message = f"'{token.text}' is not understood here"
            raise ExpressionError(message, token.start, token.end, f"write {meant}")
        return Term("name", token.text, (), token.start, token.end)

    def _call(self, token: _Token) -> Term:
        if token.text not in FUNCTIONS:
            hint = nearest(token.text, FUNCTIONS) or f"there are {', '.join(FUNCTIONS)}"
            message = f"there is no function '{short(token.text)}'"
            raise ExpressionError(message, token.start, token.end, hint)
        self._expect("(")
        parts = []
        while self.token.text != ")":
            parts.append(self.term(0))
            if self.token.text != ")":
                self._expect(",")
        end = self._expect(")").end
        return Term("call", token.text, tuple(parts), token.start, end)

    def _operator(self, left: Term, binding: int) -> Term:
        sign = self._advance()
        self.operators += 1
        if self.operators > MAX_OPERATORS:
            message = f"an expression has at most {MAX_OPERATORS} operators"
            raise ExpressionError(
                message, sign.start, sign.end, "compute it in steps, as variables"
            )
        if sign.text == "[":
            index = self.term(0)
            end = self._expect("]").end
            return Term("element", None, (left, index), left.start, end)
        if binding == _COMPARISON:
            return self._comparison(left, sign.text)
        # A power takes what is right of it first, and a sign there: 2 ** -1.
        right = self.term(binding - 1 if sign.text == "**" else binding)
        sort = sign.text if sign.text in {"and", "or"} else "arithmetic"
        return Term(sort, sign.text, (left, right), left.start, right.end)

    def _comparison(self, left: Term, sign: str) -> Term:
        signs, parts = [sign], [left, self.term(_COMPARISON)]
        while self._binding() == _COMPARISON:
            signs.append(self._advance().text)
            parts.append(self.term(_COMPARISON))
        return Term("compare", tuple(signs), tuple(parts), left.start, parts[-1].end)


def _evaluate(term: Term, names: Mapping[str, Any]) -> Any:
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
    values = [_evaluate(part, names) for part in term.parts]
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
    value = _evaluate(term, names)
    if value is not UNKNOWN and type(value) is not bool:
        message = f"is {spoken(value)}, where true or false is needed"
        raise _of_term(term, message, "compare it, as in x > 0")
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
        raise _of_term(term, f"is {spoken(value)}, where a number is needed")
    return value


def _compared(term: Term, values: Sequence[Any]) -> bool:
    for place, sign in enumerate(term.value):
        left, right = values[place], values[place + 1]
        if sign in {"==", "!="}:
            for part, value in zip(term.parts[place:], (left, right), strict=False):
                if isinstance(value, list | dict):
                    raise _of_term(part, f"is {spoken(value)}, which cannot be compared")
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
        raise _of_term(of, f"is {spoken(values)}, and has no elements")
    if type(index) is not int:
        raise _of_term(at, f"is {spoken(index)}, where a whole number is needed")
    if not -len(values) <= index < len(values):
        message = f"has no element {index}: it has {len(values)}, counted from 0"
        raise _of_term(of, message)
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
            raise _of_term(term, "needs a number")
        numbers = [_number(part, value) for part, value in zip(parts, values, strict=True)]
        return min(numbers) if function == "min" else max(numbers)
    most = 2 if function == "round" else 1
    if not 1 <= len(values) <= most:
        what = "one number" if most == 1 else "a number, and how many decimals"
        raise _of_term(term, f"takes {what}")
    number = _number(term.parts[0], values[0])
    if function == "int":
        return _bounded(int(number), term)
    if len(values) == 1:
        return _bounded(round(number), term)
    decimals = values[1]
    if type(decimals) is not int or not 0 <= decimals <= 15:  # noqa: PLR2004 - a float has no more
        raise _of_term(term, "rounds to 0 to 15 decimals")
    return round(number, decimals)


def _computed(term: Term, left: Any, right: Any) -> Any:
    _number(term.parts[0], left)
    _number(term.parts[1], right)
    if term.value == "**":
        _hold_power(term, left, right)
    try:
        result = _ARITHMETIC[term.value](left, right)
    except ZeroDivisionError:
        raise _of_term(term, "divides by zero") from None
    except OverflowError:
        raise _too_large(term) from None
    if isinstance(result, complex):
        raise _of_term(term, "is a root of a negative number")
    return _bounded(result, term)


def _hold_power(term: Term, base: Any, exponent: Any) -> None:
    """Refuses a power of whole numbers before it is computed: 9 ** 9 ** 9 has 369 million digits."""
    if type(base) is int and type(exponent) is int and abs(base) > 1:
        if exponent * math.log2(abs(base)) > LARGEST.bit_length():
            raise _too_large(term)
        # A large negative exponent would first be computed as a large positive one.
        if -exponent > 2 * LARGEST.bit_length():
            raise _of_term(term, "is too close to 0")


def _bounded(number: Any, place: Term | _Token) -> Any:
    if isinstance(number, float) and not math.isfinite(number):
        raise _too_large(place)
    if isinstance(number, int) and abs(number) > LARGEST:
        raise _too_large(place)
    return number


def _too_large(place: Term | _Token) -> ExpressionError:
    return _of_term(place, "is larger than any number that a spec can hold")


def _of_term(term: Term | _Token, message: str, hint: str | None = None) -> ExpressionError:
    return ExpressionError(message, term.start, term.end, hint, of_term=True)


def _as_text(term: Term, value: Any) -> str | None:
    """A value inside a longer text; None for an unknown one."""
    if value is UNKNOWN:
        return None
    if isinstance(value, list | dict):
        raise _of_term(term, f"is {spoken(value)}, inside a text", "take one of its elements")
    if value is None or isinstance(value, bool):
        return spoken(value)
    if isinstance(value, str) and len(value) > MAX_LENGTH:
        raise _of_term(term, "is too long a text")
    return str(value)
