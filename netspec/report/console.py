"""The rich console for a stream: live and coloured on a terminal, complete and stable elsewhere."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from netspec.report.streams import PIPED_WIDTH, is_terminal

if TYPE_CHECKING:
    from collections.abc import Sequence


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leaves it to the command; rich would end the process."""
        raise BrokenPipeError


def console_for(stream: IO[str]) -> Console:
    """A console on a stream. Piped, nothing is truncated, folded or coloured."""
    if is_terminal(stream):
        return _Console(file=stream, highlight=False, soft_wrap=False, emoji=False)
    return _Console(
        file=stream,
        width=PIPED_WIDTH,
        force_terminal=False,
        no_color=True,
        highlight=False,
        emoji=False,
        legacy_windows=False,
    )


def aligned(rows: Sequence[tuple[str, str]], *, right: bool = False) -> Text:
    """Names and values below each other, without trailing blanks."""
    names = max((len(name) for name, _ in rows), default=0)
    values = max((len(value) for _, value in rows), default=0) if right else 0
    text = Text("\n").join(
        Text.assemble((f"{name:<{names}}  ", "dim"), f"{value:>{values}}") for name, value in rows
    )
    text.no_wrap = False
    return text
