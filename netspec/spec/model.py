"""The section `model`: inputs, layers, outputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from netspec.diagnostics import Code
from netspec.fields import (
    Fields,
    FieldType,
    ListOf,
    MapOf,
    Mismatch,
    Nullable,
    OneOf,
    Problem,
    ThingOf,
    Whole,
    not_yet,
    optional,
    read_model,
    required,
)
from netspec.layers.base import NAME, REFERENCE, Layer, Shape
from netspec.layers.registry import LAYERS

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue

_SHAPE = ListOf(
    Nullable(Whole(1)),
    minimum=1,
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

    def schema(self) -> JsonSchemaValue:
        """An object with the shape."""
        shape = {"shape": _SHAPE.schema()}
        return {
            "type": "object",
            "properties": shape,
            "required": ["shape"],
            "additionalProperties": False,
        }


_NAMED_INPUTS = MapOf(
    OneOf(_SHAPE, _InputForm(), what=_SHAPE.words), NAME, what="a mapping of input names to shapes"
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
        raise self.mismatch(value)

    def schema(self) -> JsonSchemaValue:
        """Either form."""
        return {"anyOf": [_SHAPE.schema(), _NAMED_INPUTS.schema()]}


@dataclass(frozen=True)
class Items(FieldType):
    """The network's layers, in order."""

    @property
    def words(self) -> str:
        """What it takes."""
        return "a list of at least 1 layer"

    def read(self, value: object) -> tuple[Layer, ...]:
        """The layers, or the problems of all of them."""
        return ListOf(_Item(), minimum=1, what=self.words).read(value)

    def schema(self) -> JsonSchemaValue:
        """An array of items; one object schema for all kinds."""
        return {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/layer"}}


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
        if isinstance(name, str) and name[:1].islower() and name not in LAYERS.strings:
            known = {kind.lower(): kind for kind in LAYERS.names()}
            folded = name.replace("_", "").lower()
            if folded in known:
                path = (name,) if isinstance(value, dict) else ()
                raise Mismatch(
                    Problem(
                        f"there is no block '{name}'",
                        f"did you mean the layer {known[folded]}?",
                        Code.UNKNOWN_KIND,
                        path,
                        at_key=True,
                    )
                )
        if name == "Reuse":
            raise Mismatch(not_yet("Reuse", ("Reuse",), at_key=True))
        return _LAYER.read(value)

    def schema(self) -> JsonSchemaValue:
        """Any kind's."""
        return {"$ref": "#/$defs/layer"}


class ModelSection(Fields):
    """The network: what it takes, its layers, what it gives."""

    not_yet: ClassVar[frozenset[str]] = frozenset({"blocks"})

    input: Annotated[dict[str, Shape], Inputs()] = required(
        "The input's shape without the batch, [height, width, channels]; or a mapping of names to shapes."
    )
    layers: Annotated[tuple[Layer, ...], Items()] = required("The layers, each after the other.")
    output: Annotated[
        str | tuple[str, ...] | dict[str, str] | None,
        Nullable(
            OneOf(
                REFERENCE,
                ListOf(REFERENCE, minimum=1),
                MapOf(REFERENCE, NAME, what="a mapping of output names to layers"),
                what="the name of a layer, a list of them, or a mapping of output names to them",
            )
        ),
    ] = optional(None, "What the network gives, by layer name; without it, the last layer's.")


def read_item(value: object) -> Layer | None:
    """One item's layer, or None where it has mistakes."""
    try:
        layer: Layer = _Item().read(value)
    except Mismatch:
        return None
    return layer
