"""The features of a record, a `tf.train.Example`, and where their values lie in the file.

Protocol buffers' own library would read the pictures to find the labels, and not say where they lie. Of the format this
takes three rules: a tag and a length before each part, whole numbers in groups of seven bits, and floats of four bytes.

Source: tensorflow/core/example/feature.proto; protobuf.dev/programming-guides/encoding.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.data.records.shards import pread

if TYPE_CHECKING:
    from collections.abc import Iterator

TYPES = {1: "bytes", 2: "float", 3: "int64"}
# A record that is made to take time or memory ends here; images have fewer features, and these fewer values.
MAX_FEATURES = 10_000
MAX_VALUES = 65_536
MAX_TEXT = 1_000
_BLOCK = 4_096
_LONGEST = 10
# The bit that says that seven more follow.
_MORE = 0x80
_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5
_SIZES = {_FIXED64: 8, _FIXED32: 4}
_SIGN = 1 << 63

Span = tuple[int, int]


class DamagedExampleError(Exception):
    """A record is no `tf.train.Example` that can be used; the message says why, to stand after its name."""


class RecordData:
    """A record's data, of which only what is asked for is read."""

    def __init__(self, descriptor: int, start: int, end: int) -> None:
        """Begins.

        Args:
            descriptor: The open file.
            start: Where the data begins.
            end: Where it ends.
        """
        self.descriptor = descriptor
        self.start = start
        self.end = end
        self._block = b""
        self._at = start

    def bytes_of(self, span: Span) -> bytes:
        """Some of it."""
        start, end = span
        offset = start - self._at
        if offset < 0 or end > self._at + len(self._block):
            if end - start > _BLOCK:
                return self._whole(pread(self.descriptor, end - start, start), span)
            offset = self._fill(start)
        return self._whole(self._block[offset : offset + end - start], span)

    def number(self, at: int, end: int) -> tuple[int, int]:
        """A whole number, and where it ends."""
        offset = at - self._at
        block = self._block
        if 0 <= offset < len(block) and block[offset] < _MORE and at < end:
            return block[offset], at + 1  # most are tags and short lengths
        ahead = self._at + len(block)
        if offset < 0 or (at + _LONGEST > ahead and ahead < self.end):
            offset = self._fill(at)
            block = self._block
        value = shift = 0
        for index in range(offset, min(offset + _LONGEST, offset + end - at, len(block))):
            byte = block[index]
            value |= (byte & 0x7F) << shift
            if byte < _MORE:
                return value, at + index - offset + 1
            shift += 7
        raise DamagedExampleError("it is no tf.train.Example")

    @staticmethod
    def _whole(data: bytes, span: Span) -> bytes:
        if len(data) != span[1] - span[0]:
            raise DamagedExampleError("its file ends in the middle of it")
        return data

    def _fill(self, at: int) -> int:
        self._block = pread(self.descriptor, min(_BLOCK, self.end - at), at)
        self._at = at
        return 0


@dataclass(frozen=True)
class Feature:
    """One feature of a record.

    Attributes:
        type: `bytes`, `float` or `int64`; empty where it has no values.
        span: Where its list of values lies.
    """

    type: str
    span: Span


def features(data: RecordData) -> dict[str, Span]:
    """Where each feature of a record lies, by its name.

    Raises:
        DamagedExampleError: It is no `tf.train.Example`.
    """
    found: dict[str, Span] = {}
    for number, wire, whole in _parts(data, (data.start, data.end)):
        if (number, wire) == (1, _LENGTH):
            for entry, entry_wire, span in _parts(data, whole):
                if (entry, entry_wire) == (1, _LENGTH):
                    name, found_at = _entry(data, span)
                    found[name] = found_at
                    if len(found) > MAX_FEATURES:
                        raise DamagedExampleError(f"it has more than {MAX_FEATURES:,} features")
    return found


def feature_at(data: RecordData, span: Span) -> Feature:
    """The feature that lies at a place.

    Raises:
        DamagedExampleError: It is none.
    """
    feature = Feature("", (span[1], span[1]))
    for number, wire, values in _parts(data, span):
        if number in TYPES and wire == _LENGTH:
            feature = Feature(TYPES[number], values)
    return feature


def whole_numbers(data: RecordData, feature: Feature) -> list[int]:
    """The values of an int64 feature.

    Raises:
        DamagedExampleError: They cannot be read, or are too many.
    """
    values: list[int] = []
    for number, wire, (start, end) in _parts(data, feature.span):
        at = start
        while number == 1 and wire in {_VARINT, _LENGTH} and at < end:
            value, at = data.number(at, end)
            values.append((value & (_SIGN - 1)) - (value & _SIGN))
            _check_count(len(values))
    return values


def floats(data: RecordData, feature: Feature) -> list[float]:
    """The values of a float feature.

    Raises:
        DamagedExampleError: They cannot be read, or are too many.
    """
    values: list[float] = []
    for number, wire, (start, end) in _parts(data, feature.span):
        if number == 1 and wire in {_FIXED32, _LENGTH}:
            count = (end - start) // 4
            _check_count(len(values) + count)
            values += struct.unpack(f"<{count}f", data.bytes_of((start, start + 4 * count)))
    return values


def spans(data: RecordData, feature: Feature) -> list[Span]:
    """Where the values of a bytes feature lie.

    Raises:
        DamagedExampleError: They cannot be read, or are too many.
    """
    values: list[Span] = []
    for number, wire, span in _parts(data, feature.span):
        if (number, wire) == (1, _LENGTH):
            values.append(span)
            _check_count(len(values))
    return values


def texts(data: RecordData, feature: Feature) -> list[str]:
    """The values of a bytes feature that are names.

    Raises:
        DamagedExampleError: They cannot be read, or are no names.
    """
    values = spans(data, feature)
    if any(end - start > MAX_TEXT for start, end in values):
        raise DamagedExampleError(f"a name in it has more than {MAX_TEXT:,} bytes")
    try:
        return [data.bytes_of(span).decode() for span in values]
    except UnicodeDecodeError:
        raise DamagedExampleError("a name in it is not in UTF-8") from None


def _entry(data: RecordData, span: Span) -> tuple[str, Span]:
    """A feature's name, and where it lies."""
    name, feature = "", (span[1], span[1])
    for number, wire, part in _parts(data, span):
        if (number, wire) == (1, _LENGTH):
            if part[1] - part[0] > MAX_TEXT:
                raise DamagedExampleError(f"the name of a feature has more than {MAX_TEXT:,} bytes")
            name = data.bytes_of(part).decode(errors="replace")
        elif (number, wire) == (2, _LENGTH):
            feature = part
    return name, feature


def _parts(data: RecordData, span: Span) -> Iterator[tuple[int, int, Span]]:
    """The parts of a message: each one's field number, wire type, and where its value lies."""
    at, end = span
    while at < end:
        tag, at = data.number(at, end)
        wire = tag & 7
        if wire == _LENGTH:
            length, at = data.number(at, end)
            stop = at + length
        elif wire == _VARINT:
            _, stop = data.number(at, end)
        elif wire in _SIZES:
            stop = at + _SIZES[wire]
        else:
            raise DamagedExampleError("it is no tf.train.Example")
        if stop > end:
            raise DamagedExampleError("it is no tf.train.Example")
        yield tag >> 3, wire, (at, stop)
        at = stop


def _check_count(count: int) -> None:
    if count > MAX_VALUES:
        raise DamagedExampleError(f"a feature has more than {MAX_VALUES:,} values")
