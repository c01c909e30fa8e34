"""What can be typed at a place: fields, kinds, names and values."""

from __future__ import annotations

from dataclasses import dataclass
from inspect import cleandoc
from typing import TYPE_CHECKING

from lsprotocol import types

from netspec.fields import ListOf, Nullable, ThingOf
from netspec.fields.base import field_types
from netspec.layers.registry import CELLS, LAYERS
from netspec.lsp import expressions
from netspec.lsp.snippets import Form, filled, place, without_places, written
from netspec.lsp.vocabulary import ITEMS, in_order, needed, taken_at
from netspec.source.grammar import FUNCTIONS
from netspec.spec.logs import VALIDATION, logged
from netspec.spec.spec import Section
from netspec.spec.training import ForOutputs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.fields import Fields, FieldType, Thing
    from netspec.lsp.documents import OpenDocument
    from netspec.lsp.names import Names
    from netspec.lsp.positions import Units
    from netspec.lsp.reader import Cursor, Path
    from netspec.lsp.vocabulary import Taken

_YAML = {".yaml", ".yml"}

_Kind = types.CompletionItemKind


@dataclass(frozen=True)
class _Offer:
    """Something that can be typed.

    Attributes:
        label: What is shown, and compared with what is typed.
        text: What is written, perhaps with places to fill in.
        kind: Its sort.
        detail: What it is, in short.
        told: What it is for.
    """

    label: str
    text: str
    kind: types.CompletionItemKind
    detail: str = ""
    told: str = ""


def completion(
    document: OpenDocument, at: types.Position, units: Units, *, snippets: bool
) -> list[types.CompletionItem]:
    """What can be typed at a position.

    Args:
        document: The document.
        at: The position.
        units: How columns are counted.
        snippets: Whether the editor knows places to fill in.
    """
    line, column = units.at(document.lines, at)
    cursor = document.outline.cursor(line, column)
    before = document.lines[line][:column]
    if cursor is None:
        return []
    names = document.names
    typed = expressions.typed(before)
    bare = cursor.role == "value" and cursor.path[-1:] == ("when",)
    if typed is None and bare:
        typed = expressions.typed(cursor.typed, bare=True)
    if typed is not None:
        start, offers = column - len(typed), list(_values_by_name(names, cursor.path))
        if bare:
            offers += [_Offer(each, each, _Kind.Value) for each in ("true", "false", "not ")]
    else:
        start = cursor.start
        offers = list(_offers(document, cursor, is_alone=not before[:start].strip()))
    return [
        _item(offer, number, document.lines, (line, start, column), units, snippets=snippets)
        for number, offer in enumerate(offers)
    ]


def _item(  # noqa: PLR0913 - what an item is made of
    offer: _Offer,
    number: int,
    lines: list[str],
    typed: tuple[int, int, int],
    units: Units,
    *,
    snippets: bool,
) -> types.CompletionItem:
    line, start, end = typed
    bare = without_places(offer.text)
    text = offer.text if snippets else bare
    is_snippet = snippets and bare != offer.text
    return types.CompletionItem(
        label=offer.label,
        kind=offer.kind,
        detail=offer.detail or None,
        documentation=types.MarkupContent(types.MarkupKind.Markdown, offer.told)
        if offer.told
        else None,
        sort_text=f"{number:04}",
        filter_text=offer.label,
        text_edit=types.TextEdit(units.stretch(lines, (line, start), (line, end)), text),
        insert_text_format=types.InsertTextFormat.Snippet
        if is_snippet
        else types.InsertTextFormat.PlainText,
    )


def _offers(document: OpenDocument, cursor: Cursor, *, is_alone: bool) -> Iterator[_Offer]:
    """What fits a cursor that is in no expression.

    Args:
        document: The document.
        cursor: What is being typed.
        is_alone: Whether nothing but indentation stands before it.
    """
    taken = taken_at(cursor.path)
    lead = " " if cursor.glued else ""
    if cursor.role == "key":
        yield from _keys(document, taken, cursor)
    elif cursor.role == "element":
        yield from _led("- ", _values(document, taken, cursor, is_element=True))
    elif is_alone:  # a mapping may begin here, or a list
        yield from _keys(document, taken, cursor)
        if taken.is_list and not cursor.in_flow:
            inner = taken_at((*cursor.path, 0))
            yield from _led("- ", _values(document, inner, cursor, is_element=True))
        elif not taken.is_item:
            yield from _values(document, taken, cursor, is_element=False)
    else:
        is_element = isinstance(cursor.path[-1], int) if cursor.path else False
        yield from _led(lead, _values(document, taken, cursor, is_element=is_element))


def _led(lead: str, offers: Iterator[_Offer]) -> Iterator[_Offer]:
    for each in offers:
        yield _Offer(each.label, lead + each.text, each.kind, each.detail, each.told)


# Keys.


def _keys(document: OpenDocument, taken: Taken, cursor: Cursor) -> Iterator[_Offer]:
    """The keys of the mapping at a cursor that are not there yet."""
    there = {
        word.text
        for word in document.outline.children(cursor.path)
        if word.is_key
        and (word.line, word.start) != (cursor.line, cursor.start - len(cursor.quote))
    }
    if taken.model is not None:
        offers = [*_params(document, taken.block), *_fields(taken.model, cursor)]
        yield from (offer for offer in offers if offer.label not in there)
    elif taken.is_reference:
        offers = list(_arguments(cursor.path))
        yield from (offer for offer in offers if offer.label not in there)
    elif not there:
        yield from _kinds(document, taken, Form.KEY)
    if any(isinstance(each, ForOutputs) for each in taken.types):
        for name in _outputs(document):
            if name not in there:
                yield _Offer(name, f"{name}: ", _Kind.Field, "output")


def _params(document: OpenDocument, block: str | None) -> Iterator[_Offer]:
    """A block's params."""
    names = document.names
    for param in names.params(block).values() if names is not None else ():
        detail = "must be given" if param.must_be_given else "param"
        yield _Offer(param.name, f"{param.name}: ", _Kind.Field, detail)


def _fields(model: type[Fields], cursor: Cursor) -> Iterator[_Offer]:
    """A model's fields, those first that must be given, and those last that every layer has."""
    for name in in_order(model):
        info, field_type = model.model_fields[name], field_types(model)[name]
        text = f"{name}: {place(field_type, 1, or_else='')}"
        if not cursor.path and not cursor.in_flow:
            text = f"{name}:{_below(field_type)}"
        told = f"{info.description}\n\nTakes {field_type.words}."
        detail = "must be given" if info.is_required() else ""
        yield _Offer(name, text, _Kind.Field, detail, told)


def _below(field_type: FieldType) -> str:
    """What follows the name of a section: a line below it, or a space."""
    inner = field_type.item if isinstance(field_type, Nullable) else field_type
    if isinstance(inner, Section):
        return "\n  "
    is_of_things = isinstance(inner, ListOf) and isinstance(inner.item, ThingOf)
    return "\n  - " if is_of_things else " "


def _outputs(document: OpenDocument) -> tuple[str, ...]:
    """The names of the outputs, where there are several."""
    graph = document.whole.analysis.graph if document.whole is not None else None
    return () if graph is None or graph.single_output else tuple(graph.outputs)


def _arguments(path: Path) -> Iterator[_Offer]:
    """The arguments of a layer's call, for `inputs: {query: …}`."""
    model = taken_at(path[:-1]).model if path[-1:] == ("inputs",) else None
    for argument in getattr(model, "arguments", ()):
        detail = "must be given" if argument.required else ""
        yield _Offer(argument.name, f"{argument.name}: ", _Kind.Field, detail)


# Values.


def _values(
    document: OpenDocument, taken: Taken, cursor: Cursor, *, is_element: bool
) -> Iterator[_Offer]:
    if taken.is_reference:
        yield from _references(document.names, cursor)
        return
    yield from _of_this_spec(document, taken, cursor)
    for value in taken.values:
        yield _Offer(value, value, _Kind.Value)
    for registry in taken.registries:
        if registry is LAYERS:
            continue
        for name, kind in registry.strings.items():
            if name[:1].islower() and kind in registry and registry.get(kind).bare():
                yield _Offer(name, name, _Kind.Value, kind, _summary(registry.get(kind)))
    if taken.model is not None and not is_element and not cursor.in_flow:
        fields = [(name, field_types(taken.model)[name]) for name in needed(taken.model)]
        yield _Offer("{…}", f"{{{filled(fields)}}}", _Kind.Snippet, taken.noun)
    if not cursor.quote:
        in_block = is_element and not cursor.in_flow
        yield from _kinds(document, taken, Form.ENTRY if in_block else Form.VALUE)


def _kinds(document: OpenDocument, taken: Taken, form: Form) -> Iterator[_Offer]:
    """The kinds of things, layers and blocks.

    Args:
        document: The document.
        taken: What may stand there.
        form: How they are written there.
    """
    names = document.names
    if taken.is_item and names is not None:
        for block in names.document.blocks:
            fields: list[tuple[str, FieldType | None]] = [
                (each.name, None) for each in names.params(block).values() if each.must_be_given
            ]
            yield _Offer(block, written(block, fields, form), _Kind.Module, "block")
    for registry in taken.registries:
        sort = _Kind.Class if registry in (LAYERS, CELLS) else _Kind.Constructor
        for name in registry.names():
            thing = registry.get(name)
            of_thing = field_types(thing)
            fields = [(each, of_thing[each]) for each in needed(thing)]
            text = written(name, fields, form)
            yield _Offer(name, text, sort, registry.noun, _summary(thing))
    if taken.is_item:
        for name, (model, detail) in ITEMS.items():
            text = written(name, [(each, None) for each in needed(model)], form)
            yield _Offer(name, text, _Kind.Class, detail, cleandoc(model.__doc__ or ""))


def _summary(thing: type[Thing]) -> str:
    text = cleandoc(vars(thing).get("__doc__") or "")
    return " ".join(text.split("\n\n")[0].split())


def _references(names: Names | None, cursor: Cursor) -> Iterator[_Offer]:
    """Names of layers above, or of what a block holds after its name and a dot."""
    if names is None:
        return
    around, dot, _ = cursor.typed.rpartition(".")
    if dot:
        found = names.find(around, cursor.path)
        for named in names.inside(found) if found is not None else ():
            yield _Offer(
                f"{around}.{named.name}", f"{around}.{named.name}", _Kind.Variable, named.kind
            )
        return
    for named in reversed(names.layers_above(cursor.path)):
        yield _Offer(named.name, named.name, _Kind.Variable, named.kind)


def _values_by_name(names: Names | None, path: Path) -> Iterator[_Offer]:
    """The variables and params of an expression, and its functions."""
    for value in names.values_at(path).values() if names is not None else ():
        detail = "variable" if value.block is None else f"param of {value.block}"
        yield _Offer(value.name, value.name, _Kind.Variable, detail)
    yield _Offer("index", "index", _Kind.Variable, "which copy of a repeated item, from 0")
    for function in FUNCTIONS:
        yield _Offer(function, f"{function}(${{1}})", _Kind.Function)


def _of_this_spec(document: OpenDocument, taken: Taken, cursor: Cursor) -> Iterator[_Offer]:
    """Values that no field type knows, as they hang on the spec or on what lies beside it."""
    if cursor.path[:1] == ("extends",):
        yield from _bases(document)
    if taken.field is not None and taken.field[1] == "monitor":
        yield from _monitors(document)


def _monitors(document: OpenDocument) -> Iterator[_Offer]:
    """What training logs, those of the validation first."""
    analysis = None if document.whole is None else document.whole.analysis
    if analysis is None or analysis.document is None or analysis.graph is None:
        return
    compiled = analysis.document.compile
    names = () if compiled is None else logged(compiled, tuple(analysis.graph.outputs))
    for name in (*(f"{VALIDATION}{each}" for each in names), *names):
        yield _Offer(name, name, _Kind.Value)


def _bases(document: OpenDocument) -> Iterator[_Offer]:
    """The YAML files beside a document."""
    try:
        files = sorted(path.name for path in document.path.parent.iterdir() if path.suffix in _YAML)
    except OSError:
        return
    for name in files:
        if name != document.path.name:
            yield _Offer(name, name, _Kind.File)
