"""Images that are there twice: in one split, in two, or under two labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netspec.diagnostics import Code
from netspec.inspection.alike import near_duplicates
from netspec.inspection.found import some
from netspec.wording import short

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.inspection.found import Finder, ImageFinding
    from netspec.inspection.looks import Looks
    from netspec.inspection.population import Population

_LEAK = (
    "what a network is judged by is then what it has learned by heart: remove all but one of them"
)
_LABELS = "look at them, and keep one, under the label that is right"


@dataclass(frozen=True)
class _Sort:
    """What is said of images that are the same, or nearly."""

    are: str
    leak: Code
    labels: Code
    within: Code
    hint: str
    within_hint: str


_SAME = _Sort(
    "are the same image",
    Code.IMAGE_IN_TWO_SPLITS,
    Code.IMAGE_UNDER_TWO_LABELS,
    Code.DUPLICATE_IMAGES,
    _LEAK,
    "it counts as often as it is there; remove all but one of them, if that is not meant",
)
_NEAR = _Sort(
    "look the same",
    Code.NEAR_DUPLICATE_IN_TWO_SPLITS,
    Code.NEAR_DUPLICATE_UNDER_TWO_LABELS,
    Code.NEAR_DUPLICATES,
    f"look at them; {_LEAK}, or keep them together with data.group",
    "look at them, and remove what should be there once",
)


def check_copies(population: Population, looks: Looks, finder: Finder) -> Iterator[ImageFinding]:
    """What is there twice, byte by byte or to the eye."""
    sides, said = population.sides(), population.said()
    groups = _same(population.digests())
    for group in groups:
        yield _found(group, _SAME, population, sides, said, finder)
    # Of what is the same, one stands for all.
    again = {place for group in groups for place in group[1:]}
    rest = np.array([place for place in range(len(population)) if place not in again], np.int64)
    for group in near_duplicates(looks, rest):
        yield _found(group, _NEAR, population, sides, said, finder)


def _same(digests: Sequence[bytes]) -> list[list[int]]:
    """The places of those that are equal, ascending."""
    places: dict[bytes, list[int]] = {}
    for place, digest in enumerate(digests):
        places.setdefault(digest, []).append(place)
    return [group for group in places.values() if len(group) > 1]


def _found(  # noqa: PLR0913, PLR0917 - what is known of all images
    group: list[int],
    sort: _Sort,
    population: Population,
    sides: list[tuple[str, ...]],
    said: list[str],
    finder: Finder,
) -> ImageFinding:
    names = [population.name(place) for place in group]
    labels = list(dict.fromkeys(said[place] for place in group))
    splits = list(dict.fromkeys(sides[place] for place in group))
    where = ", in " + " and in ".join(" and ".join(each) for each in splits)
    if len(labels) > 1:
        message = (
            f"{some(names)} {sort.are}, under different labels: {some(list(map(short, labels)))}"
        )
        message += where if len(splits) > 1 else ""
        return finder.found(sort.labels, message, _LABELS, images=names)
    if len(splits) > 1:
        message = f"{some(names)} {sort.are}{where}"
        return finder.found(sort.leak, message, sort.hint, images=names)
    return finder.found(sort.within, f"{some(names)} {sort.are}", sort.within_hint, images=names)
