"""Which of a network's classes the classes of other data are, by what they are called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from netspec.data.sources.classes import some
from netspec.errors import DataError
from netspec.report.escape import printable
from netspec.wording import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    _Find = Callable[[str], int | None]


# Of a network's classes, at most.
_MOST_TOLD = 20
# On some system or other.
_IN_NO_FOLDER = re.compile(r'[<>:"/\\|?*]+')


class Matched(NamedTuple):
    """Which of a network's classes each of some is.

    Attributes:
        numbers: For each its number among the network's.
        notice: What to tell where they are not called alike; else None.
    """

    numbers: tuple[int, ...]
    notice: str | None = None


def match(
    names: Sequence[str], learned: Sequence[str], learned_from: Sequence[str], *, where: str
) -> Matched:
    """Finds each class among those of a network.

    All of them go by one rule, the first that fits all: their names are those that the network's classes are shown by;
    or those that they had in the data that it learned from; or these but for case, spaces and signs, as where
    `Ankle boot` is a folder `ankle_boot`; or, where no class of the network is called by a number, numbers from 0.

    Args:
        names: The classes to find.
        learned: What the network's classes are called.
        learned_from: What the data called them that it learned from, as far as that is known.
        where: What people call the data, in a form that can be printed.

    Raises:
        DataError: Some are none of the network's.
    """
    best: list[int | None] = [None] * len(names)
    for find, is_exact in _ways(learned, learned_from):
        found = [find(name) for name in names]
        known = [number for number in found if number is not None]
        if len(set(known)) < len(known):  # two would be one
            continue
        if len(known) == len(names):
            notice = None if is_exact else _told(names, known, learned, where)
            return Matched(tuple(known), notice)
        if len(known) > sum(number is not None for number in best):
            best = found
    unknown = [name for name, number in zip(names, best, strict=True) if number is None]
    missing = [name for number, name in enumerate(learned) if number not in best]
    parts = [name for name in missing if _IN_NO_FOLDER.search(name)]
    is_part = any(_folded(unknown[0]) in _folded(name) for name in parts)
    meant = nearest(unknown[0], learned) if len(unknown) == 1 and not is_part else None
    hints = [f"it has learned {_all_or_some(learned)}", printable(meant) if meant else None]
    hints.append(_as_folders(parts))
    raise DataError(
        f"{where} has classes that the network has not learned: {some(unknown)}",
        hint="; ".join(filter(None, hints)),
    )


def _all_or_some(names: Sequence[str]) -> str:
    return ", ".join(map(printable, names)) if len(names) <= _MOST_TOLD else some(names)


def _as_folders(names: Sequence[str]) -> str | None:
    """What folders are called of classes whose names no folder can have; None where all can be."""
    called = [(name, _IN_NO_FOLDER.sub("_", name)) for name in names]
    pairs = [f"{new} for {old}" for old, new in called if _folded(new) == _folded(old)]
    return f"call a folder {some(pairs)}" if pairs else None


def _ways(learned: Sequence[str], learned_from: Sequence[str]) -> Iterator[tuple[_Find, bool]]:
    """The rules by which a class's number is found, and whether classes are called alike by it."""
    for names in (learned, learned_from):
        yield _numbers(names).get, True
    for names in (learned, learned_from):
        yield _by_folded(_numbers([_folded(name) for name in names])), False
    if not any(_number(name) is not None for name in (*learned, *learned_from)):
        yield _by_number(len(learned)), False


def _numbers(names: Sequence[str]) -> dict[str, int | None]:
    """Each name's number; None of one that two have."""
    numbers: dict[str, int | None] = {}
    for number, name in enumerate(names):
        numbers[name] = None if name in numbers else number
    return numbers


def _by_folded(numbers: dict[str, int | None]) -> _Find:
    return lambda name: numbers.get(_folded(name))


def _by_number(classes: int) -> _Find:
    def find(name: str) -> int | None:
        number = _number(name)
        return number if number is not None and number < classes else None

    return find


def _folded(name: str) -> str:
    """A name without case, spaces and signs; as it is where too little would be left."""
    bare = re.sub(r"[\W_]+", "", name.casefold())
    return bare if len(bare) > 1 and not bare.isdecimal() else name


def _number(name: str) -> int | None:
    return int(name) if name.isdecimal() and name.isascii() and len(name) < 10 else None  # noqa: PLR2004 - as any


def _told(
    names: Sequence[str], numbers: Sequence[int], learned: Sequence[str], where: str
) -> str | None:
    """What is told of classes that are called otherwise; None where only capitals differ."""
    pairs = [
        f"{name} is {learned[number]}"
        for name, number in zip(names, numbers, strict=True)
        if name.casefold() != learned[number].casefold()
    ]
    return f"classes of {where} are taken for the network's: {some(pairs)}" if pairs else None
