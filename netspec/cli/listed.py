"""Names and values below each other, as wide as there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from netspec.cli.epoch_table import GAP

if TYPE_CHECKING:
    from collections.abc import Sequence


def listed(rows: Sequence[tuple[str, Sequence[str]]], *, width: int | None, between: str) -> Text:
    """Names and values below each other; a value that is too long goes on below itself, between its parts."""
    names = max(len(name) for name, _ in rows)
    text = Text()
    for name, parts in rows:
        lines: list[str] = []
        for part in parts:
            longer = f"{lines[-1]}{between}{part}" if lines else part
            if lines and (width is None or names + len(GAP) + cell_len(longer) <= width):
                lines[-1] = longer
            else:
                lines.append(part)
        for number, line in enumerate(lines):
            text.append("\n" if text else "")
            text.append(f"{'' if number else name:<{names}}{GAP}", style="dim")
            text.append(line)
    return text
