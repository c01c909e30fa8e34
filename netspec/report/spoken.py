"""How durations and metrics are said to people, in few characters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDEST_NUMBER = 8


def clock(seconds: float) -> str:
    """``0:05``, ``12:34`` or ``1:02:03``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def by_stage(stages: Mapping[str, int]) -> str:
    """How many parameters each stage of training changes: ``2,050 in head, 1,595,906 in tune``."""
    return ", ".join(f"{count:,} in {name}" for name, count in stages.items())


def spoken_number(value: float) -> str:
    """A metric in at most as many characters as its column has."""
    size = abs(value)
    if size == 0 or 0.001 <= size < 1000 or not math.isfinite(value):  # noqa: PLR2004
        return f"{value:.4f}"
    text = f"{value:.1f}" if 1000 <= size < 100_000 else f"{value:.2e}"  # noqa: PLR2004
    return text if len(text) <= WIDEST_NUMBER else f"{value:.1e}"
