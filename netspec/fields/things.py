"""Things: one CamelCase key with its fields, resolved through closed registries only."""

# Annotations are not postponed here: pydantic would evaluate those of class variables anew for each class below.

import importlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar

from netspec.diagnostics import Code
from netspec.extension import Group, enabled, offering
from netspec.fields.base import (
    Fields,
    FieldType,
    JsonSchema,
    Mismatch,
    Problem,
    field_types,
    fields_schema,
    not_yet,
    read_model,
)
from netspec.fields.collections import Nullable
from netspec.fields.scalars import Choice
from netspec.wording import Meant, nearest, short, spoken

# Fields of every layer, or of every random thing, that no value alone is meant for.
MAX_LISTED = 6
_BESIDES = frozenset({"seed", "name", "inputs", "outputs", "call", "repeat", "when", "trainable"})


class Thing(Fields):
    """Something of Keras's that a spec names: an optimizer, a loss, a layer, and so on.

    The class's name is Keras's, its fields are the constructor's.

    Attributes:
        keras_class: Where the Keras class of a plugin's thing is, ``module:name``; what Keras has itself goes by its
            name.
    """

    keras_class: ClassVar[str | None] = None

    @classmethod
    def kind(cls) -> str:
        """Keras's name, the key in a spec."""
        return cls.__name__

    @classmethod
    def bare(cls) -> bool:
        """Whether it can stand without fields."""
        return not any(info.is_required() for info in cls.model_fields.values())


@dataclass(frozen=True)
class Registry:
    """The closed table of one sort of things. Names resolve here, or to what an enabled plugin adds, and nowhere else.

    Attributes:
        noun: What a message calls one of them.
        families: The names each module defines, by the module's full name.
        strings: Keras's string names and aliases, each with the name it stands for.
        refused: Names Keras has and netspec does not take, each with the reason.
        instead: What to write instead of some of these.
        meant: Names of what is something else, or is called otherwise, each with the hint.
        not_yet: Names that a later version will have.
        listed_by: The command that lists all names, None where there is none.
        group: What plugins add to it, None where they add nothing.
    """

    noun: str
    families: Mapping[str, tuple[str, ...]]
    strings: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    instead: Mapping[str, str] = field(default_factory=dict)
    meant: Mapping[str, str] = field(default_factory=dict)
    not_yet: frozenset[str] = frozenset()
    listed_by: str | None = None
    group: Group | None = None

    def __contains__(self, name: object) -> bool:
        return name in self.modules or name in self.added

    @cached_property
    def modules(self) -> dict[str, str]:
        """The module that defines each name."""
        return {name: module for module, names in self.families.items() for name in names}

    @property
    def added(self) -> Mapping[str, type[Thing]]:
        """What the plugins add that are enabled now."""
        return {} if self.group is None else enabled().added(self.group)

    @property
    def definition(self) -> str:
        """What the JSON Schema calls the definition of one of them: ``learning_rate_schedule``."""
        return re.sub("[^a-z]", "_", self.noun)

    def names(self) -> tuple[str, ...]:
        """Every name that can be a key, sorted."""
        return tuple(sorted([*self.modules, *self.added]))

    def get(self, name: str) -> type[Thing]:
        """The class behind a name that is in the table."""
        if name in self.added:
            return self.added[name]
        module = importlib.import_module(self.modules[name])
        thing: type[Thing] = vars(module)[name]
        return thing

    def find(self, name: str, *, as_key: bool = True) -> type[Thing]:
        """The class behind a name that a spec wrote, as a key or as a text alone.

        Raises:
            Mismatch: There is none, it is refused, or it is not there yet.
        """
        name = self.strings.get(name, name)
        if name in self:
            return self.get(name)
        if name in self.not_yet:
            raise Mismatch(not_yet(f"the {self.noun} {name}", at_key=True))
        if name in self.refused:
            raise Mismatch(
                Problem(
                    f"the {self.noun} {name} is refused: {self.refused[name]}",
                    self.instead.get(name),
                    Code.REFUSED,
                    at_key=True,
                )
            )
        strings = [name for name in self.strings if not as_key or name[:1].isupper()]
        hint = (
            self.offered(name)
            or self.meant.get(name)
            or self._called(name)
            or nearest(name, (*self.names(), *strings))
            or self.offered()
        )
        raise Mismatch(
            Problem(
                f"there is no {self.noun} '{short(name)}'",
                hint or self._where_to_look(),
                Code.UNKNOWN_KIND,
                at_key=True,
            )
        )

    def _called(self, name: str) -> str | None:
        """The hint for ``Dense(10)``, as Python calls a class."""
        kind, bracket, _ = name.partition("(")
        return f"write `{kind}: {{…}}`, its fields by name" if bracket and kind in self else None

    def _where_to_look(self) -> str:
        """The hint for a name that is like none."""
        if self.listed_by is not None:
            return f"`{self.listed_by}` lists them"
        names = self.names()
        more = " …" if len(names) > MAX_LISTED else ""
        return f"such as {', '.join(names[:MAX_LISTED])}{more}"

    def offered(self, name: str | None = None) -> str | None:
        """Which installed plugin to enable, if one has a name; without it, if one may have it."""
        found = [] if self.group is None else offering(self.group, name)
        if not found:
            return None
        options = " ".join(f"--plugin {plugin}" for plugin in found)
        return f"if a plugin adds it, enable that: {options}"


@dataclass(frozen=True)
class ThingOf(FieldType):
    """A thing of one registry: ``Kind: {fields}``, ``Kind`` alone, or Keras's string name."""

    registry: Registry

    @property
    def words(self) -> str:
        """What it takes."""
        article = "an" if self.registry.noun[0] in "aeiou" else "a"
        return f"{article} {self.registry.noun}, by name or as `Name: {{fields}}`"

    def read(self, value: object) -> Any:
        """The thing."""
        if isinstance(value, str):
            return self._build(self._named(value), {}, path=())
        if not isinstance(value, dict):
            raise self.mismatch(value, hint=self._in_brackets(value))
        if len(value) != 1:
            raise self._not_one_key(value)
        (name, fields), *_ = value.items()
        if not isinstance(name, str):
            raise self.mismatch(value)
        if name in self.registry.strings and name[:1].islower():
            kind = self.registry.strings[name]
            message = f"'{name}' stands alone; with fields it is called {kind}"
            hint = Meant(f"write `{kind}: {{…}}`", wrong=name, instead=kind, is_text=True)
            raise Mismatch(Problem(message, hint, Code.ITEM_FORM, (name,), at_key=True))
        try:
            thing = self.registry.find(name)
        except Mismatch as mismatch:
            raise Mismatch(*(problem.below(name) for problem in mismatch.problems)) from None
        if fields is None:
            fields = {}
        if not isinstance(fields, dict):
            raise Mismatch(
                Problem(_takes_fields(thing, fields), _example(thing, fields), path=(name,))
            )
        return self._build(thing, fields, path=(name,))

    def _in_brackets(self, value: object) -> str | None:
        """The hint for a list of the one thing that is taken."""
        if not isinstance(value, list) or len(value) != 1 or not isinstance(value[0], str):
            return None
        name = value[0]
        is_known = name in self.registry or name in self.registry.strings
        return Meant("remove the brackets", wrong=value, instead=name) if is_known else None

    def _named(self, value: str) -> type[Thing]:
        try:
            return self.registry.find(value, as_key=False)
        except Mismatch as mismatch:
            raise Mismatch(
                *(replace(problem, at_key=False) for problem in mismatch.problems)
            ) from None

    def _build(self, thing: type[Thing], fields: Mapping[str, object], path: Any) -> Thing:
        try:
            return read_model(thing, dict(fields), noun=thing.kind())
        except Mismatch as mismatch:
            raise Mismatch(*(problem.below(*path) for problem in mismatch.problems)) from None

    def _not_one_key(self, value: dict[Any, Any]) -> Mismatch:
        known = {*self.registry.names(), *self.registry.strings}
        kinds = [key for key in value if key in known]
        if len(kinds) == 1:
            beside = [key for key in value if key != kinds[0]]
            return Mismatch(
                Problem(
                    f"'{beside[0]}' stands beside {kinds[0]}, not under it",
                    f"indent it: fields stand under `{kinds[0]}:`",
                    Code.ITEM_FORM,
                    path=(beside[0],),
                    at_key=True,
                )
            )
        if len(kinds) > 1:
            noun = self.registry.noun
            return Mismatch(
                Problem(
                    f"{kinds[0]} and {kinds[1]} stand together where one {noun} is expected",
                    "keep one of them here",
                    Code.ITEM_FORM,
                    path=(kinds[1],),
                    at_key=True,
                )
            )
        return self.mismatch(value, hint="one name, and its fields under it")

    def schema(self) -> JsonSchema:
        """A reference to the definition that all fields of the sort share."""
        forms = ["string", "object"] if self.alone() else "object"
        return {"type": forms, "$ref": f"#/$defs/{self.registry.definition}"}

    def alone(self) -> list[str]:
        """The names that can stand without fields."""
        bare = [name for name in self.registry.names() if self.registry.get(name).bare()]
        return [*bare, *(name for name, kind in self.registry.strings.items() if kind in bare)]

    def definition(self) -> JsonSchema:
        """One object schema for all kinds, so that a typo is told and not "valid under none".

        It does not say its type: every keyword concerns one type only, and a reference may allow more, such as null.
        """
        here = f"#/$defs/{self.registry.definition}/properties"
        aliases = {name: kind for name, kind in self.registry.strings.items() if name[0].isupper()}
        alone = self.alone()
        return {
            **({"pattern": f"^({'|'.join(alone)})$"} if alone else {}),
            "properties": {
                **{name: thing_schema(self.registry.get(name)) for name in self.registry.names()},
                **{name: {"$ref": f"{here}/{kind}"} for name, kind in aliases.items()},
            },
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
        }


def thing_schema(thing: type[Thing]) -> JsonSchema:
    """The schema of a thing's fields; null stands for none where none is required."""
    schema = fields_schema(thing)
    return {**schema, "type": ["object", "null"]} if thing.bare() else schema


def _takes_fields(thing: type[Thing], value: object) -> str:
    return f"{thing.kind()} takes its fields by name, not {spoken(value)}"


def are_names(value: Any) -> bool:
    """Whether a list is one of earlier layers."""
    return (
        isinstance(value, list)
        and 1 < len(value) < MAX_LISTED
        and all(
            isinstance(name, str) and re.fullmatch(r"[a-z$][a-z0-9_.]{0,30}", name)
            for name in value
        )
    )


def _example(thing: type[Thing], value: Any) -> str:
    """How the fields are written, with the value in the one field that it was probably meant for."""
    kind = thing.kind()
    if "inputs" in thing.model_fields and are_names(value):
        fields = f"{{inputs: [{', '.join(map(str, value))}]}}"
        return Meant(f"write `{kind}: {fields}`", wrong=value, instead=fields)
    needed = [name for name, info in thing.model_fields.items() if info.is_required()]
    types = {name: kind for name, kind in field_types(thing).items() if name not in _BESIDES}
    meant = [name for name, field_type in types.items() if _is_choice(field_type, value)]
    if needed:
        meant = needed if len(needed) == 1 and _takes(types.get(needed[0]), value) else []
    if len(meant) == 1:
        fields = f"{{{meant[0]}: {written(value)}}}"
        return Meant(
            f"write `{kind}: {fields}`", wrong=value, instead=fields, certain="…" not in fields
        )
    if needed and isinstance(value, list) and (listed := _in_order(thing, needed, value)):
        return f"write `{kind}: {listed}`"
    names = _as_written(thing, needed) or list(types)[:1]
    if not names:
        return f"write `{kind}` alone"
    return f"write `{kind}: {{{', '.join(f'{name}: …' for name in names)}}}`"


def _as_written(thing: type[Thing], names: Iterable[str]) -> list[str]:
    """Fields in the order that a person gives them in: the kind's own before those that it shares with others."""
    family = [each for each in thing.__mro__ if "__annotations__" in vars(each)]

    def shared(name: str) -> int:
        return max(
            (at for at, each in enumerate(family) if name in each.__annotations__), default=0
        )

    return sorted(names, key=shared)


def _in_order(thing: type[Thing], needed: list[str], values: list[Any]) -> str | None:
    """The fields for values without names, ``[64, 3]`` or ``[10, softmax]``; None where that would be a guess."""
    others = [name for name in thing.model_fields if name not in {*needed, *_BESIDES}]
    names = [*_as_written(thing, needed), *_as_written(thing, others)]
    types = field_types(thing)
    further = values[len(needed) :]
    if len(values) < len(needed) or not all(isinstance(value, str) for value in further):
        return None
    if not all(_takes(types[name], value) for name, value in zip(names, values, strict=False)):
        return None
    return f"{{{', '.join(f'{name}: {written(value)}' for name, value in zip(names, values, strict=False))}}}"


def _is_choice(field_type: FieldType, value: object) -> bool:
    """Whether a field takes one of a few texts, and the value is one of them."""
    inner = field_type.item if isinstance(field_type, Nullable) else field_type
    return isinstance(inner, Choice) and _takes(inner, value)


def _takes(field_type: FieldType | None, value: object) -> bool:
    if field_type is None or not isinstance(value, str | int | float):
        return False
    try:
        field_type.read(value)
    except Mismatch:
        return False
    return True


def written(value: object) -> str:
    """A value as it can stand in a mapping in braces, `…` for one that is long or cannot."""
    if isinstance(value, str):
        return value if re.fullmatch(r"[\w./-]{1,60}", value) else "…"
    return spoken(value)
