"""What may stand at a path of a spec: which fields, which kinds of things, which values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from netspec.fields import Fields, Flag, ListOf, MapOf, Nullable, OneOf, Pair, Registry, ThingOf
from netspec.fields.base import field_types
from netspec.fields.forms import FormOf
from netspec.graph.blocks import UseFields
from netspec.layers.base import CallOf, Layer
from netspec.layers.fields import InnerLayer
from netspec.layers.registry import CELLS, LAYERS
from netspec.spec.application import APPLICATION, Application
from netspec.spec.backbone import BACKBONE, Backbone
from netspec.spec.model import (
    BLOCK,
    BlockFields,
    InputFields,
    Inputs,
    Items,
    ModelSection,
    Reuse,
)
from netspec.spec.spec import Section, WholeSpec
from netspec.spec.training import ForOutputs
from netspec.things import registries
from netspec.things.columns import LabelOf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.fields import FieldType
    from netspec.lsp.reader import Path

REUSE = "Reuse"
# Items that are neither layers nor blocks, each with what it is in a few words.
ITEMS: dict[str, tuple[type[Fields], str]] = {
    REUSE: (Reuse, "the same layer again"),
    APPLICATION: (Application, "a network of keras.applications"),
    BACKBONE: (Backbone, "layers of a run"),
}
_REGISTRIES = {
    registry.definition: registry
    for registry in (
        *(each for each in vars(registries).values() if isinstance(each, Registry)),
        LAYERS,
        CELLS,
    )
}
# What stands in these is told of their elements.
_COLLECTIONS = (ListOf, MapOf, Pair, Items, ForOutputs, FormOf, Section)


@dataclass(frozen=True)
class Taken:
    """What may stand at a path.

    Attributes:
        types: What a value may be there, each alternative by itself.
        model: The fields that a mapping has there.
        noun: What these are the fields of: ``Conv2D``, ``data``.
        registry: Where the thing's kind is from that these are the fields of.
        block: The block whose params stand beside these fields.
        is_item: Whether a layer, a block or a reuse stands there.
        field: The model and field that this is the value of, or an element of it.
    """

    types: tuple[FieldType, ...] = ()
    model: type[Fields] | None = None
    noun: str = ""
    registry: Registry | None = None
    block: str | None = None
    is_item: bool = False
    field: tuple[type[Fields], str, str] | None = None

    @property
    def registries(self) -> tuple[Registry, ...]:
        """The tables that a thing's kind may be from."""
        found = [registry for each in self.types for registry in _registries(each)]
        by_noun = {registry.noun: registry for registry in found}
        return tuple(({LAYERS.noun: LAYERS} | by_noun if self.is_item else by_noun).values())

    @property
    def is_reference(self) -> bool:
        """Whether it names a layer above, or an input."""
        if self.field is None:
            return False
        model, name, _ = self.field
        if name == "inputs":
            return issubclass(model, Layer | UseFields | Reuse | Application | Backbone)
        return (model, name) in {(Reuse, "layer"), (ModelSection, "output")}

    @property
    def values(self) -> tuple[str, ...]:
        """The values that are written out."""
        return tuple(dict.fromkeys(value for each in self.types for value in _values(each)))

    @property
    def is_list(self) -> bool:
        """Whether it may be a list of things or layers."""
        return any(isinstance(each, ListOf | Items) for each in self.types)

    def below(self, step: str | int) -> Taken:
        """What may stand under a key, or as an element."""
        if isinstance(step, str) and self.model is not None and step in self.model.model_fields:
            types = tuple(_alternatives(field_types(self.model)[step]))
            return _of(types, field=(self.model, step, self.noun))
        if isinstance(step, str) and self.is_item:
            return _of_item(step)
        found = [inner for each in self.types for inner in _below(each, step)]
        if isinstance(step, str):
            for registry in self.registries:
                name = registry.strings.get(step, step)
                if name in registry:
                    return Taken(model=registry.get(name), noun=name, registry=registry)
            if any(isinstance(each, Inputs) for each in self.types):
                return Taken(tuple(found), model=InputFields, noun="an input")
        is_item = isinstance(step, int) and any(isinstance(each, Items) for each in self.types)
        return replace(_of(tuple(found), field=self.field), is_item=is_item)


def taken_at(path: Path) -> Taken:
    """What may stand at a path of a spec."""
    here = Taken(model=WholeSpec, noun="a spec")
    for step in path:
        here = here.below(step)
    return here


def _of(types: tuple[FieldType, ...], *, field: Any) -> Taken:
    """What types take, with the fields of the one that is a mapping of fields."""
    for each in types:
        if isinstance(each, Section):
            return Taken(types, each.model, each.name, field=field)
        if isinstance(each, FormOf):
            return Taken(types, each.model, each.noun, field=field)
        if isinstance(each, CallOf):
            return Taken(types, each.model, "call", field=field)
        if isinstance(each, LabelOf):
            return Taken(types, each.model, "a label", field=field)
        if each == BLOCK:
            return Taken(types, BlockFields, "a block", field=field)
    is_item = any(isinstance(each, InnerLayer) and each.registry is LAYERS for each in types)
    return Taken(types, is_item=is_item, field=field)


def _of_item(kind: str) -> Taken:
    """The fields of a layer, of what stands among layers besides, or of a block's use."""
    name = LAYERS.strings.get(kind, kind)
    if name in LAYERS:
        return Taken(model=LAYERS.get(name), noun=name, registry=LAYERS)
    if name in CELLS:
        return Taken(model=CELLS.get(name), noun=name, registry=CELLS)
    if kind in ITEMS:
        return Taken(model=ITEMS[kind][0], noun=kind)
    return Taken(model=UseFields, noun=f"the block '{kind}'", block=kind)


def _alternatives(field_type: FieldType) -> Iterator[FieldType]:
    """The types that a type is one of; itself for most."""
    if isinstance(field_type, Nullable):
        yield from _alternatives(field_type.item)
    elif isinstance(field_type, OneOf):
        for each in field_type.types:
            yield from _alternatives(each)
    elif isinstance(field_type, ForOutputs | Pair):
        yield field_type
        yield from _alternatives(field_type.item)
    else:
        yield field_type


def _below(field_type: FieldType, step: str | int) -> Iterator[FieldType]:
    is_list = isinstance(field_type, ListOf | Pair)
    is_map = isinstance(field_type, MapOf | ForOutputs)
    if (is_list and isinstance(step, int)) or (is_map and isinstance(step, str)):
        yield from _alternatives(field_type.item)  # type: ignore[attr-defined]


def _registries(field_type: FieldType) -> tuple[Registry, ...]:
    if isinstance(field_type, ThingOf | InnerLayer):
        return (field_type.registry,)
    if isinstance(field_type, _COLLECTIONS):
        return ()
    found = (name.rpartition("/")[2] for name in _said(field_type.schema(), "$ref"))
    return tuple(_REGISTRIES[name] for name in found if name in _REGISTRIES)


def _values(field_type: FieldType) -> tuple[str, ...]:
    """The values that a type writes out in its schema: an enumeration, a constant, true and false."""
    if isinstance(field_type, Flag):
        return ("true", "false")
    if isinstance(field_type, (*_COLLECTIONS, Inputs, InnerLayer)):
        return ()
    schema: dict[str, Any] = field_type.schema()
    if hasattr(field_type, "definition") and not isinstance(field_type, ThingOf):
        schema = field_type.definition()
    special: tuple[str, ...] = getattr(field_type, "special", ())
    enumerated = [value for values in _said(schema, "enum") for value in values]
    values = [*special, *enumerated, *_said(schema, "const")]
    return tuple(str(value) for value in values if value is not None)


def _said(schema: Any, keyword: str) -> Iterator[Any]:
    """What a schema says under a keyword, wherever in it."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == keyword:
                yield value
            else:
                yield from _said(value, keyword)
    elif isinstance(schema, list):
        for each in schema:
            yield from _said(each, keyword)


def in_order(model: type[Fields]) -> list[str]:
    """A model's fields: those first that must be given, its own before others'; those last that every layer has."""
    places = {id(each): place for place, each in enumerate(model.__mro__)}

    def rank(name: str) -> tuple[int, int]:
        own = next(each for each in model.__mro__ if name in vars(each).get("__annotations__", ()))
        if model.model_fields[name].is_required():
            return 0, places[id(own)]
        return (2 if own is Layer else 1), 0

    return sorted(model.model_fields, key=rank)


def needed(model: type[Fields]) -> list[str]:
    """The fields that must be given."""
    return [name for name in in_order(model) if model.model_fields[name].is_required()]
