"""What passes through TFRecord files found, kept between runs for files of an unchanged size and time."""

from __future__ import annotations

import json
import os
import secrets
import struct
import sys
import time
import zlib
from array import array
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from netspec.data.files.unused import mark_used, remove_unused
from netspec.data.records.scanning import Column, Scan, WantedFeatures, empty_values, scan
from netspec.data.room import cache_folder

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.data.records.shards import Shard

# The layout of a file, raised when an older netspec would misread it.
_FORMAT = 2
_CHECKSUM = struct.Struct("<I")
# A file that was changed so lately may be changed once more and keep its time.
_SETTLED_NS = 2_000_000_000
# Of more, the description of the records is wrong, and will be another.
_MOST_PROBLEMS = 1_000


def known(shard: Shard, wanted: WantedFeatures) -> Scan:
    """What a pass through a file finds, or what one found before.

    Raises:
        DataError: It cannot be read, or is damaged so that records cannot be found.
    """
    path = path_of(shard, wanted)
    with suppress(OSError, ValueError, KeyError, TypeError, struct.error):
        kept = _unpacked(path.read_bytes(), shard, wanted)
        mark_used(path)
        return kept
    found = scan(shard, wanted)
    is_settled = time.time_ns() - shard.mtime_ns > _SETTLED_NS
    if is_settled and len(found.problems) <= _MOST_PROBLEMS:
        with suppress(OSError):  # then the next run passes through the file once more
            _write(path, _packed(found, shard, wanted))
    return found


def folder() -> Path:
    """Where they are: `records` in the platform's cache folder for netspec."""
    return cache_folder() / "records"


def path_of(shard: Shard, wanted: WantedFeatures) -> Path:
    """Where the pass through a file is, or would be."""
    what = os.fsencode(shard.path.resolve()) + b"\0" + json.dumps(_described(wanted)).encode()
    return folder() / f"{sha256(what).hexdigest()[:32]}.scan"


def _write(path: Path, contents: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    remove_unused(path.parent)
    part = path.with_name(f".{path.name}-{secrets.token_hex(4)}.part")
    try:
        part.write_bytes(contents)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _described(wanted: WantedFeatures) -> list[Any]:
    return [wanted.picture, sorted(wanted.types.items())]


def _head(shard: Shard, wanted: WantedFeatures) -> list[Any]:
    """What has to be the same, or the file is of no use."""
    return [_FORMAT, sys.byteorder, shard.size, shard.mtime_ns, _described(wanted)]


def _packed(found: Scan, shard: Shard, wanted: WantedFeatures) -> bytes:
    columns = found.columns.items()
    text = json.dumps(
        {
            "head": _head(shard, wanted),
            "records": len(found),
            "problems": list(found.problems.items()),
            "columns": [
                [name, column.type, column.values if column.type == "bytes" else len(column.values)]
                for name, column in columns
            ],
        }
    ).encode()
    numbers = [found.starts, found.lengths, found.picture_starts, found.picture_lengths]
    numbers += [column.ends for _, column in columns]
    values = [column.values for _, column in columns if isinstance(column.values, array)]
    body = b"".join([text, b"\n", *(each.tobytes() for each in (*numbers, *values))])
    return body + _CHECKSUM.pack(zlib.crc32(body))


def _unpacked(contents: bytes, shard: Shard, wanted: WantedFeatures) -> Scan:
    """What was packed.

    Raises:
        ValueError, KeyError, TypeError, struct.error: It is damaged, or of another file.
    """
    body = contents[: -_CHECKSUM.size]
    if _CHECKSUM.unpack(contents[-_CHECKSUM.size :])[0] != zlib.crc32(body):
        raise ValueError(contents[:100])
    at = body.index(b"\n") + 1
    text = json.loads(body[:at])
    if json.loads(json.dumps(_head(shard, wanted))) != text["head"]:
        raise ValueError(text["head"])

    def numbers(kind: str, count: int) -> array[Any]:
        nonlocal at
        part = empty_values(kind)
        assert isinstance(part, array)  # noqa: S101 - only names are none
        stop = at + count * part.itemsize
        part.frombytes(body[at:stop])
        at = stop
        return part

    records = text["records"]
    starts, lengths, picture_starts, picture_lengths = (numbers("int64", records) for _ in range(4))
    ends = [numbers("int64", records) for _ in text["columns"]]
    columns = {}
    for (name, kind, values), ends_of in zip(text["columns"], ends, strict=True):
        columns[name] = Column(kind, ends_of, values if kind == "bytes" else numbers(kind, values))
    return Scan(starts, lengths, picture_starts, picture_lengths, columns, dict(text["problems"]))
