"""Everything that is wrong with a file, told at once."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field

from netspec.errors import DataError
from netspec.report.escape import printable

_SHOWN = 10


@dataclass(frozen=True, order=True)
class _Complaint:
    """One of them, in the order of the lines."""

    line: int
    number: int
    message: str
    hint: str


@dataclass(eq=False)
class _Group:
    """Complaints that are alike: how many, the first ten, and the lines they are about."""

    count: int = 0
    first: list[_Complaint] = field(default_factory=list)
    lines: set[int] = field(default_factory=set)


class Complaints:
    """What is wrong with a file, line by line; the first ten are shown, and what every row has is told once.

    Attributes:
        rows: How many rows the file has, where that is known.
    """

    def __init__(self, name: str) -> None:
        """Begins.

        Args:
            name: What people call the file.
        """
        self._name = name
        self._groups: dict[str, _Group] = {}
        self.rows = 0

    def add(
        self,
        message: str,
        *,
        line: int | None = None,
        hint: str | None = None,
        alike: str | None = None,
    ) -> None:
        """One more.

        Args:
            message: What is wrong, in one line.
            line: Where, counted from 1.
            hint: What to do about it.
            alike: The same text for complaints that are of one kind.
        """
        group = self._groups.setdefault(alike or "", _Group())
        group.count += 1
        where = self._name if line is None else f"{self._name}:{line}"
        each = _Complaint(line or 0, group.count, f"{where}: {message}", hint or "")
        insort(group.first, each)
        del group.first[_SHOWN:]
        if alike and line is not None:
            group.lines.add(line)

    def settle(self) -> None:
        """Goes on if nothing was wrong.

        Raises:
            DataError: Something was.
        """
        told: list[_Complaint] = []
        count = 0
        for group in self._groups.values():
            first, is_all = group.first, 1 < self.rows == len(group.lines)
            count += 1 if is_all else group.count
            told += first[:1] if is_all else first
            if is_all:
                every = f"{first[0].message}, and every other row has the same mistake"
                told[-1] = _Complaint(first[0].line, 0, every, first[0].hint)
        if not told:
            return
        told = sorted(told)[:_SHOWN]
        lines = [printable(each.message) for each in told]
        if count > len(lines):
            lines.append(f"and {count - len(lines):,} more")
        if count > 1:
            lines.insert(0, f"{printable(self._name)} has {count:,} mistakes")
        raise DataError("\n".join(lines), hint=_first_hint(told, is_one=count == 1))


def _first_hint(told: list[_Complaint], *, is_one: bool) -> str | None:
    """What to do about the first that can be helped; of several it says which one that is."""
    for each in told:
        if each.hint:
            text = each.hint if is_one or not each.line else f"line {each.line}: {each.hint}"
            return printable(text)
    return None
