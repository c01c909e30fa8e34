"""Texts with places to fill in, as editors take them: ``Dense: {units: ${1}}``."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from netspec.fields import Choice, Flag, Nullable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.fields import FieldType

# Snippets list the values of fields that take no more than these.
_MOST_CHOICES = 8
_PLACEHOLDER = re.compile(r"\$\{\d+(?:\|[^}]*\||:[^}]*)?\}|\$\d+")


class Form(Enum):
    """How a kind is written: as a key, as an element of a list, or as a value that needs braces to have fields."""

    KEY = 1
    ENTRY = 2
    VALUE = 3


def written(kind: str, fields: Sequence[tuple[str, FieldType | None]], form: Form) -> str:
    """A kind with the fields that it must be given."""
    if not fields and form is not Form.KEY:
        return kind
    written = f"{kind}: {{{filled(fields) or '${1}'}}}"
    return f"{{{written}}}" if form is Form.VALUE else written


def filled(fields: Sequence[tuple[str, FieldType | None]]) -> str:
    """Fields with places for their values."""
    return ", ".join(
        f"{name}: {place(field_type, number)}"
        for number, (name, field_type) in enumerate(fields, 1)
    )


def place(field_type: FieldType | None, number: int, or_else: str | None = None) -> str:
    """The place of a value in a snippet, with its choices where they are few."""
    inner = field_type.item if isinstance(field_type, Nullable) else field_type
    options: tuple[str, ...] = ()
    if isinstance(inner, Choice):
        options = inner.options
    elif isinstance(inner, Flag):
        options = ("true", "false")
    if 0 < len(options) <= _MOST_CHOICES:
        return f"${{{number}|{','.join(options)}|}}"
    return f"${{{number}}}" if or_else is None else or_else


def without_places(text: str) -> str:
    """The text for an editor that knows no places to fill in."""
    return _PLACEHOLDER.sub("", text)
