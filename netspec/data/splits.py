"""Which images train, which are watched, and which judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netspec.data.arrays import ImageArrays
    from netspec.data.counts import SplitCounts

    Images = NDArray[np.uint8]
    Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Split:
    """Some images of an array, by index.

    Attributes:
        images: uint8 `(images, height, width, channels)`, the whole array.
        labels: int64 `(images,)`, the whole array.
        indices: int64, which of them belong to the split, in ascending order.
    """

    images: Images
    labels: Labels
    indices: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.indices)


def split(arrays: ImageArrays, counts: SplitCounts, *, seed: int) -> dict[str, Split]:
    """The splits `train`, and `validation` and `test` where the plan has them.

    What is held out of the training images is stratified, every class giving its share, and follows from the seed.
    """
    rest = np.arange(len(arrays.y_train), dtype=np.int64)
    splits = {}
    for name, held in (("test", counts.held_for_test), ("validation", counts.held_for_validation)):
        if held:
            rest, taken = hold_out(rest, arrays.y_train[rest], held, seed=_stream(seed, name))
            splits[name] = Split(arrays.x_train, arrays.y_train, taken)
    given = np.arange(len(arrays.y_test), dtype=np.int64)
    for name, count in (("validation", counts.validation), ("test", counts.test)):
        if count and name not in splits:
            splits[name] = Split(arrays.x_test, arrays.y_test, given)
    splits["train"] = Split(arrays.x_train, arrays.y_train, rest)
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
    _, kept = hold_out(whole.indices, whole.labels[whole.indices], count, seed=seed)
    return Split(whole.images, whole.labels, kept)


def _stream(seed: int, name: str) -> list[int]:
    """A seed of its own for each use of chance."""
    return [seed, *name.encode()]
