"""Expressions computed for the tests, with names of every kind of value."""

from __future__ import annotations

from typing import Any

import pytest

from netspec.source.expressions import expression
from netspec.source.nodes import UNKNOWN
from netspec.source.terms import LARGEST, ExpressionError

NAMES: dict[str, Any] = {
    "x": 3,
    "y": 0.5,
    "zero": 0,
    "yes": True,
    "nothing": None,
    "word": "relu",
    "sizes": [32, 64, 128],
    "grid": [[1, 2], [3, 4]],
    "fields": {"a": 1},
    "big": LARGEST,
    "unknown": UNKNOWN,
}


def value(text: str) -> Any:
    return expression(text).evaluate(NAMES)


def refused(text: str) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        expression(text).evaluate(NAMES)
    return caught.value


def same(left: Any, right: Any) -> bool:
    """Equal, and of one type: 1 is not 1.0, and not true."""
    return type(left) is type(right) and bool(left == right)


def hold(text: str, error: ExpressionError, *, expected: bool = True) -> None:
    """A refusal is meant, and says something of a stretch within the text."""
    assert expected, error.message
    assert error.message
    assert 0 <= error.start <= error.end <= len(text)
