"""What a stream is to whoever reads it."""

from __future__ import annotations

from typing import IO

# Wide enough that no table or line is ever folded in a file, a pipe or a CI log.
PIPED_WIDTH = 100_000


def is_terminal(stream: IO[str]) -> bool:
    """Whether somebody looks at it."""
    try:
        return stream.isatty()
    except ValueError:  # a closed stream
        return False
