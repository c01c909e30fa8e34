"""Which images train, which are watched, and which judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from netspec.data.counts import SplitCounts
    from netspec.data.images import Images

    Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Split:
    """Some of the images that a source gives, by index.

    Attributes:
        images: All of them.
        indices: int64, which of them belong to the split, in ascending order.
    """

    images: Images
    indices: NDArray[np.int64]

    @property
    def labels(self) -> Labels:
        """The split's labels: int64 `(images,)`."""
        return self.images.labels[self.indices]

    def __len__(self) -> int:
        return len(self.indices)


def split(given: Mapping[str, Images], counts: SplitCounts, *, seed: int) -> dict[str, Split]:
    """The splits `train`, and `validation` and `test` where the plan has them.

    What is held out of the training images is stratified, every class giving its share, and follows from the seed.

    Args:
        given: The splits as the source has them; `train` among them.
        counts: What becomes of them.
        seed: The spec's seed.
    """
    train = given["train"]
    rest = np.arange(len(train), dtype=np.int64)
    splits = {}
    for name, held in (("test", counts.held_for_test), ("validation", counts.held_for_validation)):
        if held:
            rest, taken = hold_out(rest, train.labels[rest], held, seed=_stream(seed, name))
            splits[name] = Split(train, taken)
    for name, source in (("validation", counts.validation_from), ("test", counts.test_from)):
        if source is not None:
            images = given[source]
            splits[name] = Split(images, np.arange(len(images), dtype=np.int64))
    splits["train"] = Split(train, rest)
    sizes = {"train": counts.train, "validation": counts.validation, "test": counts.test}
    return {
        name: _limited(splits[name], sizes[name], seed=_stream(seed, name))
        for name in ("train", "validation", "test")
        if name in splits
    }


def hold_out(
    indices: NDArray[np.int64], labels: Labels, count: int, *, seed: list[int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Takes so many of the indices out, of each class in proportion.

    Returns:
        What is left, and what was taken, both ascending.
    """
    random = np.random.default_rng(seed)
    classes, sizes = np.unique(labels, return_counts=True)
    shares = sizes * count / len(labels)
    quotas = np.floor(shares).astype(np.int64)
    # The largest remainders take what rounding down left over.
    largest = np.argsort(quotas - shares, kind="stable")[: count - int(quotas.sum())]
    quotas[largest] += 1
    taken = [
        random.permutation(indices[labels == label])[:quota]
        for label, quota in zip(classes, quotas, strict=True)
    ]
    held = np.sort(np.concatenate(taken))
    return np.setdiff1d(indices, held, assume_unique=True), held


def _limited(whole: Split, count: int, *, seed: list[int]) -> Split:
    if count >= len(whole):
        return whole
    _, kept = hold_out(whole.indices, whole.labels, count, seed=seed)
    return Split(whole.images, kept)


def _stream(seed: int, name: str) -> list[int]:
    """A seed of its own for each use of chance."""
    return [seed, *name.encode()]
