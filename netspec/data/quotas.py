"""How many images of each class a split gets."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from netspec.data.units import place

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Counts = NDArray[np.int64]

# Multiples of it lie evenly between 0 and 1, however many there are (Knuth, The Art of Computer Programming, 6.4).
_GOLDEN = (math.sqrt(5) - 1) / 2
_DIGITS = 9  # of a product of a decimal fraction, before it is rounded down


def fraction_quotas(
    fraction: float, sizes: Counts, room: Counts, *, seed: int, from_below: bool
) -> Counts:
    """A fraction of each class, rounded up or down.

    A class's quota follows from its own size, and one more image makes it larger by one at most. Which classes are
    rounded up follows from the seed, so that as many are as keeps the total about right, small classes or not.

    Args:
        fraction: Above 0 and below 1.
        sizes: The images of each class, `(classes,)`.
        room: How many of them can be had, `(classes,)`.
        seed: The spec's seed.
        from_below: Whether classes are rounded up that would be rounded down otherwise. With two fractions, one so and
            one otherwise, never more images of a class are taken than there are.

    Returns:
        Quotas, `(classes,)`; at least 1 in all, where there is an image.
    """
    start = int.from_bytes(place(seed, "rounding", b"")[:8], "big") / 2**64
    offsets = np.clip((start + np.arange(len(sizes)) * _GOLDEN) % 1, 1e-6, 1 - 1e-6)
    if not from_below:
        offsets = 1 - offsets
    rounded = np.floor(np.round(fraction * sizes, _DIGITS) + offsets)
    quotas: Counts = np.minimum(rounded.astype(np.int64), room)
    if not quotas.any() and room.any():
        quotas[np.argmax(np.where(room > 0, sizes, 0))] = 1
    return quotas


def count_quotas(count: int, sizes: Counts, room: Counts) -> Counts:
    """A number of images shared out in proportion to the classes.

    Args:
        count: How many.
        sizes: The images of each class, `(classes,)`.
        room: How many of them can be had, `(classes,)`.

    Returns:
        Quotas, `(classes,)`, which make the count where there is room for it.

    Source: the method of Sainte-Laguë, which adding an image to a class never makes worse for it.
    """
    classes = np.repeat(np.arange(len(sizes)), room)
    # The claim of a class to its first, second, … image.
    ranks = np.concatenate([np.arange(1, each + 1) for each in room]) if len(room) else room
    claims = sizes[classes] / (ranks - 0.5)
    granted = classes[np.argsort(-claims, kind="stable")[:count]]
    return np.bincount(granted, minlength=len(sizes)).astype(np.int64)
