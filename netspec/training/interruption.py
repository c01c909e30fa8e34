"""Ends a run from outside where nothing is half done. It knows no signals; whoever runs the process does."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# `interrupt` is a person at the keys, `terminate` a scheduler, a shutdown or a terminal that closes.
Cause = Literal["interrupt", "terminate"]

# `timeout` and a closing terminal send their signal to the process and to its group, so that it comes twice.
_SAME_REQUEST_SECONDS = 0.5


class Interrupted(KeyboardInterrupt):
    """A run was ended from outside.

    Attributes:
        cause: Who ended it.
        directory: The run directory that holds what there is so far; None where training had not begun.
        epoch: The epoch it was in, from 1; None outside the epochs.
        features: Of how many images features were computed by then that stay in the cache.
    """

    def __init__(
        self,
        cause: Cause = "interrupt",
        *,
        directory: Path | None = None,
        epoch: int | None = None,
        features: int = 0,
    ) -> None:
        super().__init__("the run was interrupted")
        self.cause = cause
        self.directory = directory
        self.epoch = epoch
        self.features = features

    @classmethod
    def of(
        cls,
        interrupt: KeyboardInterrupt,
        *,
        directory: Path | None = None,
        epoch: int | None = None,
    ) -> Interrupted:
        """Any interrupt, Python's own too, with what is known now; what it knew already stays."""
        if not isinstance(interrupt, Interrupted):
            return cls(directory=directory, epoch=epoch)
        return cls(
            interrupt.cause,
            directory=interrupt.directory or directory,
            epoch=interrupt.epoch or epoch,
            features=interrupt.features,
        )


class Interruption:
    """The wish that a run may end, and where it may be heard.

    Attributes:
        requested: Who asked for the end, or None.
    """

    def __init__(self) -> None:
        self.requested: Cause | None = None
        self._since = float("-inf")
        self._deferring = False

    def request(self, cause: Cause) -> bool:
        """Asks for the end: at once, or where it is put off by `check`. Signal handlers call it, in the main thread.

        A person who asks again gets it at once.

        Returns:
            Whether it is put off now and was not before.

        Raises:
            Interrupted: The run ends here.
        """
        now = time.monotonic()
        if now - self._since < _SAME_REQUEST_SECONDS:
            return False
        self._since = now
        first, self.requested = self.requested is None, self.requested or cause
        if not self._deferring or (cause == "interrupt" and not first):
            raise Interrupted(cause)
        return first

    def check(self) -> None:
        """Ends the run here if that was asked for.

        Raises:
            Interrupted: It was.
        """
        if self.requested is not None:
            raise Interrupted(self.requested)

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """Puts requests off while it is open, until the next `check` or the end.

        Raises:
            Interrupted: The end was asked for, and no `check` came after.
        """
        before, self._deferring = self._deferring, True
        try:
            yield
        finally:
            self._deferring = before
        if not before:
            self.check()
