"""Which runs of a list are wanted, and in which order.

A condition is a name, an operator and a number, such as `val_accuracy>=0.9`; that is the whole grammar.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, get_args

from netspec.errors import UsageError
from netspec.report.run_values import FIGURES, values_of
from netspec.report.runs import Status
from netspec.wording import nearest, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.report.runs import RunRecord

_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}
_CONDITION = re.compile(r"\s*([^<>=!]*[^<>=!\s])\s*(<=|>=|!=|<|>|=)\s*([^<>=!\s]+)\s*")
_STATUSES: tuple[Status, ...] = get_args(Status)
_TEXTS = ("name", "status", "started")
_MOST_NAMES = 16
_Values = Mapping[str, float | None]


@dataclass(frozen=True)
class Condition:
    """What a number of a run must be.

    Attributes:
        name: The number's name, as `netspec.report.run_values` has it.
        operator: One of ``< <= > >= = !=``.
        value: What it is compared with.
    """

    name: str
    operator: str
    value: float

    def holds(self, values: Mapping[str, float | None]) -> bool:
        """Whether it holds of a run; it does not where the number is not known."""
        found = values.get(self.name)
        return found is not None and _OPERATORS[self.operator](found, self.value)


@dataclass(frozen=True)
class Selection:
    """Which runs are wanted; all of them without anything said.

    Attributes:
        statuses: Those of these statuses.
        name: Those whose folder or whose spec has a name that this pattern fits (`*`, `?`, `[…]`).
        data: Those whose data or its source has such a name.
        conditions: Those of whose numbers all of these hold.
        sort: The number, or `name`, `status` or `started`, that they are sorted by, the smallest first; after a `-` the
            largest. Those of which it is not known come first. As they were without.
        last: How many from the end; all without.
    """

    statuses: frozenset[Status] = frozenset()
    name: str | None = None
    data: str | None = None
    conditions: tuple[Condition, ...] = ()
    sort: str | None = None
    last: int | None = None


def read_selection(  # noqa: PLR0913 - each has a default and a name
    *,
    statuses: Sequence[str] = (),
    name: str | None = None,
    data: str | None = None,
    conditions: Sequence[str] = (),
    sort: str | None = None,
    last: int | None = None,
) -> Selection:
    """What is wanted, as a user writes it.

    Args:
        statuses: As `Selection` has them.
        name: As `Selection` has it.
        data: As `Selection` has it.
        conditions: Each as `read_condition` takes it.
        sort: As `Selection` has it.
        last: As `Selection` has it.

    Raises:
        UsageError: There is no such status, what should be a condition is none, or `last` is no number of runs.
    """
    if last is not None and last < 1:
        raise UsageError(f"the last {last} runs are asked for", hint="ask for 1 or more")
    return Selection(
        statuses=frozenset(map(_status, statuses)),
        name=name,
        data=data,
        conditions=tuple(map(read_condition, conditions)),
        sort=sort,
        last=last,
    )


def _status(written: str) -> Status:
    for status in _STATUSES:
        if written == status:
            return status
    raise UsageError(
        f"there is no status '{short(written)}'",
        hint=nearest(written, _STATUSES) or f"choose one of {', '.join(_STATUSES)}",
    )


def read_condition(text: str) -> Condition:
    """A condition as it is written; the number may have commas.

    Raises:
        UsageError: It is none.
    """
    found = _CONDITION.fullmatch(text)
    if found is not None:
        name, sign, written = found.groups()
        with suppress(ValueError):
            value = float(written.replace(",", ""))
            if math.isfinite(value):
                return Condition(name, sign, value)
    raise UsageError(
        f"'{short(text)}' is no condition",
        hint="write a name, one of < <= > >= = != and a number, such as 'val_accuracy>=0.9'",
    )


def select(runs: Sequence[RunRecord], wanted: Selection) -> list[RunRecord]:
    """The runs that are wanted, in the order that is wanted.

    Raises:
        UsageError: No run has a number of a name that is asked for.
    """
    each_with = [(run, values_of(run)) for run in runs]
    known = dict.fromkeys(name for _, values in each_with for name in values)
    for condition in wanted.conditions:
        _require_known(condition.name, list(known))
    if wanted.sort is not None:
        _require_known(wanted.sort.removeprefix("-"), [*_TEXTS, *known])
    chosen = [
        (run, values)
        for run, values in each_with
        if _is_named(run, wanted) and all(each.holds(values) for each in wanted.conditions)
    ]
    found = [run for run, _ in chosen] if wanted.sort is None else _sorted(chosen, wanted.sort)
    return found if wanted.last is None else found[max(len(found) - wanted.last, 0) :]


def _is_named(run: RunRecord, wanted: Selection) -> bool:
    if wanted.statuses and run["status"] not in wanted.statuses:
        return False
    if not _fits(wanted.name, run["name"], run["spec"]):
        return False
    data = run["data"]
    return _fits(wanted.data, *((data["name"], data["source"]) if data else ()))


def _fits(pattern: str | None, *names: str | None) -> bool:
    return pattern is None or any(name is not None and fnmatchcase(name, pattern) for name in names)


def _sorted(chosen: Sequence[tuple[RunRecord, _Values]], written: str) -> list[RunRecord]:
    """Runs by a number or a text of theirs; first those of which it is not known."""
    key = written.removeprefix("-")
    ranked = [(_rank(run, values, key), run) for run, values in chosen]
    without = [run for rank, run in ranked if rank is None]
    known = [(rank, run) for rank, run in ranked if rank is not None]
    known.sort(key=lambda each: each[0], reverse=written.startswith("-"))
    return [*without, *(run for _, run in known)]


def _rank(run: RunRecord, values: _Values, key: str) -> tuple[float, str] | None:
    if key in _TEXTS:
        told = {"name": run["name"], "status": run["status"], "started": run["started"]}[key]
        return None if told is None else (0.0, told)
    value = values.get(key)
    return None if value is None else (value, "")


def _require_known(name: str, known: Sequence[str]) -> None:
    """Makes sure that some run has a number of that name, unless no run is there that could have one.

    Raises:
        UsageError: None has.
    """
    # Until an epoch has ended somewhere, nobody knows what is logged.
    if name in known or set(known) <= {*_TEXTS, *FIGURES}:
        return
    told = ", ".join(known[:_MOST_NAMES]) + (", …" if len(known) > _MOST_NAMES else "")
    raise UsageError(
        f"no run here has a number '{short(name)}'",
        hint=nearest(name, known) or f"there are {told}",
    )
