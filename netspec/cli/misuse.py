"""What a misused option is told as: in netspec's words, with the value that was probably meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netspec.wording import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

# What pydantic, by which Typer reads values, puts before a message.
_PYDANTIC = "Value error, "
_NO_CHOICE = re.compile(
    r"^'(?P<value>.*)' is not one of (?P<choices>'[^']*'(?:, '[^']*')*)\.$", re.DOTALL
)


def clearer(message: str) -> str:
    """A message of Typer's about a value, said more clearly where that is known how."""
    message = message.removeprefix(_PYDANTIC)
    found = _NO_CHOICE.match(message)
    meant = found and _meant(found["value"], re.findall("'([^']*)'", found["choices"]))
    return f"{message} Did you mean {meant}?" if meant else message


def _meant(value: str, choices: Sequence[str]) -> str | None:
    """The one choice that begins so, or that is meant for certain."""
    longer = [each for each in choices if value and each.startswith(value.lower())]
    if len(longer) == 1:
        return longer[0]
    found = nearest(value, choices)
    return found.instead if found is not None and found.certain else None
