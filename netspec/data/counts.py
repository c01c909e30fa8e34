"""How many images each split has. It is apart from the splits, so that a plan needs no NumPy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SplitCounts:
    """How many images each split has, and how many of them are held out of the training images."""

    train: int
    validation: int
    test: int
    held_for_validation: int = 0
    held_for_test: int = 0
