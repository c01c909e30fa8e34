"""Curves are drawn as text: their ends where they belong, numbers at the axes, and no number that breaks it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from netspec.report.text_chart import Curve, chart, has_dots, is_drawable, style_of

RISING = [(1.0, 0.0), (2.0, 0.5), (3.0, 1.0)]


def drawn(
    *curves: list[tuple[float, float]], width: int = 40, height: int = 5, encoding: str = "utf-8"
) -> list[str]:
    styled = [
        Curve(points, *style_of(place, encoding=encoding)) for place, points in enumerate(curves)
    ]
    return chart(styled, width=width, height=height, encoding=encoding).plain.split("\n")


def test_a_line_goes_from_its_first_to_its_last_point_between_two_axes() -> None:
    assert drawn(RISING, width=24) == [
        "   1 ┤              ⢀⡠⠔●",
        "0.75 ┤          ⢀⡠●⠊⠁",
        " 0.5 ┤       ⣀⠤⠊⠁",
        "0.25 ┤   ⢀⡠⠒⠉",
        "   0 ┤●⠔⠊⠁",
        "     └──────────────────",
        "      1        2       3",
    ]


def test_where_there_is_no_braille_marks_are_the_dots() -> None:
    lines = drawn(RISING, [(1, 1.0), (3, 0.0)], encoding="ascii")
    assert "".join(lines).isascii()
    assert {"o", "x"} <= set("".join(lines))
    assert not has_dots("ascii")


def test_two_curves_that_are_the_same_both_show() -> None:
    text = "".join(drawn(RISING, RISING))
    assert "●" in text
    assert "■" in text


def test_the_ends_of_all_curves_have_their_marks_though_they_meet() -> None:
    flat = [(1.0, 1.0), (3.0, 1.0)]
    (line,) = (line for line in drawn(flat, flat, flat) if "●" in line)
    assert set(line[-3:]) == set("●■▲")


def test_each_run_has_a_mark_of_its_own() -> None:
    marks = [style_of(place, encoding="utf-8")[0] for place in range(30)]
    assert len(set(marks)) == len(marks)


def test_large_ratios_are_drawn_by_powers_of_ten() -> None:
    titles = [
        line.split("┤")[0].strip()
        for line in drawn([(1, 0.01), (9, 10.0)], height=12)
        if "┤" in line
    ]
    assert titles == ["10", "1", "0.1", "0.01"]


def test_one_point_alone_is_a_mark() -> None:
    text = "".join(drawn([(4, 0.5)]))
    assert text.count("●") == 1
    assert "4" in text


@given(
    st.lists(st.floats(allow_nan=False), min_size=1, max_size=6).filter(
        lambda ys: any(map(is_drawable, ys))
    ),
    st.sampled_from([1, 7, 10**9]),
    st.integers(30, 90),
)
def test_whatever_the_numbers_are_it_fits_the_width(
    ys: list[float], apart: int, width: int
) -> None:
    points = [(1.0 + apart * place, y) for place, y in enumerate(ys)]
    lines = drawn(points, width=width)
    assert all(cell_len(line) <= width for line in lines)


@pytest.mark.parametrize("value", [None, math.inf, -math.inf, math.nan, 1e305])
def test_what_no_axis_has_room_for_is_not_drawn(value: float | None) -> None:
    assert not is_drawable(value)
