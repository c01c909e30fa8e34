"""The fields that many layers share, each with its type and its description."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from netspec.diagnostics import Code
from netspec.fields import (
    Choice,
    FieldType,
    Flag,
    JsonSchema,
    ListOf,
    Mismatch,
    Nullable,
    OneOf,
    Pair,
    Problem,
    Real,
    Registry,
    Thing,
    ThingOf,
    Whole,
)
from netspec.fields.scalars import alternatives
from netspec.layers.base import Layer
from netspec.layers.registry import LAYERS
from netspec.things.activations import ACTIVATION
from netspec.things.registries import CONSTRAINTS, INITIALIZERS, REGULARIZERS
from netspec.wording import with_article

if TYPE_CHECKING:
    from netspec.fields.base import Path

Count = Annotated[int, Whole(1)]
Truth = Annotated[bool, Flag()]
Size1D = Annotated[tuple[int, ...], Pair(Whole(1), length=1)]
Size2D = Annotated[tuple[int, ...], Pair(Whole(1))]
Size3D = Annotated[tuple[int, ...], Pair(Whole(1), length=3)]
Padding = Annotated[str, Choice("valid", "same")]
# Keras's default is None, "what ~/.keras/keras.json says"; a spec must not depend on the machine.
DataFormat = Annotated[str, Choice("channels_last", "channels_first")]
Activation = Annotated[str | None, Nullable(ACTIVATION)]
# A default stands in the model as it is written, by its Keras name.
Initializer = Annotated[Thing | str, ThingOf(INITIALIZERS)]
Regularizer = Annotated[Thing | str | None, Nullable(ThingOf(REGULARIZERS))]
Constraint = Annotated[Thing | str | None, Nullable(ThingOf(CONSTRAINTS))]
Seed = Annotated[int | None, Nullable(Whole(0))]
Rate = Annotated[float, Real(minimum=0, below=1)]
Epsilon = Annotated[float, Real(minimum=0)]
Slope = Annotated[float, Real(minimum=0)]
# Keras counts axes with the batch as axis 0.
Axis = Annotated[int, Whole()]
Axes = Annotated[int | tuple[int, ...], OneOf(Whole(), ListOf(Whole(), minimum=1))]
PerChannel = Annotated[float | tuple[float, ...], OneOf(Real(), ListOf(Real(), minimum=1))]


@dataclass(frozen=True)
class Margins(Pair):
    """What is added or cut off on a map's sides; the model holds ``((top, bottom), (left, right))``."""

    @property
    def words(self) -> str:
        """What it takes."""
        if self.length == 2:  # noqa: PLR2004 - an image
            many, sides = "a pair of them for height and width", "[top, bottom], [left, right]"
        else:
            many = "a list of 3 for depth, height and width"
            sides = "[front, back], [top, bottom], [left, right]"
        return f"a whole number of at least 0, {many}, or [{sides}]"


# A sequence has one pair of ends, ``(before, after)``.
Margin1D = Annotated[tuple[int, ...], Pair(Whole(0))]
Margin2D = Annotated[tuple[tuple[int, ...], ...], Margins(Pair(Whole(0)))]
Margin3D = Annotated[tuple[tuple[int, ...], ...], Margins(Pair(Whole(0)), length=3)]


@dataclass(frozen=True)
class InnerLayer(FieldType):
    """A layer inside a layer. A block stands there as a layer already, made when blocks were expanded.

    Attributes:
        registry: Where its kind is looked up.
        only: The kinds that can stand there, or none where all can.
    """

    registry: Registry = LAYERS
    only: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What it takes."""
        return ThingOf(self.registry).words

    def read(self, value: object) -> Layer:
        """The layer."""
        if isinstance(value, Layer):
            self._check_kind(value)
            return value
        layer: Layer = ThingOf(self.registry).read(value)
        self._check_kind(layer, path=() if isinstance(value, str) else (layer.kind(),))
        for field in layer.wiring & layer.model_fields_set:
            message = f"a layer inside another takes what that gives it: it has no '{field}'"
            raise Mismatch(
                Problem(message, "remove it", Code.UNKNOWN_KEY, (layer.kind(), field), at_key=True)
            )
        return layer

    def _check_kind(self, layer: Layer, path: Path = ()) -> None:
        if self.only and layer.kind() not in self.only:
            message = f"{with_article(layer.kind())} cannot stand here"
            hint = f"it takes {alternatives(self.only)}"
            raise Mismatch(Problem(message, hint, Code.REFUSED, path, at_key=bool(path)))

    def schema(self) -> JsonSchema:
        """A layer's."""
        schema = ThingOf(self.registry).schema()
        if self.only:
            return {**schema, "propertyNames": {"enum": list(self.only)}}
        # Where any layer can stand, so can a block.
        return schema if self.registry is not LAYERS else {**schema, "$ref": "#/$defs/item"}
