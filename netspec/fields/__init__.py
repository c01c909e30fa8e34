"""The vocabulary of fields: what a value may be, in the user's words, as a check and as JSON Schema.

A field of a section, layer or thing is annotated with one of these types::

    filters: Count = required("How many feature maps.")
    rate: Annotated[float, Real(minimum=0, below=1)] = required("The share of inputs to drop.")

The type reads the value (``read``), says what it takes (``words``) and describes itself (``schema``). pydantic runs
``read`` for every field and collects all that fail. netspec's own types stand in for pydantic's, because a person is
told "takes a whole number of at least 1, or a pair of them" once, and not every branch of a union.
"""

from netspec.fields.base import (
    Fields,
    FieldType,
    JsonSchema,
    Mismatch,
    Problem,
    not_yet,
    optional,
    read_model,
    required,
)
from netspec.fields.collections import Anything, ListOf, MapOf, Nullable, OneOf, Pair
from netspec.fields.patterns import Pattern
from netspec.fields.scalars import Choice, Flag, Name, Real, Text, Whole
from netspec.fields.things import Registry, Thing, ThingOf

__all__ = [
    "Anything",
    "Choice",
    "FieldType",
    "Fields",
    "Flag",
    "JsonSchema",
    "ListOf",
    "MapOf",
    "Mismatch",
    "Name",
    "Nullable",
    "OneOf",
    "Pair",
    "Pattern",
    "Problem",
    "Real",
    "Registry",
    "Text",
    "Thing",
    "ThingOf",
    "Whole",
    "not_yet",
    "optional",
    "read_model",
    "required",
]
