"""What is told of the thing under the pointer, as Markdown."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from netspec.errors import UsageError
from netspec.fields.base import field_types
from netspec.fields.difference import plain, spelled
from netspec.layers.registry import CELLS, LAYERS
from netspec.lsp import expressions, sizes
from netspec.lsp.diagnostics import first_line, own_place
from netspec.lsp.vocabulary import ITEMS, taken_at
from netspec.pages import page_of
from netspec.report.catalogue import page as layer_page
from netspec.report.catalogue_text import page_markdown
from netspec.report.code_pages import page_markdown as code_markdown
from netspec.report.prose import cell, verbatim
from netspec.source.nodes import UNKNOWN
from netspec.wording import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.fields import Fields, Registry
    from netspec.lsp.documents import OpenDocument
    from netspec.lsp.names import Named, Value
    from netspec.lsp.positions import Units
    from netspec.lsp.reader import Path, Word
    from netspec.lsp.vocabulary import Taken

_CODE = re.compile(r"\b[A-Z]{2,8}[0-9]{3}\b")
_LONGEST = 500


def hover(document: OpenDocument, at: types.Position, units: Units) -> types.Hover | None:
    """What there is to tell at a position.

    Args:
        document: The document.
        at: The position.
        units: How columns are counted.
    """
    line, column = units.at(document.lines, at)
    told, start, end = _told(document, line, column)
    parts = [told] if told else []
    parts += [page for page in _of_findings(document, at, units) if page not in parts]
    if not parts:
        return None
    return types.Hover(
        types.MarkupContent(types.MarkupKind.Markdown, "\n\n---\n\n".join(parts)),
        units.stretch(document.lines, (line, start), (line, end)),
    )


def _told(document: OpenDocument, line: int, column: int) -> tuple[str | None, int, int]:
    """What is told of the word in a column, and where it begins and ends."""
    text = document.lines[line]
    word = document.outline.at(line, column)
    for match in _CODE.finditer(text):
        if match.start() <= column <= match.end() and _is_code(text, match.start(), word):
            return _of_code(match[0]), match.start(), match.end()
    name = expressions.name_at(text, column, word)
    if name is not None:
        path = word.path if word is not None else ()
        return _of_variable(document, name.text, path), name.start, name.end
    if word is None:
        return None, column, column
    told = _of_key(document, word) if word.is_key else _of_value(document, word)
    return told, word.start, word.end


# Codes.


def _is_code(text: str, start: int, word: Word | None) -> bool:
    """Whether what looks like a code is in a comment or a list of silenced ones."""
    return (word is None and "#" in text[:start]) or (
        word is not None and word.path[:1] == ("ignore",)
    )


def _of_code(code: str) -> str | None:
    try:
        return code_markdown(page_of(code), level=3)
    except UsageError:
        return None


def _of_findings(document: OpenDocument, at: types.Position, units: Units) -> Iterator[str]:
    """The pages of what was found at a position, without their examples."""
    known = document.known
    if known is None or known.text != document.text or not known.is_spec:
        return
    for code in dict.fromkeys(
        finding.code
        for finding in known.analysis.findings
        if (place := own_place(finding, known)) is not None and _holds(first_line(place, units), at)
    ):
        try:
            page = page_of(code)
        except UsageError:
            continue
        paragraphs = "\n\n".join(map(verbatim, page.paragraphs))
        yield f"**{code}**: {cell(page.title)}\n\n{paragraphs}".strip()


def _holds(stretch: types.Range, at: types.Position) -> bool:
    start, end = stretch.start, stretch.end
    return (start.line, start.character) <= (at.line, at.character) <= (end.line, end.character)


# Keys and values.


def _of_key(document: OpenDocument, word: Word) -> str | None:
    above = word.path[:-1]
    taken = taken_at(above)
    if above == ("vars",):
        return _of_variable(document, word.text, above)
    if len(above) >= 2 and above[:2] == ("model", "blocks") and above[-1] == "params":  # noqa: PLR2004
        return _of_variable(document, word.text, above)
    if above == ("model", "blocks"):
        return _of_block(document, word.text)
    if taken.model is not None and word.text in taken.model.model_fields:
        return _of_field(taken.model, word.text, taken.noun)
    if taken.block is not None:
        return _of_param(document, taken.block, word.text)
    return _of_kind(document, taken, word)


def _of_value(document: OpenDocument, word: Word) -> str | None:
    taken = taken_at(word.path)
    if taken.is_reference:
        return _of_name(document, word.text, word.path)
    told = _of_kind(document, taken, word)
    if told is not None or taken.field is None:
        return told
    return _of_field(taken.field[0], taken.field[1], taken.field[2])


def _of_kind(document: OpenDocument, taken: Taken, word: Word) -> str | None:
    """A thing's page, a block, or what a reuse is."""
    size = _size(document, word) if taken.is_item else None
    page = None
    if taken.is_item and word.text in ITEMS:
        model, _ = ITEMS[word.text]
        page = f"### {word.text}\n\n{inspect.cleandoc(model.__doc__ or '')}\n\n{_table(model)}"
    for registry in taken.registries:
        name = registry.strings.get(word.text, word.text)
        if name in registry:
            page = page or _of_thing(registry, name)
        elif name in registry.refused:
            page = page or f"### {name}\n\nRefused: {registry.refused[name]}."
    if page is None and taken.is_item:
        return _of_block(document, word.text, size)
    return "\n\n".join(part for part in (size, page) if part) or None


def _size(document: OpenDocument, word: Word) -> str | None:
    """What becomes of the layer that a word begins."""
    found = document.sizes_at(word)
    return f"→ `{sizes.spelled(found)}`" if found else None


def _of_thing(registry: Registry, name: str) -> str:
    if registry is LAYERS or registry is CELLS:
        return page_markdown(layer_page(name), level=3)
    thing = registry.get(name)
    written = vars(thing).get("__doc__") or registry.noun
    told = [" ".join(part.split()) for part in inspect.cleandoc(written).split("\n\n")]
    alone = ", ".join(f"`{each}`" for each, kind in registry.strings.items() if kind == name)
    also = [f"Also called {alone}."] if alone else []
    return "\n\n".join([f"### {name}", *map(verbatim, told), *also, _table(thing)])


def _table(model: type[Fields]) -> str:
    lines = ["| field | takes | default | |", "| --- | --- | --- | --- |"]
    for name, info in model.model_fields.items():
        default = "must be given" if info.is_required() else f"`{spelled(plain(info.default))}`"
        cells = (f"`{name}`", field_types(model)[name].words, default, info.description or "")
        lines.append(f"| {' | '.join(map(cell, cells))} |")
    return "\n".join(lines)


def _of_field(model: type[Fields], name: str, noun: str) -> str:
    info = model.model_fields[name]
    needed = (
        "Must be given." if info.is_required() else f"Default: `{spelled(plain(info.default))}`."
    )
    takes = f"Takes {field_types(model)[name].words}."
    return f"**`{name}`** of {noun}\n\n{info.description}\n\n{takes} {needed}"


# Names.


def _of_name(document: OpenDocument, reference: str, path: Path) -> str | None:
    named = None if document.names is None else document.names.find(reference, path)
    if named is None:
        return None
    return f"**{_code(reference)}**: {_code(named.kind)}{_given(document, named)}"


def _given(document: OpenDocument, named: Named) -> str:
    """The shape that a named layer or input gives."""
    whole = document.whole
    if named.item is None:
        shape = (document.document.inputs or {}).get(named.name) if document.document else None
        return "" if shape is None else f"\n\n`{sizes.shape_text(shape)}`"
    if whole is None or whole.sizes is None:
        return ""
    found = whole.sizes.at(sizes.spot_of(named.item.place()), named.uses)
    return f"\n\n→ `{sizes.spelled(found)}`" if found else ""


def _of_block(document: OpenDocument, name: str, size: str | None = None) -> str | None:
    names = document.names
    block = None if document.document is None else document.document.blocks.get(name)
    if block is None or names is None:
        return None
    lines = [
        f"**{_code(name)}**: a block of {len(block.items)} layer{'s' * (len(block.items) != 1)}"
    ]
    if size:
        lines.insert(0, size)
    if block.inputs:
        lines.append(f"Takes {', '.join(map(_code, block.inputs))}.")
    params = names.params(name)
    if params:
        rows = ["| param | default |", "| --- | --- |"]
        rows += [f"| {_code(each.name)} | {_default(each)} |" for each in params.values()]
        lines.append("\n".join(rows))
    return "\n\n".join(lines)


def _of_param(document: OpenDocument, block: str, name: str) -> str | None:
    param = None if document.names is None else document.names.params(block).get(name)
    return None if param is None else _value_told(param)


def _of_variable(document: OpenDocument, name: str, path: Path) -> str | None:
    found = None if document.names is None else document.names.values_at(path).get(name)
    return None if found is None else _value_told(found)


def _value_told(value: Value) -> str:
    if value.block is None:
        return f"**{_code(value.name)}**: a variable\n\n{_written(value.value)}"
    needed = "Must be given." if value.must_be_given else f"Default: {_written(value.value)}"
    return f"**{_code(value.name)}**: a param of the block {_code(value.block)}\n\n{needed}"


def _default(value: Value) -> str:
    return "must be given" if value.must_be_given else _written(value.value)


def _written(value: Any) -> str:
    if value is UNKNOWN:
        return "not known, for a mistake in it"
    return _code(spelled(value))


def _code(text: str) -> str:
    """A user's words, which mean nothing as Markdown."""
    text = cell(text if len(text) <= _LONGEST else short(text)).replace("`", "'")
    return f"`{text}`"
