"""How far a layer looks: along an axis, the stretch of the input that each position of the output comes from."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm

# A pattern of stretches that repeats after more positions than this is not followed any further.
MAX_PERIOD = 4096

# Interpolation: of how many inputs a value is made along an axis.
TAPS = {"nearest": 1, "bilinear": 2, "bicubic": 4, "lanczos3": 6, "lanczos5": 10}


@dataclass(frozen=True)
class Reach:
    """Along one axis, where the stretch begins and ends that an output position comes from.

    The stretches of ``p`` and ``p + period`` are alike, and ``step`` apart: a convolution of stride 2 has a period of 1
    and a step of 2; what repeats every value twice has a period of 2 and a step of 1. What padding adds counts as
    input, at positions below 0 and beyond the end.

    Attributes:
        first: The first input position, for each output position of a period.
        last: The last one.
        step: How many input positions a period moves on.
    """

    first: tuple[int, ...]
    last: tuple[int, ...]
    step: int

    @property
    def period(self) -> int:
        """After how many output positions the pattern repeats."""
        return len(self.first)

    @property
    def field(self) -> int:
        """The longest stretch: the receptive field."""
        return max(last - first + 1 for first, last in zip(self.first, self.last, strict=True))

    @property
    def stride(self) -> Fraction:
        """How far the input moves with one output position, on average."""
        return Fraction(self.step, self.period)

    def stretch(self, position: int) -> tuple[int, int]:
        """The input positions, from first to last, that an output position comes from."""
        periods, place = divmod(position, self.period)
        moved = periods * self.step
        return self.first[place] + moved, self.last[place] + moved


# Each position looks at itself.
SAME = Reach((0,), (0,), 1)


def window(span: int, *, stride: int, before: int) -> Reach:
    """A window that moves.

    Args:
        span: How far it reaches, dilation and all.
        stride: How far it moves.
        before: What padding adds at the beginning.
    """
    return Reach((-before,), (span - 1 - before,), stride)


def padded_before(size: int | None, span: int, *, stride: int, padding: str) -> int:
    """What TensorFlow's padding adds at the beginning of an axis, where the rest comes at its end.

    Of an axis of unknown size it is what a whole number of strides gets.

    Source: https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2.
    """
    if padding == "valid":
        return 0
    if padding == "causal":
        return span - 1
    positions = 1 if size is None else -(-size // stride)
    size = stride if size is None else size
    return max((positions - 1) * stride + span - size, 0) // 2


def spread(span: int, *, stride: int, cut: int) -> Reach:
    """Windows that inputs add to the output, as a transposed convolution does.

    Args:
        span: How far a window reaches.
        stride: How far apart two inputs' windows begin.
        cut: What is cut off the beginning of the output.
    """
    last = [(position + cut) // stride for position in range(stride)]
    first = [-((span - 1 - cut - position) // stride) for position in range(stride)]
    # A window shorter than the stride leaves positions that come from no input.
    first = [min(pair) for pair in zip(first, last, strict=True)]
    return Reach(tuple(first), tuple(last), 1)


def resized(size: int, *, to: int, taps: int) -> Reach:
    """An axis that is made longer or shorter without smoothing.

    Source: the half-pixel centres of ``tf.image.resize``.

    Args:
        size: How long it is.
        to: How long it becomes.
        taps: How many inputs a value is made of: 1 for the nearest one, 2 for linear interpolation …
    """
    shared = gcd(size, to)
    size, to = size // shared, to // shared
    first, last = [], []
    for position in range(to):
        centre = Fraction((2 * position + 1) * size, 2 * to)
        if taps == 1:
            nearest = centre.__floor__()
            first.append(nearest)
            last.append(nearest)
            continue
        centre -= Fraction(1, 2)
        exact = centre.denominator == 1
        first.append(int(centre) if exact else centre.__floor__() - taps // 2 + 1)
        last.append(int(centre) if exact else centre.__floor__() + taps // 2)
    return Reach(tuple(first), tuple(last), size)


@lru_cache(maxsize=4096)
def followed(inner: Reach, outer: Reach) -> Reach | None:
    """One layer after another; None where the pattern is too long to follow.

    Args:
        inner: What the first layer's positions come from.
        outer: What the second one's do, in positions of the first.
    """
    turns = inner.period // gcd(inner.period, outer.step)
    period = outer.period * turns
    if period > MAX_PERIOD:
        return None
    stretches = [outer.stretch(position) for position in range(period)]
    return Reach(
        tuple(inner.stretch(first)[0] for first, _ in stretches),
        tuple(inner.stretch(last)[1] for _, last in stretches),
        outer.step * turns * inner.step // inner.period,
    )


@lru_cache(maxsize=4096)
def joined(one: Reach, other: Reach) -> Reach | None:
    """What positions come from that come from both; None where the two move on at different paces."""
    period = lcm(one.period, other.period)
    if one.stride != other.stride or period > MAX_PERIOD:
        return None
    pairs = [(one.stretch(place), other.stretch(place)) for place in range(period)]
    return Reach(
        tuple(min(ours[0], theirs[0]) for ours, theirs in pairs),
        tuple(max(ours[1], theirs[1]) for ours, theirs in pairs),
        one.step * period // one.period,
    )
