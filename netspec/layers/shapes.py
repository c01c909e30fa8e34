"""Shapes and sizes: what is inferred of a layer from them, and what is said of those that do not fit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.diagnostics import Code

if TYPE_CHECKING:
    from collections.abc import Sequence

# A shape without the batch dimension; None is a size known only when data arrives.
Shape = tuple[int | None, ...]


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
        output_shape: The shape it gives, the first one where it gives several.
        weights: Its variables in Keras's order.
        macs: Multiply-accumulates for one sample, None where a size is unknown.
        more_outputs: The shapes of what it gives besides.
        nested: The network that a block became inside a layer that takes a layer; lowering builds it.
    """

    output_shape: Shape
    weights: tuple[Weight, ...]
    macs: int | None
    more_outputs: tuple[Shape, ...] = ()
    nested: object = None

    @property
    def output_shapes(self) -> tuple[Shape, ...]:
        """The shapes of everything it gives."""
        return (self.output_shape, *self.more_outputs)


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


def only(shapes: Sequence[Shape]) -> Shape:
    """The one shape that a layer of one input is given.

    Raises:
        ShapeError: There are several.
    """
    if len(shapes) != 1:
        raise ShapeError(
            f"takes one input, not {len(shapes)}",
            code=Code.INPUT_COUNT,
            field="inputs",
            hint="join them first, with Concatenate or Add",
        )
    return shapes[0]


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


def total(*sizes: int | None) -> int | None:
    """The sum, or None where a part is unknown."""
    known = [size for size in sizes if size is not None]
    return sum(known) if len(known) == len(sizes) else None


def spell(shape: Shape) -> str:
    """A shape as a person writes it: ``(32, 32, 3)``, with ``?`` for an unknown size."""
    return f"({', '.join('?' if size is None else str(size) for size in shape)})"
