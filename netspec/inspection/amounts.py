"""How much there is of what in some data: images by class, weights, sizes, bytes, and how pixels are spread."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from netspec.data.images import EncodedImages
from netspec.inspection.classes import upright

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from netspec.data.files.header import Header
    from netspec.inspection.population import Population
    from netspec.things.labels import LabelFacts, LabelKind

Size = tuple[int, int]


@dataclass(frozen=True)
class LabelCounts:
    """How a label's values are spread.

    Attributes:
        name: The source's name for it.
        kind: What it is.
        names: What its classes or numbers are called.
        images: For each split how many images each class has; empty for numbers.
        none: For each split how many images have none of several classes; empty for other kinds.
        ranges: For each number its smallest, mean and largest value among the training images; empty for classes.
    """

    name: str
    kind: LabelKind
    names: tuple[str, ...]
    images: dict[str, tuple[int, ...]]
    ranges: tuple[tuple[float, float, float], ...] = ()
    none: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Weights:
    """How much the training images count: the smallest and the largest weight, and how many are 0."""

    smallest: float
    largest: float
    zero: int


@dataclass(frozen=True)
class Sizes:
    """How large images are, `(height, width)` as they are seen.

    Attributes:
        smallest, largest: Of all of them, by their pixels.
        median: The median height and the median width, each by itself.
        common: The commonest one, and how many images have it.
        different: How many sizes there are.
    """

    smallest: Size
    median: Size
    largest: Size
    common: tuple[Size, int]
    different: int


@dataclass(frozen=True)
class Pixels:
    """How pixels are spread, 0 to 255, as the network gets them.

    Attributes:
        size: The height and width that images are brought to.
        images: How many training images there were.
        mean, variance: Of each channel.
    """

    size: Size
    images: int
    mean: tuple[float, ...]
    variance: tuple[float, ...]

    @property
    def layer(self) -> str:
        """The layer that brings pixels to mean 0 and variance 1, as a spec has it."""
        mean = ", ".join(f"{value:.2f}" for value in self.mean)
        # Of one colour alone, nothing can be brought to a variance of 1.
        variance = ", ".join(f"{value or 1:.2f}" for value in self.variance)
        return f"Normalization: {{mean: [{mean}], variance: [{variance}]}}"


def counts_of(name: str, facts: LabelFacts, population: Population) -> LabelCounts:
    """How the values of a label are spread."""
    values = population.labels(name)
    names = facts.names or ()
    if facts.kind == "number":
        rows = values.reshape(len(values), -1)[population.splits["train"]]
        ranges = tuple(
            (float(column.min()), float(column.mean()), float(column.max()))
            for column in (rows.T if len(rows) else ())
        )
        return LabelCounts(name, facts.kind, names, {}, ranges)

    def by_class(places: NDArray[np.int64]) -> tuple[int, ...]:
        if facts.kind == "class":
            each = np.bincount(values[places], minlength=len(names))
        else:
            each = values[places].sum(axis=0)
        return tuple(int(count) for count in each)

    splits = population.splits.items()
    images = {split: by_class(places) for split, places in splits}
    none = {}
    if facts.kind == "multi_label":
        none = {split: int((~values[places].any(axis=1)).sum()) for split, places in splits}
    return LabelCounts(name, facts.kind, names, images, none=none)


def weights_of(population: Population) -> Weights | None:
    """How much the training images count; None where all count alike."""
    weights = population.weights("train")
    if weights is None or not len(weights):
        return None
    return Weights(float(weights.min()), float(weights.max()), int((weights == 0).sum()))


def sizes_of(headers: Sequence[Header], population: Population) -> Sizes | None:
    """How large images are, those of arrays too; None where there are none."""
    sizes = [upright(header) for header in headers]
    for part in population.parts:
        pixels = getattr(part.images, "pixels", None)
        if pixels is not None:
            sizes += [(int(pixels.shape[1]), int(pixels.shape[2]))] * len(part)
    if not sizes:
        return None
    sizes.sort(key=lambda size: (size[0] * size[1], size))
    counts = Counter(sizes)
    common = max(counts.items(), key=lambda item: item[1])
    height, width = (round(float(side)) for side in np.median(sizes, axis=0))
    return Sizes(sizes[0], (height, width), sizes[-1], common, len(counts))


def counted(values: Iterator[str]) -> dict[str, int]:
    """How often each value comes, the commonest first."""
    return dict(Counter(values).most_common())


def bytes_of(population: Population) -> int | None:
    """How large the files are together; None where there are none."""
    sizes = [
        int(part.images.sizes[part.indices].sum())
        for part in population.parts
        if isinstance(part.images, EncodedImages)
    ]
    return sum(sizes) if sizes else None
