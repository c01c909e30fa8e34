"""Settings of the tests of what is printed."""

from __future__ import annotations

import pytest

from netspec.cli import progress


@pytest.fixture
def terminal_of_80(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of 80 columns with colours, for whoever asks."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    # The thread that draws would make what is drawn a matter of luck; the tests draw themselves.
    monkeypatch.setattr(progress, "_DRAWN_PER_SECOND", 0.001)
