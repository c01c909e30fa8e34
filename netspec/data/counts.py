"""How many images each split has. It is apart from the splits, so that a plan needs no NumPy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netspec.spec.data import DataSection


@dataclass(frozen=True)
class SplitCounts:
    """How many images each split has, and where they come from.

    Attributes:
        train, validation, test: The images of each, 0 where there is no such split.
        held_for_validation, held_for_test: How many are held out of the training images, before any limit.
        validation_from, test_from: The source's split that serves, where one does.
    """

    train: int
    validation: int
    test: int
    held_for_validation: int = 0
    held_for_test: int = 0
    validation_from: str | None = None
    test_from: str | None = None


def split_counts(data: DataSection, splits: Mapping[str, int]) -> SplitCounts:
    """How many images each split gets.

    Args:
        data: The section.
        splits: How many images the source's splits have.
    """
    images = splits["train"]
    held_test, held_validation = data.held_out("test", images), data.held_out("validation", images)
    validation_from = data.split_named("validation", splits)
    test_from = data.split_named("test", splits)
    validation = splits[validation_from] if validation_from is not None else held_validation
    test = splits[test_from] if test_from is not None else held_test
    limit = data.limit or sum(splits.values())
    return SplitCounts(
        train=data.left_to_train(images),
        validation=min(validation, limit),
        test=min(test, limit),
        held_for_validation=held_validation,
        held_for_test=held_test,
        validation_from=validation_from,
        test_from=test_from,
    )
