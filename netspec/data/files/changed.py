"""Files that are not what they were when a run looked at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.data.files.listed import size_and_time
from netspec.data.images import FileImages
from netspec.errors import DataError
from netspec.report.escape import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netspec.data.splits import Split

_SHOWN = 10


def find_changed(splits: Iterable[Split]) -> DataError | None:
    """Asks for every file of some splits whether it is still there and as it was.

    Args:
        splits: A run's, whose files have been looked at.

    Returns:
        What to tell of those that are gone or changed, the first ten by name; None where all are as they were.
    """
    lines = []
    asked: set[tuple[int, int]] = set()
    for part in splits:
        images = part.images
        if not isinstance(images, FileImages) or len(images.sizes) != len(images):
            continue
        for index in part.indices.tolist():
            if (id(images), index) in asked:
                continue
            asked.add((id(images), index))
            now = size_and_time(images.location(index))
            if now != (images.sizes[index], images.mtimes[index]):
                what = "it is gone" if now[0] < 0 else "it has changed"
                lines.append(f"{printable(images.location(index))}: {what}")
    if not lines:
        return None
    count = (
        "a file is not what it was"
        if len(lines) == 1
        else f"{len(lines):,} files are not what they were"
    )
    more = [f"and {len(lines) - _SHOWN:,} more"] if len(lines) > _SHOWN else []
    return DataError(
        "\n".join([f"{count} when the data was looked at", *lines[:_SHOWN], *more]),
        hint="leave the data as it is while it is read, and begin anew",
    )
