"""Fields that hold several values, or one of several types."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from netspec.diagnostics import MAX_FINDINGS
from netspec.fields.base import FieldType, JsonSchema, Mismatch, Problem, collect
from netspec.fields.scalars import Whole
from netspec.wording import MAX_SPOKEN, Meant, short

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Anything(FieldType):
    """Any value; what it is used for decides whether it fits."""

    what: str = "any value"

    @property
    def words(self) -> str:
        """What it takes."""
        return self.what

    def read(self, value: object) -> Any:
        """The value."""
        return value

    def schema(self) -> JsonSchema:
        """The schema that accepts everything."""
        return {}


@dataclass(frozen=True)
class Nullable(FieldType):
    """Null, or what another type takes."""

    item: FieldType

    @property
    def words(self) -> str:
        """What it takes."""
        return f"{self.item.words}, or null"

    def read(self, value: object) -> Any:
        """None, or the value."""
        return None if value is None else _first_of(self, (self.item,), value)

    def schema(self) -> JsonSchema:
        """The item's schema, or null."""
        return any_of(self.item.schema(), {"type": "null"})


@dataclass(frozen=True)
class Pair(FieldType):
    """A value for all dimensions alike, such as height and width, or one for each; the model holds one for each."""

    item: FieldType
    length: int = 2

    @property
    def words(self) -> str:
        """What it takes."""
        if self.length == 1:
            return self.item.words
        many = "a pair" if self.length == 2 else f"a list of {self.length}"  # noqa: PLR2004
        return f"{self.item.words}, or {many} of them"

    def read(self, value: object) -> tuple[Any, ...]:
        """The values, one a dimension."""
        values = value if isinstance(value, list) else [value] * self.length
        if len(values) != self.length:
            raise self.mismatch(value)
        try:
            return tuple(self.item.read(item) for item in values)
        except Mismatch as mismatch:
            raise self.mismatch(value, hint=mismatch.problems[0].hint) from None

    def schema(self) -> JsonSchema:
        """The item, or an array of so many."""
        item = self.item.schema()
        array = {"type": "array", "items": item, "minItems": self.length, "maxItems": self.length}
        return any_of(item, array)


@dataclass(frozen=True)
class ListOf(FieldType):
    """A list; the model holds a tuple."""

    item: FieldType
    minimum: int = 0
    maximum: int | None = None
    what: str | None = None

    @property
    def words(self) -> str:
        """What it takes."""
        if self.what is not None:
            return self.what
        if self.maximum is not None and self.minimum == self.maximum:
            return f"a list of {self.minimum}, each {self.item.words}"
        at_least = f" of at least {self.minimum}" if self.minimum else ""
        return f"a list{at_least}, each {self.item.words}"

    def read(self, value: object) -> tuple[Any, ...]:
        """The items, or the problems of all that are wrong."""
        if not isinstance(value, list):
            raise self.mismatch(value, hint=self.meant(value))
        if len(value) < self.minimum or (self.maximum is not None and len(value) > self.maximum):
            count = f"a list of {len(value)}" if value else "an empty list"
            raise Mismatch(Problem(f"takes {self.words}, not {count}", of_field=True))
        return tuple(collect([(index, self.item, item) for index, item in enumerate(value)]))

    def meant(self, value: object) -> str | None:
        """The hint for a value that is right but for its brackets or dashes, or None."""
        if isinstance(value, dict):
            return self._as_items(value)
        numbers = _listed(value)
        if numbers is None and type(value) in {int, float}:
            is_size = isinstance(self.item, Whole) and self.minimum == self.maximum
            numbers = [value] * self.minimum if is_size else [value]
        if numbers is not None and _takes(self, numbers):
            text = f"[{', '.join(map(str, numbers))}]"
            return Meant(f"write {text}", wrong=value, instead=text)
        if isinstance(value, str) and (name := _misspelt(self.item, value)):
            return Meant(f"write [{name}]", wrong=value, instead=f"[{name}]")
        if isinstance(value, str) and _takes(self.item, value):
            certain = re.fullmatch(r"[\w$][\w.$]*", value) is not None
            text = f"[{short(value)}]"
            return Meant(f"write {text}", wrong=value, instead=text, certain=certain)
        return None

    def _as_items(self, value: dict[Any, Any]) -> str | None:
        """The hint for a mapping whose entries would be items."""
        for key, fields in value.items():
            try:
                self.item.read({key: fields})
            except Mismatch as mismatch:
                if any(len(problem.path) <= 1 for problem in mismatch.problems):
                    return None
        return f"put `- ` before each, as in `- {short(str(next(iter(value))))}`" if value else None

    def schema(self) -> JsonSchema:
        """An array."""
        schema: JsonSchema = {"type": "array", "items": self.item.schema()}
        if self.minimum:
            schema["minItems"] = self.minimum
        if self.maximum is not None:
            schema["maxItems"] = self.maximum
        return schema


@dataclass(frozen=True)
class MapOf(FieldType):
    """A mapping from texts to values; the model holds a dict."""

    item: FieldType
    keys: FieldType
    what: str
    minimum: int = 1

    @property
    def words(self) -> str:
        """What it takes."""
        return self.what

    def read(self, value: object) -> dict[str, Any]:
        """The values by key, or the problems of all that are wrong."""
        if not isinstance(value, dict) or len(value) < self.minimum:
            raise self.mismatch(value)
        problems = [*self._key_problems(value)]
        try:
            items = collect([(key, self.item, item) for key, item in value.items()])
        except Mismatch as mismatch:
            problems += mismatch.problems
        if problems:
            raise Mismatch(*problems)
        return dict(zip(value, items, strict=True))

    def _key_problems(self, value: dict[Any, Any]) -> Iterator[Problem]:
        for key in islice(value, MAX_FINDINGS):
            try:
                self.keys.read(key)
            except Mismatch as mismatch:
                message = f"'{short(str(key))}' cannot be a name here: expected {self.keys.words}"
                yield Problem(message, mismatch.problems[0].hint, path=(key,), at_key=True)

    def schema(self) -> JsonSchema:
        """An object with these values."""
        return {
            "type": "object",
            "propertyNames": self.keys.schema(),
            "additionalProperties": self.item.schema(),
            **({"minProperties": self.minimum} if self.minimum else {}),
        }


@dataclass(frozen=True, init=False)
class OneOf(FieldType):
    """One of several types. Where one takes the value's form but not its contents, it alone speaks."""

    types: tuple[FieldType, ...]
    what: str | None

    def __init__(self, *types: FieldType, what: str | None = None) -> None:
        object.__setattr__(self, "types", types)
        object.__setattr__(self, "what", what)

    @property
    def words(self) -> str:
        """What it takes."""
        return self.what or ", or ".join(item.words for item in self.types)

    def read(self, value: object) -> Any:
        """What the first type that takes the value makes of it."""
        return _first_of(self, self.types, value)

    def schema(self) -> JsonSchema:
        """Any of the types' schemas."""
        return any_of(*(item.schema() for item in self.types))


def _takes(field_type: FieldType, value: object) -> bool:
    try:
        field_type.read(value)
    except Mismatch:
        return False
    return True


def _misspelt(item: FieldType, value: str) -> str | None:
    """The name that an item was meant to be, where that is certain."""
    try:
        item.read(value)
    except Mismatch as mismatch:
        hint = mismatch.problems[0].hint
        return hint.instead if isinstance(hint, Meant) and hint.certain and hint.is_text else None
    return None


def _listed(value: object) -> list[Any] | None:
    """The numbers of a text such as ``(64, 64, 3)``, which is how Python writes a list of them."""
    if not isinstance(value, str) or len(value) > MAX_SPOKEN:
        return None
    parts = value.strip("()[] ").removesuffix(",").split(",")
    try:
        return [float(part) if "." in part else int(part) for part in parts]
    except ValueError:
        return None


def any_of(*schemas: JsonSchema) -> JsonSchema:
    """A schema that accepts what any of the given ones does.

    Where their types exclude each other it is one schema of all keywords, as each keyword concerns one type: a wrong
    value is then told what is wrong with it, and not that it is "not valid under any of the given schemas".
    """
    flat = [part for schema in schemas for part in schema.get("anyOf", [schema])]
    return _in_one(flat) or {"anyOf": flat}


def _in_one(schemas: list[JsonSchema]) -> JsonSchema | None:
    types: list[str] = []
    keywords: JsonSchema = {}
    for schema in schemas:
        own = schema.get("type", [])
        own = [own] if isinstance(own, str) else own
        others = {key: value for key, value in schema.items() if key != "type"}
        if not own or _overlap(own, types) or others.keys() & keywords.keys():
            return None
        types += own
        keywords |= others
    if "enum" in keywords:  # concerns every type
        if not set(types) <= {"string", "null"}:
            return None
        keywords["enum"] = [*keywords["enum"], *([None] if "null" in types else [])]
    return {"type": types if len(types) > 1 else types[0], **keywords}


def _overlap(left: list[str], right: list[str]) -> bool:
    """Whether a value can be of a type of both; a whole number is a number."""
    numbers = {"integer", "number"}
    return bool({*left} & {*right}) or bool({*left} & numbers and {*right} & numbers)


def _first_of(outer: FieldType, types: tuple[FieldType, ...], value: object) -> Any:
    """Reads by the first type that can; a problem of contents wins over "takes a or b"."""
    within: Mismatch | None = None
    hint: str | None = None
    for item in types:
        try:
            return item.read(value)
        except Mismatch as mismatch:
            first = mismatch.problems[0]
            hint = hint or first.hint
            if first.path or not first.of_form:
                within = within or mismatch
    raise within or outer.mismatch(value, hint=hint)
