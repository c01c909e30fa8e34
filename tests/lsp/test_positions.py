"""Columns of characters and of the protocol's units."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from netspec.lsp.positions import Units
from netspec.source.nodes import Source

KINDS = [*types.PositionEncodingKind]
LINE = "a: '🐈é' # x"


@pytest.mark.parametrize(
    ("kind", "units"),
    [
        (types.PositionEncodingKind.Utf8, 10),
        (types.PositionEncodingKind.Utf16, 7),
        (types.PositionEncodingKind.Utf32, 6),
    ],
)
def test_a_column_is_counted_as_agreed(kind: types.PositionEncodingKind, units: int) -> None:
    assert Units(kind).column(LINE, 6) == units
    assert Units(kind).characters(LINE, units) == 6


@given(st.text(), st.integers(0, 50), st.sampled_from(KINDS))
def test_there_and_back_is_the_same_column(
    line: str, column: int, kind: types.PositionEncodingKind
) -> None:
    units = Units(kind)
    assert units.characters(line, units.column(line, column)) == min(column, len(line))


def test_a_column_within_a_character_is_at_its_beginning() -> None:
    assert Units().characters(LINE, 5) == 4


def test_what_lies_beyond_the_text_is_at_its_end() -> None:
    place = Source("a", "one\ntwo").place(9, 9)
    assert Units().range(place).start == types.Position(1, 3)
    assert Units().at(["one"], types.Position(5, 9)) == (0, 3)
