"""How the given splits become a run's, and how many images each has, without NumPy for a plan's sake."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from netspec.spec.data import PerClass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sized

    from netspec.spec.data import DataSection

# How many of some images: a share of them, a number, or so many of each class.
Amount = float | int | PerClass


@dataclass(frozen=True)
class Splitting:
    """How the splits of a source become those of a run.

    Attributes:
        validation, test: How many of the training images are held out; None where none are.
        train: How many of what is left are trained on; None for all.
        validation_from, test_from: The source's split that serves, where one does.
        group: What is searched in an image's name; images in which it finds the same are in one split.
        limit: At most so many images of each split, after all else; None for all.
    """

    validation: Amount | None = None
    test: Amount | None = None
    train: Amount | None = None
    validation_from: str | None = None
    test_from: str | None = None
    group: str | None = None
    limit: int | None = None

    def given(self, split: str) -> str:
        """The source's split that the images of one of the run's are of."""
        names = {"validation": self.validation_from, "test": self.test_from}
        return names.get(split) or "train"


@dataclass(frozen=True)
class SplitCounts:
    """How many images each split has, and where they come from.

    Attributes:
        train, validation, test: The images of each, 0 where there is no such split.
        validation_from, test_from: The source's split that serves, where one does.
    """

    train: int
    validation: int
    test: int
    validation_from: str | None = None
    test_from: str | None = None

    def made(self, splits: Mapping[str, Sized]) -> SplitCounts:
        """The counts of splits that have been made."""
        train, validation, test = (
            len(splits[name]) if name in splits else 0 for name in ("train", "validation", "test")
        )
        return replace(self, train=train, validation=validation, test=test)


def splitting(data: DataSection, splits: Mapping[str, int]) -> Splitting:
    """What a spec says of its splits.

    Args:
        data: The section.
        splits: How many images the source's splits have.
    """
    wishes: dict[str, Any] = {name: getattr(data, name) for name in ("validation", "test")}
    amounts = {name: None if isinstance(wish, str) else wish for name, wish in wishes.items()}
    return Splitting(
        **amounts,
        train=data.train,
        validation_from=data.split_named("validation", splits),
        test_from=data.split_named("test", splits),
        group=data.group,
        limit=data.limit,
    )


def split_counts(
    data: DataSection, splits: Mapping[str, int], *, classes: int | None = None
) -> SplitCounts:
    """How many images each split gets, as far as that is known before they are looked at.

    What is a share of each class is rounded for each, and what belongs together stays so, so that a run's splits can
    have a few more or fewer.

    Args:
        data: The section.
        splits: How many images the source's splits have.
        classes: How many classes the images have; None where no class is learned.
    """
    rule = splitting(data, splits)
    images = splits["train"]
    limit = data.limit or sum(splits.values())

    def held(name: str) -> int:
        given = rule.given(name)
        return splits[given] if given != "train" else data.held_out(name, images, classes)

    return SplitCounts(
        train=data.left_to_train(images, classes),
        validation=min(held("validation"), limit),
        test=min(held("test"), limit),
        validation_from=rule.validation_from,
        test_from=rule.test_from,
    )
