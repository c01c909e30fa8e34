"""The grammar of expressions: text becomes a term, by how tightly each operator binds.

    or, and, not                         truth values
    == != < <= > >=                      comparisons, which can be chained
    + - * / // % **                      numbers
    x[0]  min() max() round() int()      elements of lists; functions
    true false null 12 1e-3 'text'       values

How much there is to read is bounded: characters, operators, and parts within parts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netspec.source.terms import LARGEST, ExpressionError, Term, bounded
from netspec.wording import nearest, short

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LENGTH = 1_000  # of an expression
MAX_DEPTH = 50
MAX_OPERATORS = 200

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
_NOT, _COMPARISON, _SIGN = 3, 4, 7


@dataclass(frozen=True)
class _Token:
    sort: str
    text: str
    start: int
    end: int


def read(text: str, start: int, end: int) -> Term:
    """Reads the expression between two places of a text.

    Raises:
        ExpressionError: It is none.
    """
    return _Reader(text, start, end).whole()


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
            return self._number(token)
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

    def _number(self, token: _Token) -> Term:
        if re.fullmatch("[0-9]+", token.text):
            number: Any = int(token.text) if len(token.text) <= len(str(LARGEST)) else LARGEST + 1
        else:
            number = float(token.text)
        term = Term("value", number, (), token.start, token.end)
        bounded(number, term)
        return term

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
