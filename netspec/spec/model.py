"""The section `model`: inputs, layers, outputs."""

from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from netspec.diagnostics import Code
from netspec.fields import (
    Fields,
    FieldType,
    JsonSchema,
    ListOf,
    MapOf,
    Mismatch,
    Nullable,
    OneOf,
    Problem,
    Text,
    ThingOf,
    Whole,
    not_yet,
    optional,
    read_model,
    required,
)
from netspec.fields.base import fields_schema
from netspec.fields.collections import any_of
from netspec.layers.base import NAME, REFERENCE, Layer, Shape
from netspec.layers.registry import LAYERS
from netspec.wording import nearest, short

_SHAPE = ListOf(
    Nullable(Whole(1)),
    minimum=1,
    maximum=8,
    what="a shape such as [height, width, channels], with null for an unknown size",
)
_LAYER = ThingOf(LAYERS)


class InputFields(Fields):
    """One of several inputs."""

    not_yet: ClassVar[frozenset[str]] = frozenset({"dtype"})

    shape: Annotated[Shape, _SHAPE] = required("Its shape without the batch.")


@dataclass(frozen=True)
class _InputForm(FieldType):
    """``{shape: …}``, the long form of one of several inputs."""

    @property
    def words(self) -> str:
        """What it takes."""
        return "`{shape: …}`"

    def read(self, value: object) -> Shape:
        """The shape."""
        if not isinstance(value, dict):
            raise self.mismatch(value)
        return read_model(InputFields, value, noun="an input").shape

    def schema(self) -> JsonSchema:
        """An object with the shape."""
        return fields_schema(InputFields)


_INPUT_NAME = Text(
    "a name of lower-case letters, digits and _, but not shape or dtype: "
    "one input alone is written as its shape, such as [28, 28, 1]",
    r"^(?!(shape|dtype)$)[a-z][a-z0-9_]*$",
)
_NAMED_INPUTS = MapOf(
    OneOf(_SHAPE, _InputForm(), what=_SHAPE.words),
    _INPUT_NAME,
    what="a mapping of input names to shapes",
)


@dataclass(frozen=True)
class Inputs(FieldType):
    """A shape, the one input's, or a mapping of names to shapes."""

    @property
    def words(self) -> str:
        """What it takes."""
        return f"{_SHAPE.words}, or a mapping of names to shapes"

    def read(self, value: object) -> dict[str, Shape]:
        """The inputs' shapes by name; the only one without a name is called ``input``."""
        if isinstance(value, dict):
            return dict(_NAMED_INPUTS.read(value))
        if isinstance(value, list):
            return {"input": _SHAPE.read(value)}
        is_size = type(value) is int and value > 0
        hint = f"such as [{value}, {value}, 3]" if is_size else _SHAPE.meant(value)
        raise self.mismatch(value, hint=hint)

    def schema(self) -> JsonSchema:
        """Either form."""
        return any_of(_SHAPE.schema(), _NAMED_INPUTS.schema())


@dataclass(frozen=True)
class Items(FieldType):
    """The network's layers, in order."""

    @property
    def words(self) -> str:
        """What it takes."""
        return "a list of at least 1 layer"

    def read(self, value: object) -> tuple[Layer, ...]:
        """The layers, or the problems of all of them."""
        if isinstance(value, dict) and value:
            raise self.mismatch(value, hint="write each layer on a line of its own, after `- `")
        return ListOf(_Item(), minimum=1, what=self.words).read(value)

    def schema(self) -> JsonSchema:
        """An array of items."""
        return ListOf(_LAYER, minimum=1).schema()


@dataclass(frozen=True)
class _Item(FieldType):
    """One layer."""

    @property
    def words(self) -> str:
        """What it takes."""
        return _LAYER.words

    def read(self, value: object) -> Any:
        """The layer."""
        name = next(iter(value), None) if isinstance(value, dict) else value
        path = (name,) if isinstance(value, dict) and isinstance(name, str) else ()
        if name == "Reuse":
            raise Mismatch(not_yet("Reuse", path, at_key=True))
        if isinstance(name, str) and name[:1].islower():
            raise Mismatch(_of_lower_case(name).below(*path))
        return _LAYER.read(value)

    def schema(self) -> JsonSchema:
        """Any kind's."""
        return _LAYER.schema()


OUTPUT = OneOf(
    REFERENCE,
    ListOf(REFERENCE, minimum=1),
    MapOf(REFERENCE, NAME, what="a mapping of output names to layers"),
    what="the name of a layer, a list of them, or a mapping of output names to them",
)


def _of_lower_case(name: str) -> Problem:
    """A layer that is not written as Keras does, or a block."""
    known = {kind.lower(): kind for kind in (*LAYERS.names(), *LAYERS.not_yet, *LAYERS.refused)}
    kind = known.get(name.replace("_", "").lower())
    if kind is not None:
        message = f"there is no layer '{name}'"
        return Problem(message, f"did you mean {kind}?", Code.UNKNOWN_KIND, at_key=True)
    hint = nearest(name, LAYERS.names()) or "layers are written as Keras does, such as Conv2D"
    return replace(not_yet(f"the block '{short(name)}'", at_key=True), hint=hint)


class ModelSection(Fields):
    """The network: what it takes, its layers, what it gives."""

    not_yet: ClassVar[frozenset[str]] = frozenset({"blocks"})

    input: Annotated[dict[str, Shape], Inputs()] = required(
        "The input's shape without the batch, [height, width, channels]; or a mapping of names to shapes."
    )
    layers: Annotated[tuple[Layer, ...], Items()] = required("The layers, each after the other.")
    output: Annotated[str | tuple[str, ...] | dict[str, str] | None, Nullable(OUTPUT)] = optional(
        None, "What the network gives, by layer name; without it, the last layer's."
    )


def read_item(value: object) -> Layer | None:
    """One item's layer, or None where it has mistakes."""
    try:
        layer: Layer = _Item().read(value)
    except Mismatch:
        return None
    return layer
