"""How a source says which of its columns or arrays an image is labelled with."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, get_args

from netspec.diagnostics import Code
from netspec.fields import (
    Choice,
    Fields,
    FieldType,
    JsonSchema,
    ListOf,
    Nullable,
    Problem,
    Text,
    optional,
    read_model,
    required,
)
from netspec.fields.base import fields_schema
from netspec.fields.collections import any_of
from netspec.things.labels import CLASS_NAME, ONE_LINE, LabelFacts, LabelKind
from netspec.wording import Meant

COLUMN = Text(
    "a column's name, one line of at most 100 characters",
    ONE_LINE,
)


@dataclass(frozen=True)
class _ArrayName(Text):
    """The name of an array, which is its file's without `.npy`."""

    what: str = "an array's name, such as y"
    pattern: str = r"^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$"

    def read(self, value: object) -> str:
        """The name."""
        if isinstance(value, str) and value.endswith(".npy"):
            name = value.removesuffix(".npy")
            hint = Meant(f"write {name}", wrong=value, instead=name, is_text=True)
            raise self.mismatch(value, hint=hint)
        return super().read(value)


ARRAY = _ArrayName()
KIND = Choice(*get_args(LabelKind))
Kind = Annotated[LabelKind, KIND]


class TableLabel(Fields):
    """A label that a table has a column for, or several."""

    column: Annotated[str | None, Nullable(COLUMN)] = optional(None, "The column.")
    columns: Annotated[
        tuple[str, ...] | None,
        Nullable(ListOf(COLUMN, minimum=1, maximum=10_000, what="a list of columns")),
    ] = optional(
        None, "Several columns: a number in each, or 0 or 1 in each for one of several classes."
    )
    kind: Kind = optional(
        "class",
        "Whether the column says an image's class, any number of classes at once, or a number.",
    )
    separator: Annotated[
        str, Text("one to five characters between two names, such as |", r"^[^\x00-\x1f]{1,5}$")
    ] = optional("|", "What stands between the classes, where one column has several at once.")

    def contradictions(self) -> Iterator[Problem]:
        """A label has one column, or several where its kind takes several."""
        if (self.column is None) == (self.columns is None):
            yield Problem(
                "a label has `column`, or several `columns`, and not both",
                "write column: NAME, or columns: [NAME, NAME]",
                Code.CONTRADICTION,
                () if self.column is None else ("columns",),
            )
            return
        for index, name in enumerate(self.columns or ()):
            if name in (self.columns or ())[:index]:
                message = f"the column '{name}' stands there twice"
                yield Problem(message, "name it once", Code.CONTRADICTION, ("columns", index))
        if self.columns is not None and self.kind == "class":
            yield Problem(
                "a class stands in one column, and `columns` names several",
                "say kind: number, or kind: multi_label where each column has 0 or 1 for a class",
                Code.CONTRADICTION,
                ("columns",),
            )
        if "separator" in self.model_fields_set and (
            self.kind != "multi_label" or self.column is None
        ):
            yield Problem(
                "`separator` is for a column with several classes at once",
                "say kind: multi_label with `column`, or take it out",
                Code.CONTRADICTION,
                ("separator",),
            )

    @property
    def names(self) -> tuple[str, ...]:
        """Its columns."""
        return self.columns or (self.column or "",)

    def facts(self) -> LabelFacts:
        """What its text says."""
        named = self.kind == "number" or self.columns is not None
        return LabelFacts(self.kind, self.names if named else None)


class ArrayLabel(Fields):
    """A label that an array holds."""

    array: Annotated[str, ARRAY] = required("The array's name, without its split.")
    kind: Kind = optional(
        "class",
        "Whether the array holds the numbers of classes, 0 or 1 for each of several classes, or numbers.",
    )
    names: Annotated[
        tuple[str, ...] | None,
        Nullable(ListOf(CLASS_NAME, minimum=1, maximum=65_536, what="a list of names")),
    ] = optional(
        None, "What the classes, or the numbers, are called, in order. Without it, by their places."
    )

    def facts(self) -> LabelFacts:
        """What its text says."""
        return LabelFacts(self.kind, self.names)


@dataclass(frozen=True)
class LabelOf(FieldType):
    """A label by the name of its column or array alone, or with what else is to be said of it.

    Attributes:
        model: The fields.
        alone: The field that a name alone is.
        name: What it takes.
    """

    model: type[Fields]
    alone: str
    name: FieldType

    @property
    def words(self) -> str:
        """What it takes."""
        return f"{self.name.words}, or a mapping such as {{{self.alone}: …, kind: number}}"

    def read(self, value: object) -> Fields:
        """The label."""
        if isinstance(value, str):
            value = {self.alone: self.name.read(value)}
        if not isinstance(value, dict):
            raise self.mismatch(value)
        return read_model(self.model, value, noun="a label")

    def schema(self) -> JsonSchema:
        """A text, or an object."""
        return any_of(self.name.schema(), fields_schema(self.model))


TABLE_LABEL = LabelOf(TableLabel, "column", COLUMN)
ARRAY_LABEL = LabelOf(ArrayLabel, "array", ARRAY)
