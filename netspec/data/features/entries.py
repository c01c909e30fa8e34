"""The entries of the cache of features: what there is, how large, when it was used, and how it is removed.

An entry is a folder, called by the digest of its key. Whoever uses it shares the lock of a file in it.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netspec.data import room
from netspec.data.features import segments
from netspec.data.locks import NO_LOCKS, is_same, lock, open_plain
from netspec.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLE = "NETSPEC_FEATURE_CACHE"
DEFAULT_LIMIT = 20 * 2**30
KEY, ABOUT, LOCK = "key.json", "about.txt", "lock"
_NAME = re.compile(r"([0-9a-f]{64})(-[0-9]+)?")
_LARGEST_KEY = 2**24
_LONGEST_ABOUT = 1000
# Whoever removes an entry, or asks whether it is used, has its lock alone for a while.
_PATIENCE = 30.0
_MOMENT = 0.02


@dataclass(frozen=True)
class Entry:
    """Features of one part of a network.

    Attributes:
        path: Its folder.
        key: What it is of, as its `key.json` says; None where that cannot be read.
        size: Its bytes on disk.
        used: When it was last used, seconds since 1970.
    """

    path: Path
    key: dict[str, Any] | None
    size: int
    used: float

    @property
    def name(self) -> str:
        """What it is called."""
        return self.path.name

    @property
    def about(self) -> str:
        """What it was called when it was opened last; empty where nobody said."""
        try:
            return _read(self.path / ABOUT, _LONGEST_ABOUT).decode("utf-8", "replace")
        except OSError:
            return ""

    @property
    def in_use(self) -> bool | None:
        """Whether a living process uses it; None where nobody can tell, as the file system has no locks."""
        try:
            file = open_plain(self.path / LOCK, os.O_RDWR)
        except FileNotFoundError:
            return False
        except OSError:
            return None
        try:
            return not lock(file, shared=False)
        except OSError:
            return None
        finally:
            os.close(file)

    def images(self) -> int:
        """For how many images it has features, versions of one counted each."""
        own = entry_digest(self.name)
        found: set[bytes] = set()
        for name in names(self.path):
            if name.endswith(segments.SUFFIX):
                with suppress(OSError):
                    index = segments.read_index(self.path / name, own)
                    found.update(index.digests if index is not None else ())
        return len(found)


def default_folder() -> Path:
    """Where the entries are: `features` in the platform's cache folder for netspec."""
    return room.cache_folder() / "features"


def default_limit() -> int:
    """The most bytes that all entries take: what the environment says, else 20 GiB.

    Raises:
        UsageError: What it says is no size.
    """
    from netspec.fields import Mismatch
    from netspec.spec.repository import Size

    said = os.environ.get(VARIABLE, "").strip()
    if not said:
        return DEFAULT_LIMIT
    try:
        return int(Size().read(int(said) if said.isdecimal() else said))
    except (Mismatch, ValueError, OverflowError):
        raise UsageError(
            f"{VARIABLE} is '{said[:80]}', and takes a size",
            hint="such as 50 GB or 800 MiB; 0 keeps no features",
        ) from None


def entries(folder: Path) -> list[Entry]:
    """All entries of a folder, the longest unused first; none where there is no such folder.

    Raises:
        DataError: The folder cannot be read.
    """
    try:
        with os.scandir(folder) as places:
            folders = [each.path for each in places if each.is_dir(follow_symlinks=False)]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise DataError(f"cannot read {folder}: {error.strerror or error}") from None
    found = [
        Entry(path, read_key(path), *_size_and_use(path))
        for path in map(Path, folders)
        if _NAME.fullmatch(path.name)
    ]
    return sorted(found, key=attrgetter("used", "name"))


def entry_digest(name: str) -> bytes:
    """The digest of an entry's key, by its folder's name."""
    match = _NAME.fullmatch(name)
    assert match is not None  # noqa: S101 - others are no entries
    return bytes.fromhex(match[1])


def read_key(path: Path) -> dict[str, Any] | None:
    """What an entry is of; None where that cannot be read."""
    try:
        said = json.loads(_read(path / KEY, _LARGEST_KEY))
    except (OSError, ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _read(path: Path, most: int) -> bytes:
    with os.fdopen(open_plain(path, os.O_RDONLY), "rb") as reading:
        return reading.read(most)


def names(path: Path) -> list[str]:
    """The files of an entry that are netspec's own, in an order of theirs; none where it is gone."""
    try:
        there = sorted(os.listdir(path))  # noqa: PTH208 - a Path for each of many files takes longer
    except OSError:
        return []
    ends = (segments.SUFFIX, segments.PART)
    return [name for name in there if name in {KEY, ABOUT, LOCK} or name.endswith(ends)]


def take(path: Path) -> int:
    """Makes an entry's folder where there is none, and has it: nobody removes it before the descriptor is closed.

    Raises:
        OSError: It cannot be made, or is being removed for too long.
    """
    until = time.monotonic() + _PATIENCE
    while True:
        path.mkdir(parents=True, exist_ok=True)
        try:
            file = open_plain(path / LOCK, os.O_RDWR | os.O_CREAT)
        except FileNotFoundError:  # it was removed in between
            continue
        try:
            try:
                has = lock(file, shared=True)
            except OSError as error:
                if error.errno not in NO_LOCKS:
                    raise
                return file
            if has and is_same(file, path / LOCK):
                mark_used(path)
                return file
        except BaseException:
            os.close(file)
            raise
        os.close(file)
        if time.monotonic() > until:
            raise TimeoutError(0, "another process is removing it")
        time.sleep(_MOMENT)


def mark_used(path: Path) -> None:
    """Says of an entry that it was used just now."""
    with suppress(OSError):
        os.utime(path / LOCK)


def remove(path: Path) -> int | None:
    """Removes an entry.

    Returns:
        The bytes that it took; None where a living process uses it, or nobody can tell.

    Raises:
        OSError: It cannot be removed.
    """
    try:
        file = open_plain(path / LOCK, os.O_RDWR | os.O_CREAT)
    except FileNotFoundError:  # somebody else has
        return 0
    freed = 0
    try:
        try:
            if not lock(file, shared=False):
                return None
        except OSError:
            return None
        if not is_same(file, path / LOCK):
            return 0
        # The key goes first: what is left where this is broken off is no entry of anything.
        for name in sorted(names(path), key=lambda name: (name == LOCK, name != KEY)):
            if name != LOCK:
                freed += _size(path / name)
                (path / name).unlink(missing_ok=True)
        if sys.platform != "win32":  # where an open file stays
            (path / LOCK).unlink(missing_ok=True)
    finally:
        os.close(file)
    with suppress(OSError):
        if sys.platform == "win32":
            (path / LOCK).unlink(missing_ok=True)
        path.rmdir()
    return freed


def _size_and_use(path: Path) -> tuple[int, float]:
    used = 0.0
    with suppress(OSError):
        used = (path / LOCK).lstat().st_mtime
    return sum(_sizes(path)), used


def _sizes(path: Path) -> Iterator[int]:
    for name in names(path):
        if name != LOCK:
            yield _size(path / name)


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0
