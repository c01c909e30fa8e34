"""Files of a run that a stranger may have made, and the values in them: read with care, and nothing believed."""

from __future__ import annotations

import math
import os
import stat
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 10 * 2**20
# A whole number that JSON's readers hold exactly.
_MOST = 2**53


def content(file: Path, *, largest: int = LARGEST) -> str:
    """A file's text; of a link or a pipe, as in a folder from elsewhere, there is none.

    Args:
        file: The file.
        largest: The most characters that it may have.

    Raises:
        OSError: It is not there, or is no file.
        ValueError: It is too large, or no text.
    """
    careful = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    number = os.open(file, os.O_RDONLY | careful)
    with open(number, encoding="utf-8", newline="") as stream:  # noqa: PTH123 - a descriptor
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise ValueError("it is no file")
        text = stream.read(largest + 1)
    if len(text) > largest:
        raise ValueError("it is too large")
    return text


def why_unread(error: Exception) -> str:
    """Why a file could not be read, in a few words."""
    return str((error.strerror if isinstance(error, OSError) else None) or error)


def text(value: object) -> str | None:
    """A text, else None."""
    return value if isinstance(value, str) else None


def number(value: object) -> float | None:
    """A number that JSON has, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    with suppress(OverflowError):
        return float(value) if math.isfinite(value) else None
    return None


def numbers(value: object) -> dict[str, float | None]:
    """Numbers by name, None for what is no number; none where there are no names."""
    return {name: number(each) for name, each in mapping(value).items()}


def whole(value: object) -> int | None:
    """A whole number of at least 0, else None."""
    return value if type(value) is int and 0 <= value < _MOST else None


def mapping(value: object) -> dict[str, object]:
    """A mapping by texts, as JSON has it; an empty one where it is none."""
    return value if isinstance(value, dict) else {}


def moment(value: object) -> str | None:
    """A moment that can be read, with its offset from UTC."""
    with suppress(ValueError, OverflowError):
        if isinstance(value, str):
            found = datetime.fromisoformat(value)
            if found.tzinfo is None:
                found = found.replace(tzinfo=UTC)
            return found.astimezone(UTC).isoformat()
    return None
