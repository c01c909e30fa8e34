"""`${…}`: texts with expressions in them, read (`grammar`) and computed (`arithmetic`) to a value or a text.

Whatever is made is bounded before it is: a whole number has at most 63 bits, a text 10,000 characters.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from netspec.source.arithmetic import evaluate
from netspec.source.grammar import read
from netspec.source.nodes import UNKNOWN
from netspec.source.terms import ExpressionError, Term, of_term
from netspec.wording import spoken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MAX_TEXT = 10_000  # of a text with expressions in it
MAX_PART = 1_000  # of what one expression puts into it

_OPEN = "${"


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
            return evaluate(self.parts[0], names)
        texts = [
            part if isinstance(part, str) else _as_text(part, evaluate(part, names))
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
        parts.append(read(text, start + len(_OPEN), done - 1))
    if done < len(text):
        parts.append(text[done:])
    return Template(tuple(parts), frozenset(_names(parts)))


@lru_cache(maxsize=256)
def expression(text: str) -> Template:
    """Reads a text that is an expression as it stands, without `${` and `}`.

    Raises:
        ExpressionError: It is none.
    """
    term = read(text, 0, len(text))
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


def _as_text(term: Term, value: Any) -> str | None:
    """A value inside a longer text; None for an unknown one."""
    if value is UNKNOWN:
        return None
    if isinstance(value, list | dict):
        raise of_term(term, f"is {spoken(value)}, inside a text", "take one of its elements")
    if value is None or isinstance(value, bool):
        return spoken(value)
    if isinstance(value, str) and len(value) > MAX_PART:
        raise of_term(term, "is too long a text")
    return str(value)
