"""Two sequences are laid side by side with as many pairs as there can be, and soon whatever they are."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspec.graph import alignment
from netspec.graph.alignment import align

LETTERS = st.text("abc", max_size=14)


def longest(a: str, b: str) -> int:
    """The length of the longest common subsequence, by the table of all beginnings."""
    row = [0] * (len(b) + 1)
    for one in a:
        above = row[:]
        for index, other in enumerate(b):
            row[index + 1] = above[index] + 1 if one == other else max(row[index], above[index + 1])
    return row[-1]


def check(a: object, b: object, pairs: list[tuple[int, int]]) -> None:
    assert all(a[left] == b[right] for left, right in pairs)  # type: ignore[index]
    for (left, right), (next_left, next_right) in pairwise(pairs):
        assert left < next_left
        assert right < next_right


@given(LETTERS, LETTERS)
def test_there_are_as_many_pairs_as_there_can_be(a: str, b: str) -> None:
    pairs = align(a, b)
    check(a, b, pairs)
    assert len(pairs) == longest(a, b)


@given(LETTERS, LETTERS)
def test_beyond_the_limit_pairs_are_still_right(a: str, b: str) -> None:
    before, alignment.MAX_DISTANCE = alignment.MAX_DISTANCE, 0
    try:
        pairs = align(a, b)
    finally:
        alignment.MAX_DISTANCE = before
    check(a, b, pairs)
    assert bool(pairs) == bool(set(a) & set(b))


def test_what_is_put_in_stands_after_what_is_the_same() -> None:
    assert align("xyz", "xyzxyz") == [(0, 0), (1, 1), (2, 2)]
    assert align("head tail", "head more tail") == [
        *((index, index) for index in range(5)),
        *((index, index + 5) for index in range(5, 9)),
    ]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (list(range(10_000)), list(range(10_000))[::-1]),
        ([1] * 10_000, [1] * 20),
        ([index % 3 for index in range(10_000)], [index % 2 for index in range(10_000)]),
        (random.Random(1).choices("abcd", k=10_000), random.Random(2).choices("abcd", k=10_000)),  # noqa: S311
    ],
    ids=["reversed", "repeated", "periodic", "random"],
)
def test_long_sequences_take_no_time(a: list[object], b: list[object]) -> None:
    start = time.process_time()
    check(a, b, align(a, b))
    assert time.process_time() - start < 3  # a table of 10,000 by 10,000 takes half a minute
