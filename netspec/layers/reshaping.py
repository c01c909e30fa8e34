"""Layers that move, add or repeat values and compute nothing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

from netspec.diagnostics import Code
from netspec.fields import Choice, ListOf, Problem, Whole, optional, required
from netspec.layers.base import Example, Shape, ShapeError, UnaryLayer, product, spell
from netspec.layers.fields import DataFormat, Margin2D, Size2D
from netspec.layers.spatial import Map, join, split

if TYPE_CHECKING:
    from collections.abc import Iterator


class Flatten(UnaryLayer):
    """All axes become one; only the batch stays.

    Source: keras/src/layers/reshaping/flatten.py.
    """

    example = Example({}, ((8, 6, 4),))

    data_format: DataFormat = optional(
        "channels_last", "The input's order; `channels_first` is turned to channels last first."
    )

    def output_shape(self, shape: Shape) -> Shape:
        """``(a, b, c)`` to ``(a * b * c)``."""
        return (product(*shape),)


class Reshape(UnaryLayer):
    """The same values in another shape.

    Source: keras/src/layers/reshaping/reshape.py.
    """

    example = Example({"target_shape": [-1, 4]}, ((8, 6, 4),))

    target_shape: Annotated[
        tuple[int, ...],
        ListOf(Whole(-1), minimum=1, what="a list of sizes, of which one may be -1"),
    ] = required("The shape without the batch; -1 stands for what is left.")

    def contradictions(self) -> Iterator[Problem]:
        """A size is at least 1, and at most one is left open."""
        if 0 in self.target_shape:
            yield Problem(
                "a size of 0 leaves nothing in the map",
                "-1 stands for what is left",
                Code.CONTRADICTION,
                ("target_shape", self.target_shape.index(0)),
            )
        if self.target_shape.count(-1) > 1:
            yield Problem(
                f"only one size can be -1, not {self.target_shape.count(-1)}",
                "write numbers for the others",
                Code.CONTRADICTION,
                ("target_shape",),
            )

    def output_shape(self, shape: Shape) -> Shape:
        """Any shape to the target shape, -1 computed where the input's size is known."""
        have, given = product(*shape), math.prod(size for size in self.target_shape if size > 0)
        is_open = -1 in self.target_shape
        known = math.prod(size for size in shape if size is not None)
        fits = (given % known == 0 or is_open) if have is None else _fits(have, given, is_open)
        if not fits:
            raise ShapeError(
                f"cannot make {_written(self.target_shape)} of {spell(shape)}, "
                f"which holds {'a multiple of ' if have is None else ''}{known} values",
                code=Code.FIELD_AGAINST_INPUT,
                field="target_shape",
                hint=f"{_written(self.target_shape)} takes "
                f"{'a multiple of ' if is_open else ''}{given}",
            )
        rest = None if have is None else have // given
        return tuple(rest if size == -1 else size for size in self.target_shape)


class ZeroPadding2D(UnaryLayer):
    """Adds rows and columns of zeros around the map.

    Source: keras/src/layers/reshaping/zero_padding2d.py.
    """

    example = Example({}, ((8, 6, 4),))

    padding: Margin2D = optional(
        ((1, 1), (1, 1)),
        "How much is added: everywhere alike, to height and width, or "
        "[[top, bottom], [left, right]].",
    )
    data_format: DataFormat = optional("channels_last", "Which axis holds the channels.")

    def output_shape(self, shape: Shape) -> Shape:
        """``(height, width, channels)`` to ``(top + height + bottom, …, channels)``."""
        (height, width), channels = split(shape, self.data_format)
        padded: Map = (_plus(height, self.padding[0]), _plus(width, self.padding[1]))
        return join(padded, channels, self.data_format)


class UpSampling2D(UnaryLayer):
    """Enlarges the map by whole factors.

    Source: keras/src/layers/reshaping/up_sampling2d.py.
    """

    example = Example({}, ((8, 6, 4),))

    size: Size2D = optional((2, 2), "The factors for height and width.")
    data_format: DataFormat = optional("channels_last", "Which axis holds the channels.")
    interpolation: Annotated[
        str, Choice("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")
    ] = optional("nearest", "How values between pixels are found.")

    def output_shape(self, shape: Shape) -> Shape:
        """``(height, width, channels)`` to ``(height * factor, width * factor, channels)``."""
        (height, width), channels = split(shape, self.data_format)
        enlarged = (product(height, self.size[0]), product(width, self.size[1]))
        return join(enlarged, channels, self.data_format)


def _fits(have: int, given: int, is_open: bool) -> bool:  # noqa: FBT001 - a helper of one caller
    return have % given == 0 if is_open else have == given


def _plus(size: int | None, sides: tuple[int, int]) -> int | None:
    return None if size is None else size + sum(sides)


def _written(target: tuple[int, ...]) -> str:
    """A target shape as it is written: ``[4, -1]``."""
    return str(list(target))
