"""Regular expressions that a spec may search names with: those that no single name can keep busy for long."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any

from netspec.fields.base import FieldType, JsonSchema, Mismatch, Problem
from netspec.wording import MAX_SPOKEN, short

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_LENGTH = 200
MAX_UNBOUNDED = 3
MAX_TIMES = 1_000
# In how many ways the parts that are not unbounded repeats can match, multiplied.
MAX_WAYS = 1_000
# One way an unbounded repeat for every character of a name that is this long, and of them all at most so many.
_USUAL_LENGTH = 100
_MAX_WORK = 10**7

_REPEATS = {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}


@dataclass(frozen=True)
class Pattern(FieldType):
    r"""A regular expression of Python's that is searched in a name, such as `patient_(\d+)`; the model holds its text.

    A spec may come from a stranger, and Python's search tries every way in which a pattern can match. So a pattern has
    no backreferences and nothing that looks ahead or behind, repeats nothing that has a choice in it, and has few
    repeats without a bound.
    """

    what: str = r"a regular expression such as `patient_(\d+)`"

    @property
    def words(self) -> str:
        """What it takes."""
        return self.what

    def read(self, value: object) -> str:
        """The pattern's text."""
        if not isinstance(value, str) or not value:
            raise self.mismatch(value)
        if len(value) > MAX_LENGTH:
            raise _refused(value, f"has {len(value)} characters", f"{MAX_LENGTH} are the limit")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter(
                    "error"
                )  # such as of `[[a]`, which a later Python may read otherwise
                tree = parser.parse(value)
                re.compile(value)
        except (re.error, OverflowError, RecursionError, Warning) as error:
            reason = getattr(error, "msg", None) or str(error)
            raise _refused(value, f"is no regular expression: {reason}", None) from None
        _require_bounded(value, _measure(value, tree))
        return value

    def schema(self) -> JsonSchema:
        """A short string."""
        return {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH}


def found(pattern: str, name: str) -> str | None:
    """What a pattern finds in a name: its first group that takes part, else the whole match.

    Args:
        pattern: Read by `Pattern`.
        name: What is searched.

    Returns:
        The text; None where the pattern is not found, or finds an empty text.
    """
    match = re.search(pattern, name)
    if match is None:
        return None
    return next((group for group in match.groups() if group is not None), match[0]) or None


@dataclass(frozen=True)
class _Ways:
    """In how many ways a part of a pattern can match: its repeats without a bound, and the ways of all else."""

    unbounded: int = 0
    others: int = 1

    def then(self, other: _Ways) -> _Ways:
        return _Ways(self.unbounded + other.unbounded, self.others * other.others)

    @property
    def has_choice(self) -> bool:
        return self.unbounded > 0 or self.others > 1


def _require_bounded(pattern: str, ways: _Ways) -> None:
    """Refuses a pattern that can match in too many ways."""
    if ways.unbounded > MAX_UNBOUNDED:
        reason = f"has {ways.unbounded} repeats without a bound, such as `.*`"
        raise _refused(pattern, reason, f"{MAX_UNBOUNDED} are the limit")
    work = _USUAL_LENGTH**ways.unbounded * ways.others
    if ways.others > MAX_WAYS or work > _MAX_WORK:
        raise _refused(
            pattern, "can match in too many ways", "use fewer of `?`, `|`, `*`, `+` and `{m,n}`"
        )


def _measure(pattern: str, parts: Iterable[Any]) -> _Ways:
    """The ways of a sequence.

    Raises:
        Mismatch: It has something in it that a pattern may not have.
    """
    ways = _Ways()
    for code, value in parts:
        ways = ways.then(_measure_part(pattern, code, value))
    return ways


def _measure_part(pattern: str, code: Any, value: Any) -> _Ways:
    if code in {codes.GROUPREF, codes.GROUPREF_EXISTS}:
        raise _refused(pattern, "refers back to a group", "write out what it may find there")
    if code in {codes.ASSERT, codes.ASSERT_NOT}:
        raise _refused(
            pattern, "looks ahead or behind", r"put what counts into a group: `patient_(\d+)`"
        )
    if code in _REPEATS:
        return _measure_repeat(pattern, *value)
    if code is codes.BRANCH:
        each = [_measure(pattern, branch) for branch in value[1]]
        return _Ways(sum(way.unbounded for way in each), sum(way.others for way in each))
    if code is codes.SUBPATTERN:
        return _measure(pattern, value[-1])
    if code is codes.ATOMIC_GROUP:
        return _measure(pattern, value)
    return _Ways()


def _measure_repeat(pattern: str, least: int, most: int, body: Any) -> _Ways:
    ways = _measure(pattern, body)
    if (least, most) == (0, 1):
        return _Ways(ways.unbounded, ways.others + 1)
    if ways.has_choice:
        reason = "repeats something that has a repeat or a choice in it"
        raise _refused(
            pattern, reason, "repeat single characters, or sets of them such as `[a-z]+`"
        )
    if body.getwidth()[0] == 0:
        raise _refused(pattern, "repeats something that can be empty", "take the repeat out")
    if most is codes.MAXREPEAT:
        return _Ways(unbounded=1)
    if most > MAX_TIMES:
        raise _refused(
            pattern, f"repeats something up to {most} times", f"{MAX_TIMES} is the limit"
        )
    return _Ways(others=most - least + 1)


def _refused(pattern: str, reason: str, hint: str | None) -> Mismatch:
    shown = short(pattern) if len(pattern) <= MAX_SPOKEN else f"{pattern[: MAX_SPOKEN - 1]}…"
    return Mismatch(
        Problem(f"takes a regular expression, and `{shown}` {reason}", hint, of_field=True)
    )
