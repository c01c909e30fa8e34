"""Labels that are kept as numbers in arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from netspec.data.sources.classes import TRAIN, may_lack_classes
from netspec.errors import DataError
from netspec.things.labels import LABEL, LabelFacts
from netspec.things.records import MAX_CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from netspec.data.sources.npy import ArrayFile
    from netspec.things.columns import ArrayLabel

_SHOWN = 5
_NUMBERS = 2


@dataclass(frozen=True, eq=False)
class ArrayLabels:
    """One label of all images.

    Attributes:
        facts: Its kind, and the names of its classes or numbers.
        values: For each split int64 `(images,)`, or float32 `(images, values)`.
    """

    facts: LabelFacts
    values: dict[str, NDArray[Any]]

    @classmethod
    def read(
        cls,
        arrays: Mapping[str, ArrayFile],
        counts: Mapping[str, int],
        label: ArrayLabel,
        *,
        where: str,
        name: str,
    ) -> ArrayLabels:
        """Reads a label's arrays.

        Args:
            arrays: The array of each split, `train` among them.
            counts: How many images each split has.
            label: What they hold.
            where: What people call the data.
            name: What the label is called.

        Raises:
            DataError: They are not as many as the images, or are no labels of the kind.
        """
        values = {}
        for split, array in arrays.items():
            of = f"{array.name} of {where}"
            if not array.shape or array.shape[0] != counts[split]:
                held = array.shape[0] if array.shape else 1
                raise DataError(
                    f"{of} has {held:,} labels, and there are {counts[split]:,} {split} images",
                    hint="each image has one label, in the same order",
                )
            values[split] = _READ[label.kind](array, of)
        if label.kind == "class":
            names = _classes(values, arrays, label.names, where)
        else:
            names = _names(values, arrays, label.names, where, name)
        return cls(LabelFacts(label.kind, names), values)


def _class_numbers(array: ArrayFile, of: str) -> NDArray[Any]:
    if array.shape[1:] not in {(), (1,)}:
        raise DataError(
            f"{of} has the shape {array.shape}, and an image has one class",
            hint="of one-hot vectors save y.argmax(axis=1); for several classes at once say kind: multi_label",
        )
    if array.dtype.kind not in "biu":
        raise DataError(
            f"{of} is {array.dtype}, and classes are whole numbers",
            hint='for numbers to learn say kind: number; for classes save y.astype("int64")'
            if array.dtype.kind == "f"
            else "number the classes from 0, and name them with data.classes",
        )
    values = array.values().reshape(-1)
    if values.min() < 0:
        raise DataError(
            f"{of} has the class {values.min()}", hint="classes are numbered from 0, without gaps"
        )
    if values.max() > np.iinfo(np.int32).max:
        raise DataError(f"{of} has the class {values.max()}", hint="classes are numbered from 0")
    return values.astype(np.int64)


def _flags(array: ArrayFile, of: str) -> NDArray[Any]:
    values = _numbers(array, of)
    if len(array.shape) != _NUMBERS or not np.isin(values, (0, 1)).all():
        raise DataError(
            f"{of} is no table of 0 and 1",
            hint="kind: multi_label takes (images, classes), 1 where an image has the class",
        )
    return values


def _numbers(array: ArrayFile, of: str) -> NDArray[Any]:
    if array.dtype.kind not in "biuf" or len(array.shape) > _NUMBERS or 0 in array.shape:
        raise DataError(
            f"{of} is {array.dtype} of the shape {array.shape}, and labels are numbers, one or some for each image",
            hint="save it as (images,) or (images, numbers)",
        )
    with np.errstate(over="ignore"):
        values = array.values().reshape(array.shape[0], -1).astype(np.float32)
    wrong = np.flatnonzero(~np.isfinite(values).all(axis=1))
    if len(wrong):
        raise DataError(
            f"{of} has no finite float32 for image {wrong[0]} and {len(wrong) - 1:,} more"
            if len(wrong) > 1
            else f"{of} has no finite float32 for image {wrong[0]}",
            hint="take these images out, or give them a number",
        )
    return values


_READ = {"class": _class_numbers, "multi_label": _flags, "number": _numbers}


def _classes(
    values: Mapping[str, NDArray[Any]],
    arrays: Mapping[str, ArrayFile],
    names: tuple[str, ...] | None,
    where: str,
) -> tuple[str, ...]:
    """The classes' names: those that are given, or the numbers that the training images have."""
    held = np.unique(values[TRAIN])
    count = int(held[-1]) + 1 if names is None else len(names)
    of = f"{arrays[TRAIN].name} of {where}"
    is_enough = may_lack_classes() and count <= MAX_CLASSES
    if names is None and len(held) < count and not is_enough:
        missing = np.setdiff1d(np.arange(min(count, len(held) + _SHOWN)), held)[:_SHOWN]
        raise DataError(
            f"{of} has classes up to {count - 1}, and no image of {', '.join(map(str, missing))}",
            hint="number the classes from 0 without gaps, or name them all with `names`",
        )
    if count == 1 and not is_enough:
        raise DataError(f"{of} has one class, and there is nothing to tell it from")
    for split, numbers in values.items():
        if numbers.max() >= count:
            source = f"{TRAIN} has" if names is None else "there are names for"
            raise DataError(
                f"{arrays[split].name} of {where} has the class {numbers.max()}, and {source} 0 to {count - 1}",
                hint="each class needs images to learn from"
                if names is None
                else "name every class",
            )
    return names or tuple(map(str, range(count)))


def _names(
    values: Mapping[str, NDArray[Any]],
    arrays: Mapping[str, ArrayFile],
    names: tuple[str, ...] | None,
    where: str,
    name: str,
) -> tuple[str, ...]:
    """What flags or numbers are called: as is given, else by their places."""
    count = values[TRAIN].shape[1]
    for split, each in values.items():
        if each.shape[1] != count:
            raise DataError(
                f"{arrays[split].name} of {where} has {each.shape[1]} values an image, and {TRAIN} has {count}",
                hint="all splits have the same labels",
            )
    if names is not None and len(names) != count:
        raise DataError(
            f"{arrays[TRAIN].name} of {where} has {count} values an image, and {len(names)} names are given",
            hint="give each a name",
        )
    alone = (arrays[TRAIN].name if name == LABEL else name,)
    return names or (alone if count == 1 else tuple(map(str, range(count))))
