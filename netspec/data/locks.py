"""Locks of files, which the system gives back when a process ends, however it ends."""

from __future__ import annotations

import errno
import os
import stat
import sys
from typing import TYPE_CHECKING

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

if TYPE_CHECKING:
    from pathlib import Path

# What says that a file system, or one that is mounted from elsewhere, has no locks.
NO_LOCKS = frozenset(
    {errno.ENOLCK, errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.ENOTSUP},
)
# Windows keeps others from reading what is locked, so that it is bytes far behind the text. Who shares a lock has one
# of them, who has it alone has all.
_FAR_BEHIND = 2**30
_SHARES = 64


def open_plain(path: Path, mode: int) -> int:
    """A file's descriptor; of a link or a pipe, as in a folder from elsewhere, there is none.

    Args:
        path: The file.
        mode: As `os.open` takes it.

    Raises:
        OSError: It cannot be opened, or is no plain file.
    """
    careful = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    file = os.open(path, mode | careful | getattr(os, "O_BINARY", 0), 0o644)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError(errno.EINVAL, "it is no file")
    return file


def lock(file: int, *, shared: bool) -> bool:
    """Locks an open file without waiting.

    Args:
        file: Its descriptor; the lock is given back when it is closed.
        shared: Whether others may share the lock.

    Returns:
        Whether it was locked; False where another process keeps it from that.

    Raises:
        OSError: The file system has no locks.
    """
    if sys.platform == "win32":
        places = range(_SHARES) if shared else (0,)
        return any(_lock_bytes(file, place, 1 if shared else _SHARES) for place in places)
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


if sys.platform == "win32":

    def _lock_bytes(file: int, place: int, count: int) -> bool:
        try:
            os.lseek(file, _FAR_BEHIND + place, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, count)
        except (BlockingIOError, PermissionError):
            return False
        return True


def is_same(file: int, path: Path) -> bool:
    """Whether an open file is still the one of that name."""
    try:
        return os.path.samestat(os.fstat(file), path.lstat())
    except FileNotFoundError:
        return False
