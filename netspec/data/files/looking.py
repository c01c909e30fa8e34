"""How closely a run's files are looked at before training, and how long that takes. NumPy is not needed to say it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, cast, get_args

from netspec.data.files.index import FolderIndex, Known
from netspec.wording import spoken_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from netspec.data.files.listed import ListedFiles

Verify = Literal["decode", "header", "off"]
VERIFY: tuple[Verify, ...] = get_args(Verify)
# What is done with a file: read, and decoded; read; its first bytes read; nothing.
Closeness = Literal["decode", "hash", "header", "off"]

# Above this, decoding every file takes minutes, and only the first bytes are read.
DECODED_UP_TO = 2 * 2**30
_LONG = 90
# What a core reads and decodes in a second, and what each file takes besides, by measurement.
_BYTES_A_SECOND: dict[Closeness, float] = {"decode": 14e6, "hash": 500e6, "header": 1e12}
_SECONDS_A_FILE: dict[Closeness, float] = {"decode": 3e-4, "hash": 8e-5, "header": 8e-5}


class Indexes:
    """The indexes of some folders, each read when it is first asked for."""

    def __init__(self, notify: Callable[[str], None]) -> None:
        """Begins with none.

        Args:
            notify: Is told where an index is of no use.
        """
        self._notify = notify
        self._of: dict[Path, FolderIndex] = {}

    def of(self, root: Path) -> FolderIndex:
        """The index of a folder."""
        if root not in self._of:
            self._of[root] = FolderIndex(root.resolve(), notify=self._notify)
        return self._of[root]

    def flush(self) -> None:
        """Writes what is not written yet."""
        for index in self._of.values():
            index.flush()

    def close(self) -> None:
        """The same, and gives back the memory."""
        self.flush()
        self._of.clear()


@dataclass(frozen=True)
class Look:
    """What will be looked at before training.

    Attributes:
        verify: How closely: every file decoded, its first bytes read, or nothing.
        limited: Whether files are read, and only those that are chosen are decoded.
        files: How many files there are.
        bytes: How large they are together.
        known: How many of them are known from before and not looked at again.
        seconds: About how long the others take.
        indexes: What is known of them.
        notices: What is to be told of the indexes.
    """

    verify: Verify
    limited: bool
    files: int
    bytes: int
    known: int
    seconds: float
    indexes: Indexes = field(repr=False, compare=False)
    notices: list[str] = field(repr=False, compare=False)

    def __str__(self) -> str:
        """What is done, with how much, and how long it takes."""
        images = f"{self.files:,} image{'s' * (self.files != 1)} ({spoken_bytes(self.bytes)})"
        if self.verify == "off":
            return f"off: {images} are not looked at"
        done = {"decode": "decode", "hash": "read", "header": "read the first bytes of"}
        what = f"{done[self.closeness]} {images}"
        if self.limited:
            what += ", decode those that are chosen"
        if self.known == self.files:
            return f"{what}: all of them known already"
        known = f", {self.known:,} of them known already" if self.known else ""
        return f"{what}{known}, {_duration(self.seconds)}"

    @property
    def closeness(self) -> Closeness:
        """What is done with every file."""
        return "hash" if self.limited and self.verify == "decode" else self.verify


def plan_look(
    listed: Iterable[ListedFiles], *, verify: str | None, limit: int | None, channels: int
) -> Look | None:
    """What will be looked at; None where there are no files.

    Args:
        listed: The files.
        verify: What the spec says; None decodes up to 2 GiB, and reads the first bytes of more.
        limit: The most images of each split, as the spec has it.
        channels: 3 or 1, those that are wanted.
    """
    listed = tuple(listed)
    sizes = sum(size for files in listed for size in files.sizes if size > 0)
    how: Verify = "decode" if sizes <= DECODED_UP_TO else "header"
    if verify is not None:
        how = cast("Verify", verify)
    notices: list[str] = []
    indexes = Indexes(notices.append)
    look = Look(
        verify=how,
        limited=limit is not None and how == "decode",
        files=sum(map(len, listed)),
        bytes=sizes,
        known=0,
        seconds=0.0,
        indexes=indexes,
        notices=notices,
    )
    if not look.files:
        return None
    known = left = 0
    if look.closeness != "off":
        for files in listed:
            index = indexes.of(files.root)
            for name, size, mtime in zip(files.names, files.sizes, files.mtimes, strict=True):
                found = index.find(name, size, mtime)
                if found is not None and is_enough(found, look.closeness, channels=channels):
                    known += 1
                else:
                    left += max(size, 0)
    return Look(
        verify=how,
        limited=look.limited,
        files=look.files,
        bytes=sizes,
        known=known,
        seconds=_seconds(look.closeness, files=look.files - known, size=left),
        indexes=indexes,
        notices=notices,
    )


def is_enough(known: Known, how: Closeness, *, channels: int) -> bool:
    """Whether what is known of a file is all that is asked of it."""
    if how == "off":
        return True
    if known.format is None and known.problem is None:
        return False
    if how != "header" and known.sha256 is None:
        return False
    return how != "decode" or known.problem is not None or known.decoded(channels) is not None


def _duration(seconds: float) -> str:
    if seconds < 1:
        return "less than a second"
    if seconds < _LONG:
        return f"about {seconds:.0f} s"
    return f"about {seconds / 60:.0f} minutes"


def _seconds(how: Closeness, *, files: int, size: int) -> float:
    if how == "off" or not files:
        return 0.0
    cores = os.cpu_count() or 1
    return (size / _BYTES_A_SECOND[how] + files * _SECONDS_A_FILE[how]) / cores
