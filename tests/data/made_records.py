"""TFRecord files made byte by byte."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import google_crc32c

from netspec.data.source import Reports
from netspec.data.sources.place import Place
from netspec.data.sources.records import RecordSource
from netspec.fields import read_model
from netspec.things.records import TFRecord

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.data.images import Images

Value = bytes | str | int | float
LABEL = "image/class/label"


def varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    groups = []
    while number >= 0x80:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*groups, number])


def part(number: int, contents: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(contents)) + contents


def feature(*values: Value) -> bytes:
    """A `tf.train.Feature`."""
    if isinstance(values[0], bytes | str):
        each = [value.encode() if isinstance(value, str) else value for value in values]
        return part(1, b"".join(part(1, value) for value in each))  # type: ignore[arg-type]
    if isinstance(values[0], float):
        return part(2, part(1, struct.pack(f"<{len(values)}f", *values)))
    return part(3, part(1, b"".join(varint(int(value)) for value in values)))


def example(features: dict[str, Any]) -> bytes:
    """A `tf.train.Example`; a value is one of a feature, or a list of them."""
    entries = []
    for name, values in features.items():
        listed = values if isinstance(values, list) else [values]
        entry = part(1, name.encode()) + part(2, feature(*listed) if listed else b"")
        entries.append(part(1, entry))
    return part(1, b"".join(entries))


def picture(data: Any, label: Any, **more: Any) -> bytes:
    """A record of a picture with its class."""
    return example({"image/encoded": data, LABEL: label, **more})


def framed(data: bytes) -> bytes:
    """A record as it stands in a file."""
    length = struct.pack("<Q", len(data))
    return length + _checksum(length) + data + _checksum(data)


def write_shard(path: Path, *records: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(map(framed, records)))
    return path


def opened(folder: Path, **fields: Any) -> RecordSource:
    """The source that a spec beside a folder names."""
    written = {"path": folder.name, "train": "train*", **fields}
    thing = read_model(TFRecord, written, noun="TFRecord")
    return RecordSource(thing, Place(folder, folder.parent.resolve()))


def loaded(folder: Path, **fields: Any) -> Images:
    """The training images of such a source."""
    return opened(folder, **fields).load(Reports.to_nobody(), offline=True)["train"]


def _checksum(data: bytes) -> bytes:
    crc: int = google_crc32c.value(data)
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)
