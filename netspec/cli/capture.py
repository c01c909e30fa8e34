"""Keeps what libraries print at the file descriptor out of the terminal and in the run's log."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator


class Screen:
    """The user's own standard output, or standard error, whatever happens to its file descriptor."""

    def __init__(self, stream: TextIO | None = None) -> None:
        own = stream if stream is not None else sys.stdout
        own.flush()
        self.stream: IO[str] = os.fdopen(
            os.dup(own.fileno()),
            "w",
            encoding=own.encoding,
            errors="backslashreplace",
            buffering=1,
        )


@contextmanager
def captured(log: Path) -> Iterator[None]:
    """Sends file descriptors 1 and 2 to a file while it is open.

    TensorFlow's C++ parts write there directly, so that neither `sys.stderr` nor an environment variable stops them.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [(number, os.dup(number)) for number in (1, 2)]
    target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        for number, _ in kept:
            os.dup2(target, number)
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, copy in kept:
            os.dup2(copy, number)
            os.close(copy)
        os.close(target)


@contextmanager
def hushed() -> Iterator[None]:
    """Drops what libraries print, for commands that have no log."""
    with captured(Path(os.devnull)):
        yield
