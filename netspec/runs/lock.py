"""The lock that a run holds while it trains: two processes never train in one folder, and a killed run is known."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import secrets
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from netspec.data.locks import NO_LOCKS, is_same, lock, open_plain
from netspec.errors import UsageError
from netspec.runs.memory_kills import counts_grew, kill_counts

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

LOCK = "lock"
_LARGEST = 2**16
# Whoever asks whether a lock is held takes it for a moment.
_PATIENCE = 0.5
_MOMENT = 0.02


class RunLock:
    """Held by the process that trains in a run directory, for as long as it does.

    The system gives the lock back when the process ends, however it ends. The file says which process it is, in numbers
    and hashes that mean something on the same machine only; it goes with the lock, so that one which lies there
    without being held is that of a process that was killed.

    Attributes:
        works: Whether the file system has locks; known while it is held.
        stays: Whether the file is left there in the end, as that of a process that was killed.
    """

    def __init__(self, directory: Path, *, notice: Callable[[str], None] | None = None) -> None:
        """Says what is to be locked; `with` does it.

        Args:
            directory: The run directory, which is there.
            notice: Is told where the file system has no locks.
        """
        self.directory = directory
        self.works = True
        self.stays = False
        self._notice = notice
        self._file: int | None = None

    def __enter__(self) -> Self:
        """Takes the lock.

        Raises:
            UsageError: Another process trains in the directory, or the file cannot be written.
        """
        path = self.directory / LOCK
        try:
            self._file, self.works = _taken(path)
            if self._file is not None:
                os.ftruncate(self._file, 0)
                os.lseek(self._file, 0, os.SEEK_SET)
                os.write(self._file, _facts(locked=self.works))
        except OSError as error:
            self._close()
            raise UsageError(
                f"cannot write {path}: {error.strerror or error}",
                hint="a run writes in its directory from the first to the last epoch",
            ) from None
        if self._file is None:
            number = _number_of_process(path)
            raise UsageError(
                f"another process{number} trains in the run {self.directory}",
                hint="wait until it has ended, or name another directory with --output",
            )
        if not self.works and self._notice is not None:
            self._notice(
                f"the file system of {self.directory} has no locks: "
                "see to it that no other process trains there"
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Gives the lock back, and takes the file away unless it is to stay."""
        del kind, error, trace
        with suppress(OSError):  # a folder that can no longer be written, or that is gone
            is_ours = self._file is not None and is_same(self._file, self.directory / LOCK)
            if is_ours and not self.stays:
                (self.directory / LOCK).unlink()
        self._close()

    def _close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)


def held(path: Path) -> bool | None:
    """Whether a process trains in a run directory; neither is anything waited for, nor kept.

    Args:
        path: The run directory.

    Returns:
        True where a process does, False where none does and one had begun to, None where nobody can tell: there is no
        lock, it was taken on another machine, or the file system has none.
    """
    try:
        file = open_plain(path / LOCK, os.O_RDONLY)
    except OSError:
        return None
    try:
        facts = _read(file)
        if facts.get("locked") is False:
            return _lives(facts)
        if not lock(file, shared=True):
            return True
        return False if _is_here(facts) else None
    except OSError:
        return None
    finally:
        os.close(file)


def killed_for_memory(path: Path) -> bool:
    """Whether the kernel ended processes for want of memory since a run, that was killed, began to train.

    It may have been another process of the same group, so that this says no more than perhaps.
    """
    try:
        file = open_plain(path / LOCK, os.O_RDONLY)
    except OSError:
        return False
    try:
        facts = _read(file)
    except OSError:
        return False
    finally:
        os.close(file)
    before = facts.get("memory_kills")
    if not isinstance(before, dict) or not _same(facts, "boot", _boot()):
        return False
    return counts_grew(before, kill_counts(_salted(facts)))


def _taken(path: Path) -> tuple[int | None, bool]:
    """The locked file, None where another process holds it; and whether there are locks at all."""
    until = time.monotonic() + _PATIENCE
    while True:
        file = open_plain(path, os.O_RDWR | os.O_CREAT)
        try:
            try:
                has = lock(file, shared=False)
            except OSError as error:
                if error.errno not in NO_LOCKS:
                    raise
                return file, False
            # Its last holder may have taken it away after it was opened here.
            if has and is_same(file, path):
                return file, True
        except BaseException:
            os.close(file)
            raise
        os.close(file)
        if not has and time.monotonic() > until:
            return None, True
        time.sleep(_MOMENT)


def _facts(*, locked: bool) -> bytes:
    """Who holds the lock. Names of machines and groups stand there as hashes, each file's with a salt of its own."""
    facts: dict[str, Any] = {"salt": secrets.token_hex(8), "pid": os.getpid(), "locked": locked}
    salted = _salted(facts)
    facts["boot"], facts["host"] = salted(_boot()), salted(platform.node())
    facts["memory_kills"] = kill_counts(salted)
    return (json.dumps(facts) + "\n").encode("ascii")


def _read(file: int) -> dict[str, Any]:
    """What a lock file says; nothing where it says nothing that can be read."""
    try:
        facts = json.loads(os.read(file, _LARGEST))
    except (ValueError, RecursionError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _salted(facts: dict[str, Any]) -> Callable[[str], str]:
    """The function that hashes a name as a lock file does."""
    salt = str(facts.get("salt"))
    return lambda name: hashlib.sha256(
        f"{salt} {name}".encode("utf-8", "surrogateescape")
    ).hexdigest()[:16]


def _boot() -> str:
    """What names a machine since it was last started; without such a name nothing is the same."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _same(facts: dict[str, Any], key: str, name: str) -> bool:
    return bool(name) and facts.get(key) == _salted(facts)(name)


def _is_here(facts: dict[str, Any]) -> bool:
    """Whether a lock was taken on this machine, since it was last started or before, in a container or not."""
    return _same(facts, "boot", _boot()) or _same(facts, "host", platform.node())


def _lives(facts: dict[str, Any]) -> bool | None:
    """Whether the process of a lock file without a lock is there; None where it belongs to another machine."""
    number = facts.get("pid")
    if type(number) is not int or number <= 0 or not _same(facts, "host", platform.node()):
        return None
    if _boot() and not _same(facts, "boot", _boot()):
        return False
    if sys.platform == "win32":  # where asking would end it
        return None
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return None
    return True


def _number_of_process(path: Path) -> str:
    """The number of the process that holds a lock, as a message names it, where it means something here."""
    facts: dict[str, Any] = {}
    with suppress(OSError):
        file = open_plain(path, os.O_RDONLY)
        try:
            facts = _read(file)
        finally:
            os.close(file)
    number = facts.get("pid")
    return f" ({number})" if type(number) is int and _is_here(facts) else ""
