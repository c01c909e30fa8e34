"""Spans of training, such as `10 epochs`, `500 steps` and `5 min`: how long, or how often."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netspec.fields import FieldType, JsonSchema
from netspec.fields.scalars import MAX_WHOLE
from netspec.wording import MAX_SPOKEN, Meant

if TYPE_CHECKING:
    from typing import Self

_SECONDS = {"s": 1, "min": 60, "h": 3600}
_STEPS = {"step": "steps", "steps": "steps", "epoch": "epochs", "epochs": "epochs"}
_AMOUNT = r"[0-9]{1,9}(\.[0-9]{1,6})?"
_OF_STEPS = rf"[0-9]{{1,9}} ?steps?|{_AMOUNT} ?epochs?"
_OF_TIME = rf"{_AMOUNT} ?(s|min|h)"
_WRITTEN = re.compile(rf"({_AMOUNT}) ?([A-Za-z]{{1,12}})")
# What people call the units, each with what is written here.
_CALLED = {
    **dict.fromkeys(("batch", "batches", "iteration", "iterations", "it", "its"), "steps"),
    **dict.fromkeys(("ep", "eps"), "epochs"),
    **dict.fromkeys(("sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("m", "mins", "minute", "minutes"), "min"),
    **dict.fromkeys(("hr", "hrs", "hour", "hours"), "h"),
}


class Span(str):
    """An amount with its unit, as a text: ``10 epochs``. Two spans are equal where they are written alike.

    Attributes:
        amount: How many of the unit; a whole number of steps, and a part of an epoch may be meant.
        unit: ``steps``, ``epochs``, ``s``, ``min`` or ``h``. A step is one batch.
    """

    __slots__ = ("amount", "unit")
    amount: float
    unit: str

    def __new__(cls, amount: float, unit: str) -> Self:
        """The span, written with the unit's plural where there is not one of it."""
        said = unit.removesuffix("s") if amount == 1 and unit in _STEPS else unit
        span = super().__new__(cls, f"{amount:.15g} {said}")
        span.amount, span.unit = amount, unit
        return span

    def __getnewargs__(self) -> tuple[float, str]:  # type: ignore[override] # a text's own has one
        """What a copy is made of."""
        return self.amount, self.unit

    @property
    def seconds(self) -> float | None:
        """How many seconds it takes; None of steps and epochs."""
        factor = _SECONDS.get(self.unit)
        return None if factor is None else self.amount * factor

    def in_steps(self, steps_per_epoch: int) -> int:
        """How many steps it takes: at least one, and to the nearest where a part of an epoch is meant.

        Args:
            steps_per_epoch: The batches of an epoch.

        Raises:
            ValueError: It is a time.
        """
        if self.unit == "steps":
            return int(self.amount)
        if self.unit != "epochs":
            raise ValueError(f"'{self}' is a time, and counts no steps")
        return min(max(1, math.floor(self.amount * steps_per_epoch + 0.5)), MAX_WHOLE)


def in_steps(count: int | Span, steps_per_epoch: int) -> int:
    """The steps of a field that holds a number of steps, or a span of epochs."""
    return count.in_steps(steps_per_epoch) if isinstance(count, Span) else count


@dataclass(frozen=True)
class SpanField(FieldType):
    """A number of steps, or an amount with a unit; the model holds a `Span`.

    Attributes:
        times: Whether it can be a time as well, such as `5 min`.
    """

    times: bool = False

    @property
    def words(self) -> str:
        """What it takes."""
        time = ", or a time such as `5 min`" if self.times else ""
        return f"an amount such as `2 epochs` or `500 steps`{time}"

    def read(self, value: object) -> Any:
        """The span; a whole number counts steps."""
        if type(value) is int and 1 <= value <= MAX_WHOLE:
            return Span(value, "steps")
        span = _read(value, times=self.times)
        if span is None:
            raise self.mismatch(value, hint=_meant(value, times=self.times))
        return span

    def schema(self) -> JsonSchema:
        """A whole number, or a text with a unit."""
        return _schema(1, times=self.times)


@dataclass(frozen=True)
class StepsOrEpochs(FieldType):
    """A number of steps, or epochs; the model holds the number of steps, or a `Span` of epochs.

    Attributes:
        minimum: The fewest steps.
    """

    minimum: int = 1

    @property
    def words(self) -> str:
        """What it takes."""
        return f"a number of steps, a whole number of at least {self.minimum}, or epochs, such as `10 epochs`"

    def read(self, value: object) -> Any:
        """The steps, or the span of epochs."""
        if type(value) is int and self.minimum <= value <= MAX_WHOLE:
            return value
        span = _read(value, times=False)
        if span is None:
            raise self.mismatch(value, hint=_meant(value, times=False))
        return int(span.amount) if span.unit == "steps" else span

    def schema(self) -> JsonSchema:
        """A whole number, or a text with a unit."""
        return _schema(self.minimum, times=False)


def _pattern(*, times: bool) -> str:
    # Not of nothing but zeros.
    return rf"^(?=.*[1-9])({_OF_STEPS}{f'|{_OF_TIME}' if times else ''})$"


def _read(value: object, *, times: bool) -> Span | None:
    """The span that a text is, None where it is none."""
    if not isinstance(value, str) or re.search(_pattern(times=times)[:-1] + r"\Z", value) is None:
        return None
    found = _WRITTEN.fullmatch(value)
    assert found is not None  # noqa: S101 - the pattern is a narrower one
    unit = found[3]
    return Span(float(found[1]), _STEPS.get(unit, unit))


def _meant(value: object, *, times: bool) -> str | None:
    """What to write instead of what nearly is a span, where that would be taken."""
    if type(value) is float and value.is_integer() and 1 <= value <= MAX_WHOLE:
        return Meant(f"write {value:.0f}", wrong=value, instead=f"{value:.0f}")
    if not isinstance(value, str) or len(value) > MAX_SPOKEN:
        return None
    if re.fullmatch("[1-9][0-9]{0,8}", value):
        return Meant("remove the quotes, or give a unit", wrong=value, instead=value)
    found = _WRITTEN.fullmatch(" ".join(value.split()))
    if found is None:
        return None
    unit = found[3].lower()
    span = _read(f"{found[1]} {_CALLED.get(unit, unit)}", times=times)
    return None if span is None else Meant(f"write {span}", wrong=value, instead=str(span))


def _schema(minimum: int, *, times: bool) -> JsonSchema:
    return {
        "type": ["integer", "string"],
        "minimum": minimum,
        "maximum": MAX_WHOLE,
        "pattern": _pattern(times=times),
    }
