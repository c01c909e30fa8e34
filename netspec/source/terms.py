"""What an expression is read into: terms, what is said of one that is wrong, and the numbers that one can hold."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

LARGEST = 2**63 - 1


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
class Term:
    """A part of an expression: an operator, a function, a name or a value, with what it is applied to."""

    sort: str
    value: Any
    parts: tuple[Term, ...]
    start: int
    end: int


def bounded(number: Any, place: Term) -> Any:
    """A number that a spec can hold.

    Raises:
        ExpressionError: It has more than 63 bits, or is no finite number.
    """
    if isinstance(number, float) and not math.isfinite(number):
        raise too_large(place)
    if isinstance(number, int) and abs(number) > LARGEST:
        raise too_large(place)
    return number


def too_large(place: Term) -> ExpressionError:
    """What is said of a number above the bounds."""
    return of_term(place, "is larger than any number that a spec can hold")


def of_term(term: Term, message: str, hint: str | None = None) -> ExpressionError:
    """What is wrong with a part, in words that continue it: "divides by zero"."""
    return ExpressionError(message, term.start, term.end, hint, of_term=True)
