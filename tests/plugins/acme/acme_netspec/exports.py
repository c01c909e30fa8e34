"""An export format."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.runs.saved import SavedRun


def card(run: SavedRun, folder: Path) -> None:
    """A page that says what was trained."""
    text = f"# {run.record['name']}\n\nIt tells apart: {', '.join(run.classes)}.\n"
    (folder / "card.md").write_text(text, encoding="utf-8")
