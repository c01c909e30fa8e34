"""How messages name things: values as a person says them, and the name that was probably meant."""

from __future__ import annotations

import difflib
import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_SPOKEN = 60
# Names that a value is compared with; of more, those that begin like it.
MAX_COMPARED = 250
MAX_ALIKE = 60


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


def nearest(value: object, known: Sequence[str]) -> str | None:
    """``did you mean …?`` for the known name that looks most like a value, or None."""
    if not isinstance(value, str) or len(value) > MAX_SPOKEN:
        return None
    return _nearest(value, tuple(known))


@lru_cache(maxsize=256)
def _nearest(value: str, known: tuple[str, ...]) -> str | None:
    key = value.lower().replace("_", "").replace("-", "")
    if len(known) > MAX_COMPARED:
        known = tuple(name for name in known if name[:1].lower() == key[:1])[-MAX_ALIKE:]
    folded = {name.lower().replace("_", ""): name for name in known}
    near = [key] if key in folded else difflib.get_close_matches(key, folded, n=1, cutoff=0.6)
    return f"did you mean {folded[near[0]]}?" if near else None


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
