"""Prints a run's events as lines of JSON, each at once."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from netspec.report.run_events import event_text
from netspec.training.event_lines import event_line
from netspec.training.events import Checking, Computing, Event, Fetching

if TYPE_CHECKING:
    from typing import IO

# As steps are told, so that a download makes no line for each of its portions.
_SECONDS_BETWEEN = 0.1


class JsonLines:
    """A listener of a run's events that writes a line of JSON for each.

    What counts up (a download, images that are looked at or computed) is told a few times a second, and how it ended.

    Attributes:
        live: Whether it draws on a terminal, which it does not.
    """

    live = False

    def __init__(self, stream: IO[bytes]) -> None:
        """Begins with the first line.

        Args:
            stream: Where to write, best without a buffer.
        """
        self._stream = stream
        self._is_first = True
        self._is_silent = False
        self._rest = b""
        self._told = float("-inf")
        self._counting: Checking | Computing | Fetching | None = None

    def __call__(self, event: Event) -> None:
        """Writes one event. Where nobody reads any more, the run goes on in silence."""
        if self._is_silent:
            return
        if isinstance(event, Checking | Computing | Fetching):
            if event.done != event.total and time.monotonic() - self._told < _SECONDS_BETWEEN:
                self._counting = event
                return
            self._told = time.monotonic()
        elif self._counting is not None:
            self._write(self._counting)
        self._counting = None
        self._write(event)

    def close(self) -> None:
        """Writes what is left."""
        if self._counting is not None and not self._is_silent:
            self._write(self._counting)
        self._counting = None

    def _write(self, event: Event) -> None:
        line = event_text(event_line(event, now=datetime.now(UTC)), is_first=self._is_first)
        self._is_first = False
        # What an interrupt left of the line before comes first.
        self._rest += line.encode("utf-8", "backslashreplace")
        try:
            while self._rest:
                self._rest = self._rest[self._stream.write(self._rest) or 0 :]
            self._stream.flush()
        except OSError:  # a reader that stopped, a full disk
            self._is_silent = True
