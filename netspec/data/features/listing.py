"""What the cache of features holds, as a document. NumPy is not needed."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from netspec.data import room
from netspec.data.features.entries import entries

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.data.features.entries import Entry
    from netspec.data.features.store import FeatureStore
    from netspec.report.cache import CacheDocument, EntryRecord, FeatureRecord, OtherRecord


def cache_document(store: FeatureStore) -> CacheDocument:
    """All entries, the one that was used last at the end, and what else netspec keeps in its cache folder.

    Raises:
        DataError: The folder cannot be read.
    """
    records = [_record(entry) for entry in entries(store.folder)]
    return {
        "folder": str(store.folder),
        "limit": store.limit,
        "bytes": sum(record["bytes"] for record in records),
        "entries": records,
        "others": _others(store.folder),
    }


def _record(entry: Entry) -> EntryRecord:
    return {
        "key": entry.name,
        "about": entry.about or None,
        "features": _features(entry),
        "images": entry.images(),
        "bytes": entry.size,
        "used": datetime.fromtimestamp(entry.used, UTC).isoformat(timespec="seconds"),
        "in_use": entry.in_use,
    }


def _features(entry: Entry) -> list[FeatureRecord] | None:
    """The form of its features; None where its key is not as it was written."""
    try:
        told = (entry.key or {})["features"]
        return [{"shape": [int(size) for size in shape], "type": str(kind)} for shape, kind in told]
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _others(features: Path) -> list[OtherRecord]:
    try:
        there = sorted(room.cache_folder().iterdir())
    except OSError:
        return []
    return [
        {"name": path.name, "bytes": _size(path)}
        for path in there
        if path != features and path.is_dir() and not path.is_symlink()
    ]


def _size(folder: Path) -> int:
    """The bytes of all files below a folder, links left out."""
    size = 0
    for above, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                size += os.lstat(os.path.join(above, name)).st_size  # noqa: PTH118 - many files
    return size
