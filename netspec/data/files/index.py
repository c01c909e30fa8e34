"""What is known of a folder's files, kept between runs, so that an unchanged file is not read again."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing, contextmanager
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, NamedTuple

from netspec.data.files.header import Header, decoded_in_pillow
from netspec.data.files.unused import mark_used, remove_unused
from netspec.data.room import cache_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

# The layout of the file, raised when an older netspec would misread it.
_FORMAT = 1
_BATCH = 1000
_SECONDS_BETWEEN_WRITES = 2.0
_SECONDS_WAITED = 5.0
# Two writes of a file closer together than this may leave it the same time; of whole seconds where the disk counts so.
_TICK, _COARSE_TICK = 50_000_000, 2_000_000_000
_WHOLE_SECOND = 1_000_000_000
_TYPES = (
    "size INTEGER, mtime_ns INTEGER, format TEXT, width INTEGER, height INTEGER, mode TEXT, transparent INTEGER, "
    "orientation INTEGER, problem TEXT, sha256 BLOB, tensorflow TEXT, pillow TEXT"
)
# What is the matter with the place, not with what the file holds.
_BARRED = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    }
)


class Known(NamedTuple):
    """What is known of one file, as it is at one size and time.

    Attributes:
        size: In bytes.
        mtime_ns: When it was last changed, nanoseconds since 1970.
        format, width, height, mode, transparent, orientation: Its header, see `Header`; None until it has been read.
        problem: Why it is no picture, by its first bytes; None where it is one, or has not been read.
        sha256: Of its contents, 32 bytes; None until they have been read.
        tensorflow: Why TensorFlow does not decode it; empty where it does, None where nobody has tried.
        pillow: The same of Pillow.
    """

    size: int
    mtime_ns: int
    format: str | None = None
    width: int | None = None
    height: int | None = None
    mode: str | None = None
    transparent: int | None = None
    orientation: int | None = None
    problem: str | None = None
    sha256: bytes | None = None
    tensorflow: str | None = None
    pillow: str | None = None

    @property
    def header(self) -> Header | None:
        """What its first bytes say; None where they have not been read, or it is no picture."""
        if self.format is None:
            return None
        assert self.width is not None and self.height is not None and self.mode is not None  # noqa: S101, PT018 - they come together
        return Header(
            self.format,
            self.width,
            self.height,
            self.mode,
            bool(self.transparent),
            self.orientation or 1,
        )

    def with_header(self, header: Header) -> Known:
        """The same, its first bytes read."""
        return self._replace(
            format=header.format,
            width=header.width,
            height=header.height,
            mode=header.mode,
            transparent=int(header.transparent),
            orientation=header.orientation,
            problem=None,
        )

    def in_pillow(self, channels: int) -> bool:
        """Whether Pillow decodes it, as its header has it.

        Args:
            channels: 3 or 1, those that are wanted.
        """
        return self.format is not None and decoded_in_pillow(
            self.format, self.mode or "", self.transparent, self.orientation or 1, channels
        )

    def decoded(self, channels: int) -> str | None:
        """Why the decoder that training takes does not decode it; empty where it does, None where it is not known."""
        if self.format is None:
            return self.problem
        return self.pillow if self.in_pillow(channels) else self.tensorflow

    def complaint(self, channels: int) -> str | None:
        """What is known to be wrong with it; None where nothing is."""
        return self.problem or self.decoded(channels) or None


_COLUMNS = ", ".join(Known._fields)


class FolderIndex:
    """What is known of the files of one folder.

    Several processes may use it at once; each sees what the others had written when it began. Where it cannot be read
    or written, all that is lost is what would have been known.
    """

    def __init__(self, root: Path, *, notify: Callable[[str], None]) -> None:
        """Reads the index of a folder; none is an empty one.

        Args:
            root: The folder, links followed.
            notify: Is told once where the index is of no use.
        """
        self._root = root
        self._path = path_of(root)
        self._notify: Callable[[str], None] | None = notify
        self._waiting: dict[bytes, Known] = {}
        self._gone: set[bytes] = set()
        self._written = time.monotonic()
        self._known = self._read()

    def find(self, name: str, size: int, mtime_ns: int) -> Known | None:
        """What is known of a file, if it is still of that size and time.

        Args:
            name: Its path relative to the folder.
            size: In bytes.
            mtime_ns: When it was last changed, nanoseconds since 1970.
        """
        known = self._known.get(os.fsencode(name))
        return known if known is not None and known[:2] == (size, mtime_ns) else None

    def keep(self, name: str, known: Known) -> None:
        """Keeps what is known of a file. It is written now and then, and by `flush`."""
        path = os.fsencode(name)
        if _may_change_unseen(known.mtime_ns):
            self._known.pop(path, None)
            return
        self._known[path] = self._waiting[path] = known
        if (
            len(self._waiting) >= _BATCH
            or time.monotonic() - self._written > _SECONDS_BETWEEN_WRITES
        ):
            self.flush()

    def forget_gone(self, there: Iterable[str]) -> None:
        """Forgets files that are not in the folder any more, with the next `flush`.

        Args:
            there: The files that have been listed, which need not be asked for; others may be another spec's.
        """
        others = self._known.keys() - set(map(os.fsencode, there))
        self._gone.update(path for path in others if not self._is_there(path))
        for path in self._gone:
            self._known.pop(path, None)

    def _is_there(self, path: bytes) -> bool:
        """Whether there still is the file of a name; a record's begins with its file's."""
        file, _, number = path.rpartition(b":")
        above = os.fsencode(self._root)
        return os.path.lexists(above + b"/" + path) or (
            bool(file and number) and os.path.lexists(above + b"/" + file)
        )

    def flush(self) -> None:
        """Writes what is not written yet."""
        rows, self._waiting = self._waiting, {}
        gone, self._gone = self._gone, set()
        self._written = time.monotonic()
        if not (rows or gone) or self._notify is None:
            return
        marks = ", ".join("?" * (1 + len(Known._fields)))
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._connected() as database, _transaction(database):
                database.executemany("DELETE FROM files WHERE path = ?", [(each,) for each in gone])
                database.executemany(
                    f"INSERT OR REPLACE INTO files (path, {_COLUMNS}) VALUES ({marks})",  # noqa: S608 - its own names
                    [(path, *known) for path, known in rows.items()],
                )
        except (OSError, sqlite3.Error) as error:
            self._lose("written", error)

    def __len__(self) -> int:
        return len(self._known)

    def _read(self) -> dict[bytes, Known]:
        mark_used(self._path)
        remove_unused(self._path.parent)
        try:
            if not os.path.lexists(self._path):
                return {}
            with self._connected() as database:
                rows = database.execute(f"SELECT path, {_COLUMNS} FROM files").fetchall()  # noqa: S608 - as above
            return {row[0]: Known._make(row[1:]) for row in rows}
        except (OSError, sqlite3.Error) as error:
            self._lose("read", error)
        return {}

    def _lose(self, what: str, error: Exception) -> None:
        """Goes on without the file, or takes it away where it is damaged."""
        if isinstance(error, OSError) or getattr(error, "sqlite_errorcode", 0) & 0xFF in _BARRED:
            self._give_up(what, error)
            return
        try:
            self._path.unlink(missing_ok=True)
        except OSError as barred:
            self._give_up("replaced", barred)
        else:
            self._tell("was damaged and begins anew: the files are looked at again")

    def _give_up(self, what: str, error: Exception) -> None:
        reason = getattr(error, "strerror", None) or error
        self._tell(f"cannot be {what} ({reason}): the files will be looked at again next time")
        self._notify = None

    def _tell(self, what: str) -> None:
        if self._notify is not None:
            self._notify(f"the index of {self._root}, {self._path}, {what}")

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """The file, open and of this layout."""
        database = sqlite3.connect(self._path, timeout=_SECONDS_WAITED, isolation_level=None)
        with closing(database):
            _prepare(database)
            yield database


def folder() -> Path:
    """Where the indexes are: `folders` in the platform's cache folder for netspec."""
    return cache_folder() / "folders"


def path_of(root: Path) -> Path:
    """Where the index of a folder is, or would be."""
    return folder() / f"{sha256(os.fsencode(root.resolve())).hexdigest()[:32]}.sqlite"


@contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All or nothing of what is written; other processes wait meanwhile."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.rollback()
        raise
    database.commit()


def _prepare(database: sqlite3.Connection) -> None:
    """Makes the tables where there are none; what other decoders found is forgotten, what was read stays."""
    if _is_current(database):
        return
    with _transaction(database):
        if _layout(database) != _FORMAT:
            database.execute("DROP TABLE IF EXISTS files")
            database.execute("DROP TABLE IF EXISTS decoders")
            database.execute(f"CREATE TABLE files (path BLOB PRIMARY KEY, {_TYPES}) WITHOUT ROWID")
            database.execute("CREATE TABLE decoders (versions TEXT)")
            database.execute("INSERT INTO decoders VALUES (?)", (_decoders(),))
            database.execute(f"PRAGMA user_version = {_FORMAT}")
        elif not _is_current(database):
            database.execute(
                "UPDATE files SET format = NULL, problem = NULL, tensorflow = NULL, pillow = NULL"
            )
            database.execute("UPDATE decoders SET versions = ?", (_decoders(),))


def _is_current(database: sqlite3.Connection) -> bool:
    return _layout(database) == _FORMAT and database.execute(
        "SELECT versions FROM decoders"
    ).fetchone() == (_decoders(),)


def _layout(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def _decoders() -> str:
    """The versions of what decodes: another may read what this one does not."""
    return ", ".join(f"{name} {_version(name)}" for name in ("pillow", "tensorflow"))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "-"


def _may_change_unseen(mtime_ns: int) -> bool:
    """Whether a file was changed so lately that it could change once more and keep its time."""
    tick = _TICK if mtime_ns % _WHOLE_SECOND else _COARSE_TICK
    return time.time_ns() - mtime_ns < tick
