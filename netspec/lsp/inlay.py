"""What each layer gives, at the end of its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from netspec.lsp import sizes

if TYPE_CHECKING:
    from netspec.lsp.documents import OpenDocument
    from netspec.lsp.positions import Units


def inlay_hints(document: OpenDocument, wanted: types.Range, units: Units) -> list[types.InlayHint]:
    """The shapes and parameters of the layers and blocks' uses in a range, where their lines are as they were.

    Args:
        document: The document.
        wanted: The range.
        units: How columns are counted.
    """
    whole = document.whole
    if whole is None or whole.sizes is None or not document.is_spec:
        return []
    # Lines that were put in or taken out move the others by as many.
    moved = abs(len(document.lines) - len(whole.lines))
    first, last = wanted.start.line + 1 - moved, wanted.end.line + 1 + moved
    told: dict[int, list[str]] = {}
    for (_, line, _), found in whole.sizes.within(whole.analysis.path, first, last):
        told.setdefault(line, []).append(sizes.spelled(found))
    hints = []
    for line, texts in told.items():
        now = document.line_now(line - 1)
        if now is not None and wanted.start.line <= now <= wanted.end.line:
            end = len(document.lines[now].rstrip())
            hints.append(
                types.InlayHint(
                    position=units.position(document.lines, now, end),
                    label=f"→ {'; '.join(texts)}",
                    padding_left=True,
                )
            )
    return hints
