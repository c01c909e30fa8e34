"""Values of files that may say anything."""

from __future__ import annotations

from typing import overload

from netspec.runs.listed.untrusted import number

_LONGEST = 300
_ROUNDING = 1e-6


@overload
def clipped(value: str, longest: int = ...) -> str: ...
@overload
def clipped(value: None, longest: int = ...) -> None: ...
def clipped(value: str | None, longest: int = _LONGEST) -> str | None:
    """A text of a length that a page can show."""
    if value is None or len(value) <= longest:
        return value
    return f"{value[: longest - 1]}…"


def items(value: object, *, most: int) -> list[object]:
    """What a list holds, as much of it as is shown; nothing where it is no list."""
    return value[:most] if isinstance(value, list) else []


def share(value: object) -> float | None:
    """A number from 0 to 1, else None; what is just beyond has come of rounding."""
    found = number(value)
    if found is None or not -_ROUNDING <= found <= 1 + _ROUNDING:
        return None
    return min(max(found, 0.0), 1.0)
