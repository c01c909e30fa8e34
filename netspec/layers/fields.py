"""The fields that many layers share, each with its type and its description."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

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
from netspec.layers.base import Layer
from netspec.layers.registry import LAYERS
from netspec.things.activations import ACTIVATION
from netspec.things.registries import CONSTRAINTS, INITIALIZERS, REGULARIZERS

Count = Annotated[int, Whole(1)]
Truth = Annotated[bool, Flag()]
Size2D = Annotated[tuple[int, int], Pair(Whole(1))]
Padding = Annotated[str, Choice("valid", "same")]
# Keras's default is None, "what ~/.keras/keras.json says"; a spec must not depend on the machine.
DataFormat = Annotated[str, Choice("channels_last", "channels_first")]
Activation = Annotated[str | None, Nullable(ACTIVATION)]
# A default stands in the model as it is written, by its Keras name.
Initializer = Annotated[Thing | str, ThingOf(INITIALIZERS)]
Regularizer = Annotated[Thing | str | None, Nullable(ThingOf(REGULARIZERS))]
Constraint = Annotated[Thing | str | None, Nullable(ThingOf(CONSTRAINTS))]
Seed = Annotated[int | None, Nullable(Whole(0))]
Epsilon = Annotated[float, Real(minimum=0)]
Slope = Annotated[float, Real(minimum=0)]
# Keras counts axes with the batch as axis 0.
Axis = Annotated[int, Whole()]
Axes = Annotated[int | tuple[int, ...], OneOf(Whole(), ListOf(Whole(), minimum=1))]
PerChannel = Annotated[float | tuple[float, ...], OneOf(Real(), ListOf(Real(), minimum=1))]


@dataclass(frozen=True)
class Margins(Pair):
    """What is added on a map's four sides; the model holds ``((top, bottom), (left, right))``."""

    @property
    def words(self) -> str:
        """What it takes."""
        return (
            "a whole number of at least 0, a pair of them for height and width, "
            "or [[top, bottom], [left, right]]"
        )


Margin2D = Annotated[tuple[tuple[int, int], tuple[int, int]], Margins(Pair(Whole(0)))]


@dataclass(frozen=True)
class InnerLayer(FieldType):
    """A layer inside a layer. A block stands there as a layer already, made when blocks were expanded."""

    registry: Registry = LAYERS

    @property
    def words(self) -> str:
        """What it takes."""
        return ThingOf(self.registry).words

    def read(self, value: object) -> Layer:
        """The layer."""
        if isinstance(value, Layer):
            return value
        layer: Layer = ThingOf(self.registry).read(value)
        for field in layer.wiring & layer.model_fields_set:
            message = f"a layer inside another takes what that gives it: it has no '{field}'"
            raise Mismatch(
                Problem(message, "remove it", Code.UNKNOWN_KEY, (layer.kind(), field), at_key=True)
            )
        return layer

    def schema(self) -> JsonSchema:
        """A layer's."""
        return ThingOf(self.registry).schema()
