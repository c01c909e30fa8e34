"""How messages name things: values as a person says them, and the name that was probably meant."""

from __future__ import annotations

import difflib
import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from typing import Self

MAX_SPOKEN = 60
# Names that a value is compared with; of more, those that begin like it.
MAX_COMPARED = 250
MAX_ALIKE = 60
# Names shorter than the first number of letters are never misspelt for certain; from the second on, two slips are.
SHORT_NAME = 3
LONG_NAME = 8
_TELLING = re.compile(r"[0-9]+(?:[a-ce-z](?![a-z]))?|(?<![a-z0-9])[a-z](?![a-z0-9])")


def spoken(value: object) -> str:
    """A value as a message says it: ``the text 'abc'``, ``true``, ``a mapping``."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return f"the text '{short(value)}'" if value else "an empty text"
        case dict():
            return "a mapping" if value else "an empty mapping"
        case list():
            text = short(", ".join(spoken(item).removeprefix("the text ") for item in value[:9]))
            return f"[{text}]" if value else "an empty list"
        case _:
            return short(str(value))


def times(more: float, fewer: float) -> str:
    """How many times as many: ``6.6 times``."""
    return f"{more / fewer:,.1f}".removesuffix(".0") + " times"


_UNITS = {unit: 2 ** (10 * power) for power, unit in enumerate(("B", "KiB", "MiB", "GiB", "TiB"))}


def spoken_bytes(
    count: float, *, digits: int = 1, unit: str | None = None, is_change: bool = False
) -> str:
    """An amount of memory, or of a file: ``40 B``, ``12.0 KiB``, ``1.2 GiB``.

    Args:
        count: Bytes.
        digits: How many stand after the point, where there is one.
        unit: The unit; None for the largest that is contained in it.
        is_change: Whether its sign is said, of more too.
    """
    if unit is None:
        unit = next((each for each in reversed(_UNITS) if abs(count) >= _UNITS[each]), "B")
    precision = 0 if unit == "B" else digits
    return f"{count / _UNITS[unit]:{'+' if is_change else ''},.{precision}f} {unit}"


class Meant(str):
    """A hint that knows what is to be written.

    Attributes:
        wrong: The value that stands there.
        instead: What was probably meant: a text's words, or the whole of what is to be written.
        is_text: Whether that is a text, which keeps its quotes.
        certain: Whether nothing else can have been meant, so that it may be written unseen.
    """

    __slots__ = ("certain", "instead", "is_text", "wrong")
    wrong: object
    instead: str
    is_text: bool
    certain: bool

    def __new__(
        cls, hint: str, *, wrong: object, instead: str, is_text: bool = False, certain: bool = True
    ) -> Self:
        """The hint, with what it knows."""
        meant = super().__new__(cls, hint)
        meant.wrong, meant.instead, meant.is_text = wrong, instead, is_text
        meant.certain = certain
        return meant


def did_you_mean(wrong: str, instead: str, *, certain: bool = True) -> Meant:
    """``did you mean …?`` for one name instead of another."""
    hint = f"did you mean {instead}?"
    return Meant(hint, wrong=wrong, instead=instead, is_text=True, certain=certain)


def nearest(value: object, known: Sequence[str]) -> Meant | None:
    """``did you mean …?`` for the known name that looks most like a value, or None."""
    if not isinstance(value, str) or len(value) > MAX_SPOKEN:
        return None
    return _nearest(value, tuple(known))


def nearest_code(value: str, known: Sequence[str]) -> Meant | None:
    """``did you mean …?`` for a code of a letter too many, a zero written as a letter, or the number alone."""
    value = value.strip().upper()
    likely = [each for each in (value.replace("O", "0"), f"NS{value}") if each in known]
    return nearest(value, likely or known)


@lru_cache(maxsize=256)
def _nearest(value: str, known: tuple[str, ...]) -> Meant | None:
    key = _folded(value)
    if len(known) > MAX_COMPARED:
        known = tuple(name for name in known if name[:1].lower() == key[:1])[-MAX_ALIKE:]
    folded = {name.lower().replace("_", ""): name for name in known}
    near = [key] if key in folded else difflib.get_close_matches(key, folded, n=1, cutoff=0.6)
    if not near:
        return None
    meant = folded[near[0]]
    return did_you_mean(value, meant, certain=_is_certain(value, meant, folded))


def _folded(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _is_certain(value: str, meant: str, known: Collection[str]) -> bool:
    """Whether a name is another one with a slip or two, and no third is as near.

    Numbers and single letters tell names apart: ``conv_a`` is not ``conv_b`` misspelt.
    """
    key, name = _folded(value), _folded(meant)
    if key == name:
        return True
    if _TELLING.findall(value.lower()) != _TELLING.findall(meant.lower()):
        return False
    slips = 2 if len(key) >= LONG_NAME and key[0] == name[0] else 1
    distance = _slips(key, name, slips)
    if len(key) < SHORT_NAME or distance > slips:
        return False
    return all(_slips(key, other, distance) > distance for other in known if other != name)


def _slips(one: str, other: str, most: int) -> int:
    """How many letters are missing, too many, others, or changed with the next; more than `most` where it is more.

    This is the optimal string alignment distance (Herranz et al., 2011).
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, before = before, row
        row = [i]
        for j, beside in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != beside))
            if i > 1 < j and letter == other[j - 2] and one[i - 2] == beside:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
        if min(row) > most + 1:
            return most + 1
    return row[-1]


def short(text: str) -> str:
    """A text in one line, cut to what a message can hold."""
    text = " ".join(text.splitlines())
    return text if len(text) <= MAX_SPOKEN else f"{text[: MAX_SPOKEN - 1]}…"


def snake_case(kind: str) -> str:
    """A class's name as Keras turns it into an object's.

    Source: ``to_snake_case`` in keras/src/utils/naming.py.
    """
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", kind)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def with_article(kind: str) -> str:
    """A class's name as a sentence says it: ``a Conv2D``, ``an Add``, ``an LSTM``."""
    is_spelled = kind[1:2].isupper()
    sounds_open = "AEFHILMNORSX" if is_spelled else "AEIOU"
    return f"{'an' if kind[0] in sounds_open and not kind.startswith('Uni') else 'a'} {kind}"
