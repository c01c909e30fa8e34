"""Labels as records hold them: which classes or numbers there are, and each image's."""

from __future__ import annotations

import math
from itertools import chain
from typing import TYPE_CHECKING

from netspec.data.sources.classes import (
    TRAIN,
    check_alike,
    check_classes,
    in_order,
    is_class_name,
    may_lack_classes,
)
from netspec.data.sources.values import LARGEST
from netspec.errors import DataError
from netspec.things.labels import LABEL, LabelFacts
from netspec.things.records import MAX_CLASSES
from netspec.wording import short

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netspec.data.records.scanning import Scan, Values
    from netspec.things.records import RecordLabel


class LabelReader:
    """What one label of the records means."""

    def __init__(
        self, name: str, label: RecordLabel, *, where: str, splits: Mapping[str, Sequence[Scan]]
    ) -> None:
        """Finds out what its classes, or its numbers, are called.

        Args:
            name: The label's name.
            label: How it is described.
            where: What people call the data.
            splits: What was found of each split's files; `train` among them.

        Raises:
            DataError: The records hold no such label, or it cannot be told which classes there are.
        """
        self._label = label
        self._of = f"the feature '{label.feature}'"
        self.type = self._type(chain.from_iterable(splits.values()))
        self._check_type()
        self._check_flags(splits[TRAIN])
        if label.names is not None:
            names = label.names
        elif label.kind == "number" or label.flags:
            names = self._numbered(name, label.size or self._values_of_one(splits[TRAIN]))
        elif self.type == "bytes":
            names = self._found(name, where, splits)
        else:
            names = self._numbered(name, label.size or self._highest(splits[TRAIN]))
        self.facts = LabelFacts(label.kind, names)
        self._number = {name: number for number, name in enumerate(names)}

    def read(self, scans: Sequence[Scan]) -> tuple[list[int] | list[list[float]], dict[int, str]]:
        """Each image's label, and what is wrong with some, to stand after their names.

        Returns:
            The number of a class; or 0 or 1 for each of several classes, or numbers. Zeros where something is wrong.
        """
        numbers: list[int] = []
        several: list[list[float]] = []
        problems: dict[int, str] = {}
        for place, values in enumerate(self._each(scans)):
            try:
                if self.facts.kind == "class":
                    numbers.append(self._one(values))
                else:
                    several.append(self._several(values))
            except _WrongLabelError as error:
                problems[place] = str(error)
                if self.facts.kind == "class":
                    numbers.append(0)
                else:
                    several.append([0.0] * len(self._number))
        return numbers if self.facts.kind == "class" else several, problems

    def _each(self, scans: Sequence[Scan]) -> Iterator[Values]:
        for scan in scans:
            column = scan.columns[self._label.feature]
            for record in range(len(scan)):
                yield column.of(record)

    def _type(self, scans: Iterator[Scan]) -> str:
        types = {scan.columns[self._label.feature].type for scan in scans} - {""}
        if len(types) > 1:
            raise DataError(
                f"{self._of} is {' in some records, '.join(sorted(types))} in others",
                hint="say which with `type`; the others are then told one by one",
            )
        return next(iter(types), self._label.type or "int64")

    def _check_type(self) -> None:
        """What the records hold fits the kind; the text says the same of the type that it names."""
        label = self._label
        if label.kind == "number" and self.type == "bytes":
            raise DataError(f"{self._of} holds bytes, and numbers are int64 or float")
        if label.kind == "class" and self.type == "float":
            raise DataError(
                f"{self._of} holds floats, and a class is an int64 or a name",
                hint="if it is a number, say `kind: number`",
            )
        if label.kind == "multi_label" and self.type == "float" and not label.flags:
            raise DataError(
                f"{self._of} holds floats, and classes are int64 or names",
                hint="if it holds 0 or 1 for each class, say `flags: true`",
            )
        if label.flags and self.type == "bytes":
            raise DataError(f"{self._of} holds bytes, and flags are int64 or float")

    def _check_flags(self, scans: Sequence[Scan]) -> None:
        """Refuses as many zeros and ones in every record, which would name the same two classes again and again.

        Numbers that are merely repeated, such as the class of each object in a picture, are not meant.
        """
        if self._label.kind != "multi_label" or self._label.flags or self.type != "int64":
            return
        lengths: set[int] = set()
        for values in self._each(scans):
            lengths.add(len(values))
            if len(lengths) > 1 or not {0, 1}.issuperset(values):
                return
        if lengths and lengths.pop() > 1:
            raise DataError(
                f"{self._of} holds as many zeros and ones in every record, which are no numbers of classes",
                hint="if they say of each class whether an image has it, say `flags: true`",
            )

    def _values_of_one(self, scans: Sequence[Scan]) -> int:
        """How many values the first image has that has any."""
        count = next((len(values) for values in self._each(scans) if values), 0)
        if not count:
            raise DataError(f"{self._of} is empty in every record", hint="name another feature")
        return count

    def _highest(self, scans: Sequence[Scan]) -> int:
        """How many classes there are, by the highest number and the first."""
        held = [int(value) for values in self._each(scans) for value in values]
        if not held:
            raise DataError(f"{self._of} is empty in every record", hint="name another feature")
        first, low, high = self._label.first, min(held), max(held)
        if high - first >= MAX_CLASSES or low < first:
            wrong = low if low < first else high
            raise DataError(
                f"{self._of} holds {wrong}, and the number of a class is {first} to {first + MAX_CLASSES - 1}",
                hint="name another feature, or say `kind: number`",
            )
        if may_lack_classes():
            return high - first + 1
        if low > first and self._label.kind == "class":
            raise DataError(
                f"{self._of} holds the numbers {low} to {high}, and no image is of class {first}",
                hint=f"say `first: {low}` if that is the first class; else how many there are, with `size`",
            )
        if high == first and self._label.kind == "class":
            raise DataError(
                f"{self._of} holds {high} in every record, and there is nothing to tell it from",
                hint="name another feature, or say how many classes there are, with `size`",
            )
        return high - first + 1

    def _numbered(self, name: str, count: int) -> tuple[str, ...]:
        if self._label.kind == "number" and count == 1:
            return (self._label.feature.rpartition("/")[2] or name,) if name == LABEL else (name,)
        first = self._label.first
        return tuple(str(number) for number in range(first, first + count))

    def _found(
        self, name: str, where: str, splits: Mapping[str, Sequence[Scan]]
    ) -> tuple[str, ...]:
        held = {
            split: {str(text) for values in self._each(scans) for text in values}
            for split, scans in splits.items()
        }
        held = {split: set(filter(is_class_name, texts)) for split, texts in held.items()}
        if not held[TRAIN]:
            raise DataError(f"{self._of} names no class in any record", hint="name another feature")
        if self._label.kind == "class":
            return check_classes(where, name, held)
        names = in_order(set().union(*held.values()))
        check_alike(where, name, names)
        return names

    def _one(self, values: Values) -> int:
        if len(values) != 1:
            raise _WrongLabelError(
                f"{self._of} holds {len(values):,} values, and an image has one class"
            )
        return self._class(values[0])

    def _class(self, value: float | str) -> int:
        """A class's place in the order."""
        count = len(self._number)
        if isinstance(value, str):
            if value not in self._number:
                raise _WrongLabelError(f"{self._of} holds '{short(value)}', which is no class")
            return self._number[value]
        first = self._label.first
        if not first <= value < first + count:
            more = "; where numbering starts at 1, say `first: 1`" if value == count else ""
            raise _WrongLabelError(
                f"{self._of} holds {value}, and the {count} classes are {first} to {first + count - 1}{more}"
            )
        return int(value) - first

    def _several(self, values: Values) -> list[float]:
        count = len(self._number)
        if self.facts.kind == "multi_label" and not self._label.flags:
            held = {self._class(value) for value in values}
            return [float(number in held) for number in range(count)]
        numbers = [float(value) for value in values]
        if len(numbers) != count:
            raise _WrongLabelError(f"{self._of} holds {len(numbers):,} values, not {count:,}")
        if self._label.flags and not set(numbers) <= {0.0, 1.0}:
            raise _WrongLabelError(f"{self._of} holds other values than 0 and 1")
        if not all(math.isfinite(number) and abs(number) <= LARGEST for number in numbers):
            raise _WrongLabelError(f"{self._of} holds a value that is no finite number")
        return numbers


def read_weights(feature: str, scans: Sequence[Scan]) -> tuple[list[float], dict[int, str]]:
    """How much each image counts, and what is wrong with some; 0 where something is."""
    weights: list[float] = []
    problems: dict[int, str] = {}
    for scan in scans:
        column = scan.columns[feature]
        for record in range(len(scan)):
            values = column.of(record)
            weight = values[0] if len(values) == 1 else None
            is_weight = isinstance(weight, int | float) and 0 <= weight <= LARGEST
            if not is_weight:
                problems[len(weights)] = (
                    f"the feature '{feature}' holds no weight, a number of at least 0"
                )
            weights.append(float(weight) if is_weight and weight is not None else 0.0)
    return weights, problems


class _WrongLabelError(Exception):
    """An image's label is none; the message says why, to stand after its name."""
