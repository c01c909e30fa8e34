"""The rich console for a stream: live and coloured on a terminal, complete and stable elsewhere."""

from __future__ import annotations

from typing import IO

from rich.console import Console

# Wide enough that no table or line is ever folded in a file, a pipe or a CI log.
PIPED_WIDTH = 100_000


def console_for(stream: IO[str]) -> Console:
    """A console on a stream. Piped, nothing is truncated, folded or coloured."""
    if is_terminal(stream):
        return Console(file=stream, highlight=False, soft_wrap=False, emoji=False)
    return Console(
        file=stream,
        width=PIPED_WIDTH,
        force_terminal=False,
        no_color=True,
        highlight=False,
        emoji=False,
        legacy_windows=False,
    )


def is_terminal(stream: IO[str]) -> bool:
    """Whether somebody looks at it."""
    try:
        return stream.isatty()
    except ValueError:  # a closed stream
        return False
