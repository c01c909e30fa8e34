"""From which epoch on a network learned its images by heart, by its losses alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean, median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# So many epochs must follow the minimum, or it may be the next epoch's.
_FEWEST_AFTER = 3
# The validation loss must rise by this share of its minimum, and by this many times its noise.
_LEAST_RISE = 0.02
_TIMES_NOISE = 2.5
# The training loss must fall by this share of what it was.
_LEAST_FALL = 0.02
# Each epoch after the minimum must lie above it by this share of it, where overfitting only seems to begin.
_LEAST_SEEMING = 0.05
# How far normal noise strays from its smoothed self on the average, as a share of its standard deviation (simulated).
_OF_DEVIATION = 0.56


@dataclass(frozen=True)
class Onset:
    """Where overfitting begins.

    Attributes:
        index: The place of the epoch after which the validation loss stays above its minimum while the training loss
            goes on falling, counted from 0.
        rise: How far the smoothed validation loss lies above its minimum afterwards.
    """

    index: int
    rise: float


def onset_of(loss: Sequence[float | None], val_loss: Sequence[float | None]) -> Onset | None:
    """The epoch after which the validation loss stays above its minimum while the training loss goes on falling.

    Both losses are smoothed by the median of each epoch and its neighbours, so that a single epoch decides nothing. The
    minimum is that of the smoothed validation loss. It is an onset where at least three epochs follow it; where these,
    and the last three of them, lie above it by 2% of it and by two and a half times the noise, which is how far the
    loss strays from its smoothed self; and where the training loss has fallen by 2% since. Of simulated curves that end
    in noise around a level, and rise no more, fewer than one in ten are taken for overfitting.

    Args:
        loss: The training loss of each epoch; None where it is no number.
        val_loss: The validation loss of each epoch.

    Returns:
        None where there is none, or where it cannot be told: an epoch has no number, or there are too few.
    """
    training, validation = _numbers(loss), _numbers(val_loss)
    if len(training) != len(loss) or len(validation) != len(val_loss) or len(loss) != len(val_loss):
        return None
    if len(loss) <= _FEWEST_AFTER:
        return None
    smooth, trained = smoothed(validation), smoothed(training)
    lowest = min(range(len(smooth)), key=smooth.__getitem__)
    # A smoothed minimum lies beside the epoch that made it.
    beside = range(max(0, lowest - 1), min(len(validation), lowest + 2))
    index = min(beside, key=validation.__getitem__)
    after, minimum = smooth[index + 1 :], smooth[lowest]
    if len(after) < _FEWEST_AFTER:
        return None
    rise = min(fmean(after[-_FEWEST_AFTER:]), fmean(after)) - minimum
    fall = trained[index] - fmean(trained[-_FEWEST_AFTER:])
    if rise <= max(_LEAST_RISE * abs(minimum), _TIMES_NOISE * _noise(validation, smooth)):
        return None
    return Onset(index, rise) if fall > _LEAST_FALL * abs(trained[index]) else None


def seems_to_begin(loss: Sequence[float], val_loss: Sequence[float]) -> bool:
    """Whether overfitting seems to begin, where it is too early, or the losses are too noisy, to say that it does.

    It seems so where at least three epochs follow the minimum of the validation loss, as it is; where each of them lies
    above it by 5% of it, and the later half of them above the earlier one; and where the training loss has fallen by 2%
    since.

    Args:
        loss: The training loss of each epoch, a number each.
        val_loss: The validation loss of each epoch, as many.
    """
    if len(val_loss) <= _FEWEST_AFTER:
        return False
    at = min(range(len(val_loss)), key=val_loss.__getitem__)
    after, minimum = val_loss[at + 1 :], val_loss[at]
    if len(after) < _FEWEST_AFTER:
        return False
    half = len(after) // 2
    is_above = min(after) - minimum > _LEAST_SEEMING * abs(minimum)
    has_fallen = loss[at] - fmean(loss[-_FEWEST_AFTER:]) > _LEAST_FALL * abs(loss[at])
    return is_above and has_fallen and fmean(after[half:]) > fmean(after[:half])


def smoothed(values: Sequence[float]) -> list[float]:
    """Each value as the median of it and its neighbours; the first and the last as they are."""
    inner = (median(values[at - 1 : at + 2]) for at in range(1, len(values) - 1))
    return [values[0], *inner, values[-1]] if len(values) > 1 else list(values)


def _noise(values: Sequence[float], smooth: Sequence[float]) -> float:
    """How far values stray from their smoothed selves, as a standard deviation."""
    strays = [abs(value - other) for value, other in zip(values[1:-1], smooth[1:-1], strict=True)]
    return fmean(strays) / _OF_DEVIATION if strays else 0.0


def _numbers(values: Sequence[float | None]) -> list[float]:
    return [value for value in values if value is not None and math.isfinite(value)]
