"""A document's sections, blocks and layers, for an editor's outline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from netspec.report.escape import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.lsp.documents import OpenDocument
    from netspec.lsp.positions import Units
    from netspec.lsp.reader import Path, Word


def symbols(document: OpenDocument, units: Units) -> list[types.DocumentSymbol]:
    """The sections, with blocks and layers below `model`.

    Args:
        document: The document.
        units: How columns are counted.
    """
    ends: dict[Path, Word] = {}
    for word in document.outline.words:
        for depth in range(1, min(len(word.path), _DEEPEST) + 1):
            ends[word.path[:depth]] = word
    outline = _Symbols(document, units, ends)
    return [
        outline.symbol(word, word.text, types.SymbolKind.Namespace, _below(outline, word))
        for word in document.outline.children(())
        if word.is_key
    ]


_DEEPEST = 6  # model, blocks, a block, layers, a number, a kind


def _below(outline: _Symbols, word: Word) -> list[types.DocumentSymbol]:
    if word.path != ("model",):
        return []
    blocks = [
        outline.symbol(
            block, block.text, types.SymbolKind.Class, list(outline.layers((*block.path, "layers")))
        )
        for block in outline.document.outline.children(("model", "blocks"))
        if block.is_key
    ]
    return [*blocks, *outline.layers(("model", "layers"))]


class _Symbols:
    def __init__(self, document: OpenDocument, units: Units, ends: dict[Path, Word]) -> None:
        self.document = document
        self.units = units
        self.ends = ends

    def layers(self, path: Path) -> Iterator[types.DocumentSymbol]:
        """The layers of the list at a path."""
        outline = self.document.outline
        index = 0
        while (*path, index) in self.ends:
            alone = outline.value((*path, index))
            kinds = outline.children((*path, index)) if alone is None else [alone]
            if kinds:
                kind = kinds[0]
                name = outline.value((*path, index, kind.text, "name"))
                shown = kind.text if name is None else f"{kind.text} {name.text}"
                yield self.symbol(kind, shown, types.SymbolKind.Object, [])
            index += 1

    def symbol(
        self, word: Word, name: str, kind: types.SymbolKind, children: list[types.DocumentSymbol]
    ) -> types.DocumentSymbol:
        """A symbol that begins at a word, with all below it."""
        lines = self.document.lines
        last = self.ends.get(word.path, word)
        start = (word.line, word.start)
        return types.DocumentSymbol(
            name=printable(name) or "?",
            kind=kind,
            range=self.units.stretch(lines, start, (last.line, last.end)),
            selection_range=self.units.stretch(lines, start, (word.line, word.end)),
            children=children,
        )
