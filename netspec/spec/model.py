"""The section `model`: inputs, layers, outputs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from netspec.diagnostics import Code
from netspec.fields import (
    Anything,
    Choice,
    Fields,
    FieldType,
    Flag,
    JsonSchema,
    ListOf,
    MapOf,
    Name,
    Nullable,
    OneOf,
    Problem,
    ThingOf,
    Whole,
    optional,
    read_model,
    required,
)
from netspec.fields.base import fields_schema
from netspec.fields.collections import any_of
from netspec.layers.base import Layer
from netspec.layers.registry import LAYERS
from netspec.layers.shapes import Shape
from netspec.layers.wiring import INPUTS, NAME, NAME_PATTERN, REFERENCE, REPEAT, InputNames
from netspec.spec.application import APPLICATION, Application
from netspec.spec.backbone import BACKBONE, WEIGHTS_PATH, Backbone
from netspec.wording import did_you_mean, nearest, short

_SHAPE = ListOf(
    Nullable(Whole(1)),
    minimum=1,
    maximum=8,
    what="a shape such as [height, width, channels], with null for an unknown size",
)
_LAYER = ThingOf(LAYERS)
# What a use of a block says as layers do.
OF_EVERY_USE = ("name", "inputs", "repeat", "when")


class InputFields(Fields):
    """One of several inputs."""

    shape: Annotated[Shape, _SHAPE] = required("Its shape without the batch.")
    dtype: Annotated[str, Choice("float32", "int32", "uint8", "bool")] = optional(
        "float32", "What its numbers are."
    )


@dataclass(frozen=True)
class _InputForm(FieldType):
    """``{shape: …}``, the long form of one of several inputs."""

    @property
    def words(self) -> str:
        """What it takes."""
        return "`{shape: …}`"

    def read(self, value: object) -> InputFields:
        """The input."""
        if not isinstance(value, dict):
            raise self.mismatch(value)
        return read_model(InputFields, value, noun="an input")

    def schema(self) -> JsonSchema:
        """An object with the shape."""
        return fields_schema(InputFields)


@dataclass(frozen=True)
class _ShapeAlone(FieldType):
    """A shape, the short form of one of several inputs."""

    @property
    def words(self) -> str:
        """What it takes."""
        return _SHAPE.words

    def read(self, value: object) -> InputFields:
        """The input."""
        return InputFields.model_construct(shape=_SHAPE.read(value))

    def schema(self) -> JsonSchema:
        """A shape's."""
        return _SHAPE.schema()


_INPUT_NAME = Name(
    "a name of lower-case letters, digits and _, but not shape or dtype: "
    "one input alone is written as its shape, such as [28, 28, 1]",
    r"^(?!(shape|dtype)$)[a-z][a-z0-9_]*$",
)
_NAMED_INPUTS = MapOf(
    OneOf(_ShapeAlone(), _InputForm(), what=_SHAPE.words),
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

    def read(self, value: object) -> dict[str, InputFields]:
        """The inputs by name; the only one without a name is called ``input``."""
        if isinstance(value, dict):
            return dict(_NAMED_INPUTS.read(value))
        if isinstance(value, list):
            return {"input": _ShapeAlone().read(value)}
        is_size = type(value) is int and value > 0
        hint = f"such as [{value}, {value}, 3]" if is_size else _SHAPE.meant(value)
        raise self.mismatch(value, hint=hint)

    def schema(self) -> JsonSchema:
        """Either form."""
        return any_of(_SHAPE.schema(), _NAMED_INPUTS.schema())


@dataclass(frozen=True)
class Items(FieldType):
    """Layers, blocks and reuses, in order. Each is read when it is expanded, for it may hold expressions."""

    @property
    def words(self) -> str:
        """What it takes."""
        return "a list of at least 1 layer"

    def read(self, value: object) -> tuple[Any, ...]:
        """The items as they are written."""
        if isinstance(value, dict) and value:
            raise self.mismatch(value, hint="write each layer on a line of its own, after `- `")
        return ListOf(Anything(), minimum=1, what=self.words).read(value)

    def schema(self) -> JsonSchema:
        """An array of items."""
        return {"type": "array", "items": {"$ref": "#/$defs/item"}, "minItems": 1}


OUTPUT = OneOf(
    REFERENCE,
    ListOf(NAME, minimum=1),
    MapOf(REFERENCE, NAME, what="a mapping of output names to layers"),
    what="the name of a layer, a list of them, or a mapping of output names to them",
)


class Reuse(Fields):
    """Calls an earlier layer or block again, with the same weights."""

    layer: Annotated[str, REFERENCE] = required("The layer or block that is called again, by name.")
    name: Annotated[str | None, Nullable(NAME)] = optional(
        None, "What this call's output is called."
    )
    inputs: Annotated[InputNames | None, Nullable(INPUTS)] = optional(
        None, "What it takes this time, by name; without it, the previous layer's output."
    )
    outputs: Annotated[
        tuple[str, ...] | None, Nullable(ListOf(NAME, minimum=1, what="a list of names"))
    ] = optional(None, "Names of what a layer with several outputs gives.")
    call: Annotated[Any, Anything("a mapping of call arguments to values")] = optional(
        None, "Constant arguments of this call."
    )
    repeat: Annotated[int | None, REPEAT] = optional(None, "How many calls follow one another.")
    when: Annotated[bool, Flag()] = optional(
        True,  # noqa: FBT003 - a default, not a call
        "Whether the call is there.",
    )


_VALUE_BY_NAME = MapOf(Anything(), NAME, what="a mapping of names to values", minimum=0)


class BlockFields(Fields):
    """A group of layers that is used by its name, with values for its params."""

    params: Annotated[dict[str, Any], Nullable(_VALUE_BY_NAME)] = optional(
        None,
        "What differs from use to use: names and their defaults; one without a value must be given.",
    )
    inputs: Annotated[
        tuple[str, ...] | None, Nullable(ListOf(NAME, minimum=1, what="a list of names"))
    ] = optional(
        None, "Names of what it takes, if that is more than the previous output; inside, `$name`."
    )
    layers: Annotated[tuple[Any, ...], Items()] = required("Its layers; the last gives its output.")


@dataclass(frozen=True)
class _Block(FieldType):
    """A block's definition."""

    @property
    def words(self) -> str:
        """What it takes."""
        return "a block, `{params: …, layers: […]}`"

    def read(self, value: object) -> BlockFields:
        """The definition."""
        return read_model(BlockFields, value, noun="a block")

    def schema(self) -> JsonSchema:
        """The definition's."""
        return {"$ref": "#/$defs/block"}


BLOCK = _Block()
BLOCKS = Nullable(
    MapOf(
        BLOCK,
        Name("a block's name of lower-case letters, digits and _, such as conv_pair", NAME_PATTERN),
        what="a mapping of block names to blocks",
        minimum=0,
    )
)


class ModelSection(Fields):
    """The network: what it takes, its layers, what it gives."""

    input: Annotated[dict[str, InputFields], Inputs()] = required(
        "The input's shape without the batch, [height, width, channels]; or a mapping of names to shapes."
    )
    blocks: Annotated[dict[str, BlockFields] | None, BLOCKS] = optional(
        None, "Groups of layers by name, which stand among the layers like a layer."
    )
    layers: Annotated[tuple[Any, ...], Items()] = required("The layers, each after the other.")
    output: Annotated[str | tuple[str, ...] | dict[str, str] | None, Nullable(OUTPUT)] = optional(
        None, "What the network gives, by layer name; without it, the last layer's."
    )
    weights: Annotated[str | None, Nullable(WEIGHTS_PATH)] = optional(
        None,
        "A file of trained weights that the whole network begins with, relative to the spec; without it, each layer's "
        "own initializers.",
    )


def item_schema() -> JsonSchema:
    """One object schema for layers, blocks and reuses, so that a typo is told and not "valid under none".

    A block's params are its own; only the names of its other fields are known.
    """
    alone = "|".join(_LAYER.alone())
    kinds = [*LAYERS.names(), *(name for name in LAYERS.strings if name[0].isupper())]
    use = {name: {"$ref": f"#/$defs/every_layer/properties/{name}"} for name in OF_EVERY_USE}
    return {
        "type": ["string", "object"],
        "pattern": f"^({alone})$|{NAME_PATTERN}",
        # What yaml-language-server says instead of the pattern.
        "patternErrorMessage": "No layer or block of this name, or one that needs fields: write `Name: {…}`",
        "properties": {
            **{kind: {"$ref": f"#/$defs/layer/properties/{kind}"} for kind in kinds},
            "Reuse": fields_schema(Reuse),
            APPLICATION: fields_schema(Application),
            BACKBONE: fields_schema(Backbone),
        },
        "patternProperties": {NAME_PATTERN: {"type": ["object", "null"], "properties": use}},
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }


def read_layer(value: object) -> Layer:
    """The layer of an item that is neither a block nor a reuse.

    Raises:
        Mismatch: With every problem of its fields.
    """
    layer: Layer = _LAYER.read(value)
    return layer


def unknown_item(name: str, blocks: Iterable[str]) -> Problem:
    """A lower-case name that is no block: a layer that is not written as Keras does, or a block that is not there."""
    known = {
        kind.lower(): kind
        for kind in (*LAYERS.names(), *LAYERS.refused, "Reuse", APPLICATION, BACKBONE)
    }
    kind = known.get(name.replace("_", "").lower())
    if kind is not None:
        hint = LAYERS.instead.get(kind) or did_you_mean(name, kind)
        return Problem(f"there is no layer '{name}'", hint, Code.UNKNOWN_KIND, at_key=True)
    hint = (
        nearest(name, [*blocks, *LAYERS.names()])
        or "blocks are defined in `model.blocks`; layers are written as Keras does, and `netspec layers` lists them"
    )
    message = f"there is no block '{short(name)}'"
    return Problem(message, hint, Code.UNKNOWN_KIND, at_key=True)
