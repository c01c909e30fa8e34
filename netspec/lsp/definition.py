"""Where a name is defined, and where it is used."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lsprotocol import types

from netspec.lsp import expressions
from netspec.lsp.diagnostics import first_line
from netspec.lsp.documents import uri_of
from netspec.lsp.vocabulary import taken_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path as FilePath

    from netspec.lsp.documents import OpenDocument
    from netspec.lsp.positions import Units
    from netspec.lsp.reader import Path, Word
    from netspec.source.nodes import Place

# What names layers stands under one of these.
_REFERRING = frozenset({"inputs", "output", "layer"})


def definition(document: OpenDocument, at: types.Position, units: Units) -> types.Location | None:
    """Where the name at a position is defined.

    Args:
        document: The document.
        at: The position.
        units: How columns are counted.
    """
    line, column = units.at(document.lines, at)
    word = document.outline.at(line, column)
    if word is not None and word.path[:1] == ("extends",) and not word.is_key:
        return _file(document, word.text)
    place = _place_at(document, line, column)
    return None if place is None else _location(document, place, units)


def references(
    document: OpenDocument, at: types.Position, units: Units, *, with_definition: bool
) -> list[types.Location]:
    """Where in a document the name at a position is used.

    Args:
        document: The document.
        at: The position.
        units: How columns are counted.
        with_definition: Whether its definition is told, too.
    """
    line, column = units.at(document.lines, at)
    place = _place_at(document, line, column) or _defined_at(document, line, column)
    if place is None:
        return []
    found = [
        types.Location(
            document.uri, units.stretch(document.lines, (at_line, start), (at_line, end))
        )
        for at_line, start, end in _uses(document, place)
    ]
    defined = _location(document, place, units)
    if defined is not None and with_definition:
        found = [defined, *(each for each in found if each != defined)]
    return found


def _place_at(document: OpenDocument, line: int, column: int) -> Place | None:
    """Where what stands in a column is defined."""
    names = document.names
    if names is None:
        return None
    text = document.lines[line]
    word = document.outline.at(line, column)
    name = expressions.name_at(text, column, word)
    if name is not None:
        value = names.values_at(word.path if word is not None else ()).get(name.text)
        return None if value is None else value.place
    return None if word is None else _place_of(document, word, column)


def _place_of(document: OpenDocument, word: Word, column: int | None = None) -> Place | None:
    """Where a word is defined that names a layer, a block or a param."""
    names = document.names
    if names is None:
        return None
    if word.is_key:
        taken = taken_at(word.path[:-1])
        if taken.block is not None:
            param = names.params(taken.block).get(word.text)
            return None if param is None else param.place
    else:
        taken = taken_at(word.path)
    if taken.is_reference and not word.is_key:
        named = names.find(_up_to(word, column), word.path)
        return None if named is None else named.place
    if taken.is_item and word.text in names.document.blocks:
        return names.document.blocks[word.text].place
    return None


def _up_to(word: Word, column: int | None) -> str:
    """The part of a dotted name that ends with the name in a column."""
    if column is None:
        return word.text
    quotes = (word.end - word.start - len(word.text)) // 2
    end = word.text.find(".", max(0, column - word.start - quotes))
    return word.text if end < 0 else word.text[:end]


def _defined_at(document: OpenDocument, line: int, column: int) -> Place | None:
    """The place of a definition that a position is in."""
    names = document.names
    then = document.line_then(line)
    if names is None or then is None:
        return None
    spec = names.document
    places = [value.place for value in names.variables.values()]
    for block in spec.blocks.values():
        places += [block.place, *block.param_places.values(), *block.input_places]
    for path in _lists(spec.blocks):
        places += [named.place for named in names.layers_above(path)]
    return next(
        (
            place
            for place in places
            if document.is_own(place)
            and place.line == then + 1
            and place.column - 1 <= column <= place.end_column - 1
        ),
        None,
    )


def _lists(blocks: Iterable[str]) -> Iterator[Path]:
    yield ("model", "layers")
    for block in blocks:
        yield ("model", "blocks", block, "layers")


def _uses(document: OpenDocument, place: Place) -> Iterator[tuple[int, int, int]]:
    """Where names stand that are defined at a place: line, start and end, from 0."""
    names = document.names
    assert names is not None  # noqa: S101 - the place is one of its
    blocks = names.document.blocks
    for word in document.outline.words:
        may_be = word.is_key or bool(_REFERRING & {*word.path}) or word.text in blocks
        if may_be and _place_of(document, word) == place:
            yield word.line, word.start, word.end
    values = [value for value in names.variables.values() if value.place == place]
    params = [
        value
        for block in names.document.blocks
        for value in names.params(block).values()
        if value.place == place
    ]
    for value in (*values, *params):
        for number, line in enumerate(document.lines):
            for name in expressions.names(line) if value.name in line else ():
                if name.text == value.name and _place_at(document, number, name.start) == place:
                    yield number, name.start, name.end


def _location(document: OpenDocument, place: Place, units: Units) -> types.Location | None:
    """A place as it stands now; None where that line was changed since."""
    stretch = first_line(place, units)
    if not document.is_own(place):
        return types.Location(uri_of(place.source.name), stretch)
    line = document.line_now(place.line - 1)
    if line is None:
        return None
    start, end = stretch.start.character, stretch.end.character
    return types.Location(
        document.uri, types.Range(types.Position(line, start), types.Position(line, end))
    )


def _file(document: OpenDocument, name: str) -> types.Location | None:
    """The beginning of a base."""
    start = types.Position(0, 0)
    path = base_path(document, name)
    return None if path is None else types.Location(uri_of(path), types.Range(start, start))


def base_path(document: OpenDocument, name: str) -> FilePath | None:
    """The path of a base that was read."""
    try:
        resolved = (document.path.parent / name).resolve()
    except (OSError, RuntimeError, ValueError):
        return None
    seen = set() if document.known is None else document.known.seen
    target = document.path.parent / name
    return type(target)(os.path.normpath(target)) if resolved in seen else None
