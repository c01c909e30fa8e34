"""What every layer has in common: shapes in, a shape, weights and a cost out."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from netspec.diagnostics import Code
from netspec.fields import (
    Flag,
    ListOf,
    Mismatch,
    Nullable,
    OneOf,
    Text,
    Thing,
    not_yet,
    optional,
)
from netspec.layers.attachments import activity_misfit, misfit
from netspec.wording import short

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# A shape without the batch dimension; None is a size known only when data arrives.
Shape = tuple[int | None, ...]

NAME_PATTERN = r"^[a-z][a-z0-9_]*$"
NAME = Text("a name of lower-case letters, digits and _, such as head", NAME_PATTERN)


@dataclass(frozen=True)
class _Reference(Text):
    """The name of an input or layer. A path into a block is not there yet."""

    def read(self, value: object) -> str:
        """The name."""
        if isinstance(value, str) and ("." in value or value.startswith("$")):
            raise Mismatch(not_yet(f"the reference '{short(value)}'"))
        return super().read(value)


REFERENCE = _Reference("the name of an earlier layer", NAME_PATTERN)


@dataclass(frozen=True, init=False)
class _References(OneOf):
    """One name or a list of them. A mapping of call arguments is not there yet."""

    def read(self, value: object) -> str | tuple[str, ...]:
        """The names."""
        if isinstance(value, dict):
            raise Mismatch(not_yet("a mapping of call arguments"))
        names: str | tuple[str, ...] = super().read(value)
        return names


@dataclass(frozen=True)
class Weight:
    """One variable of a layer.

    Attributes:
        name: Its name in Keras, such as ``kernel``.
        shape: Its shape.
        trainable: Whether training changes it by gradients (while its layer is trainable).
        prefix: What its fields begin with, where that is not its name: ``depthwise`` for
            ``depthwise_initializer``.
    """

    name: str
    shape: tuple[int, ...]
    trainable: bool = True
    prefix: str | None = None

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class Inference:
    """What is known of a layer once its inputs' shapes are.

    Attributes:
        output_shape: The shape it gives.
        weights: Its variables in Keras's order.
        macs: Multiply-accumulates for one sample, None where a size is unknown.
    """

    output_shape: Shape
    weights: tuple[Weight, ...]
    macs: int | None


class ShapeError(Exception):
    """A layer cannot take the shapes it is given.

    Attributes:
        message: What is wrong, to stand after the layer's name: "gets a 2 x 2 map, …".
        code: The finding's code.
        field: The field to point at, or None for the whole layer.
        hint: What to do about it.
    """

    def __init__(
        self, message: str, *, code: Code, field: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.field = field
        self.hint = hint


class Layer(Thing):
    """A layer: Keras's constructor fields, and where it stands in the network."""

    # The fields that are netspec's and not the Keras constructor's.
    wiring: ClassVar[frozenset[str]] = frozenset({"inputs"})
    not_yet: ClassVar[frozenset[str]] = frozenset({"call", "outputs", "repeat", "when"})

    name: Annotated[str | None, Nullable(NAME)] = optional(
        None, "The layer's name; without one it is called after its kind."
    )
    inputs: Annotated[
        str | tuple[str, ...] | None,
        Nullable(_References(REFERENCE, ListOf(REFERENCE, minimum=1, what="a list of names"))),
    ] = optional(None, "What the layer takes, by name; without it, the previous layer's output.")
    trainable: Annotated[bool, Flag()] = optional(
        True,  # noqa: FBT003 - a default, not a call
        "Whether training changes the layer's weights.",
    )

    @abstractmethod
    def infer(self, shapes: Sequence[Shape]) -> Inference:
        """Output shape, weights and cost for the inputs' shapes.

        Raises:
            ShapeError: The layer cannot take them.
        """


class UnaryLayer(Layer):
    """A layer of one input."""

    def infer(self, shapes: Sequence[Shape]) -> Inference:
        """Checks that there is one input, then asks the layer."""
        if len(shapes) != 1:
            raise ShapeError(
                f"takes one input, not {len(shapes)}",
                code=Code.INPUT_COUNT,
                field="inputs",
                hint="join them first, with Concatenate or Add",
            )
        (shape,) = shapes
        output_shape = self.output_shape(shape)
        weights = tuple(self.variables(shape))
        self._check_attachments(weights, output_shape)
        return Inference(output_shape, weights, self.macs(shape))

    def _check_attachments(self, weights: Sequence[Weight], output_shape: Shape) -> None:
        """Initializers, regularizers and constraints fit what they are given for."""
        for weight in weights:
            for part in ("initializer", "regularizer", "constraint"):
                field = f"{weight.prefix or weight.name}_{part}"
                thing = getattr(self, field, None)
                if problem := misfit(thing, weight.shape):
                    where = f" on its {weight.name}, {spell(weight.shape)}"
                    raise _attachment_error(field, f"{where}: {problem}")
        thing = getattr(self, "activity_regularizer", None)
        if problem := activity_misfit(thing, output_shape):
            raise _attachment_error("activity_regularizer", f": {problem}")

    def output_shape(self, shape: Shape) -> Shape:
        """The shape given for a shape taken; the same unless the layer says otherwise."""
        return shape

    def variables(self, shape: Shape) -> Iterable[Weight]:  # noqa: ARG002 - for those that have some
        """The layer's variables in Keras's order; none unless the layer says otherwise."""
        return ()

    def macs(self, shape: Shape) -> int | None:  # noqa: ARG002 - for those that multiply
        """Multiply-accumulates for one sample; 0 unless the layer says otherwise."""
        return 0


class MergeLayer(Layer):
    """A layer of several inputs and no weights."""

    def infer(self, shapes: Sequence[Shape]) -> Inference:
        """Checks that there are several inputs, then asks the layer for the merged shape."""
        if len(shapes) < 2:  # noqa: PLR2004 - Keras merges one into itself, which nobody means
            raise ShapeError(
                "joins several inputs, and gets one",
                code=Code.INPUT_COUNT,
                field="inputs",
                hint="name them: `inputs: [a, b]`",
            )
        return Inference(self.output_shape(shapes), (), 0)

    @abstractmethod
    def output_shape(self, shapes: Sequence[Shape]) -> Shape:
        """The shape given for the shapes taken."""


def _attachment_error(field: str, problem: str) -> ShapeError:
    return ShapeError(
        f"cannot use this {field}{problem}", code=Code.FIELD_AGAINST_INPUT, field=field
    )


def rank_error(shape: Shape, *, takes: str, hint: str | None = None) -> ShapeError:
    """The input has the wrong number of dimensions."""
    return ShapeError(f"takes {takes}, and gets {spell(shape)}", code=Code.RANK, hint=hint)


def known_channels(shape: Shape, axis: int = -1) -> int:
    """The size of an axis that weights depend on.

    Raises:
        ShapeError: It is unknown.
    """
    size = shape[axis]
    if size is None:
        raise ShapeError(
            f"needs to know its input's channels, and gets {spell(shape)}",
            code=Code.UNKNOWN_SIZE,
            hint="give model.input a number there",
        )
    return size


def product(*sizes: int | None) -> int | None:
    """The product, or None where a factor is unknown."""
    known = [size for size in sizes if size is not None]
    return math.prod(known) if len(known) == len(sizes) else None


def spell(shape: Shape) -> str:
    """A shape as a person writes it: ``(32, 32, 3)``, with ``?`` for an unknown size."""
    return f"({', '.join('?' if size is None else str(size) for size in shape)})"
