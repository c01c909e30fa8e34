"""The cache of features on disk: entries by what they are of, and how much room they may take.

NumPy is not needed to ask for room; a plan does.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from netspec.data import room
from netspec.data.features import entries, segments
from netspec.data.features.rows import RowForm, TensorForm
from netspec.errors import DataError
from netspec.wording import spoken_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from netspec.data.features.kept import Features

# The layout of an entry, raised when an older netspec would misread it.
_FORMAT = 1
_HINT = (
    f"free some space, `netspec cache clear` does, or write `feature_cache: off` in the section runtime; "
    f"{entries.VARIABLE} says how much the cache may take"
)


class FeatureStore:
    """Features of many images and parts of networks. Several processes may use it at once.

    Attributes:
        folder: Where the entries are.
        limit: The most bytes that all of them take.
    """

    def __init__(self, folder: Path | None = None, limit: int | None = None) -> None:
        """Says where it is; nothing is read or written yet.

        Args:
            folder: Where the entries are; the platform's cache folder without.
            limit: The most bytes that all take; what the environment says without, else 20 GiB.

        Raises:
            UsageError: What the environment says is no size.
        """
        self.folder = entries.default_folder() if folder is None else folder
        self.limit = entries.default_limit() if limit is None else limit

    def open(
        self,
        key: Mapping[str, Any],
        forms: Sequence[tuple[Sequence[int], str]],
        *,
        about: str = "",
    ) -> Features:
        """The features of one part of a network; nobody removes them before they are closed.

        Args:
            key: All that they hang on but the images, of values that JSON has.
            forms: The shape, without the batch, and the type of each of an image's features.
            about: What `netspec cache` calls it; any text will do.

        Raises:
            DataError: The folder cannot be written.
        """
        from netspec.data.features.kept import Features

        row = _row(forms)
        described = _described(key, row)
        digest = _digest(described)
        try:
            path, file = self._taken(described, digest)
            if about:
                segments.write_beside(path / entries.ABOUT, [memoryview(about.encode())])
            return Features(self, path, digest, row, file)
        except OSError as error:
            raise no_room(self.folder, error) from None

    def room_for(
        self,
        images: int,
        key: Mapping[str, Any],
        forms: Sequence[tuple[Sequence[int], str]],
    ) -> bool:
        """Whether the features of so many images would fit, were other entries that nobody uses removed.

        Args:
            images: How many there will be in all, versions of one counted each.
            key: See `open`.
            forms: See `open`.

        Raises:
            DataError: The folder cannot be read.
        """
        row = _row(forms)
        own = _digest(_described(key, row)).hex()
        needed = segments.size_of(images, row.bytes)
        others, kept = 0, 0
        for entry in entries.entries(self.folder):
            if entry.name.startswith(own) or entry.in_use is False:
                others += entry.size
            else:
                kept += entry.size
        return needed <= min(self.limit - kept, room.free_disk(self.folder) + others)

    def make_room(self, size: int) -> None:
        """Removes entries that nobody uses, the longest unused first, until so many bytes fit, on the disk too.

        Args:
            size: The bytes.

        Raises:
            DataError: They would be more than all may take; of a full disk nothing is told before it is written to.
        """
        found = entries.entries(self.folder)
        over = sum(entry.size for entry in found) + size - self.limit
        lacking = size - room.free_disk(self.folder)
        for entry in found:
            if over <= 0 and lacking <= 0:
                return
            with suppress(OSError):
                freed = entries.remove(entry.path) or 0
                over, lacking = over - freed, lacking - freed
        if over > 0:
            raise DataError(
                f"the cache of features is full: it may take {spoken_bytes(self.limit)}, and {self.folder} "
                "holds no other features that nobody uses",
                hint=_HINT,
            )

    def _taken(self, described: dict[str, Any], digest: bytes) -> tuple[Path, int]:
        """The folder of the entry, and the descriptor that holds it.

        Raises:
            OSError: It cannot be made.
        """
        number = 0
        while True:
            path = self.folder / (f"{digest.hex()}-{number}" if number else digest.hex())
            file = entries.take(path)
            try:
                said = entries.read_key(path)
                if said is None:
                    _write_key(path, described)
                if said is None or said == described:
                    return path, file
            except BaseException:
                os.close(file)
                raise
            # It says that it is of something else, whose features are never served for these.
            os.close(file)
            number += 1


def no_room(folder: Path, error: OSError) -> DataError:
    """What to tell where features cannot be kept."""
    return DataError(f"cannot keep features in {folder}: {error.strerror or error}", hint=_HINT)


def _row(forms: Sequence[tuple[Sequence[int], str]]) -> RowForm:
    return RowForm(tuple(TensorForm(tuple(map(int, shape)), kind) for shape, kind in forms))


def _described(key: Mapping[str, Any], row: RowForm) -> dict[str, Any]:
    """What an entry is of, as its file says."""
    described: dict[str, Any] = {
        "format": _FORMAT,
        "byte_order": sys.byteorder,
        "features": [[tensor.shape, tensor.type] for tensor in row.tensors],
        "key": key,
    }
    read: dict[str, Any] = json.loads(json.dumps(described, allow_nan=False, default=dict))
    return read


def _digest(described: dict[str, Any]) -> bytes:
    text = json.dumps(described, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return sha256(text.encode()).digest()


def _write_key(path: Path, described: dict[str, Any]) -> None:
    text = json.dumps(described, indent=1, sort_keys=True) + "\n"
    segments.write_beside(path / entries.KEY, [memoryview(text.encode())])
