"""Fields that hold a mapping of fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from netspec.fields.base import (
    Fields,
    FieldType,
    JsonSchema,
    Mismatch,
    field_types,
    fields_schema,
    read_model,
)
from netspec.wording import Meant


@dataclass(frozen=True)
class FormOf(FieldType):
    """A mapping of fields within a section.

    Attributes:
        model: The fields.
        noun: What a message calls the mapping.
        example: How it is written.
    """

    model: type[Fields]
    noun: str
    example: str

    @property
    def words(self) -> str:
        """What it takes."""
        return f"a mapping such as `{self.example}`"

    def read(self, value: object) -> Any:
        """The model."""
        if not isinstance(value, dict):
            raise self.mismatch(value, hint=self.meant(value))
        return read_model(self.model, value, noun=self.noun)

    def meant(self, value: object) -> str | None:
        """The hint for a value that is the one field's."""
        fields = field_types(self.model)
        if len(fields) != 1:
            return None
        (name, field_type), *_ = fields.items()
        try:
            instead = field_type.read(value)
        except Mismatch as mismatch:
            instead = getattr(mismatch.problems[0].hint, "instead", None)
        if instead is None:
            return None
        text = f"{{{name}: {instead}}}"
        return Meant(f"write `{self.noun}: {text}`", wrong=value, instead=text)

    def schema(self) -> JsonSchema:
        """The fields'."""
        return fields_schema(self.model)
