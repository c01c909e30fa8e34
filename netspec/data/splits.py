"""Which images train, which are watched, and which judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from netspec.data.quotas import count_quotas, fraction_quotas
from netspec.data.units import Unit, content_keys, place, units
from netspec.errors import DataError
from netspec.spec.data import PerClass
from netspec.wording import short

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from netspec.data.counts import Amount, Splitting
    from netspec.data.images import Images

    Indices = NDArray[np.int64]

_SHOWN = 3


@dataclass(frozen=True)
class Split:
    """Some of the images that a source gives, by index.

    Attributes:
        images: All of them.
        indices: int64, which of them belong to the split, in ascending order.
    """

    images: Images
    indices: Indices

    @classmethod
    def of(cls, images: Images, indices: Iterable[int]) -> Split:
        """The split of some indices in any order."""
        return cls(images, np.array(sorted(indices), dtype=np.int64))

    def labels(self, name: str) -> NDArray[Any]:
        """One of the split's labels, by the source's name for it: `(images,)` or `(images, values)`."""
        return self.images.labels[name][self.indices]

    def __len__(self) -> int:
        return len(self.indices)


def split(
    given: Mapping[str, Images],
    rule: Splitting,
    *,
    seed: int,
    stratum: str | None,
    classes: Sequence[str] = (),
) -> dict[str, Split]:
    """The splits `train`, and `validation` and `test` where the spec has them.

    What is held out of the training images follows from the seed and from the images' contents, and not from their
    names or their order. Every class gives its share. The images of each class stand in one order; `test` takes its
    first ones, `validation` its last ones, so that one image more or fewer moves at most one other into or out of each.
    For a number of images that all classes share, it can move one in and one out. Copies of an image and images of one
    group stay together, and go where they bring the numbers nearest to what is asked for.

    Args:
        given: The splits as the source has them, all looked at; `train` among them.
        rule: What becomes of them.
        seed: The spec's seed.
        stratum: The label of which every split has its share of each class; None where no label is a class.
        classes: What the stratum's classes are called.

    Raises:
        DataError: There are too few images, of a class or in all, or an image has no group.
    """
    splits = _held_out(given["train"], rule, _Strata(given["train"], stratum, classes), seed=seed)
    for name, source in (("validation", rule.validation_from), ("test", rule.test_from)):
        if source is not None:
            images = given[source]
            splits[name] = Split(images, np.arange(len(images), dtype=np.int64))
    limited = {
        name: _limited(part, rule.limit, _Strata(part.images, stratum, classes), seed=seed)
        for name, part in splits.items()
    }
    return {name: limited[name] for name in ("train", "validation", "test") if name in limited}


class _Strata:
    """The classes of images of which every split has its share.

    Attributes:
        of: int64 `(images,)`, each image's class; 0 where no label is a class.
        has_classes: Whether one is.
    """

    def __init__(self, images: Images, label: str | None, names: Sequence[str]) -> None:
        self.has_classes = label is not None
        self.of: Indices = (
            images.labels[label].astype(np.int64)
            if label is not None
            else np.zeros(len(images), np.int64)
        )
        self._names = names
        self.count = max(len(names), int(self.of.max(initial=0)) + 1) if self.has_classes else 1

    def sizes(self, indices: Indices) -> Indices:
        """How many of some images are of each class, int64 `(classes,)`."""
        return np.bincount(self.of[indices], minlength=self.count).astype(np.int64)

    def name(self, number: int) -> str:
        """What a message calls a class."""
        return f"'{short(self._names[number])}'" if number < len(self._names) else f"class {number}"


def _held_out(train: Images, rule: Splitting, strata: _Strata, *, seed: int) -> dict[str, Split]:
    """The images that are held out of the training images, and those that are trained on."""
    everything = np.arange(len(train), dtype=np.int64)
    splits: dict[str, Split] = {}
    rest = everything
    if rule.validation is not None or rule.test is not None:
        sizes = strata.sizes(everything)
        order = units(train, strata.of.tolist(), seed=seed, group=rule.group)
        for name, wanted in (("test", rule.test), ("validation", rule.validation)):
            if wanted is not None:
                quotas = _quotas(name, wanted, strata, sizes, strata.sizes(rest), seed=seed)
                taken = _take(order if name == "test" else order[::-1], quotas)
                # Where every unit is larger than what is asked for.
                taken = taken or order[:1]
                splits[name] = Split.of(train, (each for unit in taken for each in unit.images))
                gone = {id(unit) for unit in taken}
                order = [unit for unit in order if id(unit) not in gone]
                rest = np.setdiff1d(rest, splits[name].indices, assume_unique=True)
        if not len(rest):
            raise DataError(
                f"validation and test take all {len(train):,} training images, and none is left to train on",
                hint="hold out fewer; copies of an image, and images of one group, stay together",
            )
    if rule.train is not None:
        left = strata.sizes(rest)
        quotas = _quotas("train", rule.train, strata, left, left, seed=seed)
        rest = _choose(train, rest, quotas, strata, seed=seed, stream="train")
    return {**splits, "train": Split(train, rest)}


def _quotas(  # noqa: PLR0913 - each has a name
    name: str, wanted: Amount, strata: _Strata, sizes: Indices, room: Indices, *, seed: int
) -> Indices:
    """How many images of each class a split is to have, int64 `(classes,)`.

    Args:
        name: The split.
        wanted: What the spec says.
        strata: The images' classes.
        sizes: The images that a share is of, of each class.
        room: Those of them that no other split has.
        seed: The spec's seed.
    """
    if isinstance(wanted, PerClass):
        return _per_class(name, wanted.per_class, strata, room)
    if isinstance(wanted, float):
        # One image of each class is left to learn from.
        spared = room if name == "train" else np.maximum(room - 1, 0)
        return fraction_quotas(wanted, sizes, spared, seed=seed, from_below=name != "validation")
    if wanted > room.sum():
        raise DataError(
            f"{name}: {wanted:,} images are asked for, and {room.sum():,} are left",
            hint="ask for fewer",
        )
    return count_quotas(wanted, sizes, room)


def _per_class(name: str, count: int, strata: _Strata, room: Indices) -> Indices:
    if not strata.has_classes:
        raise DataError(
            f"{name}: {count:,} images of each class are asked for, and the images have no classes",
            hint=f"ask for a number of images in all, such as `{name}: {count}`",
        )
    few = [number for number in range(strata.count) if room[number] < count]
    if few:
        shown = ", ".join(f"{room[number]:,} of {strata.name(number)}" for number in few[:_SHOWN])
        more = f", and too few of {len(few) - _SHOWN} more" if len(few) > _SHOWN else ""
        raise DataError(
            f"{name}: {count:,} images of each class are asked for, and there are {shown} left{more}",
            hint=f"ask for at most {room.min():,} of each" if room.min() else "ask for fewer",
        )
    return np.full(strata.count, count, dtype=np.int64)


def _take(order: Iterable[Unit], quotas: Indices) -> list[Unit]:
    """The units that bring the numbers nearer to the quotas, one after the other."""
    missing = quotas.tolist()
    total = sum(missing)
    taken = []
    for unit in order:
        if total <= 0:
            break
        nearer = sum(
            abs(missing[number]) - abs(missing[number] - images) for number, images in unit.classes
        )
        if nearer > 0:
            taken.append(unit)
            for number, images in unit.classes:
                total -= max(missing[number], 0) - max(missing[number] - images, 0)
                missing[number] -= images
    return taken


def _limited(whole: Split, limit: int | None, strata: _Strata, *, seed: int) -> Split:
    if limit is None or limit >= len(whole):
        return whole
    sizes = strata.sizes(whole.indices)
    quotas = count_quotas(limit, sizes, sizes)
    kept = _choose(whole.images, whole.indices, quotas, strata, seed=seed, stream="limit")
    return Split(whole.images, kept)


def _choose(  # noqa: PLR0913 - each has a name
    images: Images, indices: Indices, quotas: Indices, strata: _Strata, *, seed: int, stream: str
) -> Indices:
    """Some of a split's images, so many of each class; the others serve for nothing, so that copies may be parted."""
    contents, keys = content_keys(images), images.keys
    order = sorted(
        indices.tolist(), key=lambda index: (place(seed, stream, contents[index]), keys[index])
    )
    missing, classes = quotas.tolist(), strata.of.tolist()
    chosen = []
    for index in order:
        number = classes[index]
        if missing[number] > 0:
            missing[number] -= 1
            chosen.append(index)
    return np.array(sorted(chosen), dtype=np.int64)
