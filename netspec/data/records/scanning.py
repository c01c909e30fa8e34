"""One pass through a TFRecord file: where its pictures lie, and what its records say of them."""

from __future__ import annotations

import os
import sys
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from netspec.data.records import examples
from netspec.data.records.examples import DamagedExampleError, Feature, RecordData
from netspec.data.records.shards import (
    DAMAGED,
    framed_length,
    frames,
    is_whole,
    pread,
    unreadable,
)
from netspec.errors import DataError
from netspec.report.escape import printable
from netspec.wording import short

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netspec.data.records.examples import Span
    from netspec.data.records.shards import Shard

    Values = Sequence[int] | Sequence[float] | Sequence[str]

_SHOWN = 8
# Records that are looked at before it is taken for certain that they are described wrongly.
_IN_VAIN = 1_000
# Bytes of a record up to which it is read to find out why it cannot be used.
_LARGEST_PROVED = 2**28


@dataclass(frozen=True)
class WantedFeatures:
    """What of each record is looked for.

    Attributes:
        picture: The feature that holds the picture.
        types: The other features, each with the type that it has to have; None where that is not said.
    """

    picture: str
    types: Mapping[str, str | None]


class Column:
    """One feature's values in all records of a file.

    Attributes:
        type: `bytes`, `float` or `int64`; empty where no record has it.
        ends: Where each record's values end.
        values: All of them, one record's after another's: a list of names, or an array of numbers.
    """

    def __init__(self, type_: str = "", ends: array[int] | None = None, values: Any = None) -> None:
        """Begins, by default with no record.

        Args:
            type_: The type.
            ends: Where each record's values end.
            values: All of them.
        """
        self.type = type_
        self.ends: array[int] = array("q") if ends is None else ends
        self.values: Any = empty_values(type_) if values is None else values

    def add(self, type_: str, values: Values) -> None:
        """One more record's values, none where it has none that can be used."""
        if values and not self.type:
            self.type, self.values = type_, empty_values(type_)
        self.values.extend(values)
        self.ends.append(len(self.values))

    def of(self, record: int) -> Values:
        """One record's values."""
        start = self.ends[record - 1] if record else 0
        found: Values = self.values[start : self.ends[record]]
        return found


@dataclass(frozen=True)
class Scan:
    """What one pass through a file found.

    Attributes:
        starts, lengths: Where each record's data begins, and how long it is, in bytes.
        picture_starts, picture_lengths: The same of its picture; of length 0 where it has none.
        columns: The other features that were wanted.
        problems: What is wrong with some records, to stand after their names.
    """

    starts: array[int] = field(default_factory=lambda: array("q"))
    lengths: array[int] = field(default_factory=lambda: array("q"))
    picture_starts: array[int] = field(default_factory=lambda: array("q"))
    picture_lengths: array[int] = field(default_factory=lambda: array("q"))
    columns: dict[str, Column] = field(default_factory=dict)
    problems: dict[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.starts)


def empty_values(type_: str) -> Any:
    """What takes a feature's values: a list of names, or an array of numbers."""
    if type_ == "bytes":
        return []
    return array("f") if type_ == "float" else array("q")


def scan(shard: Shard, wanted: WantedFeatures) -> Scan:
    """One pass through a file, from record to record and from feature to feature. Pictures are not read.

    Raises:
        DataError: It cannot be read, is damaged so that records cannot be found, or has none that can be used among
            many.
    """
    found = Scan(columns={name: Column(kind or "") for name, kind in wanted.types.items()})
    try:
        descriptor = shard.open()
    except OSError as error:
        raise unreadable(shard.path, error) from None
    try:
        for number, (start, end) in enumerate(frames(shard, descriptor)):
            found.starts.append(start)
            found.lengths.append(end - start)
            problem = _add(found, RecordData(descriptor, start, end), wanted)
            if problem:
                found.problems[number] = sys.intern(problem)
                if len(found.problems) == number + 1 == _IN_VAIN:
                    raise DataError(
                        printable(f"{shard.path}:0: {found.problems[0]}"),
                        hint=f"none of the first {_IN_VAIN:,} records has what data.source describes: "
                        "correct its features",
                    )
    except OSError as error:
        raise unreadable(shard.path, error) from None
    finally:
        os.close(descriptor)
    return found


def _add(found: Scan, data: RecordData, wanted: WantedFeatures) -> str:
    """Takes one record in; says what is wrong with it.

    A record without a picture still says what it would have been of; a damaged one no more than stood before the
    damage.
    """
    problems: list[str] = []
    there: Mapping[str, Span] = {}
    span = (data.start, data.start)
    try:
        there = examples.features(data)
        span = _picture(data, wanted.picture, there)
    except DamagedExampleError as error:
        problems.append(str(error))
    taken: dict[str, tuple[str, Values]] = {}
    sound: set[str] = set()
    for name, column in found.columns.items():
        try:
            taken[name] = _values(data, name, wanted.types[name] or column.type, there)
        except DamagedExampleError as error:
            problems.append(str(error))
        if not problems:
            sound.add(name)
    if problems and _is_damaged(data):
        problems = [DAMAGED]
        taken = {name: taken[name] for name in sound}
    found.picture_starts.append(span[0])
    found.picture_lengths.append(span[1] - span[0])
    for name, column in found.columns.items():
        column.add(*taken.get(name, ("", ())))
    return problems[0] if problems else ""


def _is_damaged(data: RecordData) -> bool:
    """Whether a record is not as it was written, which may be why something is wrong with it."""
    length = framed_length(data.end - data.start)
    return length <= _LARGEST_PROVED and not is_whole(pread(data.descriptor, length, data.start))


def _picture(data: RecordData, name: str, there: Mapping[str, Span]) -> tuple[int, int]:
    feature = _feature(data, name, "bytes", there)
    pictures = examples.spans(data, feature)
    if len(pictures) != 1:
        raise DamagedExampleError(f"its feature '{name}' holds {len(pictures)} pictures, not one")
    if pictures[0][0] == pictures[0][1]:
        raise DamagedExampleError(f"the picture in its feature '{name}' is empty")
    return pictures[0]


def _values(
    data: RecordData, name: str, kind: str, there: Mapping[str, Span]
) -> tuple[str, Values]:
    feature = _feature(data, name, kind, there)
    if feature.type == "int64":
        return feature.type, examples.whole_numbers(data, feature)
    if feature.type == "float":
        return feature.type, examples.floats(data, feature)
    return feature.type, examples.texts(data, feature)


def _feature(data: RecordData, name: str, kind: str, there: Mapping[str, Span]) -> Feature:
    if name not in there:
        raise DamagedExampleError(f"it has no feature '{name}', but {_some(data, there)}")
    feature = examples.feature_at(data, there[name])
    if kind and feature.type and feature.type != kind:
        raise DamagedExampleError(f"its feature '{name}' is {feature.type}, not {kind}")
    return feature if feature.type else Feature(kind or "int64", feature.span)


def _some(data: RecordData, there: Mapping[str, Span]) -> str:
    """The features that a record has, with their types."""
    if not there:
        return "no features at all"
    names = sorted(there)
    shown = ", ".join(
        f"{short(name)} ({examples.feature_at(data, there[name]).type or 'empty'})"
        for name in names[:_SHOWN]
    )
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN} more"
