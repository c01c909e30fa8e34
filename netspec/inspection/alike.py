"""Which of many images are near-duplicates, without comparing each with each.

Images are candidates if a quarter of their hashes is the same. Sorted by hash, an image is compared with those that
stand next to it, so that the work grows with the images and not with their square. What is alike is then confirmed on
small gray thumbnails: a hash alone takes any two photos of one composition for one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netspec.inspection.looks import Looks

_BANDS, _BITS = 4, 16
# How many an image is compared with that come after it, for each band.
_NEIGHBOURS = 24
_FURTHEST = 8
# Above so many candidates an image is of a kind of which there are many, as a handwritten 1 is, and alike means less.
_CROWD = 16
_FURTHEST_IN_CROWD = 2
_CORRELATION, _CORRELATION_IN_CROWD = 0.98, 0.998
_AT_ONCE = 50_000
# How many bits of each number below 65,536 are set.
_BITS_OF = np.array([number.bit_count() for number in range(1 << _BITS)], np.uint8)


def near_duplicates(looks: Looks, among: NDArray[np.int64]) -> list[list[int]]:
    """Groups of images that look the same but for compression, size or brightness.

    Args:
        looks: What all images look like.
        among: Which of them are compared.

    Returns:
        The groups' images, ascending, each of `among` in at most one; the groups by their first.
    """
    told = among[~looks.plain[among]]
    pairs = _candidates(looks.hashes[told])
    if not len(pairs):
        return []
    distances = _bits_between(looks.hashes[told][pairs[:, 0]], looks.hashes[told][pairs[:, 1]])
    counts = np.bincount(pairs.ravel(), minlength=len(told))
    crowded = counts[pairs].max(axis=1) > _CROWD
    kept = distances <= np.where(crowded, _FURTHEST_IN_CROWD, _FURTHEST)
    pairs, crowded = pairs[kept], crowded[kept]
    wanted = np.where(crowded, _CORRELATION_IN_CROWD, _CORRELATION)
    alike = np.zeros(len(pairs), np.bool_)
    for start in range(0, len(pairs), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        some = looks.thumbnails[told[pairs[part]]]
        alike[part] = _correlation(some[:, 0], some[:, 1]) >= wanted[part]
    return [[int(told[place]) for place in group] for group in _groups(pairs[alike])]


def _candidates(hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Pairs of places whose hashes share a quarter and differ little, each once, ascending: int64 `(pairs, 2)`."""
    count = len(hashes)
    found = [np.zeros(0, np.int64)]
    for band in range(_BANDS):
        turned = np.roll(hashes.view(np.uint8).reshape(-1, 8), 2 * band, axis=1)
        numbers = np.ascontiguousarray(turned).view(np.uint64).ravel()
        order = np.argsort(numbers, kind="stable")
        numbers = numbers[order]
        bands = numbers >> np.uint64(64 - _BITS)
        for ahead in range(1, min(_NEIGHBOURS, count - 1) + 1):
            at = np.flatnonzero(bands[ahead:] == bands[:-ahead])
            at = at[_bits_between(numbers[at], numbers[at + ahead]) <= _FURTHEST]
            one, other = order[at], order[at + ahead]
            # Of each pair one number, which is found again faster than two.
            found.append(np.minimum(one, other) * count + np.maximum(one, other))
    pairs = np.unique(np.concatenate(found))
    return np.stack([pairs // count, pairs % count], axis=1) if count else pairs.reshape(-1, 2)


def _bits_between(some: NDArray[np.uint64], others: NDArray[np.uint64]) -> NDArray[np.int64]:
    """In how many bits hashes differ, pair by pair."""
    different = (some ^ others).view(np.uint16).reshape(-1, 4)
    bits: NDArray[np.int64] = _BITS_OF[different].sum(axis=1, dtype=np.int64)
    return bits


def _correlation(some: NDArray[np.uint8], others: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How alike thumbnails are, pair by pair, whatever their brightness and contrast: at most 1."""
    first, second = (each.reshape(len(each), -1).astype(np.float32) for each in (some, others))
    first -= first.mean(axis=1, keepdims=True)
    second -= second.mean(axis=1, keepdims=True)
    length = np.sqrt((first**2).sum(axis=1) * (second**2).sum(axis=1))
    together: NDArray[np.float32] = (first * second).sum(axis=1) / np.maximum(length, 1e-6)
    return together


def _groups(pairs: NDArray[np.int64]) -> Iterator[list[int]]:
    """Places that pairs connect, ascending."""
    above: dict[int, int] = {}

    def top(place: int) -> int:
        while above.setdefault(place, place) != place:
            above[place] = above[above[place]]
            place = above[place]
        return place

    for one, other in pairs.tolist():
        first, second = sorted((top(one), top(other)))
        above[second] = first
    groups: dict[int, list[int]] = {}
    for place in sorted(above):
        groups.setdefault(top(place), []).append(place)
    yield from groups.values()
