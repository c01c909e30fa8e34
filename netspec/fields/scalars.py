"""Fields that hold one number, truth value or text."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from netspec.fields.base import FieldType, JsonSchema, Mismatch, Problem
from netspec.wording import MAX_SPOKEN, Meant, nearest, snake_case, spoken

MAX_WHOLE = 2**31 - 1
FRACTION = r"^[-+]?[0-9]+(\.[0-9]*)? ?/ ?[0-9]+(\.[0-9]*)?$"
# What people write behind an amount, ``5M`` parameters, as a power of ten.
_POWERS = {"k": 3, "K": 3, "M": 6, "G": 9}
_AMOUNT = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) ?([kKMG])")
_NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"


@dataclass(frozen=True)
class Whole(FieldType):
    """A whole number. ``64.0``, ``true`` and ``"64"`` are none."""

    minimum: int | None = None
    maximum: int = MAX_WHOLE

    @property
    def words(self) -> str:
        """What it takes."""
        if self.minimum is not None and self.maximum != MAX_WHOLE:
            return f"a whole number from {self.minimum} to {self.maximum}"
        if self.minimum is not None:
            return f"a whole number of at least {self.minimum}"
        return "a whole number"

    def read(self, value: object) -> int:
        """The number."""
        if type(value) is not int:
            raise self.mismatch(value, hint=self._meant(value))
        if value > self.maximum or value < -MAX_WHOLE:
            limit = self.maximum if value > 0 else -MAX_WHOLE
            raise self.mismatch(value, hint=f"{limit} is the limit")
        if self.minimum is not None and value < self.minimum:
            raise self.mismatch(value)
        return value

    def _meant(self, value: object) -> str | None:
        """What to write instead, where that would be taken."""
        number = _number(value)
        if number is None or not number.is_integer() or not self._within(int(number)):
            return None
        if isinstance(value, str) and re.fullmatch("[-+]?[0-9]+", value):
            return Meant("remove the quotes", wrong=value, instead=value)
        return Meant(f"write {number:.0f}", wrong=value, instead=f"{number:.0f}")

    def _within(self, number: int) -> bool:
        lowest = -MAX_WHOLE if self.minimum is None else self.minimum
        return lowest <= number <= self.maximum

    def schema(self) -> JsonSchema:
        """``{"type": "integer", …}``."""
        minimum = -MAX_WHOLE if self.minimum is None else self.minimum
        return {"type": "integer", "minimum": minimum, "maximum": self.maximum}


@dataclass(frozen=True)
class Real(FieldType):
    """A number, or a fraction such as ``1/255``; never NaN or infinite."""

    minimum: float | None = None
    above: float | None = None
    maximum: float | None = None
    below: float | None = None

    @property
    def words(self) -> str:
        """What it takes."""
        bounds = [
            f"{word} {bound:g}"
            for word, bound in (
                ("of at least", self.minimum),
                ("above", self.above),
                ("of at most", self.maximum),
                ("below", self.below),
            )
            if bound is not None
        ]
        return " ".join(["a number", " and ".join(bounds)]).strip()

    def read(self, value: object) -> float:
        """The number as a float."""
        number = _fraction(value) if isinstance(value, str) else value
        if type(number) not in {int, float}:
            raise self.mismatch(value, hint=self._meant(value))
        number = float(number)  # type: ignore[arg-type]
        if not math.isfinite(number) or not self._within(number):
            raise self.mismatch(value)
        return number

    def _meant(self, value: object) -> str | None:
        """What to write instead of a text, where that would be taken."""
        number = _number(value)
        if number is not None and self._within(number):
            return Meant("remove the quotes", wrong=value, instead=str(value))
        if isinstance(value, str) and (amount := _AMOUNT.fullmatch(value)):
            text = f"{amount[1]}e{_POWERS[amount[2]]}"
            if self._within(float(text)):
                return Meant(f"write {text}", wrong=value, instead=text)
        if isinstance(value, str) and value.endswith("%"):
            number = _number(value.removesuffix("%").rstrip())
            if number is not None and self._within(number / 100):
                share = f"{number / 100:g}"
                return Meant(f"write {share}", wrong=value, instead=share)
        return None

    def _within(self, number: float) -> bool:
        return (
            (self.minimum is None or number >= self.minimum)
            and (self.above is None or number > self.above)
            and (self.maximum is None or number <= self.maximum)
            and (self.below is None or number < self.below)
        )

    def schema(self) -> JsonSchema:
        """A number within the bounds, or the text of a fraction."""
        keywords = {
            "minimum": self.minimum,
            "exclusiveMinimum": self.above,
            "maximum": self.maximum,
            "exclusiveMaximum": self.below,
        }
        bounds = {key: bound for key, bound in keywords.items() if bound is not None}
        return {"type": ["number", "string"], **bounds, "pattern": FRACTION}


@dataclass(frozen=True)
class Flag(FieldType):
    """``true`` or ``false``; in YAML 1.2 ``yes``, ``no``, ``on`` and ``off`` are texts."""

    @property
    def words(self) -> str:
        """What it takes."""
        return "true or false"

    def read(self, value: object) -> bool:
        """The truth value."""
        if type(value) is bool:
            return value
        hint = None
        if value in ("yes", "on"):
            hint = Meant("write true", wrong=value, instead="true")
        elif value in ("no", "off"):
            hint = Meant("write false", wrong=value, instead="false")
        raise self.mismatch(value, hint=hint)

    def schema(self) -> JsonSchema:
        """``{"type": "boolean"}``."""
        return {"type": "boolean"}


# In JSON Schema `$` is the end of a text; in Python it matches before a line break too.
_AT_END = re.compile(r"(?<!\\)\$")


@dataclass(frozen=True)
class Text(FieldType):
    """A text that matches a pattern."""

    what: str = "a text"
    pattern: str = r"^.+$"

    @property
    def words(self) -> str:
        """What it takes."""
        return self.what

    def read(self, value: object) -> str:
        """The text."""
        if not isinstance(value, str):
            is_number = isinstance(value, bool | int | float)
            quoted = "quote it" if is_number and self._matches(spoken(value)) else None
            raise self.mismatch(value, hint=quoted)
        if not self._matches(value):
            raise self.mismatch(value)
        return value

    def _matches(self, text: str) -> bool:
        return re.search(_AT_END.sub(r"\\Z", self.pattern), text) is not None

    def schema(self) -> JsonSchema:
        """A string with the pattern."""
        return {"type": "string", "pattern": self.pattern}


@dataclass(frozen=True)
class Name(Text):
    """A name in lower case that a person chooses: a layer's, a block's, an input's, a variable's."""

    def read(self, value: object) -> str:
        """The name."""
        try:
            return super().read(value)
        except Mismatch:
            if isinstance(value, str) and (name := self._meant(value)):
                raise self.mismatch(value, hint=f"write {name}") from None
            raise

    def _meant(self, value: str) -> str | None:
        """The name that a text such as ``MyBlock`` or ``my-block`` comes nearest to."""
        name = re.sub(r"[\s.-]+", "_", snake_case(value))
        return name if len(name) <= MAX_SPOKEN and self._matches(name) else None


@dataclass(frozen=True, init=False)
class Choice(FieldType):
    """One of a few texts."""

    options: tuple[str, ...]

    def __init__(self, *options: str) -> None:
        object.__setattr__(self, "options", options)

    @property
    def words(self) -> str:
        """What it takes."""
        if len(self.options) > 6:  # noqa: PLR2004 - a sentence, not a catalogue
            return f"one of {len(self.options)} names, such as {', '.join(self.options[:3])}"
        return alternatives(self.options)

    def read(self, value: object) -> str:
        """The text."""
        if not isinstance(value, str) or value not in self.options:
            raise self.mismatch(value, hint=nearest(value, self.options))
        return value

    def schema(self) -> JsonSchema:
        """An enumeration."""
        return {"type": "string", "enum": list(self.options)}


def alternatives(options: tuple[str, ...]) -> str:
    """``a, b or c``."""
    *head, last = options
    return f"{', '.join(head)} or {last}" if head else last


def _fraction(value: str) -> Any:
    if re.fullmatch(FRACTION, value) is None:
        return value
    above, below = (float(part) for part in value.split("/"))
    if below == 0:
        raise Mismatch(Problem(f"divides by zero: '{value}'", of_field=True))
    return above / below


def _number(value: object) -> float | None:
    """The number that a value is, or that its text would be without quotes."""
    if type(value) is float or (isinstance(value, str) and re.fullmatch(_NUMBER, value)):
        number = float(value)
        return number if math.isfinite(number) else None
    return None
