"""The run directory: every file written beside and renamed, so that a kill leaves the old or the new one whole."""

from __future__ import annotations

import csv
import errno
import io
import itertools
import json
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netspec.errors import UsageError
from netspec.report.escape import printable, without_halves
from netspec.runs.lock import LOCK, RunLock
from netspec.runs.unbegun import BEFORE_RECORD, WRITING, is_half, is_unbegun

if TYPE_CHECKING:
    from datetime import datetime


class RunDirectory:
    """A directory that one run owns."""

    def __init__(self, path: Path, *, ours: bool) -> None:
        self.path = path
        self._ours = ours

    @classmethod
    def create(cls, output: Path | None, *, name: str, now: datetime) -> RunDirectory:
        """Makes the directory: the one asked for, or `runs/NAME-DATE-TIME` in the current one.

        Raises:
            UsageError: It exists and is not empty, or cannot be written.
        """
        path = output if output is not None else Path("runs")
        try:
            if output is None:
                path, ours = _make_free(path, name, now), True
            else:
                ours = not path.exists()
                path.mkdir(parents=True, exist_ok=True)
            cls.require_free(path)
            (path / "state").mkdir()
        except (OSError, ValueError) as error:
            raise _refused(path, error) from None
        return cls(path, ours=ours)

    @classmethod
    def require_makeable(cls, output: Path | None) -> None:
        """Makes sure that `create` can make the directory, as far as that is known without making anything.

        Args:
            output: The one asked for, None for one below `runs` in the current directory.

        Raises:
            UsageError: It exists and is not empty, or cannot be written.
        """
        path = output if output is not None else Path("runs")
        try:
            if output is not None:
                cls.require_free(path)
            above = next((each for each in (path, *path.parents) if os.path.lexists(each)), path)
            if not above.is_dir():
                raise NotADirectoryError
            if _is_barred(above):
                raise PermissionError(errno.EACCES, f"nothing can be written in {above}")
        except (OSError, ValueError) as error:
            raise _refused(path, error) from None

    @staticmethod
    def require_free(path: Path) -> None:
        """Makes sure that nothing is where a run shall be kept.

        Raises:
            UsageError: Something is.
        """
        if path.is_dir() and any(path.iterdir()):
            raise UsageError(
                f"the run directory {path} exists and is not empty",
                hint="go on with it by --resume, name another with --output, or remove it",
            )
        if path.exists() and not path.is_dir():
            raise UsageError(f"the run directory {path} is a file", hint="name another")

    @classmethod
    def clear_unbegun(cls, path: Path) -> None:
        """Removes what is left of a run that was ended before it began.

        Raises:
            UsageError: There is something else, or it cannot be removed.
        """
        if not path.is_dir():
            return
        try:
            left = list(path.iterdir())
            if left and not is_unbegun(path, left):
                raise UsageError(
                    f"{path} is not empty, and holds no run", hint="name another with --output"
                )
            with RunLock(path):  # else it is that of a run that is about to begin
                for each in left:
                    if each.name != LOCK:
                        _remove(each)
        except OSError as error:
            raise _refused(path, error) from None

    @classmethod
    def of(cls, path: Path) -> RunDirectory:
        """The directory of a run that is there already."""
        return cls(path, ours=False)

    def require_own(self, *, besides: Collection[Path] = ()) -> None:
        """Makes sure that what is written in the directory stays there: some files are written on, or cut, or removed.

        Args:
            besides: What may be a pipe, as nothing is opened there that is no file.

        Raises:
            UsageError: There is a link that leads elsewhere, or a pipe, as in a run that somebody else has made.
        """
        inside = self.path.resolve()
        for folder, folders, files in os.walk(self.path):
            for each in (Path(folder, name) for name in (*folders, *files)):
                if each.is_symlink() and not _is_inside(each, inside):
                    raise UsageError(
                        f"{printable(str(each))} is a link that leads out of the run",
                        hint="put in its place what it leads to",
                    )
                is_plain = each.is_symlink() or each.is_file() or each.is_dir()
                if not is_plain and each not in besides:
                    raise UsageError(
                        f"{printable(str(each))} is a pipe or a device", hint="remove it"
                    )

    def clear_halves(self) -> None:
        """Removes what was being written as a process was killed, such as states and checkpoints."""
        for each in (*self.path.glob(f"{WRITING}*"), *self.path.glob(f"*/{WRITING}*")):
            if each.is_file():
                with suppress(OSError):
                    each.unlink()

    def discard(self) -> None:
        """Removes what a run that never began has made, nothing else."""
        if self._ours:
            shutil.rmtree(self.path, ignore_errors=True)
            return
        with suppress(OSError):
            for each in list(self.path.iterdir()):
                if each.name in BEFORE_RECORD or each.name == "run.json" or is_half(each):
                    _remove(each)

    def write_text(self, name: str, text: str) -> None:
        """Writes a text file whole."""
        with self.replacing(name) as target:
            target.write_text(text, encoding="utf-8")

    def write_json(self, name: str, value: object) -> None:
        """Writes a JSON file whole; numbers that JSON has no form for (NaN) become null, and no UTF-8 is an escape."""
        text = json.dumps(_finite(value), indent=2, ensure_ascii=False, allow_nan=False)
        self.write_text(name, without_halves(text) + "\n")

    def write_csv(self, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Writes a CSV file whole, with the columns of all rows as they first appear; what a row lacks is empty."""
        columns = dict.fromkeys(name for row in rows for name in row)
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, fieldnames=list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        self.write_text(name, buffer.getvalue())

    def write_table(self, name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Writes a CSV file whole, from rows in the columns' order; two columns may have one name.

        Bytes of a file's name that are no UTF-8 are written as they are.
        """
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        # Python before 3.13 leaves a carriage return bare, and reads it as the end of a row.
        quoting = csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_ALL)
        for row in (columns, *rows):
            is_quoted = any(isinstance(cell, str) and "\r" in cell for cell in row)
            (quoting if is_quoted else writer).writerow(row)
        with self.replacing(name) as target:
            target.write_bytes(buffer.getvalue().encode("utf-8", "surrogateescape"))

    def write_with(self, name: str, write: Callable[[Path], object]) -> None:
        """Writes a file whole by a function that takes the path to write to."""
        with self.replacing(name) as target:
            write(target)

    @contextmanager
    def replacing(self, name: str) -> Iterator[Path]:
        """A path beside a file; what is written there takes the file's place at the end, or goes."""
        final = self.path / name
        # The ending stays, because Keras chooses the format by it.
        beside = final.with_name(f"{WRITING}{os.getpid()}-{final.name}")
        try:
            # A link of that name, in a run from elsewhere, would be written through.
            beside.unlink(missing_ok=True)
            yield beside
            with beside.open("rb") as written:
                os.fsync(written.fileno())
            beside.replace(final)
        finally:
            with suppress(OSError):  # where nothing can be written, nothing can be removed
                beside.unlink(missing_ok=True)


def _is_inside(link: Path, folder: Path) -> bool:
    """Whether a link leads to something in a folder."""
    try:
        return link.resolve().is_relative_to(folder)
    except (OSError, RuntimeError):  # a loop of links
        return False


def _remove(path: Path) -> None:
    """Removes a file, a link, or a folder with all that is in it."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _refused(path: Path, error: OSError | ValueError) -> UsageError:
    """What is told where a run directory cannot be made."""
    if isinstance(error, NotADirectoryError):
        return UsageError(
            f"the run directory {path} is a file, or lies below one", hint="name another"
        )
    if isinstance(error, FileExistsError):
        what = "has just been taken by another run" if path.is_dir() else "is a file"
        return UsageError(f"the run directory {path} {what}", hint="name another")
    reason = getattr(error, "strerror", None) or str(error)
    message = f"cannot write the run directory {path}: {reason}"
    return UsageError(message, hint="name another with --output")


def _is_barred(folder: Path) -> bool:
    """Whether nothing can be made in a folder that is there."""
    # Root may write everywhere, says the system, and then makes nothing where files are what the kernel tells.
    tells = (Path(each) for each in ("/proc", "/sys"))
    kernel = {each.stat().st_dev for each in tells if each.is_mount()}
    return not os.access(folder, os.W_OK | os.X_OK) or folder.stat().st_dev in kernel


def _make_free(parent: Path, name: str, now: datetime) -> Path:
    """Makes the first directory of the run's name and time that nobody has made."""
    parent.mkdir(parents=True, exist_ok=True)
    stem = f"{re.sub('[^A-Za-z0-9._-]', '-', name)}-{now:%Y%m%d-%H%M%S}"
    for number in itertools.count(1):
        path = parent / (stem if number == 1 else f"{stem}-{number}")
        try:
            path.mkdir()
        except FileExistsError:
            continue
        return path
    raise AssertionError  # pragma: no cover - the count has no end


def _finite(value: object) -> object:
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None  # noqa: PLR0124
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
