"""Plain scalars by the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema)."""

from __future__ import annotations

import math
import re

MAX_NUMBER_LENGTH = 100

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_SPECIAL = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


class NumberError(ValueError):
    """A number that is written too long or too large to be meant."""


def resolve(text: str) -> None | bool | int | float | str:
    """The value of a plain scalar: null, a boolean, a number or the text itself.

    Raises:
        NumberError: The number has more than 100 characters or does not fit a float.
    """
    if not text or text[0] not in "+-.0123456789~nNtTfF":
        return text or None
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text):
        return int(_bounded(text), _base(text))
    if _FLOAT.fullmatch(text):
        number = float(_bounded(text))
        if math.isinf(number):
            raise NumberError("this number is too large")
        return number
    if _SPECIAL.fullmatch(text):
        return float(text.lower().replace(".", ""))
    return text


def _base(text: str) -> int:
    return {"0o": 8, "0x": 16}.get(text[:2], 10)


def _bounded(text: str) -> str:
    if len(text) > MAX_NUMBER_LENGTH:
        raise NumberError(
            f"this number has {len(text):,} characters; {MAX_NUMBER_LENGTH} are the limit"
        )
    return text
