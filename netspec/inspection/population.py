"""The images of a run as one row: what each is called, which splits it is in, and what it is labelled with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from netspec.data.images import EncodedImages
from netspec.data.units import content_keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from netspec.data.images import Images
    from netspec.data.splits import Split
    from netspec.things.labels import LabelFacts

_VALUES_SHOWN = 3


@dataclass(frozen=True, eq=False)
class Population:
    """All images that are in some split, one after another, each once.

    Attributes:
        parts: The images that the source gives, as splits of them, in the order of their places here.
        given: What the source calls the split of each part.
        splits: For each split of the run, the places of its images, ascending.
        names: What each label's classes or numbers are called.
    """

    parts: tuple[Split, ...]
    given: tuple[str, ...]
    splits: dict[str, NDArray[np.int64]]
    names: Mapping[str, LabelFacts]

    @classmethod
    def of(
        cls,
        splits: Mapping[str, Split],
        given: Mapping[str, Images],
        names: Mapping[str, LabelFacts],
    ) -> Population:
        """The images of a run's splits.

        Args:
            splits: The splits.
            given: What they were made of, by the source's names.
            names: What is known of the labels.
        """
        from netspec.data.splits import Split

        used: dict[int, list[NDArray[np.int64]]] = {}
        for split in splits.values():
            used.setdefault(id(split.images), []).append(split.indices)
        parts, called, starts, at = [], [], {}, 0
        for name, images in given.items():
            if id(images) not in used or id(images) in starts:
                continue
            indices = np.unique(np.concatenate(used[id(images)]))
            parts.append(Split(images, indices))
            called.append(name)
            starts[id(images)] = (at, indices)
            at += len(indices)
        places = {}
        for name, split in splits.items():
            start, indices = starts[id(split.images)]
            places[name] = start + np.searchsorted(indices, split.indices)
        return cls(tuple(parts), tuple(called), places, names)

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def name(self, place: int) -> str:
        """What a list calls the image at a place."""
        for part, given in zip(self.parts, self.given, strict=True):
            if place < len(part):
                own = part.images.name(int(part.indices[place]))
                return own if isinstance(part.images, EncodedImages) else f"{given} {own}"
            place -= len(part)
        raise IndexError(place)

    def sides(self) -> list[tuple[str, ...]]:
        """The splits that each image is in."""
        found: list[tuple[str, ...]] = [()] * len(self)
        for name, places in self.splits.items():
            for place in places.tolist():
                found[place] = (*found[place], name)
        return found

    def digests(self) -> list[bytes]:
        """For each image what is the same for two of one content."""
        found: list[bytes] = []
        for part in self.parts:
            each = content_keys(part.images)
            found += [each[index] for index in part.indices.tolist()]
        return found

    def labels(self, label: str) -> NDArray[Any]:
        """One label of all of them: `(images,)` or `(images, values)`."""
        return np.concatenate([part.labels(label) for part in self.parts])

    def weights(self, split: str) -> NDArray[np.float32] | None:
        """How much each image of a split counts, `(images,)`; None where all count alike."""
        own = [part.images.weights for part in self.parts]
        if all(weights is None for weights in own):
            return None
        every = [
            np.ones(len(part), np.float32) if weights is None else weights[part.indices]
            for part, weights in zip(self.parts, own, strict=True)
        ]
        weighed: NDArray[np.float32] = np.concatenate(every)[self.splits[split]]
        return weighed

    def said(self) -> list[str]:
        """What each image is labelled with, in words."""
        columns = [
            words(facts, self.labels(name), name if len(self.names) > 1 else "")
            for name, facts in self.names.items()
        ]
        return [", ".join(each) for each in zip(*columns, strict=True)]


def words(facts: LabelFacts, values: NDArray[Any], prefix: str) -> list[str]:
    """One label of each image in words."""
    before = f"{prefix} " if prefix else ""
    names = facts.names or ()
    if facts.kind == "class":
        return [f"{before}{names[number]}" for number in values.tolist()]
    if facts.kind == "multi_label":
        return [
            before + ("+".join(name for name, has in zip(names, row, strict=True) if has) or "none")
            for row in values.tolist()
        ]
    return [before + _numbers(row) for row in values.reshape(len(values), -1).tolist()]


def _numbers(row: list[float]) -> str:
    more = ["…"] if len(row) > _VALUES_SHOWN else []
    return " / ".join([*(f"{value:g}" for value in row[:_VALUES_SHOWN]), *more])
