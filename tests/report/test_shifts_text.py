"""A shift test on a terminal."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from netspec.report.shifts import shifts_text

if TYPE_CHECKING:
    from netspec.report.evaluation import ShiftsRecord


def told(record: ShiftsRecord) -> str:
    stream = StringIO()
    console = Console(file=stream, width=80)
    for part in shifts_text(record):
        console.print(part)
    return stream.getvalue()


def test_a_table_and_a_sentence_say_where_it_is_worst() -> None:
    rows = [[0.25, 0.5, 0.75], [0.5, 1.0, 0.5], [0.125, 0.5, 0.25]]
    text = told({"pixels": [-2, 0, 2], "images": 1000, "accuracy": rows})

    assert text.splitlines() == [
        "accuracy on 1,000 images, moved by so many pixels",
        "",
        "down \\ right     -2      0     +2",
        "          -2  0.250  0.500  0.750",
        "           0  0.500  1.000  0.500",
        "          +2  0.125  0.500  0.250",
        "",
        "not moved 1.0000; worst 0.1250, 2 down and 2 to the left; mean over all 0.4861",
    ]


@pytest.mark.parametrize(
    ("at", "where"),
    [((0, 1), "1 up"), ((1, 2), "1 to the right"), ((1, 1), "not moved at all")],
)
def test_where_it_is_worst_is_said_in_words(at: tuple[int, int], where: str) -> None:
    rows = [[1.0] * 3 for _ in range(3)]
    rows[at[0]][at[1]] = 0.5
    record: ShiftsRecord = {"pixels": [-1, 0, 1], "images": 1, "accuracy": rows, "output": "a\x1b["}
    text = told(record)

    assert f"worst 0.5000, {where};" in text
    assert "accuracy of a\\u001b[ on 1 image," in text


def test_the_largest_table_fits_80_columns() -> None:
    pixels = [-300, -200, -100, 0, 100, 200, 300]
    text = told({"pixels": pixels, "images": 1000, "accuracy": [[1.0] * 7 for _ in pixels]})

    assert all("+300" in line or line.count("1.000") == 7 for line in text.splitlines()[2:10])
    assert max(map(len, text.splitlines())) <= 80
