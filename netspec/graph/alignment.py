"""Two sequences laid side by side: which elements of the one are found again, in order, in the other."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    Pairs = list[tuple[int, int]]

# Up to so many elements may be without a partner, while the longest alignment is looked for. Its time and memory grow
# with the square; beyond, one that is nearly as long is found at once.
MAX_DISTANCE = 600


def align(a: Sequence[Hashable], b: Sequence[Hashable]) -> Pairs:
    """Pairs of positions of equal elements, rising on both sides; the most there can be, within `MAX_DISTANCE`.

    Source: Myers, An O(ND) Difference Algorithm and Its Variations, 1986.
    """
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] == b[-1 - end]:
        end += 1
    pairs = [(index, index) for index in range(start)]
    # What the other side has not at all has no partner, and need not be looked for.
    shared = {*a[start : len(a) - end]} & {*b[start : len(b) - end]}
    rows = [index for index in range(start, len(a) - end) if a[index] in shared]
    columns = [index for index in range(start, len(b) - end) if b[index] in shared]
    middle = _middle([a[index] for index in rows], [b[index] for index in columns])
    pairs += [(rows[row], columns[column]) for row, column in middle]
    pairs += [(len(a) - left, len(b) - left) for left in range(end, 0, -1)]
    return pairs


def _middle(a: list[Hashable], b: list[Hashable]) -> Pairs:
    if not a or not b:
        return []
    found = _shortest(a, b)
    return _increasing(a, b) if found is None else found


def _shortest(a: list[Hashable], b: list[Hashable]) -> Pairs | None:
    """The longest alignment, None where it leaves too many elements without a partner."""
    ends = {1: 0}  # how far the best path on each diagonal comes, in `a`
    history = []
    for distance in range(min(len(a) + len(b), MAX_DISTANCE) + 1):
        history.append(dict(ends))
        for diagonal in range(-distance, distance + 1, 2):
            down = diagonal == -distance or (
                diagonal != distance and ends[diagonal - 1] < ends[diagonal + 1]
            )
            x = ends[diagonal + 1] if down else ends[diagonal - 1] + 1
            while x < len(a) and 0 <= x - diagonal < len(b) and a[x] == b[x - diagonal]:
                x += 1
            ends[diagonal] = x
            if x >= len(a) and x - diagonal >= len(b):
                return _way_back(history, len(a), len(b))
    return None


def _way_back(history: list[dict[int, int]], x: int, y: int) -> Pairs:
    pairs = []
    for distance in range(len(history) - 1, -1, -1):
        ends = history[distance]
        diagonal = x - y
        down = diagonal == -distance or (
            diagonal != distance and ends[diagonal - 1] < ends[diagonal + 1]
        )
        before = diagonal + 1 if down else diagonal - 1
        start = ends[before]
        while x > max(start, 0) and y > max(start - before, 0):
            x, y = x - 1, y - 1
            pairs.append((x, y))
        x, y = start, start - before
    return pairs[::-1]


def _increasing(a: list[Hashable], b: list[Hashable]) -> Pairs:
    """The longest rising run of pairs of the first with the first, the second with the second … of equal elements."""
    places = defaultdict(list)
    for column in range(len(b) - 1, -1, -1):
        places[b[column]].append(column)
    pairs = [(row, places[element].pop()) for row, element in enumerate(a) if places[element]]
    lasts: list[int] = []  # the smallest column that a run of each length ends with
    ends: list[int] = []  # and that run's last pair
    previous: list[int] = []
    for index, (_, column) in enumerate(pairs):
        length = bisect_left(lasts, column)
        previous.append(ends[length - 1] if length else -1)
        lasts[length : length + 1] = [column]
        ends[length : length + 1] = [index]
    run = []
    index = ends[-1] if ends else -1
    while index >= 0:
        run.append(pairs[index])
        index = previous[index]
    return run[::-1]
