"""What is said of layers whose fields or inputs do not fit, and how it is held word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from netspec.fields import Mismatch
from netspec.layers.shapes import ShapeError
from tests.layers.examples import infer, layer

if TYPE_CHECKING:
    from netspec.diagnostics import Code
    from netspec.layers.shapes import Shape


class Case(NamedTuple):
    """A layer, what it gets, and what is said of it."""

    kind: str
    shapes: list[Shape]
    fields: dict[str, Any]
    code: Code
    field: str | None
    message: str
    hint: str | None


def name_of(case: Case) -> str:
    """What a case is called among others."""
    return f"{case.kind}-{case.code.name}"


def hold_told(case: Case) -> None:
    """The layer cannot take the shapes, and says what the case says."""
    with pytest.raises(ShapeError) as caught:
        infer(case.kind, *case.shapes, **case.fields)
    error = caught.value
    assert (error.message, error.hint) == (case.message, case.hint)
    assert (error.code, error.field) == (case.code, case.field)


def hold_refused(kind: str, fields: dict[str, Any], words: str) -> None:
    """The layer cannot have the fields, and says so in these words.

    Args:
        kind: The layer's kind.
        fields: Its fields as a spec writes them.
        words: A pattern that is found in the message.
    """
    with pytest.raises(Mismatch, match=words):
        layer(kind, **fields)
