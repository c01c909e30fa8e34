"""What is said of calibration and of mistakes promises no more than the numbers hold."""

from __future__ import annotations

import pytest

from netspec.report.html.album import Album
from netspec.report.html.calibration import sentence
from netspec.report.html.document import Absent
from netspec.report.html.judged import Bin, Calibration, Mistake
from netspec.report.html.mistakes import mistakes

EVEN = (Bin(0.5, 0.6, 50, 0.56, 0.54), Bin(0.9, 1.0, 150, 0.96, 0.97))
ONE_FAR_OFF = (Bin(0.8, 0.9, 1, 0.85, 0.0), Bin(0.9, 1.0, 209, 0.99, 0.96))


@pytest.mark.parametrize(
    ("error", "largest", "bins", "said"),
    [
        (0.0125, 0.02, EVEN, "They may be taken as they are."),
        (
            0.034,
            0.85,
            ONE_FAR_OFF,
            "That is little on the whole; mostly it is more sure than it is right; single ones may be far off.",
        ),
        (
            0.03,
            0.03,
            (Bin(0.9, 1.0, 200, 0.95, 0.98),),
            "That is little on the whole; mostly it is right more often than it is sure.",
        ),
        (0.2, 0.2, (Bin(0.9, 1.0, 200, 0.95, 0.75),), "Mostly it is more sure than it is right."),
    ],
    ids=["even", "one far off", "leaning", "off"],
)
def test_probabilities_may_be_taken_as_they_are_only_where_no_bin_is_far_off(
    error: float, largest: float, bins: tuple[Bin, ...], said: str
) -> None:
    assert sentence(Calibration(error, largest, bins)).endswith(f". {said}")


def test_one_mistake_has_no_order() -> None:
    why = Absent("none was kept")
    one = Mistake("a.png", "cat", "dog", 0.9, 0.1, why, why)
    album = Album((), room=0)
    assert "1 mistake: true class" in mistakes("m", (one,), album)
    assert "2 mistakes, the most confident first: true class" in mistakes("m", (one,) * 2, album)
