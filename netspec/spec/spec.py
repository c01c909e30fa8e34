"""The whole spec."""

from dataclasses import dataclass
from typing import Annotated, Any

from netspec.fields import (
    Anything,
    Fields,
    FieldType,
    Flag,
    JsonSchema,
    ListOf,
    MapOf,
    Mismatch,
    Nullable,
    OneOf,
    Problem,
    Text,
    Thing,
    ThingOf,
    Whole,
    optional,
    read_model,
    required,
)
from netspec.layers.wiring import NAME
from netspec.spec.data import DataSection
from netspec.spec.model import ModelSection
from netspec.spec.repository import BudgetSection, SilencedCode
from netspec.spec.runtime import RuntimeSection
from netspec.spec.training import CompileSection, TrainingSection
from netspec.things.registries import AUGMENTATIONS, CALLBACKS

LANGUAGE_VERSION = 1


@dataclass(frozen=True)
class Version(FieldType):
    """The language's version."""

    @property
    def words(self) -> str:
        """What it takes."""
        return f"{LANGUAGE_VERSION}, the language's version"

    def read(self, value: object) -> int:
        """The version."""
        if type(value) is int and value > LANGUAGE_VERSION:
            message = f"this spec is written in version {value} of the language"
            hint = "a later netspec reads it"
            raise Mismatch(Problem(f"{message}; this netspec reads {LANGUAGE_VERSION}", hint))
        if type(value) is not int or value != LANGUAGE_VERSION:
            raise self.mismatch(value, hint=f"write `netspec: {LANGUAGE_VERSION}`")
        return value

    def schema(self) -> JsonSchema:
        """The one version."""
        return {"const": LANGUAGE_VERSION}


@dataclass(frozen=True)
class Section(FieldType):
    """A section of the spec, by its model."""

    name: str
    model: type[Fields]

    @property
    def words(self) -> str:
        """What it takes."""
        return "a mapping"

    def read(self, value: object) -> Any:
        """The section."""
        return read_model(self.model, value, noun=self.name)

    def schema(self) -> JsonSchema:
        """The model's."""
        return {"$ref": f"#/$defs/{self.name}"}


SPEC_NAME = Text(
    "a name of letters, digits, `-`, `_` and `.`, at most 64", r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
)

_BASE = Text("a path relative to this file, such as base.yaml")
_PATCH = MapOf(
    Anything(),
    Text("names joined by dots", r"^[^.=]+(\.[^.=]+)*$"),
    what="a mapping of paths to values",
    minimum=0,
)
_VARIABLES = MapOf(Anything(), NAME, what="a mapping of names to values", minimum=0)


class WholeSpec(Fields):
    """Everything one file says. Only `netspec` and `model` must be there."""

    netspec: Annotated[int, Version()] = required("The language's version: 1.")
    name: Annotated[str | None, Nullable(SPEC_NAME)] = optional(
        None, "What the network is called; without it, the file's name."
    )
    abstract: Annotated[bool, Flag()] = optional(
        False,  # noqa: FBT003 - a default, not a call
        "Whether the file is a base for others and not whole by itself.",
    )
    extends: Annotated[
        str | tuple[str, ...] | None, Nullable(OneOf(_BASE, ListOf(_BASE, minimum=1)))
    ] = optional(None, "The file that this one is based on, relative to it; or several.")
    patch: Annotated[dict[str, Any] | None, Nullable(_PATCH)] = optional(
        None, "Values by path, such as `model.layers.head.units: 100`, that replace the bases'."
    )
    vars: Annotated[dict[str, Any] | None, Nullable(_VARIABLES)] = optional(
        None, "Values by name, for `${name}` anywhere in the spec."
    )
    seed: Annotated[int, Whole(0)] = optional(
        0, "What every random choice of the run follows from."
    )
    ignore: Annotated[tuple[str, ...], ListOf(SilencedCode(), what="a list of codes")] = optional(
        (), "The codes of warnings and notes that are not told of this spec."
    )
    budget: Annotated[BudgetSection | None, Section("budget", BudgetSection)] = optional(
        None, "What the network may cost; more is an error."
    )
    data: Annotated[DataSection | None, Section("data", DataSection)] = optional(
        None, "Which images the network learns from and is judged by."
    )
    augmentation: Annotated[
        tuple[Thing, ...], ListOf(ThingOf(AUGMENTATIONS), what="a list of augmentations")
    ] = optional((), "How training images are varied, one after another; other images never are.")
    model: Annotated[ModelSection, Section("model", ModelSection)] = required(
        "The network: its input and its layers."
    )
    compile: Annotated[CompileSection | None, Section("compile", CompileSection)] = optional(
        None, "What is minimised and how, as Keras's `compile` takes it."
    )
    training: Annotated[TrainingSection | None, Section("training", TrainingSection)] = optional(
        None, "How long and in what portions."
    )
    callbacks: Annotated[
        tuple[Thing, ...], ListOf(ThingOf(CALLBACKS), what="a list of callbacks")
    ] = optional((), "What happens besides training while it goes on.")
    runtime: Annotated[RuntimeSection | None, Section("runtime", RuntimeSection)] = optional(
        None, "In which numbers, on how many threads, and how exactly the network is computed."
    )


SECTIONS = {
    name: field_type
    for name, info in WholeSpec.model_fields.items()
    for field_type in info.metadata
    if isinstance(field_type, Section)
}
LISTS = {
    name: next(part for part in WholeSpec.model_fields[name].metadata if isinstance(part, ListOf))
    for name in ("augmentation", "callbacks")
}
